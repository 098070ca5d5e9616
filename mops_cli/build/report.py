"""What a build tells its caller."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mops_cli.build import atomic
from mops_cli.model.diagnostic import Diagnostic, Severity, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.artifact import Skipped

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Crash:
    """A defect of ours that one unit ran into; the other units are built all the same."""

    unit: str
    summary: str
    trace: str


@dataclass(frozen=True, slots=True)
class BranchCoverage:
    """How many of an artifact's recipient-time branches the personas reach, and which they do not."""

    path: str
    reached: int
    total: int
    missed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The outcome of a build.

    ``built``, ``cached`` and ``failed`` name units (``campaign/channel/locale[.variant]``); ``written`` and
    ``removed`` are paths in ``dist/``; ``seconds`` is elapsed time.
    """

    dist: str
    total: int = 0
    built: tuple[str, ...] = ()
    cached: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    branches: tuple[BranchCoverage, ...] = ()
    crashes: tuple[Crash, ...] = ()
    seconds: float = 0.0
    strict: bool = False
    unchanged: bool = field(default=False, compare=False)

    @property
    def exit_code(self) -> int:
        """70 for a defect of ours, 1 for errors in content, 2 for a skipped artifact under ``strict``, else 0."""
        if self.crashes:
            return 70
        if any(found.severity is Severity.ERROR for found in self.diagnostics):
            return 1
        return 2 if self.strict and self.skipped else 0

    @property
    def artifacts(self) -> tuple[Json, ...]:
        """The lines of ``dist/manifest.json``."""
        data = atomic.read(os.path.join(self.dist, "manifest.json"))
        return tuple(json.loads(data)["artifacts"]) if data else ()

    def timed(self, seconds: float, *, strict: bool) -> BuildReport:
        """The same report with what only the caller knows."""
        return replace(self, seconds=seconds, strict=strict)

    def summary(self) -> str:
        """One line for a person."""
        words = [f"{self.total} artifacts", f"{len(self.written)} written"]
        if self.removed:
            words.append(f"{len(self.removed)} removed")
        if self.skipped:
            words.append(f"{len(self.skipped)} skipped")
        if self.failed:
            words.append(f"{len(self.failed)} failed")
        return ", ".join([*words, f"{self.seconds:.2f} s"])

    def as_json(self) -> Json:
        """The stable machine shape (without the artifacts: they are in the manifest)."""
        return {
            "artifacts": self.total,
            "built": list(self.built),
            "cached": list(self.cached),
            "failed": list(self.failed),
            "written": list(self.written),
            "removed": list(self.removed),
            "skipped": [{"path": s.path, "kind": s.kind, "reason": s.reason} for s in self.skipped],
            "branches": [branch_json(b) for b in self.branches],
            "seconds": round(self.seconds, 3),
        }


def branch_json(branch: BranchCoverage) -> Json:
    """A coverage line as JSON."""
    places = [{"path": s.path, "line": s.line, "column": s.column} for s in branch.missed]
    return {"path": branch.path, "reached": branch.reached, "total": branch.total, "missed": places}


def pack_diagnostic(found: Diagnostic) -> list[object]:
    """A finding as a short list, for the state on disk."""
    span = found.span
    place = [span.path, span.line, span.column, span.end_line, span.end_column]
    return [found.code, found.severity.value, found.message, found.help, *place]


def unpack_diagnostic(row: list[str | int]) -> Diagnostic:
    """The finding that :func:`pack_diagnostic` packed."""
    code, severity, message, help_text, path, *numbers = row
    span = Span(str(path), *(int(number) for number in numbers))
    return Diagnostic(str(code), Severity(str(severity)), str(message), span, str(help_text))


def unpack_branch(row: Mapping[str, object]) -> BranchCoverage:
    """The coverage line that :func:`branch_json` packed."""
    missed = row["missed"] if isinstance(row["missed"], list) else []
    spans = tuple(Span(str(m["path"]), int(m["line"]), int(m["column"])) for m in missed)
    return BranchCoverage(str(row["path"]), int(str(row["reached"])), int(str(row["total"])), spans)
