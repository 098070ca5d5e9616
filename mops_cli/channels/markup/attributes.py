"""The attribute line of a block: ``key="value" other=bare 'quoted'``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY = re.compile(r"[A-Za-z][\w-]*")
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
        if item:
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
        return close + 1, Lexed(name, line[at + 1 : close], start, close + 1), None
    bare = _BARE.match(line, at)
    if not bare:
        return at, None, Mistake(f"`{name}=` has no value", f'write {name}="…"', start, at)
    return bare.end(), Lexed(name, bare.group(), start, bare.end()), None


def _skip(line: str, at: int) -> int:
    end = at + 1
    while end < len(line) and not line[end].isspace():
        end += 1
    return end
