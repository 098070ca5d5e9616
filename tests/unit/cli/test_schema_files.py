"""The schemas of the editor are there after any command, also in a fresh clone."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize("args", [["ls"], ["lint"], ["build"], ["config", "show"]])
def test_a_command_brings_the_schemas(mops, project, args):
    root = project()
    assert mops(*args, cwd=root).code == 0
    schema = root / ".mops/schemas/campaign.json"
    assert json.loads(schema.read_text())["$schema"].endswith("draft-07/schema#")
    # Those of another version are replaced, those of this one are left alone.
    schema.write_text("{}")
    mops(*args, cwd=root)
    assert schema.read_text() == "{}"
    (root / ".mops/schemas/made-by").write_text("0.0.1 5\n")
    mops(*args, cwd=root)
    assert "properties" in json.loads(schema.read_text())


def test_nothing_is_written_behind_a_link(mops, project, tmp_path):
    root = project()
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / ".mops").mkdir()
    (root / ".mops/schemas").symlink_to(outside)
    assert mops("ls", cwd=root).code == 0
    assert list(outside.iterdir()) == []


def test_a_file_in_the_way_is_no_reason_to_fail(mops, project):
    root = project()
    (root / ".mops").mkdir()
    (root / ".mops/schemas").write_text("")
    assert mops("ls", cwd=root).code == 0
