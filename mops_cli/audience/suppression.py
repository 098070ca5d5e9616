"""Addresses that must not be written to: kept as keyed hashes, so that they outlive the person and name nobody."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.store.queries import queries
from mops_cli.store.recording import insert, note
from mops_cli.store.recording import remove as delete

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mops_cli.store.database import Store

KEY = "suppression.key"
REASONS = ("manual", "unsubscribed", "bounced", "complained", "erased")
_BLOCK = 64
_PRIVATE = 0o600


def key(folder: Path) -> bytes:
    """The key below ``.mops``, made at first use; whoever has it can ask whether an address is on the list."""
    place = folder / KEY
    try:
        found = bytes.fromhex(place.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        found = secrets.token_bytes(32)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(found.hex() + "\n")
    except ValueError:
        found = b""
    if len(found) < 32:
        raise UsageError(
            f".mops/{KEY} is damaged", hint="bring it back from a backup: without it, nobody is suppressed"
        )
    return found


def pads(folder: Path) -> dict[str, object]:
    """The two halves of HMAC-SHA256, as parameters for the audience's SQL."""
    padded = key(folder).ljust(_BLOCK, b"\0")
    return {"mops_outer": bytes(b ^ 0x5C for b in padded), "mops_inner": bytes(b ^ 0x36 for b in padded)}


def normal(channel: str, address: str) -> str:
    """An address as the store keeps it."""
    bare = address.strip()
    if channel == "sms":
        return re.sub(r"^00", "+", re.sub(r"[\s()./-]", "", bare))
    return bare.lower() if channel == "email" else bare


def hashed(folder: Path, channel: str, address: str) -> str:
    """The keyed hash of an address."""
    return hmac.new(key(folder), f"{channel}:{normal(channel, address)}".encode(), "sha256").hexdigest()


def add(store: Store, channel: str, address: str, *, reason: str = "manual", source: str = "command") -> bool:
    """Suppress an address; tells whether it was not yet."""
    if reason not in REASONS:
        raise UsageError(f"{reason} is no reason", hint=f"one of {', '.join(REASONS)}")
    now = store.clock.now().replace(tzinfo=None)
    about = {"channel": channel, "hash": hashed(store.folder, channel, address)}
    with store.transaction():
        row = insert(
            store, "suppressions", _sql()["suppress"], {**about, "reason": reason, "source": source, "now": now}
        )
        if row.rows:
            note(store, "suppressed", [row], channel=channel, source=source, about={"reason": reason})
    return bool(row.rows)


def remove(store: Store, channel: str, address: str) -> bool:
    """Let an address be written to again; tells whether it was suppressed."""
    about = {"channel": channel, "hash": hashed(store.folder, channel, address)}
    with store.transaction():
        gone = delete(store, "suppressions", "channel = $channel AND hash = $hash", about)
        if gone.rows:
            note(store, "unsuppressed", [gone], channel=channel)
    return bool(gone.rows)


def why(store: Store, channel: str, address: str) -> tuple[str, str, datetime] | None:
    """Reason, source and time of a suppression."""
    return store.one(_sql()["suppressed"], {"channel": channel, "hash": hashed(store.folder, channel, address)})


def totals(store: Store) -> list[tuple[str, str, int]]:
    """Channel, reason, how many."""
    return store.rows(_sql()["suppression_totals"])


def _sql() -> dict[str, str]:
    return queries("mops_cli.audience", "people")
