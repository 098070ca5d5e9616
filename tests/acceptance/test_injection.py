"""Nothing that is data becomes structure: contacts, front matter, properties, brand values, Markdown.

Every artifact is filled for a harmless person and for hostile ones, read by a browser's HTML parser, and must keep
its elements and the names of their attributes. What is looked at are the bytes of ``dist/``, filled by the one
module that the sending half uses.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from mops_cli.build import pool
from mops_cli.channels import personalize
from mops_cli.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "--><script>alert(1)</script>",
    "<![endif]--><script>alert(1)</script>",
    "</title></style></textarea><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "javascript:alert(1)",
    " JaVa\tScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=alert(1) `",
    "red; background: url(https://evil.example/x)",
    "red} body {display:none",
    "expression(alert(1))",
    "@import 'https://evil.example/x.css';",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "{{ contact.email }}{% for x in contact.picks %}",
    "[[ tokens ]] [% include 'mops.toml' %]",
    "jx00001vxj jx00002exj jx00003sxj",
    "x\r\nBcc: victim@evil.example\r\n\r\n<b>hi</b>",
    "x\nX-Injected: yes",
    "x\u2028y\u2029z\x0bw\x85v",
    "\u202etxet\u202c \x00\x08\x1b[31m",
    "](javascript:alert(1)) **bold** `code` <https://evil.example>",
    "::: button href=javascript:alert(1)",
    "\\\"\\'\\",
    'https://evil.example/" onclick="alert(1)',
    "//evil.example",
]

TOML = """\
[project]
id = "demo"
name = "Demo"
url = "https://demo.example"
locales = ["en"]

[senders.news]
name = "Demo"
email = "news@demo.example"

[senders.text]
number = "Demo"

[topics.news]
title = "News"

[fields.contact.first_name]
type = "text"

[fields.contact.site]
type = "url"

[fields.contact.picks]
type = "list"
nullable = false
items = {name = "text", url = "url"}

[sms]
short_link_host = "go.demo.example"
opt_out = {en = "Reply STOP"}

[push]
name = "Demo"
"""

CAMPAIGN = """\
title: Hello
topic: news
channels:
  email: {sender: news}
  sms: {sender: text, max_segments: 10}
  web: {}
  push: {}
  chat: {adapters: [slack, telegram, discord, whatsapp]}
vars: {note: harmless}
utm: {source: mops, content: "[[ vars.note ]]"}
"""

MESSAGE = """\
---
subject: "{{ contact.first_name | default('You') }}, hello"
preheader: "For {{ contact.first_name | default('you') }}: something new"
headline: "Hello {{ contact.first_name | default('you') }}"
summary: "Hello {{ contact.first_name | default('you') }}, come and see."
link: https://demo.example/new
extra: harmless
---
# Hello {{ contact.first_name | default("you") }}

**Dear** {{ contact.first_name | default("you") }}, [[ extra ]] and [[ vars.note ]].

[Your page]({{ contact.site | default("https://demo.example") }}) and
[a search](https://demo.example/search?q={{ contact.first_name | default("x") }}&more=[[ extra ]])

::: probe text="[[ extra ]]" who="{{ contact.first_name | default('you') }}" href="{{ contact.site | default('https://demo.example') }}"
Body for {{ contact.first_name | default("you") }}.
:::

{% for pick in contact.picks %}
- [{{ pick.name | default("A coffee") }}]({{ pick.url | default("https://demo.example") }})
{% endfor %}
"""

BLOCK = {
    "content/blocks/probe/block.yaml": "title: Probe\nprops:\n  text: {type: text}\n  who: {type: text}\n  href: {type: url}\n",
    "content/blocks/probe/email.mjml": """\
<mj-section css-class="probe">
  <mj-column>
    <mj-text><!-- [[ props.text ]] {{ [[ props.who ]] }} -->
      <p title="[[ props.text ]]" style="color: [[ props.text ]]">[[ props.text ]] [[ props.who ]]</p>
      <!--[if mso]><p title="[[ props.who ]]">[[ props.who ]]</p><![endif]-->
      [[ body_html ]]
    </mj-text>
    <mj-image src="https://demo.example/p.png" alt="[[ props.who ]]" title="[[ props.text ]]" />
    <mj-button href="[[ props.href ]]">[[ props.who ]]</mj-button>
  </mj-column>
</mj-section>
""",
    "content/blocks/probe/html.html": """\
<section class="probe" data-who="[[ props.who ]]" aria-label='[[ props.text ]]'>
<p style="color: [[ props.text ]]; --who: [[ props.who ]]">[[ props.text ]] [[ props.who ]]</p>
<a href="[[ props.href ]]" title="[[ props.who ]]">[[ props.who ]]</a>
<!-- [[ props.who ]] -->
[[ body ]]
</section>
""",
    "content/blocks/probe/text.txt": "[[ props.text ]] [[ props.who ]] [[ props.href ]]\n[[ body ]]\n",
}

PROJECT = {
    "mops.toml": TOML,
    "brand/identity.yaml": "legal_name: Demo Ltd\naddress: {street: 1 Sample Street, postal_code: '12345', city: Sampleton, country: Exampleland}\n",
    "content/personas/ada.yaml": "title: Ada\nlocale: en\ncontact: {first_name: Ada, site: 'https://ada.example', picks: [{name: Tesfa, url: 'https://demo.example/t'}]}\n",
    "campaigns/hello/campaign.yaml": CAMPAIGN,
    "campaigns/hello/message.md": MESSAGE,
    **BLOCK,
}


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 1)


def build(root: Path, files: dict[str, str], *, fine: bool = True) -> tuple[Path, str]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["--project", str(root), "build", "--json"])
    assert code in ((0,) if fine else (0, 1)), out.getvalue() + err.getvalue()
    return root / "dist", out.getvalue()


def person(value: str) -> dict:
    return {
        "contact": {
            "first_name": value,
            "site": value,
            "picks": [{"name": value, "url": value}],
            "email": "x@y.example",
        },
        "order": {},
        "event": {},
    }


HARMLESS = person("Ada")


def skeleton(html: str) -> list[tuple]:
    """The elements in order, with the names of their attributes."""
    return [(node.tag, tuple(sorted(node.attributes))) for node in LexborHTMLParser(html).root.traverse()]


def check_harmless(html: str) -> None:
    """No script, no handler, no address that runs something; not even in what Outlook alone reads."""
    whole = html + "".join(re.findall(r"<!--\[if[^>]*>(.*?)<!\[endif\]-->", html, re.DOTALL))
    for node in LexborHTMLParser(whole).root.traverse():
        assert node.tag not in ("script", "iframe", "object", "embed", "base", "form"), node.html
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            text = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name in ("href", "src", "background", "action", "xlink:href"):
                assert not text.startswith(("javascript:", "vbscript:", "data:")), node.html
            if name == "style":
                assert not re.search(r"url\(|expression\(|@import", text), node.html
    for style in re.findall(r"<style[^>]*>(.*?)</style>", whole, re.DOTALL | re.IGNORECASE):
        assert "evil.example" not in style


def fill(text: str, data: dict) -> str:
    return personalize.compile(text).render(data, "en", "EUR", "UTC", personalize.sample_links())


def leaves(value: object):
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def shape(value: object) -> object:
    """A JSON value without its texts."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value).__name__


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    return build(tmp_path_factory.mktemp("injection") / "project", PROJECT)[0]


PAGES = ("hello/email/en.html", "hello/web/en.html", "hello/web/en.view.html")


@pytest.mark.parametrize("path", PAGES)
def test_a_contact_is_never_markup(dist, path):
    template = (dist / path).read_text(encoding="utf-8")
    wanted = skeleton(fill(template, HARMLESS))
    assert ("section", ("aria-label", "class", "data-who")) in wanted or path.endswith("email/en.html")
    for value in HOSTILE:
        html = fill(template, person(value))
        assert skeleton(html) == wanted, value
        check_harmless(html)


def test_text_keeps_the_words_of_a_contact(dist):
    """Escaping belongs to the place: plain text and headers show what the person is called."""
    text = (dist / "hello/email/en.txt").read_text(encoding="utf-8")
    assert "O'Brien & <Co>" in fill(text, person("O'Brien & <Co>"))
    twin = json.loads((dist / "hello/email/en.json").read_text(encoding="utf-8"))
    assert fill(twin["subject"], person("O'Brien & <Co>")) == "O'Brien & <Co>, hello"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_header_is_one_line(dist, value):
    twin = json.loads((dist / "hello/email/en.json").read_text(encoding="utf-8"))
    for text in (twin["subject"], *leaves(twin["headers"]), *leaves(twin["from"])):
        line = fill(text, person(value))
        assert not re.search(r"[\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029]", line), line


@pytest.mark.parametrize(
    "path",
    ["push/en.json", "chat/slack/en.json", "chat/discord/en.json", "chat/telegram/en.json", "chat/whatsapp/en.json"],
)
def test_a_payload_keeps_its_shape(dist, path):
    text = (dist / "hello" / path).read_text(encoding="utf-8")
    twin = json.loads(text)
    compiled = personalize.compile_json(json.dumps(twin.get("payload", twin)))
    wanted = shape(json.loads(compiled.render(HARMLESS)))
    for value in HOSTILE:
        payload = json.loads(compiled.render(person(value)))
        assert shape(payload) == wanted, value


def payload_of(dist: Path, adapter: str) -> personalize.CompiledJson:
    """What goes to the service (a WhatsApp twin also holds the template to be approved, which nobody fills)."""
    twin = json.loads((dist / f"hello/chat/{adapter}/en.json").read_text(encoding="utf-8"))
    return personalize.compile_json(json.dumps(twin["payload"]))


TELEGRAM = {"html", "head", "body", "b", "strong", "i", "em", "a", "code", "pre", "u", "s", "blockquote", "-text"}


def test_telegram_gets_its_own_tags_only(dist):
    compiled = payload_of(dist, "telegram")
    for value in HOSTILE:
        for leaf in leaves(json.loads(compiled.render(person(value)))):
            if isinstance(leaf, str):
                assert {node.tag for node in LexborHTMLParser(leaf).root.traverse()} <= TELEGRAM, leaf


def slack_markup(value: object):
    """The texts that Slack reads: all but those of plain_text objects."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not (key == "text" and value.get("type") == "plain_text"):
                yield from slack_markup(item)
    elif isinstance(value, list):
        for item in value:
            yield from slack_markup(item)
    elif isinstance(value, str):
        yield value


SHORT = """\
---
subject: Hello
headline: "{{ contact.first_name | default('You') }}: hello"
---
# Hello

- {{ contact.first_name | default("you") }}
"""


@pytest.mark.parametrize("message", [MESSAGE, SHORT])
def test_slack_and_discord_take_no_mentions_from_a_contact(tmp_path, message):
    campaign = CAMPAIGN.replace("telegram, discord, whatsapp", "discord").replace(
        "  sms: {sender: text, max_segments: 10}\n", ""
    )
    files = {"campaigns/hello/message.md": message, "campaigns/hello/campaign.yaml": campaign}
    made, _ = build(tmp_path / "project", PROJECT | files)
    for value in ("<!channel>", "<@U123>", "<https://evil.example|click>"):
        for text in slack_markup(json.loads(payload_of(made, "slack").render(person(value)))):
            assert value not in text, text
    discord = json.loads(payload_of(made, "discord").render(person("@everyone")))
    assert discord["allowed_mentions"] == {"parse": []}


def test_an_sms_holds_no_control_characters(dist):
    text = (dist / "hello/sms/en.txt").read_text(encoding="utf-8")
    for value in HOSTILE:
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]", fill(text, person(value)))


# -- values of the build


def with_values(value: str) -> dict[str, str]:
    """The project with a hostile text wherever people put words: front matter, vars, brand, sender, topic, fonts."""
    quoted = json.dumps(value)  # YAML and TOML read it too
    toml = TOML.replace('name = "Demo"', f"name = {quoted}").replace('title = "News"', f"title = {quoted}")
    return PROJECT | {
        "mops.toml": toml,
        "brand/identity.yaml": PROJECT["brand/identity.yaml"]
        .replace("Demo Ltd", quoted)
        .replace("1 Sample Street", quoted),
        "campaigns/hello/campaign.yaml": CAMPAIGN.replace("note: harmless", f"note: {quoted}").replace(
            "title: Hello", f"title: {quoted}"
        ),
        "campaigns/hello/message.md": MESSAGE.replace("extra: harmless", f"extra: {quoted}").replace(
            "preheader: ", f"cta: {quoted}\npreheader: "
        ),
    }


TAGS = ("{{", "[[", "jx0")  # in front matter these are tags and reserved words, and refused or read as such
BUILD_TIME = [
    value
    for value in HOSTILE
    if not any(tag in value for tag in TAGS) and not re.search(r"[\x00-\x08\x1b\x0b\x85\u2028]", value)
]


@pytest.mark.parametrize("value", BUILD_TIME)
def test_a_value_of_the_build_is_never_markup(dist, tmp_path, value):
    made, said = build(tmp_path / "project", with_values(value), fine=False)
    for path in PAGES:
        if not (made / path).is_file():  # refused, with a finding
            assert json.loads(said)["diagnostics"]
            continue
        html = fill((made / path).read_text(encoding="utf-8"), HARMLESS)
        wanted = skeleton(fill((dist / path).read_text(encoding="utf-8"), HARMLESS))
        assert [tag for tag, _ in skeleton(html)] == [tag for tag, _ in wanted]
        # A style that came out empty may go as a whole.
        assert all(set(mine) <= set(theirs) for (_, mine), (_, theirs) in zip(skeleton(html), wanted, strict=True))
        check_harmless(html)
    twin = made / "hello/email/en.json"
    if twin.is_file():
        data = json.loads(twin.read_text(encoding="utf-8"))
        for text in (data["subject"], *leaves(data["headers"]), *leaves(data["from"])):
            assert not re.search(r"[\r\n]", fill(text, HARMLESS)), text
    for path in sorted(made.rglob("*.json")) if made.is_dir() else []:
        json.loads(path.read_text(encoding="utf-8"))


# -- Markdown

MARKDOWN = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick=alert(1)>bold</b>",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\\\nscript:alert(1))",
    "[x](  javascript:alert(1) )",
    "[x](<javascript:alert(1)>)",
    "![x](javascript:alert(1))",
    "![x](data:text/html,<script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://demo.example "title\\" onclick=\\"alert(1)")',
    '[x](https://demo.example/"onclick=alert(1))',
    '```html"onload=alert(1)\n<script>alert(1)</script>\n```',
    "`<script>alert(1)</script>`",
    "<!-- <script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "| a |\n| - |\n| <img src=x onerror=alert(1)> |",
    "# <svg onload=alert(1)>",
    "> <iframe src=javascript:alert(1)></iframe>",
    "* <style>@import 'https://evil.example/x';</style>",
    "</p></div></td></table><script>alert(1)</script>",
    "<mj-raw><script>alert(1)</script></mj-raw>",
    "</mj-text><mj-raw><script>alert(1)</script></mj-raw>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ '<script>alert(1)</script>' }}",
    "[[ '<script>alert(1)</script>' ]]",
    "[% set x = '<img src=x onerror=alert(1)>' %][[ x ]]",
    "{% set x = '<img src=x onerror=alert(1)>' %}{{ x }}",
    "[x]({{ 'javascript:alert(1)' }})",
    "[x]([[ 'javascript:alert(1)' ]])",
    "[x](java{{ 'script:alert(1)' }})",
    "[x](java[[ 'script:alert(1)' ]])",
    '::: button href="javascript:alert(1)" label="x"\n:::',
    '::: button href="[[ \'javascript:alert(1)\' ]]" label="<script>alert(1)</script>"\n:::',
    '::: button href="{{ \'javascript:alert(1)\' }}" label="x"\n:::',
    "::: quote by='\"><script>alert(1)</script>'\nx\n:::",
    "::: probe text='\"><script>alert(1)</script>' who='</p><script>' href='https://demo.example/\"><script>'\n<script>alert(1)</script>\n:::",
]


@pytest.mark.parametrize("body", MARKDOWN)
def test_markdown_is_never_script(tmp_path, body):
    front = MESSAGE.split("---\n", 2)[1]
    files = PROJECT | {"campaigns/hello/message.md": f"---\n{front}---\n{body}\n"}
    made, said = build(tmp_path / "project", files, fine=False)
    for path in PAGES:
        if (made / path).is_file():
            check_harmless(fill((made / path).read_text(encoding="utf-8"), HARMLESS))
        else:
            assert json.loads(said)["diagnostics"]


@pytest.mark.parametrize(
    "ident",
    [
        "<img src=x onerror=alert(1)>",
        'a"b',
        "a b",
        "A",
        "-rf",
        "a\nb",
        "hello.de",
        "mops:x",
        "ä",
        "con&",
        "a'b",
        "a\u202eb",
    ],
)
def test_a_campaign_whose_folder_has_a_bad_name_is_refused(tmp_path, ident):
    files = {path.replace("campaigns/hello/", f"campaigns/{ident}/"): text for path, text in PROJECT.items()}
    made, said = build(tmp_path / "project", files, fine=False)
    found = json.loads(said)["diagnostics"]
    assert any(each["severity"] == "error" and each["code"] == "MC207" for each in found), found
    assert not list(made.rglob("*.html")) if made.is_dir() else True
