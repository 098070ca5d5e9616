"""Very large files cost time in proportion, are refused in one sentence, and never flood the screen."""

from __future__ import annotations

import json
import time

import pytest

from mops_cli.channels.templating.linemap import MappedText
from mops_cli.cli.diagnostics_view import MOST_OF_A_FILE, for_people
from mops_cli.content.schema import MOST_MISTAKES
from mops_cli.content.text import MAX_TEXT_BYTES
from mops_cli.model.diagnostic import Span, error, warning

MESSAGE = "campaigns/hello/message.md"


def test_the_place_of_every_line_of_a_long_text_is_found_in_one_walk():
    text = MappedText.whole("word\n" * 60_000, "message.md")
    start = time.process_time()
    spans = [text.line_span(number) for number in range(1, 60_001)]
    assert time.process_time() - start < 5
    assert spans[0] == Span("message.md", 1, 1, 1, 5)
    assert spans[-1] == Span("message.md", 60_000, 1, 60_000, 5)
    assert text.line_span(70_000).line == 60_001


@pytest.mark.parametrize("command", ["lint", "build"])
def test_a_message_beyond_the_limit_is_one_finding(mops, project, command):
    root = project()
    path = root / MESSAGE
    path.write_text(path.read_text() + "\nmany words " * (MAX_TEXT_BYTES // 10))
    start = time.process_time()
    called = mops(command, "--json", cwd=root)
    assert time.process_time() - start < 10
    found = [item["code"] for item in json.loads(called.out)["diagnostics"] if item["severity"] != "info"]
    assert (called.code, found) == (1, ["MC103"])


def test_a_refused_snippet_costs_what_is_made_of_it_and_nothing_else_is_said(mops, project):
    snippet = "word " * (MAX_TEXT_BYTES // 4)
    root = project({"content/snippets/legal.md": snippet})
    path = root / MESSAGE
    path.write_text(path.read_text() + '\n[% include "snippets/legal.md" %]\n')
    called = mops("lint", "--json", cwd=root)
    assert [item["code"] for item in json.loads(called.out)["diagnostics"]] == ["MC103"]


def test_thousands_of_unknown_keys_are_told_up_to_a_limit(mops, project):
    root = project()
    path = root / "campaigns/hello/campaign.yaml"
    path.write_text(path.read_text() + "".join(f"unkown_{number}: 1\n" for number in range(20_000)))
    start = time.process_time()
    called = mops("lint", cwd=root)
    assert time.process_time() - start < 12
    left = MOST_MISTAKES + 1 - MOST_OF_A_FILE
    assert called.out.endswith(f"and {left} more of these in campaigns/hello/campaign.yaml\n")
    assert called.out.count("MC201") == 2 * MOST_OF_A_FILE  # the finding, and where to read on
    found = json.loads(mops("build", "--json", cwd=root).out)["diagnostics"]
    assert len(found) == MOST_MISTAKES + 1
    assert f"this file has {20_000 - MOST_MISTAKES:,} more mistakes" in found[-1]["message"]


def test_errors_are_printed_before_a_files_warnings_are_cut():
    warnings = [warning("ML102", "w", Span("a.md", number)) for number in range(1, 150)]
    findings = [*warnings, error("MC201", "e", Span("a.md", 500)), warning("ML102", "w", Span("b.md", 1))]
    shown, left = for_people(findings)
    assert left == {"a.md": 50}
    assert findings[-2] in shown
    assert shown[-1].span.path == "b.md"
