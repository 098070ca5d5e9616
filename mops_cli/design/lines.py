"""Text in lines: broken at a width, cut with an ellipsis, or made smaller until it fits. All by measured advances.

Breaks are taken behind blanks, hyphens and dashes, at soft hyphens, and between ideographs; never before closing punctuation. A
no-break space holds. A word that is too long by itself is broken anywhere only when asked for.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from mops_cli.design.shaping import Paragraph, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.design.bidi import Direction
    from mops_cli.design.shaping import Line, Style

ELLIPSIS = "\u2026"
_BLANK = " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
_AFTER = "-\u2010\u2012\u2013\u2014\u200b\u058a\u05be"
_SOFT = "\u00ad"
_HARD = "\n\r\v\f\x85\u2028\u2029"
_JOINS = "\u00a0\u202f\u2007\u2060\u2011\ufeff"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々〻ー、。，．：；！？"
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class _Break:
    """A place to break: where the line ends, where the next begins, whether it must, whether a hyphen shows."""

    end: int
    next: int
    must: bool = False
    hyphen: bool = False


def wrap(text: str, style: Style, width: float, *, anywhere: bool = True) -> tuple[Line, ...]:
    """The lines of a text, each at most ``width`` pixels wide as far as words allow.

    With ``anywhere`` a word that is too long is broken between characters. An empty text is one empty line.
    """
    found: list[Line] = []
    for start, end in _paragraphs(text):
        found.extend(_wrap_one(text[start:end], start, style, width, anywhere=anywhere))
    return tuple(found)


def truncate(text: str, style: Style, width: float, ending: str = ELLIPSIS) -> Line:
    """The text on one line; what is too long is cut at a character and ends with ``ending``."""
    line = shape(text, style)
    if line.width <= width + _TOLERANCE:
        return line
    paragraph = Paragraph(text, style)
    low, high = 0, len(paragraph.clusters)
    while low < high:  # the longest beginning that fits together with the ending
        middle = (low + high + 1) // 2
        if _cut(paragraph, middle, ending).width <= width + _TOLERANCE:
            low = middle
        else:
            high = middle - 1
    made = _cut(paragraph, low, ending)
    return replace(made, end=paragraph.clusters[low - 1][1] if low else 0)


def clamp(lines: tuple[Line, ...], text: str, style: Style, width: float, most: int) -> tuple[Line, ...]:
    """At most so many lines; the last one takes what is left of the text and ends with an ellipsis."""
    if len(lines) <= most or most < 1:
        return lines
    last = lines[most - 1]
    cut = truncate(" ".join(text[last.start :].split()), style, width)
    return (*lines[: most - 1], replace(cut, start=last.start))


def fit(
    text: str, style: Style, width: float, height: float, *, least: float, leading: float = 1.2
) -> tuple[Style, tuple[Line, ...]]:
    """The largest size from ``style.size`` down to ``least`` at which the lines fit into a box, and the lines.

    Sizes are tried in steps of a quarter pixel. At ``least`` the text may still be too high: look at the lines.
    """
    low, high = 0, max(0, int((style.size - least) * 4))
    best = replace(style, size=style.size - high / 4)
    found = wrap(text, best, width)
    while low <= high:
        middle = (low + high) // 2
        tried = replace(style, size=style.size - middle / 4)
        lines = wrap(text, tried, width, anywhere=False)
        fits = len(lines) * tried.size * leading <= height and all(line.width <= width + _TOLERANCE for line in lines)
        if fits:
            best, found, high = tried, lines, middle - 1
        else:
            low = middle + 1
    return best, found


def _cut(paragraph: Paragraph, clusters: int, ending: str) -> Line:
    end = paragraph.clusters[clusters - 1][1] if clusters else 0
    direction: Direction = "rtl" if paragraph.base else "ltr"
    return shape(paragraph.text[:end].rstrip() + ending, replace(paragraph.style, direction=direction))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch between line ends."""
    start = 0
    for at, char in enumerate(text):
        if char in _HARD and not (char == "\n" and at and text[at - 1] == "\r"):
            yield start, at
        if char in _HARD:
            start = at + 1
    yield start, len(text)


def _wrap_one(text: str, offset: int, style: Style, width: float, *, anywhere: bool) -> Iterator[Line]:
    paragraph = Paragraph(text, style)
    places = _Places(text, list(_breaks(text)))
    start = 0
    while True:
        line, nearest = _longest(paragraph, start, places, width, whole=not anywhere)
        if line is None or (anywhere and line.width > width + _TOLERANCE):
            line, nearest = _anywhere(paragraph, start, nearest, width)
        yield replace(line, start=line.start + offset, end=line.end + offset)
        start = nearest
        if start >= len(text):
            return


class _Places:
    """The breaks of a text in order, looked through once from its beginning to its end."""

    def __init__(self, text: str, breaks: list[_Break]) -> None:
        self.breaks = breaks
        self.first = 0
        self._whole = len(text)
        self._last = len(text.rstrip(_BLANK))

    def behind(self, start: int) -> None:
        """Forgets the breaks up to a place."""
        while self.first < len(self.breaks) and self.breaks[self.first].next <= start:
            self.first += 1

    def at(self, index: int, start: int) -> _Break | None:
        """A break that is left, by its number; the end of the text comes after the last one."""
        index += self.first
        if index < len(self.breaks):
            return self.breaks[index]
        if index > len(self.breaks):
            return None
        return _Break(self._last if start < self._last else self._whole, self._whole)


def _longest(
    paragraph: Paragraph, start: int, places: _Places, width: float, *, whole: bool
) -> tuple[Line | None, int]:
    """The line up to the last break at which it fits; up to the first one when none does. Then where the next begins.

    Without ``whole`` a word that is much too long is not set at all: None.
    """
    edges = paragraph.advances()
    places.behind(start)
    fitting = 0
    while (place := places.at(fitting, start)) is not None:
        over = edges[place.end] - edges[start] - width
        if over > _TOLERANCE:
            if fitting == 0 and over > width + paragraph.style.size and not whole:
                return None, place.next
            break
        fitting += 1
    # The sum of advances is near the truth; a break may undo a ligature or add a hyphen.
    for index in range(max(fitting - 1, 0), -1, -1):
        place = places.at(index, start)
        assert place is not None
        line = paragraph.line(start, max(place.end, start), hyphen=place.hyphen)
        if line.width <= width + _TOLERANCE or index == 0:
            return line, place.next
    raise AssertionError


def _anywhere(paragraph: Paragraph, start: int, stop: int, width: float) -> tuple[Line, int]:
    """As many characters as fit, and at least one."""
    edges = paragraph.advances()
    ends: list[int] = []
    for at in range(bisect_right(paragraph.clusters, start, key=itemgetter(1)), len(paragraph.clusters)):
        end = paragraph.clusters[at][1]
        # What is certainly too long is not tried, or each line of a long word would walk through all of it.
        if end > stop or (ends and edges[end] - edges[start] > 2 * width + paragraph.style.size):
            break
        ends.append(end)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if paragraph.line(start, ends[middle]).width <= width + _TOLERANCE:
            low = middle
        else:
            high = middle - 1
    following = ends[low]
    while following < len(paragraph.text) and paragraph.text[following] in _BLANK + _SOFT:
        following += 1
    return paragraph.line(start, ends[low]), following


def _breaks(text: str) -> Iterator[_Break]:
    at = 0
    while at < len(text) - 1:
        char, after = text[at], text[at + 1]
        if char in _BLANK:
            stop = at
            while stop < len(text) and text[stop] in _BLANK:
                stop += 1
            if stop < len(text) and at > 0 and text[stop] not in _JOINS and text[at - 1] not in _JOINS:
                yield _Break(at, stop)
            at = stop
            continue
        if char == _SOFT and at > 0:
            yield _Break(at, at + 1, hyphen=True)
        elif _between(char, after, text[at - 1] if at else ""):
            yield _Break(at + 1, at + 1)
        at += 1


def _between(char: str, after: str, before: str) -> bool:
    """Whether a line may end between two characters that are no blanks."""
    if (
        after in _BLANK
        or after in _JOINS
        or char in _JOINS
        or unicodedata.category(after) in ("Pe", "Pf", "Mn", "Me", "Mc")
    ):
        return False
    if char in _AFTER:
        return not (char == "-" and (after.isdigit() or not before or before in _BLANK)) and after not in _AFTER
    if not (_ideograph(char) or _ideograph(after)):
        return False
    return after not in _SMALL_KANA and after not in ",.;:!?" and unicodedata.category(char) not in ("Ps", "Pi")


def _ideograph(char: str) -> bool:
    return (
        char >= "\u2e80"
        and unicodedata.east_asian_width(char) in ("W", "F")
        and not "\U0001f000" <= char <= "\U0001faff"
    )
