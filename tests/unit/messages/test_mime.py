"""Mail as bytes: read back by the standard library, whatever the words are."""

from __future__ import annotations

import email
import email.policy
import random

import pytest

from mops_cli.delivery.messages import mime

NARROW = mime.Width(10_000, 0, -1)  # says nothing: every text is looked through


def parsed(data: bytes):
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert not message.defects
    for part in message.walk():
        assert not part.defects
    return message


def subject(text: str) -> str:
    return str(parsed(b"Subject: " + mime.header_text(text) + b"\r\n\r\n")["subject"])


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "Grüße aus Köln",
        "日本語の件名" * 20,
        "x" * 300,
        "word " * 60 + "end",
        "emoji 🎉 " * 30,
        "a=?utf-8?q?b?=",
    ],
)
def test_subjects_come_back(text):
    data = mime.header_text(text)
    assert all(len(line) <= 78 for line in data.split(b"\r\n") if text != "x" * 300)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n ", b"")
    assert subject(text).replace(" ", "") == text.replace(" ", "")


def test_no_character_is_torn_between_two_encoded_words():
    rng = random.Random(1)
    letters = "aé日🎉ß "
    for _ in range(300):
        text = "".join(rng.choice(letters) for _ in range(rng.randint(1, 200)))
        for word in mime.header_text(text).split(b"\r\n "):
            if word.startswith(b"=?"):
                import base64

                base64.b64decode(word[10:-2]).decode("utf-8")


@pytest.mark.parametrize("text", ["one\ntwo\n", "no end", "cr\rlf\r\nboth\n\n", ".dot\n.\n..\n", "ü" * 600 + "\n", ""])
def test_bodies_have_crlf_lines_under_the_limit_and_come_back(text):
    body = mime.body_of(text, NARROW)
    lines = body.data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 998 and b"\r" not in line and b"\n" not in line for line in lines)
    whole = (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + body.way + b"\r\n\r\n" + body.data
    )
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    found = parsed(whole).get_content().replace("\r\n", "\n")
    assert found == (wanted if wanted.endswith("\n") else wanted + "\n")


def test_a_long_line_is_quoted_and_a_short_one_is_not():
    assert mime.body_of("x" * 989, NARROW).way == mime.EIGHT_BIT
    assert mime.body_of("x" * 1_200, NARROW).way == mime.QUOTED


def test_the_width_of_a_template_is_never_too_small():
    """Whatever a value is: a line over the limit is never taken for a short one."""
    template = (
        "<p>\n{{ contact.name | html }} and {{ links.click(1) | url }}\n</p>\n" + "y" * 500 + "{{ contact.x | html }}\n"
    )
    least = len("<p>\n and https://a.example/r/1.\n</p>\n\n") + 500
    width = mime.width_of(template, least, "https://a.example")
    for size in range(0, 1_200, 7):
        text = f"<p>\n{'n' * size} and https://a.example/r/1.{'t' * 27}\n</p>\n{'y' * 500}{'é' * (size // 3)}\n"
        body = mime.body_of(text, width)
        assert all(len(line) <= 998 for line in body.data.split(b"\r\n")), size


@pytest.mark.parametrize(
    ("template", "text", "clean"),
    [
        ("a\n{{ x }} b\n", "a\nvalue b\n", False),  # a value may begin the line
        ("a\nb {{ x }}\n", "a\nb value\n", True),
        ("a\nb {{ x }}\n", "a\nb one\n.two\n", False),
        (".a\nb\n", ".a\nb\n", False),
        ("a\n{% if x %}b\n{% endif %}", "a\nb\n", False),
        ("a {{ x\n | html }}\nb\n", "a v\nb\n", True),
    ],
)
def test_only_what_surely_has_no_dot_at_a_line_is_clean(template, text, clean):
    width = mime.width_of(template, 0, "https://a.example")
    assert mime.body_of(text, width).clean is clean


def test_long_lines_of_html_are_broken_where_it_changes_nothing():
    html = (
        "<html><head><style>" + ".a { color: red } " * 80 + "</style></head><body>"
        + '<p class="x" style="color: red">word {{ contact.x | html }}</p>' * 60 + "</body></html>"
    )  # fmt: skip
    made = mime.short_lines(html)
    assert max(map(len, made.split("\n"))) < 400

    def normal(text: str) -> str:
        import re

        return re.sub(r"\s+", " ", text).replace("} ", "}").replace(" }", "}")

    assert normal(made) == normal(html)
    assert mime.short_lines("<p>short</p>\n") == "<p>short</p>\n"


PICTURE = mime.File("logo.png", "image/png", b"\x89PNG" + bytes(range(256)) * 5, "logo")
SHEET = mime.File('Preis "liste" für März.pdf', "application/pdf", b"%PDF-1.7" + b"x" * 2_000)


@pytest.mark.parametrize("inline", [[], [PICTURE]])
@pytest.mark.parametrize("attached", [[], [SHEET]])
def test_the_frame_holds_texts_pictures_and_files(inline, attached):
    frame = mime.frame("=_b", inline, attached)
    text, html = mime.body_of("plain ü\n", NARROW), mime.body_of("<p>html ü</p>\n", NARROW)
    data = b"".join((
        b"From: a@b.example\r\nMIME-Version: 1.0\r\n", frame.head, b"\r\n", frame.before_text, text.way, b"\r\n\r\n",
        text.data, frame.before_html, html.way, b"\r\n\r\n", html.data, frame.after,
    ))  # fmt: skip
    message = parsed(data)
    assert message.get_body(("plain",)).get_content().strip() == "plain ü"
    assert message.get_body(("html",)).get_content().strip() == "<p>html ü</p>"
    found = [part for part in message.walk() if part.get_content_maintype() in {"image", "application"}]
    assert [part.get_content() for part in found] == [one.data for one in (*inline, *attached)]
    if inline:
        assert found[0]["Content-ID"] == "<logo>"
    if attached:
        assert found[-1].get_filename() == "Preis liste für März.pdf"
        assert found[-1].get_content_disposition() == "attachment"
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
