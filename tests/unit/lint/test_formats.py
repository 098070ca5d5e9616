"""Every format says the same findings, each in its reader's shape."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from mops_cli.lint.formats import FORMATS, render
from mops_cli.model.diagnostic import Span, error, info, warning

TEXTS = {"a.yaml": "title: Hello\ntopic: nwes\n", "b.md": "see http://x.example\n"}
FOUND = [
    error("MC301", 'unknown topic "nwes"', Span("a.yaml", 2, 8, 2, 12), 'did you mean "news"?'),
    warning("ML102", "not encrypted: 100%\nreally", Span("b.md", 1, 5, 1, 21)),
    info("MS201", "two segments, <b>", Span("b.md", 1, 1)),
]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_names_every_finding_and_survives_none(name):
    text = render(name, FOUND, TEXTS)
    for found in FOUND:
        assert found.code in text
        assert found.span.path in text
    render(name, [], {})


def test_full():
    assert render("full", FOUND[:1], TEXTS) == (
        'a.yaml:2:8: MC301 unknown topic "nwes"\n'
        "    |\n"
        "  1 | title: Hello\n"
        "  2 | topic: nwes\n"
        "    |        ^^^^\n"
        '  help: did you mean "news"?\n'
        "  mops rule MC301\n"
    )


def test_concise_is_one_line_a_finding():
    assert render("concise", FOUND, TEXTS).splitlines() == [
        'a.yaml:2:8: MC301 unknown topic "nwes"',
        "b.md:1:5: ML102 warning: not encrypted: 100% really",
        "b.md:1:1: MS201 info: two segments, <b>",
    ]


def test_json_has_exactly_the_promised_keys():
    rows = json.loads(render("json", FOUND, TEXTS))
    keys = ["code", "severity", "path", "line", "column", "end_line", "end_column", "message", "help"]
    assert [list(row) for row in rows] == [keys] * 3


def test_github_escapes_and_folds():
    many = [error("MC301", f"finding {n}", Span("a.yaml", n)) for n in range(1, 15)] + FOUND[1:]
    lines = render("github", many, TEXTS).splitlines()
    assert sum(line.startswith("::error") for line in lines) == 10
    assert (
        "::warning file=b.md,line=1,col=5,endLine=1,endColumn=21,title=ML102::not encrypted: 100%25%0Areally" in lines
    )
    assert any(line.startswith("::notice") for line in lines)
    group = next(n for n, line in enumerate(lines) if line.startswith("::group::4 more"))
    assert lines[group + 1] == "a.yaml:11:1: MC301 finding 11"
    assert lines[-1] == "::endgroup::"


def test_gitlab_fingerprints_survive_moved_lines():
    moved = [error("MC301", FOUND[0].message, Span("a.yaml", 4, 8, 4, 12))]
    before = json.loads(render("gitlab", FOUND[:1], TEXTS))
    after = json.loads(render("gitlab", moved, {"a.yaml": "\n\n" + TEXTS["a.yaml"]}))
    assert before[0]["fingerprint"] == after[0]["fingerprint"]
    assert before[0]["location"]["positions"]["begin"] == {"line": 2, "column": 8}
    twice = json.loads(render("gitlab", [FOUND[0], FOUND[0]], TEXTS))
    assert twice[0]["fingerprint"] != twice[1]["fingerprint"]


def test_sarif_has_the_shape_of_2_1_0():
    log = json.loads(render("sarif", FOUND, TEXTS))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    rules = run["tool"]["driver"]["rules"]
    for result, found in zip(run["results"], FOUND, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == found.code
        assert result["level"] in {"error", "warning", "note"}
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region == {
            "startLine": found.span.line,
            "startColumn": found.span.column,
            "endLine": found.span.end_line,
            "endColumn": found.span.end_column,
        }
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_junit_is_xml_even_with_control_characters():
    odd = [error("MC101", "a \x00 control \x1b character & <tag>", Span("a.yaml"))]
    root = ET.fromstring(render("junit", odd, TEXTS))
    assert root.get("failures") == "1"
    assert ET.fromstring(render("junit", [], {})).get("failures") == "0"
