"""The inside of an opening tag, however it is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.channels.mjml.tree import Attribute, Opening

if TYPE_CHECKING:
    from mops_cli.channels.mjml.places import Places
    from mops_cli.channels.mjml.tree import Node

_PART = re.compile(
    r"""(?P<blank>\s*)(?:
        (?P<close>/?>)
      | (?P<template>\{[%{][^<>]{0,400}?[%}]\}|jx\d{5}[ves]xj)
      | (?P<name>[^\s"'=<>/{}]+)
        (?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<open>["'])|(?P<bare>[^\s"'<>=]+?(?=/?>|[\s"'<=]|$))|(?P<none>(?=[\s<>/]|$))))?
    )""",
    re.VERBOSE,
)
_SIMPLE = re.compile(r'(?:\s+[a-zA-Z][\w:-]*="[^"<>]*")*\s*(/?)>')
_PAIR = re.compile(r'\s([a-zA-Z][\w:-]*)="([^"<>]*)"')
_BLANKS = re.compile(r"\s*")
_JUNK = re.compile(r"[^\s\w<>]+")
_RUNAWAY = re.compile(r"</?mj|>\s*\n\s*<")
_LINE_END = re.compile(r"[\n>]|$")


def read_attributes(text: str, at: int, node: Node, base: int, places: Places) -> tuple[int, bool]:
    """Read from after the tag's name to after its ``>`` and give ``node`` the attributes.

    Returns the end and whether the tag closed itself. ``base`` is the number of the text's first character.
    """
    simple = _SIMPLE.match(text, at)
    if simple is not None:
        end = simple.end()
        node.opened(_opening(node.tag, text[at:end]), base + at)
        return end, text[end - 2] == "/"
    reader = _Reader(text, at, node, base, places)
    end, closed = reader.run()
    node.attributes = reader.attributes
    return end, closed


@lru_cache(maxsize=4096)
def _opening(tag: str, inside: str) -> Opening:
    pairs = _PAIR.finditer(inside)
    return Opening(tag, tuple(Attribute(pair[1], pair[2], pair.start(1), pair.start(2), pair.end()) for pair in pairs))


class _Reader:
    def __init__(self, text: str, at: int, node: Node, base: int, places: Places) -> None:
        self.text = text
        self.at = at
        self.base = base
        self.places = places
        self.tag = node.tag
        self.opened = node.start - base
        self.strayed = False
        self.attributes: list[Attribute] = []

    def run(self) -> tuple[int, bool]:
        match = _PART.match
        while True:
            found = match(self.text, self.at)
            if found is None:
                if self._stray():
                    continue
                return self.at, False
            self.at = found.end()
            close = found["close"]
            if close:
                return self.at, close == "/>"
            if found["template"]:
                self._template(found)
            else:
                self._attribute(found)

    def _error(self, code: str, message: str, start: int, end: int, help_: str) -> None:
        self.places.error(code, message, self.base + start, self.base + end, help_)

    def _warn(self, code: str, message: str, start: int, end: int, help_: str) -> None:
        self.places.warning(code, message, self.base + start, self.base + end, help_)

    def _template(self, found: re.Match[str]) -> None:
        start, end = found.span("template")
        self._error(
            "ME113",
            f"a template tag cannot stand among the attributes of `<{self.tag}>`",
            start,
            end,
            'Put it inside a value, e.g. `color="{% if vip %}#c00{% else %}#333{% endif %}"`, or write the element '
            "twice with the condition around it.",
        )

    def _attribute(self, found: re.Match[str]) -> None:
        name, start = found["name"], found.start("name")
        if not found["blank"]:
            self._warn(
                "ME112",
                f"a blank is missing before `{name}`",
                start,
                start + len(name),
                "Separate attributes by a blank.",
            )
        group = found.lastgroup or "name"
        if group == "open":
            self._open_quote(found, name, start)
            return
        value, value_start = "", found.end("name")
        if group in {"double", "single", "bare"}:
            value, value_start = found[group], found.start(group)
        if group in {"double", "single"} and "<" in value and _RUNAWAY.search(value):
            self._open_quote(found, name, start)
            return
        self._odd(group, name, value, start, found.end())
        self.attributes.append(Attribute(name, value, self.base + start, self.base + value_start, self.base + self.at))

    def _odd(self, group: str, name: str, value: str, start: int, end: int) -> None:
        if group == "bare":
            self._warn("ME110", f"the value of `{name}` has no quotes", start, end, f'Write `{name}="{value}"`.')
        elif group in {"name", "none"}:
            self._error("ME111", f"`{name}` has no value", start, end, f'Write `{name}="..."`.')

    def _open_quote(self, found: re.Match[str], name: str, start: int) -> None:
        """A quote that is never closed: the value ends with its line or its tag."""
        equals = self.text.index("=", start)
        first = equals + 1 + len(self.text[equals + 1 :][:200]) - len(self.text[equals + 1 :][:200].lstrip())
        stop = _LINE_END.search(self.text, first + 1)
        end = stop.start() if stop else len(self.text)
        quote = self.text[first : first + 1]
        value = self.text[first + 1 : end].rstrip("/ \t\r")
        self._error(
            "ME109",
            f"the value of `{name}` has an opening quote and no closing one",
            start,
            end,
            f"Close it: `{name}={quote}{value[:60].split(' ')[0]}{quote}`.",
        )
        self.attributes.append(
            Attribute(name, value, self.base + start, self.base + first + 1, self.base + first + 1 + len(value))
        )
        self.at = end

    def _stray(self) -> bool:
        """Something that begins no attribute; whether reading can go on."""
        blank = _BLANKS.match(self.text, self.at)
        at = blank.end() if blank else self.at
        if at >= len(self.text) or self.text[at] == "<":
            self._error(
                "ME101",
                f"`<{self.tag}` is never closed by `>`",
                self.opened,
                min(self.at, self.opened + len(self.tag) + 1),
                f"Write `<{self.tag} ...>`, or `<{self.tag} ... />` when it has no content.",
            )
            self.at = at
            return False
        junk = _JUNK.match(self.text, at)
        end = junk.end() if junk else at + 1
        if not self.strayed:
            self.strayed = True
            shown = self.text[at : min(end, at + 20)]
            self._error(
                "ME114",
                f"`{shown}` does not belong into the tag `<{self.tag}>`",
                at,
                end,
                'Attributes are written `name="value"`.',
            )
        self.at = end
        return True
