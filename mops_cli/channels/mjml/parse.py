"""A tolerant MJML parser that remembers where everything stands.

It never fails: whatever it meets becomes a tree, and everything odd becomes a finding with a place. It runs in one
pass with an explicit stack, so that neither depth nor size can hurt it. Why it is our own: ADR 0003.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mops_cli.channels.mjml.attributes import read_attributes
from mops_cli.channels.mjml.table import table
from mops_cli.channels.mjml.tree import COMMENT, Node, text_node

if TYPE_CHECKING:
    from mops_cli.channels.mjml.places import Places

MAX_DEPTH = 64
_MAX_INNER = 16  # so many MJML tags inside content can only be a missing end tag
_TOKEN = re.compile(r"<(?:!--|!\[CDATA\[|(?P<odd>[!?])|(?P<slash>/)?(?P<name>[A-Za-z][\w.:-]*))")
_MJML_TAG = re.compile(r"<!--|<(?P<slash>/)?(?P<name>mj-[a-z-]+|mjml)\b", re.IGNORECASE)
_TAG_END = re.compile(r"[^<>]*>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def parse(text: str, base: int, places: Places) -> list[Node]:
    """Read a document. ``base`` is the number of its first character in ``places``."""
    parser = _Parser(text, base, places)
    parser.run()
    return parser.top


class _Parser:
    def __init__(self, text: str, base: int, places: Places) -> None:
        self.text = text
        self.base = base
        self.places = places
        self.top: list[Node] = []
        self.stack: list[Node] = []
        self.at = 0
        self.ending = table().ending
        self.too_deep = False
        self.cut_off = False
        self.last_comment = text.rfind("-->")

    def run(self) -> None:
        """Read to the end and close what is still open."""
        text, size = self.text, len(self.text)
        while self.at < size:
            found = _TOKEN.search(text, self.at)
            if found is None:
                self._piece(self.at, size)
                break
            start = found.start()
            if start > self.at and not text[self.at : start].isspace():
                self._piece(self.at, start)
            self._token(found)
        while self.stack:
            self._unclosed(self.stack.pop(), size)

    def _token(self, found: re.Match[str]) -> None:
        name = found["name"]
        if name is None:
            self._markup(found)
        elif found["slash"]:
            self._close(found, name.lower())
        else:
            self._open(found, name.lower())

    # -- text, comments, CDATA, declarations

    def _add(self, node: Node) -> None:
        (self.stack[-1].children if self.stack else self.top).append(node)

    def _piece(self, start: int, end: int) -> None:
        """Text between elements; white space says nothing."""
        text = self.text[start:end]
        self.at = end
        bare = text.strip()
        if not bare:
            return
        self._add(text_node(self.base + start + text.index(bare), bare))

    def _markup(self, found: re.Match[str]) -> None:
        start, word = found.start(), found.group()
        if word == "<!--":
            stop = self._until("-->", found, "the comment")
            comment = Node(COMMENT, self.base + start, end=self.base + stop)
            comment.text = self.text[start:stop]
            self._add(comment)
        elif word == "<![CDATA[":
            stop = self._until("]]>", found, "CDATA")
            self._piece(found.end(), max(stop - 3, found.end()))
        else:
            stop = self._until(">", found, "the declaration")
            if not re.match(r"<!doctype\b|<\?xml\b", self.text[start:stop], re.IGNORECASE):
                self.places.warning(
                    "ME105",
                    f"`{word}` begins nothing that MJML knows; it is left out",
                    self.base + start,
                    self.base + stop,
                    "Write a comment as `<!-- ... -->`.",
                )
        self.at = stop

    def _until(self, end: str, found: re.Match[str], what: str) -> int:
        stop = self.text.find(end, found.end())
        if stop >= 0:
            return stop + len(end)
        first, last = found.span()
        self.cut_off = True
        self.places.error(
            "ME104", f"{what} is never closed", self.base + first, self.base + last, f"End it with `{end}`."
        )
        return len(self.text)

    # -- tags

    def _open(self, found: re.Match[str], name: str) -> None:
        node = Node(name, self.base + found.start())
        end, self_closing = read_attributes(self.text, found.end(), node, self.base, self.places)
        node.open_end = node.end = node.text_start = self.base + end
        (self.stack[-1].children if self.stack else self.top).append(node)
        self.at = end
        if self_closing:
            return
        if name in self.ending:
            self._content(node, end)
        elif len(self.stack) < MAX_DEPTH:
            self.stack.append(node)
        elif not self.too_deep:
            self.too_deep = True
            self.places.error(
                "ME107",
                f"elements are nested more than {MAX_DEPTH} deep",
                node.start,
                node.open_end,
                "Close elements before you open the next ones; a mail needs about six levels.",
            )

    def _content(self, node: Node, start: int) -> None:
        """The content of an ending tag is kept as it is written."""
        plain = self.text.find(f"</{node.tag}>", start)
        if plain >= 0 and self.text.find("<mj", start, plain) < 0 and self.text.find("<!--", start, plain) < 0:
            self._keep(node, start, plain, plain + len(node.tag) + 3)
            return
        inner, closed = self._inner_tags(node.tag, start)
        if closed is not None:
            stop, after = closed.start(), self._tag_end(closed.end(), node.tag)
            if inner is not None:
                self._tag_in_content(node.tag, inner)
        else:
            stop = after = inner.start() if inner else len(self.text)
            where = f"before `{inner.group()}>`" if inner else "before the end"
            self.places.error(
                "ME102",
                f"`<{node.tag}>` is not closed {where}",
                node.start,
                node.open_end,
                f"Add `</{node.tag}>`. What stands inside `{node.tag}` is HTML; MJML tags have no meaning there.",
            )
        self._keep(node, start, stop, after)

    def _inner_tags(self, tag: str, at: int) -> tuple[re.Match[str] | None, re.Match[str] | None]:
        """The first MJML tag inside the content of ``tag``, and the element's end tag if it has one.

        The end tag is missing when an end tag comes first that was not opened inside the content.
        """
        first: re.Match[str] | None = None
        inside: list[str] = []
        while True:
            found = _MJML_TAG.search(self.text, at)
            if found is None or len(inside) > _MAX_INNER:
                return first, None
            at = found.end()
            if found.group() == "<!--":
                at = self._after_comment(tag, at)
                continue
            name = found["name"].lower()
            if not found["slash"]:
                inside.append(name)
            elif name in inside:
                del inside[len(inside) - 1 - inside[::-1].index(name) :]
            else:
                return (first, found) if name == tag else (first or found, None)
            first = first or found

    def _tag_in_content(self, tag: str, inner: re.Match[str]) -> None:
        self.places.warning(
            "ME106",
            f"`{inner.group()}>` has no meaning inside `{tag}`: it is printed as it stands",
            self.base + inner.start(),
            self.base + inner.end(),
            f"Close `</{tag}>` before it.",
        )

    def _after_comment(self, tag: str, at: int) -> int:
        """The end of a comment; of one that is never closed: the element's own end tag, or the end."""
        if at <= self.last_comment:
            return self.text.find("-->", at) + 3
        found = self.text.find(f"</{tag}", at)
        return found if found >= 0 else len(self.text)

    def _keep(self, node: Node, start: int, stop: int, after: int) -> None:
        raw = self.text[start:stop]
        if "<![CDATA[" in raw:
            raw = _CDATA.sub(r"\1", raw)
        node.text = raw
        node.end = self.base + after
        self.at = after

    def _tag_end(self, at: int, name: str) -> int:
        """The end of ``</name`` that was read up to ``at``."""
        if self.text.startswith(">", at):
            return at + 1
        found = _TAG_END.match(self.text, at)
        if found:
            return found.end()
        self.places.error(
            "ME101",
            f"`</{name}` lacks its `>`",
            self.base + at - len(name) - 2,
            self.base + at,
            f"Write `</{name}>`.",
        )
        return at

    def _close(self, found: re.Match[str], name: str) -> None:
        start = found.start()
        end = self.at = self._tag_end(found.end(), name)
        if self.stack and self.stack[-1].tag == name:
            self.stack.pop().end = self.base + end
            return
        depth = self._depth_of(name)
        if depth < 0:
            if not self.too_deep:
                self._stray(name, start, end)
            return
        while len(self.stack) > depth + 1:
            self._unclosed(self.stack.pop(), start)
        self.stack.pop().end = self.base + end

    def _depth_of(self, name: str) -> int:
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].tag == name:
                return depth
        return -1

    def _stray(self, name: str, start: int, end: int) -> None:
        inner = self.stack[-1].tag if self.stack else ""
        if inner and inner not in table().tags and SequenceMatcher(None, inner, name).ratio() >= 0.8:
            self.stack.pop().end = self.base + end  # the opening tag is the misspelt one, and is told as such
            return
        if inner and SequenceMatcher(None, inner, name).ratio() >= 0.8 and name not in table().tags:
            self.stack.pop().end = self.base + end
            message, help_ = f"`</{name}>` closes nothing", f"Did you mean `</{inner}>`?"
        else:
            message = f"`</{name}>` closes nothing that is open here"
            help_ = f"Remove it, or open `<{name}>` before. Open here: {f'`<{inner}>`' if inner else 'nothing'}."
        self.places.error("ME103", message, self.base + start, self.base + end, help_)

    def _unclosed(self, node: Node, stop: int) -> None:
        node.end = self.base + stop
        if self.cut_off:  # its end tag may be in what was swallowed
            return
        before = self.text[stop : stop + 40].split(">")[0]
        inner = f"before `{before}>`" if before.startswith("</") else "before the end"
        self.places.error(
            "ME102",
            f"`<{node.tag}>` is not closed {inner}",
            node.start,
            node.open_end,
            f"Add `</{node.tag}>`, or close an empty element at once: `<{node.tag} />`.",
        )
