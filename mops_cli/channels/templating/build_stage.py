"""The build stage: ``[[ ]]`` and ``[% %]`` are answered, ``{{ }}`` and ``{% %}`` become sentinels."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating import engine, program_memory, tracing
from mops_cli.channels.templating.balance import Balance
from mops_cli.channels.templating.build_names import BuildNames
from mops_cli.channels.templating.expressions import Later
from mops_cli.channels.templating.faults import Fault, Missing
from mops_cli.channels.templating.fluent_stage import Translator
from mops_cli.channels.templating.formats import Formatter
from mops_cli.channels.templating.linemap import MappedBuilder, MappedText, Origin, Segment
from mops_cli.channels.templating.names import NameCheck
from mops_cli.channels.templating.protect import protect
from mops_cli.channels.templating.running import Run
from mops_cli.channels.templating.slots import forged
from mops_cli.channels.templating.weave import CONTROL, MARKER, Woven, weave
from mops_cli.channels.templating.words import MAX_SLOTS, SENTINEL
from mops_cli.errors import MopsError
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.channels.assets import AssetBook
    from mops_cli.channels.base import Job
    from mops_cli.channels.templating.slots import SlotTable
    from mops_cli.channels.templating.tags import Piece

_EVENT = re.compile(f"{MARKER.pattern}|{SENTINEL.pattern}")
_NO_PLACE = Span("")
MAX_FAULTS = 20


class BuildStage:
    """Renders the texts of one document. Findings go to the job.

    ``assets`` is asked for ``asset("name")``; ``names`` are added to what every template may say.
    """

    def __init__(
        self, job: Job, slots: SlotTable, *, names: Mapping[str, object] | None = None, assets: AssetBook | None = None
    ) -> None:
        program_memory.remember_in(job.memo)
        self.job = job
        self.slots = slots
        slots.report = job.report
        self._check = NameCheck(job.config, job.report)
        slots.check = self._check.check
        self._translator = Translator(job, slots, self._check.is_number)
        self._names = BuildNames(job, self, assets, names or {})
        self._formatter = Formatter(job.locale, job.config.project.currency, job.config.project.fallback_zone)
        self._origins: dict[int, Origin] = {}
        self._numbers: dict[int, int] = {}
        self._programs: dict[str, tuple[_Compiled, Origin]] = {}
        self._sources = 0

    def render(
        self, text: str, path: str, first_line: int = 1, names: Mapping[str, object] | None = None
    ) -> MappedText:
        """The text with values and expressions as sentinels; every character knows the author's line."""
        return self._render(Origin(path, text, first_line), names or {})

    def render_value(
        self, text: str, locate: Callable[[int, int], Span], names: Mapping[str, object] | None = None
    ) -> str:
        """The same for a value of one line (a subject, a property); ``locate`` gives places in ``text``."""
        return self._render(Origin("", text, locate=locate), names or {}).text

    def field(self, name: str) -> str | None:
        """A front matter field of the message with its slots; None when there is none."""
        return self._names.field(name)

    def type_of(self, source: str) -> str:
        """The declared type of a recipient-time expression (``list``, ``text``, …); ``any`` when it is not known."""
        return self._check.type_of(source)

    def translate(self, key: object, **values: object) -> object:
        """``t("key", name=value)`` in a build-time tag."""
        return self._translator.call(key, values, self.here())

    def here(self) -> Span:
        """The place of the tag that is being answered."""
        return self._here(tracing.running_at())[1]

    # -- rendering

    def _render(self, origin: Origin, names: Mapping[str, object]) -> MappedText:
        text = origin.text
        self._refuse_reserved(origin)
        if "[[" not in text and "[%" not in text:
            return protect(_as_it_is(origin), self.slots, self._translator.tag)
        compiled = self._compile(origin, 0)
        if compiled is None:
            return MappedText("", [])
        previous = self._origins.get(0), self._programs.copy()
        self._origins[0] = origin
        self._programs[compiled.program.name] = (compiled, origin)
        try:
            output = self._run(compiled, self._names.for_text(text, names))
            mapped = self._mapped(output)
        finally:
            if previous[0] is not None:
                self._origins[0] = previous[0]
            self._programs = previous[1]
        return protect(mapped, self.slots, self._translator.tag)

    def _run(self, compiled: _Compiled, names: dict[str, object]) -> str:
        run = Run(
            self._formatter, printed=self._printed, load=self._load, missing=lambda found: self._missing(found, names)
        )
        template = compiled.program.instance(engine.build_environment())
        try:
            return engine.run_template(template, names, run)
        except MopsError as problem:
            self._report(Fault("MT106", problem.message, problem.hint), tracing.raised_at(problem))
        except Exception as problem:  # noqa: BLE001 - whatever a template does is a finding, not a crash
            self._report(engine.fault_of(problem), tracing.raised_at(problem))
        return ""

    def _printed(self, value: object) -> str:
        """What a tag prints: a sentinel."""
        if isinstance(value, Later):
            value = value.make()
        if isinstance(value, MappedText):
            return self._marked(value)
        if hasattr(value, "_undefined_name"):
            engine.note(value)
            return ""
        if value is None:
            return ""
        if isinstance(value, bool):
            value = "true" if value else "false"
        if type(value) in (list, tuple, dict):
            # A block's property may be a whole list; anywhere else it is refused when slots are put in.
            return self.slots.value(value, self._here(tracing.running_at())[1])
        if engine.is_unprintable(value):
            place = self._here(tracing.running_at())
            self.job.report(
                error(
                    "MT207",
                    "a list or an object cannot be printed",
                    place[1],
                    "loop over it, name one of its fields, or `join` it",
                )
            )
            return ""
        return self.slots.value(value, _NO_PLACE)

    def _marked(self, value: MappedText) -> str:
        """Text that is mapped already keeps its map."""
        parts: list[str] = []
        segments = value.segments
        for index, segment in enumerate(segments):
            stop = segments[index + 1].at if index + 1 < len(segments) else len(value.text)
            number = self._number(segment.origin)
            end = 0 if segment.exact else max(segment.end, segment.offset + 1)
            parts.append(f"\x02{number},{segment.offset},{end}\x03{value.text[segment.at : stop]}")
        return "".join(parts) if segments else value.text

    def _number(self, origin: Origin) -> int:
        known = self._numbers.get(id(origin))
        if known is not None and self._origins.get(known) is origin:
            return known
        self._sources += 1
        number = 1_000_000 + self._sources
        self._origins[number] = origin
        self._numbers[id(origin)] = number
        return number

    def _mapped(self, output: str) -> MappedText:
        """Take the markers out of an output and make the map of them."""
        builder = MappedBuilder()
        at = 0
        place: tuple[Origin, int, int] | None = None
        for event in _EVENT.finditer(output):
            if event[1] is None:
                self._settle(event, place)
                continue
            self._take(builder, output[at : event.start()], place)
            at = event.end()
            origin = self._origins.get(int(event[1]))
            place = (origin, int(event[2]), int(event[3])) if origin is not None else None
        self._take(builder, output[at:], place)
        return builder.done()

    @staticmethod
    def _take(builder: MappedBuilder, text: str, place: tuple[Origin, int, int] | None) -> None:
        if place is None:
            builder.plain(text)
        else:
            builder.add(text, place[0], place[1], exact=place[2] == 0, end=place[2])

    def _settle(self, event: re.Match[str], place: tuple[Origin, int, int] | None) -> None:
        """Give a slot that was made while running the place of the tag that printed it."""
        slot = self.slots.get(int(event[4]), event[5])
        if slot is not None and not slot.span.path and place is not None:
            self.slots.relocate(slot.number, place[0].span(place[1], place[2] or place[1] + 1))

    # -- other files

    def _load(self, name: str) -> Any:
        found = self._names.include(name)
        if found is None:
            return None
        number = _number_of(found.path)
        origin = Origin(found.path, found.text)
        self._origins[number] = origin
        self._refuse_reserved(origin)
        compiled = self._compile(origin, number)
        if compiled is None:
            return engine.compile_empty().instance(engine.build_environment())
        self._programs[compiled.program.name] = (compiled, origin)
        return compiled.program.instance(engine.build_environment())

    # -- mistakes

    def _compile(self, origin: Origin, number: int) -> _Compiled | None:
        compiled = _compiled(origin.text, number)
        balance = Balance(("[%", "%]"), engine.BUILD_BLOCKS, self.job.report)
        for word, start, end in compiled.statements:
            balance.take(word, origin.span(start, end))
        balance.finish()
        # Jinja's own words about a missing end point at the wrong place.
        faults = compiled.faults if not balance.ok else compiled.faults + compiled.structural
        for fault, start, end in faults:
            self.job.report(error(fault.code, fault.message, origin.span(start, end), fault.help))
        return compiled if compiled.program.name and balance.ok else None

    def _refuse_reserved(self, origin: Origin) -> None:
        if "jx" in origin.text:
            for match in SENTINEL.finditer(origin.text):
                if int(match[1]) <= MAX_SLOTS:
                    self.job.report(forged(match[0], origin.span(match.start(), match.end())))
        control = CONTROL.search(origin.text)
        if control is not None:
            self.job.report(
                error(
                    "MT110",
                    f"a control character (U+{ord(control[0]):04X}) is in the text",
                    origin.span(*control.span()),
                    "delete it",
                )
            )

    def _missing(self, found: Missing, names: Mapping[str, object]) -> None:
        if tuple(found.known) == ("name",) and self.job.repository.brand.identity is None:
            span = Span("brand/identity.yaml")
            if self.job.files.exists(span.path):  # it has mistakes of its own, told where they are
                return
            hint = "write it with legal_name and address; templates and mails ask for them"
            self.job.inputs.add(span.path)
            self.job.report(error("MC203", "there is no brand/identity.yaml", span, hint))
            return
        known = found.known or (() if found.owner else tuple(names))
        help_text = advice(found.name, known, what="known here" if found.owner else "names")
        if not found.owner and found.name in ("contact", "order", "event", "links", "send"):
            help_text = f"`{found.name}` is known when a person is: write `{{{{ {found.name}… }}}}`"
        self._report(Fault(found.code, found.message, help_text, found.word), tracing.running_at())

    def _report(self, fault: Fault, at: tuple[str, int]) -> None:
        piece, span = self._here(at, fault.word)
        message = fault.message
        if fault.code == "MT106":
            fault = Fault(fault.code, message, fault.help or self._names.include_advice(fault.word))
        if fault.code == "MT201" and piece is not None:
            message = self._owned(message, fault.word, piece)
        self.job.report(error(fault.code, message, span, fault.help))

    @staticmethod
    def _owned(message: str, word: str, piece: Piece) -> str:
        owner = re.search(r"([\w.\[\]\"']+)\." + re.escape(word) + r"\b", piece.inner)
        return message.replace("this object", f"`{owner[1]}`") if owner else message

    def _here(self, at: tuple[str, int], word: str = "") -> tuple[Piece | None, Span]:
        """The place of what is running: the tag, or the word inside it."""
        compiled, origin = self._programs.get(at[0], (None, None))
        if compiled is None or origin is None:
            top = self._origins.get(0)
            return None, top.span(0, 1) if top else Span(self.job.folder.campaign.path)
        piece, line = compiled.woven.piece_at(compiled.line_of(at[1]))
        if piece is None:
            return None, origin.span(0, 1)
        start, end = locate_word(piece, line, word)
        return piece, origin.span(start, end)


class _Compiled:
    """A compiled text: its program, its tags, and what is wrong with them (offsets in the text)."""

    def __init__(self, woven: Woven) -> None:
        self.woven = woven
        self.program = engine.Program("", compile("", "", "exec"))
        self.faults: list[tuple[Fault, int, int]] = []
        self.structural: list[tuple[Fault, int, int]] = []
        self.statements: list[tuple[str, int, int]] = []

    def line_of(self, python_line: int) -> int:
        """The line of the woven source behind a line of the compiled program."""
        return self.program.line_of(python_line)


@lru_cache(maxsize=1024)
def _compiled(text: str, number: int) -> _Compiled:
    """Compile a text; tags that cannot be read are reported and left out, so that one run finds them all."""
    skip: set[int] = set()
    woven = weave(text, number)
    result = _Compiled(woven)
    _read_statements(result)
    for index, piece in enumerate(woven.pieces):
        if not piece.closed:
            opener = text[piece.start : piece.start + 2]
            closer = "]]" if opener == "[[" else "%]"
            fault = Fault(
                "MT102",
                f"`{opener}` is never closed",
                f"write `{closer}` where the tag ends; for the characters themselves write `[[ '{opener}' ]]`",
            )
            if piece.inner == "raw":
                fault = Fault("MT102", "`[% raw %]` is never closed", "write `[% endraw %]` after it")
            result.faults.append((fault, piece.start, piece.end))
            skip.add(index)
    unknown = {start for _, start, _ in result.faults}
    skip.update(n for n, piece in enumerate(woven.pieces) if piece.kind == "statement" and piece.start in unknown)
    while len(result.faults) < MAX_FAULTS:
        woven = weave(text, number, frozenset(skip))
        compiled = program_memory.compiled(woven.source)
        if isinstance(compiled, engine.Program):
            result.woven, result.program = woven, compiled
            break
        bad = _blame(result, woven, compiled)
        if bad is None or woven.pieces[bad].kind == "statement":
            break
        skip.add(bad)
    return result


def _blame(result: _Compiled, woven: Woven, fault: Fault) -> int | None:
    """Note a fault at its tag; gives the tag's index."""
    piece, line = woven.piece_at(fault.line)
    if piece is None or "Unexpected end of template" in fault.message:  # the tag is only where it was noticed
        result.structural.append((fault, 0, 1))
        return None
    into = result.structural if piece.kind == "statement" else result.faults
    into.append((fault, *locate_word(piece, line, fault.word)))
    return woven.pieces.index(piece)


def _read_statements(result: _Compiled) -> None:
    for piece in result.woven.pieces:
        if piece.kind != "statement" or not piece.closed:
            continue
        inner = piece.inner.strip()
        word = re.match(r"\w*", inner)
        name = word[0] if word else ""
        if name not in engine.BUILD_STATEMENTS:
            fault = Fault(
                "MT104", f"there is no statement `{name}`", advice(name, engine.BUILD_STATEMENTS, what="statements")
            )
            result.faults.append((fault, piece.start, piece.end))
        elif name in ("set", "endset"):
            _read_set(result, name, inner, piece)
        else:
            result.statements.append((name, piece.start, piece.end))


def _read_set(result: _Compiled, name: str, inner: str, piece: Piece) -> None:
    """``set`` without ``=`` opens a block."""
    if name == "endset" or "=" not in inner.split("|", 1)[0]:
        result.statements.append((name, piece.start, piece.end))


def locate_word(piece: Piece, line: int, word: str) -> tuple[int, int]:
    """Offsets of a word in a tag (of the whole tag when it is not there)."""
    start = 0
    for _ in range(line):
        start = piece.inner.find("\n", start) + 1
    if word:
        found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(piece.inner, start)
        if found:
            return piece.inner_start + found.start(), piece.inner_start + found.end()
    if line and start:
        return piece.inner_start + start, piece.end
    return piece.start, piece.end


_PATHS: dict[str, int] = {}


def _number_of(path: str) -> int:
    """A small number for an included file, the same in every text of this process."""
    return _PATHS.setdefault(path, len(_PATHS) + 1)


def _as_it_is(origin: Origin) -> MappedText:
    builder = MappedBuilder()
    text = origin.text
    if not text:
        return MappedText("", [Segment(0, origin, 0)])
    if "\r" not in text and not CONTROL.search(text):
        builder.add(text, origin, 0)
        return builder.done()
    at = 0
    for match in re.finditer(f"\r\n?|{CONTROL.pattern}", text):
        builder.add(text[at : match.start()], origin, at)
        if match[0].startswith("\r"):
            builder.add("\n", origin, match.start())
        at = match.end()
    builder.add(text[at:], origin, at)
    return builder.done()
