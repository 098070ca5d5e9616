"""One artifact, one person: fill a recipient-time template. All that the sending half uses of ``channels``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from mops_cli.channels.templating import engine, recipient, running, simple
from mops_cli.channels.templating.faults import Fault
from mops_cli.channels.templating.formats import Formatter
from mops_cli.channels.templating.running import LinkRoot, Run
from mops_cli.errors import MopsError
from mops_cli.model.diagnostic import Diagnostic, Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mops_cli.channels.templating.recipient import Arm
    from mops_cli.channels.templating.simple import Answer
    from mops_cli.model.config import FieldSpec

MARK = "q7ZmOPStOKEN9hERE4xK"
"""Stands for a recipient's token where addresses were written out already: letters that no escape touches."""
SAMPLE_BASE = "https://links.aurora.example"


class Links(Protocol):
    """Addresses of ours for one recipient (``{{ links.unsubscribe }}``, ``{{ links.click(3) }}``)."""

    @property
    def unsubscribe(self) -> str:
        """Ends the subscription to the topic."""
        ...

    @property
    def preferences(self) -> str:
        """The preference centre."""
        ...

    @property
    def view(self) -> str:
        """The message in a browser."""
        ...

    def click(self, key: int) -> str:
        """A tracked link by its number in the link table."""
        ...

    def asset(self, path: str) -> str:
        """A picture or file of ``dist/``."""
        ...


@dataclass(frozen=True)
class SampleLinks:
    """Addresses of the right shape and length, for previews, sizes and tests."""

    base: str = SAMPLE_BASE
    token: str = "sample-3kd82mq0x1"  # noqa: S105 - shows how long a real one is

    @property
    def unsubscribe(self) -> str:
        """Ends the subscription to the topic."""
        return f"{self.base}/u/{self.token}"

    @property
    def preferences(self) -> str:
        """The preference centre."""
        return f"{self.base}/p/{self.token}"

    @property
    def view(self) -> str:
        """The message in a browser."""
        return f"{self.base}/v/{self.token}"

    def click(self, key: int) -> str:
        """A tracked link by its number in the link table."""
        return f"{self.base}/r/{key}.{self.token}"

    def short(self, key: int) -> str:
        """A short link for SMS."""
        return f"{self.base}/{key}{self.token[-6:]}"

    def asset(self, path: str) -> str:
        """A picture or file of ``dist/``."""
        return f"{self.base}/{path.lstrip('/')}"


def sample_links(base: str = SAMPLE_BASE) -> SampleLinks:
    """Links for a preview."""
    return SampleLinks(base.rstrip("/"))


class TemplateProblem(MopsError):
    """A template that cannot be compiled, or not be filled with this data.

    ``line`` is the line of the artifact, ``tag`` the tag as it stands there (``number`` in order of appearance).
    """

    exit_code = 1

    def __init__(self, fault: Fault, line: int, tag: str = "", number: int = -1) -> None:
        super().__init__(fault.message, hint=fault.help)
        self.code = fault.code
        self.line = line
        self.tag = tag
        self.number = number


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which arms of conditions and loops were reached by the renderings so far."""

    arms: tuple[Arm, ...] = ()
    reached: frozenset[int] = frozenset()

    @property
    def missed(self) -> tuple[Arm, ...]:
        """Arms that nobody came through."""
        return tuple(arm for arm in self.arms if arm.number not in self.reached)

    @property
    def share(self) -> float:
        """Reached arms of all arms, 0 to 1."""
        return 1.0 if not self.arms else (len(self.arms) - len(self.missed)) / len(self.arms)


class Compiled:
    """A compiled template. ``variables`` are the names it uses (``contact.first_name``)."""

    __slots__ = ("_hits", "_template", "text", "variables")

    def __init__(self, text: str, template: recipient.Template, *, cover: bool = False) -> None:
        self.text = text
        self.variables: frozenset[str] = template.variables
        self._template = template
        self._hits: set[int] | None = set() if cover else None

    def render(
        self,
        data: Mapping[str, Any],
        locale: str = "en",
        currency: str = "EUR",
        zone: str = "UTC",
        links: Links | None = None,
    ) -> str:
        """The text for one person. ``data`` holds ``contact``, ``order``, ``event``, ``send``.

        Raises:
            TemplateProblem: the template asks for something the data does not have.
        """
        names: dict[str, Any] = {name: _open(value) for name, value in data.items()}
        names["links"] = LinkRoot(links if links is not None else SampleLinks())
        names.setdefault("locale", locale)
        try:
            return self._template.render(names, Run(Formatter(locale, currency, zone), hits=self._hits))
        except recipient.RenderError as failed:
            raise _problem(failed, names) from None

    @property
    def coverage(self) -> Coverage:
        """What the renderings so far reached (of a template compiled with ``cover=True``)."""
        return Coverage(self._template.arms, frozenset(self._hits or ()) - {-1})


def _problem(failed: recipient.RenderError, names: Mapping[str, object]) -> TemplateProblem:
    problem, place = failed.problem, failed.place
    fault = engine.fault_of(problem)
    if fault.code == "MT201":
        known = getattr(problem, "known", ()) or (() if getattr(problem, "owner", "") else tuple(names))
        fault = Fault(fault.code, fault.message, advice(fault.word, known, what="known here"), fault.word)
    return TemplateProblem(fault, place.line, place.tag, place.number)


SAMPLE_SEND = {
    "id": "sample@2026-01-01",
    "campaign": "sample",
    "channel": "email",
    "locale": "en",
    "at": "2026-01-01T09:00:00+00:00",
}
"""What ``send`` tells in previews."""


def complete(data: Mapping[str, Any], fields: Mapping[str, Mapping[str, FieldSpec]]) -> dict[str, Any]:
    """``data`` with every declared field that may be empty: a field that a person does not have is nothing, not a mistake."""
    made = dict(data)
    for root, declared in fields.items():
        empty = {name: None for name, spec in declared.items() if spec.nullable}
        made[root] = {**empty, **dict(made.get(root) or {})}
    return made


def _open(value: object) -> object:
    """Mappings of any kind become plain ones."""
    return dict(value) if hasattr(value, "keys") and not isinstance(value, dict) else value  # type: ignore[call-overload]


def compile(text: str, *, cover: bool = False) -> Compiled:  # noqa: A001
    """Compile an artifact once; ``cover`` also counts which branches are reached.

    Raises:
        TemplateProblem: the text is not a template.
    """
    compiled = _compile(text)
    if isinstance(compiled, Fault):
        raise TemplateProblem(compiled, compiled.line or 1)
    return Compiled(text, compiled, cover=cover)


@lru_cache(maxsize=128)
def _compile(text: str) -> recipient.Template | Fault:
    return recipient.compile_text(text)


class Bundle:
    """All templates of one message, for many recipients in one language; compiled once.

    Addresses of ours are the same for everybody but for the recipient's token. They are written out when the bundle is
    made, with a placeholder in the token's place: :meth:`render` puts the token in, one replacement a text.
    """

    __slots__ = ("_currency", "_locale", "_marked", "_templates", "_zone", "least", "mark", "variables")

    def __init__(
        self,
        texts: Iterable[str],
        links: Callable[[str], Links],
        locale: str,
        currency: str,
        zone: str,
        *,
        mark: str = MARK,
    ) -> None:
        """``texts`` are the templates; ``links`` gives the addresses for a token; ``mark`` is the placeholder.

        Raises:
            TemplateProblem: One of the texts is no template.
        """
        self.mark = mark
        self._locale, self._currency, self._zone = locale, currency, zone
        ways = [({"links": LinkRoot(links(one))}, one) for one in (mark, mark.swapcase())]

        def written(answer: Answer) -> str | None:
            """An address that has the token in it as it is, or not at all; anything else is computed each time."""
            one, other = (str(simple.there(answer(names))) for names, _ in ways)
            return one if one.replace(ways[0][1], ways[1][1]) == other else None

        token = running.RUN.set(self._run())
        try:
            found = [recipient.compile_text(text, written) for text in texts]
        finally:
            running.RUN.reset(token)
        for fault in found:
            if isinstance(fault, Fault):
                raise TemplateProblem(fault, fault.line or 1)
        self._templates = [one for one in found if not isinstance(one, Fault)]
        self._marked = [one.fixed for one in self._templates]
        self.least = [one.least for one in self._templates]  # characters that everybody's text has
        self.variables: frozenset[str] = frozenset[str]().union(*(one.variables for one in self._templates))

    def render(self, data: Mapping[str, Any], links: Links, token: str) -> list[str]:
        """The texts for one person, in order; ``links`` for addresses that depend on something else than the token.

        Raises:
            TemplateProblem: A template asks for something that the data does not have.
        """
        run = self._run()
        names = {**data, "links": LinkRoot(links), "locale": self._locale}
        current = running.RUN.set(run)
        try:
            mark = self.mark
            return [
                one.play(names, run).replace(mark, token) if marked else one.play(names, run)
                for one, marked in zip(self._templates, self._marked, strict=True)
            ]
        except recipient.RenderError as failed:
            raise _problem(failed, names) from None
        finally:
            running.RUN.reset(current)

    def _run(self) -> Run:
        return Run(Formatter(self._locale, self._currency, self._zone))


class CompiledJson:
    """A JSON artifact whose strings are templates of their own."""

    __slots__ = ("_leaves", "_tree", "variables")

    def __init__(self, tree: object, *, cover: bool = False) -> None:
        self._leaves: dict[str, Compiled] = {}
        self._tree = tree
        for leaf in _strings(tree):
            if ("{{" in leaf or "{%" in leaf) and leaf not in self._leaves:
                self._leaves[leaf] = compile(leaf, cover=cover)
        self.variables: frozenset[str] = frozenset().union(*(one.variables for one in self._leaves.values()))

    def render(
        self,
        data: Mapping[str, Any],
        locale: str = "en",
        currency: str = "EUR",
        zone: str = "UTC",
        links: Links | None = None,
    ) -> str:
        """The JSON text for one person."""

        def fill(value: object) -> object:
            if isinstance(value, str):
                leaf = self._leaves.get(value)
                return leaf.render(data, locale, currency, zone, links) if leaf else value
            if isinstance(value, list):
                return [fill(one) for one in value]
            if isinstance(value, dict):
                return {key: fill(one) for key, one in value.items()}
            return value

        return json.dumps(fill(self._tree), ensure_ascii=False)

    @property
    def coverage(self) -> Coverage:
        """What the renderings so far reached, over all leaves."""
        arms: list[Arm] = []
        reached: set[int] = set()
        for leaf in self._leaves.values():
            found = leaf.coverage
            reached |= {len(arms) + number for number in found.reached}
            arms += [arm.moved(len(arms) + n) for n, arm in enumerate(found.arms)]
        return Coverage(tuple(arms), frozenset(reached))


def compile_json(text: str, *, cover: bool = False) -> CompiledJson:
    """Compile a JSON artifact with templates in its strings.

    Raises:
        TemplateProblem: one of the strings is not a template, or the text is not JSON.
    """
    try:
        tree = json.loads(text)
    except ValueError as problem:
        raise TemplateProblem(Fault("MT101", f"this is not JSON: {problem}"), 1) from None
    return CompiledJson(tree, cover=cover)


def _strings(tree: object) -> Iterable[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for one in tree:
            yield from _strings(one)
    elif isinstance(tree, dict):
        for one in tree.values():
            yield from _strings(one)


def branches(compiled: Compiled | CompiledJson) -> Coverage:
    """The branch coverage of a template so far."""
    return compiled.coverage


def rendering_finding(problem: TemplateProblem, persona: str, artifact: str, span: Span | None = None) -> Diagnostic:
    """The finding for a template that fails for a persona: which, where, and what to write."""
    where = f"{artifact}, line {problem.line}"
    shown = f" in `{problem.tag}`" if problem.tag else ""
    return error(
        problem.code,
        f"for the persona `{persona}`{shown}: {problem.message} ({where})",
        span or Span(artifact, problem.line),
        problem.hint,
    )
