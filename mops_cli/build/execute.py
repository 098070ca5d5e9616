"""Building one unit: make its job, call its channel, and turn whatever happens into an outcome."""

from __future__ import annotations

import errno
import traceback
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from mops_cli.build.coverage import measure
from mops_cli.build.graph import NOTICE, WEB_APP
from mops_cli.build.report import BranchCoverage, Crash
from mops_cli.build.trace import first_broken
from mops_cli.channels import CHANNELS
from mops_cli.channels.base import Job, Result
from mops_cli.errors import MissingNativeLibrary, MopsError
from mops_cli.model.artifact import Skipped
from mops_cli.model.diagnostic import Diagnostic, Severity, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.build.graph import Unit
    from mops_cli.channels.base import Memo
    from mops_cli.model.artifact import Link, Output
    from mops_cli.model.repository import CampaignFolder, Files, Repository


# Findings about names that are missing: not to be trusted where a file that would bring names could not be read.
_NEEDS_ALL = frozenset({"MD103", "MT201", "MT207", "MT505"})

_FOR_PROJECT = {WEB_APP.id: "mops_cli.channels.webapp", NOTICE.id: "mops_cli.channels.notices"}
"""Where the units of the project itself are made."""


@dataclass(slots=True)
class Outcome:
    """What came of a unit. ``asked`` are the inputs it asked for; nothing is written of a failed one.

    ``blocked`` names what the unit is made of and has errors of its own, told elsewhere.
    """

    outputs: tuple[Output, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    variables: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    derived: bool = True
    diagnostics: tuple[Diagnostic, ...] = ()
    asked: frozenset[str] = frozenset()
    branches: tuple[BranchCoverage, ...] = ()
    crash: Crash | None = None
    blocked: str = ""

    @property
    def failed(self) -> bool:
        """Whether there is an error among the findings, or in what it is made of."""
        return bool(self.blocked) or any(found.severity is Severity.ERROR for found in self.diagnostics)


class Traced:
    """The project's files, with a note of every path that was asked for."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.asked: set[str] = set()

    def read_bytes(self, path: str) -> bytes | None:
        """The file's bytes; None when there is no such file."""
        self.asked.add(path)
        return self._files.read_bytes(path)

    def exists(self, path: str) -> bool:
        """Whether the file is there."""
        self.asked.add(path)
        return self._files.exists(path)

    def listing(self, folder: str) -> tuple[str, ...]:
        """Paths of all files below a folder, sorted."""
        found = self._files.listing(folder)
        self.asked.update(found)
        return found


@dataclass(slots=True)
class Workshop:
    """What all units of a build share.

    ``broken`` are the files in which loading found an error, ``refused`` those of them that were not read at all.
    """

    repository: Repository
    files: Files
    memo: Memo
    broken: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    shared: dict[object, object] = field(default_factory=dict)

    def build(self, unit: Unit, made: Mapping[str, tuple[Output, ...]]) -> Outcome:
        """Build a unit; ``made`` holds the outputs it may attach. Never raises but for an interrupt."""
        project_file = self.repository.config.path
        if project_file in self.broken:
            # A stand-in was loaded for it: what a channel made or found with that would be wrong.
            return Outcome(asked=frozenset({project_file}), blocked=project_file)
        if not unit.campaign:
            return self._build_for_project(unit)
        folder = self.repository.campaigns[unit.campaign]
        unread = first_broken(unit, _main_files(folder, unit), self.refused)
        if unread:
            return Outcome(asked=frozenset({project_file, folder.campaign.path, unread}), blocked=unread)
        files = Traced(self.files)
        job = Job(
            repository=self.repository,
            folder=folder,
            channel=unit.channel,
            locale=unit.locale,
            variant=unit.variant,
            files=files,
            memo=self.memo,
            shared=self.shared,
            made=made,
        )
        place = folder.campaign.source.key("channels", unit.channel)
        branches: list[BranchCoverage] = []

        def make() -> Result:
            result = _channel(unit)(job)
            if not job.failed:
                covered, missed = measure(job, result.outputs)
                branches.extend(covered)
                if not any(path.startswith("content/personas/") for path in self.broken):
                    job.found.extend(missed)
            return result

        result, crash = attempt(make, unit, place, job.found)
        outcome = self._outcome(unit, result, crash, job.inputs | files.asked, job.found)
        outcome.branches = tuple(branches)
        return outcome

    def _build_for_project(self, unit: Unit) -> Outcome:
        """A unit of the project itself, traced by the files it reads."""
        config, brand = self.repository.config, self.repository.brand
        files = Traced(self.files)
        found: list[Diagnostic] = []
        named = {token.span.path for theme in brand.themes.values() for token in theme.tokens.values()}
        named.update(loaded.path for loaded in (config, brand.identity, brand.fonts) if loaded)

        def make() -> Result:
            made: Result = import_module(_FOR_PROJECT[unit.id]).project_outputs(
                self.repository, files, self.memo, found.append
            )
            return made

        place = brand.fonts.source.at("roles") if unit == NOTICE and brand.fonts else config.source.at("push")
        result, crash = attempt(make, unit, place, found)
        return self._outcome(unit, result, crash, named | files.asked, found)

    def _outcome(
        self, unit: Unit, result: Result, crash: Crash | None, asked: set[str], found: list[Diagnostic]
    ) -> Outcome:
        """The result, checked for what the unit itself cannot know: errors in its files."""
        unread = first_broken(unit, asked, self.refused)
        blocked = unread or first_broken(unit, asked, self.broken)
        outcome = Outcome(
            # What was found with an empty text in the place of a refused one says nothing about the message.
            diagnostics=() if unread else tuple(each for each in found if not (blocked and each.code in _NEEDS_ALL)),
            asked=frozenset(asked),
            crash=crash,
            blocked=blocked,
        )
        if not outcome.failed:
            outcome.outputs, outcome.skipped = result.outputs, result.skipped
            outcome.variables, outcome.links = tuple(sorted(result.variables)), result.links
            outcome.derived = result.derived
        return outcome


def _main_files(folder: CampaignFolder, unit: Unit) -> list[str]:
    """The message a unit is made of."""
    keys = ((unit.locale, unit.variant), (unit.locale, ""))
    return [folder.messages[key].path for key in keys if key in folder.messages][:1]


def attempt(
    make: Callable[[], Result], unit: Unit, place: Span, found: list[Diagnostic]
) -> tuple[Result, Crash | None]:
    """Call a channel; a missing library becomes a skipped artifact, everything else a finding at ``place``."""
    try:
        return make(), None
    except MissingNativeLibrary as problem:
        reason = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        return Result(skipped=(Skipped(unit.id, unit.channel, reason),)), None
    except MopsError as problem:
        found.append(error("MC903", problem.message, place, problem.hint or "correct this and build again"))
        return Result(), None
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            return Result(), _crash(unit, problem, place, found)
        found.append(error("MC903", "the disk is full", place, "make room and build again"))
        return Result(), None
    except Exception as problem:  # noqa: BLE001 -- a defect in one channel must not cost the other artifacts
        return Result(), _crash(unit, problem, place, found)


def _crash(unit: Unit, problem: Exception, place: Span, found: list[Diagnostic]) -> Crash:
    """A defect of ours: what to record, and the finding that says so."""
    crash = Crash(unit.id, f"{type(problem).__name__}: {problem}", traceback.format_exc())
    found.append(crashed(crash, place))
    return crash


def crashed(crash: Crash, place: Span) -> Diagnostic:
    """The finding for a defect of ours."""
    return error(
        "MC901",
        f"mops failed while building {crash.unit}: {crash.summary}",
        place,
        "this is a defect of mops, not of your content; the record in .mops/runs/ holds the details to report",
    )


def _channel(unit: Unit) -> Callable[[Job], Result]:
    build: Callable[[Job], Result] = import_module(CHANNELS[unit.channel]).build
    return build
