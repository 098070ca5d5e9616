"""``mops segments`` at the terminal and in JSON."""

import json
import subprocess

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


@pytest.fixture
def versioned(root, mops):
    """Three people; the segment is there from the second version on, and is another one in the folder."""

    def git(*words):
        who = ("-c", "user.name=x", "-c", "user.email=x@people.example", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, "-C", str(root), *words], check=True, capture_output=True)

    (root / "people.csv").write_text(
        "email,city\na@people.example,Hamburg\nb@people.example,Wien\nc@people.example,Halle\n"
    )
    assert mops("contacts", "import", "people.csv", cwd=root).code == 0
    place = root / "segments" / "hamburg.yaml"
    text = place.read_text()
    place.unlink()
    git("init", "-q")
    git("add", "mops.toml", "segments")
    git("commit", "-qm", "none")
    git("tag", "none")
    place.write_text(text)
    git("add", "segments")
    git("commit", "-qm", "one")
    git("tag", "one")
    place.write_text(text.replace("city: Hamburg", "city: [Wien, Halle]"))
    return root


@pytest.mark.parametrize(
    ("words", "joined", "left", "stayed"),
    [
        (("--base", "one"), [2, 3], [1], 0),
        (("--base", "none"), [2, 3], [], 0),
        (("--base", "none", "--head", "one"), [1], [], 0),
        (("--base", "one", "--head", "none"), [], [1], 0),
        (("--base", "one", "--head", "HEAD"), [], [], 1),
    ],
)
def test_versions_of_a_segment_are_compared(mops, versioned, words, joined, left, stayed):
    called = mops("segments", "diff", "hamburg", *words, "--json", cwd=versioned)
    assert called.code == 0
    found = json.loads(called.out)["data"]
    assert (found["joined"], found["left"], found["stayed"]) == (joined, left, stayed)


def test_who_joins_and_leaves_is_shown_masked(mops, versioned):
    lines = [
        line.split() for line in mops("segments", "diff", "hamburg", "--base", "one", cwd=versioned).out.splitlines()
    ]
    assert lines[:4] == [["SINCE", "THEN", "CONTACTS"], ["joined", "2"], ["left", "1"], ["stayed", "0"]]
    assert lines[5:] == [
        ["WHAT", "CONTACT", "EMAIL", "PHONE"], ["joined", "2", "b…@p….example", "-"],
        ["joined", "3", "c…@p….example", "-"], ["left", "1", "a…@p….example", "-"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hamburg",), "say what to compare with"),
        (("hamburg", "--head", "one"), "say what to compare with"),
        (("hamburg", "--since", "2026-01-01", "--base", "one"), "say what to compare with"),
        (("hamburg", "--base", "nowhere"), "git could not tell"),
        (("hamburg", "--base", "--upload-pack=x"), "is no revision"),
        (("hambrug", "--base", "one"), 'did you mean "hamburg"'),
        (("broken", "--base", "one"), "has mistakes or no conditions at one"),
    ],
)
def test_versions_that_cannot_be_compared_are_told(mops, versioned, words, said):
    called = mops("segments", "diff", *words, cwd=versioned)
    assert called.code == 2
    assert said in called.err
