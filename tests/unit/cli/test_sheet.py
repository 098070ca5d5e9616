"""The contact sheet: what a chat shows, and that no text of a message becomes markup of the page."""

from __future__ import annotations

import re

import pytest

from mops_cli.build.project import open_project
from mops_cli.cli.sheet import Sheet, write_sheet
from mops_cli.cli.sheet_cards import _spoken


@pytest.mark.parametrize(
    ("adapter", "text", "shown"),
    [
        ("slack", "*Now:* 2 * 3 * 4", "<b>Now:</b> 2 * 3 * 4"),
        ("discord", "**Now** or *later*", "<b>Now</b> or *later*"),
        ("telegram", "<b>Now</b> A &amp; B &lt;3", "<b>Now</b> A &amp; B &lt;3"),
        ("telegram", '<a href="https://x.example">Taste it</a>', "<u>Taste it</u>"),
        ("telegram", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("slack", "<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
    ],
)
def test_spoken(adapter, text, shown):
    assert _spoken(text, adapter) == shown


def test_nothing_of_a_message_runs_or_fetches(project, mops):
    root = project(
        {
            "campaigns/hello/campaign.yaml": "title: <script>alert(1)</script>\ntopic: news\nchannels: {email: {sender: news}, sms: {sender: news}, web: {}}\n",
            "campaigns/hello/message.md": "---\nsubject: <script>alert(2)</script>\npreheader: x\nsummary: <b onclick=alert(3)>\n---\n![x](https://img.demo.example/a.png)\n",
        }
    )
    assert mops("build", "-q", cwd=root).code == 0
    page = write_sheet(root)
    html = page.read_text()
    assert "<script" not in html
    assert "onclick" not in re.sub(r"&lt;.*?&gt;", "", html)
    for framed in page.parent.glob("*.html"):
        assert "Content-Security-Policy" in framed.read_text()


def test_a_persona_of_a_region_stands_for_its_language(project):
    root = project(
        {
            "content/personas/ada.yaml": "title: Ada\nlocale: fr\ncontact: {first_name: Ada}\n",
            "content/personas/zoe.yaml": "title: Zoe\nlocale: de-AT\ncontact: {first_name: Zoe}\n",
        }
    )
    sheet = Sheet(root, open_project(root), {})
    assert sheet.person("de")["contact"]["first_name"] == "Zoe"
    assert sheet.person("fr")["contact"]["first_name"] == "Ada"


def test_an_empty_project_has_a_page_too(project):
    root = project()
    assert "Nothing is built yet" in write_sheet(root).read_text()
