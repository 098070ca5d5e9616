"""One run of all checks: what reading found, what the channels found, what the rules found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.lint import baseline, edits
from mops_cli.lint.context import Context
from mops_cli.lint.edits import Edit, Finding
from mops_cli.lint.rules import rules
from mops_cli.lint.selection import selection
from mops_cli.lint.suppression import suppress
from mops_cli.model.diagnostic import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mops_cli.build.report import Crash


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. ``texts`` holds the files named by the findings."""

    findings: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    suppressed: int = 0
    accepted: int = 0
    campaigns: int = 0
    artifacts: int = 0
    crashes: tuple[Crash, ...] = ()

    def count(self, severity: Severity) -> int:
        """Findings of a severity."""
        return sum(found.severity is severity for found in self.findings)

    @property
    def exit_code(self) -> int:
        """1 when an error is left, else 0 (warnings do not stop anyone); 70 for a defect of ours."""
        if self.crashes:
            return 70
        return 1 if self.count(Severity.ERROR) else 0

    @property
    def fixable(self) -> int:
        """Safe fixes at hand."""
        return sum(len(found) for found in self.edits.values())


def lint(root: Path, *, select: Iterable[str] = (), ignore: Iterable[str] = (), use_baseline: bool = True) -> Report:
    """Check a project without writing anything.

    Raises:
        UsageError: The selection names no rule, or the baseline cannot be read.
    """
    from mops_cli.build.echoes import without_echoes
    from mops_cli.build.project import open_project
    from mops_cli.lint.making import make_all

    opened = open_project(root)
    chosen = selection(opened.repository.config.value.lint, select, ignore)
    making = make_all(opened)
    context = Context(opened.repository, opened.files, making.made, opened.broken, opened.refused)
    raw: list[Diagnostic | Finding] = [*opened.diagnostics, *making.found]
    for rule in rules():
        raw.extend(rule.check(context))
    texts = {path: context.text(path) for path in {*context.paths, *(_diagnostic(item).span.path for item in raw)}}
    fixes = {item.diagnostic: item.edit for item in raw if isinstance(item, Finding)}
    findings, suppressed = suppress(without_echoes(in_order([_diagnostic(item) for item in raw])), texts)
    levelled = [(found, chosen.apply(found)) for found in findings]
    kept = {changed: fixes.get(found) for found, changed in levelled if changed is not None}
    ordered, accepted = in_order(list(kept)), 0
    if use_baseline and (root / baseline.NAME).is_file():
        known = baseline.read((root / baseline.NAME).read_text(encoding="utf-8"))
        ordered, accepted = baseline.without(ordered, texts, known)
    return Report(
        findings=tuple(ordered),
        texts=texts,
        edits=_edits(kept[found] for found in ordered),
        suppressed=suppressed,
        accepted=accepted,
        campaigns=len(opened.repository.campaigns),
        artifacts=sum(len(made.outputs) for made in making.made),
        crashes=making.crashes,
    )


def fix(root: Path, report: Report) -> int:
    """Make the safe changes; returns how many were made."""
    done = 0
    for path, found in report.edits.items():
        place = root / path
        text = place.read_bytes().decode("utf-8")
        changed, count = edits.apply(text, found)
        if count:
            place.write_bytes(changed.encode("utf-8"))
            done += count
    return done


def _diagnostic(item: Diagnostic | Finding) -> Diagnostic:
    return item.diagnostic if isinstance(item, Finding) else item


def _edits(found: Iterable[Edit | None]) -> dict[str, tuple[Edit, ...]]:
    by_path: dict[str, tuple[Edit, ...]] = {}
    for edit in found:
        if edit is not None:
            by_path[edit.span.path] = (*by_path.get(edit.span.path, ()), edit)
    return by_path
