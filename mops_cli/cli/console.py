"""Where the terminal begins: data to stdout, everything else to stderr, colours only where they are wanted.

The only module that knows Rich, and it loads it for tables alone.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TextIO

from mops_cli.clock import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

ColorWhen = Literal["auto", "always", "never"]

HUMAN = frozenset({"full", "concise"})
"""Formats for people."""

STYLES: Mapping[str, str] = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "good": "32",
    "path": "1",
    "dim": "2",
    "title": "1",
    "caret": "1;31",
}


def wants_color(when: ColorWhen, stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether to colour a stream. ``--color`` wins, then NO_COLOR, FORCE_COLOR, TERM=dumb, then the terminal."""
    if when != "auto":
        return when == "always"
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR"):
        return True
    return env.get("TERM") != "dumb" and stream.isatty()


@dataclass(slots=True)
class Console:
    """One run's view of the terminal."""

    json: bool = False
    json_lines: bool = False
    output_format: str = ""
    color: ColorWhen = "auto"
    verbosity: int = 0
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    env: Mapping[str, str] = field(default_factory=environment)

    # -- stdout

    def data(self, text: str) -> None:
        """A line of the result."""
        write(self.out, text + "\n")

    def emit(self, command: str, data: object, diagnostics: Iterable[Diagnostic] = (), *, version: int = 1) -> None:
        """The envelope of ``--json``: schema, data, diagnostics."""
        envelope = {
            "schema": f"mops.{command}/{version}",
            "data": data,
            "diagnostics": [found.as_json() for found in diagnostics],
        }
        self.data(json.dumps(envelope, ensure_ascii=False, indent=None if self.json_lines else 2))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table as wide as the terminal; in a pipe, whole words separated by two spaces."""
        if self.out.isatty() and self.env.get("TERM") != "dumb":
            self._rich_table(columns, rows)
            return
        cells = [tuple(columns), *(tuple(row) for row in rows)]
        widths = [max(display_width(row[i]) for row in cells) for i in range(len(columns))]
        for row in cells:
            line = "  ".join(
                cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)
            )
            self.data(line.rstrip())

    def _rich_table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        from rich.console import Console as RichConsole
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        colored = wants_color(self.color, self.out, self.env)
        RichConsole(file=self.out, no_color=not colored, highlight=False).print(table)

    # -- stderr

    def say(self, text: str = "") -> None:
        """Progress and remarks; silent with ``--quiet``."""
        if self.verbosity >= 0:
            write(self.err, text + "\n")

    def detail(self, text: str) -> None:
        """Only with ``--verbose``."""
        if self.verbosity > 0:
            write(self.err, text + "\n")

    def complain(self, text: str) -> None:
        """An error; also with ``--quiet``."""
        write(self.err, text + "\n")

    # -- style

    def style(self, text: str, name: str, *, stream: TextIO | None = None) -> str:
        """Text in a named style, plain when the stream shows no colours (stdout unless told)."""
        if not text or not wants_color(self.color, stream or self.out, self.env):
            return text
        return f"\x1b[{STYLES[name]}m{text}\x1b[0m"

    def mark(self, state: Literal["good", "warning", "error", "dim"]) -> str:
        """A tick, a bang, a cross or a dash for a line on stderr."""
        signs = {"good": "✓", "warning": "!", "error": "✗", "dim": "-"}
        if not can_encode(self.err, "✓✗"):
            signs = {"good": "ok", "warning": "!!", "error": "XX", "dim": "--"}
        return self.style(signs[state], state, stream=self.err)


def write(stream: TextIO, text: str) -> None:
    """Write what the stream's encoding can say, and escape the rest."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def can_encode(stream: TextIO, text: str) -> bool:
    """Whether the stream's encoding knows these characters."""
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def display_width(text: str) -> int:
    """Columns a terminal uses for the text: wide characters count two, combining marks none."""
    if text.isascii():
        return len(text)
    from mops_cli.lint.formats.excerpt import width_of

    return sum(width_of(char) for char in text)


def size_of(count: int) -> str:
    """A byte count as people read it."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 artifact``, ``3 artifacts``."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def tally(findings: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``, or ``no findings``."""
    parts = []
    for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note")):
        count = sum(found.severity == severity for found in findings)
        if count:
            parts.append(counted(count, noun))
    return ", ".join(parts) or "no findings"
