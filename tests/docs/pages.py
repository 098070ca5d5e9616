"""Reads a guide the way a person does: writes its files, makes its changes, types its commands, compares what it shows.

A fenced block means what its first words say:

``sh``                 commands, run in one shell after the other; ``exit=1`` when they must fail so
``sh no-run``          shown only (it sets up the machine, or never ends)
``sh watch``           ``mops build --watch``: started, given the change of the next ``diff``, and ended
``text output``        what the commands before it print; ``…`` stands for anything, alone on a line for any lines
``LANGUAGE title=P``   the whole of file P; with ``part`` some lines of it that must be there
``diff title=P``       a change in file P

Times, sizes, hashes and numbers of files may differ. A first line ``<!-- begins in: starter -->`` says where the guide
begins: ``empty``, ``starter`` (made by ``mops init``) or ``showcase`` (a copy of this repository's content).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FENCE = re.compile(r"^(?P<mark>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=mark) *$", re.MULTILINE | re.DOTALL)
BEGINS = re.compile(r"<!-- begins in: (\w+) -->")
TITLE = re.compile(r'title="([^"]+)"')
VARIES = (
    (re.compile(r"\b\d+\.\d\d s\b"), "0.00 s"),
    (re.compile(r"\b\d+(\.\d+)? (B|kB|MB)\b"), "0 B"),
    (re.compile(r"\b[0-9a-f]{16,64}\b"), "HASH"),
    (re.compile(r"\b\d+ (artifacts?|written|files?)\b"), r"N \1"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True)
class Fence:
    """One fenced block of a page."""

    page: str
    line: int
    words: tuple[str, ...]
    title: str
    body: str

    @property
    def kind(self) -> str:
        return self.words[0] if self.words else ""

    @property
    def exit_code(self) -> int:
        return next((int(word[5:]) for word in self.words if word.startswith("exit=")), 0)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def fences(path: Path, name: str = "") -> list[Fence]:
    """The fenced blocks of a page, in order."""
    text = path.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        title = TITLE.search(match["info"])
        words = tuple(TITLE.sub("", match["info"]).split())
        line = text.count("\n", 0, match.start()) + 1
        found.append(Fence(name or path.name, line, words, title[1] if title else "", match["body"]))
    return found


def begins_in(path: Path) -> str:
    """Where a guide begins; nothing when it is not a guide to be run."""
    found = BEGINS.search(path.read_text(encoding="utf-8"))
    return found[1] if found else ""


def plain(text: str) -> list[str]:
    """Lines without what differs from run to run, and without empty ones."""
    for pattern, instead in VARIES:
        text = pattern.sub(instead, text)
    return [line.strip() for line in text.split("\n") if line.strip()]


def difference(shown: str, real: str) -> str:
    """What a page shows that was not printed; nothing when it agrees.

    Shown lines stand in the real output in this order and without gaps, except at a line ``…``.
    """
    lines, wanted = plain(real), plain(shown)
    at, free = 0, False
    for number, line in enumerate(wanted):
        if line == "…":
            free = True
            continue
        last = len(lines) if free else at + 1
        place = next((place for place in range(at, min(last, len(lines))) if _alike(line, lines[place])), None)
        if place is None:
            near = lines[at] if at < len(lines) else "(nothing more)"
            return f"shown line {number + 1}:\n  {line}\nprinted:\n  {near}\n\nthe whole output:\n{real}"
        at, free = place + 1, False
    if at < len(lines) and not free:
        return f"the page leaves out, without a line of …:\n  {lines[at]}\n\nthe whole output:\n{real}"
    return ""


def _alike(shown: str, real: str) -> bool:
    if "…" not in shown:
        return shown == real
    return re.fullmatch(".*".join(re.escape(part) for part in shown.split("…")), real) is not None


def apply(diff: str, text: str) -> str:
    """A text with the change of a ``diff`` block; the lines it takes away or keeps must be there, once."""
    lines = [line for line in diff.split("\n") if line and not line.startswith("@@")]
    before = "".join(f"{line[1:]}\n" for line in lines if line[0] in "- ")
    after = "".join(f"{line[1:]}\n" for line in lines if line[0] in "+ ")
    count = text.count(before)
    if count != 1:
        raise AssertionError(f"the lines to change stand {count} times in the file:\n{before}\n--- the file:\n{text}")
    return text.replace(before, after)
