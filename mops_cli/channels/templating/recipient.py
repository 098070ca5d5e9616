"""Compiling recipient-time templates to plain functions: places of tags, names in use, arms of conditions.

Statements are run here, expressions of the usual shape by ``simple``, and all others by Jinja, each compiled
once in a process however many artifacts use it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating import engine, simple
from mops_cli.channels.templating.faults import Fault, Refusal
from mops_cli.channels.templating.running import FUNCTIONS, MAX_OUTPUT, RUN, Run, each
from mops_cli.channels.templating.structure import (
    Assign,
    Branch,
    For,
    If,
    Node,
    Print,
    StructureError,
    TagPlace,
    read,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Step = str | Callable[["State"], None]


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


class State:
    """One rendering: names, output, the tag at work."""

    __slots__ = ("at", "context", "hits", "names", "out", "run", "size")

    def __init__(self, names: dict[str, Any], run: Run) -> None:
        self.names = {**FUNCTIONS, **names}
        self.run = run
        self.out: list[str] = []
        self.at = 0
        self.size = 0
        self.hits = run.hits if run.hits is not None else set[int]()
        self.context: Any = None


@dataclass(slots=True)
class Template:
    """A compiled recipient-time template."""

    steps: tuple[Step, ...]
    variables: frozenset[str]
    arms: tuple[Arm, ...]
    tags: list[TagPlace]
    fixed: bool = False  # whether an expression was written out when it was compiled

    def render(self, names: dict[str, Any], run: Run) -> str:
        """The text for one recipient.

        Raises:
            RenderError: a tag failed.
        """
        token = RUN.set(run)
        try:
            return self.play(names, run)
        finally:
            RUN.reset(token)

    def play(self, names: dict[str, Any], run: Run) -> str:
        """As :meth:`render`, where ``run`` is the current one already: for many templates of one recipient.

        Raises:
            RenderError: a tag failed.
        """
        if self.constant is not None:
            return self.constant
        state = State(names, run)
        try:
            _play(self.steps, state)
        except Exception as problem:
            place = self.tags[state.at] if self.tags else TagPlace(1, "", -1)
            raise RenderError(problem, place) from problem
        return "".join(state.out)

    @property
    def least(self) -> int:
        """So many characters everybody's text has at least."""
        return sum(len(step) for step in self.steps if isinstance(step, str))

    @property
    def constant(self) -> str | None:
        """The text, when it is the same for everybody."""
        if not self.steps:
            return ""
        return self.steps[0] if len(self.steps) == 1 and isinstance(self.steps[0], str) else None


class RenderError(Exception):
    """A tag failed for this recipient."""

    def __init__(self, problem: Exception, place: TagPlace) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.place = place


def compile_text(text: str, written: Callable[[simple.Answer], str | None] | None = None) -> Template | Fault:
    """Compile, or say what is wrong (with the line of the artifact).

    ``written`` may give the text of an expression that uses nothing but ``links``: it is then the same for everybody
    and not computed again.
    """
    try:
        nodes, tags = read(text)
        compiler = _Compiler(written)
        steps = compiler.body(nodes)
    except StructureError as problem:
        return problem.fault
    except RecursionError:
        return Fault("MT107", "this template is nested too deeply", "make it simpler", line=1)
    used = frozenset(name for name in compiler.used if name.split(".", 1)[0] not in compiler.bound)
    return Template(steps, used, tuple(compiler.arms), tags, compiler.fixed)


def _play(steps: Iterable[Step], state: State) -> None:
    for step in steps:
        if type(step) is str:
            state.out.append(step)
        else:
            step(state)  # type: ignore[operator]


class _Compiler:
    def __init__(self, written: Callable[[simple.Answer], str | None] | None = None) -> None:
        self.written = written
        self.fixed = False
        self.arms: list[Arm] = []
        self.used: set[str] = set()
        self.bound: set[str] = {"loop"}

    def body(self, nodes: list[Node]) -> tuple[Step, ...]:
        steps: list[Step] = []
        for one in nodes:
            step = one if isinstance(one, str) else self._step(one)
            if isinstance(step, str) and steps and isinstance(steps[-1], str):
                steps[-1] += step
            else:
                steps.append(step)
        return tuple(steps)

    def _step(self, node: Print | Assign | If | For) -> Step:
        if isinstance(node, Print):
            return self._print(node)
        if isinstance(node, Assign):
            return self._assign(node)
        return self._if(node) if isinstance(node, If) else self._for(node)

    def _print(self, node: Print) -> Step:
        quick = simple.expression(node.source)
        if quick is not None and not quick.names and node.source in ("'{'", '"{"'):
            return "{"
        fixed = self._fixed(quick)
        if fixed is not None:
            return fixed
        number = node.place.number
        if quick is not None:
            self.used |= quick.names
            return _printed(number, quick.answer)
        answer = self._value(node.source, node.place)

        def step(state: State) -> None:
            state.at = number
            state.out.append(str(simple.there(answer(state))))

        return step

    def _fixed(self, quick: simple.Simple | None) -> str | None:
        """The text of an address of ours that can be written out now."""
        if self.written is None or quick is None or not quick.names or "links" in self.bound:
            return None
        if not all(name.startswith("links.") for name in quick.names):
            return None
        text = self.written(quick.answer)
        if text is not None:
            self.used |= quick.names
            self.fixed = True
        return text

    def _assign(self, node: Assign) -> Step:
        number, name, answer = node.place.number, node.name, self._value(node.source, node.place)
        self.bound.add(name)

        def step(state: State) -> None:
            state.at = number
            value = answer(state)
            if type(value) is simple.Absent:
                state.names.pop(name, None)
            else:
                state.names[name] = value

        return step

    # -- conditions

    def _if(self, node: If) -> Step:
        branches = [self._branch(one) for one in node.branches]
        otherwise = -1
        if node.branches[-1].kind != "else":
            otherwise = self._arm("else", node.branches[-1].place, implicit=True)

        def step(state: State) -> None:
            for number, arm, test, steps in branches:
                state.at = number
                if test is None or test(state):
                    state.hits.add(arm)
                    _play(steps, state)
                    return
            state.hits.add(otherwise)

        return step

    def _branch(self, node: Branch) -> tuple[int, int, Callable[[State], object] | None, tuple[Step, ...]]:
        test = self._condition(node.source, node.place) if node.kind != "else" else None
        arm = self._arm(node.kind, node.place)
        return node.place.number, arm, test, self.body(node.body)

    def _condition(self, source: str, place: TagPlace) -> Callable[[State], object]:
        quick = simple.condition(source)
        if quick is not None:
            self.used |= quick.names
            ask = quick.answer
            return lambda state: ask(state.names)
        answer = self._value(source, place)
        return lambda state: bool(simple.there(answer(state)))

    # -- loops

    def _for(self, node: For) -> Step:
        number, names = node.place.number, node.names
        values = self._value(node.source, node.place)
        self.bound.update(names)
        test = self._condition(node.test, node.place) if node.test else None
        arm = self._arm("for", node.place)
        body = self.body(node.body)
        empty = self.body(node.empty or [])
        other = self._arm(
            "else" if node.empty_place else "empty", node.empty_place or node.place, implicit=node.empty_place is None
        )
        looping = _mentions_loop(node.body)

        def step(state: State) -> None:
            state.at = number
            before = dict(state.names)
            items: Iterable[object] = each(simple.there(values(state)))
            if test is not None:
                items = [one for one in items if _bound(state, names, one) and test(state)]
            turned = False
            for item, loop in engine.looped(items) if looping else _unlooped(items):
                turned = True
                state.hits.add(arm)
                _bound(state, names, item)
                if loop is not None:
                    state.names["loop"] = loop
                mark = len(state.out)
                _play(body, state)
                _measure(state, mark)
                state.names.clear()
                state.names.update(before)
                state.at = number
            state.names.clear()
            state.names.update(before)
            if not turned:
                state.hits.add(other)
                _play(empty, state)

        return step

    # -- expressions

    def _value(self, source: str, place: TagPlace) -> Callable[[State], Any]:
        quick = simple.expression(source)
        if quick is not None:
            self.used |= quick.names
            ask = quick.answer
            return lambda state: ask(state.names)
        value = engine.compile_value(source)
        if isinstance(value, Fault):
            raise StructureError(replace(value, line=place.line), place)
        self.used |= value.names
        return lambda state: engine.answer(value, state)

    def _arm(self, kind: str, place: TagPlace, *, implicit: bool = False) -> int:
        number = len(self.arms)
        self.arms.append(Arm(number, kind, place.tag, place.line, implicit))
        return number


def _printed(number: int, ask: simple.Answer) -> Callable[[State], None]:
    """The step of an expression of the usual shape."""

    def step(state: State) -> None:
        state.at = number
        value = ask(state.names)
        state.out.append(value if type(value) is str else str(simple.there(value)))

    return step


def _unlooped(items: Iterable[object]) -> Iterable[tuple[object, None]]:
    return ((item, None) for item in items)


def _bound(state: State, names: tuple[str, ...], item: object) -> bool:
    """Give the loop's names their values."""
    if len(names) == 1:
        state.names[names[0]] = item
        return True
    parts = tuple(item) if isinstance(item, list | tuple) else ()
    if len(parts) != len(names):
        raise Refusal("MT205", f"an item of this list has not {len(names)} parts", "name as many as there are")
    state.names.update(zip(names, parts, strict=True))
    return True


def _measure(state: State, mark: int) -> None:
    state.size += sum(map(len, state.out[mark:]))
    if state.size > MAX_OUTPUT:
        raise Refusal("MT107", f"the text becomes longer than {MAX_OUTPUT:,} characters", "loop over less")


def _mentions_loop(nodes: list[Node]) -> bool:
    return any("loop" in source for source in chain.from_iterable(map(_sources, nodes)))


def _sources(node: Node) -> Iterable[str]:
    if isinstance(node, Print | Assign):
        yield node.source
    elif isinstance(node, If):
        for branch in node.branches:
            yield branch.source
            yield from chain.from_iterable(map(_sources, branch.body))
    elif isinstance(node, For):
        yield node.source
        yield node.test
        yield from chain.from_iterable(map(_sources, [*node.body, *(node.empty or [])]))
