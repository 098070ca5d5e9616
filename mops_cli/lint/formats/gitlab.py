"""GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from mops_cli.lint.baseline import fingerprints

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

SEVERITY = {"error": "major", "warning": "minor", "info": "info"}


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """A list of issues with fingerprints that survive moved lines."""
    issues = [
        {
            "description": f"{found.message} (help: {found.help})" if found.help else found.message,
            "check_name": found.code,
            "fingerprint": hashlib.sha256(mark.encode()).hexdigest(),
            "severity": SEVERITY[found.severity.value],
            "location": {
                "path": found.span.path,
                "positions": {
                    "begin": {"line": found.span.line, "column": found.span.column},
                    "end": {"line": found.span.end_line, "column": found.span.end_column},
                },
            },
        }
        for found, mark in zip(findings, fingerprints(findings, texts), strict=True)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
