"""The tree of an MJML document: what stands where, without any judgement."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Attribute:
    """``name="value"`` with the offsets of its parts."""

    name: str
    value: str
    start: int
    value_start: int
    end: int


@dataclass(slots=True)
class Node:
    """An element, or a piece between elements.

    ``tag`` is ``#text`` or ``#comment`` for a piece. ``text`` is the content of an ending tag, of a text or of a
    comment; it begins at ``text_start``. Offsets count over all documents of a mail (see :mod:`places`).
    """

    tag: str
    start: int
    open_end: int = 0
    end: int = 0
    attributes: list[Attribute] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    text: str = ""
    text_start: int = 0

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute; of two with one name the first counts, as in npm mjml."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute.value
        return default

    def find(self, tag: str) -> Node | None:
        """The first child with this tag."""
        return next((child for child in self.children if child.tag == tag), None)


TEXT = "#text"
COMMENT = "#comment"
