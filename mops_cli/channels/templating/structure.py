"""The statements of a recipient-time template, read into a tree: text, prints, conditions, loops, ``set``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from mops_cli.channels.templating.faults import Fault
from mops_cli.channels.templating.tags import RECIPIENT, Piece, scan

_FOR = re.compile(r"for\s+([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s+in\s+(.+)\Z", re.DOTALL)
_SET = re.compile(r"set\s+([A-Za-z_]\w*)\s*=(?!=)\s*(.+)\Z", re.DOTALL)
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class TagPlace(NamedTuple):
    """A tag of an artifact: its line, its text, and which tag it is (from 0)."""

    line: int
    tag: str
    number: int


@dataclass(slots=True)
class Print:
    """``{{ source }}``."""

    source: str
    place: TagPlace


@dataclass(slots=True)
class Assign:
    """``{% set name = source %}``."""

    name: str
    source: str
    place: TagPlace


@dataclass(slots=True)
class Branch:
    """One arm of an ``if``; the last one may have no test (``else``)."""

    kind: str
    source: str
    place: TagPlace
    body: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class If:
    """A condition with its arms."""

    branches: list[Branch]


@dataclass(slots=True)
class For:
    """A loop. ``empty`` is what follows its ``else``."""

    names: tuple[str, ...]
    source: str
    test: str
    place: TagPlace
    body: list[Node] = field(default_factory=list)
    empty: list[Node] | None = None
    empty_place: TagPlace | None = None


T = TypeVar("T", If, For)
Node = str | Print | Assign | If | For


class StructureError(Exception):
    """A statement that cannot be read, or does not pair up."""

    def __init__(self, fault: Fault, place: TagPlace) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.place = place


def read(text: str) -> tuple[list[Node], list[TagPlace]]:
    """The tree of a template, and its tags.

    Raises:
        StructureError: a statement is unknown, unreadable or out of balance.
    """
    reader = _Reader(text)
    return reader.run(), reader.places


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        self._pieces = scan(self._text, RECIPIENT)
        self.places: list[TagPlace] = []
        self._root: list[Node] = []
        self._body = self._root
        self._open: list[tuple[If | For, list[Node]]] = []

    def run(self) -> list[Node]:
        line = 1
        for index, piece in enumerate(self._pieces):
            source = self._text[piece.start : piece.end]
            if piece.kind == "data":
                self._data(index, piece)
            else:
                self._tag(piece, source, line)
            line += self._text.count("\n", piece.start, piece.end)
        if self._open:
            node = self._open[-1][0]
            place = node.place if isinstance(node, For) else node.branches[0].place
            raise _fault("MT103", f"`{place.tag}` is never closed", place)
        return self._root

    def _data(self, index: int, piece: Piece) -> None:
        data = self._text[piece.start : piece.end]
        if not piece.raw:
            if index and self._pieces[index - 1].trim_right:
                data = data.lstrip()
            if index + 1 < len(self._pieces) and self._pieces[index + 1].trim_left:
                data = data.rstrip()
        if data:
            self._body.append(data)

    def _tag(self, piece: Piece, source: str, line: int) -> None:
        place = TagPlace(line, " ".join(source.split()), len(self.places))
        if not piece.closed:
            raise _fault("MT102", f"`{source}` is never closed", place)
        if piece.kind == "comment":
            return
        self.places.append(place)
        inner = piece.inner.strip()
        if piece.kind == "print":
            self._body.append(Print(inner, place))
            return
        word = re.match(r"\w*", inner)
        name = word[0] if word else ""
        step = getattr(self, f"_{name}", None) if name in _STATEMENTS else None
        if step is None:
            raise _fault("MT104", f"there is no statement `{name}` for recipients", place)
        step(inner, place)

    # -- one method a statement

    def _if(self, inner: str, place: TagPlace) -> None:
        branch = Branch("if", _rest(inner, "if", place), place)
        node = If([branch])
        self._body.append(node)
        self._open.append((node, self._body))
        self._body = branch.body

    def _elif(self, inner: str, place: TagPlace) -> None:
        node = self._top(If, place)
        if node.branches[-1].kind == "else":
            raise _fault("MT103", "`elif` stands behind `else`", place)
        node.branches.append(Branch("elif", _rest(inner, "elif", place), place))
        self._body = node.branches[-1].body

    def _else(self, inner: str, place: TagPlace) -> None:
        _bare(inner, "else", place)
        node = self._open[-1][0] if self._open else None
        if isinstance(node, For) and node.empty is None:
            node.empty, node.empty_place = [], place
            self._body = node.empty
        elif isinstance(node, If) and node.branches[-1].kind != "else":
            node.branches.append(Branch("else", "", place))
            self._body = node.branches[-1].body
        else:
            raise _fault("MT103", "`else` belongs inside `if` or `for`, once", place)

    def _endif(self, inner: str, place: TagPlace) -> None:
        _bare(inner, "endif", place)
        self._top(If, place)
        self._body = self._open.pop()[1]

    def _for(self, inner: str, place: TagPlace) -> None:
        match = _FOR.match(inner)
        if match is None:
            raise _fault("MT101", "a loop reads `for item in list`", place)
        source, test = _split_if(match[2])
        node = For(tuple(one.strip() for one in match[1].split(",")), source, test, place)
        self._body.append(node)
        self._open.append((node, self._body))
        self._body = node.body

    def _endfor(self, inner: str, place: TagPlace) -> None:
        _bare(inner, "endfor", place)
        self._top(For, place)
        self._body = self._open.pop()[1]

    def _set(self, inner: str, place: TagPlace) -> None:
        match = _SET.match(inner)
        if match is None:
            raise _fault("MT104", "`set` reads `set name = value`", place)
        self._body.append(Assign(match[1], match[2], place))

    def _top(self, kind: type[T], place: TagPlace) -> T:
        node = self._open[-1][0] if self._open else None
        if not isinstance(node, kind):
            raise _fault("MT103", f"`{place.tag}` closes nothing that is open here", place)
        return node


_STATEMENTS = frozenset({"if", "elif", "else", "endif", "for", "endfor", "set"})


def _fault(code: str, message: str, place: TagPlace) -> StructureError:
    return StructureError(Fault(code, message, line=place.line), place)


def _rest(inner: str, word: str, place: TagPlace) -> str:
    rest = inner[len(word) :].strip()
    if not rest:
        raise _fault("MT101", f"`{word}` needs a condition", place)
    return rest


def _bare(inner: str, word: str, place: TagPlace) -> None:
    if inner != word:
        raise _fault("MT101", f"`{word}` stands alone", place)


def _split_if(source: str) -> tuple[str, str]:
    """``list if condition`` -> the list and the condition (a condition in brackets or quotes is the list's own)."""
    depth, quote, at = 0, "", 0
    while at < len(source):
        char = source[at]
        if quote:
            at += char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in _BRACKETS:
            depth += _BRACKETS[char]
        elif depth == 0 and char == "i" and re.compile(r"(?<!\w)if(?!\w)").match(source, at):
            return source[:at].strip(), source[at + 2 :].strip()
        at += 1
    return source.strip(), ""
