"""``mops segments`` at the terminal and in JSON."""

import json

import pytest

from mops_cli.audience.addresses import masked

SEGMENTS = {
    "segments/hamburg.yaml": "title: Hamburg\nwhere:\n  all:\n    - city: Hamburg\n    - not: {event: complaint}\n",
    "segments/broken.yaml": "title: Broken\nwhere: {ctiy: Hamburg}\n",
}


@pytest.fixture
def root(project, mops):
    root = project()
    for path, text in SEGMENTS.items():
        place = root / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    settings = root / "mops.toml"
    settings.write_text(settings.read_text() + '\n[fields.contact.city]\ntype = "text"\n')
    return root


def test_nobody_is_in_an_empty_store(mops, root):
    called = mops("segments", "ls", "--json", cwd=root)
    assert called.code == 0
    rows = {row["segment"]: row["contacts"] for row in json.loads(called.out)["data"]}
    assert rows == {"broken": None, "hamburg": 0}


def test_explain_shows_lines_of_the_file(mops, root):
    lines = mops("segments", "explain", "hamburg", cwd=root).out.splitlines()
    assert lines[2].split()[:3] == ["4", "city:", "Hamburg"]
    assert lines[3].split()[0] == "5"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "hambrug"), 'there is no segment "hambrug"'),
        (("preview", "broken"), "has mistakes"),
        (("explain", "hamburg", "--contact", "nobody@people.example"), "no such contact"),
        (("explain", "hamburg", "--contact", "99999999999999999999"), "no such contact"),
        (("diff", "hamburg", "--since", "yesterday"), "no day or time"),
    ],
)
def test_what_cannot_be_asked_is_told(mops, root, words, said):
    called = mops("segments", *words, cwd=root)
    assert called.code == 2
    assert said in called.err
    assert "Traceback" not in called.err


def test_lint_finds_the_mistake(mops, root):
    called = mops("lint", "--output-format", "concise", cwd=root)
    assert "segments/broken.yaml:2:9: MG202" in called.out


def test_addresses_are_masked():
    assert masked("mara@people.example") == "m…@p….example"
    assert masked("+4915112345678") == "+49…78"
