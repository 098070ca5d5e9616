"""With ``--json`` an error of the command line is an envelope too."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["nope", "--json"], "nope"),
        (["--json", "ls", "--nope"], "--nope"),
        (["new", "campaign", "--json"], "NAME"),
        (["rule", "ZZ999", "--json"], "ZZ999"),
        (["lint", "--output-format", "yellow", "--json"], "yellow"),
    ],
)
def test_a_wrong_command_line(mops, project, args, word):
    called = mops(*args, cwd=project())
    envelope = json.loads(called.out)
    assert called.code == 2
    assert envelope["schema"] == "mops.error/1"
    assert envelope["diagnostics"] == []
    assert set(envelope["data"]) == {"code", "message", "help"}
    assert envelope["data"]["code"].endswith("error")
    assert word.lower() in called.err.lower()


def test_no_project(mops, tmp_path):
    called = mops("build", "--json", cwd=tmp_path)
    assert called.code == 2
    assert json.loads(called.out)["data"]["code"] == "project-not-found"


def test_after_two_dashes_it_is_no_option(mops, project):
    assert mops("ls", "--", "--json", cwd=project()).out.find("mops.error/1") == -1
