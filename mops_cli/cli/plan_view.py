"""A plan for people: a line for each send, then each in full, then what guards say, then one line that says it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.cli.console import counted
from mops_cli.cli.plan_times import clock, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from mops_cli.cli.console import Console
    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.delivery.plan.report import Cost, Edit, Report, Sample, SendReport

LINES, ZONES, NAMED = 8, 6, 5
"""Lines of a sample, zones, and people by number that are shown; JSON has all."""
LABEL = 11


@dataclass(frozen=True, slots=True)
class PlanView:
    """How plans are shown here: ``place`` is the zone of all times, ``now`` the present."""

    console: Console
    place: ZoneInfo
    now: datetime

    def show(self, plan: Plan, report: Report) -> None:
        """Everything."""
        told = {(one.send, one.channel): one for one in report.sends}
        pairs = [(one, told[one.send, one.channel]) for one in plan.sends]
        columns = ("SEND", "CHANNEL", "RECIPIENTS", "JOINED", "LEFT", "LEFT OUT", "FIRST", "COST")
        self.console.table(columns, [self._row(one, about) for one, about in pairs])
        for one, about in pairs:
            self.console.data("")
            self._send(one, about)
        self._guards(report)
        self.console.data(self._sum(plan, report))

    def _row(self, one: SendPlan, told: SendReport) -> tuple[str, ...]:
        moves = told.moves
        return (
            one.send, one.channel, f"{one.count:,}", f"+{moves.joined:,}" if moves else "-",
            f"-{moves.left:,}" if moves else "-", f"{sum(one.excluded.values()):,}",
            clock(one.waves[0].at, self.place) if one.waves else "-", _money(told.cost) if told.cost else "-",
        )  # fmt: skip

    def _send(self, one: SendPlan, told: SendReport) -> None:
        self.console.data(self.console.style(f"{one.send} on {one.channel}, {told.origin}", "title"))
        self._line("recipients", _recipients(one))
        self._line("left out", _counts(one.excluded, of="people" if one.audience else "destinations"))
        self._line("who", _shares(one))
        self._line("since", self._since(told))
        for text in self._times(one):
            self._line(*text)
        for edit in told.edits:
            self._edit(edit)
        self._line("cost", _cost(told.cost))
        for sample in told.samples:
            self._sample(sample)

    def _line(self, label: str, text: str) -> None:
        if text:
            self.console.data(f"  {label:<{LABEL}}{text}")

    def _since(self, told: SendReport) -> str:
        moves = told.moves
        if moves is None:
            return ""
        when = f"the plan of {clock(moves.made_at, self.place)} ({moves.plan[:8]}, {moves.before:,})"
        if not moves.joined and not moves.left:
            return f"{when}: the same people"
        who = "; ".join(
            f"contact{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids[:NAMED]))}{' …' if number > NAMED else ''} {word}"
            for ids, number, word in ((moves.who_joined, moves.joined, "joined"), (moves.who_left, moves.left, "left"))
            if ids
        )
        return f"{when}: {moves.joined:,} joined, {moves.left:,} left ({who})"

    def _times(self, one: SendPlan) -> Iterable[tuple[str, str]]:
        if not one.waves:
            return
        if not one.scheduled:
            yield "when", "as soon as it is sent"
            return
        first, last = one.waves[0], one.waves[-1]
        yield "first", f"{moment(first.at, self.place, self.now)} ({first.zone})"
        if last.at != first.at:
            yield "last", f"{moment(last.at, self.place, self.now)} ({last.zone})"
        if one.not_after is not None:
            yield "not after", moment(one.not_after, self.place, self.now)
        if one.window:
            yield "window", one.window
        if len(one.zones) > 1:
            shown = sorted(one.zones, key=lambda part: -part.people)[:ZONES]
            parts = [f"{part.zone} {part.people:,} at {part.at.astimezone(self.place):%H:%M}" for part in shown]
            more = f", {len(one.zones) - ZONES} more" if len(one.zones) > ZONES else ""
            yield "zones", f"{', '.join(parts)}{more}"
        if one.without_zone:
            yield "", f"{_many(one.without_zone, 'person has', 'people have')} no zone that is known"

    def _edit(self, edit: Edit) -> None:
        self._line("content", f"{edit.path} {edit.kind}")
        if edit.subject:
            self._diff([f"-subject: {edit.subject[0]}", f"+subject: {edit.subject[1]}"])
        self._diff(edit.lines)

    def _diff(self, lines: Sequence[str]) -> None:
        styles = {"-": "error", "+": "good", "@": "dim"}
        for line in lines:
            shown = self.console.style(line, styles[line[0]]) if line[:1] in styles else line
            self.console.data(f"  {'':<{LABEL}}  {shown}")

    def _sample(self, sample: Sample) -> None:
        arm = f", arm {sample.variant}" if sample.variant else ""
        self._line("sample", f"contact {sample.contact}, {sample.address}, {sample.locale}{arm}")
        if sample.problem:
            self._line("", f"! it cannot be made: {sample.problem}")
            return
        lines = [line for line in sample.text.strip().splitlines() if line.strip()]
        shown = [*([f"Subject: {sample.subject}"] if sample.subject else []), *lines[:LINES]]
        for line in shown:
            self._line("", f"| {line}")
        if len(lines) > LINES:
            self._line("", f"| … {len(lines) - LINES} more lines")

    def _guards(self, report: Report) -> None:
        if not report.refusals:
            return
        self.console.data("")
        for one in report.refusals:
            self.console.data(f"{self.console.style('!', 'warning')} {one.guard}: {one.message}")
            self.console.data(f"  help: {one.hint}")

    def _sum(self, plan: Plan, report: Report) -> str:
        count, out = sum(one.count for one in plan.sends), sum(sum(one.excluded.values()) for one in plan.sends)
        times = [wave.at for one in plan.sends for wave in one.waves]
        words = [counted(len(plan.sends), "send"), f"{_many(count, 'recipient', 'recipients')} ({out:,} left out)"]
        if times:
            words.append(f"first {clock(min(times), self.place)}, last {clock(max(times), self.place)}")
        costs = [one.cost for one in report.sends if one.cost]
        if costs:
            words.append(f"{sum(cost.amount for cost in costs):,.2f} {costs[0].currency}")
        if report.refusals:
            words.append(_many(len(report.refusals), "guard refuses", "guards refuse"))
        return f"\nPlan {plan.id[:8]} for {plan.environment}: {', '.join(words)}"


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


def _recipients(one: SendPlan) -> str:
    if one.audience:
        return _many(one.count, "person", "people") if one.count else "nobody"
    return ", ".join(one.destinations) if one.destinations else "nobody"


def _counts(found: Mapping[str, int], of: str) -> str:
    parts = [f"{count:,} {reason}" for reason, count in sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))]
    return f"{sum(found.values()):,} {of}: {', '.join(parts)}" if parts else ""


def _shares(one: SendPlan) -> str:
    if not one.audience:
        return ""
    locales = ", ".join(f"{name} {count:,}" for name, count in one.locales.items())
    arms = ", ".join(f"arm {name} {count:,}" for name, count in one.variants.items() if name)
    return "; ".join(part for part in (locales, arms) if part)


def _money(cost: Cost) -> str:
    return f"{'about ' if cost.estimated else ''}{cost.amount:,.2f} {cost.currency}"


def _cost(cost: Cost | None) -> str:
    if cost is None:
        return ""
    words = [_money(cost)]
    if cost.messages:
        sizes = ", ".join(
            f"{count:,} of {_many(size, 'segment', 'segments')}" for size, count in cost.messages.items() if size
        )
        words.append(f"{cost.segments:,} segments ({sizes})")
    if cost.messages.get(0):
        words.append(f"{cost.messages[0]:,} cannot be made")
    if cost.unpriced:
        words.append(f"{cost.unpriced:,} without a price for their country")
    return ", ".join(words)
