"""The pdf and print channels on small projects."""

import json

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels import pdf, printing
from mops_cli.channels.base import Job
from mops_cli.design import pdf as pdf_door
from mops_cli.errors import MissingNativeLibrary
from tests.unit.design.support import font_file, plain

FONTS = {
    "brand/fonts.yaml": """\
        roles:
          body:
            family: Test Sans
            fallback: [sans-serif]
            licence: OFL-1.1
            files:
              - {file: brand/fonts/regular.ttf, weight: 400}
              - {file: brand/fonts/bold.ttf, weight: 700}
        """,
    "brand/fonts/regular.ttf": font_file(),
    "brand/fonts/bold.ttf": font_file(weight=700),
}
CAMPAIGN = """\
    title: Hello
    topic: news
    channels:
      email: {{layout: base, sender: news}}
      {channel}
    """
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20"><rect width="40" height="20" fill="#fc0"/></svg>'


@pytest.fixture
def run(project):
    def make(files=None, *, channel="pdf", options="{}", body=None, fonts=True):
        tree = {**(FONTS if fonts else {}), "content/assets/sun.svg": SVG}
        tree["campaigns/hello/campaign.yaml"] = CAMPAIGN.format(channel=f"{channel}: {options}")
        if body is not None:
            front = "---\nsubject: Hello there\nheadline: Hello page\nsummary: A short note\nlink: https://demo.example/hello\n---\n"
            tree["campaigns/hello/message.md"] = front + body
        opened = open_project(project({**tree, **(files or {})}))
        assert [d for d in opened.diagnostics if d.severity == "error" and d.code != "MC305"] == []
        job = Job(opened.repository, opened.repository.campaigns["hello"], channel, "en", "", opened.files)
        module = pdf if channel == "pdf" else printing
        return module.build(job), job

    return make


def codes(job, least="warning"):
    ranks = ["info", "warning", "error"]
    return [d.code for d in job.found if ranks.index(d.severity) >= ranks.index(least)]


def twin(result):
    return json.loads(result.outputs[1].data)


@pytest.mark.needs_pango
def test_a_message_becomes_a_tagged_pdf_with_a_twin(run):
    result, job = run(body="# Hello\n\n![Sun](assets/sun.svg)\n\nDear {{ contact.first_name | default('friend') }}.\n")
    assert codes(job) == []
    assert codes(job, "info") == ["MR105"]
    assert [output.path for output in result.outputs] == ["hello/pdf/en.pdf", "hello/pdf/en.json"]
    facts = twin(result)
    assert facts["schema"] == "mops.pdf/1"
    assert facts["pages"] == 1
    assert facts["page_mm"] == [210, 297]
    assert facts["title"] == "Hello page"
    assert facts["images"] == [{"src": "content/assets/sun.svg", "alt": "Sun"}]
    assert all(name.startswith("Test-Sans") for name in facts["fonts"])
    assert {"brand/fonts/regular.ttf", "content/assets/sun.svg", "campaigns/hello/message.md"} <= job.inputs


@pytest.mark.needs_pango
def test_conditions_take_the_way_of_somebody_unknown(run):
    body = "{% if contact.first_name %}\nYou, {{ contact.first_name }}.\n{% else %}\nEverybody 漢.\n{% endif %}\n"
    _, job = run(body=body)
    assert codes(job) == ["MB207"]  # the else branch is what is drawn
    assert job.found[-1].span.line == 10


def test_a_field_without_default_is_an_error_at_its_place(run):
    result, job = run(body="# Hello\n\nDear {{ contact.first_name }}.\n")
    assert result.outputs == ()
    finding = next(d for d in job.found if d.code == "MR104")
    assert (finding.span.path, finding.span.line) == ("campaigns/hello/message.md", 9)
    assert "default('friend')" in finding.help


def test_what_only_shows_when_filled_is_found_too(run):
    body = (
        "{% if not contact.first_name %}\nHello {{ contact.first_name | upper }}{{ contact.nothing }}.\n{% endif %}\n"
    )
    result, job = run(body=body)
    assert result.outputs == ()
    finding = next(d for d in job.found if d.code.startswith(("MR104", "MT2")))
    assert (finding.span.path, finding.span.line) == ("campaigns/hello/message.md", 8)


@pytest.mark.needs_pango
def test_a_sheet_for_the_printer(run):
    result, job = run(channel="print", options="{page: 210x99mm, bleed: 5mm, marks: [crop, cross]}", body="Hello\n")
    assert codes(job) == []
    facts = twin(result)
    assert facts["page_mm"] == [210, 99]
    assert facts["sheet_mm"] == [234, 123]
    assert facts["bleed_mm"] == 5
    assert facts["marks"] == ["crop", "cross"]


@pytest.mark.parametrize(
    ("options", "code", "line"),
    [
        ("{page: A99}", "MR101", 5),
        ("{bleed: 90mm}", "MR102", 5),
        ("{layout: flier}", "MC305", 5),
    ],
)
def test_wrong_settings(run, options, code, line):
    result, job = run(channel="print", options=options, body="Hello\n")
    assert result.outputs == ()
    finding = next(d for d in job.found if d.code == code)
    assert (finding.span.path, finding.span.line) == ("campaigns/hello/campaign.yaml", line)
    assert finding.help


OVERRIDE = """<!doctype html><html lang="en"{pages}><head>{title}<style>body {{ font-family: {font} }}</style></head>
<body>{inner}</body></html>
"""


@pytest.mark.needs_pango
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"font": "Comic Sans MS"}, "MB209"),
        ({"title": ""}, "MR110"),
        ({"inner": "<img src='assets/sun.svg'>"}, "MR109"),
        ({"inner": "<img src='assets/moon.svg' alt=''>"}, "MR108"),
        ({"inner": "<img src='https://tracker.example/x.png' alt=''>"}, "MR108"),
        ({"inner": "<p style='frobnicate: 3'>x</p>"}, "MR107"),
        ({"pages": ' data-pages="2"'}, "MR111"),
    ],
)
def test_an_override_replaces_the_layout_and_is_checked(run, changes, code):
    parts = {
        "pages": "",
        "title": "<title>T</title>",
        "font": "'Test Sans', sans-serif",
        "inner": "<p>Hi</p>",
        **changes,
    }
    result, job = run({"campaigns/hello/print.html": OVERRIDE.format(**parts)}, channel="print", body="Hello\n")
    assert codes(job) == ([code] if code else [])
    assert not result.derived or code in ("MB209", "MR108")


@pytest.mark.needs_pango
def test_the_mail_itself_with_plain_links_and_its_pictures(run):
    result, job = run(options="{source: email}", body="![Sun](assets/sun.svg)\n\n[Read](https://demo.example/a)\n")
    assert codes(job, "error") == []
    assert b"https://demo.example/a" in plain(result.outputs[0].data)
    assert twin(result)["pages"] == 1


def test_without_fonts_nothing_of_the_machine_is_used(run):
    result, job = run(fonts=False, body="Hello\n")
    assert codes(job) == ["MR112"]
    assert [skipped.path for skipped in result.skipped] == ["hello/pdf/en.pdf"]


def test_without_the_library_the_artifact_is_skipped(run, monkeypatch):
    def missing():
        raise MissingNativeLibrary("PDF pages need the pango library", hint="apt-get install pango", library="pango")

    monkeypatch.setattr(pdf_door, "library", missing)
    result, job = run(body="Hello\n")
    assert codes(job) == ["MR106"]
    assert job.found[-1].help == "Run: apt-get install pango"
    assert result.skipped[0].reason.startswith("PDF pages need")
