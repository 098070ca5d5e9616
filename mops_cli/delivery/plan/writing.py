"""A plan written down: the small signed file, its audiences and a copy of the content that it sends."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from mops_cli.delivery.plan import signing
from mops_cli.delivery.plan.reading import CONTENT, PLAN, PLANS, PURPOSE, SCHEMA, read_plan, verify_files
from mops_cli.delivery.plan.refusals import Guarded, Tampered
from mops_cli.errors import MopsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mops_cli.delivery.plan.planfile import Plan

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


@contextmanager
def workplace(state: Path) -> Iterator[Path]:
    """A private folder beside the plans in which one is made; what is left in it is removed."""
    plans = state / PLANS
    plans.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=plans))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_content(dist: Path, folder: Path, content: Mapping[str, str]) -> None:
    """Copy files of ``dist/`` into a plan's folder, so that a later build does not change a send under way.

    Raises:
        Tampered: A file is not what the manifest says.
    """
    for path, digest in content.items():
        try:
            data = (dist / path).read_bytes()
        except OSError:
            raise Tampered(f"dist/{path} is missing, though the manifest names it", hint="mops build --force") from None
        if sha256(data).hexdigest() != digest:
            raise Tampered(f"dist/{path} is not what the manifest says", hint="mops build --force makes it again")
        place = folder / CONTENT / path
        place.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(PRIVATE_FILE)


def keep(state: Path, folder: Path, plan: Plan, given_up: Collection[str] = ()) -> Plan:
    """Give a plan its id and its place; the same plan made again is the one that is there already.

    ``given_up``: plans that were cancelled; the same again is another plan, so that it can be sent after all.
    """
    plan = _with_id(plan)
    while plan.id in given_up:
        plan = _with_id(replace(plan, attempt=plan.attempt + 1))
    place = state / PLANS / plan.id
    known = _known(place)
    if known is not None:
        return known
    write_private(folder / PLAN, encoded(state, plan))
    if place.exists():
        shutil.rmtree(place)  # the same plan, damaged
    folder.rename(place)
    return plan


def _with_id(plan: Plan) -> Plan:
    return replace(plan, id=signing.plan_id(msgspec.to_builtins(plan)))


def _known(place: Path) -> Plan | None:
    if not place.exists():
        return None
    try:
        plan = read_plan(place)
        verify_files(place, plan)
    except (Guarded, UsageError):
        return None
    return plan


def encoded(state: Path, plan: Plan) -> bytes:
    """The bytes of a plan file."""
    value = msgspec.to_builtins(plan)
    whole = {"schema": SCHEMA, "plan": value, "signature": signing.signature(state, PURPOSE, value)}
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def write_private(place: Path, data: bytes) -> None:
    """Write a file in one step that only its owner may read.

    Raises:
        MopsError: It cannot be written.
    """
    temporary = place.with_name(f".{place.name}.{os.getpid()}.mops-tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        temporary.replace(place)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise _unwritable(place, problem) from problem


def _unwritable(place: Path, problem: OSError) -> MopsError:
    return UsageError(f"{place.name} could not be written: {problem.strerror or problem}", hint="give another place")
