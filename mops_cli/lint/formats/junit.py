"""JUnit XML: a suite a file, a failing case a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

INVALID = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF), "\ufffd")


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """All findings; a clean run has one passing case, so that the report is not empty."""
    from mops_cli.lint.formats.full import render_one

    suites: dict[str, list[str]] = {}
    for found in findings:
        name = f"{found.code} {found.span.line}:{found.span.column}"
        body = escape(render_one(found, texts.get(found.span.path, "")).translate(INVALID))
        failure = f"<failure type={_attr(found.severity.value)} message={_attr(found.message)}>{body}</failure>"
        case = f"<testcase name={_attr(name)} classname={_attr(found.span.path)}>{failure}</testcase>"
        suites.setdefault(found.span.path, []).append(case)
    total = len(findings)
    if not suites:
        suites["mops"] = ['<testcase name="no findings" classname="mops"/>']
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="mops" tests="{max(total, 1)}" failures="{total}">',
    ]
    for path, cases in suites.items():
        failing = len(cases) if total else 0
        lines.append(f'  <testsuite name={_attr(path)} tests="{len(cases)}" failures="{failing}" errors="0">')
        lines.extend(f"    {case}" for case in cases)
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _attr(text: str) -> str:
    return quoteattr(text.translate(INVALID))
