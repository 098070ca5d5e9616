"""A message becomes a push."""

import json

import pytest

LINK = "link: https://demo.example/hello"


def twin(made):
    return json.loads(made.outputs["push/en.json"])


def test_derived_from_headline_summary_and_link(channel):
    made = channel(
        "push", "{ttl: 4 hours, urgency: high}", front=f"headline: It is here\nsummary: A short note\n{LINK}\ncta: Go"
    )
    assert made.codes() == []
    data = twin(made)
    assert data["headers"] == {"TTL": 14_400, "Urgency": "high", "Topic": "hello"}
    assert data["payload"] == {
        "title": "It is here",
        "body": "A short note",
        "lang": "en",
        "tag": "hello",
        "url": "{{ (links.click(1)) | url }}",
        "actions": [{"action": "open", "title": "Go"}],
    }
    assert data["bytes"]["ada"] < 300
    assert made.result.links[0].url == "https://demo.example/hello"


def test_without_a_link_the_site_opens(channel):
    made = channel("push", front="summary: A short note")
    assert twin(made)["payload"]["title"] == "Hello there"
    assert [link.url for link in made.result.links] == ["https://demo.example"]


def test_written_in_a_file(channel):
    written = """\
        title: "For {{ contact.first_name | default('you') }}"
        body: "From [[ project.name ]]"
        topic: spring
        tag: one
        ttl: 2 days
        urgency: low
        icon: assets/icon.png
        actions:
          - {title: Open, link: "https://demo.example/[[ campaign.id ]]/more"}
          - {title: Later}
        """
    from test_email import png

    files = {"campaigns/hello/push.yaml": written, "campaigns/hello/assets/icon.png": png()}
    made = channel("push", front=f"summary: No\n{LINK}", files=files)
    assert made.codes() == []
    data = twin(made)
    payload = data["payload"]
    assert payload["title"] == "For {{ (contact.first_name | default('you')) | header }}"
    assert payload["body"] == "From Demo & Sons"
    assert data["headers"] == {"TTL": 172_800, "Urgency": "low", "Topic": "spring"}
    assert payload["actions"] == [
        {"action": "action-1", "title": "Open", "url": "{{ (links.click(2)) | url }}"},
        {"action": "action-2", "title": "Later"},
    ]
    assert payload["icon"].startswith('{{ (links.asset("assets/')
    assert len(made.outputs) == 2
    assert "contact.first_name" in made.result.variables
    assert not made.result.derived


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("body: " + "b" * 4000, "MN201"),
        ("title: " + "t" * 51, "MN202"),
        ("body: " + "b " * 70, "MN202"),
        ("topic: no spaces here", "MN203"),
        ("titel: Hi", "MN204"),
        ("actions: Open", "MN205"),
        ("actions: [{title: A}, {title: B}, {title: C}]", "MN205"),
        ("actions: [{link: https://demo.example}]", "MN205"),
        ("ttl: soon", "MN206"),
        ("ttl: 9 weeks", "MN206"),
        ("urgency: urgent", "MN207"),
        ("title: [a]", "MN105"),
    ],
)
def test_mistakes(channel, written, code):
    made = channel("push", front="summary: Hi", files={"campaigns/hello/push.yaml": written + "\n"})
    found = [one for one in made.job.found if one.code == code]
    assert found, made.job.found
    assert found[0].span.path == "campaigns/hello/push.yaml"
    assert found[0].span.line == 1
    assert found[0].help


def test_bytes_are_counted_for_the_longest_person(channel):
    files = {"content/personas/bo.yaml": f"title: Bo\ncontact: {{first_name: {'é' * 2000}}}\n"}
    made = channel("push", front="summary: 'Hi {{ contact.first_name | default(\"you\") }}'", files=files)
    found = next(one for one in made.job.found if one.code == "MN201")
    assert "for the persona bo" in found.message
