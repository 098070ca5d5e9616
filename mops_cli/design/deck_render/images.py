"""Picture files: what they are and how large, told by their first bytes."""

from __future__ import annotations

import hashlib
import re
import struct
from typing import TYPE_CHECKING

from mops_cli.design.deck_render.display import PictureFile

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PIXELS = 50_000_000
_VIEW_BOX = re.compile(
    r"<svg\b[^>]*?\bviewBox\s*=\s*[\"']\s*[-\d.eE+]+[\s,]+[-\d.eE+]+[\s,]+([\d.eE+]+)[\s,]+([\d.eE+]+)"
)
_SIDE = r"<svg\b[^>]*?\s{}\s*=\s*[\"']\s*([\d.]+)\s*(?:px)?\s*[\"']"
_START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def recognise(path: str, data: bytes) -> PictureFile | None:
    """The picture that these bytes are; None when they are none that can be drawn (PNG, JPEG, GIF, WebP or SVG)."""
    for media_type, size in (
        ("image/png", _png(data)),
        ("image/gif", _gif(data)),
        ("image/jpeg", _jpeg(data)),
        ("image/webp", _webp(data)),
        ("image/svg+xml", _svg(data)),
    ):
        if size is not None:
            width, height = size
            if not (0 < width * height <= MAX_PIXELS):
                return None
            digest = hashlib.sha256(data).hexdigest()[:16]
            return PictureFile(path, media_type, float(width), float(height), data, digest)
    return None


def _png(data: bytes) -> tuple[float, float] | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[float, float] | None:
    if data[:6] not in (b"GIF87a", b"GIF89a") or len(data) < 10:
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[float, float] | None:
    if data[:2] != b"\xff\xd8":
        return None
    for marker, body in _segments(data):
        if marker in _START_OF_FRAME and len(body) >= 5:
            height, width = struct.unpack(">HH", body[1:5])
            return width, height
    return None


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + max(length, 2)


def _webp(data: bytes) -> tuple[float, float] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def _svg(data: bytes) -> tuple[float, float] | None:
    head = data[:8192].decode("utf-8", "replace")
    if "<svg" not in head or head.lstrip("\ufeff \t\r\n")[:1] != "<":
        return None
    sides = [re.search(_SIDE.format(name), head) for name in ("width", "height")]
    box = _VIEW_BOX.search(head)
    try:
        if sides[0] and sides[1]:
            return float(sides[0][1]), float(sides[1][1])
        return (float(box[1]), float(box[2])) if box else None
    except ValueError:
        return None
