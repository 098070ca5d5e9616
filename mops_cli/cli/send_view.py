"""What `mops send`, `resume` and `status` show: how far, what came of it, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.cli.progress import Progress
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.app.sending import Sent
    from mops_cli.app.showing import Shown
    from mops_cli.cli.console import Console
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.delivery.sending.active import Active

INTERRUPTED, PARTIAL = 130, 4
NAMED = 10
"""So many recipients in doubt are named on the screen; all are in `mops ledger`."""


class Screen:
    """The terminal as a send sees it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(console, "settled")

    def tell(self, sentence: str) -> None:
        """A sentence of the workers."""
        self._progress.end()
        self._console.say(f"{self._console.mark('warning')} {sentence}")

    def watch(self, sends: Sequence[Active]) -> None:
        """How far the sends are."""
        done, total = sum(one.settled for one in sends), sum(one.send.recipients for one in sends)
        put_off = sum(len(one.deferred) for one in sends)
        name = " + ".join(sorted({f"{one.send.campaign} {one.send.channel}" for one in sends}))
        self._progress(done, total, f"{name}{f' · {put_off:,} put off' if put_off else ''}")

    def count(self, done: int, total: int) -> None:
        """How far they are when another process sends."""
        self._progress(done, total, "by the node that runs")

    def end(self) -> None:
        """Clear the moving line."""
        self._progress.end()


class DemoScreen(Screen):
    """The terminal of `mops demo`: nobody is asked, nothing leaves the machine."""

    def confirm(self, plan: Plan) -> bool:
        """Go on."""
        del plan
        return True

    def watch(self, sends: Sequence[Active]) -> None:
        """It takes a second or two."""


def tell_shown(console: Console, shown: Shown) -> None:
    """What the demonstration sent, in a few lines."""
    rows = [row for row in shown.sent.sends if row["recipients"]]
    good = console.mark("good" if shown.sent.rest.done else "error")
    planned = sum(row["recipients"] for row in rows)
    console.say(f"{good} {shown.campaign} sent to {planned:,} made-up recipients")
    for row in rows:
        outcomes = ", ".join(f"{count:,} {name}" for name, count in row["outcomes"].items())
        console.say(f"    {row['channel']:8} {outcomes}")
    console.say(f"    the mail server took {shown.mails:,} mails for {shown.inboxes:,} inboxes: nobody twice")


def seconds_of(option: str, text: str) -> float:
    """A duration of the command line in seconds.

    Raises:
        UsageError: It is none.
    """
    from mops_cli.model.values import duration

    try:
        return duration(text).total_seconds()
    except ValueError as problem:
        raise UsageError(f'{option}: "{text}" is no time', hint=str(problem)) from None


def show_sent(console: Console, sent: Sent, seconds: float) -> int:
    """The result of a send and its exit code."""
    if console.json:
        data = {"sends": list(sent.sends), "details": sent.details, "done": sent.rest.done}
        console.emit("send", {**data, "next_at": sent.rest.next_at and sent.rest.next_at.isoformat()})
        return _code(sent)
    show_table(console, sent.sends)
    for name, details in sent.details.items():
        show_details(console, name, details)
    _ending(console, sent, seconds)
    return _code(sent)


def show_table(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    """One line a send and channel."""
    shown = [
        (
            row["send"], row["channel"], row["state"], f"{row['recipients']:,}", f"{row['outcomes'].get('sent', 0):,}",
            f"{_not_sent(row):,}", f"{row['in_doubt']:,}", f"{row['left']:,}",
        )
        for row in rows
    ]  # fmt: skip
    console.table(("SEND", "CHANNEL", "STATE", "PLANNED", "SENT", "NOT SENT", "IN DOUBT", "LEFT"), shown)


def show_details(console: Console, send: str, details: dict[str, Any]) -> None:
    """Why people got nothing, and who is in doubt."""
    _reasons(console, details["reasons"])
    _doubts(console, send, details["in_doubt"])


def _not_sent(row: dict[str, Any]) -> int:
    return sum(count for outcome, count in row["outcomes"].items() if outcome not in {"sent", "unknown"})


def _reasons(console: Console, reasons: Sequence[dict[str, Any]]) -> None:
    for one in [one for one in reasons if one["outcome"] != "unknown"][:NAMED]:
        words = " ".join(part for part in (one["code"], one["said"]) if part) or one["outcome"]
        console.say(f"    {one['people']:,} on {one['channel']}: {one['outcome']}, {words}")


def _doubts(console: Console, send: str, doubts: Sequence[dict[str, Any]]) -> None:
    if not doubts:
        return
    console.say(f"{console.mark('warning')} {len(doubts):,} in doubt: handed over, and nobody knows whether it arrived")
    for one in doubts[:NAMED]:
        who = f"contact {one['contact_id']}" if one["contact_id"] else f"destination {one['destination']}"
        console.say(f"    {who} on {one['channel']}")
    console.say(f"    all of them: mops ledger {send} --outcome unknown")


def _ending(console: Console, sent: Sent, seconds: float) -> None:
    rest = sent.rest
    left = sum(row["left"] for row in sent.sends)
    if rest.done:
        count = sum(row["outcomes"].get("sent", 0) for row in sent.sends)
        rate = f", {count / seconds:,.0f}/s" if count >= 1000 and seconds > 0 else ""
        console.say(f"{console.mark('good')} finished: {count:,} sent in {seconds:.1f} s{rate}")
    elif rest.by_node:
        console.say(f"{console.mark('good')} {left:,} left; the node goes on: mops status")
    elif rest.interrupted:
        console.say(f"{console.mark('warning')} stopped with {left:,} left; go on with: mops resume")
    elif rest.next_at is not None:
        when = rest.next_at.isoformat(sep=" ", timespec="minutes").replace("+00:00", " UTC")
        how = f"{left:,} were put off and are tried again" if rest.put_off else f"{left:,} wait until"
        mark = console.mark("warning" if rest.put_off else "good")
        if rest.said:
            console.say(f"{mark} the provider put {left:,} off: {rest.said}")
        console.say(f"{mark} {how} {when}; by `mops up`, `mops run --due` or `mops resume`")
    else:
        console.say(f"{console.mark('error')} {left:,} have no outcome yet; see above why; go on with: mops resume")


def _code(sent: Sent) -> int:
    if sent.rest.by_node:
        return 0
    if sent.rest.interrupted:
        return INTERRUPTED
    waits = sent.rest.next_at is not None and not sent.rest.put_off
    return 0 if sent.rest.done or waits else PARTIAL
