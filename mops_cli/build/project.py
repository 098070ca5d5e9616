"""Opening a project: what ``content`` reads, with what ``design`` makes of the tokens."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.build import atomic, state
from mops_cli.channels.base import no_memo
from mops_cli.content import loader
from mops_cli.content.files import ProjectFiles
from mops_cli.content.memory import Memory
from mops_cli.content.references import NO_MESSAGE
from mops_cli.content.text import TOO_LARGE
from mops_cli.design import color, fontconfig, tokens
from mops_cli.errors import MopsError
from mops_cli.model.diagnostic import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from mops_cli.channels.base import Memo
    from mops_cli.model.repository import Files, Repository

MEMORY = ".mops/cache/content.json"


@dataclass(frozen=True, slots=True)
class Opened:
    """A project in memory: its root (absolute), everything read, and what was found wrong on the way."""

    root: str
    repository: Repository
    files: Files
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def broken(self) -> frozenset[str]:
        """The files with errors: nothing made of them may be written."""
        return frozenset(
            found.span.path
            for found in self.diagnostics
            if found.severity is Severity.ERROR and found.code != NO_MESSAGE
        )

    @property
    def refused(self) -> frozenset[str]:
        """The files that were not read at all: an empty text stands in for them."""
        return frozenset(found.span.path for found in self.diagnostics if found.code == TOO_LARGE)


def _load(place: Path) -> loader.Loading:
    """Everything of the project; files that were clean before are not parsed again."""
    kept = os.path.join(place, MEMORY)
    memory = Memory.of(atomic.read(kept))
    loading = loader.load(place, memory=memory)
    if memory.changed:
        # A memory that cannot be written costs time, nothing else.
        with contextlib.suppress(MopsError):
            atomic.write(kept, memory.dump(), mode=atomic.PRIVATE_FILE, shown=MEMORY)
    return loading


def open_project(root: str | Path, memo: Memo = no_memo) -> Opened:
    """Load the project at ``root``; ``memo`` remembers what is slow to compute.

    Raises:
        MopsError: ``mops.toml`` is missing or cannot be read at all; mistakes in content are diagnostics.
    """
    place = Path(root).resolve()
    state.check_folders(str(place))
    fontconfig.keep_in(place / ".mops" / "cache" / "fonts")
    color.remember_in(memo)
    repository, found = _load(place)
    themes, token_findings = tokens.resolve(repository.brand.token_files)
    repository = replace(repository, brand=replace(repository.brand, themes=themes))
    return Opened(str(place), repository, ProjectFiles(place), tuple(in_order([*found, *token_findings])))
