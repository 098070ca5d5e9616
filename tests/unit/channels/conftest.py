"""A channel built from a small project."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels import CHANNELS
from mops_cli.channels.base import Job


@dataclass
class Made:
    """What a channel made: bytes by path (below the campaign's folder), the job, the result, all findings."""

    outputs: dict[str, bytes]
    job: Job
    result: object
    found: list

    def codes(self):
        return [diagnostic.code for diagnostic in self.job.found]


@pytest.fixture
def channel(project):
    """``channel("sms", "{}", front=..., body=..., files=...)``: the campaign ``hello`` on one channel."""

    def make(name, settings="{}", *, front="", body="", files=None, locale="en", variant="", toml="", topic="news"):
        tree = {
            "campaigns/hello/campaign.yaml": f"title: Hello\ntopic: {topic}\nchannels:\n  {name}: {settings}\n",
            "campaigns/hello/message.md": f"---\nsubject: Hello there\n{front}\n---\n{body}\n",
            **(files or {}),
        }
        root = project(tree)
        config = root / "mops.toml"
        text = config.read_text("utf-8").replace('locales = ["en"]', 'locales = ["en", "de"]')
        config.write_text(f"{text}\n{toml}", "utf-8")
        opened = open_project(root)
        job = Job(opened.repository, opened.repository.campaigns["hello"], name, locale, variant, opened.files)
        result = import_module(CHANNELS[name]).build(job)
        outputs = {output.path.removeprefix("hello/"): output.data for output in result.outputs}
        return Made(outputs, job, result, [*opened.diagnostics, *job.found])

    return make
