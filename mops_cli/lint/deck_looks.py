"""What a reader would say of the pages of a deck, told once for each line of the source."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.channels import images
from mops_cli.design import raster
from mops_cli.design.deck_render.inspection import (
    FEED_WIDTH,
    SMALLEST,
    Ground,
    beyond,
    faint,
    placed,
    without_text,
)
from mops_cli.design.deck_render.png import to_png
from mops_cli.errors import MissingNativeLibrary
from mops_cli.model.diagnostic import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mops_cli.channels.decks import OpenDeck
    from mops_cli.channels.platforms import Picture, Platform
    from mops_cli.design.deck_render.display import Page
    from mops_cli.design.deck_render.inspection import Placed
    from mops_cli.model.diagnostic import Span

SMALL_TEXT, CONTRAST, OFF_PAGE, SAFE_ZONE, NO_ALT = (f"MK40{number}" for number in range(2, 7))
CODES = (SMALL_TEXT, CONTRAST, OFF_PAGE, SAFE_ZONE, NO_ALT)
#: Pages looked at in one deck; a presentation of hundreds says the same on each.
MOST_PAGES = 60
#: Lines of text and things drawn on one page that are looked at; more is a map or a mistake.
MOST_LINES, MOST_ITEMS = 2_000, 20_000
_GROUND = 320
#: What a letter may reach over an edge, in parts of the page's width.
_SLACK = 0.004
_WORDS = 40


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to say about a place. ``badness`` ranks what is said about the same line; ``where`` names the sizes."""

    code: str
    span: Span
    message: str
    help: str
    badness: float = 0.0
    where: tuple[str, ...] = ()


def look(opened: OpenDeck, pictures: Sequence[tuple[Platform, Picture]], *, feed: bool = True) -> list[Look]:
    """What there is to say about all pages of a deck at one size; ``pictures`` are what that size is for.

    Without ``feed`` nobody sees it on a phone: it is printed.
    """
    where = tuple(platform.name for platform, _ in pictures)
    found: list[Look] = []
    for number in range(1, min(len(opened.pages), MOST_PAGES) + 1):
        page = opened.page(number)
        lines = placed(page)[:MOST_LINES]
        found += _alt(page)
        if feed and (pictures or len(opened.pages) == 1):  # slides of a talk are not seen in a feed
            found += _small(page, lines, where)
        found += _outside(page, lines, where)
        found += _unsafe(page, lines, pictures)
        found += _faint(page, where)
    return found


def told(looks: Iterable[Look]) -> list[Diagnostic]:
    """One finding for each line of the source and code: the worst, with the sizes at which it is so."""
    groups: dict[tuple[str, Span], list[Look]] = defaultdict(list)
    for one in looks:
        groups[one.code, one.span].append(one)
    found = []
    for (code, span), group in groups.items():
        worst = max(group, key=lambda one: one.badness)
        names = dict.fromkeys(name for one in group for name in one.where)
        suffix = f" ({', '.join(names)})" if names else ""
        found.append(warning(code, worst.message + suffix, span, worst.help))
    return found


def _alt(page: Page) -> Iterator[Look]:
    if page.span.path and not page.alt.strip():
        help_text = 'write below slide: alt "Three bags of coffee on a table"'
        yield Look(NO_ALT, page.span, "this slide does not say what it shows", help_text)


def _small(page: Page, lines: Sequence[Placed], where: tuple[str, ...]) -> Iterator[Look]:
    for line in lines:
        size = line.feed_size(page)
        if size < SMALLEST - 0.05:
            percent = math.ceil(SMALLEST / FEED_WIDTH * 1000) / 10
            yield Look(
                SMALL_TEXT,
                line.span,
                f'"{_short(line.text)}" is {size:.1f} px high on a phone ({FEED_WIDTH:.0f} px wide), which nobody reads',
                f"make it {math.ceil(SMALLEST / size * 10) / 10:g} times as large: {SMALLEST:.0f} px are a size of {percent:g} "
                "(charts have chartTextSize)",
                -size,
                where,
            )


def _outside(page: Page, lines: Sequence[Placed], where: tuple[str, ...]) -> Iterator[Look]:
    slack = page.width * _SLACK
    for line in lines:
        over = beyond(line.box, (0.0, 0.0, page.width, page.height))
        if over > slack:
            message = f'"{_short(line.text)}" reaches {over / page.width * 100:.0f} % over the edge of the page'
            help_text = "move it, shorten it, or let it fit: fittext text x y width height size"
            yield Look(OFF_PAGE, line.span, message, help_text, over / page.width, where)
        elif line.clip is not None:
            x, y, width, height = line.clip
            cut = beyond(line.box, (x, y, x + width, y + height))
            if cut > slack:
                message = f'"{_short(line.text)}" is cut off'
                yield Look(OFF_PAGE, line.span, message, "make it shorter, or its box larger", cut, where)


def _unsafe(page: Page, lines: Sequence[Placed], pictures: Sequence[tuple[Platform, Picture]]) -> Iterator[Look]:
    for platform, picture in pictures:
        safe, across, up = picture.safe, page.width / picture.width, page.height / picture.height
        frame = (safe.x * across, safe.y * up, (safe.x + safe.width) * across, (safe.y + safe.height) * up)
        if frame == (0.0, 0.0, page.width, page.height):
            continue
        for line in lines:
            over = beyond(line.box, frame)
            whole = beyond(line.box, (0.0, 0.0, page.width, page.height))
            if over > page.width * _SLACK >= whole:  # what leaves the page was told already
                reason = f": {safe.reason}" if safe.reason else ""
                message = f'"{_short(line.text)}" stands where a picture may be covered or cut off{reason}'
                help_text = (
                    f"keep text between {frame[0] / page.width:.0%} and {frame[2] / page.width:.0%} of the width and "
                    f"{1 - frame[3] / page.height:.0%} and {1 - frame[1] / page.height:.0%} of the height "
                    "(safeLeft, safeRight, safeBottom, safeTop)"
                )
                yield Look(SAFE_ZONE, line.span, message, help_text, over, (platform.name,))


def _faint(page: Page, where: tuple[str, ...]) -> Iterator[Look]:
    if not page.letters or len(page.items) > MOST_ITEMS:
        return
    height = max(1, round(_GROUND * page.height / page.width))
    try:
        ground = Ground(*images.colors(to_png(without_text(page), _GROUND, min(height, 10 * _GROUND))))
    except (MissingNativeLibrary, raster.DrawingError):
        return  # drawing it says so
    for one in faint(page, ground):
        message = (
            f'"{_short(one.placed.text)}" has a contrast of {one.reached:.1f} ({one.front} on {one.back}), '
            f"it needs {one.target:g}"
        )
        help_text = "make the text darker or its ground lighter, or the other way round"
        yield Look(CONTRAST, one.placed.span, message, help_text, one.target - one.reached, where)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _WORDS else plain[: _WORDS - 1].rstrip() + "…"
