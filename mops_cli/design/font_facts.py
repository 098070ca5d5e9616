"""Font facts as bytes and back, for a memory of earlier builds: reading a font costs more than what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class FontFacts:
    """What a font file says about itself; ``data`` is the file without WOFF around it, ``axes`` are what may vary."""

    families: tuple[str, ...]
    weights: tuple[int, int]
    italic: bool
    embedding: int
    characters: frozenset[int]
    data: bytes
    axes: tuple[str, ...] = ()
    copyright: str = ""
    version: str = ""
    licence: str = ""
    licence_url: str = ""


_TEXTS = ("copyright", "version", "licence", "licence_url")


def pack(facts: FontFacts | None, original: bytes) -> bytes:
    """The facts as bytes; nothing when the file is no font. An unpacked file follows only if it differs."""
    if facts is None:
        return b""
    head = {
        "families": facts.families,
        "weights": facts.weights,
        "italic": facts.italic,
        "embedding": facts.embedding,
        "characters": stretches(facts.characters),
        "axes": facts.axes,
        **{name: getattr(facts, name) for name in _TEXTS},
    }
    return json.dumps(head).encode() + b"\n" + (b"" if facts.data == original else facts.data)


def unpack(packed: bytes, original: bytes) -> FontFacts | None:
    """What :func:`pack` packed."""
    if not packed:
        return None
    text, _, data = packed.partition(b"\n")
    head = json.loads(text)
    return FontFacts(
        families=tuple(head["families"]),
        weights=(head["weights"][0], head["weights"][1]),
        italic=head["italic"],
        embedding=head["embedding"],
        characters=frozenset(code for low, high in head["characters"] for code in range(low, high + 1)),
        data=data or original,
        axes=tuple(head["axes"]),
        **{name: head[name] for name in _TEXTS},
    )


def stretches(codes: frozenset[int] | set[int]) -> list[tuple[int, int]]:
    """Numbers as first and last of each unbroken stretch, in order."""
    ordered = sorted(codes)
    if not ordered:
        return []
    ends = [low for low, high in pairwise(ordered) if high != low + 1] + [ordered[-1]]
    starts = [ordered[0]] + [high for low, high in pairwise(ordered) if high != low + 1]
    return list(zip(starts, ends, strict=True))
