"""A PDF that would never end is refused in one sentence."""

from __future__ import annotations

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels import pages, pdf
from mops_cli.channels.base import Job
from tests.unit.channels.test_pdf_pages import FONTS

CAMPAIGN = "title: Hello\ntopic: news\nchannels: {pdf: {}}\n"


@pytest.fixture
def made(project):
    def make(body):
        front = "---\nheadline: Hello\nsummary: A note\n---\n"
        tree = {**FONTS, "campaigns/hello/campaign.yaml": CAMPAIGN, "campaigns/hello/message.md": front + body}
        opened = open_project(project(tree))
        job = Job(opened.repository, opened.repository.campaigns["hello"], "pdf", "en", "", opened.files)
        return pdf.build(job), [found for found in job.found if found.severity == "error"]

    return make


@pytest.mark.needs_pango
def test_it_is_given_up_at_the_first_page_too_many(made, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    result, found = made("word\n\n" * 400)
    assert result.outputs == ()
    assert [one.code for one in found] == ["MR113"]
    assert "more than 2 pages" in found[0].message
    assert found[0].span.path == "campaigns/hello/message.md"
    assert "loop" in found[0].help


@pytest.mark.needs_pango
def test_as_many_pages_as_allowed(made, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    result, found = made("word\n\n" * 30)
    assert found == []
    assert len(result.outputs) == 2


def test_what_would_take_minutes_to_lay_out_is_not_tried(made, monkeypatch):
    monkeypatch.setattr("mops_cli.design.pdf.render", lambda *_args, **_options: pytest.fail("laid out"))
    _, found = made("x\n\n" * (pages.MOST_ELEMENTS + 1))
    assert [one.code for one in found] == ["MR113"]
    assert "elements" in found[0].message


def test_long_html_is_refused_and_pictures_do_not_count():
    sheet = pages.Page("", None)  # type: ignore[arg-type]
    sheet.html = "x" * (pages.MOST_HTML + 1)
    assert "characters" in pages._excess(sheet)
    sheet.html = f'<img src="data:image/png;base64,{"A" * pages.MOST_HTML}">'
    assert pages._excess(sheet) == ""
