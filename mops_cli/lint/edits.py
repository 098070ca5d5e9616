"""Safe changes that ``mops lint --fix`` makes: text splices at known places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.model.diagnostic import Diagnostic, Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``new`` where ``span`` is; ``old`` must still stand there."""

    span: Span
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its safe fix."""

    diagnostic: Diagnostic
    edit: Edit


def apply(text: str, edits: Iterable[Edit]) -> tuple[str, int]:
    """The text with the edits made and how many were; overlapping or outdated ones are left out."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    placed: list[tuple[int, int, str]] = []
    for edit in edits:
        if edit.span.line > len(starts) - 1:
            continue
        start = starts[edit.span.line - 1] + edit.span.column - 1
        if text[start : start + len(edit.old)] == edit.old:
            placed.append((start, start + len(edit.old), edit.new))
    done = 0
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(set(placed)):
        if start < at:
            continue
        parts.extend((text[at:start], new))
        at = end
        done += 1
    parts.append(text[at:])
    return "".join(parts), done
