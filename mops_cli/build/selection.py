"""Which units a command is about: one grammar for every command.

A selector is an id or a glob of campaigns (``spring``, ``spring-*``), a unit (``spring/email``, ``spring/*/de``), or
``tag:``, ``path:``, ``channel:``, ``locale:`` with a name or glob, or ``state:modified``. Commas mean "and", several
selectors mean "or"; a leading ``+`` adds what the units depend on, a trailing ``+`` what depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mops_cli.build import git, graph
from mops_cli.build.scan import ABSENT
from mops_cli.build.trace import DIST, NAMES
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mops_cli.build.graph import Unit
    from mops_cli.build.trace import Trace
    from mops_cli.model.repository import Repository

METHODS = ("tag", "path", "channel", "locale", "state")


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen units in building order, and (for ``+x``) the files they are made of."""

    units: tuple[Unit, ...]
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Field:
    """What selectors look at."""

    repository: Repository
    units: tuple[Unit, ...]
    traces: Mapping[str, Trace]
    root: str
    base: str


def select(
    repository: Repository,
    units: tuple[Unit, ...],
    traces: Mapping[str, Trace],
    selectors: Sequence[str],
    *,
    root: str,
    base: str = "",
) -> Selection:
    """The units that any of the selectors names; no selectors name all.

    Args:
        repository: the project.
        units: all its units.
        traces: what is known of earlier builds, by unit id.
        selectors: see the module's text.
        root: the project's folder, for git.
        base: the revision ``state:modified`` compares with; HEAD when empty.

    Raises:
        UsageError: A selector names nothing there is; the hint says what there is.
    """
    if not selectors:
        return Selection(units)
    field = _Field(repository, units, traces, root, base)
    chosen: set[Unit] = set()
    files: set[str] = set()
    waits = graph.edges(repository, units)
    for selector in selectors:
        body = selector.removeprefix("+").removesuffix("+")
        found = set.intersection(*(_term(term, field) for term in body.split(",")))
        if selector.endswith("+"):
            found |= {unit for unit, others in waits.items() if found.intersection(others)}
        if selector.startswith("+"):
            found |= {other for unit in found for other in waits.get(unit, ())}
            files |= {path for unit in found for path in _inputs(unit, field)}
        chosen |= found
    return Selection(tuple(unit for unit in units if unit in chosen), frozenset(files))


def _term(term: str, field: _Field) -> set[Unit]:
    """The units of one selector without plus signs."""
    method, colon, wanted = term.partition(":")
    if not colon:
        return _named(term, field)
    if method == "state":
        return _modified(wanted, field)
    if method == "path":
        return _by_path(wanted, field)
    by: dict[str, Callable[[Unit], Iterable[str]]] = {
        "tag": lambda unit: field.repository.campaigns[unit.campaign].campaign.value.tags if unit.campaign else (),
        "channel": lambda unit: (unit.channel,),
        "locale": lambda unit: (unit.locale,) if unit.locale else (),
    }
    if method not in by:
        raise UsageError(f'unknown selector "{term}"', hint=advice(method, METHODS, what="before a colon may stand"))
    values = by[method]
    found = {unit for unit in field.units if any(fnmatchcase(value, wanted) for value in values(unit))}
    if not found:
        known = {value for unit in field.units for value in values(unit)}
        raise UsageError(
            f'no campaign has the {method} "{wanted}"',
            hint=advice(wanted, known, what=f"{method}s", none=f"there are no {method}s"),
        )
    return found


def _named(pattern: str, field: _Field) -> set[Unit]:
    """Units of a campaign, or by id; ``spring/email`` also names everything below it."""
    if "/" in pattern or pattern in graph.PROJECT:
        parts = pattern.rstrip("/").split("/")
        found = {
            unit
            for unit in field.units
            if len(parts) <= 3
            and all(map(fnmatchcase, unit.id.split("/"), parts))
            and len(unit.id.split("/")) >= len(parts)
        }
        known = {unit.id for unit in field.units}
    else:
        found = {unit for unit in field.units if unit.campaign and fnmatchcase(unit.campaign, pattern)}
        known = set(field.repository.campaigns)
    if not found and pattern not in known:
        none = "there are no campaigns yet; `mops new campaign NAME` makes one"
        raise UsageError(f'no campaign is called "{pattern}"', hint=advice(pattern, known, what="there are", none=none))
    return found


def _by_path(pattern: str, field: _Field) -> set[Unit]:
    """Units that a file, a folder or a glob of files goes into."""
    wanted = pattern.removeprefix("./").rstrip("/")

    def matches(path: str) -> bool:
        return path == wanted or path.startswith(f"{wanted}/") or fnmatchcase(path, wanted)

    found = {unit for unit in field.units if any(map(matches, _inputs(unit, field)))}
    known = {path for unit in field.units for path in _inputs(unit, field)}
    if not found and not any(map(matches, known)):
        raise UsageError(f'nothing is made of "{pattern}"', hint=advice(wanted, known, what="files in use"))
    return found


def _modified(wanted: str, field: _Field) -> set[Unit]:
    """Units made of a file that differs from the base revision.

    A unit that was never built here has no known inputs: every change outside of other campaigns counts.
    """
    if wanted != "modified":
        raise UsageError(f'unknown selector "state:{wanted}"', hint="write state:modified, with --base REF")
    changed = git.changed(field.root, field.base or "HEAD")
    shared = any(path.startswith(("mops.toml", "brand/", "content/")) for path in changed)
    found = set()
    for unit in field.units:
        known = field.traces.get(unit.id)
        if known is None:
            folder = f"campaigns/{unit.campaign}/"
            differs = shared or any(path.startswith(folder) for path in changed)
        else:
            differs = any(_touches(name, changed) for name in known.inputs)
        if differs:
            found.add(unit)
    return found


def _touches(name: str, changed: Mapping[str, str]) -> bool:
    """Whether an input differs: a file by its path, a list of names by files that came or went."""
    if not name.startswith(NAMES):
        return name in changed
    prefix = name.removeprefix(NAMES)
    return any(
        kind != "M" and path.startswith(prefix) and not (prefix.endswith("/") and "/" in path[len(prefix) :])
        for path, kind in changed.items()
    )


def _inputs(unit: Unit, field: _Field) -> set[str]:
    """The files a unit is known to be made of."""
    trace = field.traces.get(unit.id)
    found = {"mops.toml"}
    if trace:
        found.update(
            name for name, content in trace.inputs.items() if content != ABSENT and not name.startswith((NAMES, DIST))
        )
    folder = field.repository.campaigns.get(unit.campaign)
    if folder:
        found.add(folder.campaign.path)
        found.update(message.path for message in folder.messages.values() if message.locale == unit.locale)
    return found
