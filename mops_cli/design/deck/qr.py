"""QR codes: text to a square of dark and light modules (byte mode, error correction M, versions 1 to 10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

MOST_BYTES = 213


@dataclass(frozen=True, slots=True)
class _Version:
    """One size: its number, check words a block, data words of each block, centres of alignment marks."""

    number: int
    checks: int
    blocks: tuple[int, ...]
    centres: tuple[int, ...] = ()

    @property
    def side(self) -> int:
        return 17 + 4 * self.number

    @property
    def words(self) -> int:
        return sum(self.blocks)

    @property
    def count_bits(self) -> int:
        return 8 if self.number < 10 else 16

    @property
    def capacity(self) -> int:
        return (self.words * 8 - 4 - self.count_bits) // 8


_VERSIONS = (
    _Version(1, 10, (16,)),
    _Version(2, 16, (28,), (6, 18)),
    _Version(3, 26, (44,), (6, 22)),
    _Version(4, 18, (32, 32), (6, 26)),
    _Version(5, 24, (43, 43), (6, 30)),
    _Version(6, 16, (27, 27, 27, 27), (6, 34)),
    _Version(7, 18, (31, 31, 31, 31), (6, 22, 38)),
    _Version(8, 22, (38, 38, 39, 39), (6, 24, 42)),
    _Version(9, 22, (36, 36, 36, 37, 37), (6, 26, 46)),
    _Version(10, 26, (43, 43, 43, 43, 44), (6, 28, 50)),
)
MASKS = 8


def _flips(mask: int, row: int, column: int) -> bool:
    """Whether a mask turns a module."""
    product = row * column
    sums = (
        row + column,
        row,
        column * 2,
        (row + column) * 2,
        row // 2 + column // 3,
        (product % 2 + product % 3) * 2,
        product % 2 + product % 3,
        (row + column) % 2 + product % 3,
    )
    if mask in {2, 3}:
        return sums[mask] // 2 % 3 == 0
    return sums[mask] // 2 == 0 if mask == 5 else sums[mask] % 2 == 0


def qr_modules(text: str, mask: int | None = None) -> tuple[tuple[bool, ...], ...]:
    """The rows of a code, dark modules true, without the quiet zone. Raises ValueError for what does not fit."""
    content = text.encode()
    version = next((entry for entry in _VERSIONS if entry.capacity >= len(content)), None)
    if version is None or not content:
        raise ValueError(f"a code holds 1 to {MOST_BYTES} bytes, not {len(content)}")
    sheet = _Sheet(version)
    sheet.place(_codewords(content, version))
    choices = range(MASKS) if mask is None else (mask,)
    made = [sheet.finished(choice) for choice in choices]
    return min(made, key=_penalty)


@cache
def _tables() -> tuple[list[int], list[int]]:
    """Powers and logarithms of the field of 256 elements."""
    powers, logarithms = [1] * 512, [0] * 256
    value = 1
    for index in range(255):
        powers[index] = powers[index + 255] = value
        logarithms[value] = index
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logarithms


def _times(left: int, right: int) -> int:
    powers, logarithms = _tables()
    return powers[logarithms[left] + logarithms[right]] if left and right else 0


@cache
def _generator(count: int) -> tuple[int, ...]:
    """The polynomial of the check words, without its leading one."""
    powers, _ = _tables()
    found = [1]
    for index in range(count):
        longer = [*found, 0]
        for place, value in enumerate(found):
            longer[place + 1] ^= _times(value, powers[index])
        found = longer
    return tuple(found[1:])


def _checks(words: list[int], count: int) -> list[int]:
    """The check words of a block."""
    rest = [0] * count
    for word in words:
        factor = word ^ rest[0]
        rest = [value ^ _times(factor, part) for value, part in zip([*rest[1:], 0], _generator(count), strict=True)]
    return rest


def _codewords(content: bytes, version: _Version) -> list[int]:
    """Data and check words in the order in which they are placed."""
    bits = f"0100{len(content):0{version.count_bits}b}" + "".join(f"{byte:08b}" for byte in content)
    bits += "0" * min(4, version.words * 8 - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]
    words += [0xEC if index % 2 == 0 else 0x11 for index in range(version.words - len(words))]
    blocks: list[list[int]] = []
    place = 0
    for size in version.blocks:
        blocks.append(words[place : place + size])
        place += size
    checks = [_checks(block, version.checks) for block in blocks]
    found = [block[index] for index in range(max(version.blocks)) for block in blocks if index < len(block)]
    return found + [check[index] for index in range(version.checks) for check in checks]


def _bch(value: int, polynomial: int, bits: int) -> int:
    """A value followed by its check bits."""
    rest = value << bits
    while rest.bit_length() > bits:
        rest ^= polynomial << (rest.bit_length() - polynomial.bit_length())
    return value << bits | rest


@dataclass(slots=True)
class _Sheet:
    """The modules of a code: fixed marks first, then data."""

    version: _Version
    marks: dict[tuple[int, int], bool] = field(default_factory=dict)
    data: dict[tuple[int, int], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        side = self.version.side
        for row, column in ((0, 0), (0, side - 7), (side - 7, 0)):
            self.finder(row, column)
        for index in range(8, side - 8):
            self.marks[6, index] = self.marks[index, 6] = index % 2 == 0
        self.alignments()
        self.format(0)
        self.numbers()

    def finder(self, row: int, column: int) -> None:
        """A large mark in a corner with its light frame."""
        side = self.version.side
        for dy in range(-1, 8):
            for dx in range(-1, 8):
                if 0 <= row + dy < side and 0 <= column + dx < side:
                    ring = max(abs(dy - 3), abs(dx - 3))
                    self.marks[row + dy, column + dx] = ring in {0, 1, 3}

    def alignments(self) -> None:
        """The small marks."""
        centres = self.version.centres
        last = centres[-1] if centres else 0
        for row in centres:
            for column in centres:
                if (row, column) in {(6, 6), (6, last), (last, 6)}:
                    continue
                for dy in range(-2, 3):
                    for dx in range(-2, 3):
                        self.marks[row + dy, column + dx] = max(abs(dy), abs(dx)) != 1

    def format(self, mask: int) -> None:
        """The bits that name the mask (error correction M is 00)."""
        bits, side = _bch(mask, 0x537, 10) ^ 0x5412, self.version.side
        for index in range(15):
            dark = bool(bits >> index & 1)
            upright = index if index < 6 else index + 1 if index < 8 else side - 15 + index
            level = side - 1 - index if index < 8 else 7 if index == 8 else 14 - index
            self.marks[upright, 8] = dark
            self.marks[8, level] = dark
        self.marks[side - 8, 8] = True

    def numbers(self) -> None:
        """The bits that name the version, from 7 on."""
        if self.version.number < 7:
            return
        bits = _bch(self.version.number, 0x1F25, 12)
        for index in range(18):
            dark = bool(bits >> index & 1)
            far, near = self.version.side - 11 + index % 3, index // 3
            self.marks[far, near] = self.marks[near, far] = dark

    def place(self, words: list[int]) -> None:
        """The data, in two-wide columns from the right, up and down."""
        bits = iter([bool(word >> index & 1) for word in words for index in range(7, -1, -1)])
        side = self.version.side
        for turn, right in enumerate(column for column in (*range(side - 1, 6, -2), 5, 3, 1)):
            rows = range(side) if turn % 2 else range(side - 1, -1, -1)
            for row in rows:
                for column in (right, right - 1):
                    if (row, column) not in self.marks:
                        self.data[row, column] = next(bits, False)

    def finished(self, mask: int) -> tuple[tuple[bool, ...], ...]:
        """The rows with a mask."""
        self.format(mask)
        side = self.version.side
        return tuple(
            tuple(
                self.marks[row, column]
                if (row, column) in self.marks
                else self.data[row, column] ^ _flips(mask, row, column)
                for column in range(side)
            )
            for row in range(side)
        )


def _penalty(rows: tuple[tuple[bool, ...], ...]) -> int:
    """How hard a code is to read: the sum of four rules."""
    lines = [*rows, *zip(*rows, strict=True)]
    dark = sum(map(sum, rows)) * 100 / len(rows) ** 2
    return sum(_runs(line) + _false_marks(line) for line in lines) + _squares(rows) + int(abs(dark - 50) / 5) * 10


def _runs(line: tuple[bool, ...]) -> int:
    """Five or more modules of the same kind in a row."""
    total, length = 0, 0
    for index, module in enumerate(line):
        length = length + 1 if index and module == line[index - 1] else 1
        total += 3 if length == 5 else 1 if length > 5 else 0
    return total


def _false_marks(line: tuple[bool, ...]) -> int:
    """What looks like a finder."""
    text = "".join("1" if module else "0" for module in line)
    return 40 * sum(
        text.startswith((pattern,), place)
        for pattern in ("10111010000", "00001011101")
        for place in range(len(text) - 10)
    )


def _squares(rows: tuple[tuple[bool, ...], ...]) -> int:
    """Two by two modules of the same kind."""
    return 3 * sum(
        rows[row][column] == rows[row][column + 1] == rows[row + 1][column] == rows[row + 1][column + 1]
        for row in range(len(rows) - 1)
        for column in range(len(rows) - 1)
    )
