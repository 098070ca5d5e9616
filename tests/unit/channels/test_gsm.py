"""SMS alphabet, parts and what makes a text dear."""

import json
import unicodedata
from pathlib import Path

import pytest

from mops_cli.channels import gsm
from mops_cli.model import graphemes

CASES = Path(__file__).parents[4] / "shared/data/sms/cases.jsonl"
FAMILY = "\U0001f468‍\U0001f469‍\U0001f467"


def cases():
    if not CASES.exists():
        pytest.skip("the open SMS cases are not beside this clone (shared/data/sms)")
    return [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]


def seen(case):
    text = gsm.prepare(case["text"], smart=case["smart"])
    size = gsm.measure(case["text"], smart=case["smart"])
    return {
        "encoding": size.encoding,
        "segments": size.segments,
        "characters": gsm.characters(text),
        "scalars": len(text),
        "message_bits": size.bits,
        "total_bits": size.total_bits,
        "non_gsm": list(gsm.outside(text)),
    }


@pytest.mark.shared_data
def test_every_case_agrees_field_by_field():
    compared = 0
    for case in cases():
        if unicodedata.is_normalized("NFC", case["text"]):
            assert {"text": case["text"], "smart": case["smart"], **seen(case)} == case
            compared += 1
    assert compared == 362


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        # 152 + an escape pair does not fit into 153: the pair moves on and the second part holds one less
        ("a" * 152 + "€" + "b" * 151, "GSM-7", 2),
        ("a" * 152 + "€" + "b" * 152, "GSM-7", 3),
        ("ł" + "a" * 69, "UCS-2", 1),
        ("ł" + "a" * 70, "UCS-2", 2),
        ("ł" + "a" * 133, "UCS-2", 2),
        ("ł" + "a" * 134, "UCS-2", 3),
        # a surrogate pair and a family are never torn
        ("ł" + "a" * 65 + "😀" + "b" * 66, "UCS-2", 3),
        ("ł" + "a" * 60 + FAMILY + "b" * 60, "UCS-2", 3),
    ],
)
def test_boundaries(text, encoding, segments):
    size = gsm.measure(text)
    assert (size.encoding, size.segments) == (encoding, segments)


def test_decomposed_letters_are_composed_first():
    assert gsm.measure("Cafe\u0301").encoding == "GSM-7"


def test_smart_encoding_keeps_a_message_cheap():
    text = "It’s here – “finally”"
    assert gsm.measure(text).encoding == "UCS-2"
    assert gsm.measure(text, smart=True).encoding == "GSM-7"
    assert gsm.prepare(text, smart=True) == 'It\'s here - "finally"'


def test_the_culprit_is_named_with_what_its_replacement_saves():
    (cost,) = gsm.costs("Zażółć".replace("ż", "z").replace("ó", "o").replace("ć", "c") + " " + "a" * 140)
    assert (cost.char, cost.why, cost.position, cost.replacement, cost.saves) == ("ł", "ucs2", 4, "l", 2)
    assert cost.name == "latin small letter l with stroke"


def test_an_extension_character_that_costs_a_part_is_named():
    (cost,) = gsm.costs("a" * 159 + "€")
    assert (cost.char, cost.why, cost.replacement, cost.saves) == ("€", "double", None, 1)
    (cost,) = gsm.costs("a" * 159 + "[")
    assert (cost.replacement, cost.saves) == ("(", 1)


def test_a_cluster_larger_than_a_part_is_torn_and_counted():
    monster = "e" + "\u0301\u0302" * 40
    assert gsm.measure(monster + "x" * 40).segments == 2


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("abc", 3),
        ("a\r\nb", 3),
        (FAMILY, 1),
        ("🇩🇪🇫🇷", 2),
        ("👍🏽!", 2),
        ("e\u0301e", 2),
        ("각", 1),
        ("\u1100\u1161\u11a8", 1),
        ("✈\ufe0f✈", 2),
        ("❤\ufe0f\u200d🔥", 1),
        ("नि", 1),
    ],
)
def test_clusters(text, pieces):
    found = list(graphemes.clusters(text))
    assert "".join(found) == text
    assert len(found) == graphemes.length(text) == pieces
    edges = {0}
    for piece in found:
        edges.add(max(edges) + len(piece))
    assert {at for at in range(len(text) + 1) if graphemes.is_break(text, at)} == edges


def test_shorten_ends_at_a_word():
    assert graphemes.shorten("Three new single origins", 14) == "Three new…"
    assert graphemes.shorten("short", 14) == "short"
    assert graphemes.length(graphemes.shorten("x" * 50, 10)) == 10
