"""What a picture file is: the only door to Pillow."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.channels.base import Memo

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_SVG_SIZE = re.compile(rb"<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)")
MAX_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """Media type and size in pixels (for SVG: in units of its view box)."""

    media_type: str
    width: int
    height: int


def probe(data: bytes, memo: Memo, key: bytes) -> ImageInfo | None:
    """What the bytes are; None when they are no picture that a mail or a page can show."""
    found = json.loads(memo("image-info", key, lambda: json.dumps(_probe(data)).encode()))
    return ImageInfo(*found) if found else None


def _probe(data: bytes) -> tuple[str, int, int] | None:
    head = data[:4096].lstrip()
    if head.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in head:
        size = _SVG_SIZE.search(data)
        width, height = (float(size.group(1)), float(size.group(2))) if size else (0.0, 0.0)
        return "image/svg+xml", round(width), round(height)
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            media_type = _TYPES.get(picture.format or "")
            width, height = picture.size
    except Exception:  # noqa: BLE001 - Pillow raises many kinds for a broken file; all mean "no picture"
        return None
    if media_type is None or width * height > MAX_PIXELS:
        return None
    return media_type, width, height


def colors(data: bytes) -> tuple[int, int, bytes]:
    """A picture's width and height, and red, green and blue of its pixels row by row."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return picture.width, picture.height, picture.convert("RGB").tobytes()
