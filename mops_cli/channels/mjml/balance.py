"""Proof that template statements leave whole HTML behind, whatever they decide and however often they loop.

The finished HTML is walked once per view: as Outlook sees it (conditional comments for mso switched on) and as
everybody else does. At every statement the open elements are noted. If each branch of a condition ends with the same
elements open, and one turn of a loop ends with those it began with, then so does every combination of branches and
every number of turns: 0, 1, 2 and more. Where one does not, the finding stands at the author's statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from mops_cli.channels.mjml.sentinels import STATEMENT, kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.channels.mjml.places import Places

_TOKEN = re.compile(
    r"<!--\[if (?P<if>[^\]]*)\]>(?P<shown><!-->)?|(?P<endif>(?:<!--)?<!\[endif\]-->)|(?P<comment><!--.*?-->)"
    r"|(?P<raw><(?P<rawname>style|script|title|textarea)\b.*?</(?P=rawname)\s*>)"
    r"|(?P<tag><(?P<slash>/)?(?P<name>[a-zA-Z][\w:.-]*)[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*>)"
    r"|(?P<statement>jx\d{5}sxj)",
    re.DOTALL | re.IGNORECASE,
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_OPTIONAL = frozenset(("p", "/p", "li", "/li", "dt", "/dt", "dd", "/dd", "option", "/option"))
_VIEWS = ("mso", "other")
_NAMES = {"mso": "in Outlook", "other": "outside Outlook"}


class _Event(NamedTuple):
    """``what``: open, close, if, endif or statement; ``place`` is where in the HTML a statement stands."""

    what: str
    name: str
    place: str


class _State(NamedTuple):
    place: str
    open: tuple[str, ...]


@dataclass(slots=True)
class _Frame:
    kind: str
    sentinel: str
    entry: _State
    exits: list[_State] = field(default_factory=list)
    has_else: bool = False


def check(html: str, statements: Mapping[str, str], places: Places) -> None:
    """Report every statement of ``html`` that can leave elements open or close too many."""
    if not STATEMENT.search(html):
        return
    events = list(_events(html))
    found: dict[str, dict[str, str]] = {}
    for view in _VIEWS:
        for sentinel, problem in _walk(events, statements, view):
            found.setdefault(sentinel, {}).setdefault(problem, view)
            if found[sentinel][problem] != view:
                found[sentinel][problem] = "both"
    for sentinel, problems in found.items():
        for problem, view in problems.items():
            _report(sentinel, problem, view, statements, places)


def _report(sentinel: str, problem: str, view: str, statements: Mapping[str, str], places: Places) -> None:
    at = places.find(sentinel)
    where = f" {_NAMES[view]}" if view in _NAMES else ""
    source = statements.get(sentinel, "this statement")
    code = "ME303" if problem.startswith("has no") else "ME302" if "begins" in problem else "ME301"
    places.error(
        code,
        f"`{source}` {problem}{where}",
        max(at, 0),
        max(at, 0) + len(sentinel),
        "Let a loop or a condition wrap whole elements: open and close every tag on the same side of it.",
    )


def _events(html: str) -> Iterator[_Event]:
    inside = ""
    for found in _TOKEN.finditer(html):
        group = found.lastgroup
        if found["if"] is not None:
            inside = f"{'shown' if found['shown'] else 'hidden'} {found['if']}"
            yield _Event("if", inside, "")
        elif group == "endif":
            inside = ""
            yield _Event("endif", "", "")
        elif found["statement"]:
            yield _Event("statement", found.group().lower(), inside)
        elif found["tag"]:
            yield from _tag_events(found)
        else:
            for statement in STATEMENT.findall(found.group()):
                yield _Event("statement", statement, f"text {found.start()}")


def _tag_events(found: re.Match[str]) -> Iterator[_Event]:
    text, name = found.group(), found["name"].lower()
    if "jx" in text:
        for statement in STATEMENT.finditer(text):
            value = text.rfind('="', 0, statement.start())
            yield _Event("statement", statement.group(), f"value {found.start() + value}")
    if found["slash"]:
        yield _Event("close", name, "")
    elif name not in _VOID and not text.endswith("/>"):
        yield _Event("open", name, "")


def _visible(condition: str, view: str) -> bool:
    """Whether the content of a conditional comment is seen in a view."""
    shown, _, rule = condition.partition(" ")
    if view == "other":
        return shown == "shown"
    return "!mso" not in rule.replace(" ", "") and ("mso" in rule or "IE" in rule or shown == "shown")


def _walk(events: list[_Event], statements: Mapping[str, str], view: str) -> list[tuple[str, str]]:
    walk = _Walk(statements)
    stack: tuple[str, ...] = ()
    visible = True
    for event in events:
        if event.what == "statement":
            stack = walk.statement(event.name, _State(event.place, stack)).open
        elif event.what in {"if", "endif"}:
            visible = event.what == "endif" or _visible(event.name, view)
        elif visible:
            stack = (*stack, event.name) if event.what == "open" else _closed(stack, event.name)
    walk.problems += [(frame.sentinel, f"has no `{{% end{frame.kind} %}}`") for frame in walk.frames]
    return walk.problems


def _closed(stack: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Close the nearest such element and everything in it; an end tag without one is remembered as it is."""
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth] == name:
            return stack[:depth]
    return (*stack, f"/{name}")


class _Walk:
    """The statements that are open while the HTML is walked, and what was wrong with those that ended."""

    def __init__(self, statements: Mapping[str, str]) -> None:
        self.statements = statements
        self.frames: list[_Frame] = []
        self.problems: list[tuple[str, str]] = []

    def statement(self, sentinel: str, state: _State) -> _State:
        """Take in a statement; returns the state behind it."""
        word = kind(self.statements.get(sentinel, ""))
        if word in {"if", "for"}:
            self.frames.append(_Frame(word, sentinel, state))
        elif word in {"elif", "else"} and self.frames:
            frame = self.frames[-1]
            frame.exits.append(state)
            frame.has_else = frame.has_else or word == "else"
            return frame.entry
        elif word in {"endif", "endfor"}:
            if self.frames and self.frames[-1].kind == word[3:]:
                return self._end(state, self.frames.pop())
            self.problems.append((sentinel, f"has no `{{% {word[3:]} %}}` that it could end"))
        return state

    def _end(self, state: _State, frame: _Frame) -> _State:
        frame.exits.append(state)
        wanted = frame.exits[0] if frame.kind == "if" and frame.has_else else frame.entry
        for leaving in frame.exits:
            if leaving.place != frame.entry.place:
                problem = "begins in one place and ends in another (a comment, an attribute or a style sheet)"
            elif _kept(leaving.open) != _kept(wanted.open):
                problem = _difference(wanted.open, leaving.open)
            else:
                continue
            self.problems.append((frame.sentinel, problem))
            break
        return _State(state.place, wanted.open)


def _kept(stack: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in stack if name not in _OPTIONAL)


def _difference(wanted: tuple[str, ...], leaving: tuple[str, ...]) -> str:
    before, after = _kept(wanted), _kept(leaving)
    common = 0
    while common < min(len(before), len(after)) and before[common] == after[common]:
        common += 1
    opened = [name for name in after[common:] if not name.startswith("/")]
    closed = [name for name in before[common:] if not name.startswith("/")]
    closed += [name[1:] for name in after[common:] if name.startswith("/")]
    parts = []
    if opened:
        parts.append(f"can leave {_tags(opened)} open")
    if closed:
        parts.append(f"can close {_tags(closed)} without having opened it")
    return " and ".join(parts) or "can leave elements unbalanced"


def _tags(names: list[str]) -> str:
    return ", ".join(f"`<{name}>`" for name in names)
