"""Links: broken, unencrypted, left over, half measured, disguised, shortened."""

from __future__ import annotations

import pytest

from mops_cli.lint.edits import apply
from mops_cli.lint.rules import link_broken, link_disguised, link_insecure, link_leftover, link_shortener, link_utm


@pytest.mark.parametrize(
    ("body", "column", "said"),
    [
        ("[x](htps://demo.example/a)", 5, "htps"),
        ("[x]()", 5, "nowhere"),
        ('<a href="#">x</a>', 10, "nowhere"),
        ('::: button href="https://demo.example/a b" label="x"\n:::', 18, "space"),
        ("[x](https://)", 5, "no host"),
        ("[x](https://demo/a)", 5, "demo"),
        ("[x](www.demo.example/a)", 5, "no scheme"),
        ("[x](mailto:hello)", 5, "no address"),
        ("[x](https://demo.example:port/)", 5, "not an address"),
    ],
)
def test_broken_links_are_found_at_their_place(findings, a_message, body, column, said):
    found = findings(link_broken, a_message("subject: x\n", body))
    assert [(item.code, item.span.line, item.span.column) for item in found] == [("ML101", 4, column)]
    assert said in found[0].message
    assert found[0].help


@pytest.mark.parametrize(
    "body",
    [
        "[x](https://demo.example/a?b=c#d)",
        "[x]([[ link ]])",
        "[x]({{ contact.url }})",
        "[x](mailto:hello@demo.example)",
        "[x](tel:+49301234)",
        "![x](assets/picture.png)",
        "<!-- [x]() -->",
        "[x](https://münchen.example/a)",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_good_links_are_left_alone(findings, a_message, body):
    for rule in (link_broken, link_insecure, link_leftover, link_utm, link_shortener):
        assert findings(rule, a_message("subject: x\n", body)) == []


def test_http_on_our_own_site_can_be_fixed_and_elsewhere_not(findings, a_message):
    files = a_message("subject: x\nlink: http://demo.example/a\n", "[x](http://partner.example/)\n")
    found = findings(link_insecure, files)
    assert [(item.span.line, item.span.column) for item in found] == [(3, 7), (5, 5)]
    text, count = apply(next(iter(files.values())), findings.edits)
    assert count == 1
    assert "link: https://demo.example/a" in text


@pytest.mark.parametrize(
    "url", ["https://example.com/x", "http://localhost:8000", "https://yourdomain.com", "https://demo.example/TODO"]
)
def test_leftovers(findings, a_message, url):
    found = findings(link_leftover, a_message("subject: x\n", f"[x]({url})"))
    assert [item.code for item in found] == ["ML103"]


def test_utm_of_a_campaign_needs_source_and_campaign(findings):
    campaign = "title: Hello\ntopic: news\nchannels: {email: {}}\nutm: {medium: mail}\n"
    found = findings(link_utm, {"campaigns/hello/campaign.yaml": campaign})
    assert (found[0].span.line, found[0].message) == (4, 'utm has no "source" and "campaign"')


def test_a_link_with_half_of_its_parameters(findings, a_message):
    found = findings(link_utm, a_message("subject: x\n", "[x](https://demo.example/?utm_source=a)"))
    assert "no utm_medium and no utm_campaign" in found[0].message


def test_text_that_shows_another_host(findings, a_message):
    files = a_message("subject: x\n", "[demo.example/a](https://other.example)\n")
    found = findings(
        link_disguised,
        files,
        email='<p><a href="{{ links.click(1) }}">demo.example/a</a></p>',
        links=[(1, "https://other.example")],
    )
    assert [(item.code, item.span.line, item.span.column) for item in found] == [("ML105", 4, 2)]


def test_text_that_shows_the_same_site(findings):
    html = '<a href="https://shop.demo.example/a">demo.example</a><a href="https://demo.example">www.demo.example</a>'
    assert findings(link_disguised, email=html) == []


def test_shorteners(findings, a_message):
    assert [item.code for item in findings(link_shortener, a_message("link: https://bit.ly/3xyz\n"))] == ["ML106"]
