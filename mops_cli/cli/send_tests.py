"""`mops send --test`: a campaign to ourselves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.delivery import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.app.ground import Ground
    from mops_cli.cli.state import State

FAILED = 4


def send_tests(state: State, ground: Ground, campaigns: Sequence[str], words: Sequence[str], persona: str) -> int:
    """Send, and show one line a message; the address is told by its place, as in every log.

    Raises:
        UsageError: More than one campaign, an address that is none; see :mod:`mops_cli.app.trying`.
    """
    from mops_cli.app import trying
    from mops_cli.build.project import open_project

    if len(campaigns) != 1:
        raise UsageError("--test takes one campaign", hint="mops send NAME --test ADDRESS")
    addresses = trying.addresses_of(ground, words)
    repository = open_project(ground.root).repository
    tried = asyncio.run(trying.try_out(ground, repository, campaigns[0], addresses, persona))
    good = all(one.answer.outcome is Outcome.SENT for one in tried)
    if state.console.json:
        data = [
            {
                "persona": one.persona, "locale": one.locale, "variant": one.variant, "address": one.number,
                "outcome": one.answer.outcome.value, "code": one.answer.code, "said": one.answer.said,
            }
            for one in tried
        ]  # fmt: skip
        state.console.emit("send-test", data)
        return 0 if good else FAILED
    rows = [
        (
            f"{one.number}", one.locale, one.variant or "-", one.persona, one.answer.outcome.value,
            " ".join(part for part in (one.answer.code, one.answer.said) if part) or "-",
        )
        for one in tried
    ]  # fmt: skip
    state.console.table(("ADDRESS", "LOCALE", "ARM", "AS", "OUTCOME", "ANSWER"), rows)
    mark = state.console.mark("good" if good else "error")
    state.console.say(f"{mark} {len(tried)} test messages of {campaigns[0]}; they are in no ledger")
    return 0 if good else FAILED
