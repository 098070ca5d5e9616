"""Comments that accept a finding where it stands: ``mops: ignore[ML104] reason`` in the file's own comment syntax."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error, warning
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic, Span

COMMENT = re.compile(
    r"(?P<open>#|<!--|\{#|//|/\*)[ \t]*mops:[ \t]*ignore(?:\[(?P<codes>[^\]\n]*)\])?[ \t]*(?P<reason>[^\n]*)"
)
CLOSERS = ("-->", "#}", "*/")

NO_REASON = "MX901"
UNUSED = "MX902"
UNKNOWN = "MX903"


@dataclass(slots=True)
class Suppression:
    """One comment. A comment alone on its line speaks for the next line, else for its own."""

    codes: tuple[str, ...]
    reason: str
    span: Span
    line: int
    used: bool = False

    def covers(self, found: Diagnostic) -> bool:
        """Whether the finding stands on the line and has one of the codes."""
        return found.span.line == self.line and any(found.code.startswith(code) for code in self.codes)


def read(path: str, text: str) -> list[Suppression]:
    """All comments of a file."""
    if "mops:" not in text:
        return []
    found: list[Suppression] = []
    for match in COMMENT.finditer(text):
        span = span_of(path, text, match.start(), match.end())
        line_start = text.rfind("\n", 0, match.start()) + 1
        alone = not text[line_start : match.start()].strip()
        reason = match["reason"].strip()
        for closer in CLOSERS:
            reason = reason.partition(closer)[0].strip()
        codes = tuple(code.strip().upper() for code in (match["codes"] or "").split(",") if code.strip())
        found.append(Suppression(codes, reason, span, span.line + 1 if alone else span.line))
    return found


def suppress(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> tuple[list[Diagnostic], int]:
    """The findings that no comment accepts, with findings about the comments themselves; and how many were accepted."""
    comments = {path: read(path, text) for path, text in texts.items()}
    kept: list[Diagnostic] = []
    for found in findings:
        covering = [comment for comment in comments.get(found.span.path, ()) if comment.covers(found)]
        for comment in covering:
            comment.used = True
        if not any(comment.reason for comment in covering):
            kept.append(found)
    accepted = len(findings) - len(kept)
    for comment in (comment for found_here in comments.values() for comment in found_here):
        kept.extend(_about(comment))
    return kept, accepted


def _about(comment: Suppression) -> list[Diagnostic]:
    from mops_cli.lint.catalog import pages

    if not comment.codes:
        return [
            error(
                NO_REASON,
                "this comment accepts every finding",
                comment.span,
                "name the codes: mops: ignore[ML104] reason",
            )
        ]
    unknown = [code for code in comment.codes if not any(name.startswith(code) for name in pages())]
    if unknown:
        near = get_close_matches(unknown[0], list(pages()), 1, 0.5)
        hint = f'did you mean "{near[0]}"?' if near else "`mops rule --list` shows all codes"
        return [error(UNKNOWN, f'no rule is called "{unknown[0]}"', comment.span, hint)]
    codes = ", ".join(comment.codes)
    if not comment.reason:
        return [
            error(
                NO_REASON,
                f"{codes} is accepted without a reason",
                comment.span,
                f"say why after the bracket: mops: ignore[{codes}] the partner's page has no https yet",
            )
        ]
    if not comment.used:
        return [warning(UNUSED, f"nothing here is {codes}", comment.span, "delete the comment; the finding is gone")]
    return []
