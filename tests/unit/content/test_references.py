"""References both ways."""

import pytest
from content_project import BASE, make, told

from mops_cli.model.diagnostic import Severity

CAMPAIGN = BASE["campaigns/spring/campaign.yaml"]
TOML = BASE["mops.toml"]
HERE = "campaigns/spring/campaign.yaml"


def campaign(old="", new="", more=""):
    assert old in CAMPAIGN
    return {HERE: CAMPAIGN.replace(old, new, 1) + more}


EMAIL = "{sender: news}"
PLANTED = [
    ("topic", campaign("topic: news", "topic: nwes"), f"{HERE}:2:8 MC301", 'did you mean "news"?'),
    ("segment", campaign("segment: everyone", "segment: evryone"), f"{HERE}:3:21 MC302", '"everyone"'),
    ("excluded segment", campaign("everyone}", "everyone, exclude: [x]}"), f"{HERE}:3:41 MC302", "everyone"),
    ("sender", campaign(EMAIL, "{sender: nws}"), f"{HERE}:5:19 MC303", '"news"'),
    ("layout", campaign(EMAIL, "{layout: bsae}"), f"{HERE}:5:19 MC305", '"base"'),
    ("locale", campaign(more="locales: [en, fr]\n"), f"{HERE}:6:15 MC304", "en"),
    ("theme", campaign(more="theme: dark\n"), f"{HERE}:6:8 MC311", "default"),
    ("attachment", campaign(EMAIL, "{attach: [pdf, terms.pdf]}\n  pdf: {}"), f"{HERE}:5:25 MC320", "content/assets/"),
    ("attachment that nobody makes", campaign(EMAIL, "{attach: [pdf]}"), f"{HERE}:5:20 MC320", "pdf: {}"),
    ("attachment outside", campaign(EMAIL, "{attach: [../../../x.pdf]}"), f"{HERE}:5:20 MC309", "copy the file"),
    ("art", campaign(EMAIL, EMAIL + "\n  social: {platforms: [instagram], art: card.svg}"), f"{HERE}:6:41 MC320", "content/assets/"),
    ("destination", campaign(EMAIL, EMAIL + "\n  social: {platforms: [instagram], destinations: [insta]}"), f"{HERE}:6:51 MC312", "[destinations.…]"),
    ("placement", campaign(EMAIL, EMAIL + "\n  web: {placements: [home]}"), f"{HERE}:6:22 MC312", "web"),
    ("event", campaign(more="goal: {event: purchse}\n"), f"{HERE}:6:15 MC314", '"purchase"'),
    ("field of an event", campaign(more="goal: {event: purchase, revenue: amont}\n"), f"{HERE}:6:34 MC314", '"amount"'),
    ("experiment goal", campaign(more="experiment: {vary: subject, arms: {a: 50%, b: 50%}, goal: sale}\n"), f"{HERE}:6:59 MC314", "purchase"),
    ("no message", {"campaigns/spring/message.de.md": None}, f"{HERE}:4:1 MC317", "message.de.md"),
    ("variants without arms", {"campaigns/spring/message.md": "---\nvariants:\n  b: {subject: x}\n---\n"}, "campaigns/spring/message.md:3:3 MC318", "experiment"),
    ("provider", {"mops.toml": TOML.replace('"news@aurora.example"', '"news@aurora.example"\nprovider = "smpt"')}, "mops.toml:10:12 MC313", "[providers.smpt]"),
    ("default locale", {"mops.toml": TOML.replace('default_locale = "en"', 'default_locale = "fr"'), "campaigns/spring/message.en.md": "x", "campaigns/spring/message.md": None}, "mops.toml:5:18 MC304", "en, de"),
    ("channel of a destination", {"mops.toml": TOML + '[destinations.x]\nchannel = "socal"\n'}, "mops.toml:17:11 MC312", '"social"'),
    ("zone", campaign(more="schedule: {at: 2026-12-01 09:00, zone: Europe/Berln}\n"), f"{HERE}:6:40 MC206", "Europe/Berlin"),
    ("day", campaign(more="schedule: {at: 2026-02-30 09:00}\n"), f"{HERE}:6:16 MC206", "calendar"),
    ("window", campaign(more="schedule: {at: 2026-12-01 09:00, window: busines-hours}\n"), f"{HERE}:6:42 MC206", "business-hours"),
    ("no fallback zone", campaign(more="schedule: {at: 2026-12-01 09:00, zone: contact}\n"), f"{HERE}:6:40 MC209", "fallback_zone"),
    ("one arm", campaign(more="experiment: {vary: subject, arms: {a: 50%}}\n"), f"{HERE}:6:35 MC208", "b: 50%"),
    ("arms above the whole", campaign(more="experiment: {vary: subject, arms: {a: 60%, b: 50%}}\n"), f"{HERE}:6:35 MC208", "100%"),
    ("arm like a locale", campaign(more="experiment: {vary: subject, arms: {de: 50%, b: 50%}}\n"), f"{HERE}:6:36 MC208", "message.de.md"),
    ("twice in a list", campaign(EMAIL, EMAIL + "\n  social: {platforms: [instagram, instagram]}"), f"{HERE}:6:35 MC210", "delete"),
    ("segment in a segment", {"segments/everyone.yaml": "title: x\nwhere: {not: {segment: vip}}\n"}, "segments/everyone.yaml:2:24 MG102", "everyone"),
    ("segment of itself", {"segments/everyone.yaml": "title: x\nwhere: {not: {segment: everyone}}\n"}, "segments/everyone.yaml:2:24 MG103", "condition"),
    ("segment without conditions", {"segments/everyone.yaml": "title: x\nwhere:\n"}, "segments/everyone.yaml:2:1 MG101", "where"),
    ("unused segment", {"segments/vip.yaml": "title: x\nwhere: {a: 1}\n"}, "segments/vip.yaml:1:1 MC324", "vip"),
    ("unused block", {"content/blocks/x/block.yaml": "title: X\n", "content/blocks/x/html.html": "x"}, "content/blocks/x/block.yaml:1:1 MC321", "::: x"),
    ("unused layout", {"content/layouts/email/x.mjml": "x"}, "content/layouts/email/x.mjml:1:1 MC322", "layout: x"),
    ("unused snippet", {"content/snippets/x.md": "x"}, "content/snippets/x.md:1:1 MC323", "snippets/x.md"),
    ("unused asset", {"content/assets/x.png": "x"}, "content/assets/x.png:1:1 MC325", "assets/x.png"),
    ("found twice", {"campaigns/spring/assets/x.png": "x", "content/assets/x.png": "x", "campaigns/spring/message.md": "![x](assets/x.png)"}, "campaigns/spring/assets/x.png:1:1 MC307", "hides"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "piece"), [m[1:] for m in PLANTED], ids=[m[0] for m in PLANTED])
def test_planted_mistakes(tmp_path, changes, expected, piece):
    loading = make(tmp_path, changes)
    assert told(loading) == [expected]
    assert piece in loading.diagnostics[0].help
    assert loading.diagnostics[0].help


def test_snippets_that_include_each_other(tmp_path):
    loading = make(
        tmp_path,
        {
            "content/snippets/a.md": 'x [% include "snippets/b.md" %]',
            "content/snippets/b.md": '\n[% include "snippets/a.md" %]',
            "campaigns/spring/message.md": '[% include "snippets/a.md" %]',
        },
    )
    assert told(loading) == ["content/snippets/b.md:2:13 MC316"]
    assert "a → b → a" in loading.diagnostics[0].message


def test_circles_of_three_segments_are_told_once(tmp_path):
    loading = make(
        tmp_path,
        {
            "segments/everyone.yaml": "title: x\nwhere: {segment: b}\n",
            "segments/b.yaml": "title: x\nwhere: {any: [{segment: c}]}\n",
            "segments/c.yaml": "title: x\nwhere: {segment: [everyone, b]}\n",
        },
    )
    assert [line.split()[1] for line in told(loading)].count("MG103") == 2
    assert all(d.severity is Severity.ERROR for d in loading.diagnostics)


def test_names_made_by_templates_are_not_judged(tmp_path):
    loading = make(tmp_path, campaign(EMAIL, '{attach: ["assets/[[ locale ]].pdf"]}'))
    assert told(loading) == []


def test_overrides_need_no_layout(tmp_path):
    changes = {**campaign(EMAIL, "{layout: none}"), "campaigns/spring/email.mjml": "<mjml/>"}
    assert told(make(tmp_path, changes)) == []


def test_localised_snippets_are_used_through_their_name(tmp_path):
    loading = make(
        tmp_path,
        {
            "content/snippets/legal.md": "x",
            "content/snippets/legal.de.md": "x",
            "campaigns/spring/message.md": '[% include "snippets/legal.md" %]',
        },
    )
    assert told(loading) == []
