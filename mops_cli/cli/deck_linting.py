"""``mops deck lint``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.cli.console import counted, tally
from mops_cli.cli.deck_workplace import by_project, decks_in, known_decks
from mops_cli.cli.diagnostics_view import check_format, show
from mops_cli.model.diagnostic import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.channels.decks import Studio
    from mops_cli.cli.deck_workplace import Workplace
    from mops_cli.cli.state import State


def run(state: State, names: Sequence[str], output_format: str, *, compat: bool) -> int:
    """Check decks and print what was found; the exit code.

    Raises:
        UsageError: A name is neither a file nor a folder, or the project cannot be read.
    """
    name = check_format(output_format)
    paths = decks_in(state, names)
    console = state.console
    findings: list[Diagnostic] = []
    wanted: list[str] = []
    texts: dict[str, str] = {}
    accepted = 0
    for place, files in by_project(state, paths):
        here = [place.relative(path) for path in files]
        found, count = find(place, here, compat=compat)
        findings, wanted, accepted = findings + found, wanted + here, accepted + count
        texts |= place.excerpts(found)
        if place.opened is not None and place.remark:
            console.say(place.remark)
    failed = any(found.severity is Severity.ERROR for found in findings)
    if console.json:
        console.emit("deck-lint", {"decks": wanted, "suppressed": accepted}, findings)
        return int(failed)
    show(console, findings, texts, name)
    extra = f", {accepted} accepted by comments" if accepted else ""
    sign = console.mark("error" if failed else "good")
    console.say(f"{sign} {tally(findings)}{extra} ({counted(len(wanted), 'deck')} looked at)")
    return int(failed)


def find(place: Workplace, wanted: Sequence[str], *, compat: bool = False) -> tuple[list[Diagnostic], int]:
    """What is found in decks, without what comments accept; and how many were accepted."""
    from mops_cli.lint.deck_uses import everywhere, uses
    from mops_cli.lint.decks import Checker
    from mops_cli.lint.selection import selection
    from mops_cli.lint.suppression import suppress

    opened = place.opened
    base = everywhere("en", "")
    if opened is not None:
        settings = opened.repository.config.value.project
        base = everywhere(settings.locales[0], settings.name)

    def studio(values: dict[str, float | str]) -> Studio:
        return place.studio(values, compat=compat)

    checker = Checker(
        known=list(dict.fromkeys([*known_decks(place), *wanted])),
        read=place.text,
        studio=studio,
        uses=(lambda path: uses(opened.repository, opened.files, path)) if opened else (lambda _path: []),
        base=base,
        roots=("content", "") if opened else ("",),
    )
    place.found += checker.check(wanted)
    for path in wanted:
        place.explain(path)
    raw = place.found
    texts = {path: place.text(path) for path in {*wanted, *(found.span.path for found in raw)} if path}
    findings, accepted = suppress(in_order(raw), texts)
    findings = [one for one in findings if one.code != "MX902"]  # other codes are not looked for here
    if opened is not None:
        chosen = selection(opened.repository.config.value.lint, (), ())
        findings = [kept for found in findings if (kept := chosen.apply(found)) is not None]
    return findings, accepted
