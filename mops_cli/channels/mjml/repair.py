r"""Writes the tree as MJML that mrml takes without damage, and undoes the disguise in its HTML.

mrml prints attributes in the debug format of its language (a quote becomes ``\"``, a newline ``\n``, a joiner
``\u{200d}``) and refuses much that npm mjml takes inside text. So it never sees either: content and every odd value
travel as plain words and are put back into the HTML, escaped for the place where each word came out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.channels.mjml.sentinels import STATEMENT
from mops_cli.channels.mjml.table import LOOSE, table
from mops_cli.channels.mjml.tree import COMMENT, TEXT, Node

if TYPE_CHECKING:
    from mops_cli.channels.mjml.tree import Attribute, Opening

_PLAIN = re.compile(r"[ !#-;=?-\[\]-~]*").fullmatch
_SPACES = re.compile(r"\s+")
_FREE_TEXT = frozenset(("alt", "title"))
_URLS = frozenset(("href", "src", "background-url", "thumbnails-src", "srcset", "action"))
_UNSEEN = re.compile(r"(?<![\d.])(?:0(?![\d.%a-z])|(\d+(?:\.\d+)?)%)")
_SPELLED = re.compile(r"000(?<![\d.#]000)(\d*(?:\.\d+)?)px")
_NO_RAW = frozenset(("mj-accordion", "mj-accordion-element", "mj-navbar", "mj-social", "mj-carousel"))


class Disguise:
    """Hands out words for texts and puts the texts back."""

    def __init__(self, source: str) -> None:
        letters = "kqwzvbfghdnpr"
        self.prefix = next((f"jm{a}{b}" for a in letters for b in letters if f"jm{a}{b}" not in source), "jmkq")
        self.texts: list[str] = []
        self._known: dict[str, str] = {}
        self._word = re.compile(rf"{self.prefix}(\d{{5}})mj")

    def hide(self, text: str) -> str:
        """The word for a text; equal texts share one."""
        word = self._known.get(text)
        if word is None:
            word = self._known[text] = f"{self.prefix}{len(self.texts):05d}mj"
            self.texts.append(text)
        return word

    def reveal(self, html: str) -> str:
        """Put every text back: as it is into text and style sheets, with its quotes escaped into attributes."""
        out: list[str] = []
        last = 0
        html = _SPELLED.sub(lambda found: f"{found[1]}%" if found[1] else "0", html)
        for found in self._word.finditer(html):
            start, end = found.span()
            text = self.texts[int(found[1])]
            attribute = _attribute_at(html, start)
            if attribute:
                text = (_SPACES.sub(" ", text) if attribute == "style" else text).replace('"', "&quot;")
            out.append(html[last:start])
            out.append(text)
            last = end
        out.append(html[last:])
        return "".join(out)


def _attribute_at(html: str, at: int) -> str:
    """The attribute whose value contains this place, or "". No value in the engine's output holds ``<``, ``>`` or ``"``."""
    opened = html.rfind("<", 0, at)
    if html.rfind(">", opened + 1, at) >= 0:
        return ""
    quote = html.rfind('="', opened, at)
    return html[html.rfind(" ", opened, quote) + 1 : quote] if quote >= 0 else ""


def spelled(padding: str) -> str:
    """A padding that mrml can count with: it skips a whole padding in which one number is a bare 0 or a percentage.

    A 0 travels as ``000px`` and 5% as ``0005px``; npm mjml counts a percentage as so many pixels, too.
    """
    return _UNSEEN.sub(lambda found: f"000{found[1] or ''}px", padding)


class Writer:
    """Writes a tree for mrml, remembering which node every stretch of the output came from."""

    def __init__(self, disguise: Disguise, taken: set[int], *, comments: bool) -> None:
        self.disguise = disguise
        self.taken = taken
        self.comments = comments
        self.ending = table().ending
        self.out: list[str] = []
        self.size = 0
        self.marks: list[tuple[int, Node]] = []

    def write(self, root: Node) -> str:
        """The MJML of ``root``. Only printable ASCII: offsets and bytes agree."""
        self._element(root, "")
        return "".join(self.out)

    def body(self) -> list[Node]:
        """Everything that was written for the body, in order (elements of the same tags stand in the head, too)."""
        nodes = [node for _, node in self.marks]
        first = next((index for index, node in enumerate(nodes) if node.tag == "mj-body"), 0)
        return nodes[first:]

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.size += len(text)

    def _element(self, node: Node, parent: str) -> None:
        tag = node.tag
        if tag not in KNOWN or id(node) in self.taken:
            return
        self.marks.append((self.size, node))
        if tag in _PIECES:
            self._piece(node, parent)
            return
        opened = f"<{tag}{self._attributes(node)}>"
        if tag not in self.ending:
            self._put(opened)
            for child in node.children:
                self._element(child, tag)
            self._put(f"</{tag}>")
            return
        content = node.text.strip()
        hidden = self.disguise.hide(content) if content and tag != "mj-carousel-image" else ""
        self._put(f"{opened}{hidden}</{tag}>")

    def _piece(self, node: Node, parent: str) -> None:
        """Between elements only statements have a meaning; MJML drops every other text."""
        if node.tag == TEXT:
            if parent not in _NO_RAW:
                self._put(" ".join(STATEMENT.findall(node.text)))
        elif self.comments or "[if" in node.text or "[endif" in node.text:
            self._put(f"<!--{self.disguise.hide(node.text[4:-3])}-->")

    def _attributes(self, node: Node) -> str:
        if node.opening is not None:
            plain = _plain_attributes(node.opening)
            if plain is not None:
                return plain
        return "".join(f' {name}="{self._value(value)}"' for name, value in _values(node))

    def _value(self, value: str) -> str:
        return value if _PLAIN(value) else self.disguise.hide(value)


@lru_cache(maxsize=4096)
def _plain_attributes(opening: Opening) -> str | None:
    """How the attributes of a shared tag are written; None when a value has to travel in disguise."""
    values = _values(opening)
    if all(_PLAIN(value) for _, value in values):
        return "".join(f' {name}="{value}"' for name, value in values)
    return None


def _values(element: Node | Opening) -> list[tuple[str, str]]:
    """The attributes the engine shall see, the first of each name, with their values made ready."""
    seen: dict[str, str] = {}
    for attribute in element.attributes:
        if attribute.name not in seen and _written(attribute):
            seen[attribute.name] = _ready(attribute.name, attribute.value)
    return list(seen.items())


def _ready(name: str, value: str) -> str:
    if "padding" in name:
        value = spelled(value)
    if _PLAIN(value) or name in _FREE_TEXT:
        return value
    return _SPACES.sub("" if name in _URLS else " ", value).strip()


def _written(attribute: Attribute) -> bool:
    """Whether the engine shall see an attribute; to it every ``full-width`` means full width, even an empty one."""
    if attribute.name == "full-width":
        return attribute.value == "full-width"
    return attribute.name.isascii()


_PIECES = frozenset((TEXT, COMMENT))
KNOWN = frozenset(table().components) | LOOSE | {"mjml", TEXT, COMMENT}
"""What mrml may see; unknown elements print nothing, as in npm mjml."""
