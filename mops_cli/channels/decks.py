"""Decks of a project: opened for a locale, an arm and a size, with the brand's colours and fonts, then drawn.

A :class:`Studio` holds what all decks of one message share; :meth:`Studio.open` gives an :class:`OpenDeck`, which is
compiled and drawn only when its memory of earlier builds does not know the answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from mops_cli.channels.base import digest, no_memo
from mops_cli.channels.drawing import fonts_of
from mops_cli.channels.tables import records
from mops_cli.channels.templating.faults import Refusal
from mops_cli.channels.templating.formats import Formatter
from mops_cli.errors import OutsideProject
from mops_cli.model.brand import Color
from mops_cli.model.diagnostic import Diagnostic, Severity, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.channels.base import Job, Memo
    from mops_cli.design.deck.compiler import Options
    from mops_cli.design.deck.model import Deck
    from mops_cli.design.deck_render.display import Page
    from mops_cli.design.deck_render.layout import Drawing
    from mops_cli.design.deck_render.svg import SvgOptions
    from mops_cli.design.fonts import FontSet
    from mops_cli.design.sheets import Sheet
    from mops_cli.model.brand import Tokens
    from mops_cli.model.repository import Files, Repository

#: Raised when decks come out differently than before, so that remembered pictures are drawn anew.
VERSION = "deck/1"
_LIMITS = frozenset({"MK102", "MK301", "MK302", "MK303", "MK306"})
_TOKEN = "token:"  # noqa: S105 - a prefix of names


@dataclass(slots=True, kw_only=True)
class Studio:
    """What the decks of a message are made with.

    ``read`` gives the bytes of a project path or None, and takes note of it; ``roots`` are the folders in which files
    are looked for after those beside the deck. ``variables`` are set before the first line of a deck; ``later`` are
    names whose values differ by recipient.
    """

    read: Callable[[str], bytes | None]
    fonts: FontSet
    tokens: Tokens
    locale: str = "en"
    roots: tuple[str, ...] = ("content", "")
    variables: Mapping[str, float | str] = field(default_factory=dict)
    later: frozenset[str] = frozenset()
    memo: Memo = no_memo
    report: Callable[[Diagnostic], None] = lambda _finding: None
    compat: bool = False
    seed: int = 1
    reported: set[Diagnostic] = field(default_factory=set)
    opened: dict[tuple[object, ...], OpenDeck] = field(default_factory=dict)

    def open(
        self,
        path: str,
        *,
        size: tuple[float, float] | None = None,
        variables: Mapping[str, float | str] | None = None,
    ) -> OpenDeck | None:
        """The deck at a project path, compiled for a size in canvas units; None when it has errors (all are reported)."""
        extra = dict(variables or {})
        key = (path, size, tuple(sorted(extra.items())))
        if key not in self.opened:
            if any(one.runaway for (other, *_), one in self.opened.items() if other == path):
                return None  # told already, and it would take as long at every size
            made = replace(self, variables={**self.variables, **extra}) if extra else self
            self.opened[key] = OpenDeck(made, path, size)
        found = self.opened[key]
        for finding in found.facts.findings:
            self.say(finding)
        return None if found.failed else found

    def say(self, finding: Diagnostic) -> None:
        """Report a finding, once for all sizes of a deck."""
        if finding not in self.reported:
            self.reported.add(finding)
            self.report(finding)

    def color(self, name: str) -> str | None:
        """The colour of a brand token: ``color.brand.primary``, or ``brand.primary`` for short."""
        token = self.tokens.get(name) or self.tokens.get(f"color.{name}")
        if token is None or not isinstance(token.value, Color):
            return None
        value = token.value
        return value.hex if value.alpha >= 1 else f"{value.hex}{round(value.alpha * 255):02x}"

    def color_names(self) -> tuple[str, ...]:
        """The colours of the brand as decks say them."""
        tokens = self.tokens.tokens.items()
        return tuple(path.removeprefix("color.") for path, token in tokens if isinstance(token.value, Color))

    def number(self, value: float, decimals: int | None) -> str:
        """A number as the locale writes it."""
        from mops_cli.design.deck.numerals import plain_number

        try:
            return Formatter(self.locale).number(value, decimals)
        except Refusal:  # more digits than anybody reads
            return plain_number(value, decimals)


def studio(job: Job, variables: Mapping[str, float | str] | None = None, later: frozenset[str] = frozenset()) -> Studio:
    """The studio of a job: what its decks read counts as inputs, and findings go to the job."""
    return Studio(
        read=lambda path: _read(job, path),
        fonts=fonts_of(job),
        tokens=job.tokens(),
        locale=job.locale,
        roots=(job.folder.folder, "content", ""),
        variables=variables or {},
        later=later,
        memo=job.memo,
        report=job.report,
    )


def project_studio(
    repository: Repository,
    files: Files,
    *,
    locale: str = "",
    theme: str = "default",
    variables: Mapping[str, float | str] | None = None,
    memo: Memo = no_memo,
    report: Callable[[Diagnostic], None] = lambda _finding: None,
    compat: bool = False,
    seed: int = 1,
) -> Studio:
    """The studio of a project without any message; findings about its fonts are reported too."""
    from mops_cli.design import fonts

    loaded, found = fonts.load(repository.brand.fonts, files.read_bytes, memo)
    for finding in found:
        report(finding)
    themes = repository.brand.themes
    return Studio(
        read=lambda path: _inside(files, path),
        fonts=loaded,
        tokens=themes.get(theme) or themes["default"],
        locale=locale or repository.config.value.project.locales[0],
        variables=variables or {},
        memo=memo,
        report=report,
        compat=compat,
        seed=seed,
    )


def _read(job: Job, path: str) -> bytes | None:
    job.inputs.add(path)
    return _inside(job.files, path)


def _inside(files: Files, path: str) -> bytes | None:
    try:
        return files.read_bytes(path)
    except OutsideProject:  # a link that leads out
        return None


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of a page without drawing it."""

    width: float
    height: float
    title: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What compiling and laying out a deck told."""

    findings: tuple[Diagnostic, ...]
    reads: tuple[str, ...]
    pages: tuple[PageFacts, ...]

    def dump(self) -> bytes:
        """As JSON."""
        pages = [[page.width, page.height, page.title, page.alt] for page in self.pages]
        findings = [
            [*_place(found.span), found.code, found.severity.value, found.message, found.help]
            for found in self.findings
        ]
        return json.dumps([findings, self.reads, pages]).encode()

    @classmethod
    def load(cls, data: bytes) -> Facts:
        """From JSON."""
        findings, reads, pages = json.loads(data)
        found = tuple(Diagnostic(row[5], Severity(row[6]), row[7], Span(*row[:5]), row[8]) for row in findings)
        return cls(found, tuple(reads), tuple(PageFacts(*page) for page in pages))


def _place(span: Span) -> tuple[str, int, int, int, int]:
    return span.path, span.line, span.column, span.end_line, span.end_column


class OpenDeck:
    """A deck for one size. Pictures come from the memory of earlier builds when nothing that they are made of changed."""

    def __init__(self, owner: Studio, path: str, size: tuple[float, float] | None) -> None:
        self.path = path
        self.size = size
        self._studio = owner
        self._drawing: Drawing | None = None
        self._compiled: Deck | None = None
        self._asked: dict[str, bytes | None] = {}
        self.facts, self._key = self._learn()

    # -- facts

    @property
    def failed(self) -> bool:
        """Whether it has errors, or nothing to draw."""
        return any(found.severity is Severity.ERROR for found in self.facts.findings)

    @property
    def runaway(self) -> bool:
        """Whether it met a limit, as it would at every other size."""
        return any(found.code in _LIMITS for found in self.facts.findings)

    @property
    def pages(self) -> tuple[PageFacts, ...]:
        """The pages, without drawing them."""
        return self.facts.pages

    @property
    def alt(self) -> str:
        """What the first page shows, in the words of its ``alt`` directive."""
        return self.alt_of(1)

    def alt_of(self, page: int) -> str:
        """What a page (from 1) shows."""
        return self.facts.pages[page - 1].alt

    # -- pictures

    def svg(self, options: SvgOptions | None = None, page: int = 1) -> str:
        """A page as SVG text."""
        from mops_cli.design.deck_render.svg import SvgOptions, to_svg

        options = options or SvgOptions()
        chosen = [repr(getattr(options, name.name)) for name in fields(SvgOptions) if name.name != "address"]
        made = self._studio.memo(
            "deck-svg", digest(self._key, str(page), *chosen), lambda: to_svg(self.page(page), options).encode()
        )
        return made.decode()

    def png(self, width: int, height: int, page: int = 1) -> bytes | None:
        """A page as PNG; None when it cannot be drawn (a finding says why).

        Raises:
            MissingNativeLibrary: cairo is not installed.
        """
        from mops_cli.design import raster
        from mops_cli.design.deck_render.png import to_png

        key = digest(self._key, f"{width}x{height}", str(page), raster.version())
        try:
            return self._studio.memo("deck-png", key, lambda: to_png(self.page(page), width, height))
        except raster.DrawingError as refused:
            self._studio.say(refused.finding)
            return None

    def pdf(self, sheet: Sheet | None = None) -> bytes:
        """All pages as PDF.

        Raises:
            MissingNativeLibrary: pango is not installed.
        """
        from mops_cli.design import pdf
        from mops_cli.design.deck_render.pdf import to_pdf

        key = digest(self._key, repr(sheet), pdf.version())
        fonts, language = self._studio.fonts, self._studio.locale
        return self._studio.memo(
            "deck-pdf", key, lambda: to_pdf(self._drawn().pages, fonts, sheet=sheet, language=language).data
        )

    def page(self, number: int = 1) -> Page:
        """A page (from 1) as a display list."""
        return self._drawn().pages[number - 1]

    @property
    def model(self) -> Deck:
        """The compiled deck."""
        self._drawn()
        assert self._compiled is not None
        return self._compiled

    @property
    def key(self) -> bytes:
        """A digest of everything that the pictures are made of."""
        return self._key

    # -- making

    def _learn(self) -> tuple[Facts, bytes]:
        """What is known of the deck, and a digest of everything that it depends on.

        What a deck reads is only known once it has been compiled. So an answer is kept under a digest of the files known
        so far; an answer that names further files is not the last one.
        """
        known: dict[str, bytes | None] = {self.path: self._look(self.path)}
        while True:
            key = self._digest(known)
            facts = Facts.load(self._studio.memo("deck", key, lambda: self._facts().dump()))
            fresh = [name for name in facts.reads if name not in known]
            if not fresh:
                return facts, key
            known.update((name, self._look(name)) for name in fresh)

    def _digest(self, known: Mapping[str, bytes | None]) -> bytes:
        owner = self._studio
        parts: list[bytes | str] = [VERSION, self.path, repr(self.size), owner.locale, owner.fonts.key]
        parts += [repr(owner.roots), str(owner.compat), str(owner.seed)]
        for name in sorted(known):
            content = known[name]
            parts += [name, "is there" if content is not None else "is missing", content or b""]
        # A deck depends on the variables that it can name, not on every field of the message.
        for name in sorted({*owner.variables, *owner.later}):
            if any(name.encode() in content for content in known.values() if content):
                parts += [name, repr(owner.variables.get(name, "later"))]
        return digest(*parts)

    def _look(self, name: str) -> bytes | None:
        """What a name stands for now: a file, or the colour of a token."""
        if name not in self._asked:
            if name.startswith(_TOKEN):
                color = self._studio.color(name.removeprefix(_TOKEN))
                self._asked[name] = None if color is None else color.encode()
            else:
                self._asked[name] = self._studio.read(name)
        return self._asked[name]

    def _facts(self) -> Facts:
        drawing = self._drawn()
        pages = tuple(PageFacts(page.width, page.height, page.title, page.alt) for page in drawing.pages)
        return Facts(drawing.diagnostics, tuple(self._asked), pages)

    def _drawn(self) -> Drawing:
        """Compiled and laid out, once."""
        if self._drawing is None:
            self._drawing = self._draw()
        return self._drawing

    def _draw(self) -> Drawing:
        from mops_cli.design.deck.compiler import compile_deck
        from mops_cli.design.deck_render.layout import Drawing, DrawOptions, lay_out

        owner = self._studio
        source = (self._look(self.path) or b"").decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
        compiled = compile_deck(source, self.path, self._look, self._options())
        self._compiled = compiled.deck
        options = DrawOptions(compat=owner.compat, language=owner.locale, roots=owner.roots)
        drawing = lay_out(compiled.deck, owner.fonts, self._look, options)
        found = [*compiled.diagnostics, *drawing.diagnostics]
        if not drawing.pages and not any(finding.severity is Severity.ERROR for finding in found):
            help_text = "write `slide` … `eslide` with something between them"
            found.append(error("MB324", "the deck draws nothing", Span(self.path), help_text))
        return Drawing(drawing.pages, tuple(found), drawing.reads)

    def _options(self) -> Options:
        from mops_cli.design.deck.compiler import Options

        owner = self._studio

        def token(name: str) -> str | None:
            value = self._look(_TOKEN + name)
            return None if value is None else value.decode()

        return Options(
            compat=owner.compat,
            seed=owner.seed,
            canvas=self.size,
            variables=owner.variables,
            tokens=token,
            fonts=tuple(dict.fromkeys(("body", "heading", "bold", *(file.role for file in owner.fonts.files)))),
            records=records,
            localize=owner.number,
            roots=owner.roots,
            later=owner.later,
            token_names=owner.color_names(),
        )
