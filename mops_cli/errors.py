"""What can go wrong outside of content: one class a kind, each with its exit code and a hint.

Mistakes in content are never exceptions; they are :class:`mops_cli.model.diagnostic.Diagnostic`
values. An exception here ends the command with a sentence and the class's exit code.
"""

from __future__ import annotations


class MopsError(Exception):
    """The root. ``message`` says what happened and where, ``hint`` what to do about it."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MopsError):
    """The command line or the configuration asks for something that does not exist."""

    exit_code = 2


class ProjectNotFound(UsageError):
    """No ``mops.toml`` here or above."""


class MissingNativeLibrary(UsageError):
    """A system library behind a Python package is not installed."""

    def __init__(self, message: str, *, hint: str = "", library: str = "") -> None:
        super().__init__(message, hint=hint)
        self.library = library


class OutsideProject(UsageError):
    """A path leads out of the project; files outside are never read."""


class LockHeld(MopsError):
    """Another run holds the lock."""

    exit_code = 6


class ExternalError(MopsError):
    """Something outside failed for now; the same call is safe to repeat."""

    exit_code = 75
