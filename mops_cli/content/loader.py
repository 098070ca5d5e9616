"""From files to a :class:`mops_cli.model.repository.Repository`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from mops_cli.content import campaigns, library, persona_checks
from mops_cli.content.files import ProjectFiles
from mops_cli.content.project import PROJECT_FILE
from mops_cli.content.reader import Reader
from mops_cli.model.brand import Fonts, Identity, Voice
from mops_cli.model.config import ProjectConfig, ProjectInfo
from mops_cli.model.diagnostic import Diagnostic, Span, error, in_order
from mops_cli.model.repository import Brand, Repository
from mops_cli.model.source import Loaded, PlainSource
from mops_cli.model.suggest import advice
from mops_cli.model.values import LOCALE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mops_cli.content.memory import Memory
    from mops_cli.content.parsed import Parsed
    from mops_cli.model.content import Persona
    from mops_cli.model.repository import Files


TOKEN_ENDINGS = (".tokens.yaml", ".tokens.yml", ".tokens.json")


class Loading(NamedTuple):
    """What was read, and everything that is wrong with it, in order of place.

    Files with errors are left out of the repository. When ``mops.toml`` itself has errors, a stand-in with the
    locales it names takes its place, so that the findings of all other files are still told.
    """

    repository: Repository
    diagnostics: list[Diagnostic]


def load(root: Path, files: Files | None = None, memory: Memory | None = None) -> Loading:
    """Read the project at ``root``: every file, checked against its schema and against the others.

    With a ``memory`` (see :mod:`mops_cli.content.memory`), files that were clean before are not parsed again.
    """
    from mops_cli.content import block_checks, corpus, references, translations

    reader = Reader(files or ProjectFiles(root), memory)
    config, config_is_read = _config(reader)
    shelves = library.read(reader)
    repository = Repository(
        config=config,
        brand=_brand(reader),
        campaigns=campaigns.read_all(reader, config.value),
        segments=shelves.segments,
        personas=shelves.personas,
        blocks=shelves.blocks,
        layouts=shelves.layouts,
        snippets=shelves.snippets,
        locales=shelves.locales,
        package_locales=shelves.package_locales,
    )
    texts = corpus.texts(repository, reader.files)
    for block in repository.blocks.values():
        reader.found.extend(block_checks.check(block))
    if config_is_read:
        repository = replace(repository, personas=_fitting(reader, repository, config.value))
    reader.found.extend(references.check(repository, reader.files, texts, config_is_read=config_is_read))
    missing = any(each.code == references.NO_MESSAGE for each in reader.found)  # it may use what nothing uses now
    reader.found.extend(
        each for each in translations.check(repository, texts) if not (missing and each.code == "MI104")
    )
    refused = getattr(reader.files, "refused", ())
    reader.found.extend(
        error("MC309", "this link leads out of the project", Span(path), "copy the file into the project instead")
        for path in refused
    )
    return Loading(repository, in_order(reader.found))


def _fitting(reader: Reader, repository: Repository, config: ProjectConfig) -> dict[str, Loaded[Persona]]:
    """The personas whose values have the declared types; templates would only stumble over the others."""
    fitting: dict[str, Loaded[Persona]] = {}
    for name, persona in repository.personas.items():
        wrong = list(persona_checks.check(persona, config))
        reader.found.extend(wrong)
        if not wrong:
            fitting[name] = persona
    return fitting


def _config(reader: Reader) -> tuple[Loaded[ProjectConfig], bool]:
    """``mops.toml``, or a stand-in; and whether it is the real one."""
    parsed = reader.parsed(PROJECT_FILE)
    if parsed is None:
        reader.found.append(error("MC203", f"there is no {PROJECT_FILE}", Span(PROJECT_FILE), "run `mops init`"))
        return _stand_in(None, reader.files), False
    loaded = reader.validated(parsed, ProjectConfig, "project", "the project's settings")
    if loaded is None:
        return _stand_in(parsed, reader.files), False
    return loaded, True


def _stand_in(parsed: Parsed | None, files: Files) -> Loaded[ProjectConfig]:
    """A project of which only the locales are known: as far as the file says them well, else from file names."""
    data = parsed.data if parsed is not None and isinstance(parsed.data, dict) else {}
    project = data.get("project")
    said = project if isinstance(project, dict) else {}
    named = said.get("locales")
    locales = tuple(entry for entry in named if _is_locale(entry)) if isinstance(named, list) else ()
    if not isinstance(named, list) or len(locales) < len(named):
        locales = tuple(dict.fromkeys([*locales, *_spoken(files)]))
    default = said.get("default_locale")
    default = default if _is_locale(default) else (locales[0] if locales else "en")
    info = ProjectInfo(
        id="project",
        name="Project",
        url="https://project.example",
        default_locale=default,
        locales=locales or (default,),
    )
    source = parsed.source if parsed is not None else PlainSource(PROJECT_FILE)
    return Loaded("project", ProjectConfig(project=info), source)


def _is_locale(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and re.match(LOCALE, value) is not None


def _spoken(files: Files) -> Iterator[str]:
    """The languages that messages and translations are named after."""
    yield "en"
    for path in (*files.listing("campaigns"), *files.listing("content/locales")):
        found = re.search(r"(?:/message\.|^content/locales/)([^./]+)\.(?:md|ftl)$", path)
        if found and _is_locale(found[1]):
            yield found[1]


def _brand(reader: Reader) -> Brand:
    """``brand/``: what is written there; the package's neutral tokens lie below it."""
    token_files: dict[str, Loaded[Mapping[str, object]]] = {}
    plain: list[str] = []
    for path in reader.files.listing("brand"):
        if path.endswith(TOKEN_ENDINGS):
            if not path.startswith(("brand/themes/", "brand/brand.tokens.")):
                name = path.rsplit("/", 1)[-1]
                hint = f"a theme lies in brand/themes/: move it to brand/themes/{name}"
                reader.found.append(error("MC310", "no part of MOPS reads this file", Span(path), hint))
                continue
            loaded = _tokens(reader, path)
            if loaded is not None:
                token_files[path] = loaded
        elif path.count("/") == 1 and path.endswith((".yaml", ".yml", ".json")):
            plain.append(path)
    known = [f"brand/{name}.yaml" for name in ("identity", "fonts", "voice")]
    for path in plain:
        if path not in known:
            hint = advice(path, [*known, "brand/brand.tokens.yaml"], what="files of a brand")
            reader.found.append(error("MC310", "no part of MOPS reads this file", Span(path), hint))
    return Brand(
        token_files=token_files,
        identity=reader.model(known[0], Identity, "identity", "the brand's identity"),
        fonts=reader.model(known[1], Fonts, "fonts", "the brand's fonts"),
        voice=reader.model(known[2], Voice, "voice", "the brand's voice"),
    )


def _tokens(reader: Reader, path: str) -> Loaded[Mapping[str, object]] | None:
    """A token file as data; :mod:`mops_cli.design.tokens` gives it its meaning."""
    parsed = reader.parsed(path)
    if parsed is None:
        return None
    if isinstance(parsed.data, dict):
        return Loaded(path, parsed.data, parsed.source)
    if parsed.usable:
        hint = "write groups and tokens, e.g. `color: {$type: color, …}`"
        reader.found.append(error("MC205", "a token file is a mapping of groups", parsed.source.at(), hint))
    return None
