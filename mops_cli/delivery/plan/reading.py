"""A plan read back, and held against its signature and the hashes that it carries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.delivery.plan import signing
from mops_cli.delivery.plan.planfile import VERSION, Plan
from mops_cli.delivery.plan.refusals import PlanGone, Tampered
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

PLANS = "plans"
PLAN = "plan.json"
CONTENT = "content"
SCHEMA = f"mops.plan/{VERSION}"
PURPOSE = "plan"
AGAIN = "make the plan again: mops plan"


def read_plan(folder: Path) -> Plan:
    """The plan in its folder ``.mops/plans/<plan id>``; its files are not looked at.

    Raises:
        PlanGone: It is not there.
        Tampered: It was changed.
    """
    try:
        data = (folder / PLAN).read_bytes()
    except OSError:
        raise PlanGone(f"the plan {folder.name[:8]} is not in .mops/{PLANS}", hint=AGAIN) from None
    plan = decoded(data, folder.parent.parent, shown=f".mops/{PLANS}/{folder.name}/{PLAN}")
    if plan.id != folder.name:
        raise Tampered(f".mops/{PLANS}/{folder.name} holds another plan", hint=AGAIN)
    return plan


def verify_files(folder: Path, plan: Plan) -> None:
    """Hold a plan's audiences and its copy of the content against their hashes.

    Raises:
        PlanGone: A file is missing.
        Tampered: A file is another one.
    """
    for one in plan.sends:
        files = {f"{CONTENT}/{path}": digest for path, digest in one.content.items()}
        if one.audience:
            files[one.audience] = one.audience_hash
        for path, digest in files.items():
            _verify(folder, path, digest)


def _verify(folder: Path, path: str, digest: str) -> None:
    shown = f".mops/{PLANS}/{folder.name}/{path}"
    try:
        found = signing.file_hash(folder / path)
    except OSError:
        raise PlanGone(f"{shown} is missing", hint=AGAIN) from None
    if found != digest:
        raise Tampered(f"{shown} was changed after the plan was made", hint=AGAIN)


def decoded(data: bytes, state: Path, shown: str) -> Plan:
    """A plan from the bytes of its file; ``state`` is the project's ``.mops``, ``shown`` the file's name for people.

    Raises:
        UsageError: It is no plan.
        Tampered: Its signature does not fit: it was changed, or made in another project.
    """
    value, given = _opened(data, shown)
    if not signing.signed(state, PURPOSE, value, given) or value.get("id") != signing.plan_id(value):
        raise Tampered(
            f"{shown} was changed by hand, or made by another project or machine", hint="plans are made, not written: mops plan --out FILE"
        )  # fmt: skip
    try:
        return msgspec.convert(value, Plan)
    except msgspec.ValidationError:
        raise UsageError(f"{shown} is a plan of another version of mops", hint=AGAIN) from None


def _opened(data: bytes, shown: str) -> tuple[dict[str, Any], str]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not str(found.get("schema", "")).startswith("mops.plan/"):
        raise UsageError(f"{shown} is no plan", hint="mops plan --out FILE makes one")
    if found["schema"] != SCHEMA:
        raise UsageError(f"{shown} is a plan of another version of mops", hint=AGAIN)
    value, given = found.get("plan"), found.get("signature")
    return (value if isinstance(value, dict) else {}), str(given)
