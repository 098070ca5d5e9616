"""From the page model to the display list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mops_cli.design.deck import model
from mops_cli.design.deck.files import Files, Reader
from mops_cli.design.deck.problems import Exhausted
from mops_cli.design.deck_render import lists, pictures, shapes, texts
from mops_cli.design.deck_render.allowance import Allowance
from mops_cli.design.deck_render.colors import blend, paint
from mops_cli.design.deck_render.display import Box, Group, Item, Page, Paint, PictureFile
from mops_cli.design.deck_render.draft import Draft
from mops_cli.design.deck_render.emoji import EmojiPictures
from mops_cli.design.deck_render.typesetting import Typesetter
from mops_cli.model.diagnostic import Diagnostic, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.design.fonts import FontSet

#: The order in which the old tools draw; inside of a kind the order of the source counts.
LAYERS = "image:rect:ellipse:curve:arc:line:poly:text:list"

_SLIDE = 100
"""What a page costs before anything is on it, in characters."""

_KINDS: dict[type, tuple[str, Callable[[Draft, Any], None]]] = {
    model.Image: ("image", pictures.image),
    model.Rect: ("rect", shapes.rect),
    model.Ellipse: ("ellipse", shapes.ellipse),
    model.Curve: ("curve", shapes.curve),
    model.Arc: ("arc", shapes.arc),
    model.Line: ("line", shapes.line),
    model.Polyline: ("line", shapes.polyline),
    model.Polygon: ("poly", shapes.polygon),
    model.Text: ("text", texts.text),
    model.List: ("list", lists.items),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOptions:
    """How a deck is drawn.

    ``size`` wins over the canvas that the deck was compiled for (compile for the same size: some geometry depends on the
    aspect). ``compat`` breaks and spaces text as the old tools do. ``language`` is a BCP 47 tag for shaping.
    ``kept`` are files by path that exist only for this deck, ``roots`` folders to look for files in after the deck's own.
    """

    size: tuple[float, float] | None = None
    compat: bool = False
    language: str = ""
    kept: Mapping[str, bytes] = field(default_factory=dict)
    roots: tuple[str, ...] = ("",)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The pages of a deck, what was found on the way, and the files that were read."""

    pages: tuple[Page, ...]
    diagnostics: tuple[Diagnostic, ...]
    reads: tuple[str, ...]


def lay_out(deck: model.Deck, fonts: FontSet, read: Reader, options: DrawOptions | None = None) -> Drawing:
    """The display list of every page.

    Args:
        deck: the compiled deck.
        fonts: the only fonts there are.
        read: the bytes of a path from the project's root, or None when there is no such file.
        options: how to draw.
    """
    chosen = options or DrawOptions()
    files = Files(read, deck.path, compat=chosen.compat, roots=chosen.roots, kept=dict(chosen.kept))
    emoji = EmojiPictures(files)
    allowance = Allowance()
    setter = Typesetter(fonts, plain=chosen.compat, language=chosen.language, emoji=emoji.room, effort=allowance.spend)
    size = chosen.size or (deck.compiled_for.width, deck.compiled_for.height)
    title = dict(deck.meta).get("title", "")
    found: list[Diagnostic] = []
    shelf: dict[str, PictureFile | None] = {}

    def draft() -> Draft:
        return Draft(
            width=size[0],
            height=size[1],
            setter=setter,
            files=files,
            allowance=allowance,
            shelf=shelf,
            compat=chosen.compat,
            emoji=emoji,
            found=found,
        )

    pages: tuple[Page, ...] = ()
    try:
        pages = tuple(_page(slide, draft(), deck.layers, title) for slide in deck.pages)
    except Exhausted as limit:
        found.append(limit.diagnostic)
    return Drawing(pages, tuple(in_order(found)), tuple(files.used))


def _page(slide: model.Slide, draft: Draft, layers: str, title: str) -> Page:
    draft.foreground = slide.foreground or "black"
    draft.allowance.spend(_SLIDE)
    _background(slide, draft)
    for element in in_layers(slide.elements, layers):
        known = _KINDS.get(type(element))
        if known is not None:
            draft.allowance.begin(element)
            known[1](draft, element)
    items = tuple(draft.items)
    return Page(
        draft.width,
        draft.height,
        items,
        tuple(draft.links),
        slide.title or title,
        slide.alt or ". ".join(dict.fromkeys(_alts(items))),
        slide.note,
        draft.compat,
        slide.span,
    )


def _background(slide: model.Slide, draft: Draft) -> None:
    base = paint(slide.background or "white") or Paint("#ffffff")
    draft.add(Box(0.0, 0.0, draft.width, draft.height, base))
    over = blend(slide.gradient) if slide.gradient is not None else None
    if over is not None:
        draft.add(Box(0.0, 0.0, draft.width, draft.height, over))


def in_layers(elements: tuple[model.Element, ...], layers: str) -> list[model.Element]:
    """Elements in the order of drawing; kinds that ``layers`` does not name come last."""
    if layers == "document":
        return list(elements)
    order = {kind: at for at, kind in enumerate((layers or LAYERS).split(":"))}
    last = len(order)
    return sorted(elements, key=lambda element: order.get(_kind(element), last))


def _kind(element: model.Element) -> str:
    known = _KINDS.get(type(element))
    return known[0] if known else ""


def _alts(items: tuple[Item, ...]) -> list[str]:
    found: list[str] = []
    for item in items:
        if item.alt:
            found.append(item.alt.rstrip("."))
        elif isinstance(item, Group):
            found.extend(_alts(item.items))
    return found
