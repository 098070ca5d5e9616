"""Levels that name nothing, arms that say the same, leftovers in messages, elements left open."""

from __future__ import annotations

import pytest

from mops_cli.lint.rules import config_lint_codes, content_same_arms, template_leftover, web_unclosed_tags

CAMPAIGN = (
    "title: Hello\ntopic: news\nchannels:\n  email: {sender: news}\n"
    "experiment: {vary: subject, arms: {a: 50%, b: 50%}}\n"
)


def test_a_level_for_a_code_that_is_not(findings, minimal):
    toml = "[project]" + minimal["mops.toml"].split("[project]", 1)[1]
    found = findings(config_lint_codes, {"mops.toml": f'{toml}\n        [lint.levels]\n        ML999 = "off"\n'})
    assert [item.code for item in found] == ["MX904"]
    assert "ML999" in found[0].message
    assert findings(config_lint_codes, {"mops.toml": f'{toml}\n        [lint.levels]\n        ML101 = "off"\n'}) == []


def test_two_arms_that_say_the_same(findings):
    found = findings(content_same_arms, {"campaigns/hello/campaign.yaml": CAMPAIGN})
    assert [item.code for item in found] == ["MC402"]


def test_an_arm_with_a_subject_of_its_own(findings, a_message):
    front = "subject: A\nvariants:\n  b: {subject: B}\n"
    assert findings(content_same_arms, {"campaigns/hello/campaign.yaml": CAMPAIGN, **a_message(front)}) == []


@pytest.mark.parametrize("body", ["Hi *|FNAME|*\n", "Hi { contact.first_name }\n"])
def test_what_would_be_printed_as_it_stands(findings, a_message, body):
    found = findings(template_leftover, a_message("subject: A\n", body))
    assert [item.code for item in found] == ["MV201"]
    assert found[0].help


def test_a_message_without_leftovers(findings, a_message):
    assert (
        findings(template_leftover, a_message("subject: A\n", "Hi {{ contact.first_name | default('you') }}\n")) == []
    )


def test_an_element_left_open(findings):
    found = findings(web_unclosed_tags, web="<section><p>x</p>")
    assert [item.code for item in found] == ["MA107"]
    assert findings(web_unclosed_tags, web="<section><p>x</p></section>") == []
