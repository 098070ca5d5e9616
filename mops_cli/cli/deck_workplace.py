"""Where a deck command works: a project with its brand, or a lone folder with the fonts that MOPS brings."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.errors import ProjectNotFound, UsageError
from mops_cli.model.diagnostic import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mops_cli.build.project import Opened
    from mops_cli.channels.decks import Studio
    from mops_cli.cli.state import State
    from mops_cli.content.files import ProjectFiles
    from mops_cli.design.fonts import FontSet

STARTER = Path(__file__).parent.parent / "content" / "starter"
MOST_BYTES = 8_000_000
MOST_FILES = 50_000
_SKIPPED = frozenset({"dist", "node_modules", "__pycache__"})


@dataclass(slots=True)
class Workplace:
    """A folder that paths are relative to, and whether it is a project. ``found`` collects findings."""

    root: Path
    opened: Opened | None
    files: ProjectFiles
    found: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    base: Studio | None = None

    def studio(
        self, variables: Mapping[str, float | str] | None = None, *, compat: bool = False, seed: int = 1
    ) -> Studio:
        """What decks are made with here; fonts and tokens are read once."""
        if self.base is None:
            self.base = self._base()
        return replace(
            self.base, variables=variables or {}, compat=compat, seed=seed, reported=self.base.reported, opened={}
        )

    def _base(self) -> Studio:
        from mops_cli.channels import decks

        if self.opened is not None:
            return decks.project_studio(self.opened.repository, self.opened.files, report=self.found.append)
        from mops_cli.model.brand import Tokens

        return decks.Studio(
            read=self.read, fonts=package_fonts(), tokens=Tokens("default"), roots=("",), report=self.found.append
        )

    def read(self, path: str) -> bytes | None:
        """The bytes of a file here; None when there is none, or it lies outside."""
        try:
            return self.files.read_bytes(path)
        except UsageError:
            return None

    def explain(self, deck: str) -> None:
        """Take note of what is broken in the campaign of a deck that misses a value."""
        from mops_cli.lint.deck_uses import uses

        missing = any(found.code == "MK201" for found in self.found)
        if self.opened is None or not missing:
            return
        for use in uses(self.opened.repository, self.opened.files, deck):
            self.found += [
                found
                for found in self.opened.diagnostics
                if found.severity is Severity.ERROR and found.span.path.startswith(f"{use.folder}/")
            ]

    def text(self, path: str) -> str:
        """A file's text, for excerpts."""
        if path not in self.texts:
            data = self.read(path) if path else None
            self.texts[path] = (data or b"").decode("utf-8-sig", "replace").replace("\r\n", "\n")
        return self.texts[path]

    def findings(self) -> list[Diagnostic]:
        """Everything found so far, in order, each once."""
        return in_order(self.found)

    def excerpts(self, findings: Iterable[Diagnostic]) -> dict[str, str]:
        """The texts that findings stand in."""
        return {found.span.path: self.text(found.span.path) for found in findings}

    @property
    def remark(self) -> str:
        """What to know about the fonts and colours here; nothing when they are the brand's."""
        if self.opened is None:
            return "no project here: drawn in the fonts that MOPS brings, without brand colours; `mops init` starts a project"
        if self.base is not None and not self.base.fonts.files:
            return "the brand has no fonts, and text needs some: `mops fonts add Inter --from npm`, or name files in brand/fonts.yaml"
        return ""

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return any(found.severity is Severity.ERROR for found in self.found)

    def relative(self, path: Path) -> str:
        """A path below the root, with forward slashes.

        Raises:
            UsageError: It lies elsewhere.
        """
        place = Path(os.path.abspath(path))  # noqa: PTH100 - links are the reader's business
        for candidate in (place, place.resolve()):
            if candidate.is_relative_to(self.root):
                return candidate.relative_to(self.root).as_posix()
        raise UsageError(
            f"{path} lies outside of {self.root.name}/", hint="name files of one project in one call, or change into it"
        )


def workplace(state: State, start: Path) -> Workplace:
    """The project that a file or folder belongs to; without one, the folder itself.

    Raises:
        ProjectNotFound: A project was asked for by name and is not there.
    """
    from mops_cli.content.files import ProjectFiles
    from mops_cli.content.project import find

    if state.project is not None:
        root = state.root()
    else:
        try:
            root = find(start)
        except ProjectNotFound:
            here = start if start.is_dir() else start.parent
            inside = here.resolve().is_relative_to(state.cwd.resolve())
            folder = (state.cwd if inside else here).resolve()
            return Workplace(folder, None, ProjectFiles(folder))
    from mops_cli.build.project import open_project

    opened = open_project(root)
    place = Path(opened.root)
    # What is broken in the brand explains what decks miss; the rest of a project is no business of theirs.
    about = [found for found in opened.diagnostics if found.span.path.endswith((".tokens.yaml", "brand/fonts.yaml"))]
    return Workplace(place, opened, ProjectFiles(place), about)


def package_fonts() -> FontSet:
    """The fonts of the starter brand, which every copy of MOPS has."""
    from mops_cli.content.files import ProjectFiles
    from mops_cli.content.reader import Reader
    from mops_cli.design import fonts
    from mops_cli.model.brand import Fonts

    files = ProjectFiles(STARTER)
    loaded = Reader(files).model("brand/fonts.yaml", Fonts, "fonts", "the brand's fonts")
    return fonts.load(loaded, files.read_bytes)[0]


def existing(state: State, name: str) -> Path:
    """A deck's file as the person named it.

    Raises:
        UsageError: There is no such file; the hint names one that is close.
    """
    path = state.cwd / name
    if path.is_file():
        if path.suffix != ".dsh":
            raise UsageError(f"{name} is no deck", hint="the name of a deck ends in .dsh")
        return path
    if path.is_dir():
        raise UsageError(f"{name} is a folder", hint="name a deck in it: a file that ends in .dsh")
    from mops_cli.model.suggest import advice

    folder = path.parent if path.parent.is_dir() else state.cwd
    shown = [os.path.relpath(found, state.cwd) for found in sorted(folder.glob("*.dsh"))]
    raise UsageError(f"there is no file {name}", hint=advice(name, shown, what="decks", none="decks end in .dsh"))


def decks_in(state: State, names: Sequence[str]) -> list[Path]:
    """The decks that were named; all below a named folder, and all below this folder when nothing was named.

    Raises:
        UsageError: A name is neither a file nor a folder.
    """
    found: dict[Path, None] = {}
    for name in names or (".",):
        path = state.cwd / name
        if path.is_dir():
            found.update(dict.fromkeys(_below(path)))
        else:
            found[existing(state, name)] = None
    return list(found)


def _below(folder: Path) -> list[Path]:
    """Decks in a folder and the folders below; hidden ones and what a build makes are left out."""
    found: list[Path] = []
    seen = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        found += [Path(here) / name for name in sorted(names) if name.endswith(".dsh") and not name.startswith(".")]
        seen += len(names)
        if seen > MOST_FILES:  # somebody's home, not a folder of decks
            break
    return found


def by_project(state: State, paths: Sequence[Path]) -> list[tuple[Workplace, list[Path]]]:
    """Decks with the project that each belongs to; those of none together, in the folder of the call."""
    from mops_cli.content.project import find

    groups: dict[Path, list[Path]] = {}
    for path in paths:
        try:
            root = find(state.cwd / state.project if state.project else path.parent)
        except ProjectNotFound:
            root = state.cwd if path.resolve().is_relative_to(state.cwd.resolve()) else path.parent
        groups.setdefault(root, []).append(path)
    if not groups:
        return [(workplace(state, state.cwd), [])]
    return [(workplace(state, files[0]), files) for files in groups.values()]


def known_decks(place: Workplace) -> list[str]:
    """All decks of a place: those that may take in others, and those that they take in."""
    return [path.relative_to(place.root).as_posix() for path in _below(place.root)]
