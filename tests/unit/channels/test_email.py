"""A message becomes a mail: HTML, text part, and the twin that says what the sender needs."""

from __future__ import annotations

import json
import struct
import zlib

import pytest

from mops_cli.build.project import open_project
from mops_cli.channels.base import Job
from mops_cli.channels.email import build
from mops_cli.channels.personalize import compile as compile_template
from mops_cli.channels.personalize import sample_links


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\xff\x00\x00" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def message(body: str, front: str = "") -> str:
    return f"---\nsubject: Hello\npreheader: A short note to say hello to all of you\n{front}---\n{body}\n"


@pytest.fixture
def mail(project):
    """``mail(files)``: the outputs by kind, and the job."""

    def make(files=None, locale="en", variant=""):
        opened = open_project(project(files))
        job = Job(opened.repository, opened.repository.campaigns["hello"], "email", locale, variant, opened.files)
        result = build(job)
        return {output.kind: output.data.decode("utf-8", "replace") for output in result.outputs}, job, result

    return make


def fill(template: str, first_name: str | None = "Ada") -> str:
    return compile_template(template).render(
        {"contact": {"first_name": first_name}}, "en", "EUR", "UTC", sample_links()
    )


class TestHtml:
    def test_the_body_and_a_slot(self, mail):
        made, job, _ = mail()
        assert not job.found, job.found
        assert "<h1" in made["email.html"]
        assert '{{ (contact.first_name | default("friend")) | html }}' in made["email.html"]

    def test_a_name_with_markup_stays_a_name(self, mail):
        made, _, _ = mail()
        assert "Dear &lt;b&gt;x&lt;/b&gt;" in fill(made["email.html"], "<b>x</b>")

    def test_no_other_host_is_asked_for_fonts(self, mail):
        made, _, _ = mail()
        assert "fonts.googleapis" not in made["email.html"]

    def test_values_of_the_build_are_inert(self, mail):
        made, job, _ = mail({"campaigns/hello/message.md": message("We are [[ project.name ]] *now*")})
        assert not job.found, job.found
        assert "We are Demo &amp; Sons <em>now</em>" in made["email.html"]

    def test_a_condition_around_paragraphs(self, mail):
        made, job, _ = mail(
            {
                "campaigns/hello/message.md": message(
                    "{% if contact.first_name %}\nHi {{ contact.first_name }}\n{% else %}\nHi\n{% endif %}"
                )
            }
        )
        assert not job.found, job.found
        assert "Hi Ada" in fill(made["email.html"])
        assert fill(made["email.html"], None).count("<p") == fill(made["email.html"]).count("<p")

    def test_a_condition_around_a_block_wraps_a_whole_element(self, mail):
        made, job, _ = mail(
            {
                "campaigns/hello/message.md": message(
                    '{% if contact.first_name %}\n::: button href="https://demo.example/a" label="For [[ project.name ]]"\n:::\n{% endif %}'
                )
            }
        )
        assert not job.found, job.found
        with_button, without = fill(made["email.html"]), fill(made["email.html"], None)
        assert "For Demo &amp; Sons" in with_button
        assert "For Demo" not in without
        for html in (with_button, without):
            assert html.count("<table") == html.count("</table>")
            assert html.count("<!--[if") == html.count("<![endif]-->")


class TestLinks:
    def test_targets_are_numbered_and_tracked(self, mail):
        made, _, result = mail(
            {
                "campaigns/hello/message.md": message(
                    "[a](https://x.example/1) [b](https://x.example/2) [c](https://x.example/1)"
                )
            }
        )
        assert [(link.id, link.url) for link in result.links] == [
            (1, "https://x.example/1"),
            (2, "https://x.example/2"),
        ]
        assert made["email.html"].count("links.click(1)") == 2
        assert "links.click(2)" in made["email.text"]

    def test_utm_only_on_the_own_host(self, mail):
        _, _, result = mail(
            {
                "campaigns/hello/campaign.yaml": "title: Hello\ntopic: news\nchannels:\n  email: {sender: news}\nutm: {source: mops, campaign: '[[ campaign.id ]]'}\n",
                "campaigns/hello/message.md": message(
                    "[a](https://demo.example/x?utm_source=mine) [b](https://other.example/)"
                ),
            }
        )
        assert [link.url for link in result.links] == [
            "https://demo.example/x?utm_source=mine&utm_medium=email&utm_campaign=hello",
            "https://other.example/",
        ]

    def test_a_target_of_the_recipient_is_escaped_and_not_tracked(self, mail):
        made, job, result = mail(
            {"campaigns/hello/message.md": message("[a](https://x.example/{{ contact.first_name | default('x') }})")}
        )
        assert not [d for d in job.found if d.severity == "error"]
        assert [link.tracked for link in result.links] == [False]
        assert "urlpart" in made["email.html"]

    def test_ways_out_are_links_of_the_environment(self, mail):
        made, _, _ = mail()
        assert "{{ (links.unsubscribe) | url | attr }}" in made["email.html"]
        assert "links.unsubscribe" in made["email.text"]


class TestTwin:
    def test_headers(self, mail):
        made, _, _ = mail()
        headers = json.loads(made["email.json"])["headers"]
        assert headers["List-Unsubscribe"] == "<{{ links.unsubscribe | header }}>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Id"] == '"News" <news.demo.example>'
        assert headers["Feedback-ID"] == "hello:news:email:demo"

    def test_a_receipt_has_no_list_headers(self, mail):
        made, _, _ = mail(
            {
                "campaigns/hello/campaign.yaml": "title: Hello\ntopic: service\nchannels:\n  email: {sender: news}\n",
                "mops.toml": '[project]\nid="demo"\nname="Demo"\nurl="https://demo.example"\n[senders.news]\nemail="news@demo.example"\n'
                '[topics.service]\ntitle="Service"\ntransactional=true\n[fields.contact.first_name]\ntype="text"\n',
            }
        )
        assert "List-Unsubscribe" not in json.loads(made["email.json"])["headers"]

    def test_sizes_by_persona(self, mail):
        made, _, _ = mail({"content/personas/long.yaml": f"title: Long\ncontact: {{first_name: {'x' * 5000}}}\n"})
        twin = json.loads(made["email.json"])
        assert twin["largest"] == "long"
        assert twin["sizes"]["long"]["html"] > 5000

    def test_subject_is_a_header_template(self, mail):
        made, _, _ = mail(
            {
                "campaigns/hello/message.md": "---\nsubject: \"{{ contact.first_name | default('You') }}, hello\"\n---\nx\n"
            }
        )
        subject = json.loads(made["email.json"])["subject"]
        assert fill(subject, "O'Brien\r\nBcc: x@y.example") == "O'Brien Bcc: x@y.example, hello"


PICTURE = {
    "content/assets/a.png": png(),
    "campaigns/hello/message.md": message("![A red square](assets/a.png)"),
}


class TestPictures:
    def test_hosted(self, mail):
        made, job, result = mail(PICTURE)
        assert not job.found, job.found
        asset = next(o for o in result.outputs if o.kind == "asset")
        assert asset.path.startswith("assets/")
        assert f'links.asset("{asset.path}")' in made["email.html"]

    def test_cid(self, mail):
        made, job, _ = mail(
            {
                **PICTURE,
                "campaigns/hello/campaign.yaml": "title: H\ntopic: news\nchannels:\n  email: {sender: news, images: cid}\n",
            }
        )
        assert not [d for d in job.found if d.severity == "error"], job.found
        inline = json.loads(made["email.json"])["inline"]
        assert f'src="cid:{inline[0]["cid"]}"' in made["email.html"]
        assert inline[0]["type"] == "image/png"

    def test_a_missing_picture_names_the_nearest(self, mail):
        _, job, _ = mail({**PICTURE, "campaigns/hello/message.md": message("![A](assets/b.png)")})
        found = next(d for d in job.found if "b.png" in d.message)
        assert "assets/a.png" in found.help
        assert found.span.line == 5


class TestMistakes:
    @pytest.mark.parametrize(
        ("body", "code", "line"),
        [
            ("::: buton href=x label=y\n:::", "MT505", 5),
            ("x\n\n::: button label=y\n:::", "MT507", 7),
            ("::: button href=x label=y colour=red\n:::", "MT506", 5),
            ("::: button href=x label=y\ntext\n:::", "MT509", 5),
            ("::: quote by=x\n:::", "MT509", 5),
        ],
    )
    def test_blocks(self, mail, body, code, line):
        _, job, _ = mail({"campaigns/hello/message.md": message(body)})
        assert (code, line) in [(d.code, d.span.line) for d in job.found]
        assert all(d.help for d in job.found)


class TestOverride:
    MAIL = (
        "<mjml>\n<mj-body>\n<mj-include path='parts/foot.mjml' />\n<mj-section><mj-column>"
        "<mj-text>Own words, {{ contact.first_name | default('you') }}</mj-text></mj-column></mj-section>\n</mj-body>\n</mjml>\n"
    )
    FOOT = (
        "<mj-section>\n<mj-column>\n<mj-text>[[ project.name ]] {{ contact.first_name | default('-') }}</mj-text>\n"
        "</mj-column>\n</mj-section>\n"
    )

    def test_a_written_mail_with_an_include(self, mail):
        made, job, result = mail(
            {"campaigns/hello/email.mjml": self.MAIL, "campaigns/hello/parts/foot.mjml": self.FOOT}
        )
        assert not [d for d in job.found if d.severity == "error"], job.found
        assert not result.derived
        assert "Demo &amp; Sons" in made["email.html"]
        assert "Own words, Ada" in fill(made["email.html"])

    def test_a_mistake_in_an_include_is_found_there(self, mail):
        foot = self.FOOT.replace("<mj-text>", '<mj-text colour="red">')
        _, job, _ = mail({"campaigns/hello/email.mjml": self.MAIL, "campaigns/hello/parts/foot.mjml": foot})
        assert ("campaigns/hello/parts/foot.mjml", 3) in [(d.span.path, d.span.line) for d in job.found]

    def test_an_include_that_is_not_there(self, mail):
        _, job, _ = mail({"campaigns/hello/email.mjml": self.MAIL})
        assert ("campaigns/hello/email.mjml", 3) in [(d.span.path, d.span.line) for d in job.found]


def test_the_country_is_named_in_the_language_of_the_mail(mail, minimal):
    files = {
        "mops.toml": minimal["mops.toml"].replace('["en"]', '["en", "de"]'),
        "brand/identity.yaml": "legal_name: Demo\naddress: {street: S 1, postal_code: '1', city: C, country: DE}\n",
        "campaigns/hello/message.de.md": message("x"),
    }
    assert "Deutschland" in mail(files, locale="de")[0]["email.text"]
    made = mail(files, locale="en")[0]
    assert "Germany" in made["email.text"]
    assert "Germany" in made["email.html"]
