"""The reference is made from the code, is up to date, and leaves nothing out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docs import generate
from docs.generate import channels, commands, decks, files, findings, templates
from mops_cli.build import manifest
from mops_cli.channels import CHANNELS
from mops_cli.content.json_schemas import schemas
from mops_cli.lint.catalog import pages

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def made():
    return generate.pages()


@pytest.mark.parametrize("name", ["commands", "findings", "files", "manifest", "templates", "channels", "decks"])
def test_page_is_up_to_date(made, name):
    assert (REFERENCE / f"{name}.md").read_text(encoding="utf-8") == made[f"{name}.md"], (
        "run `python -m docs.generate` and commit what it writes"
    )


def test_every_generated_page_is_there(made):
    assert {path.name for path in REFERENCE.glob("*.md")} == {*made, "index.md"}


def test_every_command_and_option_is_described(made):
    text = made["commands.md"]
    for name, command in commands.walk():
        if getattr(command, "commands", None):
            continue
        assert f"### {name}\n" in text
        assert command.help
        for one in command.params:
            assert one.help or "--help" in one.opts, f"{name}: {one.name} is not explained"
            for word in one.opts if one.param_type_name == "option" else ():
                assert word == "--help" or word in text, f"{name} {word}"


def test_help_keeps_its_lines():
    for name, command in commands.walk():
        assert "\\b" not in (command.help or ""), name


def test_every_code_in_use_is_documented(made):
    used = set()
    for path in (ROOT / "mops_cli").rglob("*.py"):
        used |= set(re.findall(r'"(M[A-Z]\d{3})"', path.read_text(encoding="utf-8")))
    assert sorted(used - set(pages())) == []
    for code in pages():
        assert f"### {code} " in made["findings.md"]


def test_every_family_has_a_title():
    assert {code[:3] for code in pages()} <= set(findings.FAMILIES)


def test_every_page_of_a_code_says_what_it_means_why_and_what_instead():
    for code, page in pages().items():
        assert page.summary, code
        assert len(page.text) > 80, f"{code}: a page is more than a sentence"
        assert re.search(r"[Uu]se instead", page.text), f"{code} does not say what to write instead"


def test_every_key_is_described(made):
    for name, schema in schemas().items():
        for path, node, _ in files.keys(schema):
            assert f"`{path}`" in made["files.md"]
            assert node.get("description") or name == "tokens", f"{name}: {path} has no description"
    for path, node, _ in files.keys(manifest.schema()):
        assert node.get("description"), f"manifest: {path} has no description"


def test_every_name_of_templates_is_described():
    assert templates.build_names_in_code() == set(templates.BUILD)
    assert templates.other_names_in_code() == set(templates.ELSEWHERE)
    assert templates.recipient_names_in_code() == set(templates.RECIPIENT)


def test_every_word_of_decks_is_described(made):
    from mops_cli.design.deck import functions
    from mops_cli.design.deck.aspect import CLASSES
    from mops_cli.design.deck.charts.settings import KINDS
    from mops_cli.design.deck.keywords import KEYWORDS
    from mops_cli.design.deck.rules import DIFFERENCES

    assert decks.words_described() == set(KEYWORDS)
    assert set(decks.FLAGS) == set(KINDS)
    assert set(decks.FUNCTIONS) == set(functions.FUNCTIONS)
    assert set(decks.BLOCKS) == decks.blocks_in_code()
    assert set(decks.SHAPES) == set(CLASSES)
    for one in DIFFERENCES:
        assert f"| `{one.name}` |" in made["decks.md"]
    # Words of one line have one form.
    for names in (names for group in decks.WORDS.values() for names in group):
        forms = {KEYWORDS[name].form.partition(" ")[2] for name in names.split()}
        assert len(forms) == 1, names


def test_every_channel_is_described():
    assert set(channels.ROWS) == set(CHANNELS)


@pytest.mark.needs_cairo
@pytest.mark.needs_pango
def test_the_matrix_names_what_channels_really_make(tmp_path):
    from mops_cli.cli.main import run
    from mops_cli.content import scaffold

    scaffold.init(tmp_path / "p", name="Sample")
    campaign = tmp_path / "p/campaigns/welcome/campaign.yaml"
    text = campaign.read_text(encoding="utf-8").replace("slack, telegram", "slack, telegram, discord, whatsapp")
    campaign.write_text(text.replace("  pdf: {}\n", "  pdf: {}\n  print: {}\n"), encoding="utf-8")
    assert run(["--project", str(tmp_path / "p"), "-q", "build", "--jobs", "1"]) == 0
    artifacts = json.loads((tmp_path / "p/dist/manifest.json").read_text(encoding="utf-8"))["artifacts"]
    known = {kind for row in channels.ROWS.values() for kind in row.kinds}
    assert {one["kind"] for one in artifacts} - {"asset", "notice"} == known


def test_the_floors_of_the_architecture_page_are_those_that_are_checked():
    import tomllib

    text = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    table = text.partition("<!-- floors -->")[2].partition("<!-- /floors -->")[0]
    shown = [re.findall(r"`([^`]+)`", line.split("|")[2]) for line in table.strip().splitlines()[2:]]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one["name"] == "floors")
    assert shown == [re.findall(r"\w+", layer) for layer in layers]
