"""Decks checked as a reader and as a compiler would: words, names, and what the finished pictures look like.

Decks that other decks take in are fragments: they are judged through the decks that draw them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mops_cli.channels.deck_values import safe_zone
from mops_cli.channels.decks import OpenDeck
from mops_cli.design.deck.outline import Outline, outline, taken_in, unused
from mops_cli.lint import deck_looks
from mops_cli.lint.deck_uses import everywhere, uses
from mops_cli.model.diagnostic import Diagnostic, in_order, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mops_cli.channels.decks import Studio
    from mops_cli.channels.platforms import Picture, Platform
    from mops_cli.lint.context import Context
    from mops_cli.lint.deck_uses import Use


UNUSED_NAME = "MK401"
CODES = frozenset({UNUSED_NAME, *deck_looks.CODES})
"""What these checks say themselves; the rest comes from compiling."""


@dataclass(slots=True, kw_only=True)
class Checker:
    """Checks the decks of a place.

    ``known`` are all decks there by path, ``read`` gives their text. ``studio`` makes the studio of a deck with values;
    ``uses`` says what a deck is used for.
    """

    known: Sequence[str]
    read: Callable[[str], str]
    studio: Callable[[dict[str, float | str]], Studio]
    uses: Callable[[str], list[Use]]
    base: dict[str, float | str] = field(default_factory=dict)
    roots: tuple[str, ...] = ("",)
    outlines: dict[str, Outline] = field(default_factory=dict)

    def check(self, wanted: Iterable[str]) -> list[Diagnostic]:
        """The findings in these decks."""
        targets = dict.fromkeys(wanted)
        inside = {path: self.reach(path) for path in self.known}
        fragments = {part for parts in inside.values() for part in parts[1:]}
        mains = [path for path in self.known if path not in fragments]
        drawn = set[str]().union(*(inside[path] for path in mains))
        # Fragments that only take in each other have no main deck: they are judged by themselves.
        mains += [path for path in targets if path not in drawn]
        found: list[Diagnostic] = []
        for path in mains:
            if targets.keys() & set(inside[path]):
                own = [*self.names(path, inside[path]), *self.drawing(path)]
                found += own if path in targets else [one for one in own if one.span.path in targets]
        return in_order(found)

    def outline(self, path: str) -> Outline:
        """What a deck says about names and files."""
        if path not in self.outlines:
            self.outlines[path] = outline(self.read(path), path)
        return self.outlines[path]

    def reach(self, path: str) -> list[str]:
        """A deck and all decks that it takes in, itself first."""
        known = dict.fromkeys(self.known)
        found = [path]
        for here in found:
            found += [
                part for part in taken_in(self.outline(here), known, main=path, roots=self.roots) if part not in found
            ]
        return found

    def names(self, path: str, reached: Sequence[str]) -> list[Diagnostic]:
        """Names that get a value in a deck, and that neither it nor its parts look at."""
        parts = [self.outline(part) for part in reached]
        if any(entry.found for entry in parts):
            return []
        advice = "delete the line, or use the name; a name is used by writing it without quotes"
        return [
            warning(UNUSED_NAME, f"{name} gets a value that nothing uses", span, advice)
            for name, span in unused(parts).items()
        ]

    def drawing(self, path: str) -> list[Diagnostic]:
        """What compiling and drawing a deck at the sizes of its posts finds, and what a reader would say of the pages."""
        named = self.uses(path)
        on_paper = any(use.on_paper for use in named)
        values = {**self.base, **(named[0].values if named else {})}
        sizes: dict[tuple[int, int], list[tuple[Platform, Picture]]] = defaultdict(list)
        every = {
            (platform.id, picture.asset): (platform, picture) for use in named for platform, picture in use.pictures
        }
        for platform, picture in every.values():
            sizes[picture.width, picture.height].append((platform, picture))
        found: dict[Diagnostic, None] = {}
        looks: list[deck_looks.Look] = []
        asked: list[tuple[tuple[int, int] | None, list[tuple[Platform, Picture]]]] = [*sizes.items()]
        for size, pictures in asked or [(None, [])]:
            zone = next((safe_zone(picture) for _, picture in pictures), {})
            studio = self.studio({**values, **zone})
            if named:
                studio = replace(studio, roots=named[0].roots)
            opened = OpenDeck(studio, path, size)
            found.update(dict.fromkeys(opened.facts.findings))
            if opened.runaway:
                break
            if not opened.failed:
                looks += deck_looks.look(opened, pictures, feed=bool(pictures) or not on_paper)
        return [*found, *deck_looks.told(looks)]


def of_project(context: Context) -> list[Diagnostic]:
    """The findings in all decks of a project.

    What compiling finds in decks that a channel draws is left to the channel, which knows all their values.
    """
    from mops_cli.channels.decks import project_studio

    known = [path for path in context.paths if path.endswith(".dsh")]
    if not known:
        return []
    settings = context.repository.config.value.project
    first = project_studio(context.repository, context.files)

    def studio(values: dict[str, float | str]) -> Studio:
        return replace(first, variables=values, opened={}, reported=set())

    checker = Checker(
        known=known,
        read=context.text,
        studio=studio,
        uses=lambda path: uses(context.repository, context.files, path),
        base=everywhere(settings.locales[0], settings.name),
        roots=("content", ""),
    )
    drawn = frozenset[str]().union(*(made.inputs for made in context.made))
    return [
        found
        for found in checker.check(known)
        if found.code in CODES or (found.span.path not in drawn and not _is_echo(context, found))
    ]


def _is_echo(context: Context, found: Diagnostic) -> bool:
    """Whether a deck misses only what a broken file would have said."""
    broken = context.broken
    if found.code == "MK206":
        return any(path.endswith(".tokens.yaml") for path in broken)
    if found.code == "MB207":
        return "brand/fonts.yaml" in broken
    folders = {use.folder for use in uses(context.repository, context.files, found.span.path)} if broken else set()
    return found.code == "MK201" and any(path.startswith(f"{folder}/") for path in broken for folder in folders)
