"""Numbers the elements of finished HTML, so that a parser's findings can be carried back without printing it anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "data-jm"
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
_NOT_NEEDED = re.compile(rf' (?!class=|id=|{NAME}=)[a-zA-Z][a-zA-Z-]*="[^"]*"')
_ATTRIBUTE = re.compile(r"\s([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")


@lru_cache(maxsize=64)
def _tags(only: frozenset[str] | None) -> re.Pattern[str]:
    names = sorted({write(name) for name in only or () for write in (str, str.upper)})
    name = "[a-zA-Z][\\w:.-]*" if only is None else f"(?:{'|'.join(names)})(?![\\w:.-])"
    raw = "|".join(write(tag) for tag in ("style", "script", "title", "textarea", "xml") for write in (str, str.upper))
    skip = rf"(?P<raw>{raw})\b.*?</(?P=raw)\s*>|"
    return re.compile(
        rf"<(?:{skip}(?P<name>{name})(?P<inside>[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*)>)", re.DOTALL
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """HTML and a copy of its elements, in which element ``n`` says ``data-jm="n"``.

    ``starts`` are the places after the elements' names, ``insides`` what follows there up to ``>``. The copy has no
    comments, no style sheets and, when so asked, no attributes but ``class`` and ``id``: a parser has less to read.
    """

    html: str
    starts: list[int]
    insides: list[str]
    copy: str

    def style(self, number: int) -> str:
        """The ``style`` of an element as it is written."""
        return _style_of(self.insides[number])

    def write(self, changes: Mapping[int, Mapping[str, str]]) -> str:
        """The HTML with attributes set: element number -> name -> value, already escaped for double quotes."""
        out: list[str] = []
        last = 0
        for number in sorted(changes):
            start, inside = self.starts[number], self.insides[number]
            out.append(self.html[last:start])
            out.append(_set(inside, tuple(changes[number].items())))
            last = start + len(inside)
        out.append(self.html[last:])
        return "".join(out)


def mark(html: str, *, only: frozenset[str] | None = None, bare: bool = False) -> Marked:
    """Number the elements, or those with one of the tags ``only``.

    ``bare`` leaves only ``class`` and ``id`` in the copy.
    """
    starts: list[int] = []
    insides: list[str] = []
    out: list[str] = []
    pattern = _tags(only)
    for first, end in _outside_comments(html):
        last = first
        for found in pattern.finditer(html, first, end):
            inside = found["inside"]
            if inside is None:
                out.append(html[last : found.start()])
                last = found.end()
                continue
            start = found.start("inside")
            out.append(f'{html[last:start]} {NAME}="{len(starts)}"')
            last = start
            starts.append(start)
            insides.append(inside)
        out.append(html[last:end])
    copy = "".join(out)
    return Marked(html, starts, insides, _bare(copy) if bare else copy)


def _outside_comments(html: str) -> Iterator[tuple[int, int]]:
    """The stretches of the body that are not comments."""
    at = max(html.find("<body"), 0)
    while True:
        comment = html.find("<!--", at)
        if comment < 0:
            yield at, len(html)
            return
        yield at, comment
        at = html.find("-->", comment) + 3
        if at < 3:
            return


def _bare(copy: str) -> str:
    copy = _NOT_NEEDED.sub("", copy)
    return _STYLE.sub("", copy) if "style" in copy else copy


def escape(text: str) -> str:
    """Text for a value in double quotes."""
    return text.replace('"', "&quot;")


@lru_cache(maxsize=4096)
def _style_of(inside: str) -> str:
    found = _STYLE.search(inside)
    return (found[1] or found[2] or found[3] or "") if found else ""


@lru_cache(maxsize=4096)
def _set(inside: str, values: tuple[tuple[str, str], ...]) -> str:
    left = dict(values)

    def replace(found: re.Match[str]) -> str:
        value = left.pop(found[1], None)
        return found.group() if value is None else f' {found[1]}="{value}"'

    written = _ATTRIBUTE.sub(replace, inside)
    added = "".join(f' {name}="{value}"' for name, value in left.items())
    if not added:
        return written
    body = written.rstrip()
    return body[:-1].rstrip() + added + " /" if body.endswith("/") else body + added
