"""Readers: JSON lines, Parquet, vCard, and the careful CSV reader against the quick one."""

import csv
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mops_cli.audience.files.csv_rows import CarefulCsv, QuickCsv
from mops_cli.audience.files.opening import open_source
from mops_cli.audience.files.rows import Irregular


def rows(source):
    return [tuple(row.values()) for batch in source.batches() for row in batch.to_pylist()]


def test_json_lines_with_different_names_and_broken_lines(tmp_path):
    place = tmp_path / "p.jsonl"
    place.write_bytes(
        b'{"email": "a@b.example", "n": 1.5, "ok": true}\n\nnot json\n[1]\n{"tags": ["x"], "no": null}\n\xff\n'
    )
    source = open_source(place)
    assert source.columns == ("email", "n", "ok", "tags", "no")
    assert rows(source) == [(1, "a@b.example", "1.5", "true", None, None), (5, None, None, None, '["x"]', None)]
    assert [(one.row, one.reason) for one in source.refused] == [
        (3, "not JSON"), (4, "not a JSON object"), (6, "not text in utf-8"),
    ]  # fmt: skip


def test_parquet_of_any_types(tmp_path):
    from datetime import date, datetime
    from decimal import Decimal

    place = tmp_path / "p.parquet"
    table = {"a": [1, None], "d": [date(2024, 2, 29)] * 2, "t": [datetime(2024, 1, 1, 12)] * 2, "l": [[1, 2]] * 2, "m": [Decimal("1.50")] * 2, "b": [True, False]}  # noqa: DTZ001  # the store's instants have no zone  # fmt: skip
    pq.write_table(pa.table(table), place)
    assert rows(open_source(place))[0] == (1, "1", "2024-02-29", "2024-01-01 12:00:00.000000", "[1, 2]", "1.50", "true")


CARDS = """BEGIN:VCARD
VERSION:3.0
N:Muster;Mara;;;
FN:Mara
  Muster
item1.EMAIL;TYPE=home:old@people.example
EMAIL;TYPE=work,PREF:mara@people.example
TEL;VALUE=uri:tel:+49301234567
ADR:;;Hauptstr. 1;Ulm;;89073;Germany
TZ:-0100
UID:urn:uuid:17
END:VCARD
BEGIN:VCARD
N;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg
EMAIL:joerg@people.example
END:VCARD
BEGIN:VCARD
FN:Cut
"""


def test_cards(tmp_path):
    place = tmp_path / "p.vcf"
    place.write_text(CARDS.replace("\n", "\r\n"), encoding="utf-8", newline="")
    source = open_source(place)
    found = [dict(zip(("row", *source.columns), row, strict=True)) for row in rows(source)]
    first = {name: value for name, value in found[0].items() if value}
    assert first == {
        "row": 1, "external_id": "17", "email": "mara@people.example", "phone": "+49301234567",
        "full_name": "Mara Muster", "first_name": "Mara", "last_name": "Muster", "city": "Ulm", "country": "Germany",
    }  # fmt: skip
    assert (found[1]["first_name"], found[1]["last_name"]) == ("Jörg", "Müller")
    assert [(one.row, one.reason) for one in source.refused] == [(3, "the card does not end")]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=("Cs",)), max_size=8)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SETTINGS
@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_both_readers_see_the_same_in_a_file_that_is_in_order(tmp_path, cells):
    place = tmp_path / "p.csv"
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *cells])
    place.write_text(out.getvalue(), encoding="utf-8", newline="")
    expected = [(number, *row) for number, row in enumerate(cells, 2)]
    careful = CarefulCsv(place, ("a", "b"), ",", "utf-8-sig")
    assert rows(careful) == expected
    assert careful.refused == []
    assert rows(QuickCsv(place, ("a", "b"), ",")) == expected


@SETTINGS
@given(st.lists(st.sampled_from(["1,x", "2", '3,"open', "4,y,z", '5,"q"x', "", '6,"a,b"', '7,"two']), max_size=12))
def test_every_line_is_a_row_or_refused(tmp_path, lines):
    place = tmp_path / "p.csv"
    place.write_text("\n".join(["a,b", *lines]) + "\n", encoding="utf-8")
    source = CarefulCsv(place, ("a", "b"), ",", "utf-8-sig")
    taken = rows(source)
    text = "".join(f"{a},{b}\n" for _, a, b in taken) + "".join(one.original + "\n" for one in source.refused)
    assert sorted(char for char in text if char.isalnum()) == sorted(char for char in "".join(lines) if char.isalnum())


@pytest.mark.parametrize("body", ["1\n", "1,2,3\n", '1,"a\nb"\n', "1,\xff\n", '1,"x\n2,y\n'])
def test_the_quick_reader_gives_up_rather_than_guess(tmp_path, body):
    place = tmp_path / "p.csv"
    place.write_bytes(b"a,b\n" + body.encode("latin-1"))
    with pytest.raises(Irregular):
        rows(QuickCsv(place, ("a", "b"), ","))
