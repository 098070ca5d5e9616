"""The only door to Jinja2: two sandboxed environments, what they allow, and what they say about mistakes."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating import filters, running, tracing
from mops_cli.channels.templating.escapes import ESCAPES
from mops_cli.channels.templating.expressions import Expression, Markup
from mops_cli.channels.templating.faults import Fault, Missing, Refusal
from mops_cli.channels.templating.running import RUN, Run
from mops_cli.channels.templating.syntax_tree import used_names, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import CodeType

    from jinja2 import Environment, Template

BUILD_BLOCKS = frozenset({"if", "for", "macro", "call", "with"})
BUILD_STATEMENTS = (
    "if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro", "call", "endcall", "with", "endwith",
    "include", "import", "from",
)  # fmt: skip
_DEFINED_LATER = frozenset({"mops_each", "mops_known", "mops_hit", "mops_source", "mops_string"})


# -- the environments


def _soft(namespace: dict[str, Any], base: Any) -> None:
    """Let every use of an undefined value be noted and go on with nothing, so that one run finds them all."""
    fail = base._fail_with_undefined_error  # noqa: SLF001
    gives: dict[str, Any] = {"__int__": 0, "__float__": 0.0, "__complex__": 0j}
    for name in dir(base):
        if getattr(base, name) is fail and name != "_fail_with_undefined_error":
            namespace[name] = _noting(gives.get(name))
    namespace.update(__str__=_noting(""), __iter__=_noting_iter, __len__=_noting(0), __bool__=_noting(False))
    namespace.update(__eq__=_noting(False), __ne__=_noting(True), __contains__=_noting(False))
    namespace.update(dict.fromkeys(("__lt__", "__le__", "__gt__", "__ge__"), _noting(False)), __hash__=object.__hash__)


def _noting(gives: Any) -> Callable[..., Any]:
    def use(self: Any, *_: object, **__: object) -> Any:
        note(self)
        return self if gives is None else gives

    return use


def _noting_iter(self: Any) -> Iterator[object]:
    note(self)
    return iter(())


def note(undefined: Any) -> None:
    """Report a missing name once it is used."""
    from jinja2.utils import missing as absent

    owner, known = "", tuple(undefined.known)
    if undefined._undefined_obj is not absent:  # noqa: SLF001
        owner = "this object"
    found = Missing(str(undefined._undefined_name), owner, known)  # noqa: SLF001
    run = RUN.get(None)
    if run is None or run.missing is None:
        raise found
    run.missing(found)


@cache
def _absent() -> Any:
    """Our undefined: noted when it is used."""
    from jinja2 import StrictUndefined, Undefined

    namespace: dict[str, Any] = {"known": ()}
    _soft(namespace, StrictUndefined)
    return type("Absent", (Undefined,), namespace)


@cache
def _generator() -> Any:
    """Jinja's code generator, with a bounded ``~``."""
    from jinja2.compiler import CodeGenerator

    class Generator(CodeGenerator):
        def visit_Concat(self, node: Any, frame: Any) -> None:  # noqa: N802
            self.write("environment.joined((")
            for one in node.nodes:
                self.visit(one, frame)
                self.write(", ")
            self.write("))")

    return Generator


def _found(env: Environment, obj: Any, name: object, answer: tuple[bool, Any]) -> Any:
    """What was looked up, or an undefined that knows what there is."""
    from jinja2 import Undefined

    there, found = answer
    if there:
        return found
    if isinstance(obj, Undefined):
        note(obj)
        return obj
    made: Any = env.undefined(obj=obj, name=str(name))
    made.known = found
    return made


def _callable(obj: Any) -> bool:
    """Whether templates may call it: macros, loop helpers, what MOPS gives them."""
    from jinja2.runtime import LoopContext, Macro

    ours = Macro | LoopContext | running.Callable_ | running.LinkCall
    return isinstance(obj, ours) or isinstance(getattr(obj, "__self__", None), LoopContext)


def _loaded(name: object) -> Template:
    from jinja2 import TemplateNotFound

    load = RUN.get().load
    found: Template | None = load(str(name)) if load else None
    if found is None:
        raise TemplateNotFound(str(name))
    return found


def _first_loaded(names: Any) -> Template:
    from jinja2 import TemplateNotFound

    if isinstance(names, str):
        return _loaded(names)
    for name in names:
        with contextlib.suppress(TemplateNotFound):
            return _loaded(name)
    raise TemplateNotFound(", ".join(map(str, names)))


@cache
def _sandbox() -> type[Environment]:
    """Our environment, made when Jinja2 is first needed."""
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        code_generator_class = _generator()
        intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
        joined = staticmethod(running.joined)

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, LoopContext):
                return super().getattr(obj, attribute)
            return _found(self, obj, attribute, running.member(obj, attribute))

        def getitem(self, obj: Any, argument: Any) -> Any:
            return _found(self, obj, argument, running.item(obj, argument))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            compute = super().call_binop
            return running.operated(operator, left, right, lambda: compute(context, operator, left, right))

        def is_safe_callable(self, obj: Any) -> bool:
            return _callable(obj)

        def _parse(self, source: str, name: str | None, filename: str | None) -> Any:
            tree = super()._parse(source, name, filename)
            _instrument(tree)
            return tree

        def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002
            return _loaded(name)

        def select_template(self, names: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002
            return _first_loaded(names)

        get_or_select_template = select_template  # type: ignore[assignment]

    return Sandbox


def _instrument(tree: Any) -> None:
    """Count the turns of loops, guard comparisons, give imports the names of the importer."""
    from jinja2 import nodes

    for node in list(walk(tree)):
        if isinstance(node, nodes.For):
            node.iter = nodes.Filter(node.iter, "mops_each", [], [], None, None, lineno=node.lineno)
        elif isinstance(node, nodes.Compare):
            sides: list[Any] = [node, *node.ops]
            for side in sides:
                side.expr = nodes.Filter(side.expr, "mops_known", [], [], None, None, lineno=node.lineno)
        elif isinstance(node, nodes.Import | nodes.FromImport):
            node.with_context = True
    tree.set_environment(tree.environment)


def _filter(name: str, function: Callable[..., object]) -> Callable[..., object]:
    from jinja2 import pass_context
    from jinja2.runtime import Undefined

    @pass_context
    def apply(_context: Any, value: object, *args: Any, **kwargs: Any) -> object:
        if isinstance(value, Undefined):
            note(value)
            return value
        return running.filtered(name, function, value, args, kwargs)

    return apply


def _default(value: Any, fallback: Any = "", boolean: bool = True) -> Any:
    """The value, or ``fallback`` when there is none (not given, null or empty)."""
    return fallback if value is None or value == "" else value


def _formatting(name: str) -> Callable[..., object]:
    def apply(value: object, *args: Any, **kwargs: Any) -> object:
        return getattr(RUN.get().formatter, name)(value, *args, **kwargs)

    return apply


def _fill(env: Environment, *, build: bool) -> None:
    """Only what is named here can be used."""
    from jinja2 import pass_context
    from jinja2.filters import FILTERS
    from jinja2.tests import TESTS
    from jinja2.utils import Namespace

    @pass_context
    def default(_context: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        from jinja2.runtime import Undefined

        if isinstance(value, Undefined):
            value = None
        if isinstance(value, Expression):
            return running.filtered("default", _default, value, args, kwargs)
        return _default(value, *args, **kwargs)

    @pass_context
    def count(_context: Any, values: Any) -> Any:
        return running.each(values)

    env.filters.clear()
    env.filters.update({name: _filter(name, function) for name, function in filters.COMMON.items()})
    env.filters.update({name: _filter(name, _formatting(name)) for name in filters.FORMATS})
    env.filters.update(default=default, d=default, mops_each=count)
    env.filters["mops_known"] = pass_context(lambda _context, value: running.known(value))
    env.globals.clear()
    env.globals.update(running.FUNCTIONS)
    env.tests.clear()
    env.tests.update({name: TESTS[name] for name in filters.TESTS if name in TESTS})
    if build:
        env.filters.update({name: FILTERS[name] for name in filters.BUILD_ONLY})
        env.globals["namespace"] = running.Callable_(Namespace)
        env.tests["expression"] = lambda value: isinstance(value, Expression)
    else:
        env.filters.update({name: pass_context(lambda _c, value, f=f: f(value)) for name, f in ESCAPES.items()})


@cache
def build_environment() -> Environment:
    """``[[ ]]`` and ``[% %]``; printing makes slots; no comments."""
    from jinja2 import pass_context

    env = _sandbox()(
        variable_start_string="[[", variable_end_string="]]", block_start_string="[%", block_end_string="%]",
        comment_start_string="\x00\x01", comment_end_string="\x01\x00", undefined=_absent(), autoescape=True,
        keep_trailing_newline=True, cache_size=0,
        finalize=pass_context(lambda _context, value: _print(value)),
    )  # fmt: skip
    _fill(env, build=True)
    for name in ("mops_source", "mops_string"):
        env.filters[name] = pass_context(_quoting(name))
    return env


def _print(value: object) -> object:
    printed = RUN.get().printed
    assert printed is not None
    return Markup(printed(value))


def _quoting(name: str) -> Callable[..., object]:
    def apply(_context: Any, value: object, quote: str = "") -> object:
        from mops_cli.channels.templating.quoting import inside_string, inside_tag

        if hasattr(value, "_undefined_name"):
            note(value)
            return Markup("")
        return Markup(inside_string(value, quote) if name == "mops_string" else inside_tag(value))

    return apply


@cache
def recipient_environment() -> Environment:
    """``{{ }}`` and ``{% %}``; the slots name their escape filter; undefined is an error."""
    env = _sandbox()(undefined=_absent(), autoescape=False, keep_trailing_newline=True, cache_size=0, optimized=False)
    _fill(env, build=False)
    return env


# -- compiling and running


@dataclass(slots=True)
class Program:
    """A compiled template. ``name`` tells it apart from others in tracebacks."""

    name: str
    code: CodeType
    lines: list[tuple[int, int]] = field(default_factory=list)

    def instance(self, env: Environment) -> Template:
        """A fresh template: what a module keeps must not outlive a rendering."""
        from jinja2 import Template

        return Template.from_code(env, self.code, env.globals)

    def line_of(self, python_line: int) -> int:
        """The line of the source behind a line of the program (pairs of source line and Python line)."""
        found = 1
        for line, python in self.lines:
            if python > python_line:
                break
            found = line
        return found


_NUMBER = iter(range(1, 10**12))


def compile_source(env: Environment, source: str, parsed: Any = None, name: str = "") -> Program | Fault:
    """Compile, or say what is wrong and in which line of ``source``; ``parsed`` is its tree, when there is one."""
    from jinja2 import TemplateSyntaxError

    name = name or f"{tracing.FILE}{next(_NUMBER)}>"
    try:
        # Not ``compile``: on errors it spends milliseconds on a prettier traceback.
        tree = parsed or env._parse(source, None, name)  # noqa: SLF001
        if parsed:
            _instrument(tree)
        python = env._generate(tree, None, name)  # noqa: SLF001
        code = env._compile(python, name)  # noqa: SLF001
    except TemplateSyntaxError as problem:
        return _syntax_fault(problem.message or "", problem.lineno)
    except (RecursionError, MemoryError, SyntaxError, OverflowError, ValueError):
        return Fault("MT107", "this template is nested too deeply", "make it simpler", line=1)
    marks = re.search(r"^debug_info = '([^']*)'", python, re.MULTILINE)
    pairs = [pair.split("=") for pair in marks[1].split("&")] if marks and marks[1] else []
    return Program(name, code, [(int(line), int(at)) for line, at in pairs])


@dataclass(slots=True)
class Value:
    """A compiled recipient-time expression, and the names it uses."""

    template: Template
    names: frozenset[str]


@lru_cache(maxsize=4096)
def compile_value(source: str) -> Value | Fault:
    """Compile an expression once for all artifacts that hold it."""
    env = recipient_environment()
    text = f"{{% set mops_value = ({source}\n) %}}"
    tree = parse_recipient(text)
    if isinstance(tree, Fault):
        return tree
    if len(tree.body) != 1:
        return Fault("MT101", "this tag cannot be read", _SYNTAX_HELP)
    names = used_names(tree)
    program = compile_source(env, text, tree)
    return program if isinstance(program, Fault) else Value(program.instance(env), names)


def answer(value: Value, state: Any) -> Any:
    """The value of an expression for the names of a rendering (``state`` keeps Jinja's context between calls)."""
    context = state.context
    if context is None:
        context = state.context = value.template.new_context(state.names, shared=True)
    for _ in value.template.root_render_func(context):
        pass
    return context.vars.pop("mops_value", None)


def looped(values: Iterable[object]) -> Iterable[tuple[object, Any]]:
    """Items with Jinja's ``loop``."""
    from jinja2.runtime import LoopContext

    return LoopContext(values, recipient_environment().undefined)


@cache
def compile_empty() -> Program:
    """The program of an empty text."""
    made = compile_source(build_environment(), "")
    assert isinstance(made, Program)
    return made


def is_unprintable(value: object) -> bool:
    """Whether printing a value would show Python instead of text."""
    if isinstance(value, running.Node):
        return value.shown is None
    return not isinstance(value, str | int | float | Expression) and not _has_text(value)


def _has_text(value: object) -> bool:
    from datetime import date, time
    from decimal import Decimal

    return isinstance(value, date | time | Decimal) or hasattr(value, "__html__")


def _syntax_fault(message: str, line: int) -> Fault:
    nameless = re.match(r"No (filter|test) named '([^']*)'", message)
    if nameless:
        return filters.unknown(nameless[1], nameless[2], line)
    unexpected = re.match(r"expected token '.*', got '(.*)'$", message) or re.match(r"unexpected '(.*)'$", message)
    if unexpected and not unexpected[1].startswith("end of"):
        word = unexpected[1]
        if word in ("=", "assign"):
            return Fault("MT101", "this tag cannot be read: `=` sets a value", "write `==` to compare", "=", line)
        return Fault("MT101", f"this tag cannot be read: `{word}` is unexpected here", _SYNTAX_HELP, word, line)
    if unexpected:
        return Fault("MT101", "this tag ends too early", _SYNTAX_HELP, line=line)
    return Fault("MT101", f"this tag cannot be read: {message.rstrip('.')}", _SYNTAX_HELP, line=line)


_SYNTAX_HELP = "an expression looks like `name.part | filter('text')`, a text stands in quotes"


def run_template(template: Template, names: Mapping[str, object], run: Run) -> str:
    """The output of a template. Mistakes are raised as :class:`Refusal`."""
    token = RUN.set(run)
    parts: list[str] = []
    size = 0
    try:
        for part in template.root_render_func(template.new_context(dict(names), shared=False)):
            parts.append(part)
            size += len(part)
            if size > running.MAX_OUTPUT:
                raise Refusal(
                    "MT107", f"the text becomes longer than {running.MAX_OUTPUT:,} characters", "loop over less"
                )
    finally:
        RUN.reset(token)
    return "".join(parts)


def fault_of(problem: BaseException) -> Fault:
    """What an exception from a running template means (its line is in :func:`raised_at`)."""
    from jinja2 import TemplateNotFound, TemplateRuntimeError
    from jinja2.exceptions import SecurityError

    if isinstance(problem, Refusal):
        return Fault(problem.code, problem.message, problem.advice, problem.word)
    if isinstance(problem, TemplateNotFound):
        return Fault("MT106", f"there is no file `{problem.name}` to include", word=str(problem.name))
    if isinstance(problem, SecurityError):
        return Fault(
            "MT109", "this cannot be called from a template", "templates call `t()`, `range()`, macros and `links`"
        )
    if isinstance(problem, RecursionError):
        return Fault("MT107", "this template calls itself without end", "let the macro or the include come to an end")
    if isinstance(problem, TemplateRuntimeError):
        return Fault("MT101", f"this tag fails: {str(problem).rstrip('.')}")
    if isinstance(problem, ZeroDivisionError):
        return Fault("MT206", "this divides by zero", "guard it with an `if`")
    if isinstance(problem, TypeError) and "not supported between" in str(problem):
        return _compared(str(problem))
    return Fault("MT206", f"this tag fails: {str(problem).splitlines()[0] if str(problem) else type(problem).__name__}")


def _compared(said: str) -> Fault:
    """Two values of different kinds, larger or smaller?"""
    if "NoneType" in said:
        return Fault("MT206", "what is empty cannot be compared", "give it a default first: `… | default(0) > 3`")
    return Fault("MT206", "a number and a text cannot be compared", "compare numbers with numbers, without quotes")


def parse_recipient(text: str) -> Any:
    """The syntax tree of a recipient-time text, or the fault in it."""
    from jinja2 import Environment, TemplateSyntaxError

    env = recipient_environment()
    try:
        return Environment._parse(env, text, None, None)  # noqa: SLF001
    except TemplateSyntaxError as problem:
        return _syntax_fault(problem.message or "", problem.lineno)
    except (RecursionError, MemoryError, ValueError, OverflowError):
        return Fault("MT107", "this tag is nested too deeply", "make it simpler", line=1)
