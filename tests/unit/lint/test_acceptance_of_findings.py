"""What makes a finding count or not: comments, selection, levels, files, the baseline."""

from __future__ import annotations

import pytest

from mops_cli.errors import UsageError
from mops_cli.lint import baseline, edits
from mops_cli.lint.edits import Edit
from mops_cli.lint.selection import selection
from mops_cli.lint.suppression import suppress
from mops_cli.model.config import LintSettings
from mops_cli.model.diagnostic import Severity, Span, error, warning


def at(line, code="ML102", path="a.md"):
    return warning(code, "not encrypted", Span(path, line))


@pytest.mark.parametrize(
    "text",
    [
        "link: http://x.example  # mops: ignore[ML102] the partner has no https",
        "http://x.example <!-- mops: ignore[ML102, MD201] the partner has no https -->",
        "http://x.example {# mops: ignore[ML] the partner has no https #}",
        "http://x.example /* mops:ignore[ML102] the partner has no https */",
    ],
)
def test_a_comment_with_a_reason_accepts_the_finding_of_its_line(text):
    kept, accepted = suppress([at(1)], {"a.md": text})
    assert (kept, accepted) == ([], 1)


def test_a_comment_alone_speaks_for_the_next_line():
    text = "<!-- mops: ignore[ML102] the partner has no https -->\nhttp://x.example"
    assert suppress([at(2)], {"a.md": text})[1] == 1


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# mops: ignore[ML102]", "MX901"),
        ("# mops: ignore because I say so", "MX901"),
        ("# mops: ignore[ML192] a reason", "MX903"),
    ],
)
def test_a_comment_without_code_or_reason_accepts_nothing(comment, code):
    kept, accepted = suppress([at(1)], {"a.md": f"x {comment}"})
    assert [found.code for found in kept] == ["ML102", code]
    assert accepted == 0
    assert kept[-1].help


def test_a_comment_that_accepts_nothing_is_a_finding():
    kept, _ = suppress([], {"a.md": "fine # mops: ignore[ML102] it was broken once"})
    assert [found.code for found in kept] == ["MX902"]


def test_selection_by_prefix_the_longer_one_wins():
    chosen = selection(LintSettings(), ["ML"], ["ML102"])
    assert chosen.apply(at(1)) is None
    assert chosen.apply(at(1, "ML101")) is not None
    assert chosen.apply(at(1, "MD201")) is None
    assert selection(LintSettings(), ["ML102"], ["ML"]).apply(at(1)) is not None


def test_an_unknown_prefix_is_a_usage_error_with_a_suggestion():
    with pytest.raises(UsageError) as caught:
        selection(LintSettings(), ["ML912"], [])
    assert "ML" in caught.value.hint


def test_levels_and_files():
    settings = LintSettings(
        levels={"ML": "error", "ML104": "off"},
        per_file_ignores={"campaigns/old/**": ("ML102",), "content/blocks": ("MB",)},
    )
    chosen = selection(settings, [], [])
    assert chosen.apply(at(1)).severity is Severity.ERROR
    assert chosen.apply(at(1, "ML104")) is None
    assert chosen.apply(at(1, path="campaigns/old/x/message.md")) is None
    assert chosen.apply(at(1, "MB401", "content/blocks/hero/email.mjml")) is None


def test_baseline_survives_moved_lines_and_shows_only_what_is_new():
    before = {"a.md": "one\nhttp://x.example\n"}
    known = baseline.read(baseline.write([at(2)], before))
    after = {"a.md": "one\ntwo\nhttp://x.example\nhttp://x.example\n"}
    new, accepted = baseline.without([at(3), at(4)], after, known)
    assert accepted == 1
    assert [found.span.line for found in new] == [4]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "mops.baseline/1", "accepted": [1]}'])
def test_a_broken_baseline_says_how_to_write_it_anew(text):
    with pytest.raises(UsageError, match="baseline") as caught:
        baseline.read(text)
    assert "--write-baseline" in caught.value.hint


def test_edits_are_made_from_left_to_right_and_only_where_the_text_still_stands():
    text = "see http://a.example and http://a.example\nend\n"
    first = Edit(Span("a", 1, 5), "http://a.example", "https://a.example")
    second = Edit(Span("a", 1, 26), "http://a.example", "https://a.example")
    gone = Edit(Span("a", 2, 1), "http://a.example", "https://a.example")
    beyond = Edit(Span("a", 9, 1), "x", "y")
    changed, count = edits.apply(text, [second, first, first, gone, beyond])
    assert changed == "see https://a.example and https://a.example\nend\n"
    assert count == 2


def test_an_error_is_never_lost_by_levels_that_name_another_family():
    chosen = selection(LintSettings(levels={"ML": "off"}), [], [])
    assert chosen.apply(error("MC101", "x", Span("a"))) is not None
