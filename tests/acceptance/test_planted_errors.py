"""Mistakes planted in every kind of file are found where they stand, with a word on what to write instead.

``planted.json`` holds a case a line: the scene (see planted_project.py), the edits (``[old, new]`` replaces a text,
a text replaces a file, null removes it), and the finding that must come.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from mops_cli.cli.main import run

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from planted_project import scene  # noqa: E402

CASES = json.loads((HERE / "planted.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """One folder a scene; what earlier cases cached there stays, as it does for a person who fixes and looks again."""
    return tmp_path_factory.mktemp("planted")


def plant(ground: Path, case: dict) -> Path:
    files = scene(case["scene"])
    for path, edit in case["edits"].items():
        if edit is None:
            del files[path]
        elif isinstance(edit, list):
            assert edit[0] in files[path], "the case does not fit its scene any more"
            files[path] = files[path].replace(edit[0], edit[1], 1)
        else:
            files[path] = edit
    root = ground / case["scene"]
    root.mkdir(exist_ok=True)
    for child in root.iterdir():
        if child.name != ".mops":
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.mark.needs_cairo
@pytest.mark.needs_pango
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_planted_mistake_is_found_where_it_stands(ground, case):
    root = plant(ground, case)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["--project", str(root), "lint", "--no-baseline", "--json"])
    assert code in (0, 1), err.getvalue()
    found = json.loads(out.getvalue())["diagnostics"]
    at = [d for d in found if (d["code"], d["path"], d["line"]) == (case["code"], case["path"], case["line"])]
    assert at, [(d["code"], d["path"], d["line"], d["message"]) for d in found]
    assert all(d["help"] for d in at)
