"""Reading single files of the project, and collecting what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mops_cli.content.files import Unreadable
from mops_cli.content.front_matter import Split, split
from mops_cli.content.schema import validate
from mops_cli.content.text import decode
from mops_cli.errors import UsageError
from mops_cli.model.content import TextFile
from mops_cli.model.diagnostic import Diagnostic, Severity, Span, error
from mops_cli.model.source import Loaded

if TYPE_CHECKING:
    from mops_cli.content.memory import Memory
    from mops_cli.content.parsed import Parsed
    from mops_cli.model.base import Model
    from mops_cli.model.repository import Files

M = TypeVar("M", bound="Model")


class Reader:
    """Reads through :class:`Files`; findings go to :attr:`found`, and no file's trouble hides another's."""

    def __init__(self, files: Files, memory: Memory | None = None) -> None:
        self.files = files
        self.memory = memory
        self.found: list[Diagnostic] = []

    def bytes(self, path: str) -> bytes | None:
        """A file's bytes; None when it is missing, or outside or too large, which is a finding.

        Raises:
            Unreadable: It is closed to this user. What is wrong is not in the project, and no finding tells the rest.
        """
        try:
            return self.files.read_bytes(path)
        except Unreadable:
            raise
        except UsageError as problem:
            self.found.append(error("MC309", problem.message, Span(path), problem.hint))
            return None

    def text(self, path: str) -> TextFile | None:
        """A template, snippet or Fluent file."""
        raw = self.bytes(path)
        if raw is None:
            return None
        text, found = decode(path, raw)
        self.found.extend(found)
        return TextFile(path, text)

    def parsed(self, path: str) -> Parsed | None:
        """A structured file by its ending: TOML, YAML or JSON."""
        raw = self.bytes(path)
        if raw is None:
            return None
        if path.endswith(".toml"):
            from mops_cli.content import toml_source

            parsed = toml_source.parse(path, raw)
        else:
            from mops_cli.content import yaml_source

            parsed = yaml_source.parse(path, raw, self.memory)
        self.found.extend(parsed.diagnostics)
        return parsed

    def message(self, path: str) -> Split | None:
        """A Markdown file with front matter."""
        raw = self.bytes(path)
        if raw is None:
            return None
        parts = split(path, raw, self.memory)
        self.found.extend(parts.front.diagnostics)
        return parts

    def model(self, path: str, model: type[M], ident: str, what: str) -> Loaded[M] | None:
        """A structured file as a model; None when it is missing or has errors."""
        parsed = self.parsed(path)
        return None if parsed is None else self.validated(parsed, model, ident, what)

    def validated(self, parsed: Parsed, model: type[M], ident: str, what: str) -> Loaded[M] | None:
        """Parsed data as a model; None when it has errors."""
        value, found = validate(model, parsed, what)
        # Of a file that broke off, nobody knows what its rest would have said.
        self.found.extend(d for d in found if parsed.usable or d.code != "MC203")
        if value is None or any(d.severity is Severity.ERROR for d in (*parsed.diagnostics, *found)):
            return None
        return Loaded(ident, value, parsed.source)
