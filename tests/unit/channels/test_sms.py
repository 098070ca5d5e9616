"""A message becomes an SMS, and its cost is known for every person."""

import json

import pytest

from mops_cli.channels.personalize import compile as compile_template
from mops_cli.channels.personalize import sample_links

LINK = "link: https://demo.example/hello"


def twin(made):
    return json.loads(made.outputs["sms/en.json"])


def fill(template, **contact):
    return compile_template(template).render(
        {"contact": contact}, "en", "EUR", "UTC", sample_links("https://go.demo.example")
    )


def test_summary_short_link_and_opt_out(channel):
    made = channel("sms", front=f"summary: A short note\n{LINK}")
    assert made.codes() == []
    text = made.outputs["sms/en.txt"].decode()
    assert text == "A short note {{ (links.short(1)) | sms }}\nReply STOP to opt out\n"
    data = twin(made)
    assert data["schema"] == "mops.sms/1"
    assert data["text"] + "\n" == text
    assert data["sender"] == {"id": "news", "name": "Demo", "number": "Demo"}
    assert data["longest"] == {"persona": "ada", "encoding": "GSM-7", "segments": 1, "units": 66, "capacity": 160}
    assert made.result.derived
    assert [link.url for link in made.result.links] == ["https://demo.example/hello"]
    assert fill(text).startswith("A short note https://go.demo.example/1")


def test_the_front_matter_may_say_its_own_text(channel):
    made = channel("sms", front="summary: A short note\nsms: 'Hi {{ contact.first_name | default(\"you\") }}!'")
    assert fill(twin(made)["text"], first_name="Ada") == "Hi Ada!\nReply STOP to opt out"
    assert made.result.variables == {"contact.first_name"}


def test_else_the_first_paragraph_of_the_text(channel):
    made = channel("sms", body="# Hello\n\nDear friend,\nthis is *new*.\n\nMore.")
    assert twin(made)["text"].startswith("Dear friend, this is new.")


def test_a_file_of_its_own_replaces_the_derivation(channel):
    files = {"campaigns/hello/sms.txt": 'Hey {{ contact.first_name | default("you") }}: [[ short_link ]]\n'}
    made = channel("sms", front=f"summary: A short note\n{LINK}", files=files)
    assert not made.result.derived
    assert twin(made)["text"].startswith(
        'Hey {{ (contact.first_name | default("you")) | sms }}: {{ (links.short(1)) | sms }}'
    )


def test_nothing_to_say_is_an_error(channel):
    assert channel("sms", body="").codes() == ["MS101"]


def test_typesetting_does_not_make_it_dear(channel):
    made = channel("sms", front='summary: "Only\\u00a05\\u202f000 left\\u2068 now"')
    assert twin(made)["text"].startswith("Only 5 000 left now")
    value = '{{ "5\u00a0000" }}'
    made = channel("sms", files={"campaigns/hello/sms.txt": f"Only {value} left"})
    assert fill(twin(made)["text"]).startswith("Only 5 000 left")


def test_too_many_parts_name_the_longest_person(channel):
    files = {"content/personas/bo.yaml": f"title: Bo\ncontact: {{first_name: {'Bo' * 60}}}\n"}
    front = (
        "summary: 'Dear {{ contact.first_name | default(\"you\") }}, this is a long text that fits for most people.'"
    )
    made = channel("sms", "{max_segments: 1}", front=front, files=files)
    (found,) = made.job.found
    assert found.code == "MS130"
    assert "2 parts for the persona bo" in found.message
    assert (found.span.path, found.span.line) == ("campaigns/hello/message.md", 3)


def test_the_character_that_costs_is_shown_in_its_place(channel):
    made = channel(
        "sms", front="summary: This text would fit into one part but for a łetter that no GSM phone knows of"
    )
    (found,) = made.job.found
    assert (found.code, found.help) == ("MS131", 'write "l"')
    assert (found.span.line, found.span.column) == (3, 54)
    assert twin(made)["costs"][0]["saves"] == 1


def test_smart_encoding_can_be_switched_off(channel):
    front = "summary: “It’s here” – and it is such a long text that two parts of it are needed then"
    assert channel("sms", front=front).codes() == []
    assert channel("sms", "{smart_encoding: false}", front=front).codes() == ["MS131"] * 4


def test_marketing_needs_a_way_out_and_service_does_not(channel):
    locales = {"campaigns/hello/message.de.md": "---\nsubject: Hallo\nsummary: Kurz\n---\n"}
    made = channel("sms", front="summary: Hi", files=locales, locale="de")
    assert made.codes() == ["MS110"]
    toml = '[topics.service]\ntitle = "Service"\ntransactional = true\n'
    made = channel("sms", front="summary: Hi", toml=toml, topic="service")
    assert twin(made)["text"] == "Hi"


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("+49 30 901820", []),
        ("71234", []),
        ("Demo Sons", []),
        ("12", ["MS121"]),
    ],
)
def test_sender_ids(channel, number, codes):
    toml = f'[senders.phone]\nname = "Demo"\nnumber = "{number}"\n'
    made = channel("sms", "{sender: phone}", front="summary: Hi", toml=toml)
    assert made.codes() == codes


def test_an_unknown_sender_is_an_error_with_advice(channel):
    made = channel("sms", "{sender: newz}", front="summary: Hi")
    found = [one for one in made.job.found if one.code == "MS120"]
    assert 'did you mean "news"' in found[0].help


def test_what_a_person_brings_to_light_is_reported_at_its_place(channel):
    files = {"content/personas/zoe.yaml": "title: Zoe\ncontact: {}\n"}
    made = channel("sms", front="summary: 'Hi {{ contact.first_name }}'", files=files)
    assert made.job.found
    assert made.job.found[0].span.line == 3


def test_no_message_in_this_language(channel):
    made = channel("sms", locale="de")
    assert made.codes() == ["MC317"]
    assert "message.de.md" in made.job.found[0].help


def test_a_link_number_must_lead_somewhere(channel):
    files = {"campaigns/hello/sms.txt": "Hi\nLook: {{ links.short(2) }}\n"}
    made = channel("sms", front=LINK, files=files)
    (found,) = made.job.found
    assert (found.code, found.span.line, found.span.column) == ("MS140", 2, 10)
    files = {"campaigns/hello/sms.txt": "Look: {{ links.short(1) }}\n"}
    assert channel("sms", front=LINK, files=files).codes() == []
