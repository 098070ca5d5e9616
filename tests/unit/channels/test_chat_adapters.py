"""Each chat service: its payload, its limits, and the published description of its call."""

import json
from pathlib import Path

import pytest

from mops_cli.channels.chat import discord, slack, split, telegram, whatsapp
from mops_cli.channels.chat.parts import Parts

SPECS = Path(__file__).parents[4] / "shared/data/specs"


def parts(**values):
    defaults = {
        "campaign": "spring-roast",
        "locale": "en",
        "title": "The spring roast is here",
        "body": "Dear {{ contact.first_name | slack }},\n\nthree *new* origins.",
        "summary": "Hi {{ (contact.first_name | default('friend')) | header }}, three new origins. Order by Sunday.",
        "url": "{{ links.click(1) | url }}",
        "target": "https://aurora.example/spring",
        "label": "Taste it",
        "color": "#8a3b12",
    }
    return Parts(**{**defaults, **values})


def spec(name):
    path = SPECS / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the open description of {name} is not beside this clone (shared/data/specs)")
    return json.loads(path.read_text("utf-8"))


def validate(value, schema, document):
    jsonschema = pytest.importorskip("jsonschema")
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    registry = Registry().with_resource("urn:spec", Resource(document, DRAFT202012))
    jsonschema.Draft202012Validator(_absolute(schema), registry=registry).validate(value)


def _absolute(node):
    if isinstance(node, dict):
        return {
            key: f"urn:spec{value}" if key == "$ref" and str(value).startswith("#") else _absolute(value)
            for key, value in node.items()
        }
    return [_absolute(item) for item in node] if isinstance(node, list) else node


# -- cutting


def test_paragraphs_keep_a_loop_together():
    text = "one\n\n{% for p in list %}\n\n{{ p }}\n\n{% endfor %}\n\nlast"
    assert split.paragraphs(text) == ["one", "{% for p in list %}\n\n{{ p }}\n\n{% endfor %}", "last"]


def test_chunks_are_filled_up_to_the_limit():
    assert split.chunks("aaaa\n\nbbbb\n\ncccc", 10, len) == ["aaaa\n\nbbbb", "cccc"]


# -- Slack


def test_slack_blocks():
    made = slack.payload(parts(image="https://aurora.example/x.png", image_alt="Three bags", footer="Aurora"))
    assert [block["type"] for block in made["blocks"]] == ["header", "image", "section", "actions", "context"]
    assert made["blocks"][3]["elements"][0]["url"] == "{{ links.click(1) | url }}"
    assert slack.check(made) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": "t" * 151}, "header"),
        ({"body": "b" * 3001}, "section"),
        ({"label": "l" * 76}, "button"),
        ({"body": "\n\n".join(["b" * 2900] * 52)}, "54 blocks"),
    ],
)
def test_slack_limits(values, words):
    (problem,) = slack.check(slack.payload(parts(**values)))
    assert words in problem.message


def test_slack_sections_are_filled_by_the_longest_person():
    made = slack.payload(parts(body="{{ x }}\n\n{{ x }}", size=lambda text: 2000 * text.count("x")))
    assert len([block for block in made["blocks"] if block["type"] == "section"]) == 2


@pytest.mark.shared_data
def test_slack_parameters_are_known():
    document = spec("slack")
    known = {parameter["name"] for parameter in document["paths"]["/chat.postMessage"]["post"]["parameters"]}
    made = slack.payload(parts())
    assert set(made) <= known


# -- Telegram


def test_telegram_message_and_photo():
    made = telegram.payload(parts(body="Hello <b>you</b> &amp; me"))
    assert made["method"] == "sendMessage"
    assert made["text"].startswith("<b>The spring roast is here</b>\n\nHello")
    assert made["reply_markup"]["inline_keyboard"][0][0]["text"] == "Taste it"
    photo = telegram.payload(parts(image="https://aurora.example/x.png"))
    assert photo["method"] == "sendPhoto"
    long = telegram.payload(parts(image="https://aurora.example/x.png", body="b" * 2000))
    assert long["link_preview_options"]["show_above_text"]


def test_telegram_counts_after_parsing():
    assert telegram.visible('<a href="https://aurora.example/">a &amp; b</a>😀') == 7
    assert telegram.check(telegram.payload(parts(title="", body="<b>" + "b" * 4096 + "</b>"))) == []
    (problem,) = telegram.check(telegram.payload(parts(title="", body="b" * 4097)))
    assert "4,097" in problem.message


@pytest.mark.shared_data
@pytest.mark.parametrize("values", [{}, {"image": "https://aurora.example/x.png"}])
def test_telegram_fields_are_known(values):
    document = spec("telegram")
    made = telegram.payload(parts(**values))
    method = document["methods"][made.pop("method")]
    names = {field["name"] for field in method["fields"]}
    required = {field["name"] for field in method["fields"] if field["required"]}
    assert set(made) <= names
    assert required - {"chat_id"} <= set(made)


# -- Discord


def test_discord_embed():
    made = discord.payload(parts(footer="Aurora", image="https://aurora.example/x.png"))
    (embed,) = made["embeds"]
    assert embed["color"] == 0x8A3B12
    assert embed["description"].endswith("**[Taste it]({{ links.click(1) | url }})**")
    assert made["allowed_mentions"] == {"parse": []}
    assert discord.check(made) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": "t" * 257}, "title"),
        ({"body": "b" * 4097, "url": ""}, "description"),
        ({"written": {"content": "c" * 2001}}, "content"),
        ({"written": {"fields": [{"name": "n", "value": "v"}] * 26}}, "26 fields"),
        ({"written": {"fields": [{"name": "n" * 257, "value": "v"}]}}, "name"),
        ({"body": "b" * 4000, "footer": "f" * 2040, "url": ""}, "in sum"),
    ],
)
def test_discord_limits(values, words):
    assert any(words in problem.message for problem in discord.check(discord.payload(parts(**values))))


@pytest.mark.shared_data
def test_discord_payload_is_valid():
    document = spec("discord")
    operation = document["paths"]["/webhooks/{webhook_id}/{webhook_token}"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    made = discord.payload(parts(url="https://aurora.example/", footer="Aurora", image="https://aurora.example/x.png"))
    validate(made, schema, document)


# -- WhatsApp


def test_whatsapp_names_its_parameters():
    text, names = whatsapp.named("Hi {{ a.name | header }} and {{ b.name }} and {{ a.name | header }}, {{ 'x' }}")
    assert text == "Hi {{name}} and {{name_2}} and {{name}}, {{x}}"
    assert names == {"name": "{{ a.name | header }}", "name_2": "{{ b.name }}", "x": "{{ 'x' }}"}


def test_whatsapp_payload_and_definition_agree():
    given = parts(written={"examples": {"first_name": "Mia"}})
    made, wanted = whatsapp.payload(given), whatsapp.definition(given)
    (body,) = made["template"]["components"]
    assert body["parameters"] == [
        {
            "type": "text",
            "parameter_name": "first_name",
            "text": "{{ (contact.first_name | default('friend')) | header }}",
        }
    ]
    assert made["template"]["name"] == wanted["name"] == "spring_roast"
    assert wanted["components"][1]["text"] == "Hi {{first_name}}, three new origins. Order by Sunday."
    assert wanted["components"][1]["example"]["body_text_named_params"] == [
        {"param_name": "first_name", "example": "Mia"}
    ]
    assert whatsapp.check_definition(wanted) == []


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        ("x" * 1025, "MN340"),
        ("Hi {% if contact.vip %}you{% endif %} there", "MN342"),
        ("{{ contact.first_name }}, hello", "MN342"),
        ("Hello {{ contact.first_name }}", "MN342"),
    ],
)
def test_whatsapp_definition_limits(summary, code):
    (problem,) = whatsapp.check_definition(whatsapp.definition(parts(summary=summary)))
    assert problem.code == code


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "a    b"])
def test_whatsapp_parameters_are_checked_filled(value):
    made = whatsapp.payload(parts())
    made["template"]["components"][0]["parameters"][0]["text"] = value
    (problem,) = whatsapp.check(made)
    assert problem.code == "MN341"


@pytest.mark.shared_data
def test_whatsapp_payload_is_valid():
    document = spec("whatsapp")
    path = next(path for path in document["paths"] if path.endswith("/messages"))
    schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validate({**whatsapp.payload(parts()), "to": "+4915100000000"}, schema, document)


@pytest.mark.shared_data
def test_whatsapp_definition_is_valid():
    document = spec("whatsapp")
    path = next(path for path in document["paths"] if path.endswith("/message_templates"))
    schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validate(whatsapp.definition(parts()), schema, document)
