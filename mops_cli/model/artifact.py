"""What a build leaves in ``dist/``."""

from __future__ import annotations

from dataclasses import dataclass, field

MANIFEST_SCHEMA = "mops.manifest/1"


@dataclass(frozen=True, slots=True)
class Link:
    """A tracked or untracked target. ``id`` is the number in ``{{ links.click(id) }}``."""

    id: int
    url: str
    label: str = ""
    tracked: bool = True


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write: ``path`` relative to ``dist/``."""

    path: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Skipped:
    """An artifact that could not be made here, and why."""

    path: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """A line of ``dist/manifest.json``."""

    path: str
    sha256: str
    bytes: int
    kind: str
    campaign: str
    channel: str
    locale: str
    variant: str
    inputs: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    derived: bool = True


@dataclass(frozen=True, slots=True)
class Manifest:
    """``dist/manifest.json``."""

    artifacts: tuple[Artifact, ...] = ()
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict)  # campaign/locale.variant -> table
    skipped: tuple[Skipped, ...] = ()
    tools: dict[str, str] = field(default_factory=dict)
    schema: str = MANIFEST_SCHEMA
