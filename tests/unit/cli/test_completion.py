"""What the shell offers at a Tab: the same through the quick way as through Typer, and fast."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from mops_cli.cli import completion, quick_completion
from mops_cli.lint.catalog import pages

ENVIRONMENTS = '[environments.production]\nurl = "https://demo.example"\n'


@pytest.fixture
def here(project, monkeypatch):
    root = project({"content/decks/card.dsh": "slide {}\n", "campaigns/autumn/campaign.yaml": "tags: [launch, tea]\n"})
    with (root / "mops.toml").open("a") as stream:
        stream.write(ENVIRONMENTS)
    monkeypatch.chdir(root)
    return root


def _asked(here, line, shell="bash", *, typer=False):
    words = line.split(" ")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COMP_", "_MOPS", "_TYPER"))}
    env |= {"_MOPS_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    env |= (
        {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)} if shell == "bash" else {"_TYPER_COMPLETE_ARGS": line}
    )
    code = "import sys; from mops_cli.cli import main, quick_completion\n"
    code += "quick_completion.answer = lambda _env: None\n" if typer else ""
    code += "sys.argv = ['mops']; sys.exit(main.run())"
    done = subprocess.run([sys.executable, "-c", code], cwd=here, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "line", ["mops build h", "mops ls +hel", "mops rule ML10", "mops plan h", "mops deck render content/decks/"]
)
def test_the_quick_way_says_what_typer_says(here, line, shell):
    said = _asked(here, line, shell)
    assert said
    assert said == _asked(here, line, shell, typer=True)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("build ", {"hello", "autumn", "channel:", "state:"}),
        ("build he", {"hello"}),
        ("build --strict he", {"hello"}),
        ("build hello,channel:em", {"hello,channel:email"}),
        ("build channel : em", {"email"}),
        ("build channel :", {"email", "sms"}),
        ("build tag:l", {"tag:launch"}),
        ("build locale:", {"locale:en"}),
        ("build path:content/de", {"path:content/decks/"}),
        ("build path:../", {""}),
        ("build --select state:", {"state:modified"}),
        ("ls +h", {"+hello"}),
        ("lint --select ml", {"ML", "ML101"}),
        ("lint --ignore ML,MB4", {"ML,MB401"}),
        ("lint --output-format s", {"sarif"}),
        ("rule MA1", {"MA101"}),
        ("deck fmt content/decks/", {"content/decks/card.dsh"}),
        ("deck lint con", {"content/"}),
        ("config show --env p", {"production"}),
        ("plan he", {"hello"}),
        ("plan hello -e p", {"production"}),
    ],
)
def test_what_is_offered(here, line, offered):
    words = ["mops", *line.split(" ")]
    env = {"_MOPS_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    said = quick_completion.answer(env)
    assert said is not None
    assert set(said.split("\n")) >= offered


@pytest.mark.parametrize(
    ("line", "left"), [("build --str", True), ("build 'a b", True), ("rule ML101 ", True), ("new camp", True)]
)
def test_what_is_left_to_typer(here, line, left):
    words = ["mops", *line.split(" ")]
    env = {"_MOPS_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    assert (quick_completion.answer(env) is None) is left


def test_all_codes_are_offered():
    assert set(completion.codes("")) == set(pages())


def test_outside_of_a_project_nothing_is_offered_and_nothing_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert completion.campaigns("") == []
    assert completion.selectors("tag:") == completion.selectors("path:") == completion.environments("") == []


def test_a_broken_project_file_is_no_reason_to_fail(here):
    (here / "mops.toml").write_text("[project\n")
    assert completion.locales("") == []


def test_options_are_offered_too(here):
    assert "--strict" in _asked(here, "mops build --str")


def test_it_takes_less_than_a_moment(here):
    best = 9.0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _asked(here, "mops build he")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert best < 0.4  # twice the budget of a quiet machine
