"""No input, whatever it is, gives a traceback: every rule over projects that are cut, shuffled and full of noise."""

from __future__ import annotations

import random

import pytest

from mops_cli.build.project import open_project
from mops_cli.lint.context import Context, Made
from mops_cli.lint.engine import lint
from mops_cli.lint.rules import rules
from mops_cli.model.artifact import Output

NOISE = [
    "\x00",
    "\x1b[31m",
    "{{",
    "}}",
    "{%",
    "[[",
    "]]",
    "<img",
    'href="',
    "](",
    "#fff",
    "rgb(",
    "font-family:",
    "\u202e",
    "日本",
    "\t",
    "\r",
    "\n\n",
    "@media{",
    "---\n",
    "::: ",
    "http://[",
    "https://x:y",
    "| default(",
]


def spoil(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        if chance.random() < 0.5:
            text = text[:at] + chance.choice(NOISE) + text[at:]
        else:
            text = text[:at] + text[at + chance.randint(1, 40) :]
    return text


@pytest.mark.parametrize("seed", range(12))
def test_lint_of_a_spoilt_project(project, seed):
    chance = random.Random(seed)
    root = project()
    for path in sorted(root.rglob("*")):
        if path.is_file() and chance.random() < 0.6:
            path.write_text(spoil(path.read_text(encoding="utf-8"), chance), encoding="utf-8", newline="")
    report = lint(root)
    assert report.crashes == ()
    for found in report.findings:
        assert found.help, found
        assert found.span.line >= 1


@pytest.mark.parametrize("seed", range(40))
def test_rules_over_spoilt_artifacts(project, seed):
    chance = random.Random(seed)
    opened = open_project(project())
    folder = opened.repository.campaigns["hello"]
    html = '<html lang="en"><style>.a{color:#fff}</style><p style="color:#aaa;background:#bbb">x <a href="{{ links.click(1) }}">demo.example</a><img src="a.png"></p></html>'
    outputs = (
        Output("hello/email/en.html", "email.html", spoil(html, chance).encode()),
        Output("hello/email/en.json", "email.json", b'{"sizes": {"ada": 1}, "headers": []}'),
    )
    made = tuple(Made(folder, channel, "en", "", outputs, frozenset()) for channel in ("email", "sms", "web"))
    context = Context(opened.repository, opened.files, made)
    for rule in rules():
        list(rule.check(context))
