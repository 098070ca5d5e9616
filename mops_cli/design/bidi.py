"""The Unicode Bidirectional Algorithm (UAX #9): which stretches of a text run from right to left, and their order.

HarfBuzz shapes a run in one direction and expects to be told which; this module tells. Character classes come
from Python's own Unicode data.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Direction = Literal["ltr", "rtl", "auto"]

_MAX_DEPTH = 125
_MAX_BRACKETS = 63
_ISOLATES = frozenset(("LRI", "RLI", "FSI"))
_EMBEDDINGS = frozenset(("LRE", "RLE", "LRO", "RLO"))
_REMOVED = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "BN"))
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"))
_STRONG = frozenset(("L", "R", "AL"))
_PLAIN = frozenset(("L", "EN", "ES", "ET", "CS", "NSM", "BN", "B", "S", "WS", "ON"))
#: Blocks whose unassigned characters are taken for right-to-left letters.
_UNASSIGNED = (
    (0x0590, 0x05FF, "R"), (0x0600, 0x07BF, "AL"), (0x07C0, 0x085F, "R"), (0x0860, 0x08FF, "AL"), (0xFB1D, 0xFB4F, "R"),
    (0xFB50, 0xFDCF, "AL"), (0xFDF0, 0xFDFF, "AL"), (0xFE70, 0xFEFF, "AL"), (0x10800, 0x10CFF, "R"), (0x10D00, 0x10D3F, "AL"),
    (0x10D40, 0x10EBF, "R"), (0x10EC0, 0x10EFF, "AL"), (0x10F00, 0x10F2F, "R"), (0x10F30, 0x10F6F, "AL"), (0x10F70, 0x10FFF, "R"),
    (0x1E800, 0x1EC6F, "R"), (0x1EC70, 0x1ECBF, "AL"), (0x1ECC0, 0x1ECFF, "R"), (0x1ED00, 0x1ED4F, "AL"), (0x1ED50, 0x1EDFF, "R"),
    (0x1EE00, 0x1EEFF, "AL"), (0x1EF00, 0x1EFFF, "R"),
)  # fmt: skip
#: Opening and closing brackets in turn, as far as they pair (BidiBrackets.txt of Unicode 15).
_PAIRS = (
    "()[]{}\u0f3a\u0f3b\u0f3c\u0f3d\u169b\u169c\u2045\u2046\u207d\u207e\u208d\u208e\u2308\u2309\u230a\u230b\u2329\u232a"
    "\u2768\u2769\u276a\u276b\u276c\u276d\u276e\u276f\u2770\u2771\u2772\u2773\u2774\u2775\u27c5\u27c6\u27e6\u27e7"
    "\u27e8\u27e9\u27ea\u27eb\u27ec\u27ed\u27ee\u27ef\u2983\u2984\u2985\u2986\u2987\u2988\u2989\u298a\u298b\u298c"
    "\u298d\u2990\u298f\u298e\u2991\u2992\u2993\u2994\u2995\u2996\u2997\u2998\u29d8\u29d9\u29da\u29db\u29fc\u29fd"
    "\u2e22\u2e23\u2e24\u2e25\u2e26\u2e27\u2e28\u2e29\u2e55\u2e56\u2e57\u2e58\u2e59\u2e5a\u2e5b\u2e5c\u3008\u3009"
    "\u300a\u300b\u300c\u300d\u300e\u300f\u3010\u3011\u3014\u3015\u3016\u3017\u3018\u3019\u301a\u301b\ufe59\ufe5a"
    "\ufe5b\ufe5c\ufe5d\ufe5e\uff08\uff09\uff3b\uff3d\uff5b\uff5d\uff5f\uff60\uff62\uff63"
)
_CLOSES = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENS = {close: opening for opening, close in _CLOSES.items()}


@lru_cache(maxsize=4096)
def class_of(char: str) -> str:
    """The bidirectional class of a character (``L``, ``R``, ``AL``, ``EN``, ...)."""
    known = unicodedata.bidirectional(char)
    if known:
        return known
    code = ord(char)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xE0000 <= code <= 0xE0FFF:
        return "BN"
    if 0x20A0 <= code <= 0x20CF:
        return "ET"
    return next((name for low, high, name in _UNASSIGNED if low <= code <= high), "L")


def base_level(text: str, direction: Direction = "auto") -> int:
    """0 for a text that begins on the left, 1 for one that begins on the right; ``auto`` asks its first letter."""
    if direction != "auto":
        return int(direction == "rtl")
    return _first_strong([class_of(char) for char in text])


def levels(text: str, direction: Direction = "auto") -> list[int]:
    """The level of each character: even from left to right, odd from right to left. The text is one paragraph."""
    base = base_level(text, direction)
    classes = [class_of(char) for char in text]
    if base == 0 and _PLAIN.issuperset(classes):
        return [0] * len(text)
    found = _Paragraph(text, classes, base)
    found.explicit()
    for sequence in found.sequences():
        found.weak(sequence)
        found.brackets(sequence)
        found.neutral(sequence)
    found.implicit()
    return found.level


def line_levels(text: str, level: Sequence[int], base: int) -> list[int]:
    """The levels for one line (rule L1): blanks at its end and around tabs fall back to the paragraph's direction."""
    made = list(level)
    blank = True
    for at in range(len(text) - 1, -1, -1):
        name = class_of(text[at])
        if name in ("B", "S"):
            made[at], blank = base, True
        elif name == "WS" or name in _ISOLATES or name == "PDI" or name in _REMOVED:
            if blank:
                made[at] = base
        else:
            blank = False
    return made


def visual_order(level: Sequence[int]) -> list[int]:
    """The indices of the items of a line from left to right (rule L2)."""
    order = list(range(len(level)))
    odd = [value for value in level if value % 2]
    for lowest in range(max(level, default=0), min(odd, default=1) - 1, -1):
        at = 0
        while at < len(order):
            if level[order[at]] < lowest:
                at += 1
                continue
            end = at
            while end < len(order) and level[order[end]] >= lowest:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = end
    return order


def _first_strong(classes: Sequence[str]) -> int:
    depth = 0
    for name in classes:
        if name in _ISOLATES:
            depth += 1
        elif name == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and name in _STRONG:
            return int(name != "L")
    return 0


@dataclass(slots=True)
class _Sequence:
    """An isolating run sequence: the places of its characters and the directions at its ends."""

    places: list[int]
    level: int
    start: str
    end: str


class _Explicit:
    """The stack of embeddings and isolates, and how many of each were too deep to count."""

    def __init__(self, base: int) -> None:
        self._stack: list[tuple[int, str, bool]] = [(base, "", False)]
        self._lost_isolates = 0
        self._lost_embeddings = 0
        self._isolates = 0

    @property
    def level(self) -> int:
        """The level in force."""
        return self._stack[-1][0]

    @property
    def override(self) -> str:
        """``L`` or ``R`` where an override is in force."""
        return self._stack[-1][1]

    def embed(self, name: str) -> None:
        """X2 to X5."""
        deeper = _deeper(self.level, right=name in ("RLE", "RLO"))
        if deeper <= _MAX_DEPTH and not self._lost_isolates and not self._lost_embeddings:
            self._stack.append((deeper, {"LRO": "L", "RLO": "R"}.get(name, ""), False))
        elif not self._lost_isolates:
            self._lost_embeddings += 1

    def isolate(self, *, right: bool) -> None:
        """X5a to X5c."""
        deeper = _deeper(self.level, right=right)
        if deeper <= _MAX_DEPTH and not self._lost_isolates and not self._lost_embeddings:
            self._isolates += 1
            self._stack.append((deeper, "", True))
        else:
            self._lost_isolates += 1

    def end_isolate(self) -> None:
        """X6a."""
        if self._lost_isolates:
            self._lost_isolates -= 1
        elif self._isolates:
            self._lost_embeddings = 0
            while not self._stack[-1][2]:
                self._stack.pop()
            self._stack.pop()
            self._isolates -= 1

    def end_embedding(self) -> None:
        """X7."""
        if self._lost_isolates:
            return
        if self._lost_embeddings:
            self._lost_embeddings -= 1
        elif not self._stack[-1][2] and len(self._stack) > 1:
            self._stack.pop()


@dataclass(slots=True)
class _Paragraph:
    text: str
    original: list[str]
    base: int
    classes: list[str] = field(init=False)
    level: list[int] = field(init=False)
    partner: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.classes = list(self.original)
        self.level = [self.base] * len(self.text)
        self.partner = {}
        waiting: list[int] = []
        for at, name in enumerate(self.original):
            if name in _ISOLATES:
                waiting.append(at)
            elif name == "PDI" and waiting:
                opening = waiting.pop()
                self.partner[opening], self.partner[at] = at, opening

    # -- X1 to X8

    def explicit(self) -> None:
        """Levels that embedding, override and isolate characters ask for."""
        state = _Explicit(self.base)
        for at, name in enumerate(self.original):
            if name in _EMBEDDINGS:
                self.level[at] = state.level
                state.embed(name)
            elif name in _ISOLATES:
                self._place(at, state)
                state.isolate(right=self._isolate_right(at, name))
            elif name == "PDI":
                state.end_isolate()
                self._place(at, state)
            elif name == "PDF":
                state.end_embedding()
                self.level[at] = state.level
            elif name == "BN":
                self.level[at] = state.level
            elif name != "B":
                self._place(at, state)

    def _place(self, at: int, state: _Explicit) -> None:
        self.level[at] = state.level
        if state.override:
            self.classes[at] = state.override

    def _isolate_right(self, at: int, name: str) -> bool:
        if name != "FSI":
            return name == "RLI"
        return bool(_first_strong(self.original[at + 1 : self.partner.get(at, len(self.original))]))

    # -- X9, X10

    def sequences(self) -> list[_Sequence]:
        """Level runs, joined over their isolates."""
        kept = [at for at, name in enumerate(self.original) if name not in _REMOVED]
        runs: list[list[int]] = []
        for at in kept:
            if runs and self.level[runs[-1][-1]] == self.level[at]:
                runs[-1].append(at)
            else:
                runs.append([at])
        first = {run[0]: run for run in runs}
        found = []
        for run in runs:
            if self.original[run[0]] == "PDI" and run[0] in self.partner:
                continue  # it goes on behind its isolate
            places = list(run)
            while self.original[places[-1]] in _ISOLATES and places[-1] in self.partner:
                places.extend(first[self.partner[places[-1]]])
            found.append(self._ends(places, kept))
        return found

    def _ends(self, places: list[int], kept: list[int]) -> _Sequence:
        level = self.level[places[0]]
        before = bisect_left(kept, places[0]) - 1
        after = bisect_left(kept, places[-1]) + 1
        left = self.level[kept[before]] if before >= 0 else self.base
        open_isolate = self.original[places[-1]] in _ISOLATES
        right = self.level[kept[after]] if after < len(kept) and not open_isolate else self.base
        return _Sequence(places, level, _letter(max(level, left)), _letter(max(level, right)))

    # -- W1 to W7

    def weak(self, sequence: _Sequence) -> None:
        """Numbers, their signs, and marks."""
        names = [self.classes[at] for at in sequence.places]
        _marks(names, sequence.start)
        _numbers(names, sequence.start)
        _signs(names)
        strong = sequence.start
        for at, name in enumerate(names):
            if name in ("L", "R"):
                strong = name
            elif name == "EN" and strong == "L":
                names[at] = "L"
        for at, name in zip(sequence.places, names, strict=True):
            self.classes[at] = name

    # -- N0

    def brackets(self, sequence: _Sequence) -> None:
        """Paired brackets take the direction of what they hold."""
        inside = _letter(sequence.level)
        places = sequence.places
        for opening, closing in self._bracket_pairs(places):
            held = {_strong(self.classes[places[at]]) for at in range(opening + 1, closing)} - {""}
            if not held:
                continue
            letter = inside
            if inside not in held:
                before = next((s for at in range(opening - 1, -1, -1) if (s := _strong(self.classes[places[at]]))), "")
                letter = inside if (before or sequence.start) == inside else _other(inside)
            self._set_bracket(places, opening, letter)
            self._set_bracket(places, closing, letter)

    def _set_bracket(self, places: list[int], at: int, letter: str) -> None:
        """The bracket and the marks on it."""
        self.classes[places[at]] = letter
        for place in places[at + 1 :]:
            if self.original[place] != "NSM":
                break
            self.classes[place] = letter

    def _bracket_pairs(self, places: list[int]) -> list[tuple[int, int]]:
        waiting: list[tuple[str, int]] = []
        pairs: list[tuple[int, int]] = []
        for at, place in enumerate(places):
            if self.classes[place] != "ON":
                continue
            char = unicodedata.normalize("NFC", self.text[place])
            if char in _CLOSES:
                if len(waiting) == _MAX_BRACKETS:
                    return []
                waiting.append((char, at))
            elif char in _OPENS:
                for depth in range(len(waiting) - 1, -1, -1):
                    if waiting[depth][0] == _OPENS[char]:
                        pairs.append((waiting[depth][1], at))
                        del waiting[depth:]
                        break
        return sorted(pairs)

    # -- N1, N2

    def neutral(self, sequence: _Sequence) -> None:
        """Blanks and signs between letters of one direction take it; others take the run's."""
        places = sequence.places
        at = 0
        before = sequence.start
        while at < len(places):
            name = self.classes[places[at]]
            if name not in _NEUTRAL:
                before = _strong(name)
                at += 1
                continue
            end = at
            while end < len(places) and self.classes[places[end]] in _NEUTRAL:
                end += 1
            after = _strong(self.classes[places[end]]) if end < len(places) else sequence.end
            letter = before if before == after else _letter(sequence.level)
            for place in places[at:end]:
                self.classes[place] = letter
            at = end

    # -- I1, I2

    def implicit(self) -> None:
        """The final levels; characters that rule X9 removes take the level of what stands before them."""
        for at, name in enumerate(self.classes):
            if self.original[at] in _REMOVED:
                self.level[at] = self.level[at - 1] if at else self.base
            elif self.original[at] == "B":
                self.level[at] = self.base
            elif self.level[at] % 2 == 0:
                self.level[at] += {"R": 1, "AN": 2, "EN": 2}.get(name, 0)
            elif name in ("L", "EN", "AN"):
                self.level[at] += 1


def _marks(names: list[str], start: str) -> None:
    """W1: a mark is like what it stands on."""
    before = start
    for at, name in enumerate(names):
        if name == "NSM":
            names[at] = "ON" if before in _ISOLATES or before == "PDI" else before
        before = names[at]


def _numbers(names: list[str], start: str) -> None:
    """W2 to W4: numbers after Arabic letters, Arabic letters themselves, and single separators in numbers."""
    strong = start
    for at, name in enumerate(names):
        if name in _STRONG:
            strong = name
        elif name == "EN" and strong == "AL":
            names[at] = "AN"
    for at, name in enumerate(names):
        if name == "AL":
            names[at] = "R"
    for at in range(1, len(names) - 1):
        around = names[at - 1]
        if around == names[at + 1] and (
            (names[at] == "ES" and around == "EN") or (names[at] == "CS" and around in ("EN", "AN"))
        ):
            names[at] = around


def _signs(names: list[str]) -> None:
    """W5 and W6: currency signs and the like belong to the number beside them, else they are neutral."""
    at = 0
    while at < len(names):
        if names[at] != "ET":
            at += 1
            continue
        end = at
        while end < len(names) and names[end] == "ET":
            end += 1
        number = (at > 0 and names[at - 1] == "EN") or (end < len(names) and names[end] == "EN")
        names[at:end] = ["EN" if number else "ON"] * (end - at)
        at = end
    for place, name in enumerate(names):
        if name in ("ES", "CS"):
            names[place] = "ON"


def _deeper(level: int, *, right: bool) -> int:
    return (level + 1) | 1 if right else (level + 2) & ~1


def _letter(level: int) -> str:
    return "R" if level % 2 else "L"


def _other(letter: str) -> str:
    return "L" if letter == "R" else "R"


def _strong(name: str) -> str:
    """What a class counts as between neutrals: numbers count as right."""
    if name == "L":
        return "L"
    return "R" if name in ("R", "EN", "AN") else ""


def stretches(level: Sequence[int]) -> list[tuple[int, int, int]]:
    """Start, end and level of each stretch of one level."""
    cuts = [0, *(at + 1 for at, (one, two) in enumerate(pairwise(level)) if one != two), len(level)]
    return [(start, end, level[start]) for start, end in pairwise(cuts) if start < end]
