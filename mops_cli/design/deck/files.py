"""Files by name: kept data first, then the reader that the caller handed over; never outside of the project."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mops_cli.design.deck.problems import Exhausted, Problem

if TYPE_CHECKING:
    from mops_cli.model.diagnostic import Span

Reader: TypeAlias = Callable[[str], bytes | None]
MAX_BYTES = 32 * 1024 * 1024
MAX_TOTAL = 256 * 1024 * 1024
MAX_FILES = 2000


@dataclass(slots=True)
class Files:
    """Finds what a deck names. Paths are relative to the project's root, with forward slashes.

    ``roots`` are the folders to look in after those of the naming file and of the deck.
    """

    read: Reader
    main: str
    compat: bool = False
    roots: tuple[str, ...] = ("",)
    kept: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, bytes | None] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)
    total: int = 0

    def candidates(self, name: str, here: str, span: Span) -> list[str]:
        """The paths that a name may mean, the likeliest first."""
        if not name or name.startswith("/") or "\\" in name or "\0" in name or ":" in name.split("/", maxsplit=1)[0]:
            raise Problem(
                "MK304", f'"{name}" is not a path inside of the project', span, "write a path like data/sales.csv"
            )
        folders = (
            [posixpath.dirname(self.main)]
            if self.compat
            else [posixpath.dirname(here), posixpath.dirname(self.main), *self.roots]
        )
        found = dict.fromkeys(posixpath.normpath(posixpath.join(folder, name)) for folder in folders)
        inside = [path for path in found if not path.startswith("../") and path not in {"..", "."}]
        if not inside:
            raise Problem(
                "MK304",
                f'"{name}" lies outside of the project',
                span,
                "copy the file into the project and name it there",
            )
        return inside

    def load(self, name: str, here: str, span: Span) -> tuple[str, bytes]:
        """The path and the content of a file that must be there."""
        paths = self.candidates(name, here, span)
        for path in paths:
            content = self.fetch(path)
            if content is not None:
                if len(content) > MAX_BYTES:
                    raise Problem("MK304", f"{path} is larger than 32 MiB", span, "make it smaller")
                self.total += len(content)
                if self.total > MAX_TOTAL:
                    raise Exhausted("MK304", "the deck reads more than 256 MiB", span, "read less, or each file once")
                self.used[path] = None
                return path, content
        raise Problem("MK305", f'there is no file "{name}"', span, "looked for " + ", ".join(paths))

    def fetch(self, path: str) -> bytes | None:
        """A file by its exact path."""
        if path in self.kept:
            return self.kept[path]
        if path not in self.seen:
            self.seen[path] = self.read(path) if len(self.seen) < MAX_FILES else None
        return self.seen[path]

    def text(self, name: str, here: str, span: Span) -> tuple[str, str]:
        """The path and the text of a file."""
        path, content = self.load(name, here, span)
        return path, content.decode("utf-8", errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")

    def lines(self, name: str, here: str, span: Span) -> tuple[str, list[str]]:
        """The path and the lines of a file."""
        path, text = self.text(name, here, span)
        rows = text.split("\n")
        return path, rows[:-1] if rows and not rows[-1] else rows

    def keep(self, name: str, here: str, span: Span, content: str) -> None:
        """Keeps text as if it were a file."""
        folder = self.main if self.compat else here
        path = self.candidates(name, folder, span)[0]
        self.kept[path] = content.encode()
