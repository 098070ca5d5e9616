"""``mops deck fmt``."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.cli.console import counted
from mops_cli.cli.deck_workplace import MOST_BYTES, decks_in
from mops_cli.model.diagnostic import Diagnostic, Span, error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mops_cli.cli.state import State


@dataclass(frozen=True, slots=True)
class Change:
    """A deck that is not laid out in the one way."""

    path: Path
    shown: str
    before: str
    after: str


def run(state: State, names: Sequence[str], *, check: bool, diff: bool) -> int:
    """Lay out decks, or say which are not; the exit code.

    Raises:
        UsageError: A name is neither a file nor a folder.
    """
    console = state.console
    decks = decks_in(state, names)
    changes, findings = examine(state, decks)
    keep = check or diff
    for change in () if keep else changes:
        _write(change)
    if console.json:
        data = {"decks": len(decks), "changed": [change.shown for change in changes], "written": not keep}
        console.emit("deck-fmt", data, findings)
    else:
        for found in findings:
            console.complain(f"{found.span.path}:{found.span.line}: {found.code} {found.message}\nhelp: {found.help}")
        for change in changes:
            console.data(_diff(change) if diff else change.shown)
        verb = "would change" if keep else "changed"
        sign = console.mark("error" if findings or (keep and changes) else "good")
        console.say(f"{sign} {counted(len(decks), 'deck')}, {len(changes)} {verb}")
    return int(bool(findings) or (keep and bool(changes)))


def examine(state: State, decks: Sequence[Path]) -> tuple[list[Change], list[Diagnostic]]:
    """The decks that would change, and the files that are no decks."""
    from mops_cli.design.deck.formatting import format_source

    changes: list[Change] = []
    findings: list[Diagnostic] = []
    for path in decks:
        shown = os.path.relpath(path, state.cwd).replace(os.sep, "/")
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
        if data is None:
            findings.append(error("MK304", f"{shown} is larger than a deck", Span(shown), "split it"))
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as problem:
            line = data[: problem.start].count(b"\n") + 1
            help_text = "save the file as UTF-8; it was left as it is"
            findings.append(error("MC101", "this is not UTF-8", Span(shown, line), help_text))
            continue
        after = format_source(text)
        if after != text:
            changes.append(Change(path, shown, text, after))
    return changes, findings


def _write(change: Change) -> None:
    from mops_cli.build import atomic

    # A link keeps leading where it leads.
    atomic.write(str(change.path.resolve()), change.after.encode(), shown=change.shown)


def _diff(change: Change) -> str:
    rows = difflib.unified_diff(
        change.before.splitlines(), change.after.splitlines(), change.shown, change.shown, lineterm=""
    )
    return "\n".join(rows)
