"""Models and their mistakes in people's words; the same rules as JSON Schemas."""

import json

import jsonschema
import pytest

from mops_cli.content.json_schemas import MODELS, schemas
from mops_cli.content.schema import validate
from mops_cli.content.yaml_source import parse
from mops_cli.model.brand import Fonts, Identity, Voice
from mops_cli.model.campaign import Campaign
from mops_cli.model.config import ProjectConfig
from mops_cli.model.content import BlockSpec, Persona, SegmentFile

GOOD = "title: Spring\ntopic: news\nchannels: {email: {}}\n"
MISTAKES = [
    ("unknown key", Campaign, "titel: x\ntopic: y\nchannels: {}\n", "MC201", 1, 1, 'did you mean "title"'),
    ("unknown key inside", Campaign, GOOD + "audience:\n  segmnt: x\n", "MC201", 5, 3, '"segment"'),
    ("key of another place", Campaign, GOOD + "sender: news\n", "MC201", 4, 1, "belongs to channels.email"),
    ("missing key", Campaign, "title: x\ntopic: y\n", "MC203", 1, 1, "add `channels: …`"),
    ("missing key inside", Campaign, GOOD + "goal:\n  within: 3 days\n", "MC203", 4, 1, "add `event: …`"),
    ("empty", Campaign, "# nothing\n", "MC203", 1, 1, "mops new"),
    ("list for a mapping", Campaign, "- a\n", "MC205", 1, 1, "name: value"),
    ("text for a mapping", Campaign, GOOD + "audience: everyone\n", "MC202", 4, 11, "mapping"),
    ("glued mapping", Campaign, "title: x\ntopic: y\nchannels:\n  email:{}\n", "MC202", 4, 3, "blank after the colon"),
    ("text for a list", Campaign, GOOD + "tags: spring\n", "MC202", 4, 7, "[spring]"),
    ("list for a text", Campaign, "title: [a]\ntopic: y\nchannels: {}\n", "MC202", 1, 8, "one text"),
    ("number in quotes", Campaign, "title: x\ntopic: y\nchannels: {sms: {max_segments: '2'}}\n", "MC202", 3, 32, "without quotes"),
    ("part of a number", Campaign, "title: x\ntopic: y\nchannels: {sms: {max_segments: 2.5}}\n", "MC202", 3, 32, "without a point"),
    ("too many", Campaign, "title: x\ntopic: y\nchannels: {sms: {max_segments: 33}}\n", "MC204", 3, 32, "at most 10"),
    ("yes for true", Campaign, "title: x\ntopic: y\nchannels: {sms: {opt_out: yes}}\n", "MC202", 3, 27, "write true"),
    ("unknown word", Campaign, "title: x\ntopic: y\nchannels: {push: {urgency: hihg}}\n", "MC204", 3, 28, 'did you mean "high"'),
    ("unknown word in a list", Campaign, "title: x\ntopic: y\nchannels: {print: {marks: [crp]}}\n", "MC204", 3, 28, '"crop"'),
    ("nothing for a text", Campaign, "title:\ntopic: y\nchannels: {}\n", "MC202", 1, 1, "write a value"),
    ("nothing for a mapping", Campaign, "title: x\ntopic: y\nchannels:\n", "MC202", 3, 1, "{}"),
    ("duration", Campaign, GOOD + "goal: {event: x, within: a fortnight}\n", "MC204", 4, 26, "3 days"),
    ("share", Campaign, GOOD + "experiment: {vary: x, arms: {a: half}}\n", "MC204", 4, 33, "50%"),
    ("length", Campaign, "title: x\ntopic: y\nchannels: {print: {bleed: 3}}\n", "MC204", 3, 27, "3mm"),
    ("time", Campaign, GOOD + "schedule: {at: 1.12.2026}\n", "MC204", 4, 16, "2026-12-01 09:00"),
    ("arm", Campaign, GOOD + 'experiment: {vary: x, arms: {"A 1": 50%}}\n', "MC207", 4, 30, "small letters"),
    ("locale", Campaign, GOOD + "locales: [English]\n", "MC204", 4, 11, "pt-BR"),
    ("address", ProjectConfig, "project: {id: a, name: A, url: aurora.example}\n", "MC204", 1, 32, "https://aurora.example"),
    ("currency", ProjectConfig, "project: {id: a, name: A, url: 'https://aurora.example', currency: euro}\n", "MC204", 1, 68, "EUR"),
    ("id", ProjectConfig, "project: {id: My Shop, name: A, url: 'https://aurora.example'}\n", "MC204", 1, 15, "spring-launch"),
    ("field type", ProjectConfig, "project: {id: a, name: A, url: 'https://a.example'}\nfields: {contact: {x: {type: string}}}\n", "MC204", 2, 30, "text"),
    ("level", ProjectConfig, "project: {id: a, name: A, url: 'https://a.example'}\nlint: {levels: {MC101: fatal}}\n", "MC204", 2, 24, "error"),
    ("either or", Fonts, "roles: {body: {family: X, files: [{file: a, weight: bold}]}}\n", "MC202", 1, 53, "digits"),
    ("checksum", Fonts, "roles: {body: {family: X, files: [{file: a, sha256: abc}]}}\n", "MC204", 1, 53, "64"),
    ("address parts", Identity, "legal_name: A\naddress: {street: x}\n", "MC203", 2, 1, "add `postal_code: …`"),
    ("voice", Voice, "rules: [{avoyd: x}]\n", "MC201", 1, 10, '"avoid"'),
    ("prop type", BlockSpec, "title: x\nprops: {a: {type: string}}\n", "MC204", 2, 19, "richtext"),
    ("persona", Persona, "title: Ada\ncontacts: {}\n", "MC201", 2, 1, '"contact"'),
    ("segment", SegmentFile, "title: x\nwere: {}\n", "MC201", 2, 1, '"where"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "text", "code", "line", "column", "piece"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_mistake_is_found_at_its_place(model, text, code, line, column, piece):
    value, found = validate(model, parse("x.yaml", text), "a file")
    assert value is None
    assert (found[0].code, found[0].span.line, found[0].span.column) == (code, line, column)
    assert piece in found[0].help
    assert all(d.help for d in found)
    assert "msgspec" not in str(found)


def test_all_mistakes_are_told_at_once():
    text = "titel: x\ntopic: [y]\nchannels: {sms: {max_segments: 33}, push: {urgency: x}}\nfoo: 1\n"
    _, found = validate(Campaign, parse("x.yaml", text), "a campaign")
    assert sorted((d.code, d.span.line) for d in found) == [
        ("MC201", 1), ("MC201", 4), ("MC202", 2), ("MC204", 3), ("MC204", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"), [("01067", "01067"), ("10115", "10115"), ("1.10", "1.10"), ("2026", "2026"), ("'7'", "7")]
)
def test_numbers_are_texts_where_texts_are_asked(written, meant):
    text = f"legal_name: A\naddress: {{street: x, postal_code: {written}, city: y, country: DE}}\n"
    value, found = validate(Identity, parse("x.yaml", text), "the identity")
    assert found == []
    assert value.address.postal_code == meant


def test_lists_become_tuples_and_numbers_stay():
    value, _ = validate(
        Fonts, parse("x.yaml", "roles: {b: {family: X, files: [{file: a, weight: [300, 700]}]}}"), "fonts"
    )
    assert value.roles["b"].files[0].weight == (300, 700)


# -- JSON Schemas


def test_schemas_are_valid_draft_07_with_descriptions():
    for name, schema in schemas().items():
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#", name
        jsonschema.Draft7Validator.check_schema(schema)
    campaign = schemas()["campaign"]
    assert all(field.get("description") for field in campaign["properties"].values())


def _agrees(name, text):
    model, _ = MODELS[name]
    parsed = parse("x.yaml", text)
    errors = list(jsonschema.Draft7Validator(schemas()[name]).iter_errors(parsed.data))
    value, _ = validate(model, parsed, "a file")
    return value is not None, not errors


@pytest.mark.parametrize(("model", "text"), [m[1:3] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_validator_and_schema_refuse_the_same(model, text):
    name = next(name for name, (known, _) in MODELS.items() if known is model)
    ours, schema = _agrees(name, text)
    assert ours is False
    assert schema is False


def test_validator_and_schema_accept_the_same():
    campaign = """title: Spring
topic: news
audience: {segment: a, exclude: [b]}
channels:
  email: {layout: x, sender: y, attach: [pdf], images: cid, theme: dark}
  sms: {max_segments: 2, smart_encoding: false}
  push: {ttl: 4 hours, urgency: high}
  web: {placements: [a]}
  social: {platforms: [a], art: b.svg}
  pdf: {page: A4}
  print: {bleed: 3mm, marks: [crop, cross]}
  chat: {adapters: [slack], category: utility}
locales: [en, pt-BR]
schedule: {at: 2026-12-01 09:00, zone: contact, fallback_zone: Europe/Berlin, not_after: 2 hours}
experiment: {vary: subject, arms: {a: 50%, b: 12.5%}, goal: x, within: 7 days}
goal: {event: x, within: 1 day 12 hours, revenue: y}
utm: {source: mops}
vars: {a: 1, b: [1, {c: d}], e: null}
"""
    assert _agrees("campaign", campaign) == (True, True)
    assert _agrees("persona", "title: x\ncontact: {a: [1, {b: null}]}\n") == (True, True)
    assert _agrees("segment", "title: x\nwhere: [1]\n") == (True, True)
    assert _agrees("block", "title: x\nprops: {a: {type: list, items: {b: text}, default: [1]}}\n") == (True, True)
    assert _agrees(
        "fonts", "roles: {b: {family: X, files: [{file: a, weight: [300, 700]}, {file: b, weight: 400}]}}"
    ) == (True, True)
    assert _agrees("voice", "tone: [a]\nrules: [{avoid: x, use: y}]\n") == (True, True)


def test_schemas_can_be_written():
    json.dumps(schemas(), allow_nan=False)
