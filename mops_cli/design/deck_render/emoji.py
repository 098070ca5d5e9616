"""Emoji that no brand font has: drawn as the brand's own pictures, from ``brand/emoji/``.

A file is named after the emoji's code points, as the open picture sets do: ``1f680.svg``, ``1f469-200d-1f373.svg``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.images import recognise

if TYPE_CHECKING:
    from mops_cli.design.deck.files import Files
    from mops_cli.design.deck_render.display import PictureFile

FOLDER = "brand/emoji"
EM = 1.16
"""Width and height of an emoji, as a share of the size of the text around it."""
DROP = 0.2
"""How far it reaches below the baseline, as a share of that size."""
_PRESENTATION = "\ufe0f"


def stem(cluster: str) -> str:
    """The file name of an emoji without its ending."""
    return "-".join(f"{ord(char):x}" for char in cluster if char != _PRESENTATION)


@dataclass(slots=True)
class EmojiPictures:
    """Finds the brand's picture of an emoji."""

    files: Files
    _known: dict[str, PictureFile | None] = field(default_factory=dict)

    def room(self, cluster: str) -> float | None:
        """The width of an emoji in em; None when there is no picture of it. This is the policy that shaping asks."""
        return EM if self.find(cluster) else None

    def find(self, cluster: str) -> PictureFile | None:
        """The picture of an emoji, vector first."""
        if cluster not in self._known:
            paths = (f"{FOLDER}/{stem(cluster)}.{ending}" for ending in ("svg", "png"))
            found = ((path, self.files.fetch(path)) for path in paths)
            pictures = (recognise(path, data) for path, data in found if data is not None)
            self._known[cluster] = picture = next((one for one in pictures if one is not None), None)
            if picture is not None:
                self.files.used[picture.path] = None
        return self._known[cluster]
