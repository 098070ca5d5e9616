"""What a rule may look at: the repository, its texts, and everything the channels made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from mops_cli.content.text import MAX_TEXT_BYTES
from mops_cli.errors import UsageError
from mops_cli.lint.page import Node, mask, parse
from mops_cli.model.diagnostic import Span
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.artifact import Link, Output
    from mops_cli.model.content import MessageFile
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import CampaignFolder, Files, Repository

TEXT_SUFFIXES = (
    ".md", ".yaml", ".yml", ".toml", ".json", ".mjml", ".html", ".txt", ".css", ".svg", ".ftl", ".dsh", ".xml",
)  # fmt: skip
MARKUP_SUFFIXES = (".mjml", ".html", ".svg", ".css", ".dsh")
FOLDERS = ("brand", "campaigns", "content", "segments")


@dataclass(frozen=True)
class Made:
    """What one channel made of one campaign in one locale and arm."""

    folder: CampaignFolder
    channel: str
    locale: str
    variant: str
    outputs: tuple[Output, ...] = ()
    inputs: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()

    @property
    def message(self) -> MessageFile | None:
        """The message it came from."""
        messages = self.folder.messages
        return messages.get((self.locale, self.variant)) or messages.get((self.locale, ""))

    def text(self, suffix: str) -> str | None:
        """The output whose name ends so, as text."""
        for output in self.outputs:
            if output.path.endswith(suffix):
                return output.data.decode("utf-8", "replace")
        return None

    @cached_property
    def page(self) -> Node | None:
        """The HTML output as a tree, recipient-time tags masked; None when there is none."""
        html = self.text(".html")
        if html is None:
            return None
        return parse(mask(html, {link.id: link.url for link in self.links}))


@dataclass(frozen=True)
class Context:
    """One run of the rules. ``broken`` are the files with errors: what they hold may be missing here.

    ``refused`` are those of them that were not read at all.
    """

    repository: Repository
    files: Files
    made: tuple[Made, ...] = ()
    broken: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    texts: dict[str, str] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """A file's text; empty when it cannot be read."""
        if path not in self.texts:
            try:
                data = self.files.read_bytes(path) if path else None
            except UsageError:  # outside the project, or too large: a finding of its own says so
                data = None
            if data is not None and len(data) > MAX_TEXT_BYTES:  # refused when it was read, and told then
                data = None
            self.texts[path] = (data or b"").decode("utf-8-sig", "replace").replace("\r\n", "\n")
        return self.texts[path]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All text files that people of this project write."""
        listed = [path for folder in FOLDERS for path in self.files.listing(folder) if path.endswith(TEXT_SUFFIXES)]
        return tuple(sorted({*listed, self.repository.config.path}))

    @cached_property
    def deck_findings(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the decks of this project, worked out once for all rules about decks."""
        from mops_cli.lint.decks import of_project

        return tuple(of_project(self))

    def markup(self) -> Iterator[tuple[str, str]]:
        """Path and text of the project's layouts, blocks, overrides, drawings and style sheets."""
        for path in self.paths:
            if path.endswith(MARKUP_SUFFIXES):
                yield path, self.text(path)

    def messages(self) -> Iterator[tuple[CampaignFolder, MessageFile]]:
        """All messages of all campaigns."""
        for folder in self.repository.campaigns.values():
            for message in folder.messages.values():
                if message.path not in self.refused:
                    yield folder, message

    def of(self, *channels: str) -> Iterator[Made]:
        """What these channels made."""
        return (made for made in self.made if made.channel in channels)

    def field_span(self, message: MessageFile, name: str) -> Span:
        """The place of a front matter field, or the top of the message when it is missing."""
        return message.source.at(name) if name in message.front else Span(message.path)

    def find(self, made: Made, *needles: str) -> Span:
        """Where the author wrote one of these texts: in the message, an override, a block, a layout, or elsewhere.

        Falls back to the first line of the message's body.
        """
        message = made.message
        for path in self._likely(made):
            text = self.text(path)
            body = _offset(text, message.body_line) if message and path == message.path else 0
            for needle, start in ((needle, start) for start in sorted({body, 0}, reverse=True) for needle in needles):
                at = text.find(needle, start) if needle else -1
                if at >= 0:
                    return span_of(path, text, at, at + len(needle))
        if message is not None:
            return Span(message.path, message.body_line)
        return Span(made.folder.campaign.path)

    def mail_template(self, made: Made) -> Span:
        """What the footer of a mail is written in: its override, its layout, or (for a package layout) the campaign."""
        settings = made.folder.campaign.value.channels.email
        for name in ("email.mjml", f"email.{made.locale}.mjml"):
            if name in made.folder.overrides:
                return Span(made.folder.overrides[name].path)
        layout = self.repository.layouts.get(f"email/{settings.layout}") if settings else None
        if layout is not None and not layout.path.startswith("mops:"):
            return Span(layout.path)
        return made.folder.campaign.source.at("channels", "email")

    def _likely(self, made: Made) -> list[str]:
        """The inputs that people of this project write, the message first."""
        message = made.message
        own = [path for path in made.inputs if not path.startswith("mops:") and path.endswith(TEXT_SUFFIXES)]
        ranked = sorted(own, key=lambda path: (not path.startswith(made.folder.folder), path))
        return [*([message.path] if message else []), *(path for path in ranked if not message or path != message.path)]


def _offset(text: str, line: int) -> int:
    """Where a line begins."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
    return at
