"""Approvals: a name bound to the hash of a plan, so that what was looked at is what is sent."""

from __future__ import annotations

import json
from datetime import datetime  # msgspec reads the annotations when it runs
from typing import TYPE_CHECKING

import msgspec

from mops_cli.delivery.plan import signing
from mops_cli.delivery.plan.reading import PLANS
from mops_cli.delivery.plan.refusals import Tampered
from mops_cli.delivery.plan.writing import write_private
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "approvals.json"
PURPOSE = "approval"
KEY = "approval"
"""In ``[environments.…]``: true, or how many must agree."""


class Approval(msgspec.Struct, frozen=True):
    """Who agreed to a plan, and when."""

    plan: str
    by: str
    at: datetime


class _Signed(msgspec.Struct, frozen=True):
    approval: Approval
    signature: str


def approve(state: Path, plan_id: str, name: str, now: datetime) -> tuple[Approval, ...]:
    """Write down that somebody agrees to a plan; saying it twice counts once. Gives all approvals.

    Raises:
        UsageError: The name is empty.
        Tampered: Somebody changed the approvals by hand.
    """
    who = " ".join(name.split())
    if not who:
        raise UsageError("an approval needs a name", hint="add --by NAME")
    known = approvals_of(state, plan_id)
    if any(one.by.casefold() == who.casefold() for one in known):
        return known
    found = (*known, Approval(plan_id, who, now))
    entries = [
        {"approval": value, "signature": signing.signature(state, PURPOSE, value)}
        for value in map(msgspec.to_builtins, found)
    ]
    write_private(_place(state, plan_id), (json.dumps(entries, indent=1, ensure_ascii=False) + "\n").encode())
    return found


def approvals_of(state: Path, plan_id: str) -> tuple[Approval, ...]:
    """Who agreed to a plan, in order.

    Raises:
        Tampered: Somebody changed the approvals by hand.
    """
    try:
        data = _place(state, plan_id).read_bytes()
    except OSError:
        return ()
    try:
        entries = msgspec.json.decode(data, type=list[_Signed])
    except (msgspec.DecodeError, msgspec.ValidationError):
        entries = [_Signed(Approval("", "", datetime.min), "")]  # noqa: DTZ901 - nothing that counts
    for one in entries:
        value = msgspec.to_builtins(one.approval)
        if one.approval.plan != plan_id or not signing.signed(state, PURPOSE, value, one.signature):
            raise Tampered(
                f".mops/{PLANS}/{plan_id}/{FILE} was changed by hand", hint="remove it, and approve again: mops approve"
            )
    return tuple(one.approval for one in entries)


def needed(said: Mapping[str, object], environment: str) -> int:
    """How many must agree before something is sent in an environment.

    Raises:
        UsageError: The setting is no number.
    """
    value = said.get(KEY, False)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and value >= 0:
        return value
    raise UsageError(
        f"[environments.{environment}] {KEY} is true, false, or how many must agree", hint=f"write {KEY} = true"
    )


def _place(state: Path, plan_id: str) -> Path:
    return state / PLANS / plan_id / FILE
