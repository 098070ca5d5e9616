"""TOML: the standard library's reading, and the place of every value."""

from __future__ import annotations

import re
import tomllib
from datetime import date, time
from math import isfinite
from typing import TYPE_CHECKING

from mops_cli.content.parsed import Parsed
from mops_cli.content.positions import Place, TreeSource
from mops_cli.content.text import LineIndex, decode
from mops_cli.content.toml_places import TooDeep, places
from mops_cli.model.diagnostic import Diagnostic, Span, error

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_ASSIGNED = re.compile(
    r"(?P<lead>\s*(?:[A-Za-z0-9_\-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_\-]+)*\s*)=(?P<gap>\s*)(?P<value>\S.*)?\Z"
)
_WORD = re.compile(r"[^\s\"'\[{0-9+\-#][^#]*")
# What tomllib says -> our code, sentence and cure.
_SENTENCES: tuple[tuple[str, str, str, str], ...] = (
    ("Cannot overwrite", "MC123", "this name is set twice", "keep one of the two lines"),
    ("Cannot declare", "MC123", "this table is opened twice", "put all its lines under one [heading]"),
    ("Cannot mutate", "MC123", "this table was already closed", "put all its lines in one place"),
    ("Cannot redefine", "MC123", "this name is set twice", "keep one of the two lines"),
    ("Duplicate inline", "MC123", "this name stands twice between the braces", "keep one of the two"),
    ("Expected '=' after a key", "MC121", "a name must be followed by =", 'write name = "value"'),
    ("Invalid statement", "MC121", "this line is neither a [heading] nor name = value", 'write name = "value"'),
    ("Unterminated string", "MC108", "a text is not closed", 'write " at its end'),
    ("Unescaped '\\'", "MC120", "a backslash in double quotes begins an escape, and this one does not exist",
     "write two backslashes, or put the text in single quotes"),
    ("Illegal character", "MC108", "a text in quotes ends before its line does, or holds a character it cannot hold",
     'write " at its end, or use three quotes for a text of several lines'),
    ("Unclosed array", "MC121", "a list is not closed, or a comma is missing in it", "separate values by commas and write ]"),
    ("Unclosed inline", "MC121", "the braces are not closed, or a comma is missing", "separate values by commas and write }"),
    ("Expected ']'", "MC121", "the heading is not closed", "write ] at its end"),
    ("Expected newline", "MC121", "something follows the value", "begin a new line, or put the whole value in quotes"),
    ("Invalid initial character for a key", "MC121", "a name is missing here", "a name has letters, digits, - and _"),
    ("Invalid value", "MC121", "this is not a value", 'write texts in quotes: "…"'),
    ("Invalid hex", "MC120", "an escape needs hexadecimal digits", "write e.g. \\u00e9"),
    ("Escaped character", "MC120", "this escape is no character", "write the character itself"),
    ("Invalid date", "MC121", "this date does not exist", "write year-month-day, e.g. 2026-12-01"),
    ("Control characters", "MC102", "a control character stands here", "delete it; it is invisible"),
)  # fmt: skip


def parse(path: str, raw: bytes | str) -> Parsed:
    """A TOML file: its data, the place of each value, and what is wrong with its spelling.

    Dates and times stay text, as they are written.
    """
    text, found = decode(path, raw)
    lines = LineIndex(path, text)
    try:
        data: dict[str, object] = tomllib.loads(text)
        root = places(text)
    except tomllib.TOMLDecodeError as problem:
        found.append(_explain(str(problem), lines))
        return Parsed({}, TreeSource(path, text, Place(0, 0, keys={}), 0, lines), tuple(found), usable=False)
    except (RecursionError, TooDeep):
        note = error("MC113", "values are nested too deep", lines.span(0, 0), "no file of a project needs that depth")
        return Parsed({}, TreeSource(path, text, Place(0, 0, keys={}), 0, lines), (*found, note), usable=False)
    except ValueError as problem:  # a number with thousands of digits, a date that does not exist
        note = error("MC121", f"a value cannot be read: {problem}", lines.span(0, 0), "put it in quotes, or correct it")
        return Parsed({}, TreeSource(path, text, Place(0, 0, keys={}), 0, lines), (*found, note), usable=False)
    _texts(data, root, text)
    return Parsed(data, TreeSource(path, text, root, 0, lines), tuple(found))


def _texts(data: object, root: Place, text: str) -> None:
    """Give each place its text, and turn what JSON cannot say (dates, infinities) into text."""
    waiting: list[tuple[object, Place]] = [(data, root)]
    while waiting:
        container, place = waiting.pop()
        for key, value in _members(container):
            below = place.child(key)
            if isinstance(value, (date, time)) or (isinstance(value, float) and not isfinite(value)):
                value = text[below.start : below.end] if below else str(value)
                container[key] = value  # type: ignore[index]
            if below is None:
                continue
            if isinstance(value, str):
                below.text = value
            elif isinstance(value, (dict, list)):
                waiting.append((value, below))


def _members(container: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(container, dict):
        yield from list(container.items())
    elif isinstance(container, list):
        yield from list(enumerate(container))


def _explain(problem: str, lines: LineIndex) -> Diagnostic:
    """An error of tomllib as a finding."""
    match = _PLACE.search(problem)
    message = problem[: match.start()] if match else problem
    offset = len(lines.text)
    if match and match[1]:
        line, column = int(match[1]), int(match[2])
        offset = lines.starts[min(line, len(lines.starts)) - 1] + column - 1
    line, _ = lines.line_column(min(offset, len(lines.text)))
    written = lines.line_text(line)
    assigned = _ASSIGNED.match(written)
    if assigned is not None:
        start = lines.starts[line - 1] + assigned.start("value") if assigned["value"] else offset
        special = _bare_word(assigned, lines, start)
        if special is not None and message.startswith(("Invalid value", "Expected newline")):
            return special
    if ":" in written and "=" not in written and message.startswith(("Expected '='", "Invalid statement")):
        name, _, value = written.strip().partition(":")
        hint = f"write `{name.strip()} = …`" if not value.strip() else f'write `{name.strip()} = "{value.strip()}"`'
        if value.strip()[:1] in ('"', "'", "[", "{"):  # it is well written already
            hint = f"write `{name.strip()} = {value.strip()}`"
        at = lines.starts[line - 1] + written.index(":")
        return error("MC121", "TOML sets a value with =, not with a colon", lines.span(at, at + 1), hint)
    for start_of, code, sentence, cure in _SENTENCES:
        if message.startswith(start_of):
            return error(code, sentence, _stretch(code, lines, line, offset), cure)
    return error(
        "MC121", f"this is not TOML: {message}", lines.span(offset, offset), 'a line is name = "value" or [heading]'
    )


def _stretch(code: str, lines: LineIndex, line: int, offset: int) -> Span:
    """What to show: tomllib tells where it stopped, which may be after the thing itself."""
    start = lines.starts[line - 1]
    if code == "MC123":
        written = lines.line_text(line)
        name = written.split("=", maxsplit=1)[0].rstrip()
        return lines.span(start + len(written) - len(written.lstrip()), start + len(name))
    if code == "MC120":
        backslash = lines.text.rfind("\\", start, offset)
        offset = backslash if backslash >= 0 else offset
    return lines.span(offset, offset)


def _bare_word(assigned: re.Match[str], lines: LineIndex, start: int) -> Diagnostic | None:
    """``name = Aurora``: a text without quotes, or no value at all."""
    value = (assigned["value"] or "").split("#", maxsplit=1)[0].strip()
    name = assigned["lead"].strip()
    if not value:
        return error(
            "MC121", f"{name} has no value", lines.span(start, start), f'write `{name} = "…"`, or delete the line'
        )
    if value.lower() in ("true", "false") and value not in ("true", "false"):
        return error(
            "MC121", f"{value} is not a value", lines.span(start, start + len(value)), f"write {value.lower()}"
        )
    if _WORD.match(value) or "," not in value:
        hint = f'write `{name} = "{value}"`' if '"' not in value else "put the whole text in one pair of quotes"
        return error("MC122", "a text needs quotes", lines.span(start, start + len(value)), hint)
    return None
