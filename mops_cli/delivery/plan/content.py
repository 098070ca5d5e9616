"""Which files of ``dist/`` a campaign sends on a channel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mops_cli.delivery.plan.refusals import Stale, Tampered
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


def content_of(manifest: Mapping[str, Any], dist: Path, campaign: str, channel: str) -> dict[str, str]:
    """Path -> SHA-256 of everything that goes out: all locales and arms, attachments, pictures inside mails.

    Raises:
        UsageError: Nothing was made for this channel, or something could not be made here.
        Stale: What lies in ``dist/`` is older than the sources: the last build had errors.
        Tampered: A file that goes along is missing.
    """
    _complete(manifest, campaign, channel)
    by_path = {one["path"]: one for one in manifest.get("artifacts", ())}
    mine = [one for one in by_path.values() if (one["campaign"], one["channel"]) == (campaign, channel)]
    mine = [one for one in mine if not one["path"].startswith("assets/")]
    if not mine:
        raise UsageError(f"dist/ has nothing of {campaign} for {channel}", hint="run `mops build`")
    names = {one["path"] for one in mine}
    names.update(path for one in mine if one["kind"] == "email.json" for path in _along(dist / one["path"]))
    missing = sorted(names - by_path.keys())
    if missing:
        raise Tampered(f"dist/{missing[0]} is missing, though {campaign} sends it", hint="mops build --force")
    if any(by_path[name].get("stale") for name in names):
        raise Stale(f"{campaign}/{channel} in dist/ is older than its sources", hint="run `mops build`: it has errors")
    return {name: by_path[name]["sha256"] for name in sorted(names)}


def _complete(manifest: Mapping[str, Any], campaign: str, channel: str) -> None:
    for one in manifest.get("failed", ()):
        if (one["campaign"], one["channel"]) == (campaign, channel):
            raise Stale(f"{one['unit']} could not be built", hint="run `mops build`: it says what is wrong")
    for one in manifest.get("skipped", ()):
        if (one["campaign"], one["channel"]) == (campaign, channel):
            raise UsageError(
                f"{one['path']} could not be made on this machine: {one['reason']}",
                hint=f"`mops build` says more; other channels can be planned: mops plan {campaign}/email",
            )


def _along(twin: Path) -> Iterable[str]:
    """Attachments and pictures inside a mail, by the mail's JSON file.

    Raises:
        UsageError: One of them could not be made here: the mail would go without it.
        Tampered: The file cannot be read.
    """
    try:
        said = json.loads(twin.read_bytes())
    except (OSError, ValueError):
        raise Tampered(f"dist/…/{twin.name} cannot be read", hint="mops build --force makes it again") from None
    for one in said.get("skipped") or ():
        raise UsageError(f"{one['path']}: {one['reason']}", hint="`mops doctor` says what this machine lacks")
    return [one["path"] for part in ("attachments", "inline") for one in said.get(part) or ()]


def locales_of(manifest: Mapping[str, Any], content: Mapping[str, str], channel: str) -> tuple[str, ...]:
    """The locales in which a channel's files exist."""
    found = {
        one["locale"] for one in manifest.get("artifacts", ()) if one["path"] in content and one["channel"] == channel
    }
    return tuple(sorted(found - {""}))


def best_locale(said: str, known: Sequence[str], default: str) -> str:
    """The best of the known locales for a person's: the same, the same language, the default, the first."""
    wanted = said.strip().replace("_", "-").lower()
    language = wanted.partition("-")[0]
    ways = (
        {one.lower(): one for one in reversed(known)}.get(wanted),
        {one.lower(): one for one in reversed(known)}.get(language),
        {one.lower().partition("-")[0]: one for one in reversed(known)}.get(language),
        default if default in known or not known else known[0],
    )
    return next(one for one in ways if one is not None)
