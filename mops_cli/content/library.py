"""The shared shelves of a project: segments, personas, blocks, layouts, snippets, locales.

The package's own lie below the project's and are replaced by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from posixpath import splitext
from typing import TYPE_CHECKING, TypeVar

from mops_cli.model.content import Block, BlockSpec, Persona, SegmentFile, TextFile
from mops_cli.model.diagnostic import Span, error, warning
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from mops_cli.content.reader import Reader
    from mops_cli.model.base import Model
    from mops_cli.model.source import Loaded

M = TypeVar("M", bound="Model")

FOLDERS = ("layouts", "blocks", "decks", "snippets", "locales", "personas", "assets")
SEGMENT_TESTS = "segments/tests/"
MEDIA = ("email", "print", "web", "pdf")
FORMS = ("email.mjml", "html.html", "text.txt")
_IDENT = re.compile(r"[a-z0-9][a-z0-9_.-]*\Z")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")


@dataclass(slots=True)
class Shelves:
    """Everything by name."""

    segments: dict[str, Loaded[SegmentFile]] = field(default_factory=dict)
    personas: dict[str, Loaded[Persona]] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    layouts: dict[str, TextFile] = field(default_factory=dict)
    snippets: dict[str, TextFile] = field(default_factory=dict)
    locales: dict[str, TextFile] = field(default_factory=dict)
    package_locales: dict[str, TextFile] = field(default_factory=dict)


def read(reader: Reader) -> Shelves:
    """All shelves of the package and of the project."""
    shelves = Shelves()
    for prefix, locales in (("mops:", shelves.package_locales), ("content/", shelves.locales)):
        by_folder = _sorted_by_folder(reader, prefix)
        shelves.layouts.update(_layouts(reader, by_folder.get("layouts", []), f"{prefix}layouts/"))
        shelves.blocks.update(_blocks(reader, by_folder.get("blocks", []), f"{prefix}blocks/"))
        shelves.snippets.update(_texts(reader, by_folder.get("snippets", []), f"{prefix}snippets/", ".md"))
        shelves.personas.update(
            _models(reader, by_folder.get("personas", []), f"{prefix}personas/", Persona, "a persona")
        )
        locales.update(_locales(reader, by_folder.get("locales", []), f"{prefix}locales/"))
    shelves.segments.update(_models(reader, _segment_paths(reader), "segments/", SegmentFile, "a segment"))
    return shelves


def _segment_paths(reader: Reader) -> list[str]:
    """The segments, without their tests."""
    return [path for path in reader.files.listing("segments") if not path.startswith(SEGMENT_TESTS)]


def _sorted_by_folder(reader: Reader, prefix: str) -> dict[str, list[str]]:
    """Files of ``content/`` by the folder they lie in; a folder that nobody knows is a finding."""
    by_folder: dict[str, list[str]] = {}
    for path in reader.files.listing(prefix):
        folder, slash, _ = path.removeprefix(prefix).partition("/")
        if slash:
            by_folder.setdefault(folder, []).append(path)
        elif prefix == "content/" and folder.lower() != "readme.md":
            reader.found.append(
                error(
                    "MC310",
                    "a file directly in content/ is never read",
                    Span(path),
                    f"move it into one of: {', '.join(FOLDERS)}",
                )
            )
    if prefix == "content/":
        for folder in sorted(set(by_folder) - set(FOLDERS)):
            close = nearest(folder, FOLDERS)
            if close is not None:
                hint = f"did you mean content/{close}/? Files elsewhere are read only where a path names them"
                span = Span(by_folder[folder][0])
                reader.found.append(error("MC310", f"content/{folder}/ is no folder that MOPS knows", span, hint))
    return by_folder


def _layouts(reader: Reader, paths: list[str], prefix: str) -> dict[str, TextFile]:
    """``<medium>/<name>`` to its file."""
    layouts: dict[str, TextFile] = {}
    for path in paths:
        name, _ = splitext(path.removeprefix(prefix))
        medium, slash, _ = name.partition("/")
        if not slash or medium not in MEDIA:
            hint = advice(medium, MEDIA, what="media")
            reader.found.append(error("MC310", "a layout lies in the folder of its medium", Span(path), hint))
            continue
        if not path.endswith((".mjml", ".html", ".txt", ".css")):
            reader.found.append(error("MC310", "a layout is MJML or HTML", Span(path), "name it *.mjml or *.html"))
            continue
        if path.endswith(".css"):
            continue
        if path.endswith(".html" if medium == "email" else ".mjml"):
            ending = "mjml" if medium == "email" else "html"
            hint = f"name it {name.partition('/')[2]}.{ending}"
            reader.found.append(error("MC310", f"a layout for {medium} is a .{ending} file", Span(path), hint))
            continue
        if name in layouts:
            hint = f"the other is {layouts[name].path}; delete or rename one"
            reader.found.append(error("MC307", f'the layout "{name}" stands here twice', Span(path), hint))
            continue
        found = reader.text(path)
        if found is not None:
            layouts[name] = found
    return layouts


def _blocks(reader: Reader, paths: list[str], prefix: str) -> dict[str, Block]:
    """Blocks by folder name; forms by file name (``email.mjml``)."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        name, slash, rest = path.removeprefix(prefix).partition("/")
        if slash:
            folders.setdefault(name, []).append(rest)
        else:
            hint = "make a folder with block.yaml and its forms in it"
            reader.found.append(error("MC310", "a block is a folder", Span(path), hint))
    blocks: dict[str, Block] = {}
    for name, files in sorted(folders.items()):
        block = _block(reader, name, files, f"{prefix}{name}/")
        if block is not None:
            blocks[name] = block
    return blocks


def _block(reader: Reader, name: str, files: list[str], folder: str) -> Block | None:
    forms: dict[str, TextFile] = {}
    for file in files:
        if file in FORMS:
            form = reader.text(folder + file)
            if form is not None:
                forms[file] = form
        elif file != "block.yaml" and file.lower() != "readme.md" and "/" not in file:
            hint = advice(file, ("block.yaml", *FORMS), what="files of a block")
            reader.found.append(error("MC310", "no part of MOPS reads this file of a block", Span(folder + file), hint))
    if "block.yaml" not in files:
        span = Span(folder + min(files))
        reader.found.append(
            error("MC306", f'the block "{name}" has no block.yaml', span, "add one with a title and props")
        )
        return None
    loaded = reader.model(f"{folder}block.yaml", BlockSpec, name, "a block")
    if loaded is None:
        return None
    if not forms:
        hint = f"add {', '.join(FORMS)}"
        reader.found.append(error("MC306", f'the block "{name}" has no form', Span(loaded.path), hint))
    return Block(name, loaded.value, loaded.source, forms)


def _models(reader: Reader, paths: list[str], prefix: str, model: type[M], what: str) -> dict[str, Loaded[M]]:
    """YAML files of one kind, by name."""
    loaded: dict[str, Loaded[M]] = {}
    for path in paths:
        name, ending = splitext(path.removeprefix(prefix))
        if ending == ".yml":
            reader.found.append(error("MC310", "YAML files end in .yaml here", Span(path), f"rename it to {name}.yaml"))
        elif ending == ".yaml":
            if not _IDENT.match(name.replace("/", "-")):
                hint = "use small letters, digits and hyphens"
                reader.found.append(warning("MC207", f'"{name}" is no good name', Span(path), hint))
            found = reader.model(path, model, name, what)
            if found is not None:
                loaded[name] = found
        elif name.lower() != "readme":
            reader.found.append(error("MC310", f"{what} is a YAML file", Span(path), f"name it {name}.yaml"))
    return loaded


def _texts(reader: Reader, paths: list[str], prefix: str, ending: str) -> dict[str, TextFile]:
    """Text files by name; ``.md`` is left away, other endings stay part of the name."""
    texts: dict[str, TextFile] = {}
    for path in paths:
        found = reader.text(path)
        if found is not None:
            texts[path.removeprefix(prefix).removesuffix(ending)] = found
    return texts


def _locales(reader: Reader, paths: list[str], prefix: str) -> dict[str, TextFile]:
    """Fluent files by locale."""
    locales: dict[str, TextFile] = {}
    for path in paths:
        name, ending = splitext(path.removeprefix(prefix))
        if ending != ".ftl" or not _LOCALE.match(name):
            if name.lower() != "readme":
                hint = "name it after its language, e.g. de.ftl or pt-BR.ftl"
                reader.found.append(error("MC310", "translations are <language>.ftl files", Span(path), hint))
            continue
        found = reader.text(path)
        if found is not None:
            locales[name] = found
    return locales
