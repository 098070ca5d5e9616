"""The words of ``mops contacts import``: ``--map`` pairs, and what people agreed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mops_cli.audience.imports import Agreement


def mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``COLUMN=FIELD`` pairs.

    Raises:
        UsageError: One has no equals sign.
    """
    found = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals:
            raise UsageError(f"--map {pair}: write COLUMN=FIELD", hint='for instance --map "E-Mail=email"')
        found[column.strip()] = field.strip()
    return found


def agreement(here: Path, topic: str, channel: str, source: str, wording: Path | None) -> Agreement | None:
    """What ``--consent`` and its companions say; None without them.

    Raises:
        UsageError: ``--source`` is missing, or the channel is none.
    """
    from mops_cli.audience import consent
    from mops_cli.audience.imports import Agreement

    if not topic:
        if source or wording:
            raise UsageError("--source and --wording belong to --consent TOPIC")
        return None
    if not source:
        raise UsageError("--consent needs --source: where did these people agree?", hint='for instance --source "shop checkout"')  # fmt: skip
    consent.check(topic, channel, [topic])
    return Agreement(topic, channel, source, consent.wording_hash(words(here, wording)))


def words(here: Path, wording: Path | None) -> str:
    """The text of a ``--wording`` file.

    Raises:
        UsageError: It cannot be read.
    """
    if wording is None:
        return ""
    try:
        return (here / wording).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{wording} cannot be read as text", hint="--wording takes a text file") from None
