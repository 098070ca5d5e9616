"""A content repository as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.brand import Fonts, Identity, Tokens, Voice
    from mops_cli.model.campaign import Campaign
    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.content import Block, MessageFile, Persona, SegmentFile, TextFile
    from mops_cli.model.source import Loaded


class Files(Protocol):
    """Reading inside the project, and nowhere else. Paths are relative, with forward slashes."""

    def read_bytes(self, path: str) -> bytes | None:
        """The file's bytes; None when there is no such file. Raises OutsideProject for escapes."""
        ...

    def exists(self, path: str) -> bool:
        """Whether the file is there."""
        ...

    def listing(self, folder: str) -> tuple[str, ...]:
        """Paths of all files below a folder, sorted."""
        ...


@dataclass(frozen=True, slots=True)
class Brand:
    """``brand/``: tokens by theme (always a ``default``), identity, fonts, voice.

    ``token_files`` is what was read (by project path); ``themes`` is what ``design.tokens`` resolved it to.
    """

    themes: Mapping[str, Tokens] = field(default_factory=dict)
    token_files: Mapping[str, Loaded[Mapping[str, object]]] = field(default_factory=dict)
    identity: Loaded[Identity] | None = None
    fonts: Loaded[Fonts] | None = None
    voice: Loaded[Voice] | None = None


@dataclass(frozen=True, slots=True)
class CampaignFolder:
    """``campaigns/<id>/``: the campaign, its messages and its override files.

    ``messages`` is keyed by (locale, variant), variant ``""`` being the only arm.
    ``overrides`` maps a file name (``email.mjml``, ``sms.de.txt``) to its text.
    """

    id: str
    folder: str
    campaign: Loaded[Campaign]
    messages: Mapping[tuple[str, str], MessageFile] = field(default_factory=dict)
    overrides: Mapping[str, TextFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repository:
    """Everything ``content`` read, checked and resolved."""

    config: Loaded[ProjectConfig]
    brand: Brand
    campaigns: Mapping[str, CampaignFolder] = field(default_factory=dict)
    segments: Mapping[str, Loaded[SegmentFile]] = field(default_factory=dict)
    personas: Mapping[str, Loaded[Persona]] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)
    layouts: Mapping[str, TextFile] = field(default_factory=dict)  # "email/base" -> file
    snippets: Mapping[str, TextFile] = field(default_factory=dict)  # "legal" -> file
    locales: Mapping[str, TextFile] = field(default_factory=dict)  # "de" -> content/locales/de.ftl
    package_locales: Mapping[str, TextFile] = field(default_factory=dict)  # "de" -> mops:locales/de.ftl, lies below
