"""What stands in a font file, and the file packed for the web. The only door to fontTools."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from mops_cli.design.font_facts import FontFacts

#: Names in the file: copyright, version, licence, address of the licence.
_COPYRIGHT, _VERSION, _LICENCE, _LICENCE_URL = 0, 5, 13, 14
_FAMILY = (16, 1, 21)


@lru_cache(maxsize=64)
def read(data: bytes) -> FontFacts | None:
    """What the file says about itself; None when it is no font."""
    from fontTools.ttLib import TTFont

    try:
        font = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False)
        names = font["name"]
        os2: Any = font["OS/2"]
        post: Any = font["post"]
        axes = {axis.axisTag: (axis.minValue, axis.maxValue) for axis in font["fvar"].axes} if "fvar" in font else {}
        low, high = axes.get("wght", (os2.usWeightClass, os2.usWeightClass))
        return FontFacts(
            families=tuple(dict.fromkeys(name for at in _FAMILY if (name := names.getDebugName(at)))),
            weights=(int(low), int(high)),
            italic=bool(os2.fsSelection & 1) or post.italicAngle != 0,
            embedding=int(os2.fsType),
            characters=frozenset(font.getBestCmap() or {}),
            data=data if font.flavor is None else _unpacked(font),
            axes=tuple(sorted(axes)),
            copyright=_name(names, _COPYRIGHT),
            version=_name(names, _VERSION),
            licence=_name(names, _LICENCE),
            licence_url=_name(names, _LICENCE_URL),
        )
    except Exception:  # noqa: BLE001 - any bytes may come, and the parser raises many kinds
        return None


def _name(names: Any, at: int) -> str:
    return " ".join(str(names.getDebugName(at) or "").split())


def _unpacked(font: Any) -> bytes:
    font.flavor = None
    out = BytesIO()
    font.save(out)
    return out.getvalue()


@lru_cache(maxsize=32)
def woff2(data: bytes) -> bytes:
    """A font file packed for the web. Same input, same bytes."""
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(data), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()
