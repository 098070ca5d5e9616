"""The sizes that a person asks for: pixels, or the pictures of platforms by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels.platforms import table
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.channels.platforms import Picture, Platform

LARGEST = 10_000
_PIXELS = re.compile(r"(\d{1,6})\s*[x×]\s*(\d{1,6})\Z")


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's pixels, and the places that it is for."""

    width: int
    height: int
    uses: tuple[tuple[Platform, Picture], ...] = ()

    @property
    def text(self) -> str:
        """As in a file name."""
        return f"{self.width}x{self.height}"

    @property
    def names(self) -> list[str]:
        """The places by name: ``instagram.story-reel``."""
        return [f"{platform.id}.{slug(picture.asset)}" for platform, picture in self.uses]


def slug(asset: str) -> str:
    """A picture's name in one word: ``story / reel`` is ``story-reel``."""
    return re.sub(r"[^a-z0-9]+", "-", asset.lower()).strip("-")


def presets() -> dict[str, tuple[Platform, Picture]]:
    """All pictures of platforms by full name."""
    return {
        f"{platform.id}.{slug(picture.asset)}": (platform, picture)
        for platform in table().values()
        for picture in platform.pictures
    }


def sizes(words: Sequence[str]) -> list[Size]:
    """The sizes that words ask for, each once; several may stand in one word with commas between them.

    Raises:
        UsageError: A word is neither a size nor the name of a picture.
    """
    found: dict[tuple[int, int], dict[str, tuple[Platform, Picture]]] = {}
    for word in (part.strip() for words_ in words for part in words_.split(",")):
        pixels = _PIXELS.match(word)
        if pixels:
            found.setdefault(_checked(int(pixels[1]), int(pixels[2]), word), {})
            continue
        for name, (platform, picture) in _named(word).items():
            found.setdefault((picture.width, picture.height), {})[name] = (platform, picture)
    return [Size(width, height, tuple(uses.values())) for (width, height), uses in found.items()]


def _checked(width: int, height: int, word: str) -> tuple[int, int]:
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise UsageError(f"a picture of {word} pixels", hint=f"each side has 1 to {LARGEST:,} pixels: 1200x630")
    return width, height


def _named(word: str) -> dict[str, tuple[Platform, Picture]]:
    """``all``, a platform, or one of its pictures by the beginning or a word of its name."""
    known = presets()
    platform, _, asset = word.lower().partition(".")
    of_platform = {name: use for name, use in known.items() if name.startswith(f"{platform}.")}
    if word.lower() == "all":
        return known
    if of_platform and not asset:
        return of_platform
    wanted = slug(asset)
    if of_platform and wanted:
        for matches in (
            lambda name: name == wanted,
            lambda name: name.startswith(wanted),
            lambda name: wanted in name.split("-"),
        ):
            found = {name: use for name, use in of_platform.items() if matches(name.partition(".")[2])}
            if found:
                return found
        shown = ", ".join(of_platform)
        raise UsageError(f'{platform} has no picture "{asset}"', hint=f"pictures: {shown}")
    platforms = [name for name, entry in table().items() if entry.pictures]
    help_text = f"write pixels (1200x630), all, or a platform. {advice(word, platforms, what='platforms')}"
    raise UsageError(f'there is no size "{word}"', hint=help_text)
