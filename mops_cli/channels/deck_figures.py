"""The block ``::: deck``: a deck inside of a message, in the form that each medium shows best.

A mail gets a PNG, a page of the web an SVG that tells what it shows, a PDF the outlines with the words over them to be
found and copied, everything else the words of its alt text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mops_cli.channels.images import ImageInfo
from mops_cli.channels.markup.blocks import Properties
from mops_cli.channels.templating.expressions import Expression, Markup
from mops_cli.channels.templating.words import SENTINEL, is_dynamic
from mops_cli.design.deck.numerals import read_number
from mops_cli.design.deck.records import column
from mops_cli.errors import MissingNativeLibrary
from mops_cli.model.diagnostic import error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.decks import OpenDeck
    from mops_cli.channels.document import Document
    from mops_cli.channels.markup.nodes import Attribute, BlockUse
    from mops_cli.model.content import Block
    from mops_cli.model.diagnostic import Span

BLOCK = "deck"
SHAPES = {"square": (1, 1), "portrait": (4, 5), "landscape": (40, 21), "story": (9, 16)}
DENSITY = 2
MOST_WIDTH = 2000
_SET = "set-"
_SIZE = re.compile(r"(\d{1,5})\s*[x×:/]\s*(\d{1,5})\Z")
_TAGS = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True, slots=True)
class Use:
    """What a message says of a deck: the block without its variables, and the variables."""

    block: BlockUse
    variables: dict[str, float | str]


def deck_names(
    document: Document, use: BlockUse, block: Block, medium: str, url: Callable[[str, Span], object]
) -> dict[str, dict[str, object]] | None:
    """``props`` and ``picture`` for the form of a ``::: deck``; None when something is wrong (findings say what)."""
    deck = divided(document, use)
    if deck is None:
        return None
    # The source stays a name: it is drawn, not carried along as a file.
    reader = Properties(document.slots, document.job.report, lambda name, _span: name, url, document.stage.type_of)
    values = reader.of(deck.block, block)
    picture = figure(document, deck, values, medium) if values is not None else None
    return None if values is None or picture is None else {"props": values, "picture": picture}


def divided(document: Document, use: BlockUse) -> Use | None:
    """``set-name="value"`` taken out of the block; None and a finding when a value depends on the recipient."""
    given: dict[str, float | str] = {}
    kept: list[Attribute] = []
    ok = True
    for attribute in use.attributes:
        if not attribute.name.startswith(_SET):
            kept.append(attribute)
            continue
        text = document.slots.flat(attribute.value)
        if is_dynamic(text):
            ok = _for_everyone(document, attribute)
        number = read_number(text.strip())
        given[column(attribute.name.removeprefix(_SET))] = text if number is None else number
    return Use(replace(use, attributes=tuple(kept)), given) if ok else None


def _for_everyone(document: Document, attribute: Attribute) -> bool:
    message = f"`{attribute.name}` depends on the recipient, and a picture is the same for everyone"
    help_text = "write a value of the build: [[ vars.name ]] or plain text"
    document.job.report(error("MK216", message, attribute.span, help_text))
    return False


def figure(document: Document, use: Use, values: dict[str, object], medium: str) -> dict[str, object] | None:
    """What the forms of the block say as ``picture``; None when it cannot be made (a finding says why).

    Sets ``alt`` in ``values`` to what the deck says of itself when the message says nothing.
    """
    source = values["source"]
    if isinstance(source, Expression):
        attribute = next(one for one in use.block.attributes if one.name == "source")
        _for_everyone(document, attribute)
        return None
    made = _open(document, use, values)
    if made is None:
        return None
    opened, page = made
    if values.get("alt") is None:
        values["alt"] = opened.alt_of(page)
        if not values["alt"]:
            help_text = 'add alt="…" to this line, or `alt "…"` below `slide` in the deck'
            message = "block `deck` needs `alt`: what the picture shows"
            document.job.report(error("MT507", message, use.block.span, help_text))
            return None
    facts = opened.pages[page - 1]
    width = min(int(str(values["width"])), MOST_WIDTH)
    drawn = _Drawn(document, use.block.span, opened, page, width, round(width * facts.height / facts.width))
    return drawn.forms(medium, values)


def _open(document: Document, use: Use, values: dict[str, object]) -> tuple[OpenDeck, int] | None:
    """The deck and its page."""
    job, name = document.job, str(values["source"])
    span = _place(use, "source")
    path, allowed = job.find_asset_at(name, span)
    if path is None or not path.endswith(".dsh"):
        if allowed:
            what = f'there is no file "{name}"' if path is None else f"{name} is no deck"
            known = [one for folder in ("content/", f"{job.folder.folder}/") for one in job.files.listing(folder)]
            decks = [one.removeprefix("content/") for one in known if one.endswith(".dsh")]
            job.report(error("MC320", what, span, advice(name, decks, what="decks", none="put a .dsh file there")))
        return None
    asked, ratio = str(values.get("size") or ""), None
    if asked:
        ratio = SHAPES.get(asked) or _ratio(asked)
        if ratio is None:
            help_text = advice(asked, SHAPES, what="shapes") + "; or write 600x315 or 16:9"
            job.report(error("MT508", f'"{asked}" is no size', _place(use, "size"), help_text))
            return None
    width = float(str(values["width"]))
    size = (width, width * ratio[1] / ratio[0]) if ratio else None
    opened = document.studio().open(path, size=size, variables=use.variables)
    if opened is None:
        return None
    page = int(str(values.get("page") or 1))
    if not 1 <= page <= len(opened.pages):
        pages = f"{name} has {len(opened.pages)} page{'s' if len(opened.pages) > 1 else ''}"
        job.report(error("MT508", f"there is no page {page}: {pages}", _place(use, "page"), "count from 1"))
        return None
    return opened, page


def _ratio(text: str) -> tuple[int, int] | None:
    found = _SIZE.match(text.strip())
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    return (width, height) if width and height and 0.05 <= width / height <= 20 else None


def _place(use: Use, name: str) -> Span:
    return next((one.span for one in use.block.attributes if one.name == name), use.block.span)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One page of a deck at a width in pixels."""

    document: Document
    span: Span
    deck: OpenDeck
    page: int
    width: int
    height: int

    def forms(self, medium: str, values: dict[str, object]) -> dict[str, object] | None:
        """Width, height, ``src`` (mail) and ``markup`` (pages, and mails where HTML stands)."""
        found: dict[str, object] = {"width": self.width, "height": self.height, "src": "", "markup": ""}
        if medium == "text":
            return found
        if self.document.medium in ("email", "text"):
            source = self.png()
            if source is None:
                return None
            found["src"] = source
            found["markup"] = self.img(source, values["alt"])
        else:
            found["markup"] = self.svg(values["alt"])
        return found

    def png(self) -> object | None:
        """The address of the picture for a mail.

        The file has twice as many pixels as are shown, and is the only one: `srcset` is dropped by many mail programs, and
        Outlook then takes the `width` attribute, so that one dense file at half of its size is sharp everywhere.
        """
        width, height = DENSITY * self.width, DENSITY * self.height
        try:
            data = self.deck.png(width, height, self.page)
        except MissingNativeLibrary as missing:
            message = f"the deck cannot be drawn: {missing.message}"
            self.document.job.report(error("MB325", message, self.span, f"Run: {missing.hint}"))
            return None
        if data is None:
            return None
        info = ImageInfo("image/png", width, height)
        return self.document.address(self.document.book.add(self.deck.path, data, info), self.span)

    def img(self, source: object, alt: object) -> Markup:
        """The picture where a mail shows HTML."""
        slots = self.document.slots
        style = f"display:block;width:100%;max-width:{self.width}px;height:auto"
        address, words = slots.value(source, self.span), slots.value(alt, self.span)
        return Markup(f'<img src="{address}" alt="{words}" width="{self.width}" style="{style}">')

    def svg(self, alt: object) -> Markup:
        """The picture as vectors; its names say what it shows. In a PDF its words can be found and copied."""
        from mops_cli.design.deck_render.svg import SvgOptions

        slots = self.document.slots
        mark = hashlib.sha256(self.deck.key + bytes([self.page % 256])).hexdigest()[:6]
        options = SvgOptions(
            prefix=f"d{mark}{self.document.figures}-",
            size=(self.width, self.height),
            described=False,
            selectable=self.document.medium == "pdf",
        )
        self.document.figures += 1
        drawn = inert(self.deck.svg(options, self.page)).rstrip()
        title = self.deck.pages[self.page - 1].title
        if not alt:
            words, role = "", ' aria-hidden="true"'
        elif title and title != alt and self.document.medium != "pdf":  # a PDF reads the title aloud, and nothing else
            words, role = (
                f"<title>{slots.value(title, self.span)}</title><desc>{slots.value(alt, self.span)}</desc>",
                "",
            )
        else:
            words, role = f"<title>{slots.value(alt, self.span)}</title>", ""
        head, _, rest = drawn.partition(">")
        # The width is said twice: WeasyPrint takes the height of a picture whose width is only an attribute from its view box.
        style = f"display:block;width:100%;max-width:{self.width}px;height:auto"
        return Markup(f'{head} role="img"{role} style="{style}">{words}{rest}')


def inert(markup: str) -> str:
    """Markup in which nothing reads like a template: a deck may show braces and the words that stand for slots."""
    guarded = _TAGS.sub("&#123;", markup)
    return SENTINEL.sub(lambda found: "&#106;" + found[0][1:], guarded)


def data_address(svg: str) -> str:
    """An SVG as an address that holds it whole."""
    from base64 import b64encode

    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
