"""Fields of messages."""

import pytest
from content_project import make, told

CASES = [
    ("list", "subject: [a]", "2:10 MC202"),
    ("template as a mapping", "subject: {{ a }}", "2:10 MC104"),
    ("empty", "preheader:", "2:1 MC202"),
    ("near miss", "subjekt: x", "2:1 MC201"),
    ("near miss in an arm", "variants:\n  a: {sumary: x}", "3:7 MC201"),
    ("arm without fields", "variants: {a: x}", "2:15 MC202"),
    ("arms as a list", "variants: [a]", "2:11 MC202"),
    ("no arms", "variants:", "2:1 MC202"),
]


@pytest.mark.parametrize(("front", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_planted_mistakes(tmp_path, front, expected):
    campaign = (
        "title: x\ntopic: news\naudience: {segment: everyone}\nchannels: {email: {}}\n"
        "experiment: {vary: subject, arms: {a: 50%, b: 50%}}\n"
    )
    changes = {"campaigns/spring/campaign.yaml": campaign, "campaigns/spring/message.md": f"---\n{front}\n---\n"}
    loading = make(tmp_path, changes)
    assert told(loading) == [f"campaigns/spring/message.md:{expected}"]
    assert loading.diagnostics[0].help


def test_own_fields_are_free(tmp_path):
    front = "---\nsubject: 2026\nkicker: x\ncta: y\nlinks: [a]\nfeatures: [{title: [x]}]\n---\n"
    assert told(make(tmp_path, {"campaigns/spring/message.md": front})) == []
