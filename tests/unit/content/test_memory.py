"""What was clean before is not parsed again, and says the same."""

import pickle

from content_project import BASE, make, told

from mops_cli.content.loader import load
from mops_cli.content.memory import Memory
from mops_cli.content.yaml_source import parse


def test_a_second_load_says_the_same(tmp_path):
    first = make(tmp_path, {"segments/bad.yaml": "title: {{ x }}\n", "content/personas/a.yaml": "title: A\nage: 1\n"})
    memory = Memory()
    assert told(load(tmp_path, memory=memory)) == told(first)
    assert memory.changed
    again = Memory.of(memory.dump())
    second = load(tmp_path, memory=again)
    assert told(second) == told(first)
    assert second.repository.campaigns.keys() == first.repository.campaigns.keys()
    spring = second.repository.campaigns["spring"]
    assert spring.campaign.value == first.repository.campaigns["spring"].campaign.value
    assert spring.messages["de", ""].front == {"subject": "Hallo"}
    assert not again.changed


def test_places_are_read_when_asked_for(tmp_path):
    memory = Memory()
    text = BASE["campaigns/spring/campaign.yaml"]
    fresh = parse("x.yaml", text, memory)
    recalled = parse("x.yaml", text, memory)
    assert recalled.data == fresh.data
    assert recalled.source.at("channels", "email", "sender") == fresh.source.at("channels", "email", "sender")
    assert pickle.loads(pickle.dumps(parse("x.yaml", text, memory).source)).at("topic").line == 2


def test_mistakes_are_not_remembered():
    memory = Memory()
    for _ in range(2):
        assert [d.code for d in parse("x.yaml", "a: {{ x }}\n", memory).diagnostics] == ["MC104"]
    assert memory.dump() == Memory().dump()


def test_damage_is_no_trouble():
    for raw in (None, b"", b"{", b"[1]", b"\xff", b"[" * 100_000):
        assert not Memory.of(raw).changed


def test_a_memory_that_was_changed_by_others_is_forgotten():
    memory = Memory()
    text = "title: Spring\n"
    parse("x.yaml", text, memory)
    key = Memory.key(text)
    assert key in Memory.of(memory.dump())
    assert key not in Memory.of(memory.dump().replace(b"Spring", b"Autumn"))
    assert key not in Memory.of(memory.dump()[:-1])


def test_keys_keep_the_order_in_which_they_were_written():
    memory = Memory()
    text = "utm: {source: mops, campaign: spring, medium: mail}\n"
    parse("x.yaml", text, memory)
    recalled = parse("x.yaml", text, Memory.of(memory.dump())).data
    assert list(recalled["utm"]) == ["source", "campaign", "medium"]
