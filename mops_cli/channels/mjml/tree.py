"""The tree of an MJML document: what stands where, without any judgement."""

from __future__ import annotations

from dataclasses import dataclass

TEXT = "#text"
COMMENT = "#comment"


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name="value"`` with the offsets of its parts."""

    name: str
    value: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """An opening tag written without oddities. Mails repeat such tags a lot, so equal ones share one object, and what
    is found out about it (whether its attributes are legal, how it is written for the engine) is found out once.

    Offsets of its attributes count from the end of the tag's name.
    """  # noqa: D205

    tag: str
    attributes: tuple[Attribute, ...]


class Node:
    """An element, or a piece between elements.

    ``tag`` is ``#text`` or ``#comment`` for a piece. ``text`` is the content of an ending tag, of a text or of a
    comment; it begins at ``text_start``. Offsets count over all documents of a mail (see :mod:`places`).
    ``opening`` is there while the tag is as it was written and without oddities.
    """

    __slots__ = (
        "_attributes",
        "_first",
        "children",
        "end",
        "open_end",
        "opening",
        "start",
        "tag",
        "text",
        "text_start",
    )

    def __init__(self, tag: str, start: int, open_end: int = 0, end: int = 0) -> None:
        self.tag = tag
        self.start = start
        self.open_end = open_end
        self.end = end
        self.children: list[Node] = []
        self.text = ""
        self.text_start = start
        self.opening: Opening | None = None
        self._first = 0
        self._attributes: list[Attribute] | None = None

    def opened(self, opening: Opening, first: int) -> None:
        """Take the attributes of a shared tag; ``first`` is the place after the tag's name."""
        self.opening = opening
        self._first = first

    @property
    def attributes(self) -> list[Attribute]:
        """The attributes with their places."""
        if self._attributes is None:
            first = self._first
            shared = self.opening.attributes if self.opening else ()
            self._attributes = [
                Attribute(a.name, a.value, first + a.start, first + a.value_start, first + a.end) for a in shared
            ]
        return self._attributes

    @attributes.setter
    def attributes(self, attributes: list[Attribute]) -> None:
        self.opening = None
        self._attributes = attributes

    def add(self, name: str, value: str) -> None:
        """Give the element an attribute that its author did not write."""
        self.attributes = [*self.attributes, Attribute(name, value, self.start, self.start, self.open_end)]

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute; of two with one name the first counts, as in npm mjml."""
        for attribute in self.opening.attributes if self.opening else self.attributes:
            if attribute.name == name:
                return attribute.value
        return default

    def values(self) -> dict[str, str]:
        """All attributes by name."""
        shared = self.opening.attributes if self.opening else self.attributes
        return {attribute.name: attribute.value for attribute in reversed(shared)}

    def find(self, tag: str) -> Node | None:
        """The first child with this tag."""
        for child in self.children:
            if child.tag == tag:
                return child
        return None


def text_node(start: int, text: str) -> Node:
    """A piece of text between elements."""
    node = Node(TEXT, start, end=start + len(text))
    node.text = text
    return node
