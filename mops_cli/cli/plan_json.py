"""A plan for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from mops_cli.delivery.plan.planfile import Plan, SendPlan
    from mops_cli.delivery.plan.report import Report, SendReport


def plan_json(plan: Plan, report: Report) -> dict[str, Any]:
    """The plan without its lists of files, with what the report says of each send."""
    told = {(one.send, one.channel): one for one in report.sends}
    return {
        "plan": plan.id,
        "environment": plan.environment,
        "made_at": msgspec.to_builtins(plan.made_at),
        "recipients": sum(one.count for one in plan.sends),
        "sends": [_send(one, told.get((one.send, one.channel))) for one in plan.sends],
        "guards": msgspec.to_builtins(report.refusals),
    }


def _send(one: SendPlan, told: SendReport | None) -> dict[str, Any]:
    value: dict[str, Any] = msgspec.to_builtins(one)
    waves = value.pop("waves")
    files = value.pop("content")
    for name in ("audience", "audience_hash"):
        value.pop(name)
    value.update(
        recipients=value.pop("count"),
        content_hash=one.content_hash,
        files=len(files),
        first_at=waves[0]["at"] if waves else None,
        last_at=waves[-1]["at"] if waves else None,
        waves=[{"at": wave["at"], "recipients": wave["rows"]} for wave in waves],
    )
    if told is not None:
        value.update({name: msgspec.to_builtins(getattr(told, name)) for name in ("origin", "moves", "edits", "samples", "cost")})  # fmt: skip
    return value
