"""What a channel gets (:class:`Job`) and what it gives back (:class:`Result`)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mops_cli.errors import OutsideProject
from mops_cli.model.diagnostic import Diagnostic, Severity, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.model.artifact import Link, Output, Skipped
    from mops_cli.model.brand import Tokens
    from mops_cli.model.campaign import Campaign
    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.content import Block, MessageFile, Persona, TextFile
    from mops_cli.model.diagnostic import Span
    from mops_cli.model.repository import CampaignFolder, Files, Repository
    from mops_cli.model.source import Loaded


class Memo(Protocol):
    """A content-addressed memory for slow pure steps (a picture, a PDF)."""

    def __call__(self, kind: str, key: bytes, compute: Callable[[], bytes]) -> bytes:
        """What ``compute`` gave for this kind and key, now or in an earlier build."""
        ...


def no_memo(kind: str, key: bytes, compute: Callable[[], bytes]) -> bytes:
    """A memory that forgets at once."""
    return compute()


@dataclass(frozen=True, slots=True)
class Result:
    """What one channel made of one message in one locale and arm."""

    outputs: tuple[Output, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    variables: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    derived: bool = True


@dataclass(slots=True)
class Job:
    """One campaign on one channel in one locale and arm, with every input it may ask for.

    Reads go through the methods below, so that :attr:`inputs` names exactly what the result depends on
    (a path maps to its file; a missing file that was looked for counts too). Findings go to :attr:`found`.
    """

    repository: Repository
    folder: CampaignFolder
    channel: str
    locale: str
    variant: str
    files: Files
    memo: Memo = no_memo
    shared: dict[object, object] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    inputs: set[str] = field(default_factory=set)
    made: Mapping[str, tuple[Output, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Every artifact depends on the project file and its campaign file."""
        self.inputs.update((self.repository.config.path, self.folder.campaign.path))

    # -- what the campaign says

    @property
    def config(self) -> ProjectConfig:
        """``mops.toml``."""
        return self.repository.config.value

    @property
    def campaign(self) -> Campaign:
        """``campaign.yaml``."""
        return self.folder.campaign.value

    def options(self) -> object:
        """The settings of this channel (``campaign.channels.<name>``)."""
        return getattr(self.campaign.channels, self.channel)

    @property
    def stem(self) -> str:
        """``<locale>`` or ``<locale>.<variant>``: the file name part in ``dist/``."""
        return f"{self.locale}.{self.variant}" if self.variant else self.locale

    @property
    def out(self) -> str:
        """``<campaign>/<channel>``: the folder in ``dist/``."""
        return f"{self.folder.id}/{self.channel}"

    # -- inputs

    def message(self) -> MessageFile | None:
        """The message of this locale and arm; an arm without a body of its own uses the main one."""
        for key in ((self.locale, self.variant), (self.locale, "")):
            found = self.folder.messages.get(key)
            if found is not None:
                self.inputs.add(found.path)
                return found
        return None

    def override(self, *names: str) -> TextFile | None:
        """The first of these files in the campaign's folder, e.g. ``sms.de.txt``, ``sms.txt``."""
        for name in names:
            self.inputs.add(f"{self.folder.folder}/{name}")
            found = self.folder.overrides.get(name)
            if found is not None:
                return found
        return None

    def block(self, name: str) -> Block | None:
        """A block of the project or of the package."""
        found = self.repository.blocks.get(name)
        if found is not None:
            self.inputs.add(found.source.path)
            self.inputs.update(form.path for form in found.forms.values())
        return found

    def layout(self, medium: str, name: str) -> TextFile | None:
        """``content/layouts/<medium>/<name>``."""
        found = self.repository.layouts.get(f"{medium}/{name}")
        if found is not None:
            self.inputs.add(found.path)
        return found

    def snippet(self, name: str) -> TextFile | None:
        """``content/snippets/<name>.md`` (a localised ``<name>.<locale>.md`` wins)."""
        for key in (f"{name}.{self.locale}", name):
            found = self.repository.snippets.get(key)
            if found is not None:
                self.inputs.add(found.path)
                return found
        return None

    def tokens(self) -> Tokens:
        """The brand's tokens in the campaign's theme."""
        brand = self.repository.brand
        theme = brand.themes.get(self.campaign.theme) or brand.themes["default"]
        self.inputs.update(token.span.path for token in theme.tokens.values())
        if brand.identity:
            self.inputs.add(brand.identity.path)
        if brand.fonts:
            self.inputs.add(brand.fonts.path)
        return theme

    def personas(self) -> Mapping[str, Loaded[Persona]]:
        """The sample people."""
        self.inputs.update(persona.path for persona in self.repository.personas.values())
        return self.repository.personas

    def find_asset(self, name: str) -> str | None:
        """The project path of an asset: the campaign's folder first, then ``content/``.

        Raises:
            OutsideProject: The name leads out of the project.
        """
        for candidate in (f"{self.folder.folder}/{name}", f"content/{name}"):
            self.inputs.add(candidate)
            try:
                if self.files.exists(candidate):
                    return candidate
            except OutsideProject as problem:
                raise OutsideProject(f'"{name}" leads out of the project', hint=problem.hint) from None
        return None

    def find_asset_at(self, name: str, span: Span) -> tuple[str | None, bool]:
        """Like :meth:`find_asset`, and whether it was allowed: a name that leads out is reported at ``span``."""
        try:
            return self.find_asset(name), True
        except OutsideProject as problem:
            self.report(error("MC309", problem.message, span, problem.hint))
            return None, False

    def read(self, path: str) -> bytes:
        """The bytes of a file of the project (empty when it vanished meanwhile)."""
        self.inputs.add(path)
        return self.files.read_bytes(path) or b""

    def product(self, channel: str) -> tuple[Output, ...]:
        """What another channel made of this message (``pdf`` for a mail that attaches it).

        Empty when that channel is off or could not be built here; the build sees to the order.
        """
        outputs = self.made.get(channel, ())
        self.inputs.update(f"dist:{output.path}" for output in outputs)
        return outputs

    # -- findings

    def report(self, diagnostic: Diagnostic) -> None:
        """Collect a finding."""
        self.found.append(diagnostic)

    @property
    def failed(self) -> bool:
        """Whether an error was found: then nothing of this job is written."""
        return any(d.severity is Severity.ERROR for d in self.found)


def digest(*parts: bytes | str) -> bytes:
    """SHA-256 over length-prefixed parts: the key of a memo."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.digest()
