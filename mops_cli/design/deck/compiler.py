"""From a source to the page model."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mops_cli.design.deck.builder import Builder
from mops_cli.design.deck.compat_scope import CompatScope
from mops_cli.design.deck.evaluator import Evaluator
from mops_cli.design.deck.files import Files, Reader
from mops_cli.design.deck.functions import Place
from mops_cli.design.deck.model import Canvas, Deck
from mops_cli.design.deck.numerals import NumberFormat, plain_number
from mops_cli.design.deck.open_scope import OpenScope, PairFunction
from mops_cli.design.deck.page_words import describe_canvas
from mops_cli.design.deck.parser import parse_source
from mops_cli.design.deck.problems import Exhausted
from mops_cli.design.deck.records import RecordReader, no_records
from mops_cli.design.deck.rules import Rules
from mops_cli.design.deck.run import Limits, Run, TokenLookup
from mops_cli.model.diagnostic import Diagnostic, Span, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mops_cli.design.deck.syntax import Node
    from mops_cli.design.deck.values import Value

_RUNAWAY = frozenset({"MK102", "MK301", "MK302", "MK306"})
VERSION = "2026-06-22-1.1.0"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A deck, what was found on the way, and the files that were read."""

    deck: Deck
    diagnostics: tuple[Diagnostic, ...]
    reads: tuple[str, ...]


def _nothing(nodes: Sequence[Node]) -> None:
    """Stands in until there is an evaluator."""


def no_tokens(name: str) -> str | None:
    """A brand without tokens."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a deck is compiled.

    ``canvas`` wins over the canvas of the source: geometry depends on the aspect. ``tokens`` gives the colour of
    a brand token by its dotted name. ``fonts`` are brand roles beside sans, serif, mono and symbol. ``records`` reads tables that are not CSV, ``localize`` writes
    numbers for a locale (the verb ``%n``: a number and its decimals or None). ``variables``
    are set before the first line. ``kept`` are files by path that exist only for this compilation. ``roots`` are
    folders to look for files in, after those of the naming file and of the deck. ``later`` are names whose values
    differ by recipient: a deck that asks for one is refused. ``token_names`` are the colours of the brand, for advice.
    """

    compat: bool = False
    seed: int = 1
    canvas: tuple[float, float] | None = None
    variables: Mapping[str, Value] | None = None
    tokens: TokenLookup = no_tokens
    fonts: Collection[str] = ()
    records: RecordReader = no_records
    localize: NumberFormat = plain_number
    kept: Mapping[str, str] | None = None
    roots: tuple[str, ...] = ("",)
    later: Collection[str] = ()
    token_names: Collection[str] = ()
    limits: Limits = field(default_factory=Limits)


def compile_deck(source: str, path: str, read: Reader, options: Options | None = None) -> Compiled:
    """Compiles a source. ``path`` and the names that ``read`` gets are relative to the project's root."""
    chosen = options or Options()
    run = _prepare(path, read, chosen)
    run.stack.append(path)
    evaluator = Evaluator(run)
    ended = ""
    try:
        parsed = parse_source(source, path, run.rules)
        run.take(parsed, Span(path))
        evaluator.play(parsed.nodes)
    except Exhausted as limit:
        run.found.append(limit.diagnostic)
        ended = limit.code
    deck = run.builder.deck(path, Canvas(width=run.width, height=run.height))
    if ended in _RUNAWAY:
        # Nobody wants to see what a loop without end has drawn so far, and setting it would take minutes.
        deck = replace(deck, items=())
    if not chosen.compat and not ended:
        # What a deck that was stopped half way has left open is no mistake of its author.
        run.found.extend(run.builder.complaints)
    return Compiled(deck, tuple(in_order(run.found)), tuple(run.files.used))


def _prepare(path: str, read: Reader, options: Options) -> Run:
    """The state at the first line."""
    rules = Rules(compat=options.compat)
    files = Files(read, path, compat=options.compat, roots=options.roots)
    files.kept.update({name: content.encode() for name, content in (options.kept or {}).items()})
    source = random.Random(options.seed)  # noqa: S311 - pictures, not secrets
    pairs: dict[str, PairFunction] = {}

    def place() -> Place:
        return Place(run.width, run.height, run.random, run.localize)

    scope = CompatScope(place, pairs) if options.compat else OpenScope(place, pairs, frozenset(options.later))
    run = Run(
        rules=rules,
        files=files,
        builder=Builder(),
        limits=options.limits,
        random=source,
        scope=scope,
        play=_nothing,
        tokens=options.tokens,
        fonts=frozenset(options.fonts),
        records=options.records,
        localize=options.localize,
        token_names=tuple(options.token_names),
    )
    if options.canvas:
        run.width, run.height = options.canvas
        run.fixed_canvas = True
    scope.set("deckshVersion", VERSION)
    describe_canvas(run)
    for name, value in (options.variables or {}).items():
        scope.set(name, value)
    _add_pairs(run, pairs)
    return run


def _add_pairs(run: Run, pairs: dict[str, PairFunction]) -> None:
    """The functions that give a pair of coordinates."""
    from mops_cli.design.deck.pairs import pair_functions

    pairs.update(pair_functions(run))
