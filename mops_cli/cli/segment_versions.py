"""A segment as it stands in git at a revision, to be asked of the same store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.audience.segments.asking import Segments
    from mops_cli.audience.segments.compiling import Query
    from mops_cli.cli.segment_room import Room
    from mops_cli.cli.state import State
    from mops_cli.model.content import SegmentFile
    from mops_cli.model.source import Loaded

FOLDER = "segments"
NOBODY = "SELECT id FROM contacts WHERE false"


def versions(state: State, here: Room, name: str, base: str, head: str) -> tuple[Query, Query]:
    """The members of a segment at two revisions; without ``head``, the second one is what lies in the folder now.

    Where one of the two does not have the segment, nobody is in it.

    Raises:
        UsageError: There is no such revision, neither has the segment, or it has mistakes in one of them.
    """
    sides = [(_at(state, base), base), (_at(state, head) if head else here.segments, head)]
    known = {one for segments, _ in sides for one in segments.sources}
    if name not in known:
        raise UsageError(f'there is no segment "{name}" in either', hint=advice(name, known, what="segments"))
    before, after = (_members(here, segments, name, ref) for segments, ref in sides)
    return before, after


def _members(here: Room, segments: Segments, name: str, ref: str) -> Query:
    from mops_cli.audience.segments.asking import members
    from mops_cli.audience.segments.compiling import Query

    if name in segments.trees:
        return members(segments, name, here.now)
    if name not in segments.sources:
        return Query(NOBODY, {})
    where = f" at {ref}" if ref else ""
    raise UsageError(
        f'the segment "{name}" has mistakes or no conditions{where}',
        hint="fields and events are those that mops.toml declares now" if ref else "run `mops lint`",
    )


def _at(state: State, ref: str) -> Segments:
    from mops_cli.audience.segments.asking import load
    from mops_cli.build.git import files_at
    from mops_cli.content.environments import config_of
    from mops_cli.content.library import SEGMENT_TESTS

    root = state.root()
    found = {
        path: content
        for path, content in files_at(str(root), ref, FOLDER).items()
        if path.endswith(".yaml") and not path.startswith(SEGMENT_TESTS)
    }
    read = {path.removeprefix(f"{FOLDER}/").removesuffix(".yaml"): _read(path, raw) for path, raw in found.items()}
    return load({name: one for name, one in sorted(read.items()) if one is not None}, config_of(root))


def _read(path: str, raw: bytes) -> Loaded[SegmentFile] | None:
    from mops_cli.content.schema import validate
    from mops_cli.content.yaml_source import parse
    from mops_cli.model.content import SegmentFile
    from mops_cli.model.source import Loaded

    parsed = parse(path, raw)
    value, _ = validate(SegmentFile, parsed, "a segment")
    name = path.removeprefix(f"{FOLDER}/").removesuffix(".yaml")
    return None if value is None else Loaded(name, value, parsed.source)
