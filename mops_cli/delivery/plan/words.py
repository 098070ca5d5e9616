"""The words of an artifact that a person reads: its subject and its text, as templates."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mops_cli.delivery.plan.report import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

MOST_LINES = 60


class Words(NamedTuple):
    """Templates; ``subject`` is empty where a channel has none."""

    subject: str
    text: str


def words_of(content: Path, path: str) -> Words | None:
    """The words of a channel's JSON file below a plan's copy of the content; None for files without words."""
    try:
        twin = json.loads((content / path).read_bytes())
    except (OSError, ValueError):
        return None
    read = _READERS.get(str(twin.get("schema", "")).partition("/")[0]) if isinstance(twin, dict) else None
    return read(content, twin) if read else None


def file_of(content: Mapping[str, str], campaign: str, channel: str, locale: str, variant: str) -> str:
    """The JSON file of a channel for a locale and an arm; an arm without files of its own has the main message's."""
    own = f"{campaign}/{channel}/{locale}.{variant}.json"
    return own if variant and own in content else f"{campaign}/{channel}/{locale}.json"


def edits(before: Path, after: Path, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Edit]:
    """What differs between two copies of a send's content; ``old`` and ``new`` are their files by hash."""
    changed = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    told: set[str] = set()
    for path in sorted(path for path in changed | _twins(changed, new) if path.endswith(".json")):
        one, other = words_of(before, path), words_of(after, path)
        if one == other or (one is None and other is None):
            continue
        told.update(name for name in changed if name.rpartition(".")[0] == path.removesuffix(".json"))
        yield _edit(path, one or Words("", ""), other or Words("", ""), _kind(path, old, new))
    for path in sorted(changed - told):
        yield Edit(path=path, kind=_kind(path, old, new))


def _twins(changed: set[str], new: Mapping[str, str]) -> set[str]:
    """JSON files whose text lies in a file beside them that changed."""
    return {twin for path in changed if (twin := f"{path.rpartition('.')[0]}.json") in new}


def _kind(path: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    return "added" if path not in old else "removed" if path not in new else "changed"


def _edit(path: str, before: Words, after: Words, kind: str) -> Edit:
    lines = list(difflib.unified_diff(before.text.splitlines(), after.text.splitlines(), lineterm="", n=1))[2:]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES} more lines"]
    subject = (before.subject, after.subject) if before.subject != after.subject else None
    return Edit(path=path, kind=kind, subject=subject, lines=tuple(lines))


def _email(content: Path, twin: Mapping[str, Any]) -> Words:
    try:
        text = (content / str(twin.get("text"))).read_text(encoding="utf-8")
    except (OSError, ValueError):
        text = ""
    return Words(str(twin.get("subject", "")), text)


def _sms(_: Path, twin: Mapping[str, Any]) -> Words:
    return Words("", str(twin.get("text", "")))


def _push(_: Path, twin: Mapping[str, Any]) -> Words:
    payload = twin.get("payload") or {}
    return Words(str(payload.get("title", "")), str(payload.get("body", "")))


def _chat(_: Path, twin: Mapping[str, Any]) -> Words:
    return Words("", json.dumps(twin.get("payload"), ensure_ascii=False, indent=1))


_READERS: dict[str, Callable[[Path, Mapping[str, Any]], Words]] = {
    "mops.email": _email,
    "mops.sms": _sms,
    "mops.social": _sms,
    "mops.push": _push,
    "mops.chat": _chat,
}
