"""Colours, tables and odd terminals."""

from __future__ import annotations

import io
import json

import pytest

from mops_cli.cli.console import Console, counted, size_of, wants_color
from mops_cli.model.diagnostic import Span, error


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("when", "stream", "env", "wanted"),
    [
        ("auto", Terminal(), {}, True),
        ("auto", io.StringIO(), {}, False),
        ("auto", Terminal(), {"NO_COLOR": "1"}, False),
        ("auto", Terminal(), {"NO_COLOR": ""}, True),
        ("auto", Terminal(), {"TERM": "dumb"}, False),
        ("auto", io.StringIO(), {"FORCE_COLOR": "1"}, True),
        ("always", io.StringIO(), {"NO_COLOR": "1"}, True),
        ("never", Terminal(), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_when_to_colour(when, stream, env, wanted):
    assert wants_color(when, stream, env) is wanted


def test_tables_align_wide_characters_in_a_pipe():
    out = io.StringIO()
    Console(out=out, env={}).table(("NAME", "X"), [("日本", "1"), ("abc", "2")])
    assert out.getvalue() == "NAME  X\n日本  1\nabc   2\n"


def test_tables_on_a_terminal_and_a_dumb_one():
    for env in ({"TERM": "xterm"}, {"TERM": "dumb"}):
        out = Terminal()
        Console(out=out, env=env).table(("NAME", "VALUE"), [("[red]", "not markup")])
        assert "[red]" in out.getvalue()
        assert not any(char in out.getvalue() for char in "┃│─")


def test_the_envelope():
    out = io.StringIO()
    Console(out=out, env={}).emit("ls", [1], [error("MC101", "x", Span("a"))])
    envelope = json.loads(out.getvalue())
    assert list(envelope) == ["schema", "data", "diagnostics"]
    assert envelope["schema"] == "mops.ls/1"


def test_an_ascii_terminal_gets_what_it_can_show():
    raw = io.BytesIO()
    err = io.TextIOWrapper(raw, encoding="ascii")
    console = Console(err=err, env={})
    console.say(f"{console.mark('good')} Genußmoment")
    err.flush()
    assert raw.getvalue() == b"ok Genu\\xdfmoment\n"


def test_quiet_keeps_errors():
    err = io.StringIO()
    console = Console(err=err, verbosity=-1, env={})
    console.say("progress")
    console.detail("more")
    console.complain("error")
    assert err.getvalue() == "error\n"


def test_words():
    assert [counted(1, "file"), counted(2, "file"), size_of(1), size_of(1234), size_of(2_500_000)] == [
        "1 file",
        "2 files",
        "1 B",
        "1.2 kB",
        "2.5 MB",
    ]


def test_a_manifest_that_was_tampered_with_is_read_as_far_as_it_goes():
    from mops_cli.cli.listing import artifacts_of

    assert artifacts_of({"artifacts": [1, None, {"path": "a"}]}) == [{"path": "a"}]
    assert artifacts_of({"artifacts": 5}) == []
