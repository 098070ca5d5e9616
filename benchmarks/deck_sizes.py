"""One deck at every size of every platform, and one card: what they cost in a warm process, from the source to PNG.

    python benchmarks/deck_sizes.py [--keep DIR]

Prints one JSON line. Nothing is remembered between the sizes: each is compiled, laid out and drawn. Exit code 1 when all sizes
take more than 1.5 seconds of processor, or a card of 1200x630 more than 150 ms.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mops_cli.build.project import open_project
from mops_cli.channels import decks, platforms
from mops_cli.channels.deck_values import safe_zone

ROOT = Path(__file__).resolve().parents[1]
PATH = "content/decks/benchmark.dsh"
DATA = "content/decks/benchmark.csv"
SOURCE = f"""\
deck
title "Where it grows"
layers "document"
slide "brand.night" "paper"
alt "How high the coffee of four farms grows"
layout story portrait
  text "Where it grows" safeLeft+4 84 7 "heading"
  dchart -title=f -left 24 -right 80 -top 72 -bottom 20 -textsize 2.2 -lcolor "paper" -vcolor "brand.butter" -color "brand.dawn" -csv -csvcol=Farm,Altitude "{DATA}"
else
  text "Where it grows" safeLeft+4 78 5 "heading"
  dchart -title=f -left 20 -right 84 -top 64 -bottom 24 -textsize 1.8 -lcolor "paper" -vcolor "brand.butter" -color "brand.dawn" -csv -csvcol=Farm,Altitude "{DATA}"
elayout
textblock "Metres above the sea. The higher the farm, the slower the cherry ripens, and the sweeter the cup." safeLeft+4 12 60 1.8 "body"
circle 92 88 6 "brand.butter"
eslide
edeck
"""
ROWS = "Farm,Altitude\nYirgacheffe,1950\nHuila,1700\nTarrazu,1500\nCerrado,1100\n"
ALL_LIMIT, CARD_LIMIT = 1.5, 0.150


@dataclass(frozen=True)
class Reader:
    """The project's files, and two that exist only here."""

    files: object

    def read_bytes(self, path):
        made = {PATH: SOURCE, DATA: ROWS}
        return made[path].encode() if path in made else self.files.read_bytes(path)

    def exists(self, path):
        return path in (PATH, DATA) or self.files.exists(path)

    def listing(self, folder):
        return self.files.listing(folder)


def draw(studio, size, zone):
    """One picture, from the source."""
    studio.opened.clear()
    opened = studio.open(PATH, size=size, variables=zone)
    if opened is None:
        sys.exit("the deck has errors")
    return opened.png(*size)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--keep", type=Path, help="where to put the pictures")
    keep = arguments.parse_args().keep
    opened = open_project(ROOT)
    found = []
    studio = decks.project_studio(opened.repository, Reader(opened.files), report=found.append)
    pictures = {
        (picture.width, picture.height): safe_zone(picture)
        for platform in platforms.table().values()
        for picture in platform.pictures
    }
    card = (1200, 630)
    whole = {"safeLeft": 0.0, "safeRight": 100.0, "safeBottom": 0.0, "safeTop": 100.0}
    draw(studio, card, whole)  # warm: libraries, fonts
    if found:
        sys.exit("\n".join(f"{one.span.path}:{one.span.line}: {one.code} {one.message}" for one in found))
    rounds, cards = [], []
    made = {}
    for _ in range(3):
        start = time.process_time()
        made = {size: draw(studio, size, zone) for size, zone in pictures.items()}
        rounds.append(time.process_time() - start)
    for _ in range(9):
        start = time.process_time()
        draw(studio, card, whole)
        cards.append(time.process_time() - start)
    again = {size: draw(studio, size, zone) for size, zone in pictures.items()}
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        for (width, height), data in made.items():
            (keep / f"{width}x{height}.png").write_bytes(data)
    line = {
        "sizes": len(pictures),
        "megapixels": round(sum(width * height for width, height in pictures) / 1e6, 1),
        "all_cpu_seconds": round(min(rounds), 3),
        "all_limit": ALL_LIMIT,
        "card": "1200x630",
        "card_cpu_ms": round(1000 * sorted(cards)[len(cards) // 2], 1),
        "card_limit_ms": 1000 * CARD_LIMIT,
        "same_bytes": made == again,
    }
    print(json.dumps(line))
    return line["all_cpu_seconds"] > ALL_LIMIT or line["card_cpu_ms"] > 1000 * CARD_LIMIT or made != again


if __name__ == "__main__":
    sys.exit(main())
