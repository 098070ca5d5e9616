"""Carries out the statements of a deck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.aspect import applies
from mops_cli.design.deck.compat_scope import CompatScope
from mops_cli.design.deck.conditions import OpenCondition, compat_condition
from mops_cli.design.deck.keywords import COMPAT_KEYWORDS, KEYWORDS
from mops_cli.design.deck.loops import compat_rounds, open_rounds, record_rounds
from mops_cli.design.deck.model import List, Slide
from mops_cli.design.deck.modules import call_function, keep_data, learn, unknown
from mops_cli.design.deck.open_scope import OpenScope
from mops_cli.design.deck.problems import Exhausted, Problem
from mops_cli.design.deck.signature import bind
from mops_cli.design.deck.syntax import Command, Data, Def, For, If, Layout, Node, Para
from mops_cli.design.deck.text_words import PARA, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Keyword
    from mops_cli.design.deck.syntax import Line
    from mops_cli.design.deck.values import Value

_UPDATES = frozenset("+-*/%")
_CHARTS = frozenset({"dchart", "chart"})
_PAGES = frozenset({"slide", "page"})
_LISTS = frozenset({"list", "blist", "nlist", "clist"})


class Evaluator:
    """Plays nodes on a run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.words = COMPAT_KEYWORDS if run.rules.compat else KEYWORDS
        run.play = self.play
        run.reserved = frozenset(COMPAT_KEYWORDS)

    def play(self, nodes: Sequence[Node]) -> None:
        """One statement after the other; a problem is kept and the next one goes on."""
        run = self.run
        if run.level >= run.limits.depth and nodes:
            span = nodes[0].line.span
            raise Exhausted(
                "MK306", f"blocks, files and functions nest deeper than {run.limits.depth}", span, "nest less"
            )
        run.level += 1
        for node in nodes:
            try:
                run.step(node.line.span)
                self.node(node)
            except Exhausted:
                raise
            except Problem as problem:
                run.report(problem.diagnostic)
        run.level -= 1

    def node(self, node: Node) -> None:
        """One statement."""
        match node:
            case Command(line):
                self.command(line)
            case For():
                self.loop(node)
            case If():
                self.condition(node)
            case Layout():
                self.play(node.body if applies(self.run, node) else node.otherwise)
            case Data():
                keep_data(self.run, node)
            case Para():
                paragraphs(self.run, node, bind(self.run, PARA, node.line))
            case Def():
                learn(self.run, node)

    def command(self, line: Line) -> None:
        """An assignment, a keyword, or a call."""
        tokens = line.tokens
        if (len(tokens) > 1 and tokens[1].text == "=") or (
            len(tokens) > 3 and tokens[1].text in _UPDATES and tokens[2].text == "="
        ):
            self.run.scope.assign(line)
        elif tokens[0].text in self.run.functions and tokens[0].text not in COMPAT_KEYWORDS:
            call_function(self.run, line, tokens[0].text)
        elif tokens[0].text in self.words:
            self.keyword(line, self.words[tokens[0].text])
        else:
            unknown(self.run, line, self.words)

    def keyword(self, line: Line, entry: Keyword) -> None:
        """A keyword with its arguments."""
        try:
            values = bind(self.run, entry, line)
        except Problem:
            if not self.run.rules.compat:
                # The block is there, whatever is wrong with its first line: its end is no second mistake.
                if entry.name in _PAGES:
                    self.run.builder.open_slide(Slide(span=line.span), mistaken=True)
                elif entry.name in _LISTS:
                    self.run.builder.open_list(List(x=0.0, y=0.0, size=1.0, span=line.span), mistaken=True)
            raise
        entry.handler(self.run, line, values)

    def loop(self, node: For) -> None:
        """``for``."""
        scope = self.run.scope
        if isinstance(scope, CompatScope):
            words = scope.words(node.line)
            self.frozen(
                scope, node, words[1] if len(words) > 1 else "", compat_rounds(self.run, scope, node.line, words)
            )
        elif isinstance(scope, OpenScope):
            records = record_rounds(self.run, scope, node.line)
            if records is None:
                self.fresh(node, open_rounds(self.run, scope, node.line))
            else:
                self.through(node, records)

    def fresh(self, node: For, rounds: Iterable[Value]) -> None:
        """The body with new values in each round."""
        name = node.line.tokens[1].text
        for value in rounds:
            self.run.step(node.line.span)
            self.run.scope.set(name, value)
            self.play(node.body)

    def through(self, node: For, records: Iterable[dict[str, Value]]) -> None:
        """The body for each record: ``p`` counts from 1, ``p_name`` is the column ``name``."""
        name = node.line.tokens[1].text
        for index, record in enumerate(records, 1):
            self.run.step(node.line.span)
            self.run.scope.set(name, float(index))
            for column, value in record.items():
                self.run.scope.set(f"{name}_{column}", value)
            self.play(node.body)

    def frozen(self, scope: CompatScope, node: For, name: str, rounds: Iterable[str]) -> None:
        """The body with the values from before the loop; problems in it are dropped."""
        body = [
            (entry, scope.words(entry.line))
            for entry in node.body
            if isinstance(entry, Command) and entry.line.word not in _CHARTS
        ]
        self.run.quiet += 1
        try:
            for value in rounds:
                self.run.step(node.line.span)
                for entry, words in body:
                    scope.fixed[id(entry.line)] = [value if word == name else word for word in words]
                    self.play((entry,))
        finally:
            self.run.quiet -= 1
            for entry, _ in body:
                scope.fixed.pop(id(entry.line), None)

    def condition(self, node: If) -> None:
        """``if``."""
        scope = self.run.scope
        if isinstance(scope, CompatScope):
            try:
                holds = compat_condition(scope, node.line)
            except Problem as problem:
                # The old tools go on with the next line, which is the first of the block.
                self.run.report(problem.diagnostic)
                self.play((*node.then, *node.otherwise))
                return
        elif isinstance(scope, OpenScope):
            holds = OpenCondition(scope, node.line).result()
        self.play(node.then if holds else node.otherwise)
