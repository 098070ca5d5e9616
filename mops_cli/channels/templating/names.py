"""Recipient-time names, checked before any recipient is there: against the declared fields and their types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating import engine
from mops_cli.channels.templating.faults import Fault
from mops_cli.channels.templating.filters import FORMATS
from mops_cli.channels.templating.running import LinkRoot
from mops_cli.channels.templating.syntax_tree import kind, path_of
from mops_cli.model.diagnostic import Diagnostic, Severity, Span
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mops_cli.channels.templating.slots import Slot
    from mops_cli.model.config import FieldSpec, ProjectConfig

NUMBERS = frozenset({"integer", "number", "money"})
SEND = {"id": "text", "campaign": "text", "channel": "text", "locale": "text", "at": "datetime"}
"""What ``send`` tells: the sending this message belongs to."""
_OWN_LINK = re.compile(r'links\.(?:(?:click|short)\(\d+\)|asset\("[^"]*"\)|unsubscribe|preferences|view)').fullmatch
"""What MOPS itself writes for its addresses: nothing to check."""
_TEXTLIKE = frozenset({"text", "url", "email", "phone"})


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression gives. ``fields`` are those of an object, or of one item of a list."""

    name: str = "any"
    nullable: bool = False
    path: str = ""
    fields: Mapping[str, Type] | None = field(default=None, compare=False)


ANY = Type()
TEXT = Type("text")


def roots(config: ProjectConfig) -> dict[str, Type]:
    """The types of ``contact``, ``order``, ``event``, ``send``."""
    events: dict[str, FieldSpec] = {}
    for one in config.events.values():
        events.update(one)
    events.update(config.fields.event)
    return {
        "contact": _object("contact", config.fields.contact),
        "order": _object("order", config.fields.order),
        "event": _object("event", events),
        "send": Type("object", path="send", fields={name: Type(kind_) for name, kind_ in SEND.items()}),
        "locale": TEXT,
    }


def _object(path: str, fields: Mapping[str, FieldSpec]) -> Type:
    return Type("object", path=path, fields={name: _declared(f"{path}.{name}", spec) for name, spec in fields.items()})


def _declared(path: str, spec: FieldSpec) -> Type:
    items = {name: Type(kind_) for name, kind_ in spec.items.items()} if spec.items else None
    return Type(spec.type, spec.nullable, path, items)


class NameCheck:
    """The check of one document. Each mistake is reported once, however often its slot appears."""

    def __init__(self, config: ProjectConfig, report: Callable[[Diagnostic], None]) -> None:
        self._roots = roots(config)
        self._report = report
        self._told: set[tuple[str, str, Span]] = set()

    def check(self, slots: Sequence[Slot]) -> None:
        """Check the tags of a finished text, in the order in which they stand there."""
        for tags in _groups([slot for slot in slots if slot.kind != "v" and not _OWN_LINK(slot.text)]):
            tree = _tree(tuple(slot.source.replace("\n", " ") for slot in tags))
            if not isinstance(tree, Fault):
                walker = _Walker(self._roots, partial(self._tell, tags))
                walker.body(tree.body, _Scope())

    def type_of(self, source: str) -> str:
        """The declared type of an expression; ``any`` when it cannot be known."""
        tree = _tree((f"{{{{ {source} }}}}",))
        if isinstance(tree, Fault) or not tree.body:
            return "any"
        return _Walker(self._roots, lambda _fault, _level: None).type_of(tree.body[0].nodes[0], _Scope()).name

    def is_number(self, source: str) -> bool:
        """Whether the declared type is a number that is written with separators."""
        return self.type_of(source) in ("integer", "number")

    def _tell(self, tags: Sequence[Slot], fault: Fault, level: Severity) -> None:
        slot = tags[min(fault.line, len(tags)) - 1]
        span = slot.inside(fault.word)
        key = (fault.code, fault.message, span)
        if key not in self._told:
            self._told.add(key)
            self._report(Diagnostic(fault.code, level, fault.message, span, fault.help))


def _groups(tags: Sequence[Slot]) -> Iterator[list[Slot]]:
    """Tags that must be read together: a condition or loop with all it holds; everything when a name is set.

    Small groups are alike in many texts, and what is alike is parsed once.
    """
    if any(slot.text.startswith("set ") for slot in tags):
        yield list(tags)
        return
    group: list[Slot] = []
    depth = 0
    for slot in tags:
        group.append(slot)
        if slot.kind == "s":
            depth += slot.text.startswith(("if ", "for ")) - slot.text.startswith("end")
        if depth <= 0:
            yield group
            group, depth = [], 0
    if group:
        yield group


@lru_cache(maxsize=4096)
def _tree(sources: tuple[str, ...]) -> Any:
    """The tree of the tags, one a line."""
    return engine.parse_recipient("".join(f"{source}\n" for source in sources))


@dataclass(slots=True)
class _Scope:
    """Names bound by loops and ``set``, and paths that a condition has shown to be there."""

    names: dict[str, Type] = field(default_factory=dict)
    there: frozenset[str] = frozenset()

    def inside(self, there: frozenset[str] = frozenset(), names: Mapping[str, Type] | None = None) -> _Scope:
        """A scope within this one."""
        return _Scope({**self.names, **(names or {})}, self.there | there)


class _Walker:
    def __init__(self, known: Mapping[str, Type], tell: Callable[[Fault, Severity], None]) -> None:
        self._roots = known
        self._tell = tell

    # -- statements

    def body(self, nodes: Sequence[Any], scope: _Scope) -> None:
        for node in nodes:
            name = kind(node)
            if name == "Output":
                for one in node.nodes:
                    self._printed(one, scope)
            elif name == "If":
                self._if(node, scope)
            elif name == "For":
                self._for(node, scope)
            elif name == "Assign":
                found = self.type_of(node.node, scope)
                if kind(node.target) == "Name":
                    scope.names[node.target.name] = found

    def _printed(self, node: Any, scope: _Scope) -> None:
        if kind(node) == "TemplateData":
            return
        found = self.type_of(node, scope)
        if found.name in ("list", "object"):
            what = "a list" if found.name == "list" else "an object"
            word = found.path.rsplit(".", 1)[-1]
            self._error(
                "MT207",
                f"`{found.path}` is {what} and cannot be printed",
                node,
                word,
                "loop over it, or name one field",
            )
        elif found.nullable:
            self._empty(found, node, scope)

    def _empty(self, found: Type, node: Any, scope: _Scope) -> None:
        """A field that may be empty is used as if it were there."""
        if not found.nullable or found.path in scope.there:
            return
        word = found.path.rsplit(".", 1)[-1]
        self._tell(
            Fault(
                "MT203",
                f"`{found.path}` may be empty",
                _default_help(found),
                word,
                node.lineno,
            ),
            Severity.WARNING,
        )

    def _if(self, node: Any, scope: _Scope) -> None:
        later = scope
        for arm in (node, *node.elif_):
            self.type_of(arm.test, later)
            self.body(arm.body, later.inside(_shown(arm.test)))
            later = later.inside(_shown_if_not(arm.test))
        self.body(node.else_, later.inside())

    def _for(self, node: Any, scope: _Scope) -> None:
        found = self.type_of(node.iter, scope)
        if found.name not in ("list", "any"):
            shown = found.path or "this"
            self._error(
                "MT205",
                f"`{shown}` is {_article(found.name)} and cannot be looped over",
                node,
                shown.rsplit(".", 1)[-1],
                "loop over a field of type list",
            )
        elif found.name == "list":
            self._empty(found, node, scope)
        item = Type("object", fields=found.fields, path=self._target(node)) if found.fields else ANY
        names: dict[str, Type] = {"loop": ANY}
        if kind(node.target) == "Name":
            names[node.target.name] = item
        else:
            names.update({one.name: ANY for one in node.target.items if kind(one) == "Name"})
        if node.test is not None:
            self.type_of(node.test, scope.inside(names=names))
        self.body(node.body, scope.inside(names=names))
        self.body(node.else_, scope.inside())

    @staticmethod
    def _target(node: Any) -> str:
        return str(getattr(node.target, "name", "item"))

    # -- expressions

    def type_of(self, node: Any, scope: _Scope) -> Type:
        """The type of an expression; mistakes in it are told."""
        make = getattr(self, f"_{kind(node).lower()}", None)
        if make is not None:
            found: Type = make(node, scope)
            return found
        for child in node.iter_child_nodes():
            self.type_of(child, scope)
        return ANY

    def _name(self, node: Any, scope: _Scope) -> Type:
        if node.name in scope.names:
            return scope.names[node.name]
        if node.name in self._roots:
            return self._roots[node.name]
        if node.name in ("links", "plural", "range"):
            return ANY
        known = {*scope.names, *self._roots, "links"}
        self._error("MT201", f"there is no `{node.name}`", node, node.name, _name_help(node.name, known))
        return ANY

    def _getattr(self, node: Any, scope: _Scope) -> Type:
        return self._part(node, node.node, node.attr, scope)

    def _getitem(self, node: Any, scope: _Scope) -> Type:
        key = getattr(node.arg, "value", None)
        if isinstance(key, str):
            return self._part(node, node.node, key, scope)
        base = self.type_of(node.node, scope)
        self.type_of(node.arg, scope)
        if kind(node.arg) == "Slice":
            return base
        return Type("object", fields=base.fields, path=f"{base.path}[]") if base.fields else ANY

    def _part(self, node: Any, owner: Any, name: str, scope: _Scope) -> Type:
        if path_of(owner) == ("links",):
            if name not in LinkRoot.NAMES:
                self._error(
                    "MT202", f"there is no `links.{name}`", node, name, advice(name, LinkRoot.NAMES, what="links")
                )
            return Type("url")
        base = self.type_of(owner, scope)
        if base.name == "any" or (base.name == "object" and base.fields is None):
            return ANY
        if base.name != "object":
            self._error(
                "MT202",
                f"`{base.path}` is {_article(base.name)} and has no `{name}`",
                node,
                name,
                _PART_HELP.get(base.name, "print it as it is"),
            )
            return ANY
        fields = base.fields or {}
        found = fields.get(name)
        if found is None:
            path = base.path or "it"
            hint = advice(name, fields, what="fields", none=f"declare it in mops.toml under [fields.{path}]")
            self._error("MT202", f"`{path}` has no field `{name}`", node, name, hint)
            return ANY
        return replace(found, path=f"{base.path}.{name}") if base.path else found

    def _filter(self, node: Any, scope: _Scope) -> Type:
        if node.name in {"default", "d"}:
            found = self.type_of(node.node, scope)
            for one in node.args:
                self.type_of(one, scope)
            return replace(found, nullable=False)
        found = self.type_of(node.node, scope)
        for one in (*node.args, *(pair.value for pair in node.kwargs)):
            self.type_of(one, scope)
        self._fits(node, found, scope)
        if node.name in ("length", "count"):
            return Type("integer")
        if node.name in ("first", "last") and found.name == "list":
            return Type("object", fields=found.fields, path=f"{found.path}[]") if found.fields else ANY
        if node.name == "round":
            return replace(found, nullable=False)
        return replace(TEXT, nullable=found.nullable and node.name not in FORMATS, path=found.path)

    def _fits(self, node: Any, found: Type, scope: _Scope) -> None:
        """Whether a filter works on this type; one that fails on nothing needs a default."""
        name = node.name
        needed = _NEEDS.get(name)
        if needed is not None and found.name not in needed[0] and found.name != "any":
            self._error(
                "MT206",
                f"`{name}` needs {needed[1]}, and `{found.path or 'this'}` is {_article(found.name)}",
                node,
                name,
                needed[2],
            )
        elif found.name == "list" and name not in ("length", "count", "first", "last", "join"):
            self._error(
                "MT206",
                f"`{name}` works on text, and `{found.path}` is a list",
                node,
                name,
                "use `join` first, or loop over it",
            )
        elif needed is not None:
            self._empty(found, node, scope)

    def _call(self, node: Any, scope: _Scope) -> Type:
        target = node.node
        arguments = [self.type_of(one, scope) for one in (*node.args, *(pair.value for pair in node.kwargs))]
        name = getattr(target, "name", "")
        if name == "plural" and arguments:
            if arguments[0].name not in {*NUMBERS, "any"}:
                self._error(
                    "MT206",
                    f"`plural` needs a number, and `{arguments[0].path}` is {_article(arguments[0].name)}",
                    node,
                    "plural",
                    _NUMBER_HELP,
                )
            self._empty(arguments[0], node, scope)
            return TEXT
        if name == "range":
            return Type("list")
        return self.type_of(target, scope)

    def _compare(self, node: Any, scope: _Scope) -> Type:
        sides = [(self.type_of(node.expr, scope), "")]
        sides += [(self.type_of(one.expr, scope), one.op) for one in node.ops]
        if any(op in ("lt", "lteq", "gt", "gteq") for _, op in sides):
            for found, _ in sides:
                self._empty(found, node, scope)
        if not any(op in ("in", "notin") for _, op in sides):
            self._alike([found for found, _ in sides], node)
        return Type("boolean")

    def _alike(self, sides: Sequence[Type], node: Any) -> None:
        """A number is never equal to a text, and neither larger nor smaller."""
        number = next((one for one in sides if one.name in NUMBERS), None)
        text = next((one for one in sides if one.name in _TEXTLIKE), None)
        if number is None or text is None:
            return
        named, other = (number, "a text") if number.path else (text, "a number")
        cure = "compare with a number, without quotes" if number.path else 'write the value in quotes, e.g. "5"'
        word = named.path.rsplit(".", 1)[-1]
        message = f"`{named.path or 'this'}` is {_article(named.name)}, and it is compared with {other}"
        self._error("MT206", message, node, word, cure)

    def _and(self, node: Any, scope: _Scope) -> Type:
        self.type_of(node.left, scope)
        self.type_of(node.right, scope.inside(_shown(node.left)))
        return Type("boolean")

    def _or(self, node: Any, scope: _Scope) -> Type:
        left = self.type_of(node.left, scope)
        right = self.type_of(node.right, scope.inside(_shown_if_not(node.left)))
        return replace(left, nullable=right.nullable) if left.name == right.name else ANY

    def _condexpr(self, node: Any, scope: _Scope) -> Type:
        self.type_of(node.test, scope)
        there = scope.inside(_shown(node.test))
        found = self.type_of(node.expr1, there)
        if found.path in there.there:
            found = replace(found, nullable=False)
        if node.expr2 is None:
            return found
        other = self.type_of(node.expr2, scope.inside(_shown_if_not(node.test)))
        return found if found.name == other.name else ANY

    def _test(self, node: Any, scope: _Scope) -> Type:
        self.type_of(node.node, scope)
        return Type("boolean")

    def _not(self, node: Any, scope: _Scope) -> Type:
        self.type_of(node.node, scope)
        return Type("boolean")

    def _concat(self, node: Any, scope: _Scope) -> Type:
        for one in node.nodes:
            self._printed(one, scope)
        return TEXT

    def _const(self, node: Any, _scope: _Scope) -> Type:
        value = node.value
        names = {bool: "boolean", int: "integer", float: "number", str: "text"}
        return Type(names.get(type(value), "any"))

    def _error(self, code: str, message: str, node: Any, word: str, hint: str) -> None:
        self._tell(Fault(code, message, hint, word, node.lineno), Severity.ERROR)


_NUMBER_HELP = "declare the field as integer, number or money"
_DAYS = frozenset({"date", "datetime", "text"})
_NEEDS: dict[str, tuple[frozenset[str], str, str]] = {
    "money": (NUMBERS | {"object"}, "a number", _NUMBER_HELP),
    "number": (NUMBERS, "a number", _NUMBER_HELP),
    "percent": (NUMBERS, "a number", _NUMBER_HELP),
    "round": (NUMBERS, "a number", _NUMBER_HELP),
    "plural": (NUMBERS, "a number", _NUMBER_HELP),
    "date": (frozenset({"date", "datetime"}), "a date", "declare the field as date or datetime"),
    "time": (frozenset({"datetime", "text"}), "a time", "declare the field as datetime"),
    "datetime": (frozenset({"date", "datetime"}), "a date", "declare the field as date or datetime"),
    "join": (frozenset({"list"}), "a list", "declare the field as list"),
}
_PART_HELP = {"list": "loop over it: `{% for item in … %}`, or take `| first`"}


def _article(name: str) -> str:
    return {
        "integer": "a number",
        "number": "a number",
        "object": "an object",
        "email": "a text",
        "phone": "a text",
        "url": "an address",
    }.get(name, f"a {name}")


def _default_help(found: Type) -> str:
    guard = f"put it inside `{{% if {found.path} %}}`"
    if found.name in _TEXTLIKE:
        return f"write `{found.path} | default('…')`, or {guard}"
    if found.name in NUMBERS:
        return f"write `{found.path} | default(0)`, or {guard}"
    return f"write `{found.path} | default([])`, or {guard}" if found.name == "list" else guard


def _name_help(name: str, known: set[str]) -> str:
    if name in ("brand", "tokens", "campaign", "project", "message", "vars", "props"):
        return f"`{name}` is known while building: write `[[ {name}… ]]`"
    return advice(name, known, what="known to recipient-time tags")


def _shown(test: Any) -> frozenset[str]:
    """Paths that are there when a condition holds."""
    name = kind(test)
    if name == "And":
        return _shown(test.left) | _shown(test.right)
    if name == "Not":
        return _shown_if_not(test.node)
    if name == "Compare":
        return frozenset().union(
            *(_shown(one) for one in (test.expr, *(op.expr for op in test.ops)) if kind(one) != "Const")
        )
    if name == "Filter":
        return _shown(test.node)
    if name == "Test":
        return _shown(test.node) if test.name in ("defined", "number", "string", "mapping", "iterable") else frozenset()
    path = path_of(test)
    return frozenset({".".join(path)}) if path else frozenset()


def _shown_if_not(test: Any) -> frozenset[str]:
    """Paths that are there when a condition does not hold."""
    name = kind(test)
    if name == "Not":
        return _shown(test.node)
    if name == "Or":
        return _shown_if_not(test.left) | _shown_if_not(test.right)
    if name == "Test" and test.name in ("none", "undefined"):
        return _shown(test.node)
    return frozenset()
