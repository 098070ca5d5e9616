"""Compiling recipient-time templates: places of tags, names in use, arms of conditions."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.channels.templating import engine
from mops_cli.channels.templating.faults import Fault
from mops_cli.channels.templating.syntax_tree import used_names
from mops_cli.channels.templating.tags import RECIPIENT, scan

if TYPE_CHECKING:
    import jinja2


class TagPlace(NamedTuple):
    """A tag of an artifact: its line, its text, and which tag it is (from 0)."""

    line: int
    tag: str
    number: int


@dataclass(frozen=True, slots=True)
class Arm:
    """One way through a condition or a loop.

    ``kind`` is if, elif, else, for or empty; an ``implicit`` arm has no tag of its own (an ``if`` without ``else``).
    """

    number: int
    kind: str
    tag: str
    line: int
    implicit: bool = False

    def moved(self, number: int) -> Arm:
        """The same arm under another number."""
        return replace(self, number=number)


@dataclass(slots=True)
class Template:
    """A compiled recipient-time template."""

    program: engine.Program
    instance: jinja2.Template
    variables: frozenset[str]
    arms: tuple[Arm, ...] | None
    _starts: list[int] = field(default_factory=list)
    _tags: list[TagPlace] = field(default_factory=list)

    def place(self, python_line: int) -> TagPlace:
        """The tag behind a line of the compiled program."""
        return place_of(self.program.line_of(python_line), self._starts, self._tags)


def place_of(line: int, starts: list[int], tags: list[TagPlace]) -> TagPlace:
    """The tag on a line of the spread source."""
    index = bisect_right(starts, line) - 1
    return tags[index] if index >= 0 else TagPlace(1, "", -1)


def spread(text: str) -> tuple[str, list[int], list[TagPlace]]:
    """The same template with every tag on a line of its own (line ends inside tags do not print)."""
    parts: list[str] = []
    starts: list[int] = []
    tags: list[TagPlace] = []
    extra = 0
    line = 1
    for piece in scan(text, RECIPIENT):
        source = text[piece.start : piece.end]
        if piece.kind == "data" or not piece.closed:
            parts.append(f"{{% raw %}}{source}{{% endraw %}}" if piece.raw else source)
        elif piece.kind in ("print", "statement"):
            extra += 1
            starts.append(line + extra)
            tags.append(TagPlace(line, " ".join(source.split()), len(tags)))
            cut = piece.inner_start - piece.start
            parts += (source[:cut], "\n", source[cut:])
        line += source.count("\n")
    return "".join(parts), starts, tags


def compile_text(text: str, *, cover: bool) -> Template | Fault:
    """Compile, or say what is wrong (with the line of the artifact)."""
    source, starts, tags = spread(text)
    env = engine.recipient_environment()
    tree = engine.parse_recipient(source)
    if isinstance(tree, Fault):
        place = place_of(tree.line, starts, tags)
        return Fault(tree.code, tree.message, tree.help, tree.word, place.line)
    variables = used_names(tree)
    program = engine.compile_source(env, source, cover=cover, parsed=tree)
    if isinstance(program, Fault):
        place = place_of(program.line, starts, tags)
        return Fault(program.code, program.message, program.help, program.word, place.line)
    arms = None
    if cover:
        arms = tuple(_arm(n, kind, place_of(line, starts, tags)) for n, (kind, line) in enumerate(program.arms))
    return Template(program, program.instance(env), variables, arms, starts, tags)


def _arm(number: int, kind: str, place: TagPlace) -> Arm:
    name, implicit, _ = kind.partition("!")
    return Arm(number, name, place.tag, place.line, bool(implicit))
