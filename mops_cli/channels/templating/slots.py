"""The slots of a document: what stands behind each sentinel, and how it comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mops_cli.channels.templating import escapes, words
from mops_cli.channels.templating.expressions import Expression
from mops_cli.channels.templating.places import NO_PLACE, Context, Place, Spot, find
from mops_cli.channels.templating.words import SENTINEL, is_dynamic, is_statement_line
from mops_cli.model.diagnostic import Diagnostic, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.templating.linemap import MappedText

__all__ = ["Context", "Place", "Slot", "SlotTable", "Spot", "is_dynamic", "is_statement_line"]

_LISTS = (list, tuple, dict)  # exactly these: a design token is a mapping that prints
_OPENING = re.compile(r"\{(?=[{%#])")
_MARKED = frozenset({Context.HTML, Context.MJML, Context.SVG, Context.TELEGRAM})
_ADVICE = {
    Spot.TAG: "put it inside the quotes of an attribute, or put the statement around the whole element",
    Spot.NAME: "write the name of the element out",
    Spot.UNQUOTED: "put quotes around the attribute's value",
    Spot.SCRIPT: "scripts take no values; messages carry none",
    Spot.EVENT: "messages carry no scripts; use a link",
}
_ESCAPE_BY_SPOT = {
    Spot.ATTR: "attr",
    Spot.URL: "url | attr",
    Spot.URLPART: "urlpart",
    Spot.STYLE_ATTR: "css | attr",
    Spot.STYLE: "css",
    Spot.STYLE_URL: "url",
    Spot.STYLE_ATTR_URL: "url | attr",
    Spot.JSON: "json",
}
_TEXT_ESCAPE = {
    Context.HTML: "html",
    Context.MJML: "html",
    Context.SVG: "html",
    Context.TEXT: "plain",
    Context.HEADER: "header",
    Context.URL: "url",
    Context.CSS: "css",
    Context.SLACK: "slack",
    Context.TELEGRAM: "telegram",
    Context.DISCORD: "discord",
    Context.SMS: "sms",
    Context.RAW: "",
}
_LINES = frozenset({Context.TEXT, Context.SLACK, Context.DISCORD, Context.TELEGRAM, Context.SMS})


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands behind a sentinel. ``text`` is the value, or the source of the expression or statement.

    ``joined`` is the number of the slot that this one continues (a value that came in several pieces).
    ``lead`` is how many characters of the tag stand before ``text``, when the tag is in the author's file as it is.
    """

    number: int
    kind: str
    text: str
    span: Span
    value: object = None
    joined: int = -1
    lead: int = -1

    @property
    def word(self) -> str:
        """The sentinel."""
        return words.word(self.number, self.kind)

    @property
    def source(self) -> str:
        """What the author sees: the tag, or the value."""
        if self.kind == words.VALUE:
            return self.text
        return f"{{{{ {self.text} }}}}" if self.kind == words.EXPRESSION else f"{{% {self.text} %}}"

    def inside(self, name: str) -> Span:
        """The place of a word of the tag; the whole tag when the word is not to be found."""
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text) if name and self.lead >= 0 else None
        if found is None:
            return self.span
        column = self.span.column + self.lead + found.start()
        return Span(self.span.path, self.span.line, column, self.span.line, column + len(name))


class SlotTable:
    """All slots of one document. Findings go to ``report`` (or are collected in :attr:`found`).

    ``check`` is called with the slots of every finished text, in their order there.
    """

    def __init__(self, report: Callable[[Diagnostic], None] | None = None) -> None:
        self.found: list[Diagnostic] = []
        self.report: Callable[[Diagnostic], None] = report or self.found.append
        self.check: Callable[[list[Slot]], None] | None = None
        self._slots: list[Slot] = []
        self._sent: dict[int, Place] = {}

    # -- registering

    def value(self, value: object, span: Span) -> str:
        """Register a build-time value; an :class:`Expression` becomes an expression slot, finished text stays."""
        if isinstance(value, Expression):
            return self.expression(value.source, value.span if value.span.path else span)
        if type(value) in (list, tuple, dict):
            return self._add(words.VALUE, "", span, value)
        text = str(value)
        if hasattr(value, "__html__"):
            return text
        if not SENTINEL.search(text):
            return self._add(words.VALUE, text, span, value)
        return self._pieces(text, span)

    def expression(self, source: str, span: Span, lead: int = -1) -> str:
        """Register the source of a ``{{ }}``."""
        return self._add(words.EXPRESSION, source.strip(), span, lead=lead)

    def statement(self, source: str, span: Span, lead: int = -1) -> str:
        """Register the source of a ``{% %}``."""
        return self._add(words.STATEMENT, source.strip(), span, lead=lead)

    def protect(self, text: str, locate: Callable[[int, int], Span]) -> str:
        """Replace every ``{{ }}`` and ``{% %}`` of a text by sentinels; ``locate`` gives places in ``text``."""
        from mops_cli.channels.templating.linemap import MappedText, Origin, Segment
        from mops_cli.channels.templating.protect import protect

        origin = Origin("", text, locate=locate)
        return protect(MappedText(text, [Segment(0, origin, 0)]), self).text

    def relocate(self, number: int, span: Span) -> None:
        """Give a slot its place (known only after the build stage has run)."""
        self._slots[number] = replace(self._slots[number], span=span)

    # -- looking

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, sentinel: str) -> bool:
        found = SENTINEL.fullmatch(sentinel)
        return found is not None and self.get(int(found[1]), found[2]) is not None

    def get(self, number: int, kind: str = "") -> Slot | None:
        """The slot of a number (and kind)."""
        if number >= len(self._slots):
            return None
        slot = self._slots[number]
        return slot if not kind or slot.kind == kind else None

    def of(self, text: str) -> list[Slot]:
        """The slots of a text, in order of appearance."""
        found = (self.get(int(m[1]), m[2]) for m in SENTINEL.finditer(text))
        return [slot for slot in found if slot is not None]

    def statements(self, text: str) -> dict[str, str]:
        """Sentinel to source, for the statements of a text."""
        return {s.word: s.source for s in self.of(text) if s.kind == words.STATEMENT}

    def flat(self, text: str) -> str:
        """The text with the values put in as they are (expressions stay)."""
        return SENTINEL.sub(self._flat, text)

    def only_expression(self, text: str) -> Expression | None:
        """The expression, when the text is exactly one."""
        match = SENTINEL.fullmatch(text.strip())
        slot = self.get(int(match[1]), words.EXPRESSION) if match else None
        return Expression(slot.text, slot.span) if slot else None

    # -- putting back

    def fill(self, text: str, context: Context) -> str:
        """Put the values in, escaped for where they land; expressions and statements stay sentinels."""
        places = find(text, context)
        self._sent = {place.number: place for place in places if place.kind != words.VALUE}
        return self._rebuild(text, places, context, final=False)

    def fill_mapped(self, source: MappedText, context: Context) -> MappedText:
        """:meth:`fill` for a text that remembers its places."""
        from mops_cli.channels.templating.linemap import MappedBuilder

        places = find(source.text, context)
        self._sent = {place.number: place for place in places if place.kind != words.VALUE}
        out = MappedBuilder()
        at = 0
        for place in places:
            slot = self.get(place.number, place.kind)
            if slot is not None and slot.kind == words.VALUE:
                self._check(slot, place, context)
                out.copy(source, at, place.start)
                out.replace(self._shown(slot, place, context), source, place.start, place.end)
                at = place.end
        out.copy(source, at, len(source.text))
        return out.done()

    def restore(self, text: str, context: Context) -> str:
        """The finished template: values in place, expressions with the escape filter of their place."""
        if context in _LINES:
            text = _without_statement_lines(text)
        if self.check is not None and is_dynamic(text):
            self.check(self.of(text))
        return self._rebuild(text, find(text, context), context, final=True)

    def lost(self, text: str) -> list[Slot]:
        """Slots that the last :meth:`fill` handed out and that are missing in ``text``."""
        here = {int(match[1]) for match in SENTINEL.finditer(text)}
        return [self._slots[number] for number in self._sent if number not in here]

    def report_lost(self, text: str) -> bool:
        """Report every lost slot at the author's place; tells whether there were any."""
        lost = self.lost(text)
        for slot in lost:
            where = self._sent[slot.number].where
            self.report(
                error(
                    "MT401",
                    f"`{slot.source}` is lost: {where} does not keep it",
                    slot.span,
                    "only a build-time value `[[ ]]` works there; put the part that differs by recipient into the text, "
                    "an address or an `alt`",
                )
            )
        return bool(lost)

    # -- inside

    def _add(self, kind: str, text: str, span: Span, value: object = None, *, joined: int = -1, lead: int = -1) -> str:
        number = len(self._slots)
        if number > words.MAX_SLOTS:
            self.report(error("MT404", "this document has too many tags", span, "split it, or loop less"))
            return ""
        self._slots.append(Slot(number, kind, text, span, value, joined, lead))
        return words.word(number, kind)

    def _pieces(self, text: str, span: Span) -> str:
        """A value that holds sentinels itself: its own text becomes values around them."""
        out: list[str] = []
        at, first = 0, -1
        for match in SENTINEL.finditer(text):
            known = self.get(int(match[1]), match[2])
            if known is None:
                self.report(forged(match[0], span))
                return ""
            if match.start() > at:
                out.append(self._add(words.VALUE, text[at : match.start()], span, joined=first))
                first = len(self._slots) - 1 if first < 0 else first
            out.append(match[0])
            at = match.end()
        if at < len(text):
            out.append(self._add(words.VALUE, text[at:], span, joined=first))
        return "".join(out)

    def _flat(self, match: re.Match[str]) -> str:
        slot = self.get(int(match[1]), match[2])
        return slot.text if slot is not None and slot.kind == words.VALUE else match[0]

    def _rebuild(self, text: str, places: list[Place], context: Context, *, final: bool) -> str:
        out: list[str] = []
        literal: list[str] = []
        at = 0
        for place in places:
            slot = self.get(place.number, place.kind)
            if slot is None or (slot.kind != words.VALUE and not final):
                continue
            self._check(slot, place, context)
            literal.append(text[at : place.start])
            at = place.end
            if slot.kind == words.VALUE:
                literal.append(self._shown(slot, place, context))
                continue
            out += (inert("".join(literal), before_tag=True), _tag(slot, place, context))
            literal = []
        literal.append(text[at:])
        last = "".join(literal)
        return "".join([*out, inert(last) if final else last])

    def _check(self, slot: Slot, place: Place, context: Context) -> None:
        """Report a slot that stands where nothing of its kind can stand."""
        if type(slot.value) in _LISTS:
            self._refuse_list(slot)
            return
        if place.spot is Spot.TAG and slot.kind == words.STATEMENT and context is not Context.MJML:
            return
        if place.spot in NO_PLACE or place.spot is Spot.TAG:
            self.report(error("MT402", f"`{slot.source}` cannot stand {place.where}", slot.span, _ADVICE[place.spot]))
        elif place.spot is Spot.URLPART and slot.kind != words.STATEMENT:
            written = SENTINEL.sub("", self.flat(place.prefix))
            if not escapes.harmless_url(written):
                scheme = written.split(":", 1)[0]
                self.report(
                    error(
                        "MT403",
                        f"an address that begins with `{scheme}:` cannot hold `{slot.source}`",
                        slot.span,
                        "addresses begin with https:, http:, mailto: or tel:",
                    )
                )

    def _shown(self, slot: Slot, place: Place, context: Context) -> str:
        """A value, escaped for its place."""
        value = slot.value if slot.value is not None else slot.text
        if type(value) in _LISTS:
            return ""
        if place.spot in (Spot.URL, Spot.STYLE_URL, Spot.STYLE_ATTR_URL):
            return _in_markup(self._whole_url(slot, value), place, context)
        if place.spot is Spot.URLPART:
            return _in_markup(self._url_part(slot, place), place, context)
        if place.spot in (Spot.STYLE, Spot.STYLE_ATTR):
            shown = escapes.css(slot.text)
            if shown != slot.text:
                self.report(
                    error(
                        "MT405",
                        f"`{slot.text}` cannot be a value in a style",
                        slot.span,
                        "no `;`, braces, `url()` or `<` here",
                    )
                )
            return escapes.attr(shown) if place.spot is Spot.STYLE_ATTR else shown
        name = _ESCAPE_BY_SPOT.get(place.spot) or ("attr" if place.spot is not Spot.TEXT else _TEXT_ESCAPE[context])
        return escapes.ESCAPES.get(name, escapes.raw)(slot.text)

    def _refuse_list(self, slot: Slot) -> None:
        what = "an object" if isinstance(slot.value, dict) else "a list"
        hint = "loop over it, name one of its fields, or `join` it"
        self.report(error("MT207", f"{what} cannot be printed", slot.span, hint))

    def _whole_url(self, slot: Slot, value: object) -> str:
        if isinstance(value, escapes.Address) or escapes.harmless_url(slot.text):
            return escapes.url_text(value)
        self.report(
            error(
                "MT403",
                f"`{slot.text}` cannot be an address",
                slot.span,
                "an address begins with https:, http:, mailto: or tel:",
            )
        )
        return "#"

    def _url_part(self, slot: Slot, place: Place) -> str:
        """A value inside an address: more of the same written address, or data to be encoded."""
        first = self.get(slot.joined) if slot.joined >= 0 else None
        if first is None or first.word not in place.prefix:
            return escapes.quote_part(slot.text)
        whole = SENTINEL.sub("", self.flat(place.prefix)) + slot.text
        return escapes.url_text(slot.text) if escapes.harmless_url(whole) else escapes.urlpart(slot.text)


def _in_markup(url: str, place: Place, context: Context) -> str:
    """An address as its surroundings write it; a style sheet knows no entities."""
    sheet = not place.attribute and place.tag in ("style", "mj-style")
    return escapes.attr(url) if context in _MARKED and not sheet else url


def forged(sentinel: str, span: Span) -> Diagnostic:
    """The finding for a text that holds a sentinel of nobody."""
    return error(
        "MT406",
        f"the text `{sentinel}` is reserved",
        span,
        "MOPS uses such words for its own purposes; write something else",
    )


def inert(text: str, *, before_tag: bool = False) -> str:
    """Literal text for a template: nothing in it is read as a tag."""
    if "{" not in text:
        return text
    text = _OPENING.sub("{{ '{' }}", text)
    return text[:-1] + "{{ '{' }}" if before_tag and text.endswith("{") else text


def _tag(slot: Slot, place: Place, context: Context) -> str:
    if slot.kind == words.STATEMENT:
        return f"{{% {slot.text} %}}"
    if place.spot is Spot.TEXT:
        chain = _TEXT_ESCAPE[context]
    elif context in _MARKED:
        chain = _ESCAPE_BY_SPOT.get(place.spot, "attr")
    else:
        chain = _ESCAPE_BY_SPOT[place.spot].removesuffix(" | attr")
    return f"{{{{ ({slot.text}) | {chain} }}}}" if chain else f"{{{{ {slot.text} }}}}"


def _without_statement_lines(text: str) -> str:
    """Statements alone on a line leave no empty line behind."""
    if "sxj" not in text:
        return text
    lines = text.split("\n")
    last = len(lines) - 1
    out = [
        line.strip() if is_statement_line(line) else line + ("\n" if n < last else "") for n, line in enumerate(lines)
    ]
    return "".join(out)
