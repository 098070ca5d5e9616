"""Long pages on a terminal: PAGER, NO_PAGER, and never in a pipe."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

import pytest

from mops_cli.cli import pager

LONG = "line\n" * 500


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def at_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")


def test_the_pager_of_the_environment():
    assert pager.command_for(LONG, Terminal(), {"PAGER": "head -3"}) == ["head", "-3"]
    assert pager.command_for(LONG, Terminal(), {"PAGER": "less"}) in (["less", "-R"], [])


@pytest.mark.parametrize(
    "env",
    [
        {"NO_PAGER": "1", "PAGER": "head"},
        {"TERM": "dumb", "PAGER": "head"},
        {"PAGER": ""},
        {"PAGER": "cat"},
        {"PAGER": "no-such-pager"},
        {"PAGER": "less '"},
    ],
)
def test_no_pager(env):
    assert pager.command_for(LONG, Terminal(), env) == []


def test_short_pages_and_pipes_go_without():
    assert pager.command_for("one\n", Terminal(), {"PAGER": "head"}) == []
    assert pager.command_for(LONG, io.StringIO(), {"PAGER": "head"}) == []


@pytest.mark.parametrize("args", [["rule", "MA101"], ["build", "--help"]])
@pytest.mark.parametrize(("extra", "paged"), [({}, True), ({"NO_PAGER": "1"}, False)])
def test_a_long_page_on_a_real_terminal(args, extra, paged):
    ours, theirs = pty.openpty()
    env = {**os.environ, "PAGER": "sed s/^/PAGED/", "LINES": "5", "TERM": "xterm", **extra}
    env.pop("COLUMNS", None)
    done = subprocess.Popen([sys.executable, "-m", "mops_cli", *args], stdin=theirs, stdout=theirs, env=env)
    os.close(theirs)
    said = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        said += more
    os.close(ours)
    assert done.wait() == 0
    assert (b"PAGED" in said) == paged
    assert len(said) > 500
