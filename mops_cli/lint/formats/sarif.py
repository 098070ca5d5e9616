"""SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from mops_cli import __version__
from mops_cli.lint.baseline import fingerprints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic, Span

LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """One run with its rules and results."""
    codes = sorted({found.code for found in findings})
    driver = {
        "name": "mops",
        "version": __version__,
        "informationUri": "https://mops.example/",
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The folder that holds mops.toml."}}},
        "results": [
            _result(found, codes.index(found.code), mark)
            for found, mark in zip(findings, fingerprints(findings, texts), strict=True)
        ],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(code: str) -> dict[str, object]:
    from mops_cli.lint.catalog import page

    found = page(code)
    if found is None:
        return {"id": code}
    return {
        "id": code,
        "name": found.name,
        "shortDescription": {"text": found.summary or found.name},
        "fullDescription": {"text": found.text},
    }


def _result(found: Diagnostic, index: int, mark: str) -> dict[str, object]:
    return {
        "ruleId": found.code,
        "ruleIndex": index,
        "level": LEVELS[found.severity.value],
        "message": {"text": f"{found.message}\nhelp: {found.help}" if found.help else found.message},
        "partialFingerprints": {"mops/v1": mark},
        "locations": [{"physicalLocation": _place(found.span)}],
    }


def _place(span: Span) -> dict[str, object]:
    return {
        "artifactLocation": {"uri": quote(span.path), "uriBaseId": "PROJECT"},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }
