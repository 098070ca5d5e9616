"""A finding about content: what, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is. Errors stop an artifact; warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1; the end column is exclusive.

    ``path`` is relative to the project's root, with forward slashes.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 0
    end_column: int = 0

    def __post_init__(self) -> None:
        """A span without an end covers one character."""
        if self.end_line == 0:
            object.__setattr__(self, "end_line", self.line)
        if self.end_column == 0:
            object.__setattr__(self, "end_column", self.column + 1)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. ``code`` has a page (``mops rule CODE``); ``help`` says what to write instead."""

    code: str
    severity: Severity
    message: str
    span: Span
    help: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of printing: by place, then by code and text."""
        return (self.span.path, self.span.line, self.span.column, self.code, self.message)

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "path": self.span.path,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "message": self.message,
            "help": self.help,
        }


def error(code: str, message: str, span: Span, help: str = "") -> Diagnostic:  # noqa: A002
    """An error at ``span``."""
    return Diagnostic(code, Severity.ERROR, message, span, help)


def warning(code: str, message: str, span: Span, help: str = "") -> Diagnostic:  # noqa: A002
    """A warning at ``span``."""
    return Diagnostic(code, Severity.WARNING, message, span, help)


def info(code: str, message: str, span: Span, help: str = "") -> Diagnostic:  # noqa: A002
    """A note at ``span``."""
    return Diagnostic(code, Severity.INFO, message, span, help)


def in_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place, each finding once."""
    return sorted(dict.fromkeys(found), key=lambda d: d.sort_key)
