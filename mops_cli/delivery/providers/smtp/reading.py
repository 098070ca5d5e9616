"""The replies of a mail server, out of whatever bytes arrive."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_LINE = 4_096
"""Octets; RFC 5321 allows 512 to a reply line, servers are more generous."""
MOST_LINES = 128
"""Lines of one reply."""


class Reply(NamedTuple):
    """A whole reply. ``lines`` are its texts without the code."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines in one."""
        return " ".join(self.lines)


class Replies:
    """Bytes in, replies out. Never keeps more than one line and one reply.

    ``garbage`` says what was no reply; nothing that follows it can be trusted, so nothing more is read.
    """

    def __init__(self) -> None:
        self.garbage = ""
        self._rest = b""
        self._lines: list[str] = []
        self._code = b""

    @property
    def clean(self) -> bool:
        """Whether no part of a reply waits for its end."""
        return not self._rest and not self._lines and not self.garbage

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are whole now, up to the first garbage."""
        found: list[Reply] = []
        if self._rest:
            data = self._rest + data
        *lines, self._rest = data.split(b"\n")
        for line in lines:
            made = None if self.garbage else self._line(line)
            if made is not None:
                found.append(made)
        if len(self._rest) > LONGEST_LINE:
            self.garbage, self._rest = self.garbage or "a line without an end", b""
        return found

    def _line(self, line: bytes) -> Reply | None:
        if line.endswith(b"\r"):
            line = line[:-1]
        code, mark = line[:3], line[3:4]
        if (
            len(line) > LONGEST_LINE
            or not (code.isdigit() and b"2" <= code[:1] <= b"5")
            or mark not in {b"", b" ", b"-"}
        ):
            self.garbage = "not a reply"
            return None
        if self._lines and code != self._code:
            self.garbage = "a reply of two codes"
            return None
        text = line[4:].decode("utf-8", "replace")
        if mark == b"-":
            self._code = code
            self._lines.append(text)
            if len(self._lines) > MOST_LINES:
                self.garbage = "a reply without an end"
            return None
        if not self._lines:
            return Reply(int(code), (text,))
        made = Reply(int(code), (*self._lines, text))
        self._lines = []
        return made
