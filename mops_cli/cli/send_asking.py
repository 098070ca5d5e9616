"""Whether a send is really wanted: the number of recipients typed, or said on the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mops_cli.cli.send_view import Screen
from mops_cli.errors import MopsError, UsageError

if TYPE_CHECKING:
    from mops_cli.cli.state import State
    from mops_cli.delivery.plan.planfile import Plan

TYPED = 100
"""From so many recipients on, their number must be typed."""


class OtherNumber(MopsError):
    """The plan has another number of recipients than the caller expects."""

    exit_code = 5


class Asking(Screen):
    """The terminal of `mops send`: it also shows the plan and asks."""

    def __init__(self, state: State, *, yes: bool, expect: int, dry_run: bool, from_file: bool, local: bool) -> None:
        """``local``: nothing leaves the machine, so nobody is asked; ``from_file``: the plan was looked at before."""
        super().__init__(state.console)
        self._state = state
        self._yes = yes
        self._expect = expect
        self._dry_run = dry_run
        self._from_file = from_file
        self._local = local

    def confirm(self, plan: Plan) -> bool:
        """Show the plan and ask whether it shall be sent.

        Raises:
            OtherNumber: It is not the number that was expected.
            UsageError: Nobody can be asked here.
        """
        count = sum(one.count for one in plan.sends)
        if not self._state.console.json:
            self._show(plan)
        if self._expect not in (-1, count):
            raise OtherNumber(
                f"the plan has {count:,} recipients, --expect-recipients says {self._expect:,}",
                hint="look at mops plan: who joined, who left",
            )
        if self._dry_run:
            self._state.console.say(f"{self._state.console.mark('good')} nothing was sent (--dry-run)")
            return False
        if not count:
            self._state.console.say(f"{self._state.console.mark('good')} nobody to send to")
            return False
        return self._local or self._from_file or self._agreed(plan, count)

    def _show(self, plan: Plan) -> None:
        say = self._state.console.say
        for one in plan.sends:
            left_out = ", ".join(f"{number:,} {why}" for why, number in sorted(one.excluded.items()))
            say(f"{one.send} on {one.channel}: {one.count:,}{f' (left out: {left_out})' if left_out else ''}")

    def _agreed(self, plan: Plan, count: int) -> bool:
        if self._yes:
            if count >= TYPED and self._expect < 0:
                raise UsageError(
                    f"--yes for {count:,} recipients needs their number", hint=f"add --expect-recipients {count}"
                )
            return True
        if not sys.stdin.isatty():
            raise UsageError("nobody can be asked here whether to send", hint=f"add --yes --expect-recipients {count}")
        where = f"{count:,} recipients in {plan.environment}"
        if count < TYPED:
            return self._ask(f"Send to {where}? [y/N] ").lower() in {"y", "yes"}
        return self._ask(f"Send to {where}? Type {count} to go on: ").replace(",", "") == str(count)

    def _ask(self, question: str) -> str:
        self._state.console.err.write(question)
        self._state.console.err.flush()
        return sys.stdin.readline().strip()
