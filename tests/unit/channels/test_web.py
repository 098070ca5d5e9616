"""A message becomes a web fragment that keeps to itself, and a page of its own."""

from __future__ import annotations

import json

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels.base import Job
from mops_cli.channels.css_scope import scope_css
from mops_cli.channels.web import build

CAMPAIGN = "title: Hello\ntopic: news\nchannels:\n  web: {placements: [home]}\n"


@pytest.fixture
def web(project):
    """``web(files)``: the outputs by kind, and the job."""

    def make(files=None):
        opened = open_project(project({"campaigns/hello/campaign.yaml": CAMPAIGN, **(files or {})}))
        job = Job(opened.repository, opened.repository.campaigns["hello"], "web", "en", "", opened.files)
        return {output.kind: output.data.decode("utf-8", "replace") for output in build(job).outputs}, job

    return make


def test_the_fragment_its_page_and_its_twin(web):
    made, job = web()
    assert not job.found, job.found
    twin = json.loads(made["web.json"])
    assert twin["scope"] == "mops-hello"
    assert twin["placements"] == ["home"]
    assert made["web.fragment"].startswith('<div class="mops-hello">')
    assert made["web.fragment"] in made["web.view"]
    assert made["web.view"].startswith("<!doctype html>")


def test_a_title_with_markup_is_text(web):
    made, _ = web({"campaigns/hello/message.md": "---\nsubject: A <script>x</script> & B\n---\nx\n"})
    assert "<title>A &lt;script&gt;x&lt;/script&gt; &amp; B</title>" in made["web.view"]


def test_links_are_tracked(web):
    made, _ = web({"campaigns/hello/message.md": "---\nsubject: S\n---\n[a](https://x.example/1)\n"})
    assert 'href="{{ (links.click(1)) | url | attr }}"' in made["web.fragment"]


@pytest.mark.parametrize(
    ("css", "scoped"),
    [
        ("p { color: red }", ".s p{ color: red }"),
        ("a, b > c { x: y }", ".s a,.s b > c{ x: y }"),
        (":root { --a: 1 }", ".s{ --a: 1 }"),
        ("body.dark p { x: y }", ".s.dark p{ x: y }"),
        ("@media (min-width: 1px) {p { x: y }}", "@media (min-width: 1px) {.s p{ x: y }}"),
        ("@font-face { font-family: A }", "@font-face { font-family: A }"),
        ('p::before { content: "a, b" }', '.s p::before{ content: "a, b" }'),
        (":is(a, b) { x: y }", ".s :is(a, b){ x: y }"),
    ],
)
def test_scoped_css(css, scoped):
    assert scope_css(css, ".s").replace("\n", "") == scoped
