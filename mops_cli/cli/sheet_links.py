"""Addresses of ours on the contact sheet: files lie in ``dist/``, everything else leads to its real target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LocalLinks:
    """``links`` of a template, without a gateway."""

    targets: Mapping[int, str] = field(default_factory=dict)
    unsubscribe: str = "#unsubscribe"
    preferences: str = "#preferences"
    view: str = "#view"

    def click(self, number: int) -> str:
        """The target itself: nothing is counted here."""
        return self.targets.get(number, "#")

    def short(self, number: int) -> str:
        """A short link as long as a real one."""
        return f"https://go.example/{number:06d}"

    def asset(self, path: str) -> str:
        """The file in ``dist/``, from where the sheet lies."""
        return f"../../dist/{path}"
