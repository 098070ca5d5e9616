"""The files of a send's content, as they were when the plan was made."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.delivery.plan.planfile import SendPlan


class ContentChanged(MopsError):
    """A file is not what the plan says, or not there."""

    exit_code = 5


class NoMessage(MopsError):
    """There is no message for this locale and arm."""

    exit_code = 5


class Content:
    """Reads files by their paths below ``dist/``, each compared with the plan's hash."""

    def __init__(self, part: SendPlan, folder: Path) -> None:
        """``folder`` is where the plan keeps its copies."""
        self._hashes = part.content
        self._folder = folder

    def has(self, path: str) -> bool:
        """Whether the plan has this file."""
        return path in self._hashes

    def read(self, path: str) -> bytes:
        """A file's octets.

        Raises:
            ContentChanged: It is gone, or not what it was when the plan was made.
        """
        try:
            data = (self._folder / path).read_bytes()
        except OSError:
            raise ContentChanged(f"{path} of the plan is gone", hint="make the plan again: mops plan") from None
        if hashlib.sha256(data).hexdigest() != self._hashes.get(path):
            raise ContentChanged(
                f"{path} is not what it was when the plan was made", hint="make the plan again: mops plan"
            )
        return data

    def text(self, path: str) -> str:
        """A text file."""
        return self.read(path).decode("utf-8")

    def twin(self, path: str) -> dict[str, Any]:
        """The JSON file that says what a sender needs."""
        found: dict[str, Any] = json.loads(self.read(path))
        return found

    def place(self, path: str) -> Path:
        """Where a file lies."""
        return self._folder / path


def stems(locale: str, variant: str) -> list[str]:
    """File names to try for a locale and an arm: an arm that says nothing of its own has the common message."""
    return [f"{locale}.{variant}", locale] if variant else [locale]


def twin_path(content: Content, part: SendPlan, pattern: str, locale: str, variant: str) -> str:
    """The path of a message's JSON file; ``pattern`` has ``{}`` for locale and arm.

    Raises:
        NoMessage: There is none.
    """
    for stem in stems(locale, variant):
        path = f"{part.campaign}/{part.channel}/{pattern.format(stem)}.json"
        if content.has(path):
            return path
    raise NoMessage(f"{part.campaign} has no message for {part.channel} in {locale}", hint="make the plan again")
