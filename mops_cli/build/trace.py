"""What a unit was made of and what came out of it, and whether that still holds.

An input is a path with the hash of its content (or "absent"), or ``names:<prefix>``, the list of files that
begin with that path (or, if it ends in "/", lie in that folder): a new file may change what a name stands for. Package files (``mops:...``) are covered by
the environment's hash, except that a project file of the same name would replace them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from mops_cli.build import scan, state
from mops_cli.build.report import (
    BranchCoverage,
    Crash,
    Json,
    branch_json,
    pack_diagnostic,
    unpack_branch,
    unpack_diagnostic,
)
from mops_cli.channels import CHANNELS
from mops_cli.model.artifact import Link, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.build.graph import Unit
    from mops_cli.model.diagnostic import Diagnostic

SCHEMA = "mops.build-traces/1"
PLACE = "build-traces.json"
PACKAGE = "mops:"
NAMES = "names:"
DIST = "dist:"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a unit wrote into ``dist/``."""

    path: str
    kind: str
    sha256: str
    size: int


@dataclass(slots=True)
class Trace:
    """The record of a unit. A failed one keeps the outputs of its last success, marked as stale."""

    inputs: dict[str, str] = field(default_factory=dict)
    outputs: tuple[Made, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    variables: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    derived: bool = True
    failed: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    branches: tuple[BranchCoverage, ...] = ()
    crash: Crash | None = None
    stale: bool = False


class Present:
    """The project's files as they were found at the start of this build."""

    def __init__(self, root: str, inputs: Mapping[str, scan.Seen], made: Mapping[str, scan.Seen]) -> None:
        self._root = root
        self.files = dict(inputs)
        self._made = made
        self._names = sorted(inputs)
        self._listings: dict[str, str] = {}
        self.absent: set[str] = set()

    def of(self, name: str) -> str:
        """The present hash of an input."""
        if name.startswith(NAMES):
            return self._listing(name)
        if name.startswith(DIST):
            made = self._made.get(name.removeprefix(DIST))
            return made.sha256 if made else scan.ABSENT
        seen = self.files.get(name) or self._elsewhere(name)
        return seen.sha256 if seen else scan.ABSENT

    def _elsewhere(self, path: str) -> scan.Seen | None:
        """A file outside the content folders, looked at when the first unit asks for it."""
        if path.partition("/")[0] in scan.CONTENT or path in self.absent:
            return None
        found = scan.look(self._root, (path,), {}, 0, wary=True).get(path)
        if found:
            self.files[path] = found
        else:
            self.absent.add(path)
        return found

    def _listing(self, name: str) -> str:
        if name not in self._listings:
            from bisect import bisect_left

            prefix = name.removeprefix(NAMES)
            start = bisect_left(self._names, prefix)
            end = bisect_left(self._names, prefix + "\U0010ffff", lo=start)
            found = self._names[start:end]
            if prefix.endswith("/"):
                found = [path for path in found if "/" not in path[len(prefix) :]]
            text = "\n".join(found)
            self._listings[name] = scan.sha256(text.encode("utf-8", "surrogatepass"))[:16]
        return self._listings[name]


def inputs_of(unit: Unit, asked: Iterable[str], present: Present) -> dict[str, str]:
    """The inputs of a unit from the paths it asked for, with what they imply."""
    names = {f"{NAMES}campaigns/{unit.campaign}/", f"{NAMES}content/locales/{unit.locale}."}
    for path in asked:
        names.update(_implied(path))
    return {name: present.of(name) for name in sorted(names)}


def _implied(path: str) -> tuple[str, ...]:
    """An asked path as inputs: itself, and the names that could take its place."""
    inside = path.removeprefix(PACKAGE)
    of_package = inside != path
    project_path = inside if inside.startswith("content/") or not of_package else f"content/{inside}"
    names = [project_path] if of_package else [path]
    parts = project_path.split("/")
    if parts[0] == "content" and len(parts) > 2:
        if parts[1] in ("blocks", "personas"):
            names.append(f"{NAMES}content/{parts[1]}/" + (f"{parts[2]}/" if parts[1] == "blocks" else ""))
        elif parts[1] in ("snippets", "layouts"):
            folder, name = os.path.split(project_path)
            names.append(f"{NAMES}{folder}/{name.partition('.')[0]}.")
    elif "brand" in (parts[0], project_path[8:13]):
        names.append(f"{NAMES}brand/")
    return tuple(names)


def first_broken(unit: Unit, asked: Iterable[str], broken: frozenset[str]) -> str:
    """A file with errors that the unit is made of, or would be made of if it could be read; "" if there is none.

    What cannot be read is left out when the project is loaded, and a package file or a more general one may
    stand in for it: a good-looking artifact of the wrong parts.
    """
    if not broken:
        return ""
    names = set(asked)
    for path in names.copy():
        names.update(_implied(path))
    branded = any(name.startswith(("brand/", f"{PACKAGE}brand")) for name in names)
    for path in sorted(broken):
        if path in names or (branded and path.startswith("brand/")) or _in_folder(unit, path):
            return path
    return ""


def _in_folder(unit: Unit, path: str) -> bool:
    """Whether a file of the campaign's folder concerns the unit: ``message.de.md`` only the German ones."""
    inside = path.removeprefix(f"campaigns/{unit.campaign}/")
    if not unit.campaign or inside == path or "/" in inside:
        return False
    name, *parts = inside.split(".")[:-1] or [inside]
    if name in CHANNELS and name != unit.channel:
        return False
    return all(part in (unit.locale, unit.variant) for part in parts)


def fresh(trace: Trace, present: Present) -> bool:
    """Whether building the unit again would give the same bytes, and they are still there."""
    if trace.failed or trace.stale:
        return False
    if any(present.of(f"{DIST}{made.path}") != made.sha256 for made in trace.outputs):
        return False
    return all(present.of(name) == content for name, content in trace.inputs.items())


def load(root: str, environment: str) -> tuple[dict[str, Trace], bool]:
    """The traces of the last build by unit id, and whether they were made in this environment."""
    raw = state.read_json(os.path.join(state.cache_folder(root), PLACE))
    try:
        if raw.get("schema") != SCHEMA:
            return {}, False
        table = cast("list[tuple[str, str]]", raw["inputs"])
        found = {unit: _unpack(row, table) for unit, row in cast("dict[str, Json]", raw["units"]).items()}
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return {}, False
    return found, raw["environment"] == environment


def known(root: str) -> dict[str, Trace]:
    """The traces of the last build, whatever it ran on: for commands that only look."""
    return load(root, "")[0]


def save(root: str, environment: str, traces: Mapping[str, Trace]) -> None:
    """Replace the traces on disk.

    Raises:
        MopsError: They cannot be written.
    """
    table: dict[tuple[str, str], int] = {}
    units = {unit: _pack(trace, table) for unit, trace in sorted(traces.items())}
    raw = {"schema": SCHEMA, "environment": environment, "inputs": list(table), "units": units}
    state.write_json(os.path.join(state.cache_folder(root), PLACE), raw)


def _pack(trace: Trace, table: dict[tuple[str, str], int]) -> Json:
    return {
        "inputs": [table.setdefault(pair, len(table)) for pair in trace.inputs.items()],
        "outputs": [[made.path, made.kind, made.sha256, made.size] for made in trace.outputs],
        "skipped": [[s.path, s.kind, s.reason] for s in trace.skipped],
        "variables": list(trace.variables),
        "links": [[link.id, link.url, link.label, link.tracked] for link in trace.links],
        "derived": trace.derived,
        "failed": trace.failed,
        "stale": trace.stale,
        "diagnostics": [pack_diagnostic(found) for found in trace.diagnostics],
        "branches": [branch_json(branch) for branch in trace.branches],
        "crash": [trace.crash.unit, trace.crash.summary, trace.crash.trace] if trace.crash else None,
    }


def _unpack(row: Json, table: list[tuple[str, str]]) -> Trace:
    crash = cast("list[str] | None", row["crash"])
    return Trace(
        inputs=dict(table[index] for index in cast("list[int]", row["inputs"])),
        outputs=tuple(Made(*made) for made in cast("list[tuple[str, str, str, int]]", row["outputs"])),
        skipped=tuple(Skipped(*skipped) for skipped in cast("list[tuple[str, str, str]]", row["skipped"])),
        variables=tuple(cast("list[str]", row["variables"])),
        links=tuple(Link(*link) for link in cast("list[tuple[int, str, str, bool]]", row["links"])),
        derived=bool(row["derived"]),
        failed=bool(row["failed"]),
        stale=bool(row["stale"]),
        diagnostics=tuple(unpack_diagnostic(found) for found in cast("list[list[str | int]]", row["diagnostics"])),
        branches=tuple(unpack_branch(branch) for branch in cast("list[Json]", row["branches"])),
        crash=Crash(*crash) if crash else None,
    )
