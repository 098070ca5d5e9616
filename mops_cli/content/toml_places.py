"""Where the keys and values of a TOML text stand.

The text was accepted by ``tomllib`` before, so this only walks; it does not judge.
"""

from __future__ import annotations

import re

from mops_cli.content.positions import Place

MAX_DEPTH = 60
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")
_QUOTES = ('"""', "'''", '"', "'")

Keys = list[tuple[str, int, int]]


class TooDeep(Exception):
    """Values are nested deeper than any file needs."""


def places(text: str) -> Place:
    """The tree of places of a valid TOML text."""
    return _Walk(text).run()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = Place(0, len(text), keys={})

    def run(self) -> Place:
        """Headings and assignments, line by line."""
        table = self.root
        while True:
            self._blank()
            if self.at >= len(self.text):
                return self.root
            if self.text[self.at] == "[":
                table = self._heading()
            else:
                self._assignment(table, 0)

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _heading(self) -> Place:
        """``[a.b]`` or ``[[a.b]]``: the table that the next lines fill."""
        start = self.at
        double = self.text.startswith("[[", start)
        self.at += 2 if double else 1
        self._spaces()
        keys = self._keys()
        self._spaces()
        self.at += 2 if double else 1
        parent = _descend(self.root, keys[:-1], start)
        name, key_start, key_end = keys[-1]
        assert parent.keys is not None
        place = parent.keys.get(name)
        if double:
            if place is None or place.items is None:
                place = Place(start, self.at, key_start, key_end, items=[])
                parent.keys[name] = place
            assert place.items is not None
            place.items.append(Place(start, self.at, key_start, key_end, keys={}))
            return place.items[-1]
        if place is None:
            place = Place(start, self.at, key_start, key_end, keys={})
            parent.keys[name] = place
        else:  # opened before by a longer heading
            place.start, place.end, place.key_start, place.key_end = start, self.at, key_start, key_end
        return place

    def _assignment(self, table: Place, depth: int) -> None:
        keys = self._keys()
        self._spaces()
        self.at += 1  # the equals sign
        self._spaces()
        place = self._value(depth)
        parent = _descend(table, keys[:-1], keys[0][1])
        name, place.key_start, place.key_end = keys[-1]
        assert parent.keys is not None
        parent.keys[name] = place

    def _spaces(self) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1

    def _keys(self) -> Keys:
        """A dotted name."""
        keys: Keys = []
        while True:
            start = self.at
            if self.text[start] in "\"'":
                place = self._string(self.text[start])
                raw = self.text[start + 1 : place.end - 1]
                keys.append((_unescaped(raw) if self.text[start] == '"' else raw, start, place.end))
            else:
                match = _BARE_KEY.match(self.text, start)
                assert match is not None
                self.at = match.end()
                keys.append((match[0], start, self.at))
            dot = _DOT.match(self.text, self.at)
            if dot is None:
                return keys
            self.at = dot.end()

    def _value(self, depth: int) -> Place:
        if depth > MAX_DEPTH:
            raise TooDeep
        for quote in _QUOTES:
            if self.text.startswith(quote, self.at):
                return self._string(quote)
        if self.text[self.at] == "[":
            return self._array(depth)
        if self.text[self.at] == "{":
            return self._inline(depth)
        match = _BARE_VALUE.match(self.text, self.at)
        assert match is not None
        start = self.at
        self.at = start + len(match[0].rstrip())
        return Place(start, self.at)

    def _string(self, quote: str) -> Place:
        start = self.at
        at = start + len(quote)
        while not self.text.startswith(quote, at):
            at += 2 if self.text[at] == "\\" and quote[0] == '"' else 1
        at += len(quote)
        # Up to two quotes may stand right before the three that close.
        while len(quote) == 3 and self.text.startswith(quote[0], at):
            at += 1
        self.at = at
        return Place(start, at, style="t" + quote)

    def _array(self, depth: int) -> Place:
        place = Place(self.at, self.at, items=[])
        assert place.items is not None
        self.at += 1
        while True:
            self._blank()
            if self.text[self.at] == "]":
                break
            place.items.append(self._value(depth + 1))
            self._blank()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1
        place.end = self.at
        return place

    def _inline(self, depth: int) -> Place:
        place = Place(self.at, self.at, keys={})
        self.at += 1
        while True:
            self._blank()
            if self.text[self.at] == "}":
                break
            self._assignment(place, depth + 1)
            self._blank()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1
        place.end = self.at
        return place


def _descend(table: Place, keys: Keys, start: int) -> Place:
    """The table at a dotted name; what is missing on the way is made."""
    for name, key_start, key_end in keys:
        assert table.keys is not None
        below = table.keys.get(name)
        if below is None:
            below = Place(start, key_end, key_start, key_end, keys={})
            table.keys[name] = below
        if below.items is not None:  # an array of tables stands for its last one
            below = below.items[-1]
        table = below
    return table


def _unescaped(raw: str) -> str:
    if "\\" not in raw:
        return raw
    import tomllib

    return str(tomllib.loads(f'k = "{raw}"')["k"])
