"""A message becomes chat payloads."""

import json

import pytest

from mops_cli.channels import chat
from mops_cli.channels.personalize import compile as compile_template
from mops_cli.channels.personalize import sample_links

FRONT = "headline: It is here\nsummary: 'Hi {{ contact.first_name | default(\"you\") }}, a short note'\nlink: https://demo.example/hello\ncta: Go"
BODY = '# It is here\n\nDear {{ contact.first_name | default("friend") }}, *this* is **new** & <b>bold</b>. [More](https://demo.example/more)'


def twin(made, adapter):
    return json.loads(made.outputs[f"chat/{adapter}/en.json"])


def fill(template, **contact):
    return compile_template(template).render({"contact": contact}, "en", "EUR", "UTC", sample_links())


def test_every_adapter_has_a_payload(channel):
    made = channel("chat", "{adapters: [slack, telegram, discord, whatsapp]}", front=FRONT, body=BODY)
    assert made.codes() == []
    assert set(made.outputs) == {f"chat/{name}/en.json" for name in chat.ADAPTERS}
    for name in chat.ADAPTERS:
        data = twin(made, name)
        assert (data["schema"], data["adapter"], data["templates"]) == ("mops.chat/1", name, True)
    assert "contact.first_name" in made.result.variables


def test_slack_text_is_escaped_where_it_lands(channel):
    blocks = twin(channel("chat", "{adapters: [slack]}", front=FRONT, body=BODY), "slack")["payload"]["blocks"]
    assert [block["type"] for block in blocks] == ["header", "section", "actions"]
    text = fill(blocks[1]["text"]["text"], first_name="<!channel> & Co")
    assert text.startswith("Dear &lt;!channel&gt; &amp; Co, _this_ is *new* &amp; ")
    assert "<https://demo.example/more|More>" in text
    assert blocks[2]["elements"][0]["text"]["text"] == "Go"


def test_telegram_html(channel):
    data = twin(channel("chat", "{adapters: [telegram]}", front=FRONT, body=BODY), "telegram")
    assert data["method"] == "sendMessage"
    text = fill(data["payload"]["text"], first_name="<i>")
    assert text.startswith("<b>It is here</b>\n\nDear &lt;i&gt;, <i>this</i> is <b>new</b> &amp; ")
    assert text.count("It is here") == 1


def test_discord_markdown(channel):
    data = twin(channel("chat", "{adapters: [discord]}", front=FRONT, body=BODY), "discord")
    (embed,) = data["payload"]["embeds"]
    text = fill(embed["description"], first_name="*@everyone*")
    assert "\\*\\@everyone\\*" in text or "\\*@everyone\\*" in text
    assert "**[Go](https://links." in text
    assert data["payload"]["allowed_mentions"] == {"parse": []}


def test_whatsapp_template_and_definition(channel):
    made = channel("chat", "{adapters: [whatsapp], template: hello_en}", front=FRONT, body=BODY)
    data = twin(made, "whatsapp")
    assert data["definition"]["components"][1]["text"] == "Hi {{first_name}}, a short note"
    (body,) = data["payload"]["template"]["components"]
    assert body["parameters"][0]["parameter_name"] == "first_name"
    assert fill(body["parameters"][0]["text"], first_name="Ada\nB") == "Ada B"
    assert data["payload"]["template"]["name"] == "hello_en"


def test_a_text_of_its_own_for_one_service(channel):
    files = {
        "campaigns/hello/chat.yaml": "slack:\n  title: For [[ project.name ]]\n  body: Only *here*\n  label: Look\n"
    }
    made = channel("chat", "{adapters: [slack, telegram]}", front=FRONT, body=BODY, files=files)
    assert made.codes() == []
    blocks = twin(made, "slack")["payload"]["blocks"]
    assert blocks[0]["text"]["text"] == "For Demo & Sons"
    assert blocks[1]["text"]["text"] == "Only *here*"
    assert "It is here" in twin(made, "telegram")["payload"]["text"]
    assert not made.result.derived


@pytest.mark.parametrize(
    ("settings", "written", "code", "line"),
    [
        ("{adapters: [slak]}", "", "MN301", 4),
        ("{adapters: [slack]}", "slack:\n  titel: x\n", "MN302", 2),
        ("{adapters: [slack]}", "slak: {}\n", "MN302", 1),
        ("{adapters: [slack]}", f"slack:\n  title: {'t' * 151}\n", "MN310", 2),
        ("{adapters: [telegram]}", f"telegram:\n  body: {'t' * 4097}\n", "MN320", 2),
        ("{adapters: [discord]}", f"discord:\n  body: x\n  content: {'t' * 2001}\n", "MN330", 3),
        ("{adapters: [whatsapp]}", f"whatsapp:\n  body: {'t' * 1025}\n", "MN340", 2),
        ("{adapters: [whatsapp]}", "whatsapp:\n  body: \"{{ contact.first_name | default('a') }}, hi\"\n", "MN342", 2),
        ("{adapters: [whatsapp]}", "whatsapp:\n  body: \"Hi {{ contact.first_name | default('') }}!\"\n", "MN341", 2),
    ],
)
def test_mistakes(channel, settings, written, code, line):
    files = {"campaigns/hello/chat.yaml": written} if written else {}
    files["content/personas/zoe.yaml"] = "title: Zoe\ncontact: {first_name: null}\n"
    made = channel("chat", settings, front=FRONT, body=BODY, files=files)
    found = [one for one in made.job.found if one.code == code]
    assert found, made.job.found
    assert found[0].span.line == line
    assert found[0].help


def test_the_button_has_a_shared_label(channel):
    front = FRONT.replace("\ncta: Go", "")
    made = channel("chat", "{adapters: [slack]}", front=front, body="Hi")
    assert twin(made, "slack")["payload"]["blocks"][-1]["elements"][0]["text"]["text"] == "Read more"
