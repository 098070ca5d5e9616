"""Definitions that go round in a circle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Span, error, warning
from mops_cli.model.source import span_of
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.model.content import SegmentFile
    from mops_cli.model.repository import Repository
    from mops_cli.model.source import Key, Loaded

_INCLUDE = re.compile(r"""\[%-?\s*(?:include|import|from)\s+["'](?P<path>[^"'\n]+)["']""")
_MAX_DEPTH = 60

Edges = dict[str, dict[str, Span]]


def segment_findings(repository: Repository) -> list[Diagnostic]:
    """Segments that mean everybody, refer to unknown ones, or to themselves on the way round."""
    found: list[Diagnostic] = []
    edges: Edges = {name: {} for name in repository.segments}
    for name, segment in repository.segments.items():
        if segment.value.where in (None, {}, []):
            hint = "write conditions under `where:`, or leave `segment` out of the audience to reach everybody"
            found.append(warning("MG101", f'the segment "{name}" has no conditions', segment.source.key("where"), hint))
        for keys, other in segments_named(segment):
            span = segment.source.at(*keys)
            if other in repository.segments:
                edges[name].setdefault(other, span)
            else:
                hint = advice(other, repository.segments, what="segments")
                found.append(error("MG102", f'there is no segment "{other}"', span, hint))
    return [*found, *_report(edges, "MG103", "segments", "say the condition itself in one of them")]


def segments_named(segment: Loaded[SegmentFile]) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Every ``segment: name`` (or list of names) inside a segment's conditions."""
    waiting: list[tuple[tuple[Key, ...], object]] = [(("where",), segment.value.where)]
    while waiting:
        keys, value = waiting.pop()
        if len(keys) > _MAX_DEPTH:
            continue
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("segment", "in_segment", "not_in_segment") and isinstance(inner, str):
                    yield (*keys, key), inner
                else:
                    waiting.append(((*keys, key), inner))
        elif isinstance(value, list):
            inside = bool(keys) and keys[-1] in ("segment", "segments")
            for number, inner in enumerate(value):
                if inside and isinstance(inner, str):
                    yield (*keys, number), inner
                else:
                    waiting.append(((*keys, number), inner))


def cyclic_snippets(repository: Repository) -> list[Diagnostic]:
    """Snippets that include themselves on the way round."""
    edges: Edges = {}
    by_path = {file.path.removeprefix("content/"): name for name, file in repository.snippets.items()}
    for name, file in repository.snippets.items():
        edges[name] = {}
        for match in _INCLUDE.finditer(file.text):
            other = by_path.get(match["path"]) or by_path.get(f"snippets/{match['path']}")
            if other is not None:
                edges[name].setdefault(other, span_of(file.path, file.text, match.start("path"), match.end("path")))
    return _report(edges, "MC316", "snippets", "take one of the includes out")


def _report(edges: Mapping[str, Mapping[str, Span]], code: str, what: str, cure: str) -> list[Diagnostic]:
    """One finding a circle, at the reference that closes it."""
    found: list[Diagnostic] = []
    done: set[str] = set()
    for start in sorted(edges):
        path: list[str] = [start]
        trail = [iter(sorted(edges[start]))]
        if start in done:
            continue
        while trail:
            following = next(trail[-1], None)
            if following is None:
                trail.pop()
                done.add(path.pop())
            elif following in path:
                circle = [*path[path.index(following) :], following]
                message = f"these {what} refer to each other in a circle: {' → '.join(circle)}"
                found.append(error(code, message, edges[path[-1]][following], cure))
            elif following not in done:
                path.append(following)
                trail.append(iter(sorted(edges[following])))
    return found
