"""From a folder to a repository."""

import pytest
from content_project import BASE, make, told

from mops_cli.content.loader import load
from mops_cli.model.diagnostic import Severity

CAMPAIGN = BASE["campaigns/spring/campaign.yaml"]
EXPERIMENT = CAMPAIGN + "experiment: {vary: message, arms: {a: 50%, b: 50%}}\n"


def test_a_small_project_is_read_whole(tmp_path):
    loading = make(tmp_path)
    assert told(loading) == []
    repository = loading.repository
    spring = repository.campaigns["spring"]
    assert set(spring.messages) == {("en", ""), ("de", "")}
    assert spring.messages["de", ""].front == {"subject": "Hallo"}
    assert spring.messages["de", ""].body_line == 4
    assert spring.campaign.value.channels.active() == ("email",)
    assert repository.config.value.project.locales == ("en", "de")
    assert repository.layouts["email/base"].path.startswith("mops:")
    assert "de" in repository.package_locales
    assert repository.blocks["button"].forms["email.mjml"].path == "mops:blocks/button/email.mjml"


def test_messages_and_overrides_by_locale_and_arm(tmp_path):
    loading = make(
        tmp_path,
        {
            "campaigns/spring/campaign.yaml": EXPERIMENT.replace("email:", "sms: {}\n  email:"),
            "campaigns/spring/message.b.md": "---\nsubject: B\n---\n",
            "campaigns/spring/message.de.b.md": "---\nsubject: B de\n---\n",
            "campaigns/spring/sms.txt": "hi",
            "campaigns/spring/sms.de.b.txt": "hi",
            "campaigns/spring/email.de.mjml": "<mjml/>",
        },
    )
    assert told(loading) == []
    spring = loading.repository.campaigns["spring"]
    assert set(spring.messages) == {("en", ""), ("de", ""), ("en", "b"), ("de", "b")}
    assert set(spring.overrides) == {"sms.txt", "sms.de.b.txt", "email.de.mjml"}


def test_project_files_replace_those_of_the_package(tmp_path):
    loading = make(
        tmp_path,
        {
            "content/layouts/email/base.mjml": "<mjml/>",
            "content/blocks/button/block.yaml": "title: Ours\n",
            "content/blocks/button/text.txt": "x",
            "campaigns/spring/message.md": "::: button\n:::\n",
        },
    )
    assert told(loading) == []
    assert loading.repository.layouts["email/base"].path == "content/layouts/email/base.mjml"
    assert loading.repository.blocks["button"].spec.title == "Ours"
    assert set(loading.repository.blocks["button"].forms) == {"text.txt"}


def test_one_broken_file_hides_nothing(tmp_path):
    loading = make(
        tmp_path,
        {
            "campaigns/spring/campaign.yaml": "title: [\n",
            "campaigns/autumn/campaign.yaml": CAMPAIGN.replace("topic: news", "topic: nws"),
            "campaigns/autumn/message.md": "---\nsubject: {{ x }}\n---\n",
            "campaigns/autumn/message.de.md": "x",
            "segments/bad.yaml": "titel: x\n",
            "content/personas/ada.yaml": "title: Ada\nage: 3\n",
            "brand/voice.yaml": "tone: friendly\n",
            "brand/brand.tokens.yaml": "- a\n",
        },
    )
    assert told(loading) == [
        "brand/brand.tokens.yaml:1:1 MC205",
        "brand/voice.yaml:1:7 MC202",
        "campaigns/autumn/campaign.yaml:2:8 MC301",
        "campaigns/autumn/message.md:2:10 MC104",
        "campaigns/spring/campaign.yaml:1:8 MC111",
        "content/personas/ada.yaml:2:1 MC201",
        "segments/bad.yaml:1:1 MC201",
    ]
    assert set(loading.repository.campaigns) == {"autumn"}
    assert "ada" not in loading.repository.personas


@pytest.mark.parametrize(
    "broken", ["[project]\nid = Aurora\n", "[project]\nid = 'a'\nlocales = ['en', 'de']\n", b"\xff\xfe", ""]
)
def test_a_broken_project_file_hides_nothing(tmp_path, broken):
    loading = make(tmp_path, {"mops.toml": broken, "segments/bad.yaml": "titel: x\n"})
    found = told(loading)
    assert any(line.startswith("mops.toml:") for line in found)
    assert "segments/bad.yaml:1:1 MC201" in found
    assert not any("MC301" in line or "MC303" in line for line in found)
    assert "spring" in loading.repository.campaigns


def test_no_project_file(tmp_path):
    assert told(load(tmp_path)) == ["mops.toml:1:1 MC203"]


PLANTED = [
    ("override with a typo", {"campaigns/spring/emial.mjml": "x"}, "campaigns/spring/emial.mjml:1:1 MC310", "email.mjml"),
    ("override of another kind", {"campaigns/spring/sms.md": "x"}, "campaigns/spring/sms.md:1:1 MC310", "sms.txt"),
    ("campaign.yml", {"campaigns/x/campaign.yml": "x"}, "campaigns/x/campaign.yml:1:1 MC306", "rename"),
    ("folder without a campaign", {"campaigns/x/message.md": "x"}, "campaigns/x/message.md:1:1 MC306", "campaign.yaml"),
    ("file among the campaigns", {"campaigns/x.yaml": "x"}, "campaigns/x.yaml:1:1 MC310", "folder"),
    ("unknown locale", {"campaigns/spring/message.fr.md": "x"}, "campaigns/spring/message.fr.md:1:1 MC304", '"fr"'),
    ("unknown arm", {"campaigns/spring/message.b.md": "x"}, "campaigns/spring/message.b.md:1:1 MC304", "locales: en, de"),
    ("silent channel", {"campaigns/spring/push.yaml": "x: 1"}, "campaigns/spring/push.yaml:1:1 MC308", "push: {}"),
    ("main message twice", {"campaigns/spring/message.en.md": "x"}, "campaigns/spring/message.en.md:1:1 MC307", "delete"),
    ("no blank channel", {"campaigns/spring/campaign.yaml": CAMPAIGN + "  push:\n"}, "campaigns/spring/campaign.yaml:6:3 MC202", "push: {}"),
    ("block without a form", {"content/blocks/x/block.yaml": "title: X\n", "campaigns/spring/message.md": "::: x\n:::\n"}, "content/blocks/x/block.yaml:1:1 MC306", "email.mjml"),
    ("block without block.yaml", {"content/blocks/x/html.html": "x"}, "content/blocks/x/html.html:1:1 MC306", "title"),
    ("unknown form", {"content/blocks/x/block.yaml": "title: X\n", "content/blocks/x/html.html": "x", "content/blocks/x/emial.mjml": "x", "campaigns/spring/message.md": "::: x\n:::\n"}, "content/blocks/x/emial.mjml:1:1 MC310", "email.mjml"),
    ("layout outside a medium", {"content/layouts/base.mjml": "x"}, "content/layouts/base.mjml:1:1 MC310", "email"),
    ("folder with a typo", {"content/layout/email/x.mjml": "x"}, "content/layout/email/x.mjml:1:1 MC310", "content/layouts/"),
    ("segment.yml", {"segments/x.yml": "title: x\n"}, "segments/x.yml:1:1 MC310", "x.yaml"),
    ("brand file with a typo", {"brand/identiy.yaml": "x: 1"}, "brand/identiy.yaml:1:1 MC310", "brand/identity.yaml"),
    ("campaign with a space", {"campaigns/My Sale/campaign.yaml": CAMPAIGN, "campaigns/My Sale/message.md": "x", "campaigns/My Sale/message.de.md": "x"}, "campaigns/My Sale/campaign.yaml:1:1 MC207", "my-sale"),
    ("locale file", {"content/locales/german.ftl": ""}, "content/locales/german.ftl:1:1 MC310", "de.ftl"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "piece"), [m[1:] for m in PLANTED], ids=[m[0] for m in PLANTED])
def test_planted_mistakes_of_files(tmp_path, changes, expected, piece):
    loading = make(tmp_path, changes)
    assert told(loading) == [expected]
    assert piece in loading.diagnostics[0].help


def test_a_channel_without_a_value_leaves_the_campaign_out(tmp_path):
    loading = make(tmp_path, {"campaigns/spring/campaign.yaml": CAMPAIGN + "  push:\n"})
    assert loading.repository.campaigns == {}


def test_a_link_out_of_the_project_is_a_finding(tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text("secret")
    root = tmp_path / "root"
    (root / "content/snippets").mkdir(parents=True)
    (root / "content/snippets/evil.md").symlink_to(outside)
    (root / "campaigns/spring").mkdir(parents=True)
    (root / "campaigns/spring/sms.txt").symlink_to(outside)
    loading = make(root)
    assert told(loading) == ["campaigns/spring/sms.txt:1:1 MC309", "content/snippets/evil.md:1:1 MC309"]
    assert loading.repository.snippets == {}
    assert "secret" not in str(loading.repository)


def test_findings_are_in_order_and_complete(tmp_path):
    loading = make(tmp_path, {"campaigns/spring/campaign.yaml": CAMPAIGN + "zzz: 1\nyyy: 1\n"})
    assert told(loading) == ["campaigns/spring/campaign.yaml:6:1 MC201", "campaigns/spring/campaign.yaml:7:1 MC201"]
    assert all(d.help and d.severity is Severity.ERROR for d in loading.diagnostics)
