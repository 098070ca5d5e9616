"""Running one rule over a small project, with artifacts made by hand."""

from __future__ import annotations

import json

import pytest

from mops_cli.build.project import open_project
from mops_cli.lint.context import Context, Made
from mops_cli.lint.edits import Finding
from mops_cli.model.artifact import Link, Output


@pytest.fixture
def findings(project):
    """``findings(rule, files, email="<p>…", …)``: what one rule says, as ``(path, line, message)``."""

    def run(rule, files=None, *, twins=None, links=(), outputs=(), **pages):
        opened = open_project(project(files))
        folder = opened.repository.campaigns["hello"]
        made = []
        for channel, html in pages.items():
            out = [Output(f"hello/{channel}/en.html", f"{channel}.html", html.encode())]
            if twins and channel in twins:
                out.append(Output(f"hello/{channel}/en.json", f"{channel}.json", json.dumps(twins[channel]).encode()))
            inputs = frozenset({folder.campaign.path, "campaigns/hello/message.md"})
            made.append(Made(folder, channel, "en", "", (*out, *outputs), inputs, tuple(Link(*link) for link in links)))
        context = Context(opened.repository, opened.files, tuple(made))
        found = list(rule.check(context))
        run.edits = [item.edit for item in found if isinstance(item, Finding)]
        return [item.diagnostic if isinstance(item, Finding) else item for item in found]

    return run


def message(front: str = "", body: str = "# Hello\n\nWelcome.\n") -> dict[str, str]:
    """A message file with these front matter lines."""
    return {"campaigns/hello/message.md": f"---\n{front}---\n{body}"}


@pytest.fixture
def a_message():
    """See :func:`message`."""
    return message
