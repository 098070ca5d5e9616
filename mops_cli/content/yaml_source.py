"""YAML, read the way people mean it: the only door to PyYAML.

The C parser's events become data and places by rules of our own: keys are texts; a plain value is a number
only when it looks like one and nothing else; ``true``, ``false`` and ``null`` are the only words with a
meaning. ``12:30``, ``on``, ``NO``, ``010`` and dates stay text until the schema asks for something else.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import yaml

from mops_cli.content import yaml_traps
from mops_cli.content.parsed import Parsed
from mops_cli.content.positions import Place, TreeSource
from mops_cli.content.text import LineIndex, decode
from mops_cli.content.yaml_traps import Trap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.content.memory import Memory
    from mops_cli.model.diagnostic import Diagnostic

MAX_DEPTH = 60
MAX_SHARED = 10_000
_MAX_REPAIRS = 25
_LARGE = 100_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_MAX_DIGITS = 300
_WORDS = {"true": True, "false": False, "null": None, "": None}


def parse(path: str, raw: bytes | str, memory: Memory | None = None) -> Parsed:
    """A YAML (or JSON) file: its data, the place of each value, and everything that is wrong with its spelling."""
    text, found = decode(path, raw)
    return parse_part(path, text, (0, len(text)), found, memory)


def parse_part(
    path: str, text: str, stretch: tuple[int, int], found: list[Diagnostic], memory: Memory | None = None
) -> Parsed:
    """A stretch of a decoded text (front matter is a part of its file).

    ``found`` holds what was already found in the text; findings here are added to it. A stretch that ``memory``
    knows is not read again until somebody asks for a place in it.
    """
    start, end = stretch
    part = text[start:end]
    key = memory.key(part) if memory is not None and not found else ""
    if memory is not None and key and key in memory:
        return Parsed(memory.recall(key), TreeSource(path, text, partial(_places, part), start))
    parsed = _read(path, text, stretch, found)
    if memory is not None and key and not parsed.diagnostics:
        memory.keep(key, parsed.data)
    return parsed


def _places(part: str) -> Place:
    """The places of a text that is known to be clean."""
    return _Composer(part).compose()[1]


def _read(path: str, text: str, stretch: tuple[int, int], found: list[Diagnostic]) -> Parsed:
    """Read a stretch, repairing what can be repaired."""
    start, end = stretch
    lines = LineIndex(path, text)
    part = text[start:end]
    data: object = None
    root = Place(0, 0)
    usable = False
    for _ in range(_MAX_REPAIRS if len(part) < _LARGE else 3):
        composer = _Composer(part)
        problem: Trap | None
        try:
            data, root = composer.compose()
            problem = None
            usable = True
        except Trap as trap:
            problem = trap
        except yaml.YAMLError as mistake:
            problem = yaml_traps.explain(_problem(mistake), part, composer.last_long_quote)
        found.extend(trap.diagnostic(lines, start) for trap in composer.found if problem is None)
        if problem is None:
            break
        found.append(problem.diagnostic(lines, start))
        if problem.repaired is None:
            # What was understood so far still serves to check references and places.
            data, root = composer.so_far()
            break
        part = problem.repaired
    source = TreeSource(path, text, root, start, lines)
    return Parsed(data, source, tuple(found), usable)


def _problem(mistake: yaml.YAMLError) -> yaml_traps.Problem:
    """PyYAML's error in our words: what, and at which offsets."""
    what = getattr(mistake, "problem", None) or str(mistake)
    mark, context_mark = getattr(mistake, "problem_mark", None), getattr(mistake, "context_mark", None)
    return yaml_traps.Problem(
        what=str(what),
        context=str(getattr(mistake, "context", "") or ""),
        offset=mark.index if mark is not None else 0,
        context_offset=context_mark.index if context_mark is not None else -1,
    )


class _Frame:
    """A mapping or list that is being read."""

    __slots__ = ("anchor", "data", "flow", "key", "key_event", "merges", "place")

    def __init__(self, place: Place, data: dict[str, object] | list[object], anchor: str | None, *, flow: bool) -> None:
        self.place = place
        self.data = data
        self.anchor = anchor
        self.flow = flow
        self.key: str | None = None
        self.key_event = (-1, -1)
        self.merges: list[tuple[object, Place]] = []


class _Composer:
    """Events to data and places, without recursion and within limits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Trap] = []
        self.last_long_quote: tuple[int, int] | None = None
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[object, Place]] = {}
        self._open_anchors: set[str] = set()
        self._shared = 0
        self._flow = 0
        self._root: tuple[object, Place] = (None, Place(0, 0))
        self._documents = 0

    def compose(self) -> tuple[object, Place]:
        """The whole text.

        Raises:
            Trap: A mistake that is ours to explain.
            yaml.YAMLError: A mistake that PyYAML found.
        """
        for event in self._events():
            name = type(event)
            if name is yaml.ScalarEvent:
                self._scalar(event)
            elif name is yaml.MappingStartEvent or name is yaml.SequenceStartEvent:
                self._begin(event, name is yaml.MappingStartEvent)
            elif name is yaml.MappingEndEvent or name is yaml.SequenceEndEvent:
                self._end(event)
            elif name is yaml.AliasEvent:
                self._alias(event)
            elif name is yaml.DocumentStartEvent:
                self._document(event)
        return self._root

    def so_far(self) -> tuple[object, Place]:
        """What was read before a mistake."""
        if self._frames:
            return self._frames[0].data, self._frames[0].place
        return self._root

    def _events(self) -> Iterator[Any]:
        """PyYAML's events, without the generator around them: this runs for every value of every file."""
        loader = _LOADER(self.text)
        try:
            while True:
                event = loader.get_event()
                if type(event) is yaml.StreamEndEvent:
                    return
                yield event
        finally:
            loader.dispose()

    # -- single events

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Trap(
                "MC115",
                "a second document begins here",
                event.start_mark.index,
                event.start_mark.index + 3,
                "one file holds one document; delete the line `---` or move what follows into its own file",
            )

    def _begin(self, event: Any, mapping: bool) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.flow_style:
            self._flow += 1
            trap = yaml_traps.template_at(self.text, start, in_flow=self._flow > 1)
            if trap is not None:
                raise trap
        self._refuse_tag(event)
        if len(self._frames) >= MAX_DEPTH:
            raise Trap(
                "MC113",
                f"values are nested more than {MAX_DEPTH} levels deep",
                start,
                start + 1,
                "no file of a project needs that depth; check the brackets before this place",
            )
        place = Place(start, end, keys={}) if mapping else Place(start, end, items=[])
        frame = _Frame(place, {} if mapping else [], event.anchor, flow=bool(event.flow_style))
        if event.anchor:
            self._open_anchors.add(event.anchor)
        self._refuse_as_key(start, end)
        self._frames.append(frame)

    def _end(self, event: Any) -> None:
        frame = self._frames.pop()
        end = event.end_mark.index
        if frame.flow:
            self._flow -= 1
        else:
            # Block collections end where the next token starts; the last member's end is where people see it.
            end = self._last_end(frame.place)
        frame.place.end = max(end, frame.place.start)
        if frame.merges and isinstance(frame.data, dict):
            _merge(frame)
        if frame.anchor:
            self._open_anchors.discard(frame.anchor)
            self._anchors[frame.anchor] = (frame.data, frame.place)
        self._add(frame.data, frame.place)

    @staticmethod
    def _last_end(place: Place) -> int:
        """The end of the last member."""
        members = list(place.keys.values()) if place.keys is not None else place.items or []
        return max((max(member.end, member.key_end) for member in members[-1:]), default=place.start)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        style = "" if event.style in (None, "") else event.style
        value = event.value
        frame = self._frames[-1] if self._frames else None
        if event.tag is not None and event.tag != "!":
            self._refuse_tag(event)
        if event.anchor and not style:
            # A plain scalar's event begins at its anchor.
            start = max(end - len(value), start) if "\n" not in self.text[start:end] else start
        if frame is not None and frame.key is None and isinstance(frame.data, dict):
            self._key(frame, event, value, start, end)
            return
        place = Place(start, end, style=style, text=value)
        if style in ("'", '"') and "\n" in self.text[start:end]:
            self.last_long_quote = (start, end)
        data: object = value
        if not style:
            data = self._plain(value, place)
        elif style in ("|", ">"):
            place.end = self._block_end(start, end)
        if event.anchor:
            self._anchors[event.anchor] = (data, place)
        self._add(data, place)

    def _block_end(self, start: int, end: int) -> int:
        """A block scalar's event ends where the next token starts: without the blank lines before it."""
        written = len(self.text[start:end].rstrip(" \n"))
        line_end = self.text.find("\n", start + written, end)
        return line_end if line_end >= 0 else end

    def _plain(self, value: str, place: Place) -> object:
        """An unquoted value: a word with a meaning, a number, or text."""
        trap = yaml_traps.hash_after(self.text, value, place.start, place.end)
        if trap is not None:
            self.found.append(trap)
            if trap.lost:
                place.start, place.end, place.text = trap.start, trap.end, None
                return trap.lost
        if value in _WORDS:
            place.text = None
            return _WORDS[value]
        if value[-1].isdigit():
            match = _NUMBER.match(value)
            if match is not None and len(value) < _MAX_DIGITS:
                return float(value) if match[1] else int(value)
        return value

    def _key(self, frame: _Frame, event: Any, value: str, start: int, end: int) -> None:
        """A key of a mapping: always text."""
        assert isinstance(frame.data, dict)
        if not event.style and value == "" and start == end:
            raise Trap("MC117", "a key is missing before the colon", start, start + 1, "write `name: value`")
        if value in frame.data:
            assert frame.place.keys is not None
            self.found.append(
                Trap(
                    "MC106",
                    f'the key "{value}" stands twice here',
                    start,
                    end,
                    "keep one of them; the first stands on line {line}",
                    line_of=frame.place.keys[value].key_start,
                )
            )
        frame.key, frame.key_event = value, (start, end)

    def _alias(self, event: Any) -> None:
        start, end, name = event.start_mark.index, event.end_mark.index, event.anchor
        if name not in self._anchors:
            raise yaml_traps.alias_trap(
                self.text, start, end, name, self._anchors, recursive=name in self._open_anchors, in_flow=self._flow > 0
            )
        self._refuse_as_key(start, end)
        data, target = self._anchors[name]
        self._shared += target.size
        if self._shared > MAX_SHARED:
            raise Trap(
                "MC113",
                f"the aliases of this file unfold to more than {MAX_SHARED:,} values",
                start,
                end,
                "write the values out, or repeat fewer of them",
            )
        place = Place(start, end, style=target.style, keys=target.keys, items=target.items, size=target.size)
        self._add(data, place)

    # -- assembling

    def _add(self, data: object, place: Place) -> None:
        """Put a value where it belongs."""
        if not self._frames:
            self._root = (data, place)
            return
        frame = self._frames[-1]
        frame.place.size += place.size
        if isinstance(frame.data, list):
            frame.data.append(data)
            assert frame.place.items is not None
            frame.place.items.append(place)
            return
        key = frame.key
        assert key is not None
        assert frame.place.keys is not None
        place.key_start, place.key_end = frame.key_event
        frame.key = None
        if key == "<<" and isinstance(data, (dict, list)):
            frame.merges.append((data, place))
        elif key not in frame.data:
            frame.data[key] = data
            frame.place.keys[key] = place

    def _refuse_as_key(self, start: int, end: int) -> None:
        """Only texts may be keys."""
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.key is None and isinstance(frame.data, dict):
            raise Trap(
                "MC117", "a key must be a text", start, end, 'write `name: value`; put an odd name in quotes: "…"'
            )

    def _refuse_tag(self, event: Any) -> None:
        """YAML tags make objects of other programs; here a leading exclamation mark is a mistake."""
        if event.tag is None:
            return
        raise yaml_traps.tag_trap(self.text, event.start_mark.index, in_flow=self._flow > 0)


def _merge(frame: _Frame) -> None:
    """``<<``: keys of other mappings, where this one has none of its own."""
    assert isinstance(frame.data, dict)
    assert frame.place.keys is not None
    for data, place in frame.merges:
        parts = [(data, place)] if isinstance(data, dict) else list(zip(data, place.items or [], strict=False))  # type: ignore[call-overload]
        for part, where in parts:
            if not isinstance(part, dict) or where.keys is None:
                raise Trap(
                    "MC112",
                    "`<<` takes a mapping that has a name",
                    place.start,
                    place.end,
                    "write `<<: *name`, with `&name` at the mapping",
                )
            for key, value in part.items():
                if key not in frame.data:
                    frame.data[key] = value
                    frame.place.keys[key] = where.keys[key]
