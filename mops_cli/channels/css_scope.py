"""Keep a style sheet to one element: every selector is put below a scope. The only door to tinycss2.

Written out instead of ``@scope``, so that a fragment looks the same in a browser of some years ago.
"""

from __future__ import annotations

import re
from typing import Any

_WHOLE = re.compile(r"^\s*(?::root|:host|html|body)\b", re.IGNORECASE)
_NESTED = frozenset({"media", "supports", "layer", "container"})
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)


def scope_html(html: str, scope: str) -> str:
    """The HTML with every style sheet in it kept to ``scope`` (a selector, like ``.mops-spring``)."""
    return _STYLE.sub(lambda m: m[1] + scope_css(m[2], scope) + m[3], html)


def scope_css(css: str, scope: str) -> str:
    """The rules with ``scope`` before each selector; ``:root``, ``html`` and ``body`` become the scope itself."""
    tinycss2 = _door()

    return "".join(_rule(rule, scope) for rule in tinycss2.parse_stylesheet(css))


def _door() -> Any:
    import tinycss2

    return tinycss2


def _rule(rule: Any, scope: str) -> str:
    tinycss2 = _door()

    if rule.type == "qualified-rule":
        prelude = ",".join(_selector(part, scope) for part in _split(rule.prelude))
        return f"{prelude}{{{tinycss2.serialize(rule.content)}}}"
    if rule.type == "at-rule" and rule.lower_at_keyword in _NESTED and rule.content is not None:
        inner = "".join(_rule(one, scope) for one in tinycss2.parse_rule_list(rule.content))
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
    if rule.type == "error":
        return ""
    return str(rule.serialize())


def _split(prelude: list[Any]) -> list[list[Any]]:
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _selector(tokens: list[Any], scope: str) -> str:
    tinycss2 = _door()

    text = str(tinycss2.serialize(tokens)).strip()
    if not text or text.startswith(scope):
        return text
    whole = _WHOLE.match(text)
    return f"{scope}{text[whole.end() :]}" if whole else f"{scope} {text}"
