"""Every text of a project that may name something: where uses are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.content import TextFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.repository import Files, Repository

_ENDINGS = (".mjml", ".html", ".txt", ".md", ".svg", ".css", ".dsh", ".yaml", ".json")
_MAX_BYTES = 2 * 1024 * 1024


def texts(repository: Repository, files: Files) -> list[TextFile]:
    """Campaigns, messages, overrides, block forms, layouts, snippets, and other texts below them and ``content/``."""
    found = {file.path: file for file in _known(repository)}
    for folder in ("content", "campaigns"):
        for path in files.listing(folder):
            if path in found or not path.endswith(_ENDINGS) or path.startswith("content/personas/"):
                continue
            try:
                raw = files.read_bytes(path) or b""
            except UsageError:  # said where the file is read for its own sake
                continue
            if len(raw) <= _MAX_BYTES:
                found[path] = TextFile(path, raw.decode("utf-8", errors="replace"))
    return [found[path] for path in sorted(found)]


def _known(repository: Repository) -> Iterator[TextFile]:
    """Texts that were read already."""
    for folder in repository.campaigns.values():
        yield TextFile(folder.campaign.path, folder.campaign.source.text)
        for message in folder.messages.values():
            yield TextFile(message.path, message.source.text)
        yield from folder.overrides.values()
    for block in repository.blocks.values():
        yield TextFile(block.source.path, block.source.text)
        yield from block.forms.values()
    yield from repository.layouts.values()
    yield from repository.snippets.values()
