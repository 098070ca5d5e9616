"""Data files as records: the forms that people write, and what is said of those that cannot be read."""

import datetime as dt
from decimal import Decimal

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels import tables
from mops_cli.channels.decks import project_studio
from mops_cli.design.deck.records import NotRead
from tests.unit.channels.deck_support import BRAND

ROWS = [{"name": "Huila", "high": 1700}, {"name": "Yirga", "high": 1950.5}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "- {name: Huila, high: 1700}\n- {name: Yirga, high: 1950.5}\n"),
        ("a.yml", "source: me\nfarms:\n  - {name: Huila, high: 1700}\n  - {name: Yirga, high: 1950.5}\n"),
        ("a.json", '[{"name": "Huila", "high": 1700}, {"name": "Yirga", "high": 1950.5}]'),
    ],
)
def test_lists_of_records(name, text):
    assert tables.records(name, text.encode()) == ROWS


def test_mappings_and_plain_lists():
    assert tables.listed({"a": 1, "b": 2}) == [{"key": "a", "value": 1}, {"key": "b", "value": 2}]
    assert tables.listed({"a": {"n": 1}}) == [{"key": "a", "n": 1}]
    assert tables.listed([1, "x"]) == [{"value": 1}, {"value": "x"}]
    assert tables.listed("text") is None
    assert tables.listed({"a": [1], "b": [2]}) is None


def test_cells():
    values = [Decimal("1.5"), dt.date(2026, 3, 1), [1, "b"], None, b"x"]
    assert [tables.plain(value) for value in values] == [1.5, "2026-03-01", "1 b", None, "b'x'"]


def test_parquet(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    place = tmp_path / "t.parquet"
    duckdb.sql(
        "COPY (SELECT * FROM (VALUES ('Huila', 1700, DATE '2026-03-01'), ('Yirga', 1950.5, NULL)) t(name, high, day)) "
        f"TO '{place}' (FORMAT parquet)"
    )
    found = tables.records("t.parquet", place.read_bytes())
    assert found == [
        {"name": "Huila", "high": 1700, "day": "2026-03-01"},
        {"name": "Yirga", "high": 1950.5, "day": None},
    ]
    assert tables.records("t.parquet", b"PAR1 but not really") is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("rows.yaml", "- {name: Huila\n", "line 1"),
        ("rows.json", '[{"a": 1},]', "line 1"),
        ("rows.json", '"text"', "cannot be read as records"),
    ],
)
def test_what_cannot_be_read_is_told_at_the_line_of_the_deck(project, name, text, words):
    deck = f'deck\nslide\nfor row in "{name}"\ntext row_name 1 1 1\nefor\neslide\nedeck\n'
    opened = open_project(project({**BRAND, "content/decks/a.dsh": deck, f"content/decks/{name}": text}))
    found = []
    assert project_studio(opened.repository, opened.files, report=found.append).open("content/decks/a.dsh") is None
    first = found[0]
    assert (first.code, first.span.path, first.span.line) == ("MK214", "content/decks/a.dsh", 3)
    assert words in first.message


def test_numbers_are_written_as_the_language_does(project):
    deck = 'deck\nslide\nalt format("%n", 1234.5)\ntext format("%.2n", 1234.5) 1 1 1\neslide\nedeck\n'
    opened = open_project(project({**BRAND, "content/decks/a.dsh": deck}))
    for locale, written in (("en", "1,234.5"), ("de", "1.234,5")):
        opened_deck = project_studio(opened.repository, opened.files, locale=locale).open("content/decks/a.dsh")
        assert opened_deck.alt == written
        assert opened_deck.model.slides[0].elements[0].content == written + "0"


def test_a_parquet_file_that_unpacks_to_too_much_is_refused():
    import io

    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pa.table({"text": ["x" * 1_000_000] * 1000}), out)
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(NotRead, match="64 MB"):
        tables.records("t.parquet", out.getvalue())
    out = io.BytesIO()
    parquet.write_table(pa.table({"a": range(300_000)}), out)
    with pytest.raises(NotRead, match="200,000 rows"):
        tables.records("t.parquet", out.getvalue())
