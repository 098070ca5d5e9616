"""GitHub workflow commands. GitHub shows ten errors and ten warnings a step; the rest is folded into one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

LIMIT = 10
LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """At most ten annotations a level, then the others as plain lines inside a group."""
    from mops_cli.lint.formats.concise import line

    shown: dict[str, int] = {}
    lines: list[str] = []
    folded: list[str] = []
    for found in findings:
        level = LEVELS[found.severity.value]
        shown[level] = shown.get(level, 0) + 1
        if shown[level] <= LIMIT:
            lines.append(annotation(found, level))
        else:
            folded.append(line(found))
    if folded:
        lines.extend(
            [f"::group::{len(folded)} more findings (GitHub shows {LIMIT} of a level)", *folded, "::endgroup::"]
        )
    return "".join(f"{text}\n" for text in lines)


def annotation(found: Diagnostic, level: str) -> str:
    """One workflow command."""
    span = found.span
    where = {
        "file": span.path,
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(span.end_line),
        "endColumn": str(span.end_column),
        "title": found.code,
    }
    if span.end_line != span.line:  # columns over several lines make GitHub drop the annotation
        del where["col"], where["endColumn"]
    properties = ",".join(f"{key}={_property(value)}" for key, value in where.items())
    message = found.message + (f"\nhelp: {found.help}" if found.help else "")
    return f"::{level} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
