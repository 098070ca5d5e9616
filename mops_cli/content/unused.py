"""Things that no name leads to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.content.circles import segments_named
from mops_cli.model.diagnostic import Diagnostic, Span, warning
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mops_cli.model.content import TextFile
    from mops_cli.model.repository import Files, Repository

_BLOCK = re.compile(r":::?[ \t]*([A-Za-z0-9_-]+)")
_INCLUDED = re.compile(r"""\[%-?\s*(?:include|import|from|extends)\s*["']([^"'\n]+)["']""")
_MJ_INCLUDED = re.compile(r"""<mj-include\b[^>]*?\bpath\s*=\s*["']([^"'\n]+)["']""")
_COMPUTED = re.compile(r"""\[%-?\s*(?:include|import|from|extends)\s+[A-Za-z_(]""")


def unused(repository: Repository, files: Files, texts: Sequence[TextFile]) -> Iterator[Diagnostic]:
    """Blocks, layouts, snippets, segments and assets of the project that nothing uses.

    Nothing is said in a project without campaigns: everything is new there.
    """
    if not repository.campaigns:
        return
    whole = "\n".join(file.text for file in texts)
    yield from _blocks(repository, whole)
    included = {*_INCLUDED.findall(whole), *_MJ_INCLUDED.findall(whole)}
    yield from _layouts(repository, included)
    if _COMPUTED.search(whole) is None:
        yield from _snippets(repository, included)
    yield from _segments(repository, files)
    yield from _assets(repository, files, whole)


def _meant(names: set[str], known: Collection[str]) -> set[str]:
    """Names, and what the misspelt ones among them probably mean: one mistake is told once."""
    return names | {close for name in names if name not in known if (close := nearest(name, known)) is not None}


def _blocks(repository: Repository, whole: str) -> Iterator[Diagnostic]:
    used = _meant(set(_BLOCK.findall(whole)), repository.blocks)
    for name, block in repository.blocks.items():
        if name not in used and not block.source.path.startswith("mops:"):
            hint = f"write `::: {name}` in a message, or delete content/blocks/{name}/"
            yield warning("MC321", f'no message uses the block "{name}"', _title(block.source.path, block.source), hint)


def _title(path: str, source: object) -> Span:
    """The first thing that says what a file is."""
    key = getattr(source, "key", None)
    return key("title") if key is not None else Span(path)


def _layouts(repository: Repository, included: set[str]) -> Iterator[Diagnostic]:
    used = {"base", "flyer"}
    for folder in repository.campaigns.values():
        channels = folder.campaign.value.channels
        for name in channels.active():
            used.add(str(getattr(getattr(channels, name), "layout", "")))
    used = _meant(used, {name.split("/", maxsplit=1)[1] for name in repository.layouts})
    paths = " ".join(included)
    for name, file in repository.layouts.items():
        short = name.split("/", maxsplit=1)[1]
        if file.path.startswith("mops:") or short in used or name in paths:
            continue
        hint = f"name it in a campaign: `layout: {short}`, or delete it"
        yield warning("MC322", f'no campaign uses the layout "{name}"', Span(file.path), hint)


def _snippets(repository: Repository, included: set[str]) -> Iterator[Diagnostic]:
    used = {name.removeprefix("content/").removeprefix("snippets/").removesuffix(".md") for name in included}
    used = _meant(used, repository.snippets)
    locales = repository.config.value.project.locales
    for name, file in repository.snippets.items():
        base, _, locale = name.rpartition(".")
        if file.path.startswith("mops:") or name in used or (locale in locales and base in used):
            continue
        hint = f'include it: [% include "snippets/{name}.md" %], or delete it'
        yield warning("MC323", f'nothing includes the snippet "{name}"', Span(file.path), hint)


def _segments(repository: Repository, files: Files) -> Iterator[Diagnostic]:
    used: set[str] = set()
    for folder in repository.campaigns.values():
        audience = folder.campaign.value.audience
        used.update((audience.segment or "", *audience.exclude))
    for segment in repository.segments.values():
        used.update(name for _, name in segments_named(segment))
    used = _meant(used, repository.segments)
    # Journeys and campaigns with mistakes use segments too; they are only looked through for names.
    other = [path for path in files.listing("campaigns") if path.endswith(("campaign.yaml", "journey.yaml"))]
    other += files.listing("segments")
    known = {folder.campaign.path for folder in repository.campaigns.values()}
    known |= {segment.path for segment in repository.segments.values()}
    rest = " ".join((files.read_bytes(path) or b"").decode("utf-8", "replace") for path in other if path not in known)
    for name, segment in repository.segments.items():
        if name not in used and not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", rest):
            hint = f"name it in a campaign: `audience: {{segment: {name}}}`, or delete it"
            yield warning("MC324", f'no campaign uses the segment "{name}"', segment.source.key("title"), hint)


def _assets(repository: Repository, files: Files, whole: str) -> Iterator[Diagnostic]:
    """Files of ``content/assets/`` whose name stands nowhere."""
    brand = repository.brand.identity.source.text if repository.brand.identity is not None else ""
    everywhere = f"{whole}\n{brand}\n{repository.config.source.text}"
    for persona in repository.personas.values():
        everywhere += persona.source.text
    for path in files.listing("content/assets"):
        name = path.removeprefix("content/assets/")
        if name not in everywhere and not name.lower().endswith((".md", ".txt", "licence", "license")):
            hint = f"use it as assets/{name}, or delete it"
            yield warning("MC325", f"nothing uses the file {name}", Span(path), hint)
