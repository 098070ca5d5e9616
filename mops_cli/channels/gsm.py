"""What an SMS costs: alphabet, parts, and which character is to blame (GSM 03.38, 3GPP TS 23.038)."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from mops_cli.model import graphemes

Encoding = Literal["GSM-7", "UCS-2"]

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
ALPHABET = frozenset(BASIC + EXTENSION)

SINGLE = {"GSM-7": 160, "UCS-2": 70}
"""Units in a message of one part."""
JOINED = {"GSM-7": 153, "UCS-2": 67}
"""Units in each part of several: six octets hold the header that joins them."""

_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_JOINERS = frozenset("\u200d\ufe0f\u20e3") | frozenset(map(chr, range(0x1F3FB, 0x1F400))) | _FLAGS
_ESCAPE = "\x1b"
_OUTSIDE = re.compile(f"[^{re.escape(BASIC + EXTENSION)}]")
_DOUBLE = re.compile(f"[{re.escape(EXTENSION)}]")


class Size(NamedTuple):
    """What a text costs. ``units`` are septets (GSM-7) or UTF-16 units (UCS-2)."""

    encoding: Encoding
    segments: int
    units: int

    @property
    def capacity(self) -> int:
        """Units that a part of this message holds."""
        return (SINGLE if self.segments == 1 else JOINED)[self.encoding]

    @property
    def bits(self) -> int:
        """Bits of the text itself, without headers."""
        return self.units * (7 if self.encoding == "GSM-7" else 16)

    @property
    def total_bits(self) -> int:
        """Bits with the headers that join several parts (six octets each)."""
        return self.bits + (48 * self.segments if self.segments > 1 else 0)


@dataclass(frozen=True, slots=True)
class Cost:
    """A character that makes the message dearer, and what to write instead.

    ``why`` is ``ucs2`` (outside GSM-7: every character of the message gets twice as dear) or ``double``
    (an extension character: two septets). ``saves`` counts the parts that the replacement saves: of this one
    character if it alone is to blame, of all such characters together otherwise.
    """

    char: str
    name: str
    count: int
    position: int
    why: Literal["ucs2", "double"]
    replacement: str | None
    saves: int

    def as_json(self) -> dict[str, object]:
        """For the JSON twin."""
        return {
            "char": self.char,
            "name": self.name,
            "count": self.count,
            "position": self.position,
            "why": self.why,
            "replacement": self.replacement,
            "saves": self.saves,
        }


@cache
def smart_map() -> dict[str, str]:
    """Character -> close GSM text (may be empty). Origin and licence: ``data/NOTICE.md``."""
    raw = json.loads(files("mops_cli.channels").joinpath("data/smart_encoding.json").read_text("utf-8"))
    return {str(char): str(to) for char, to in raw["map"].items()}


@cache
def _smart_pattern() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(smart_map()))}]")


def prepare(text: str, *, smart: bool) -> str:
    """The text as it goes out: composed (NFC), and with GSM look-alikes when ``smart``."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if smart:
        # Few distinct characters are ever hit: a replace for each beats a translation of the whole.
        for char in set(_smart_pattern().findall(text)):
            text = text.replace(char, smart_map()[char])
    return text


def measure(text: str, *, smart: bool = False) -> Size:
    """Alphabet and number of parts of a text.

    CR LF counts as one character outside GSM-7, as in the calculator that our cases come from; the SMS channel
    writes LF, which is inside and counts one.
    """
    text = prepare(text, smart=smart)
    torn = "\r\n" in text
    if not torn and _OUTSIDE.search(text) is None:
        return _septets(text)
    return _utf16(text.replace("\r\n", "\u2028") if torn else text)


def outside(text: str) -> tuple[str, ...]:
    """Distinct characters outside GSM-7 by first appearance; what a joiner holds together counts as one."""
    found = _OUTSIDE.findall(text)
    if _JOINERS.isdisjoint(found):
        return tuple(dict.fromkeys(found))
    return tuple(dict.fromkeys(piece for piece in graphemes.clusters(text) if _OUTSIDE.search(piece)))


def _septets(text: str) -> Size:
    doubles = {char: text.count(char) for char in EXTENSION} if _DOUBLE.search(text) else {}
    units = len(text) + sum(doubles.values())
    if units <= SINGLE["GSM-7"]:
        return Size("GSM-7", 1, units)
    part = JOINED["GSM-7"]
    if not doubles:
        return Size("GSM-7", -(-units // part), units)
    for char, count in doubles.items():
        if count:
            text = text.replace(char, _ESCAPE + char)
    parts, at = 0, 0
    while at < units:
        at += part
        # An escape and its character stay together: the part ends one septet early.
        if at < units and text[at - 1] == _ESCAPE:
            at -= 1
        parts += 1
    return Size("GSM-7", parts, units)


def _utf16(text: str) -> Size:
    data = text.encode("utf-16-le", "surrogatepass")
    units = len(data) // 2
    if units <= SINGLE["UCS-2"]:
        return Size("UCS-2", 1, units)
    part = JOINED["UCS-2"]
    if units == len(text):
        return Size("UCS-2", _narrow_parts(text, part), units)
    parts, at, used = 0, 0, 0
    while at < len(text):
        piece = data[2 * used : 2 * (used + part)]
        if piece and 0xD8 <= piece[-1] <= 0xDB:
            piece = piece[:-2]  # half a surrogate pair moves to the next part
        end = at + (len(piece.decode("utf-16-le", "ignore")) or part)
        whole = _whole(text, at, end)
        used += len(piece) // 2 if whole == end else len(text[at:whole].encode("utf-16-le", "surrogatepass")) // 2
        at = whole
        parts += 1
    return Size("UCS-2", parts, units)


def _narrow_parts(text: str, part: int) -> int:
    """Parts of a text whose characters are one unit each."""
    parts, at = 0, 0
    while at < len(text):
        at = _whole(text, at, at + part)
        parts += 1
    return parts


def _whole(text: str, start: int, end: int) -> int:
    """The last break between user-perceived characters up to ``end``; ``end`` itself when there is none."""
    at = end
    while at > start and not graphemes.is_break(text, at):
        at -= 1
    return at if at > start else end


def characters(text: str) -> int:
    """Length as the peer's calculator shows it: septets in GSM-7, user-perceived characters in UCS-2."""
    size = measure(text)
    return size.units if size.encoding == "GSM-7" else graphemes.length(text)


def replacement(char: str) -> str | None:
    """A close text inside GSM-7: from the table, else the letter without its accent; None when there is none."""
    known = smart_map().get(char)
    if known is not None:
        return known
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    if base and base != char and set(base) <= ALPHABET:
        return base
    return _LETTERS.get(char)


# Letters that Unicode does not take apart.
_LETTERS = {
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
    "œ": "oe", "Œ": "OE", "ħ": "h", "Ħ": "H", "ŋ": "n", "ẞ": "SS",
}  # fmt: skip


def costs(text: str, *, smart: bool = False) -> tuple[Cost, ...]:
    """Every character that makes this text dearer, worst first, in order of appearance."""
    text = prepare(text, smart=smart)
    size = measure(text)
    if size.encoding == "UCS-2":
        return _outside_costs(text, size)
    doubles = [char for char in dict.fromkeys(text) if char in EXTENSION]
    return tuple(_cost(text, char, "double", size.segments - _without(text, char)) for char in doubles)


def _outside_costs(text: str, size: Size) -> tuple[Cost, ...]:
    found = outside(text)
    swaps = {ord(char): replacement(char) or "" for char in _OUTSIDE.findall(text)}
    saves = max(0, size.segments - measure(text.translate(swaps)).segments)
    return tuple(_cost(text, char, "ucs2", saves) for char in found)


def _without(text: str, char: str) -> int:
    return measure(text.replace(char, _CHEAP.get(char, ""))).segments


def _name(piece: str) -> str:
    """What a character is called; of several that a joiner holds together, the names of all but the joiners."""
    shown = [char for char in piece if char not in _JOINERS] or list(piece)
    return ", ".join(dict.fromkeys(unicodedata.name(char, f"U+{ord(char):04X}").lower() for char in shown[:4]))


def _cost(text: str, char: str, why: Literal["ucs2", "double"], saves: int) -> Cost:
    name = _name(char)
    instead = replacement(char) if why == "ucs2" else _CHEAP.get(char)
    return Cost(char, name, text.count(char), text.index(char), why, instead, max(0, saves))


_CHEAP = {"[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "~": "-", "\\": "/", "^": "'"}
