"""The open documents: all compile, none that was equal to npm mjml is lost, every official finding is ours too."""

from __future__ import annotations

import json
import re

import pytest

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def data(equivalence):
    if not equivalence.DATA.exists():
        pytest.skip("the open sample data is not beside the clone")
    return equivalence.DATA


@pytest.fixture(scope="module")
def status(data):
    return json.loads((data / "expected" / "status.json").read_text("utf-8"))["files"]


def test_what_npm_renders_compiles(data, status, run):
    for name, expected in status.items():
        result = run((data / "input" / name).read_text("utf-8"), statements={})
        assert bool(result.html) == expected["renders"], name
        if not expected["renders"]:
            assert result.diagnostics, name


def test_every_official_finding_is_found_on_the_same_line(data, status, run):
    for name, expected in status.items():
        result = run((data / "input" / name).read_text("utf-8"), statements={})
        lines = {d.span.line for d in result.diagnostics if d.severity == "error"}
        for finding in expected["errors"]:
            assert finding["line"] in lines, (name, finding)
        if expected["renders"] and not expected["errors"]:
            assert [d for d in result.diagnostics if d.severity == "error"] == [], name


@pytest.mark.parametrize(("folder", "documents", "least"), [("mrml_compare", 154, 148), ("mjml_docs", 36, 35)])
def test_equal_to_npm(data, equivalence, folder, documents, least):
    figures = equivalence.measure(folder)
    assert figures["documents"] == documents
    assert figures["lost"] == []
    assert figures["equal_ours"] >= least > figures["equal_mjml_python_alone"]


def test_no_document_asks_another_host_for_a_font_or_a_style_sheet(data, run):
    for path in sorted((data / "input").glob("*/*.mjml")):
        html = run(path.read_text("utf-8"), statements={}).html
        assert not re.search(r"<link\b|@import", html), path.name


def test_the_table_is_the_official_one(data):
    from importlib.resources import files

    ours = files("mops_cli.channels.mjml").joinpath("components.json").read_text("utf-8")
    assert json.loads(ours) == json.loads((data / "components.json").read_text("utf-8"))
