"""``mops fonts add``: choose the files of a family, and say what will be written before it is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.cli.font_sources import Material, fetch
from mops_cli.content.fonts_file import PATH, Entry, Role, block, spliced
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from pathlib import Path

    from mops_cli.design.font_facts import FontFacts

FOLDER = "brand/fonts"
_ROLE = re.compile(r"[a-z][a-z0-9-]*\Z")
_NAMES = {
    100: "Thin", 200: "ExtraLight", 300: "Light", 400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold",
    800: "ExtraBold", 900: "Black",
}  # fmt: skip
_SLICES = {
    "ru": "cyrillic",
    "uk": "cyrillic",
    "bg": "cyrillic",
    "sr": "cyrillic",
    "mk": "cyrillic",
    "el": "greek",
    "vi": "vietnamese",
}
_SERIF = re.compile(r"serif|slab|roman|times|georgia|garamond|fraunces|lora|merriweather|playfair", re.IGNORECASE)
_MONO = re.compile(r"mono|code|courier", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for."""

    family: str
    source: str
    role: str
    weights: str
    italic: bool = False
    licence: str = ""
    here: Path | None = None


@dataclass(slots=True)
class Adding:
    """What will be written: files by path, the lines of the role, the whole of fonts.yaml, and remarks."""

    family: str
    role: str
    files: dict[str, bytes] = field(default_factory=dict)
    block: str = ""
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        written = [{"path": path, "bytes": len(data)} for path, data in self.files.items()]
        return {"family": self.family, "role": self.role, "written": written, "remarks": self.remarks}


@dataclass(frozen=True, slots=True)
class _Font:
    name: str
    facts: FontFacts


def plan(root: Path, wish: Wish) -> Adding:
    """Everything that `mops fonts add` will write; nothing is written yet.

    Raises:
        UsageError: The role or a weight is none, or the source does not hold what was asked for.
        ExternalError: A registry did not answer.
    """
    if not _ROLE.match(wish.role):
        raise UsageError(f'"{wish.role}" cannot be the name of a role', hint="small letters, e.g. body, heading, mono")
    weights = _weights(wish.weights)
    material = fetch(wish.family, wish.source, wish.here or root)
    fonts = _readable(material)
    family = _family(fonts, material.family or wish.family)
    made = Adding(family, wish.role)
    entries = []
    for style in ("normal", "italic") if wish.italic else ("normal",):
        entries += _choose(made, [one for one in fonts if family in one.facts.families], weights, style, _scripts(root))
    licence = (
        wish.licence or material.licence or next((one.facts.licence[:60] for one in fonts if one.facts.licence), "")
    )
    licence_file = _licence(made, material, family, licence)
    role = Role(
        wish.role, family, _fallback(root, wish.role, family), licence, licence_file, material.source, tuple(entries)
    )
    text = (root / PATH).read_text(encoding="utf-8") if (root / PATH).exists() else ""
    made.block = block(role)
    made.files[PATH] = spliced(text, role).encode()
    _check_there(root, made)
    return made


def write(root: Path, made: Adding) -> None:
    """Write it, fonts.yaml last: it never names a file that is not there.

    Raises:
        MopsError: Something cannot be written.
    """
    from mops_cli.build import atomic

    for path, data in made.files.items():
        atomic.write(str(root / path), data, shown=path)


def _check_there(root: Path, made: Adding) -> None:
    for path, data in made.files.items():
        place = root / path
        if path != PATH and place.exists() and place.read_bytes() != data:
            raise UsageError(f"{path} is there already, with other content", hint="move it away, then try again")


def _weights(text: str) -> list[int]:
    found = []
    for word in text.split(","):
        if not word.strip().isdigit() or not 1 <= int(word) <= 1000:
            raise UsageError(f'"{word.strip()}" is no weight', hint="write numbers, e.g. --weights 400,700")
        found.append(int(word))
    return sorted(dict.fromkeys(found))


def _readable(material: Material) -> list[_Font]:
    from mops_cli.design import font_tables

    fonts = [_Font(name, facts) for name, data in material.fonts if (facts := font_tables.read(data)) is not None]
    if not fonts:
        raise UsageError("the source holds no font that can be read", hint="use a TrueType, OpenType or WOFF2 file")
    return fonts


def _family(fonts: list[_Font], wanted: str) -> str:
    """The family as its files spell it."""
    known = list(dict.fromkeys(name for one in fonts for name in one.facts.families))
    same = [name for name in known if name.casefold() == wanted.casefold()]
    if same:
        return same[0]
    if wanted.startswith(("@", "fonts-")):  # a package: its main family is the one with the shortest name
        return min(known, key=lambda name: (len(name), name))
    raise UsageError(f'the source holds no family "{wanted}"', hint=advice(wanted, known, what="families"))


def _choose(made: Adding, fonts: list[_Font], weights: list[int], style: str, scripts: list[str]) -> list[Entry]:
    """The files for these weights; a variable font serves them all with one."""
    own = [one for one in fonts if one.facts.italic == (style == "italic")]
    variable = [one for one in own if one.facts.weights[0] < one.facts.weights[1]]
    entries: list[Entry] = []
    if variable and len(weights) > 1:
        for part, best in _parts(variable, scripts):
            low, high = best.facts.weights
            span = (max(low, weights[0]), min(high, weights[-1]))
            entries.append(_keep(made, best.facts.data, span, style, part))
        return entries
    for weight in weights:
        fit = [one for one in own if one.facts.weights[0] <= weight <= one.facts.weights[1]]
        if not fit:
            has = sorted({one.facts.weights[0] for one in own})
            words = f"it has {', '.join(map(str, has))}" if has else f"it has no {style} style"
            raise UsageError(f"{made.family} has no {style} file of weight {weight}", hint=words)
        entries.extend(_keep(made, one.facts.data, weight, style, part) for part, one in _parts(fit, scripts))
    return entries


def _parts(fit: list[_Font], scripts: list[str]) -> list[tuple[str, _Font]]:
    """The file of one style: the one with most characters, or a package's slices for the scripts in use.

    Slices stay files of their own: put together, they would lose their kerning.
    """
    slices = [(script, one) for script in scripts for one in fit if _has_script(one.name, script)]
    return slices or [("", max(fit, key=lambda one: len(one.facts.characters)))]


def _has_script(name: str, script: str) -> bool:
    """Whether a file of a fontsource package is the slice of a script: ``inter-latin-400-normal.woff2``."""
    return bool(re.search(rf"-{script}-(?:\d+|[a-z]+)-(?:normal|italic)\.", name))


def _scripts(root: Path) -> list[str]:
    from mops_cli.build.project import open_project

    locales = open_project(root).repository.config.value.project.locales
    more = [_SLICES[locale.split("-")[0]] for locale in locales if locale.split("-")[0] in _SLICES]
    return list(dict.fromkeys(["latin", "latin-ext", *more]))


def _keep(made: Adding, data: bytes, weight: int | tuple[int, int], style: str, part: str = "") -> Entry:
    words = "Variable" if isinstance(weight, tuple) else _NAMES.get(weight, str(weight))
    slant = "Italic" if style == "italic" else ""
    kind = "otf" if data[:4] == b"OTTO" else "ttf"
    stem = re.sub(r"[^A-Za-z0-9]", "", made.family)
    path = f"{FOLDER}/{stem}-{'' if slant and words == 'Regular' else words}{slant}{f'-{part}' if part not in ('', 'latin') else ''}.{kind}"
    made.files[path] = data
    return Entry(path, weight, style, hashlib.sha256(data).hexdigest())


def _licence(made: Adding, material: Material, family: str, licence: str) -> str:
    if not material.licence_text:
        made.remarks.append("no licence text was found beside the font; put it there and name it as licence_file")
        return ""
    if not licence:
        made.remarks.append("the licence is none of the usual ones; say which with --licence")
    short = "OFL" if licence.startswith("OFL") else "LICENCE"
    path = f"{FOLDER}/{short}-{re.sub(r'[^A-Za-z0-9]', '', family)}.txt"
    made.files[path] = material.licence_text
    return path


def _fallback(root: Path, role: str, family: str) -> tuple[str, ...]:
    """The stack that the role has, or a usual one."""
    from mops_cli.build.project import open_project

    fonts = open_project(root).repository.brand.fonts
    known = fonts.value.roles.get(role) if fonts else None
    if known is not None:
        return known.fallback
    if role == "mono" or _MONO.search(family):
        return ("Courier New", "monospace")
    if _SERIF.search(family) and "sans" not in family.casefold():
        return ("Georgia", "Times New Roman", "serif")
    return ("Helvetica", "Arial", "sans-serif")
