"""What is wrong with a recipient-time tag, before any recipient is there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mops_cli.channels.templating import engine, filters, simple
from mops_cli.channels.templating.faults import Fault
from mops_cli.channels.templating.syntax_tree import walk
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

RECIPIENT_STATEMENTS = ("if", "elif", "else", "endif", "for", "endfor", "set")


@lru_cache(maxsize=8192)
def check_expression(source: str) -> Fault | None:
    """What is wrong with the inside of a ``{{ }}``."""
    if not source:
        return Fault("MT101", "this tag is empty", "name a field: `{{ contact.first_name }}`")
    if simple.is_sound(source):
        return None
    return _check(f"{{{{ ({source}\n) }}}}")


@lru_cache(maxsize=8192)
def check_statement(word: str, source: str) -> Fault | None:
    """What is wrong with the inside of a ``{% %}`` that begins with ``word``."""
    if word not in RECIPIENT_STATEMENTS:
        near = nearest(word, RECIPIENT_STATEMENTS)
        say = f"did you mean `{near}`? " if near else ""
        if word in engine.BUILD_STATEMENTS:
            say = f"write `[% {source} %]`: that is done while building; "
        return Fault(
            "MT104",
            f"there is no statement `{word}` for recipients",
            f"{say}there are if, elif, else, for and set",
            word,
        )
    around = {
        "if": f"{{% {source}\n%}}{{% endif %}}",
        "elif": f"{{% if x %}}{{% {source}\n%}}{{% endif %}}",
        "else": f"{{% if x %}}{{% {source}\n%}}{{% endif %}}",
        "endif": f"{{% if x %}}{{% {source}\n%}}",
        "for": f"{{% {source}\n%}}{{% endfor %}}",
        "endfor": f"{{% for x in x %}}{{% {source}\n%}}",
        "set": f"{{% {source}\n%}}",
    }
    return _check(around[word], source if word == "set" else "")


def _check(text: str, setting: str = "") -> Fault | None:
    tree = engine.parse_recipient(text)
    if isinstance(tree, Fault):
        if setting and "=" not in setting:
            return Fault("MT104", "`set` needs a value", "write `{% set name = value %}`", "set")
        return tree
    for node in walk(tree):
        fault = _CHECKS.get(type(node).__name__, lambda _: None)(node)
        if fault is not None:
            return fault
    return None


def _check_filter(node: Any) -> Fault | None:
    return None if node.name in filters.RECIPIENT else filters.unknown("filter", node.name)


def _check_test(node: Any) -> Fault | None:
    return None if node.name in filters.TESTS else filters.unknown("test", node.name)


def _check_call(node: Any) -> Fault | None:
    target = node.node
    owner = getattr(getattr(target, "node", None), "name", "")
    if type(target).__name__ == "Name" and target.name in ("plural", "range"):
        return None
    if type(target).__name__ == "Getattr" and owner in ("links", "loop"):
        return None
    word = getattr(target, "attr", "") or getattr(target, "name", "")
    if word == "t":
        return Fault(
            "MT303", "`t()` stands alone in its tag", 'write `{{ t("greeting") }}`, without a filter or `~`', word
        )
    return Fault("MT109", f"`{word}` cannot be called", "use a filter: `contact.first_name | upper`", word)


def _check_attribute(node: Any) -> Fault | None:
    return (
        Fault("MT109", f"`{node.attr}` cannot be reached", "names of fields begin with a letter", node.attr)
        if node.attr.startswith("_")
        else None
    )


_CHECKS: dict[str, Callable[[Any], Fault | None]] = {
    "Filter": _check_filter,
    "Test": _check_test,
    "Call": _check_call,
    "Getattr": _check_attribute,
}
