"""One grammar for naming units."""

from __future__ import annotations

import subprocess

import pytest
from build_fakes import campaign, message, write

from mops_cli.build import graph, selection, trace
from mops_cli.build.project import open_project
from mops_cli.errors import UsageError

CAMPAIGNS = {
    "spring-mail": {
        "campaign.yaml": campaign("email: {attach: [pdf]}", "pdf", tag="launch"),
        "message.md": message("snippet legal"),
    },
    "spring-text": {"campaign.yaml": campaign("sms", tag="product"), "message.md": message("asset assets/a.bin")},
    "autumn": {"campaign.yaml": campaign("sms", "web", tag="product"), "message.md": message("hello")},
}


@pytest.fixture
def choose(project, build):
    root = project(CAMPAIGNS, {"content/snippets/legal.md": "Legal", "content/assets/a.bin": "A"})
    build(root)

    def run(*selectors, base=""):
        repository = open_project(root).repository
        traces = trace.known(str(root))
        found = selection.select(repository, graph.units(repository), traces, selectors, root=str(root), base=base)
        return [unit.id for unit in found.units]

    run.root = root
    return run


MAIL, PDF, TEXT, SMS, WEB = (
    "spring-mail/email/en",
    "spring-mail/pdf/en",
    "spring-text/sms/en",
    "autumn/sms/en",
    "autumn/web/en",
)


@pytest.mark.parametrize(
    ("selectors", "units"),
    [
        ((), [SMS, WEB, MAIL, PDF, TEXT]),
        (("autumn",), [SMS, WEB]),
        (("spring-*",), [MAIL, PDF, TEXT]),
        (("tag:product",), [SMS, WEB, TEXT]),
        (("tag:pro*",), [SMS, WEB, TEXT]),
        (("channel:sms",), [SMS, TEXT]),
        (("locale:en", "autumn"), [SMS, WEB, MAIL, PDF, TEXT]),
        (("tag:product,channel:sms",), [SMS, TEXT]),
        (("autumn,channel:web", "spring-text"), [WEB, TEXT]),
        (("autumn/web",), [WEB]),
        (("*/sms/en",), [SMS, TEXT]),
        (("path:campaigns/autumn",), [SMS, WEB]),
        (("path:campaigns/autumn/message.md",), [SMS, WEB]),
        (("path:content/snippets/legal.md",), [MAIL, PDF]),
        (("path:content/snippets/",), [MAIL, PDF]),
        (("path:content/assets/*.bin",), [TEXT]),
        (("channel:pdf+",), [MAIL, PDF]),
        (("+spring-mail/email",), [MAIL, PDF]),
        (("spring-mail/email",), [MAIL]),
    ],
)
def test_what_a_selector_names(choose, selectors, units):
    assert choose(*selectors) == units


@pytest.mark.parametrize(
    ("selector", "message", "hint"),
    [
        ("atumn", "atumn", 'did you mean "autumn"?'),
        ("tag:lunch", "lunch", 'did you mean "launch"?'),
        ("chanel:sms", "chanel:sms", 'did you mean "channel"?'),
        ("channel:smz", "smz", 'did you mean "sms"?'),
        ("path:content/snippets/leagl.md", "leagl", 'did you mean "content/snippets/legal.md"?'),
        ("state:changed", "state:changed", "state:modified"),
        ("winter-*", "winter", "autumn"),
        ("autumn/email", "autumn/email", "autumn/sms/en"),
    ],
)
def test_an_unknown_selector_is_explained(choose, selector, message, hint):
    with pytest.raises(UsageError) as caught:
        choose(selector)
    assert message in caught.value.message
    assert hint in caught.value.hint


def git(root, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@aurora.example", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
    )


def test_what_git_says_is_modified(choose):
    root = choose.root
    write(root / ".gitignore", "dist/\n.mops/\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    assert choose("state:modified") == []
    write(root / "content/snippets/legal.md", "New")
    assert choose("state:modified") == [MAIL, PDF]
    assert choose("state:modified,channel:email") == [MAIL]
    git(root, "commit", "-qam", "second")
    assert choose("state:modified") == []
    assert choose("state:modified", base="HEAD~1") == [MAIL, PDF]
    write(root / "campaigns/autumn/sms.txt", "new")
    assert SMS in choose("state:modified")


@pytest.mark.parametrize("base", ["no-such-branch", "--output=x"])
def test_a_base_that_is_no_revision_is_explained(choose, base):
    git(choose.root, "init", "-q")
    with pytest.raises(UsageError):
        choose("state:modified", base=base)
    assert not (choose.root / "x").exists()


def test_no_repository_is_explained(choose, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(choose.root.parent))
    with pytest.raises(UsageError, match="git"):
        choose("state:modified")


def test_a_partial_build_leaves_the_rest_and_marks_what_is_old(project, build):
    root = project(CAMPAIGNS, {"content/snippets/legal.md": "Legal", "content/assets/a.bin": "A"})
    build(root)
    for name in CAMPAIGNS:
        write(root / "campaigns" / name / "message.md", message("changed"))
    report = build(root, "autumn")
    assert report.built == (SMS, WEB)
    stale = {str(line["path"]) for line in report.artifacts if line["stale"]}
    assert {path.split("/")[0] for path in stale if not path.startswith("assets")} == {"spring-mail", "spring-text"}
    assert set(build(root).built) == {MAIL, PDF, TEXT}
    assert not any(line["stale"] for line in report.artifacts)


def test_a_partial_first_build_is_completed_later(project, build):
    root = project(CAMPAIGNS, {"content/snippets/legal.md": "Legal", "content/assets/a.bin": "A"})
    assert build(root, "autumn").built == (SMS, WEB)
    report = build(root)
    assert report.cached == (SMS, WEB)
    assert set(report.built) == {MAIL, PDF, TEXT}


def test_an_unknown_selector_changes_nothing(project, build):
    root = project()
    with pytest.raises(UsageError):
        build(root, "nothing-here")
    assert not (root / "dist").exists()
