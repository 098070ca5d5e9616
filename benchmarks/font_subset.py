"""How long it takes to cut a brand font for one message, against a plain fontTools subset of the same font.

    python benchmarks/font_subset.py [FONT ...]

Prints one JSON line a font (by default those of brand/fonts) and one for shaping. Exit code 1 when a cold cut takes more than
1.5 seconds, or a remembered one is not the same bytes.
"""

from __future__ import annotations

import json
import sys
import time
from io import BytesIO
from pathlib import Path

from mops_cli.design import font_tables, harfbuzz, outlines, shaping, subset
from mops_cli.design.fonts import FontData, axes_of

ROOT = Path(__file__).resolve().parents[1]
TEXT = "Ten kilos of a coffee that nobody else has: “Grüße, Ada!” – 12.50 €, 3 × 250 g, until 31 March. Jump & fly?"
LIMIT = 1.5
ROUNDS = 5


def seconds(work, rounds=ROUNDS):
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def plain(data, pins):
    """What fontTools does by itself: subset, then instance, then WOFF2."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(data), recalcTimestamp=False)
    options = Options()
    options.hinting = False
    options.notdef_outline = True
    cutter = Subsetter(options)
    cutter.populate(text=TEXT)
    cutter.subset(font)
    if pins:
        from fontTools.varLib.instancer import instantiateVariableFont

        instantiateVariableFont(font, pins, inplace=True)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def measure(path):
    facts = font_tables.read(path.read_bytes())
    pins, _ = axes_of(facts.data, min(max(400, facts.weights[0]), facts.weights[1]), {})
    wanted = frozenset(map(ord, TEXT)) & facts.characters
    memory = {}

    def cold():
        font_tables.woff2.cache_clear()
        return subset.of_variable(facts.data, wanted, pins)

    font = FontData(path.name, "body", facts.families[0], facts.weights, "normal", facts.data, facts.characters)

    def memo(kind, key, compute):
        if key not in memory:
            memory[key] = compute()
        return memory[key]

    first = subset.cut(font, wanted, memo)
    ours, theirs = seconds(cold), seconds(lambda: plain(facts.data, pins), 2)
    warm = seconds(lambda: subset.cut(font, wanted, memo))
    made = cold()
    same = made == cold() and first == subset.cut(font, wanted, memo)
    line = {
        "font": path.name,
        "bytes": len(facts.data),
        "woff2_bytes": len(made),
        "fonttools_bytes": len(plain(facts.data, pins)),
        "cold_seconds": round(ours, 4),
        "fonttools_seconds": round(theirs, 4),
        "ratio": round(ours / theirs, 3),
        "warm_seconds": round(warm, 5),
        "limit_seconds": LIMIT,
        "same_bytes": same,
    }
    print(json.dumps(line))
    return ours <= LIMIT and same


def measure_shaping(paths):
    fonts = []
    for path in paths:
        facts = font_tables.read(path.read_bytes())
        fonts.append(FontData(path.name, "body", "X", facts.weights, "normal", facts.data, facts.characters))
    style = shaping.Style(tuple(fonts[:3]), 32)
    outlines.path(shaping.shape(TEXT, style))
    shaped = seconds(lambda: shaping.shape(TEXT, style), 30)
    drawn = seconds(lambda: outlines.path(shaping.shape(TEXT, style)), 30)
    facts = {
        "characters": len(TEXT),
        "shape_ms": round(shaped * 1000, 3),
        "shape_and_outline_ms": round(drawn * 1000, 3),
    }
    print(json.dumps({**facts, "harfbuzz": harfbuzz.version()}))


def main(arguments):
    paths = [Path(name) for name in arguments] or sorted((ROOT / "brand" / "fonts").glob("*.[to]tf"))
    good = [measure(path) for path in paths]
    measure_shaping(paths)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
