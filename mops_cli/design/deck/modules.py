"""Parts in other files: include, import, functions, kept data, grids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.compat_scope import CompatScope
from mops_cli.design.deck.numerals import shortest
from mops_cli.design.deck.parser import parse_source
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.signature import Keyword, keyword
from mops_cli.design.deck.syntax import Command, Def
from mops_cli.model.diagnostic import info
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Values
    from mops_cli.design.deck.syntax import Data, Line, Node
    from mops_cli.design.deck.values import Argument
    from mops_cli.model.diagnostic import Span


_FILE = 3
"""What taking in a file costs, in statements."""


def parsed(run: Run, path: str, text: str, span: Span) -> tuple[Node, ...]:
    """The statements of a file, parsed once. ``span`` is where it is named."""
    key = ("parsed", path, text)
    if key not in run.cache:
        source = parse_source(text, path, run.rules)
        run.cache[key] = source.nodes
        run.take(source, span)
    nodes_: tuple[Node, ...] = run.cache[key]
    return nodes_


def enter(run: Run, path: str, nodes: Iterable[Node]) -> None:
    """Plays the statements of a file or function."""
    run.stack.append(path)
    try:
        run.play(tuple(nodes))
    finally:
        run.stack.pop()


def include(run: Run, line: Line, values: Values) -> None:
    """``include "file"``: the statements of a file, in place."""
    path, text = run.files.text(values.text("file"), line.path, line.span)
    run.steps += _FILE
    if path in run.stack:
        raise Problem("MK307", f"{path} includes itself", line.span, "remove one of the includes")
    enter(run, path, parsed(run, path, text, line.span))


def import_functions(run: Run, line: Line, values: Values) -> None:
    """``import "file"``: the functions of a file."""
    load_functions(run, values.text("file"), line)


def load_functions(run: Run, name: str, line: Line) -> Def | None:
    """Learns the functions of a file and gives the first."""
    path, text = run.files.text(name, line.path, line.span)
    run.steps += _FILE
    found = [node for node in parsed(run, path, text, line.span) if isinstance(node, Def)]
    for node in found[:1] if run.rules.compat else found:
        define(run, node)
    if not found:
        if run.rules.compat and not run.quiet:
            return None
        raise Problem("MK208", f"{path} has no function", line.span, "begin it with: def name first second")
    return found[0]


def define(run: Run, node: Def) -> None:
    """Learns a function, unless its name is taken by a keyword."""
    if node.name in run.reserved and not run.rules.compat:
        raise Problem(
            "MK208", f"{node.name} is a keyword, not a name for a function", node.line.span, "choose another name"
        )
    if node.name:
        run.functions[node.name] = node


def call_file(run: Run, line: Line, values: Values) -> None:
    """``func "file" arguments``."""
    function = load_functions(run, values.text("file"), line)
    if function is None:
        raise Problem("MK208", "the file has no function", line.span, "begin it with: def name first second")
    call(run, line, function, values.rest)


def call_function(run: Run, line: Line, name: str) -> None:
    """A function by its name."""
    call(run, line, run.functions[name], run.scope.arguments(line))


def call(run: Run, line: Line, function: Def, arguments: list[Argument]) -> None:
    """Gives the parameters their values and plays the body."""
    if len(arguments) != len(function.parameters):
        form = " ".join([function.name, *function.parameters])
        raise Problem(
            "MK203",
            f"{function.name} takes {len(function.parameters)} arguments, not {len(arguments)}",
            line.span,
            f"write: {form}",
        )
    scope = run.scope
    if isinstance(scope, CompatScope):
        raw = [scope.values.get(argument.raw, argument.raw) for argument in arguments]
        scope.values.update(zip(function.parameters, raw, strict=True))
    else:
        for name, argument in zip(function.parameters, arguments, strict=True):
            if argument.value is not None:
                scope.set(name, argument.value)
    enter(run, f"def {function.name}", function.body)


def learn(run: Run, node: Def) -> None:
    """A ``def`` among the statements: here it defines, the old tools run its lines."""
    if not run.rules.compat:
        define(run, node)
        return
    run.play(node.body)
    raise Problem("MK202", "edef outside of a function file", node.line.span, "import the file and call its function")


def unknown(run: Run, line: Line, words: dict[str, Keyword]) -> None:
    """A first word that nothing knows."""
    word = line.word
    if run.rules.compat:
        if len(line.tokens) > 1:
            return
        raise Problem("MK202", f'there is no keyword or function "{word[:40]}"', line.span, "")
    known = [*words, *run.functions]
    raise Problem(
        "MK202",
        f'there is no keyword or function "{word[:40]}"',
        line.at(line.tokens[0]),
        advice(word, known, what="keywords and functions"),
    )


def keep_data(run: Run, node: Data) -> None:
    """``data "file" ... edata``: kept in memory, later reads see it first."""
    arguments = run.scope.arguments(node.line)
    name = run.scope.name(arguments[0]) if arguments else None
    if name is None:
        raise Problem("MK205", "data needs a file name", node.line.span, 'write: data "sales.d"')
    whole = len(arguments) > 1 and run.scope.text(arguments[1]) == "plain"
    rows = [row.lstrip() if whole else _pair(row, titles=not run.rules.compat) for row in node.rows]
    content = "".join(f"{row}\n" for row in rows if whole or row)
    run.weigh(len(rows), node.line.span)
    run.files.keep(name, node.line.path, node.line.span, content)


def _pair(row: str, *, titles: bool) -> str:
    """The first two words of a row; a title is kept whole, except for the old tools."""
    words = row.split()
    if titles and words and words[0].startswith("#"):
        return row.strip()
    return "\t".join(words[:2]) if len(words) > 1 else ""


def grid(run: Run, line: Line, values: Values) -> None:
    """``grid``: the commands of a file, each at the next place of a grid."""
    path, text = run.files.text(values.text("file"), line.path, line.span)
    left, y = values.number("x"), values.number("y")
    x = left
    nodes = {node.line.number: node for node in parsed(run, path, text, line.span)}
    run.quiet += run.rules.compat
    try:
        for number, row in enumerate(text.split("\n"), 1):
            if x > values.number("xlimit"):
                x = left
                y -= values.number("ystep")
            if not row or (number not in nodes and not run.rules.compat):
                continue
            if number in nodes:
                _place(run, nodes[number], x, y)
            x += values.number("xstep")
    finally:
        run.quiet -= run.rules.compat


def _place(run: Run, node: Node, x: float, y: float) -> None:
    """One command at a place."""
    scope = run.scope
    places = {"x": x, "X": x, "y": y, "Y": y}
    if isinstance(scope, CompatScope):
        if isinstance(node, Command) and len(node.line.tokens) > 2:
            words = scope.words(node.line)
            scope.fixed[id(node.line)] = [shortest(places[word], 6) if word in places else word for word in words]
            run.play((node,))
            del scope.fixed[id(node.line)]
        return
    before = {name: scope.get(name) for name in places}
    for name, value in places.items():
        scope.set(name, value)
    try:
        run.play((node,))
    finally:
        for name, old in before.items():
            if old is not None:
                scope.set(name, old)


def dump(run: Run, line: Line, values: Values) -> None:
    """``dump``: tells the values of variables."""
    wanted = [token.text for token in line.tokens[1:]] or sorted(run.scope.names())
    for name in wanted[:200]:
        value = run.scope.get(name)
        shown = "not defined" if value is None else f'"{value}"' if isinstance(value, str) else shortest(value)
        run.report(info("MK209", f"{name} = {shown}", line.span, "remove dump when you have seen it"))


MODULE_WORDS: tuple[Keyword, ...] = (
    keyword("include", "file:w", include),
    keyword("import", "file:w", import_functions),
    *(keyword(word, "file:w ...", call_file) for word in ("func", "call", "callfunc")),
    keyword("grid", "file:w x:n y:n xstep:n ystep:n xlimit:n", grid, again=True),
)
