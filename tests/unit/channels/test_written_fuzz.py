"""Whatever stands in an override file or a field: findings, never a traceback, and only valid JSON."""

import json
from dataclasses import replace
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mops_cli.build.project import open_project
from mops_cli.channels import CHANNELS
from mops_cli.channels.base import Job
from mops_cli.model.content import TextFile

SETTINGS = "{adapters: [slack, telegram, discord, whatsapp]}"
YAML = f"title: H\ntopic: news\nchannels:\n  sms: {{}}\n  push: {{}}\n  chat: {SETTINGS}\n  social: {{platforms: [x, bluesky]}}\n"
KEYS = st.sampled_from(
    ["title", "body", "text", "link", "label", "image", "alt", "icon", "actions", "topic", "ttl", "urgency", "tag",
     "hashtags", "fields", "content", "examples", "footer", "art", "x", "bluesky", "slack", "discord", "whatsapp"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "{{ contact.first_name }}",
            "{{",
            "[[ project.name ]]",
            "[[ x",
            "{% if %}",
            "{% if a %}",
            "jx00001exj",
            "https://a.example/{{ x }}",
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@pytest.fixture
def opened(project):
    return open_project(project({"campaigns/hello/campaign.yaml": YAML}))


def build(opened, channel, overrides):
    folder = replace(opened.repository.campaigns["hello"], overrides=overrides)
    job = Job(opened.repository, folder, channel, "en", "", opened.files)
    result = import_module(CHANNELS[channel]).build(job)
    for output in result.outputs:
        if output.path.endswith(".json"):
            json.loads(output.data)
    for finding in job.found:
        assert finding.span.path
        assert finding.message
    return job


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    channel=st.sampled_from(["push", "chat", "social"]),
    value=st.one_of(st.dictionaries(KEYS, VALUES, max_size=6), VALUES),
)
def test_any_override(opened, channel, value):
    name = f"{channel}.yaml"
    build(opened, channel, {name: TextFile(f"campaigns/hello/{name}", json.dumps(value))})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=80), st.lists(TEXTS, max_size=4).map(" ".join)))
def test_any_text_message(opened, text):
    build(opened, "sms", {"sms.txt": TextFile("campaigns/hello/sms.txt", text)})
