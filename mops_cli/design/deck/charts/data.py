"""The data of a chart: labels, values, notes, and a title."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.design.deck.numerals import read_number

if TYPE_CHECKING:
    from collections.abc import Sequence


# Beyond this a value is a mistake, and sums of values would leave the range of numbers.
LARGEST = 1e100


@dataclass(frozen=True, slots=True)
class Row:
    """One value with its label and its note (in proportional charts, its colour)."""

    label: str
    value: float
    note: str = ""


class Table:
    """The rows of a chart, with what is computed from all of them."""

    __slots__ = ("high", "low", "rows", "title", "total")

    def __init__(self, rows: Sequence[Row], title: str = "") -> None:
        values = [row.value for row in rows]
        self.rows = tuple(rows)
        self.title = title
        self.low = min(values, default=0.0)
        self.high = max(values, default=0.0)
        self.total = sum(values)

    @property
    def shares(self) -> list[float]:
        """The values as percent of their sum."""
        return [row.value / self.total * 100 if self.total else 0.0 for row in self.rows]


def read_table(text: str, *, separated: bool, columns: str) -> Table:
    """A table from tab-separated lines, or from CSV when ``separated`` by commas."""
    return _commas(text, columns) if separated else _tabs(text)


def data_value(text: str) -> float:
    """A value; what is not a number, or beyond reason, is 0."""
    found = read_number(text.strip()) or 0.0
    return found if abs(found) < LARGEST else 0.0


def _tabs(text: str) -> Table:
    rows: list[Row] = []
    title = ""
    for line in text.split("\n"):
        if line.startswith("#") and len(line) > 2:
            title = line[1:].strip()
            continue
        fields = line.split("\t")
        if len(fields) > 1:
            rows.append(Row(fields[0], data_value(fields[1]), fields[2] if len(fields) == 3 else ""))
    return Table(rows, title)


def _commas(text: str, columns: str) -> Table:
    rows: list[Row] = []
    title = ""
    label, value = 0, 1
    for index, fields in enumerate(_records(text)):
        if len(fields) < 2:
            continue
        if fields[0] == "#":
            title = fields[1]
        elif index == 0 and columns:
            label, value = _places(fields, columns)
            title = fields[value]
        elif max(label, value) < len(fields):
            rows.append(Row(fields[label], data_value(fields[value]), fields[2] if len(fields) == 3 else ""))
    return Table(rows, title)


def _records(text: str) -> list[list[str]]:
    """The records of CSV; what cannot be read ends the table."""
    found: list[list[str]] = []
    try:
        found.extend(record for record in csv.reader(text.split("\n")) if record)
    except csv.Error:
        return found
    return found


def _places(header: Sequence[str], columns: str) -> tuple[int, int]:
    """The places of the label and the value column by their names."""
    wanted = columns.split(",")
    if len(wanted) != 2:
        return 0, 1
    places = [header.index(name) if name in header else index for index, name in enumerate(wanted)]
    return places[0], places[1]
