"""The attribute line of a block: ``key="value" other=bare 'quoted'``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY = re.compile(r"[A-Za-z][\w-]*")
_CURLY = {"“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "‚": "‘", "«": "»", "»": "«"}
_BARE = re.compile(r"[^\s\"'=][^\s\"']*")


@dataclass(frozen=True, slots=True)
class Lexed:
    """One attribute; offsets are in the attribute line."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """What the line cannot mean, where, and what to write."""

    message: str
    help: str
    start: int
    end: int


def lex(line: str) -> tuple[list[Lexed], list[Mistake]]:
    """Split an attribute line. Goes on after a mistake, so that all of them show at once."""
    found: list[Lexed] = []
    wrong: list[Mistake] = []
    at = 0
    while True:
        while at < len(line) and line[at].isspace():
            at += 1
        if at >= len(line):
            return found, wrong
        key = _KEY.match(line, at)
        if not key:
            end = _skip(line, at)
            wrong.append(Mistake(f"expected a property, found {line[at:end]!r}", 'write key="value"', at, end))
            at = end
            continue
        at, item, mistake = _value(line, key)
        if item and item.name in {other.name for other in found}:
            mistake = Mistake(f"`{item.name}` stands twice in this line", "delete one of them", item.start, item.end)
        elif item:
            found.append(item)
        if mistake:
            wrong.append(mistake)


def _value(line: str, key: re.Match[str]) -> tuple[int, Lexed | None, Mistake | None]:
    name, start, at = key.group(), key.start(), key.end()
    while at < len(line) and line[at] in " \t":
        at += 1
    if at >= len(line) or line[at] != "=":
        # A property without a value is a switch that is on.
        return key.end(), Lexed(name, "true", start, key.end()), None
    at += 1
    while at < len(line) and line[at] in " \t":
        at += 1
    if at < len(line) and line[at] in "\"'":
        close = line.find(line[at], at + 1)
        if close < 0:
            return (
                len(line),
                None,
                Mistake(
                    f"the quote of `{name}` is never closed", f"add {line[at]} at the end of the value", at, len(line)
                ),
            )
        if close + 1 < len(line) and not line[close + 1].isspace():
            return len(line), None, _glued(line, name, start, close)
        return close + 1, Lexed(name, line[at + 1 : close], start, close + 1), None
    if at < len(line) and line[at] in _CURLY:
        return _curly(line, name, start, at)
    bare = _BARE.match(line, at)
    if not bare:
        return at, None, Mistake(f"`{name}=` has no value", f'write {name}="…"', start, at)
    return bare.end(), Lexed(name, bare.group(), start, bare.end()), None


def _glued(line: str, name: str, start: int, close: int) -> Mistake:
    """Text right after a closing quote: that quote was meant to open the next value, or to stand inside this one."""
    cure = f"close the value of `{name}` before the next property, and put a blank between them"
    if "=" not in line[start:close].partition("=")[2]:
        cure = f"put a blank after it; for quotes inside a text use the others: {name}='a \"good\" day'"
    return Mistake(f"the value of `{name}` is not closed where it should be", cure, start, close + 2)


def _curly(line: str, name: str, start: int, at: int) -> tuple[int, Lexed | None, Mistake | None]:
    """A value in the quotes of a word processor."""
    close = line.find(_CURLY[line[at]], at + 1)
    end = close + 1 if close > 0 else len(line)
    words = line[at + 1 : close] if close > 0 else line[at + 1 :]
    return end, None, Mistake(f"`{name}` stands in curly quotes", f'use straight ones: {name}="{words}"', start, end)


def _skip(line: str, at: int) -> int:
    end = at + 1
    while end < len(line) and not line[end].isspace():
        end += 1
    return end
