"""The mistakes people make in YAML, named before the parser stumbles over them.

Each becomes a :class:`Trap`: a place, a sentence, what to write instead, and, where it is clear what was
meant, a repaired text of the same length, so that reading goes on and all mistakes of a file are told at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Severity
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.content.text import LineIndex

_MAX_LINE = 2_000  # longer lines are not what people type, and slow to look at
_OPENERS = {"{{": "}}", "{%": "%}", "[[": "]]", "[%": "%]"}
_EXPRESSION = re.compile(
    r"\[\[ *(?!true\b|false\b|null\b)[A-Za-z_][^,\n]*(?:\([^\n]*\)[^\n]*)?\]\]|\[\[ *[A-Za-z_]\w*\("
)
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b")
_HASH = re.compile(r"[ \t]+(#[^ \t\n#!][^\n]*)")
_ENTRY = re.compile(
    r"""(?P<lead>[ \t]*(?:-[ \t]+)*)(?P<key>(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'{\[,:][^:\n]*?)[ \t]*:[ \t]+)?(?P<value>\S.*)?\Z"""
)
_GLUED = re.compile(r"[ \t]*(?:-[ \t]+)?(?P<key>[A-Za-z_][\w-]*):(?P<value>[^\s/:][^\n]*)\Z")
_SIGNS = {"%": "%", "@": "@", "`": "`", "*": "*", "&": "&", "!": "!", "|": "|", ">": ">", ",": ",", "]": "]", "}": "}"}


@dataclass(slots=True)
class Trap(Exception):
    """A mistake at characters ``start`` to ``end``. ``lost`` is what a comment swallowed."""

    code: str
    message: str
    start: int
    end: int
    help: str = ""
    repaired: str | None = None
    severity: Severity = Severity.ERROR
    line_of: int = -1
    lost: str = ""

    def diagnostic(self, lines: LineIndex, base: int) -> Diagnostic:
        """The finding in the whole file; ``base`` is where its part begins."""
        hint = self.help
        if self.line_of >= 0:
            hint = hint.replace("{line}", str(lines.line_column(base + self.line_of)[0]))
        span = lines.span(base + self.start, base + self.end)
        return Diagnostic(self.code, self.severity, self.message, span, hint)


@dataclass(frozen=True, slots=True)
class Problem:
    """What the parser said."""

    what: str
    context: str
    offset: int
    context_offset: int


def template_at(text: str, start: int, *, in_flow: bool) -> Trap | None:
    """A value that begins with a template where YAML sees a mapping or a list."""
    opener = text[start : start + 2]
    if opener not in _OPENERS or (opener == "[[" and not _EXPRESSION.match(text, start, start + _MAX_LINE)):
        return None
    return _template(text, start, in_flow=in_flow)


def hash_after(text: str, value: str, start: int, end: int) -> Trap | None:
    """What a ``#`` without a blank after it took away from a plain value."""
    if text[end : end + 1] not in (" ", "\t") and value:
        return None
    match = _HASH.match(text, end if value else max(end - 1, 0)) or (None if value else _HASH.match(text, end))
    if match is None:
        return None
    lost = match[1].rstrip()
    at = match.start(1)
    if value:
        return Trap(
            "MC105",
            f'the value ends before "{lost[:30]}", which reads as a comment',
            at,
            at + len(lost),
            f"""put the whole value in quotes: "{value} {lost}"; a real comment has a blank after the #""",
            severity=Severity.WARNING,
        )
    color = _COLOR.match(lost)
    lost = color[0] if color else lost
    what = "the colour" if color else "the text"
    return Trap(
        "MC105",
        f"{what} {lost[:30]} reads as a comment, so there is no value",
        at,
        at + len(lost),
        f'put it in quotes: "{lost}"',
        lost=lost,
    )


def alias_trap(
    text: str, start: int, end: int, name: str, known: Iterable[str], *, recursive: bool, in_flow: bool
) -> Trap:
    """``*name`` without ``&name``: mostly a text that begins with an asterisk."""
    if recursive:
        return Trap("MC112", f'"*{name}" stands inside what it repeats', start, end, "write the value out")
    value_end = _value_end(text, start, in_flow=in_flow)
    close = nearest(name, known)
    hint = f'did you mean "*{close}"? ' if close else ""
    return Trap(
        "MC112",
        f'"*{name}" repeats a value that has no name above',
        start,
        end,
        f"{hint}put a text that begins with * in quotes: {quoted(text[start:value_end])}",
        _repair(text, start, value_end),
    )


def tag_trap(text: str, start: int, *, in_flow: bool) -> Trap:
    """``!word``: YAML's tags are of no use here."""
    at = text.find("!", start)
    at = start if at < 0 else at
    end = _value_end(text, at, in_flow=in_flow)
    return Trap(
        "MC114",
        "a value cannot begin with ! without quotes",
        at,
        end,
        f"put it in quotes: {quoted(text[at:end])}",
        _repair(text, at, end),
    )


_IN_FLOW_HASH = re.compile(r"[:,\[{][ \t]+(#[^\s,}\]\"']+)")


def explain(problem: Problem, text: str, long_quote: tuple[int, int] | None) -> Trap:
    """The parser's complaint as the mistake behind it."""
    for look in (_unclosed, _tab, _value_sign, _glued, _quote_then_text, _long_quote, _colon_in_value, _structure):
        trap = look(problem, text, long_quote)
        if trap is not None:
            return trap
    offset = min(problem.offset, len(text))
    return Trap(
        "MC111", f"this is not YAML: {problem.what}", offset, offset, "look at the quotes, colons and indentation here"
    )


def quoted(value: str) -> str:
    """A value in the quotes that suit it."""
    value = value.strip()
    shown = value if len(value) <= 60 else f"{value[:57]}…"
    if '"' in shown or "\\" in shown:
        return "'" + shown.replace("'", "''") + "'"
    return f'"{shown}"'


# -- one kind of mistake each: (problem, text, last long quoted value) -> Trap or None


def _unclosed(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """A quote without its partner."""
    if "quoted scalar" not in problem.context or "end of stream" not in problem.what:
        return None
    start = problem.context_offset
    line_end = _line_end(text, start)
    mark = text[start : start + 1]
    return Trap(
        "MC108",
        f"the text that begins with {mark} is never closed",
        start,
        line_end,
        f"write {mark} at its end; inside it, {_inner(mark)}",
    )


def _tab(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """Tabs where YAML wants blanks."""
    for offset in (problem.offset, problem.context_offset):
        if offset < 0:
            continue
        start = _line_start(text, offset)
        indent = re.match(r"[ \t]*(?:-[ \t]+)*", text[start : _line_end(text, offset)])
        if indent is not None and "\t" in indent[0]:
            at = start + indent[0].index("\t")
            return Trap("MC107", "a tab indents this line", at, start + indent.end(), "indent with blanks, two a level")
    if "'\\t'" in problem.what:
        return Trap(
            "MC107",
            "a tab stands here",
            problem.offset,
            problem.offset + 1,
            "write blanks instead of tabs between key and value",
        )
    return None


def _value_sign(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """A value that begins with a template or with a sign that means something else."""
    for offset in (problem.offset, problem.context_offset, problem.offset - 1):
        if not 0 <= offset <= len(text):
            continue
        at = _value_start(text, offset)
        if at is None:
            continue
        if text[at : at + 2] in _OPENERS and (text[at : at + 2] != "[[" or _EXPRESSION.match(text, at, at + _MAX_LINE)):
            return _template(text, at, in_flow=False)
        if text[at] in _SIGNS and not (text[at] in "|>" and "block scalar" not in problem.context):
            end = _value_end(text, at, in_flow=False)
            return Trap(
                "MC110",
                f"a value cannot begin with {text[at]} without quotes",
                at,
                end,
                f"put it in quotes: {quoted(text[at:end])}",
                _repair(text, at, end),
            )
    start = _line_start(text, problem.offset)
    found = re.search(r"\{\{|\{%|\[\[ *[A-Za-z_]|\[%", text[start : problem.offset + 2])
    if found and _is_flow_context(problem):
        return _template(text, start + found.start(), in_flow=True)
    return None


def _glued(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """``key:value``, and lines without any colon."""
    if "expected ':'" not in problem.what and "mapping values are not allowed" not in problem.what:
        return None
    start = problem.context_offset if "expected ':'" in problem.what else _line_start(text, problem.offset)
    start = _line_start(text, max(start, 0))
    candidates = [start]
    if start > 0:
        candidates.append(_line_start(text, start - 1))
    for at in candidates:
        line = text[at : _line_end(text, at)]
        match = _GLUED.match(line)
        if match is not None and not re.search(r":[ \t]", line):
            colon = at + match.end("key")
            return Trap(
                "MC109",
                f'"{match["key"]}:" needs a blank after its colon',
                colon,
                colon + 1,
                f"write `{match['key']}: {match['value'].strip()}`",
            )
    if "expected ':'" not in problem.what:
        return None
    line = text[start : _line_end(text, start)].strip()
    at = start + len(text[start:]) - len(text[start:].lstrip(" "))
    return Trap(
        "MC109",
        f'the line "{line[:40]}" has no colon',
        at,
        at + len(line),
        f"write `{line[:40]}: …`, or delete the line",
    )


def _quote_then_text(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """``"Hello" dear``: the quotes end before the value does."""
    at = _value_start(text, problem.offset)
    if at is None or text[at] not in "\"'":
        return None
    mark = text[at]
    close = _closing(text, at, _line_end(text, at))
    if close is None:
        return None
    end = _value_end(text, at, in_flow=False)
    if not text[close + 1 : end].strip() or text[close + 1 : end].lstrip()[:1] in ":,]}":
        return None
    after = text[close + 1 : end].strip()
    return Trap(
        "MC118",
        f"the text goes on after its closing {mark}: {after[:30]}",
        close,
        end,
        f"put the whole value in quotes; inside {mark}…{mark} {_inner(mark)}",
        _repair(text, at, end),
    )


def _long_quote(problem: Problem, text: str, long_quote: tuple[int, int] | None) -> Trap | None:
    """A quote that was closed by the opening quote of a later line."""
    if long_quote is None or text.count("\n", long_quote[1], max(problem.offset, long_quote[1])) > 1:
        return None
    start, end = long_quote
    if not re.search(r"\n[^\n]*:[ \t]+\Z", text[start : end - 1]):
        return None
    mark = text[start]
    return Trap(
        "MC108",
        f"the text that begins with {mark} is not closed on its line",
        start,
        _line_end(text, start),
        f"write {mark} at its end; inside it, {_inner(mark)}",
    )


def _colon_in_value(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """``title: News: now``, or a line that is indented too far."""
    if "mapping values are not allowed" not in problem.what:
        return None
    line_start = _line_start(text, problem.offset)
    at = _value_start(text, problem.offset)
    if at is not None and at < problem.offset and text[line_start:at].strip(" -"):
        end = _value_end(text, at, in_flow=False)
        return Trap(
            "MC116",
            "a colon and a blank inside a value need quotes",
            problem.offset,
            problem.offset + 1,
            f"put the value in quotes: {quoted(text[at:end])}",
            _repair(text, at, end),
        )
    first = line_start + len(text[line_start:]) - len(text[line_start:].lstrip(" "))
    return Trap(
        "MC119",
        "this line is indented deeper than the one before it, which already has a value",
        first,
        problem.offset,
        "give lines of the same level the same number of blanks before them",
    )


def _structure(problem: Problem, text: str, _long: tuple[int, int] | None) -> Trap | None:
    """Brackets and indentation."""
    offset, context = min(problem.offset, len(text)), problem.context_offset
    if "nesting depth" in problem.what:
        return Trap("MC113", "values are nested too deep", offset, offset, "no file of a project needs that depth")
    if "unknown escape" in problem.what or "hexdec" in problem.what or "escape code" in problem.what:
        return Trap(
            "MC120",
            "a backslash in double quotes begins an escape, and this one does not exist",
            offset,
            offset + 1,
            "write two backslashes, or put the text in single quotes: '…'",
        )
    if "flow node" in problem.context:
        context = max(text.rfind("[", 0, offset), text.rfind("{", 0, offset))
    if "flow" in problem.context and context >= 0:
        mark = text[context : context + 1]
        close = "}" if mark == "{" else "]"
        comment = _IN_FLOW_HASH.search(text, context, _line_end(text, context))
        if comment is not None:
            return Trap(
                "MC105",
                f"the text {comment[1]} reads as a comment, so the {mark} before it is never closed",
                comment.start(1),
                comment.end(1),
                f"write it in quotes: {quoted(comment[1])}",
            )
        return Trap(
            "MC111",
            f"the {mark or 'bracket'} that opens here is not closed, or a comma is missing in it",
            max(context, 0),
            max(context, 0) + 1,
            f"separate its values by commas and write {close} at its end",
        )
    if "block mapping" in problem.context or "block collection" in problem.context or "block end" in problem.what:
        start = _line_start(text, offset)
        first = start + len(text[start:]) - len(text[start:].lstrip(" "))
        return Trap(
            "MC119",
            "this line does not fit the ones above it",
            first,
            max(_line_end(text, start), first),
            "indent it with as many blanks as the lines of its level; a list's entries begin with `- `",
        )
    if "document start" in problem.what:
        return Trap(
            "MC111",
            "the file goes on after its value",
            offset,
            offset,
            "a file holds one mapping of `name: value` lines",
        )
    return None


# -- pieces of text


def _template(text: str, at: int, *, in_flow: bool) -> Trap:
    opener = text[at : at + 2]
    end = _value_end(text, at, in_flow=in_flow)
    if in_flow:
        close = text.find(_OPENERS[opener], at, _line_end(text, at))
        end = close + 2 if close >= 0 else end
    note = "; write a list of lists with a blank: [ [" if opener == "[[" else ""
    return Trap(
        "MC104",
        f"a value that begins with {opener} needs quotes",
        at,
        end,
        f"put the whole value in quotes: {quoted(text[at:end])}{note}",
        _repair(text, at, end),
    )


def _is_flow_context(problem: Problem) -> bool:
    return "flow" in problem.context or "cannot start any token" in problem.what


def _inner(mark: str) -> str:
    return 'write \\" for a double quote' if mark == '"' else "write '' for an apostrophe"


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, max(offset, 0)) + 1


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", max(offset, 0))
    return len(text) if end < 0 else end


def _value_start(text: str, offset: int) -> int | None:
    """Where the value of this line's `key: value` begins."""
    start = _line_start(text, offset)
    end = _line_end(text, offset)
    match = _ENTRY.match(text[start:end]) if end - start <= _MAX_LINE else None
    if match is None or match["value"] is None:
        return None
    return start + match.start("value")


def _value_end(text: str, at: int, *, in_flow: bool) -> int:
    """Where a value ends: at a comment, at the line's end, or in brackets at the next comma or bracket."""
    stop = _line_end(text, at)
    if in_flow:
        match = re.compile(r"[,\]}\n]").search(text, at + 1, stop)
        stop = match.start() if match else stop
    comment = text.find(" #", at, stop)
    stop = comment if comment >= 0 else stop
    return at + len(text[at:stop].rstrip())


def _closing(text: str, at: int, stop: int) -> int | None:
    """The quote that closes the one at ``at``."""
    mark, here = text[at], at + 1
    while here < stop:
        if text[here] == "\\" and mark == '"':
            here += 2
            continue
        if text[here] == mark:
            if mark == "'" and text[here + 1 : here + 2] == "'":
                here += 2
                continue
            return here
        here += 1
    return None


def _repair(text: str, start: int, end: int) -> str:
    """The text with a value put in quotes, at the same length."""
    inner = text[start + 1 : end - 1].replace("'", "’").replace("\n", " ")
    value = f"'{inner}'" if end - start > 1 else "x"
    return text[:start] + value + text[max(end, start + 1) :]
