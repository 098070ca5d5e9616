"""Mistakes planted in every kind of file are found where they stand, with a word on what to write instead.

``planted.json`` holds a case a line: the scene (see planted_project.py), the edits (``[old, new]`` replaces a text, a
text or ``{"base64": …}`` a file, null removes one), and every finding that must come, with its code, path, line and
column: not one more, so that a mistake does not drag others behind it. ``help`` is what the main one must advise.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from mops_cli.build import pool
from mops_cli.cli.main import run

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from planted_project import SCENES, scene  # noqa: E402

CASES = json.loads((HERE / "planted.json").read_text(encoding="utf-8"))
pytestmark = [pytest.mark.needs_cairo, pytest.mark.needs_pango]


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    """Small projects, many of them: what one process keeps in memory is worth more than a second processor."""
    monkeypatch.setattr(pool, "processors", lambda: 1)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """One folder a scene; what earlier cases cached there stays, as it does for a person who fixes and looks again."""
    return tmp_path_factory.mktemp("planted")


def edited(case: dict) -> dict[str, str | bytes]:
    files = scene(case["scene"])
    for path, edit in case["edits"].items():
        if edit is None:
            del files[path]
        elif isinstance(edit, list):
            assert edit[0] in files[path], "the case does not fit its scene any more"
            files[path] = files[path].replace(edit[0], edit[1], 1)
        else:
            files[path] = base64.b64decode(edit["base64"]) if isinstance(edit, dict) else edit
    return files


def plant(root: Path, files: dict[str, str | bytes]) -> Path:
    """Exactly these files, and the cache of the cases before."""
    root.mkdir(exist_ok=True)
    for child in root.iterdir():
        if child.name != ".mops":
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def lint(root: Path) -> list[dict]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["--project", str(root), "lint", "--no-baseline", "--json"])
    assert code in (0, 1), err.getvalue()
    return json.loads(out.getvalue())["diagnostics"]


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_without_mistakes_has_no_findings(ground, name):
    assert lint(plant(ground / name, scene(name))) == []


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_planted_mistake_is_found_where_it_stands(ground, case):
    found = lint(plant(ground / case["scene"], edited(case)))
    assert [[d["code"], d["path"], d["line"], d["column"]] for d in found] == case["found"], [
        d["message"] for d in found
    ]
    assert case["help"] in found[case["main"]]["help"]
    for finding in found:
        assert finding["help"]
        assert finding["path"]
        assert finding["code"] == "MT406" or "jx0" not in finding["message"] + finding["help"]
        assert "Error" not in finding["message"]


def test_the_cases_cover_what_they_promise():
    mains = [case["found"][case["main"]] for case in CASES]
    assert len(CASES) >= 80
    assert len({code for code, *_ in mains}) >= 150
    assert len({case["name"] for case in CASES}) == len(CASES)
    kinds = {path.split("/")[0] + Path(path).suffix for _, path, *_ in mains}
    assert kinds >= {
        "mops.toml.toml",
        "brand.yaml",
        "campaigns.yaml",
        "campaigns.md",
        "campaigns.mjml",
        "campaigns.txt",
        "campaigns.html",
        "campaigns.svg",
        "content.yaml",
        "content.mjml",
        "content.html",
        "content.md",
        "content.ftl",
        "segments.yaml",
    }
    # One mistake, one finding: a few have a second consequence that is a fact of its own.
    assert sum(len(case["found"]) == 1 for case in CASES) >= 0.85 * len(CASES)
    assert max(len(case["found"]) for case in CASES) <= 4
