"""Sources for tests: a place says its key path."""

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from msgspec import convert

from mops_cli.design import tokens as token_module
from mops_cli.model.diagnostic import Severity, Span
from mops_cli.model.source import Loaded


@dataclass(frozen=True)
class PathSource:
    path: str
    text: str = ""

    def at(self, *keys):
        return Span(self.path + "#" + "/".join(str(key) for key in keys))

    def key(self, *keys):
        return Span(self.path + "#" + "/".join(str(key) for key in keys) + "?")

    def has(self, *keys):
        return True

    def within(self, keys, start, end):
        return self.at(*keys)


BASE = "brand/brand.tokens.yaml"


def loaded(data, path=BASE):
    return Loaded(path, data, PathSource(path))


def resolve(base=None, **themes):
    files = {} if base is None else {BASE: loaded(base)}
    for name, data in themes.items():
        path = f"brand/themes/{name}.tokens.yaml"
        files[path] = loaded(data, path)
    return token_module.resolve(files)


def one(base, code):
    """The single finding of a code, with the place's key path."""
    _, found = resolve(base)
    hits = [d for d in found if d.code == code]
    assert len(hits) == 1, [(d.code, d.span.path, d.message) for d in found]
    return hits[0].span.path.split("#", 1)[1], hits[0]


def errors(found):
    return [d for d in found if d.severity is Severity.ERROR]


def color(*components, space="srgb", **more):
    return {"$type": "color", "$value": {"colorSpace": space, "components": list(components), **more}}


def px(value):
    return {"value": value, "unit": "px"}


@lru_cache(maxsize=16)
def font_file(family="Test Sans", weight=400, italic=False, fs_type=0, characters="", flavor=None):
    """A font of boxes, made on the spot."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    letters = sorted(set(characters or "".join(chr(code) for code in range(33, 127)) + "äöüßé€–—’“”…·×"))
    names = [".notdef", "space", *(f"u{ord(letter):04X}" for letter in letters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({32: "space", 160: "space", **{ord(letter): f"u{ord(letter):04X}" for letter in letters}})
    glyphs = {}
    for name in names:
        pen = TTGlyphPen(None)
        if name != "space":
            top = 500 + weight // 4
            for at, (x, y) in enumerate([(60, 0), (60, top), (440, top), (440, 0)]):
                (pen.moveTo if at == 0 else pen.lineTo)((x, y))
            pen.closePath()
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    style = f"{weight}{' Italic' if italic else ''}"
    builder.setupNameTable(
        {"familyName": family, "styleName": style, "psName": f"{family.replace(' ', '')}-{style.replace(' ', '')}"}
    )
    builder.setupOS2(
        usWeightClass=weight,
        fsType=fs_type,
        fsSelection=1 if italic else 64,
        sTypoAscender=800,
        sTypoDescender=-200,
        usWinAscent=800,
        usWinDescent=200,
    )
    builder.setupPost(italicAngle=-12 if italic else 0)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.flavor = flavor
    out = BytesIO()
    builder.font.recalcTimestamp = False
    builder.font.save(out)
    return out.getvalue()


FONT_PATHS = {
    "brand/fonts/regular.ttf": {"weight": 400},
    "brand/fonts/bold.ttf": {"weight": 700},
    "brand/fonts/display.ttf": {"family": "Test Display", "weight": 600},
}


def fonts_spec(**changes):
    from mops_cli.model.brand import Fonts

    body = {
        "family": "Test Sans",
        "fallback": ("Arial", "sans-serif"),
        "licence": "OFL-1.1",
        "files": ({"file": "brand/fonts/regular.ttf", "weight": 400}, {"file": "brand/fonts/bold.ttf", "weight": 700}),
    }
    heading = {
        "family": "Test Display",
        "fallback": ("Georgia", "serif"),
        "licence": "OFL-1.1",
        "files": ({"file": "brand/fonts/display.ttf", "weight": 600},),
    }
    spec = convert({"roles": {"body": {**body, **changes}, "heading": heading}}, Fonts)
    return Loaded("fonts", spec, PathSource("brand/fonts.yaml"))


def read_font(path):
    return font_file(**FONT_PATHS[path]) if path in FONT_PATHS else None


def brand_fonts():
    from mops_cli.design.fonts import load

    made, found = load(fonts_spec(), read_font)
    assert found == []
    return made


def plain(data):
    """A PDF with its streams unpacked behind it."""
    parts = [data]
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(raw))
        except zlib.error:
            continue
    return b"\n".join(parts)
