"""The brand's font files: read and checked.

``brand/fonts.yaml`` maps roles (body, heading, mono) to families and files. A font that is missing, changed, not
what it says it is, or not allowed to be embedded stops the build; nothing takes its place silently.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mops_cli.design import font_tables, harfbuzz
from mops_cli.design.font_facts import FontFacts, pack, unpack
from mops_cli.design.suggest import listed
from mops_cli.design.token_values import GENERIC, family_css
from mops_cli.errors import OutsideProject
from mops_cli.model.diagnostic import Diagnostic, error, info, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mops_cli.model.brand import FontFile, FontRole, Fonts
    from mops_cli.model.diagnostic import Span
    from mops_cli.model.source import Loaded

    Memo = Callable[[str, bytes, Callable[[], bytes]], bytes]

_RESTRICTED = 0x0002
_EDITABLE_OR_PREVIEW = 0x000C
_NO_SUBSETTING = 0x0100
_BITMAP_ONLY = 0x0200

_PREAMBLE = re.compile(r"\bPREAMBLE\b")
_RESERVED_NAME = re.compile(r"Reserved Font Names?:?\s+[\"\u201c']?([A-Z][\w -]*\w)")

#: Signs that need no glyph: blanks, joiners, direction marks, variation selectors.
INVISIBLE = frozenset("\t\n\r\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f")


def _forget(kind: str, key: bytes, compute: Callable[[], bytes]) -> bytes:
    """A memory that forgets at once."""
    return compute()


@dataclass(frozen=True, slots=True)
class FontData:
    """One font file that passed its checks. ``data`` is a TrueType or OpenType file (WOFF is unpacked)."""

    path: str
    role: str
    family: str
    weight: tuple[int, int]
    style: str
    data: bytes = field(repr=False)
    characters: frozenset[int] = field(default=frozenset(), repr=False)
    size: int = 0
    licence: str = ""
    copyright: str = ""
    version: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it will be used."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class FontSet:
    """The fonts of a brand: the files, and for each role its stack."""

    files: tuple[FontData, ...] = ()
    stacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def families(self) -> tuple[str, ...]:
        """Names of the families that have files, in the order of the roles."""
        return tuple(dict.fromkeys(font.family for font in self.files))

    @property
    def key(self) -> str:
        """A digest of everything that shapes text with these fonts."""
        parts = [f"{f.role}|{f.family}|{f.weight}|{f.style}|{f.digest}" for f in self.files]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def stack_css(self, role: str) -> str:
        """The CSS font stack of a role; a role without a font uses the body's."""
        return family_css(self.stacks.get(role) or self.stacks.get("body") or ("sans-serif",))

    def has(self, family: str) -> bool:
        """Whether a family has files (capitals do not count)."""
        return family.casefold() in {name.casefold() for name in self.families}

    def missing(self, text: str) -> list[str]:
        """Characters of ``text`` that no font of the brand can draw, in order of appearance."""
        known = frozenset[int]().union(*(font.characters for font in self.files))
        return [c for c in dict.fromkeys(text) if ord(c) not in known and c not in INVISIBLE and c.isprintable()]


def load(
    fonts: Loaded[Fonts] | None, read: Callable[[str], bytes | None], memo: Memo = _forget
) -> tuple[FontSet, list[Diagnostic]]:
    """The brand's fonts, checked. ``read`` gives the bytes of a project path, or None; ``memo`` remembers facts."""
    found: list[Diagnostic] = []
    if fonts is None:
        return FontSet(), found
    read = _inside(read)
    files: list[FontData] = []
    for role, spec in fonts.value.roles.items():
        _check_role(fonts, role, spec, read, found)
        for at, entry in enumerate(spec.files):
            span = fonts.source.at("roles", role, "files", at, "file")
            loaded = _load_file(role, spec, entry, span=span, read=read, found=found, memo=memo)
            if loaded is not None:
                files.append(loaded)
    stacks = {role: (spec.family, *spec.fallback) for role, spec in fonts.value.roles.items()}
    return FontSet(tuple(files), stacks), found


def _inside(read: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    """The same reader; a path that leads out of the project is a file that is not there."""

    def careful(path: str) -> bytes | None:
        try:
            return read(path)
        except OutsideProject:
            return None

    return careful


def _check_role(
    fonts: Loaded[Fonts], role: str, spec: FontRole, read: Callable[[str], bytes | None], found: list[Diagnostic]
) -> None:
    if not spec.fallback or spec.fallback[-1] not in GENERIC:
        help_text = "End the list with sans-serif, serif or monospace: readers without the font see that."
        span = fonts.source.at("roles", role, "fallback")
        found.append(warning("MB210", f"the stack of {role} has no generic family at its end", span, help_text))
    if not spec.files:
        return
    span = fonts.source.at("roles", role)
    if not spec.licence:
        help_text = 'Write "licence: OFL-1.1" (or what applies); embedding a font needs the right to do so.'
        found.append(warning("MB206", f"the font of {role} says no licence", span, help_text))
    elif spec.licence_file and read(spec.licence_file) is None:
        span = fonts.source.at("roles", role, "licence_file")
        help_text = "Put the licence text beside the font; open licences ask for it."
        found.append(warning("MB206", f"no licence text at {spec.licence_file}", span, help_text))
    elif spec.licence_file:
        _check_reserved(fonts, role, spec, (read(spec.licence_file) or b"").decode("utf-8", "replace"), found)


def _check_reserved(fonts: Loaded[Fonts], role: str, spec: FontRole, licence: str, found: list[Diagnostic]) -> None:
    """OFL: who cuts a font down makes a modified version, which may not bear a reserved name."""
    head = _PREAMBLE.split(licence, maxsplit=1)[0]
    reserved = next((name for name in _RESERVED_NAME.findall(head) if name.casefold() in spec.family.casefold()), "")
    if reserved:
        span = fonts.source.at("roles", role, "licence_file")
        help_text = "Ask the author for permission and keep the answer beside the licence, or choose a font without a reserved name."
        message = f'the licence reserves the name "{reserved}", and web fonts are cut-down versions of the font'
        found.append(info("MB211", message, span, help_text))


def _load_file(
    role: str,
    spec: FontRole,
    entry: FontFile,
    *,
    span: Span,
    read: Callable[[str], bytes | None],
    found: list[Diagnostic],
    memo: Memo,
) -> FontData | None:
    data = read(entry.file)
    if data is None:
        help_text = "Put the file there, or correct the path (from the project's root)."
        found.append(error("MB202", f"no font file {entry.file}", span, help_text))
        return None
    actual = hashlib.sha256(data).hexdigest()
    if entry.sha256 and entry.sha256.lower() != actual:
        help_text = f"If the new file is right, write sha256: {actual}"
        found.append(error("MB204", f"{entry.file} is not the file that was recorded", span, help_text))
        return None
    key = hashlib.sha256(f"{actual}|{entry.weight}|{sorted(entry.axes.items())}".encode()).digest()
    facts = unpack(memo("font-facts", key, lambda: pack(_fixed(font_tables.read(data), entry), data)), data)
    if facts is None:
        help_text = "Use a TrueType, OpenType, WOFF or WOFF2 file."
        found.append(error("MB203", f"{entry.file} is not a font that can be read", span, help_text))
        return None
    if not _matches(facts, spec.family, entry, span, found):
        return None
    low, high = entry.weight if isinstance(entry.weight, tuple) else (entry.weight, entry.weight)
    return FontData(
        path=entry.file,
        role=role,
        family=spec.family,
        weight=(low, high),
        style=entry.style,
        data=facts.data,
        characters=facts.characters,
        size=len(data),
        licence=spec.licence or facts.licence,
        copyright=facts.copyright,
        version=facts.version,
    )


def _fixed(facts: FontFacts | None, entry: FontFile) -> FontFacts | None:
    """A variable font with its axes where ``fonts.yaml`` wants them: one weight or a stretch, all others fixed.

    Drawing libraries differ in what they make of axes; a font without them looks the same everywhere.
    """
    if facts is None or not facts.axes:
        return facts
    pins, ranges = axes_of(facts.data, entry.weight, entry.axes)
    try:
        return replace(facts, data=harfbuzz.subset(facts.data, None, pins=pins, ranges=ranges, hinting=True))
    except harfbuzz.FontError:
        return None


def axes_of(
    data: bytes, weight: int | tuple[int, int], wanted: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Where the axes of a font go: values to pin them at, and the stretch of weights that stays open."""
    pins: dict[str, float] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for axis in harfbuzz.axes(data):
        value = wanted.get(axis.tag, axis.default)
        if axis.tag == "wght" and axis.tag not in wanted:
            low, high = weight if isinstance(weight, tuple) else (weight, weight)
            if low < high:
                ranges[axis.tag] = (max(low, axis.low), min(high, axis.high))
                continue
            value = low
        pins[axis.tag] = min(max(value, axis.low), axis.high)
    return pins, ranges


def _matches(facts: FontFacts, family: str, entry: FontFile, span: Span, found: list[Diagnostic]) -> bool:
    problems: list[tuple[str, str, str]] = []
    if family.casefold() not in {name.casefold() for name in facts.families}:
        actual = listed(facts.families) or "no name"
        problems.append(("MB201", f'{entry.file} holds "{actual}", not "{family}"', f'Write "family: {actual}".'))
    wanted = entry.weight if isinstance(entry.weight, tuple) else (entry.weight, entry.weight)
    low, high = facts.weights
    if not (low <= wanted[0] and wanted[1] <= high):
        has = str(low) if low == high else f"[{low}, {high}]"
        problems.append(("MB208", f"{entry.file} has the weight {has}, not {entry.weight}", f"Write weight: {has}."))
    if facts.italic != (entry.style == "italic"):
        actual = "italic" if facts.italic else "normal"
        problems.append(("MB208", f"{entry.file} is {actual}, not {entry.style}", f"Write style: {actual}."))
    forbidden = _forbidden(facts.embedding)
    if forbidden:
        help_text = "Choose a font that may be embedded (OFL fonts may), or buy the right and a file that says so."
        problems.append(("MB205", f"{entry.file} {forbidden} (fsType {facts.embedding})", help_text))
    found.extend(error(code, message, span, help_text) for code, message, help_text in problems)
    return not problems


def _forbidden(embedding: int) -> str:
    if embedding & _RESTRICTED and not embedding & _EDITABLE_OR_PREVIEW:
        return "must not be embedded"
    if embedding & _NO_SUBSETTING:
        return "must not be subset"
    return "may be embedded as bitmaps only" if embedding & _BITMAP_ONLY else ""


def missing_characters(fonts: FontSet, text: str, span: Span) -> Diagnostic | None:
    """An error that names the characters nobody could read, or None."""
    absent = fonts.missing(text)
    if not fonts.files or not absent:
        return None
    names = [f"{char} (U+{ord(char):04X} {unicodedata.name(char, 'unnamed').lower()})" for char in absent]
    help_text = "Write it another way, use a picture, or add a font with these characters to brand/fonts.yaml."
    return error("MB207", f"no brand font has {listed(names, most=4)}", span, help_text)


def unknown_families(fonts: FontSet, stacks: Iterable[Sequence[str]]) -> list[str]:
    """First families of stacks that no brand font plays and that something else would silently replace."""
    strangers = []
    for stack in stacks:
        named = [family for family in stack if family.lower() not in GENERIC]
        if named and not any(fonts.has(family) for family in named):
            strangers.append(named[0])
    return list(dict.fromkeys(strangers))
