"""What a source says about names and files, without carrying it out: what lint looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.design.deck.files import Files
from mops_cli.design.deck.lexer import NAME, STRING
from mops_cli.design.deck.parser import parse_source
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.rules import Rules
from mops_cli.design.deck.syntax import Command, Def, For, If, Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mops_cli.design.deck.syntax import Line, Node
    from mops_cli.model.diagnostic import Diagnostic, Span

_PARTS = frozenset({"include", "import", "func", "call", "callfunc", "grid"})
_NAMED_IN_TEXT = frozenset({"polygon", "poly", "polyline"})
_UPDATES = frozenset("+-*/%")
_WORD = re.compile(r"[^\W\d]\w*")

#: Names that keywords read by themselves.
_SETTINGS = ("chart", "geo")


@dataclass(slots=True)
class Outline:
    """One source: the decks that it takes in, the names that it gives values to, and the names that it uses.

    ``found`` is what is wrong with its blocks and texts.
    """

    path: str
    parts: dict[str, Span] = field(default_factory=dict)
    assigned: dict[str, Span] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    found: list[Diagnostic] = field(default_factory=list)


def outline(text: str, path: str, *, compat: bool = False) -> Outline:
    """Reads a source without carrying it out."""
    source = parse_source(text, path, Rules(compat=compat))
    made = Outline(path, found=[*source.found, *([source.excess] if source.excess else [])])
    for node in _all(source.nodes):
        _note(made, node)
    return made


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, (If, Layout)):
            yield from _all(node.then if isinstance(node, If) else node.body)
            yield from _all(node.otherwise)
        elif isinstance(node, (For, Def)):
            yield from _all(node.body)


def _note(made: Outline, node: Node) -> None:
    line = node.line
    tokens = line.tokens
    if isinstance(node, Command):
        skip = _target(made, line)
    else:
        skip = 2 if isinstance(node, For) else len(tokens) if isinstance(node, Def) else 1
    made.used.update(token.text for token in tokens[skip:] if token.kind == NAME)
    texts = [token.inner for token in tokens if token.kind == STRING]
    if line.word in _NAMED_IN_TEXT:
        made.used.update(word for text in texts for word in _WORD.findall(text))
    if line.word in _PARTS and skip == 1 and len(tokens) > 1 and tokens[1].kind == STRING:
        made.parts.setdefault(tokens[1].inner, line.at(tokens[1]))


def _target(made: Outline, line: Line) -> int:
    """Takes note of what an assignment gives a value to; says from which word on names are used."""
    tokens = line.tokens
    if len(tokens) > 1 and tokens[1].text == "=":
        if tokens[0].kind == NAME:
            made.assigned.setdefault(tokens[0].text, line.at(tokens[0]))
        return 2
    if len(tokens) > 2 and tokens[1].text in _UPDATES and tokens[2].text == "=":
        return 3
    return 1


def unused(outlines: Iterable[Outline]) -> dict[str, Span]:
    """Names that get a value and are never looked at, in files that are carried out together."""
    every = list(outlines)
    used = set[str]().union(*(entry.used for entry in every))
    pairs = {name[:-2] for name in used if name.endswith(("_x", "_y"))}
    return {
        name: span
        for entry in every
        for name, span in entry.assigned.items()
        if name not in used and name not in pairs and not name.startswith(_SETTINGS)
    }


def taken_in(made: Outline, known: Mapping[str, object], *, main: str, roots: tuple[str, ...] = ("",)) -> list[str]:
    """The paths of the decks that a source takes in, as far as they are known.

    A part that is named from some other folder, as the old tools do, is found by the end of its path.
    """
    files = Files(lambda _path: None, main, roots=roots)
    found = []
    for name, span in made.parts.items():
        try:
            candidates = files.candidates(name, made.path, span)
        except Problem:
            continue  # the compiler says it better
        ends = (path for path in known if f"/{path}".endswith(f"/{name}"))
        found += ([path for path in candidates if path in known] or list(ends))[:1]
    return found
