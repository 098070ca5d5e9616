"""A finding on its way to the list of diagnostics."""

from __future__ import annotations

from mops_cli.model.diagnostic import Diagnostic, Severity, Span


class Problem(Exception):
    """A statement cannot be carried out; the evaluator turns it into a diagnostic and goes on."""

    def __init__(self, code: str, message: str, span: Span, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.advice = advice

    @property
    def diagnostic(self) -> Diagnostic:
        """The same as a finding."""
        return Diagnostic(self.code, Severity.ERROR, self.message, self.span, self.advice)


class Exhausted(Problem):
    """A limit is reached; the whole evaluation ends."""
