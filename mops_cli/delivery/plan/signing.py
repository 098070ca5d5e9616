"""Plans are signed with a key of the project, so that one that somebody changed by hand is not sent."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEY = "plan.key"
_PRIVATE = 0o600


def key(folder: Path) -> bytes:
    """The key below ``.mops``, made at first use.

    Raises:
        UsageError: The file holds something else.
    """
    place = folder / KEY
    try:
        found = bytes.fromhex(place.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        found = secrets.token_bytes(32)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(found.hex() + "\n")
    except ValueError:
        found = b""
    if len(found) < 32:
        raise UsageError(f".mops/{KEY} is damaged", hint="remove it: plans are made anew with another")
    return found


def canonical(value: Mapping[str, Any]) -> bytes:
    """The same bytes for the same values, however they were written down."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signature(folder: Path, purpose: str, value: Mapping[str, Any]) -> str:
    """The keyed hash of a value; ``purpose`` keeps a signed approval from passing for a plan."""
    return hmac.new(key(folder), purpose.encode() + b"\0" + canonical(value), "sha256").hexdigest()


def signed(folder: Path, purpose: str, value: Mapping[str, Any], given: str) -> bool:
    """Whether a signature is ours."""
    return hmac.compare_digest(signature(folder, purpose, value), given)


def plan_id(value: Mapping[str, Any]) -> str:
    """The id of a plan: the hash of everything that it says but when it was made, so that the same is the same."""
    said = {name: one for name, one in value.items() if name not in {"id", "made_at"}}
    return sha256(canonical(said)).hexdigest()[:32]


def file_hash(place: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        OSError: It cannot be read.
    """
    from hashlib import file_digest

    with place.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
