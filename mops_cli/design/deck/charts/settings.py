"""The settings of a chart: the flags of ``dchart`` by their names."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from mops_cli.design.deck.numerals import NumberFormat, commas, old_printf, printf, read_number, shortest

if TYPE_CHECKING:
    from collections.abc import Collection

DEFAULT_FORMAT = "%.1f"
_TRUE, _FALSE = {"1", "t", "T", "true", "TRUE", "True"}, {"0", "f", "F", "false", "FALSE", "False"}


class BadFlag(Exception):
    """A flag is not known or has a wrong value; ``name`` is the flag."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(slots=True)
class Settings:
    """One attribute for each flag, with its default. The names are the names of the flags."""

    bar: bool = True
    line: bool = False
    dot: bool = False
    scatter: bool = False
    vol: bool = False
    hbar: bool = False
    wbar: bool = False
    donut: bool = False
    pmap: bool = False
    pgrid: bool = False
    lego: bool = False
    radial: bool = False
    fan: bool = False
    bowtie: bool = False
    slope: bool = False
    left: float = -1.0
    right: float = 90.0
    top: float = 80.0
    bottom: float = 30.0
    bounds: str = ""
    textsize: float = 1.5
    ls: float = 2.4
    barwidth: float = 0.0
    linewidth: float = 0.2
    min: float = -1.0
    max: float = -1.0
    dmin: bool = False
    psize: float = 40.0
    pwidth: float = 4.5
    volop: float = 50.0
    xlabel: int = 1
    xlabrot: float = 0.0
    xlast: bool = False
    xstagger: bool = False
    pmlen: int = 20
    val: bool = True
    valpos: str = "t"
    yaxis: bool = False
    grid: bool = False
    yrange: str = ""
    title: bool = True
    chartitle: str = ""
    note: bool = True
    noteloc: str = "c"
    frame: bool = False
    framecolor: str = "rgb(127,127,127)"
    rline: bool = False
    rlcolor: str = "rgb(127,0,0)"
    hline: str = ""
    pct: bool = False
    datacond: str = ""
    datafmt: str = DEFAULT_FORMAT
    color: str = "lightsteelblue"
    lcolor: str = "rgb(75,75,75)"
    vcolor: str = "rgb(127,0,0)"
    bgcolor: str = "white"
    csv: bool = False
    csvcol: str = ""
    spokes: bool = False
    solidpmap: bool = False
    cw: float = 792.0
    ch: float = 612.0
    fulldeck: bool = False
    legend: str = ""
    legendpos: str = "r"

    def left_or(self, automatic: float) -> float:
        """The left edge, or the one that a kind of chart has by itself."""
        return automatic if self.left < 0 else self.left

    def apply_bounds(self) -> None:
        """``bounds`` as left, right, top and bottom."""
        if self.bounds:
            numbers = [read_number(part.strip()) for part in self.bounds.split(",")]
            found = [number for number in numbers if number is not None]
            if len(found) != 4 or len(numbers) != 4:
                raise BadFlag("bounds", "bounds needs left,right,top,bottom")
            self.left, self.right, self.top, self.bottom = found


KINDS: dict[str, str] = {field.name: str(field.type) for field in fields(Settings)}


def read_flags(words: list[str], settings: Settings, *, without: Collection[str] = ()) -> list[str]:
    """Sets the flags of the words, ``without`` some; gives back the words after the last flag."""
    index = 0
    while index < len(words):
        word = words[index]
        if len(word) < 2 or not word.startswith("-"):
            break
        index += 1
        name, equals, value = word.lstrip("-").partition("=")
        if name not in KINDS or name in without:
            raise BadFlag(name, f"there is no flag -{name}")
        if not equals and KINDS[name] != "bool":
            if index >= len(words):
                raise BadFlag(name, f"the flag -{name} has no value")
            value = words[index]
            index += 1
        setattr(settings, name, flag_value(name, value, given=bool(equals)))
    return words[index:]


def flag_value(name: str, text: str, *, given: bool = True) -> Any:
    """The value of a flag by its kind."""
    kind = KINDS[name]
    if kind == "str":
        return text
    if kind == "bool":
        if not given or text in _TRUE:
            return True
        if text in _FALSE:
            return False
        raise BadFlag(name, f'-{name} is on or off: write -{name} or -{name}=f, not "{text}"')
    number = read_number(text)
    if number is None or abs(number) > 1e100 or (kind == "int" and number != int(number)):
        raise BadFlag(name, f'-{name} needs a number, not "{text}"')
    return int(number) if kind == "int" else number


def shown(pattern: str, value: float, *, old: bool, localize: NumberFormat) -> str:
    """A value as text: whole numbers without decimals, ``%,`` with commas, ``%n`` for the locale, else printf."""
    if pattern == DEFAULT_FORMAT:
        return shortest(value) if value == int(value) else f"{value:.1f}"
    if pattern.startswith("%,"):
        decimals = read_number(pattern[2:]) if pattern[2:] else None
        return commas(value, None if decimals is None else max(0, min(int(decimals), 20)))
    return old_printf(pattern, [value]) if old else printf(pattern, [value], localize=localize)


def percent(pattern: str, value: float, *, old: bool, localize: NumberFormat) -> str:
    """A percentage as text."""
    pattern = f"{pattern}%%"
    return old_printf(pattern, [value]) if old else printf(pattern, [value], localize=localize)
