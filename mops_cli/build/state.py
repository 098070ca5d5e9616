"""What the last build knew, in ``.mops/cache/``: small enough to be read before anything else is imported.

``build-state.json`` serves the no-change path: every file's size, times and hash, and the report to repeat.
``build-traces.json`` holds, for each unit, what it was made of and what came out (see ``graph``). Both are
replaced in one step, checked when read and worthless when damaged: then everything is built again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mops_cli.build import atomic, scan
from mops_cli.build.report import (
    BuildReport,
    Json,
    branch_json,
    pack_diagnostic,
    unpack_branch,
    unpack_diagnostic,
)
from mops_cli.errors import OutsideProject, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "mops.build-state/1"
FOLDER = ".mops/cache"
DIST = "dist"


@dataclass(slots=True)
class State:
    """The tables of the last build. ``tick`` is when inputs were looked at, ``output_tick`` when outputs were.

    ``absent`` are paths outside the content folders that a unit looked for in vain. ``complete`` tells whether
    every unit is up to date (or failed in a way that only a change can cure); ``repeat`` is the report.
    """

    environment: str = ""
    native: str = ""
    tick: int = 0
    output_tick: int = 0
    code: dict[str, scan.Seen] = field(default_factory=dict)
    inputs: dict[str, scan.Seen] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    outputs: dict[str, scan.Seen] = field(default_factory=dict)
    complete: bool = False
    repeat: Json = field(default_factory=dict)


def cache_folder(root: str) -> str:
    """The folder of a project in which the state lies."""
    return os.path.join(root, FOLDER)


def check_folders(root: str) -> None:
    """Refuse a ``dist`` or ``.mops`` that is a link out of the project.

    Raises:
        OutsideProject: It is.
        UsageError: Something else than a folder stands there.
    """
    top = os.path.realpath(root)
    for name in (DIST, FOLDER.partition("/")[0]):
        place = os.path.join(root, name)
        if not os.path.realpath(place).startswith(top.rstrip(os.sep) + os.sep):
            raise OutsideProject(
                f"{name}/ is a link that leads out of the project", hint=f"remove the link; mops makes {name}/ itself"
            )
        if os.path.lexists(place) and not os.path.isdir(place):
            raise UsageError(f"{name} is a file, but mops needs a folder of that name", hint="move it away")


def load(root: str) -> State:
    """The state of the last build; an empty one when there is none or it is damaged."""
    raw = read_json(os.path.join(cache_folder(root), "build-state.json"))
    try:
        if raw.get("schema") != SCHEMA:
            return State()
        return State(
            environment=str(raw["environment"]),
            native=str(raw["native"]),
            tick=int(str(raw["tick"])),
            output_tick=int(str(raw["output_tick"])),
            code=_table(raw["code"]),
            inputs=_table(raw["inputs"]),
            absent=_texts(raw["absent"]),
            outputs=_table(raw["outputs"]),
            complete=bool(raw["complete"]),
            repeat=_object(raw["repeat"]),
        )
    except (KeyError, TypeError, ValueError):
        return State()


def save(root: str, state: State) -> None:
    """Replace the state on disk.

    Raises:
        MopsError: It cannot be written.
    """
    write_json(
        os.path.join(cache_folder(root), "build-state.json"),
        {
            "schema": SCHEMA,
            "environment": state.environment,
            "native": state.native,
            "tick": state.tick,
            "output_tick": state.output_tick,
            "code": state.code,
            "inputs": state.inputs,
            "absent": state.absent,
            "outputs": state.outputs,
            "complete": state.complete,
            "repeat": state.repeat,
        },
    )


def read_json(place: str) -> Json:
    """A JSON object that carries its own checksum; empty when it is missing or damaged."""
    data = atomic.read(place)
    if not data:
        return {}
    checksum, _, body = data.partition(b"\n")
    if checksum.decode("ascii", "replace") != scan.sha256(body):
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(place: str, value: Mapping[str, object]) -> None:
    """Write a JSON object that :func:`read_json` reads."""
    body = json.dumps(value, separators=(",", ":")).encode()
    data = scan.sha256(body).encode() + b"\n" + body
    atomic.write(place, data, mode=atomic.PRIVATE_FILE, shown=f"{FOLDER}/{os.path.basename(place)}")


def pack_report(report: BuildReport) -> Json:
    """What a later build without changes has to say again."""
    return {
        "total": report.total,
        "units": sorted((*report.built, *report.cached)),
        "failed": list(report.failed),
        "skipped": [[s.path, s.kind, s.reason] for s in report.skipped],
        "diagnostics": [pack_diagnostic(found) for found in report.diagnostics],
        "branches": [branch_json(branch) for branch in report.branches],
    }


def unpack_report(raw: Json, dist: str, *, strict: bool, seconds: float) -> BuildReport:
    """The report of a build that found nothing to do.

    Raises:
        KeyError, TypeError, ValueError: The packed report is damaged.
    """
    from mops_cli.model.artifact import Skipped

    branches = cast("list[Json]", raw["branches"])
    return BuildReport(
        dist=dist,
        total=int(str(raw["total"])),
        cached=tuple(cast("list[str]", raw["units"])),
        failed=tuple(cast("list[str]", raw["failed"])),
        skipped=tuple(Skipped(*row) for row in cast("list[list[str]]", raw["skipped"])),
        diagnostics=tuple(unpack_diagnostic(row) for row in cast("list[list[str | int]]", raw["diagnostics"])),
        branches=tuple(unpack_branch(row) for row in branches),
        seconds=seconds,
        strict=strict,
        unchanged=True,
    )


def _table(raw: object) -> dict[str, scan.Seen]:
    """A table of files from JSON."""
    found: dict[str, scan.Seen] = {}
    for path, row in _object(raw).items():
        if not isinstance(row, list) or [type(value) for value in row] != [int, int, int, str]:
            raise TypeError(path)
        found[path] = scan.Seen(*row)
    return found


def _object(raw: object) -> Json:
    """A JSON object.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(raw, dict):
        raise TypeError(type(raw).__name__)
    return raw


def _texts(raw: object) -> tuple[str, ...]:
    """A list of texts.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
        raise TypeError(type(raw).__name__)
    return tuple(raw)
