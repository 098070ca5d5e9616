"""Whatever lies in ``.mops/cache/``: the build starts from cold, says nothing, and makes the same bytes."""

from __future__ import annotations

import hashlib
import json

import pytest

NAMES = ("build-state.json", "build-traces.json", "content.json")
DEEP = b"[" * 200_000 + b"]" * 200_000
OBJECTS = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
WRONG = {"schema": "mops.build-state/1", "environment": [], "tick": "x", "repeat": 3, "units": 7, "traces": [1]}
HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 64,
    "half": b'{"schema": "mops.build-st',
    "null": b"null",
    "number": b"17",
    "huge number": b"9" * 6000,
    "list": b"[1, 2, 3]",
    "text": b'"text"',
    "lone surrogate": b'{"\\ud800": "\\udfff"}',
    "deep": DEEP,
    "deep objects": OBJECTS,
    "wrong types": json.dumps(WRONG).encode(),
    "other version": b'{"schema": "mops.build-state/99", "traces": {}}',
    "not a number": b'{"schema": NaN, "tick": Infinity}',
}


def _sealed(body: bytes) -> bytes:
    """With a checksum that fits, as a hostile hand would write it."""
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _changed(body: bytes) -> list[bytes]:
    """A real file with every one of its top values replaced by another kind."""
    found = json.loads(body)
    variants: list[object] = []
    for key, value in found.items():
        for other in (None, 7, "x", [1], {"a": [None]}, {"a": 7}, [[]]):
            if type(other) is not type(value) or other:
                variants.append({**found, key: other})
        if isinstance(value, dict) and value:
            inner = next(iter(value))
            variants.extend({**found, key: {**value, inner: other}} for other in (None, 7, "x", [1], {"a": 1}, []))
    return [json.dumps(variant).encode() for variant in variants]


def _outputs(root):
    return {path: path.read_bytes() for path in sorted((root / "dist").rglob("*")) if path.is_file()}


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_damaged_memory_is_a_cold_start(mops, project, kind, sealed):
    root = project()
    assert mops("build", cwd=root).code == 0
    good = _outputs(root)
    for name in NAMES:
        (root / ".mops/cache" / name).write_bytes(_sealed(HOSTILE[kind]) if sealed else HOSTILE[kind])
    called = mops("build", "--json", cwd=root)
    assert called.code == 0, called.err
    assert json.loads(called.out)["diagnostics"] == []
    assert "Traceback" not in called.err
    assert _outputs(root) == good


@pytest.mark.parametrize("name", NAMES)
def test_values_of_a_wrong_kind_in_a_sound_file(mops, project, name):
    root = project()
    assert mops("build", cwd=root).code == 0
    good = _outputs(root)
    place = root / ".mops/cache" / name
    whole = place.read_bytes()
    head, newline, body = whole.partition(b"\n")
    sealed = bool(newline) and len(head) == 64
    for variant in _changed(body if sealed else whole):
        place.write_bytes(_sealed(variant) if sealed else variant)
        called = mops("build", "--json", cwd=root)
        assert called.code == 0, (variant[:300], called.err)
        assert _outputs(root) == good, variant[:300]
