"""A plan looked at: guards, who came and went, what changed, what it costs, and a few of its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.app.sms_cost import sms_cost
from mops_cli.delivery.plan import checking, history, report
from mops_cli.delivery.plan.reading import CONTENT, PLANS
from mops_cli.delivery.plan.report import Cost, Refusal, Report, SendReport
from mops_cli.delivery.plan.samples import samples
from mops_cli.delivery.plan.words import edits
from mops_cli.delivery.sending import register
from mops_cli.delivery.sending.starting import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from mops_cli.delivery.plan.making import Making
    from mops_cli.delivery.plan.planfile import Plan, SendPlan

    Before = list[Plan]


def look(making: Making, plan: Plan, before: Before) -> Report:
    """Everything that people want to know of a plan, also left in its folder. ``before`` are earlier plans.

    Raises:
        MopsError: An environment's settings have a mistake.
    """
    sends = tuple(_send(making, plan, one, before) for one in plan.sends)
    refusals = tuple(
        Refusal(type(one).__name__.lower(), one.message, one.hint)
        for one in checking.guards(plan, making, counted=False)
    )
    found = Report(plan=plan.id, refusals=(*refusals, *_under_way(making, plan)), sends=sends)
    report.keep(making.store.folder / PLANS / plan.id, found)
    return found


def _under_way(making: Making, plan: Plan) -> Iterator[Refusal]:
    """Sends that another plan has begun and not ended."""
    for one in plan.sends:
        for row in register.find(making.store, one.send, one.channel):
            if row.plan != plan.id and row.state in OPEN:
                yield Refusal(
                    "underway",
                    f"{one.send} on {one.channel} is under way with another plan ({row.plan[:8]}), {row.left:,} left",
                    f"go on with it: mops resume {one.send}; or give it up: mops stop {one.send} --cancel",
                )


def _send(making: Making, plan: Plan, one: SendPlan, before: Before) -> SendReport:
    plans = making.store.folder / PLANS
    last = history.last_of(before, one.campaign, one.channel)
    changed = () if last is None else tuple(
        edits(plans / last[0].id / CONTENT, plans / plan.id / CONTENT, last[1].content, one.content)
    )  # fmt: skip
    return SendReport(
        send=one.send,
        channel=one.channel,
        origin=_origin(making.manifest, one),
        moves=history.moves(making.store, last, (plan, one)) if last else None,
        edits=changed,
        samples=samples(making.store, making.settings, plan, one),
        cost=_cost(making, plan, one),
    )


def _cost(making: Making, plan: Plan, one: SendPlan) -> Cost | None:
    config = making.config
    if one.channel == "sms" and one.count:
        return sms_cost(making.store, making.settings, plan, one)
    if one.channel == "email" and one.count and config.email.price:
        return Cost(amount=round(one.count * config.email.price / 1000, 2), currency=config.project.currency)
    return None


def _origin(manifest: Mapping[str, Any], one: SendPlan) -> str:
    """Derived from the campaign's message, or written for the channel."""
    mine = [entry for entry in manifest.get("artifacts", ()) if entry["path"] in one.content and entry["channel"] == one.channel]  # fmt: skip
    return "derived" if all(entry.get("derived", True) for entry in mine) else "written"
