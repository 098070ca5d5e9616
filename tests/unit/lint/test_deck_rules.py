"""Rules about decks: names, size, contrast, edges, safe zones, words for those who do not see them."""

from __future__ import annotations

import pytest

from mops_cli.clock import environment
from mops_cli.design import raster
from mops_cli.lint.context import Made
from mops_cli.lint.rules import (
    deck_alt,
    deck_contrast,
    deck_off_page,
    deck_safe_zone,
    deck_small_text,
    deck_unused_name,
)
from tests.unit.design.support import font_file

BRAND = {
    "brand/fonts.yaml": "roles:\n  body: {family: Test Sans, fallback: [sans-serif], licence: OFL-1.1, files: [{file: brand/fonts/a.ttf}]}\n",
    "brand/fonts/a.ttf": font_file(family="Test Sans"),
    "campaigns/hello/campaign.yaml": "title: Hello\ntopic: news\nchannels:\n  email: {layout: base, sender: news}\n  social: {platforms: [instagram, linkedin], art: card.dsh}\n",
}


@pytest.fixture
def drawing():
    """Cairo is there, or the test is skipped."""
    if not raster.available():
        if environment().get("MOPS_REQUIRE_NATIVE"):
            pytest.fail(f"missing library; run: {raster.APT}")
        pytest.skip("cairo is not installed")


@pytest.fixture
def about(findings):
    """``about(rule, "ctext …")``: what a rule says about one slide of the campaign's card."""

    def run(rule, *lines, slide='slide "white"\nalt "a"', files=None, before=""):
        text = "\n".join(["deck", before, slide, *lines, "eslide", "edeck", ""])
        return findings(rule, {**BRAND, "campaigns/hello/card.dsh": text, **(files or {})})

    return run


def test_a_good_card_has_nothing_to_say(about):
    for rule in (deck_alt, deck_contrast, deck_off_page, deck_safe_zone, deck_small_text, deck_unused_name):
        assert about(rule, "x=5", 'ctext "hello" 50 50 x "sans" "black"') == []


def test_a_name_that_nothing_uses(about):
    (found,) = about(deck_unused_name, "x=5")
    assert (found.code, found.severity, found.span.line, found.span.column) == ("MK401", "warning", 5, 1)
    assert found.message == "x gets a value that nothing uses"


def test_names_of_a_part_are_used_by_it(about):
    assert (
        about(deck_unused_name, "x=5", 'include "part.dsh"', files={"campaigns/hello/part.dsh": "circle 50 50 x\n"})
        == []
    )


def test_mistakes_in_decks_that_no_channel_draws(about):
    (found,) = about(deck_unused_name, files={"content/other.dsh": "deck\nslide\ncircl 1 1 1\neslide\nedeck\n"})
    assert (found.code, found.span.path, found.span.line) == ("MK202", "content/other.dsh", 3)


def test_mistakes_in_decks_that_a_channel_draws_are_the_channels(project, findings):
    from mops_cli.build.project import open_project
    from mops_cli.lint.context import Context

    opened = open_project(project({**BRAND, "campaigns/hello/card.dsh": "deck\nslide\ncircl 1 1 1\neslide\nedeck\n"}))
    folder = opened.repository.campaigns["hello"]
    made = Made(folder, "social", "en", "", (), frozenset({"campaigns/hello/card.dsh"}))
    assert list(deck_unused_name.check(Context(opened.repository, opened.files, (made,)))) == []


def test_what_a_broken_file_would_have_said_is_not_missed(project):
    from mops_cli.build.project import open_project
    from mops_cli.lint.context import Context

    card = 'deck\nslide "ink"\nctext summary 50 50 4\nctext summery 50 50 4\neslide\nedeck\n'
    broken = {
        "campaigns/hello/card.dsh": card,
        "campaigns/hello/message.md": "---\nsubject: [\n---\n# Hello\n",
        "brand/brand.tokens.yaml": "color: [\n",
    }
    opened = open_project(project({**BRAND, **broken}))
    context = Context(opened.repository, opened.files, (), opened.broken)
    assert [found.code for found in context.deck_findings] == []
    tokens = "size: {$type: number, $value: 1}\n"
    opened = open_project(project({**BRAND, "campaigns/hello/card.dsh": card, "brand/brand.tokens.yaml": tokens}))
    context = Context(opened.repository, opened.files, (), opened.broken)
    assert [found.code for found in context.deck_findings] == ["MK206", "MK201"]


def test_text_too_small_for_a_phone_is_told_once_with_its_platforms(about):
    (found,) = about(deck_small_text, 'ctext "tiny" 50 50 2 "sans" "black"')
    assert (found.code, found.span.line) == ("MK402", 5)
    assert '"tiny" is 7.5 px high' in found.message
    assert found.message.endswith("(Instagram, LinkedIn)")
    assert "1.5 times as large: 11 px are a size of 3" in found.help
    assert about(deck_small_text, 'ctext "fine" 50 50 3 "sans" "black"') == []


def test_pale_text(about, drawing):
    (found,) = about(deck_contrast, 'ctext "pale" 50 50 4 "sans" "silver"')
    assert (found.code, found.span.line) == ("MK403", 5)
    assert "contrast of 1.8 (#c0c0c0 on #ffffff), it needs 4.5" in found.message


def test_the_ground_is_what_is_drawn_below(about, drawing):
    lines = ['rect 50 50 60 20 "black"', 'ctext "white" 50 49 4 "sans" "white"']
    assert about(deck_contrast, *lines) == []
    (found,) = about(deck_contrast, lines[1])
    assert "#ffffff on #ffffff" in found.message


def test_text_over_the_edge(about):
    (found,) = about(deck_off_page, f'text "{"long " * 20}" 5 50 5 "sans" "black"')
    assert (found.code, found.span.line) == ("MK404", 5)
    assert "over the edge of the page (Instagram, LinkedIn)" in found.message


def test_text_outside_of_a_safe_zone_of_the_platforms_in_use(about):
    (found,) = about(deck_safe_zone, 'text "edge" 1 50 5 "sans" "black"')
    assert (found.code, found.span.line) == ("MK405", 5)
    assert found.message.endswith("(Instagram)")
    assert "between 3% and 97% of the width" in found.help
    assert about(deck_safe_zone, 'text "fine" safeLeft 50 5 "sans" "black"') == []


def test_a_slide_without_words_for_it(about):
    (found,) = about(deck_alt, 'circle 50 50 10 "red"', slide='slide "white"')
    assert (found.code, found.span.line) == ("MK406", 3)
    assert about(deck_alt, 'altnext "a circle"', 'circle 50 50 10 "red"', slide='slide "white"') == []


def test_a_deck_that_cannot_be_drawn_has_no_looks(about):
    assert about(deck_small_text, 'ctext "tiny" 50 50 2', "circl 1 1 1") == []


def test_a_deck_of_content_is_used_by_the_campaigns_that_name_it_and_have_none_of_that_name(project):
    from mops_cli.build.project import open_project
    from mops_cli.lint.deck_uses import uses

    other = {
        "campaigns/bye/campaign.yaml": "title: Bye\ntopic: news\nvars: {price: 3}\nchannels:\n  social: {platforms: [x], art: card.dsh}\n",
        "campaigns/bye/message.md": "---\nsummary: Bye\nprops: {deep: 1}\n---\n# Bye\n",
        "campaigns/hello/card.dsh": "deck\nedeck\n",
        "content/card.dsh": "deck\nedeck\n",
    }
    opened = open_project(project({**BRAND, **other}))
    (use,) = uses(opened.repository, opened.files, "content/card.dsh")
    assert (use.folder, use.roots) == ("campaigns/bye", ("campaigns/bye", "content", ""))
    assert [platform.id for platform, _ in use.pictures] == ["x"]
    assert use.values["vars_price"] == 3.0
    assert (use.values["message_summary"], use.values["campaign_title"]) == ("Bye", "Bye")
    (own,) = uses(opened.repository, opened.files, "campaigns/hello/card.dsh")
    assert [platform.id for platform, _ in own.pictures] == ["instagram", "linkedin"]
    (unnamed,) = uses(opened.repository, opened.files, "campaigns/hello/other.dsh")
    assert unnamed.pictures == ()
    assert uses(opened.repository, opened.files, "content/nobody.dsh") == []


def test_pictures_are_those_that_are_drawn_from_the_deck(project):
    from mops_cli.build.project import open_project
    from mops_cli.lint.deck_uses import uses

    def platforms(deck, **files):
        opened = open_project(project({**BRAND, **{f"campaigns/hello/{name}": text for name, text in files.items()}}))
        return [platform.id for use in uses(opened.repository, opened.files, deck) for platform, _ in use.pictures]

    message = "---\nsubject: Hi\n---\n::: deck source=chart.dsh\n:::\n"
    assert platforms("content/chart.dsh", **{"message.md": message}) == []
    assert platforms("campaigns/hello/card.dsh") == ["instagram", "linkedin"]
    own = {"social.yaml": "text: Hi\ninstagram: {art: tall.dsh}\n"}
    assert platforms("campaigns/hello/tall.dsh", **own) == ["instagram"]
    assert platforms("campaigns/hello/card.dsh", **own) == ["linkedin"]


def test_print_art_is_not_read_on_a_phone(about):
    sheet = "title: Hello\ntopic: news\nchannels:\n  print: {layout: flyer, art: card.dsh}\n"
    tiny = 'ctext "tiny" 50 50 2 "sans" "black"'
    assert about(deck_small_text, tiny, files={"campaigns/hello/campaign.yaml": sheet}) == []
