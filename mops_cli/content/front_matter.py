"""Markdown with front matter: data between two ``---`` lines, then the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.content.parsed import Parsed
from mops_cli.content.positions import Place, TreeSource
from mops_cli.content.text import LineIndex, decode
from mops_cli.content.yaml_source import parse_part
from mops_cli.model.diagnostic import Diagnostic, error, warning

if TYPE_CHECKING:
    from mops_cli.content.memory import Memory

_OPENING = re.compile(r"(?P<blank>\s*)---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_ALMOST = re.compile(r"^[ \t]*(?:-{2}|-{4,}|—|–|\+{3}|- - -)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^[A-Za-z_][\w-]*[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Split:
    """A Markdown file taken apart. ``body_line`` is the line of the file on which ``body`` begins."""

    front: Parsed
    body: str
    body_line: int


def split(path: str, raw: bytes | str, memory: Memory | None = None) -> Split:
    """Front matter and body; a file without front matter has an empty one."""
    text, found = decode(path, raw)
    opening = _OPENING.match(text)
    if opening is None:
        return _bare(path, text, found)
    start = opening.end()
    closing = _CLOSING.search(text, start)
    if closing is None:
        return _unclosed(path, text, opening, found)
    if opening["blank"]:
        if not _KEY.search(text, start, closing.start()):
            return _bare(path, text, found)
        span = LineIndex(path, text).span(start - 4, start - 1)
        found.append(
            warning(
                "MC131", "the front matter does not begin on the first line", span, "delete the empty lines above ---"
            )
        )
    front = parse_part(path, text, (start, closing.start()), found, memory)
    front = _mapping(front, start, closing.start())
    return Split(front, text[closing.end() :], text.count("\n", 0, closing.end()) + 1)


def _bare(path: str, text: str, found: list[Diagnostic]) -> Split:
    """A file that is all body."""
    source = TreeSource(path, text, Place(0, 0, keys={}))
    if re.match(r"(?:subject|preheader|headline|summary|title)[ \t]*:[ \t]", text):
        span = source.lines.span(0, text.find("\n") if "\n" in text else len(text))
        found.append(
            warning("MC131", "front matter without its fences", span, "put a line --- above and below the fields")
        )
    return Split(Parsed({}, source, tuple(found)), text, 1)


def _unclosed(path: str, text: str, opening: re.Match[str], found: list[Diagnostic]) -> Split:
    """Front matter that never ends: the fields are still read, as far as they look like fields."""
    start = opening.end()
    almost = _ALMOST.search(text, start)
    gap = text.find("\n\n", start)
    end = almost.start() if almost else (gap + 1 if gap >= 0 else len(text))
    lines = LineIndex(path, text)
    if almost:
        span = lines.span(almost.start(), almost.end())
        found.append(error("MC130", "the front matter is not closed: this line is not ---", span, "write exactly ---"))
    else:
        span = lines.span(opening.end() - 4, opening.end() - 1)
        found.append(
            error(
                "MC130",
                "the front matter that opens here is never closed",
                span,
                "write a line --- below its last field",
            )
        )
    front = _mapping(parse_part(path, text, (start, end), found), start, end)
    body_at = almost.end() + 1 if almost else end
    return Split(front, text[body_at:], text.count("\n", 0, min(body_at, len(text))) + 1)


def _mapping(front: Parsed, start: int, end: int) -> Parsed:
    """The front matter's data as a mapping, whatever stood there."""
    if isinstance(front.data, dict):
        return front
    source = front.source
    empty = Parsed(
        {}, TreeSource(source.path, source.text, Place(0, 0, keys={}), start), front.diagnostics, front.usable
    )
    if front.data is None or not front.usable:
        return empty
    span = source.lines.span(start, start + len(source.text[start:end].rstrip()))
    note = error("MC205", "the front matter must be fields with values", span, "write `subject: …`, one field a line")
    return Parsed({}, empty.source, (*front.diagnostics, note), usable=False)
