"""Font facts as bytes and back, for a memory of earlier builds: reading a font costs more than what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class FontFacts:
    """What a font file says about itself; ``data`` is the file without WOFF around it."""

    families: tuple[str, ...]
    weights: tuple[int, int]
    italic: bool
    embedding: int
    characters: frozenset[int]
    data: bytes


def pack(facts: FontFacts | None, original: bytes) -> bytes:
    """The facts as bytes; nothing when the file is no font. An unpacked file follows only if it differs."""
    if facts is None:
        return b""
    head = [list(facts.families), list(facts.weights), facts.italic, facts.embedding, _ranges(facts.characters)]
    return json.dumps(head).encode() + b"\n" + (b"" if facts.data == original else facts.data)


def unpack(packed: bytes, original: bytes) -> FontFacts | None:
    """What :func:`pack` packed."""
    if not packed:
        return None
    head, _, data = packed.partition(b"\n")
    families, weights, italic, embedding, ranges = json.loads(head)
    characters = frozenset(code for low, high in ranges for code in range(low, high + 1))
    return FontFacts(tuple(families), (weights[0], weights[1]), italic, embedding, characters, data or original)


def _ranges(codes: frozenset[int]) -> list[tuple[int, int]]:
    ordered = sorted(codes)
    if not ordered:
        return []
    ends = [low for low, high in pairwise(ordered) if high != low + 1] + [ordered[-1]]
    starts = [ordered[0]] + [high for low, high in pairwise(ordered) if high != low + 1]
    return list(zip(starts, ends, strict=True))
