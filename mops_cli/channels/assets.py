"""Pictures and files that a message uses, found, checked and put where the medium wants them."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels.images import ImageInfo, probe
from mops_cli.errors import MissingNativeLibrary
from mops_cli.model.artifact import Output
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.base import Job
    from mops_cli.channels.decks import Studio

MAX_BYTES = 20_000_000
SVG_WIDTH = 1200
"""Width in pixels at which an SVG is drawn for mail (600 px, twice as dense)."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in use: its project path, its hashed name in ``dist/``, its bytes and what it shows."""

    path: str
    out: str
    data: bytes
    info: ImageInfo | None


class AssetBook:
    """The assets of one artifact.

    ``draw_svg`` turns an SVG into PNG for media that cannot show it; ``studio`` draws decks.
    """

    def __init__(self, job: Job, *, draw_svg: bool, studio: Callable[[], Studio] | None = None) -> None:
        self._job = job
        self._studio = studio
        self._draw_svg = draw_svg
        self._used: dict[str, Asset] = {}

    def use(self, name: str, span: Span) -> Asset | None:
        """The asset of this name; None (and a finding) when there is none."""
        if name in self._used:
            return self._used[name]
        path, allowed = self._job.find_asset_at(name, span)
        if path is None:
            if allowed:
                self._job.report(error("MC320", f'there is no file "{name}"', span, self._advice(name)))
            return None
        if path.endswith(".dsh") and self._studio is not None:
            return self._deck(name, path, span, self._studio())
        data = self._job.read(path)
        key = hashlib.sha256(data).digest()
        info = probe(data, self._job.memo, key)
        if info and info.media_type == "image/svg+xml" and self._draw_svg:
            data, info = self._drawn(data, info, path)
            key = hashlib.sha256(data).digest()
        extension = (
            "png" if info and info.media_type == "image/png" else posixpath.splitext(path)[1].lstrip(".").lower()
        )
        asset = Asset(path, f"assets/{key.hex()[:16]}.{extension or 'bin'}", data, info)
        self._used[name] = asset
        return asset

    def add(self, path: str, data: bytes, info: ImageInfo) -> Asset:
        """A picture that was drawn from a file of the project."""
        key = hashlib.sha256(data).hexdigest()[:16]
        extension = "svg" if info.media_type == "image/svg+xml" else "png"
        asset = Asset(path, f"assets/{key}.{extension}", data, info)
        self._used[asset.out] = asset
        return asset

    def _deck(self, name: str, path: str, span: Span, studio: Studio) -> Asset | None:
        """The first page of a deck, as PNG for media that show no SVG."""
        opened = studio.open(path)
        if opened is None:
            return None
        page = opened.pages[0]
        if not self._draw_svg:
            data: bytes | None = opened.svg().encode()
            info = ImageInfo("image/svg+xml", round(page.width), round(page.height))
        else:
            height = round(SVG_WIDTH * page.height / page.width)
            info = ImageInfo("image/png", SVG_WIDTH, height)
            try:
                data = opened.png(SVG_WIDTH, height)
            except MissingNativeLibrary as missing:
                message = f"the deck cannot be drawn: {missing.message}"
                self._job.report(error("MB325", message, span, f"Run: {missing.hint}"))
                data = None
        if data is None:
            return None
        self._used[name] = asset = self.add(path, data, info)
        return asset

    def outputs(self) -> tuple[Output, ...]:
        """The files for ``dist/assets/``."""
        return tuple(Output(asset.out, "asset", asset.data) for asset in self.all())

    def all(self) -> tuple[Asset, ...]:
        """Everything used, in order of use."""
        return tuple(dict.fromkeys(self._used.values()))

    def _advice(self, name: str) -> str:
        from difflib import get_close_matches

        folders = (f"{self._job.folder.folder}/", "content/")
        known = [path.removeprefix(folder) for folder in folders for path in self._job.files.listing(folder + "assets")]
        close = get_close_matches(name, known, 1, 0.6)
        hint = f'did you mean "{close[0]}"? ' if close else ""
        return f"{hint}put the file into {folders[0]}assets/ or content/assets/"

    def _drawn(self, data: bytes, info: ImageInfo, path: str) -> tuple[bytes, ImageInfo]:
        from mops_cli.channels.drawing import draw_asset

        height = round(SVG_WIDTH * info.height / info.width) if info.width else SVG_WIDTH
        png = draw_asset(self._job, data, path, SVG_WIDTH, height)
        if png is None:
            return data, info
        return png, ImageInfo("image/png", SVG_WIDTH, height)
