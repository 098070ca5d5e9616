r"""Writes the tree as MJML that mrml takes without damage, and undoes the disguise in its HTML.

mrml prints attributes in the debug format of its language (a quote becomes ``\"``, a newline ``\n``, a joiner
``\u{200d}``) and refuses much that npm mjml takes inside text. So it never sees either: content and every odd value
travel as plain words and are put back into the HTML, escaped for the place where each word came out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.channels.mjml.sentinels import STATEMENT
from mops_cli.channels.mjml.table import LOOSE, table
from mops_cli.channels.mjml.tree import COMMENT, TEXT, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.mjml.tree import Attribute

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

    def __init__(self, disguise: Disguise, skip: Callable[[Node], bool], *, comments: bool) -> None:
        self.disguise = disguise
        self.skip = skip
        self.comments = comments
        self.out: list[str] = []
        self.size = 0
        self.marks: list[tuple[int, Node]] = []

    def write(self, root: Node) -> str:
        """The MJML of ``root``. Only printable ASCII: offsets and bytes agree."""
        self._element(root, "")
        return "".join(self.out)

    def _put(self, text: str) -> None:
        self.out.append(text)
        self.size += len(text)

    def _element(self, node: Node, parent: str) -> None:
        if self.skip(node):
            return
        self.marks.append((self.size, node))
        if node.tag == TEXT:
            self._bare(node, parent)
            return
        if node.tag == COMMENT:
            self._comment(node)
            return
        self._put(f"<{node.tag}{self._attributes(node)}>")
        if node.tag in table().ending:
            content = node.text.strip()
            if content and node.tag != "mj-carousel-image":
                self._put(self.disguise.hide(content))
        else:
            for child in node.children:
                self._element(child, node.tag)
        self._put(f"</{node.tag}>")

    def _bare(self, node: Node, parent: str) -> None:
        """Between elements only statements have a meaning; MJML drops every other text."""
        if parent not in _NO_RAW:
            self._put(" ".join(STATEMENT.findall(node.text)))

    def _comment(self, node: Node) -> None:
        if self.comments or "[if" in node.text or "[endif" in node.text:
            self._put(f"<!--{self.disguise.hide(node.text[4:-3])}-->")

    def _attributes(self, node: Node) -> str:
        if not node.attributes:
            return ""
        seen: set[str] = set()
        parts: list[str] = []
        for attribute in node.attributes:
            if attribute.name in seen or not _written(attribute):
                continue
            seen.add(attribute.name)
            parts.append(f' {attribute.name}="{self._value(node.tag, attribute)}"')
        return "".join(parts)

    def _value(self, tag: str, attribute: Attribute) -> str:
        value = attribute.value
        if "padding" in attribute.name:
            value = spelled(value)
        if _PLAIN(value):
            return value
        name = attribute.name
        if name not in _FREE_TEXT:
            value = _SPACES.sub("" if name in _URLS else " ", value).strip()
            if _PLAIN(value):
                return value
        return self.disguise.hide(value)


def _written(attribute: Attribute) -> bool:
    """Whether the engine shall see an attribute; to it every ``full-width`` means full width, even an empty one."""
    if attribute.name == "full-width":
        return attribute.value == "full-width"
    return attribute.name.isascii()


def known(node: Node) -> bool:
    """Whether mrml knows the tag; unknown elements print nothing, as in npm mjml."""
    return node.tag in table().components or node.tag in LOOSE or node.tag in {"mjml", TEXT, COMMENT}
