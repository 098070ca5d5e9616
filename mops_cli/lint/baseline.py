"""Findings that are accepted for now: a file of fingerprints that survive moved lines.

A fingerprint names the code, the file, the text of the line and which of several equal ones it is.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic

NAME = "mops-baseline.json"
SCHEMA = "mops.baseline/1"


def fingerprints(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> list[str]:
    """One mark a finding, in the same order."""
    seen: Counter[str] = Counter()
    marks: list[str] = []
    for found in findings:
        lines = texts.get(found.span.path, "").split("\n")
        line = lines[found.span.line - 1] if 0 < found.span.line <= len(lines) else ""
        parts = "\0".join((found.code, found.span.path, " ".join(line.split()), found.message))
        mark = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        seen[mark] += 1
        marks.append(f"{mark}-{seen[mark]}")
    return marks


def write(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """The text of a baseline file that accepts these findings."""
    entries = sorted(
        (found.span.path, found.code, mark) for found, mark in zip(findings, fingerprints(findings, texts), strict=True)
    )
    accepted = [{"path": path, "code": code, "fingerprint": mark} for path, code, mark in entries]
    return json.dumps({"schema": SCHEMA, "accepted": accepted}, indent=2) + "\n"


def read(text: str) -> frozenset[str]:
    """The accepted fingerprints. Raises UsageError when the file is not a baseline."""
    try:
        data = json.loads(text)
        marks = frozenset(entry["fingerprint"] for entry in data["accepted"]) if data["schema"] == SCHEMA else None
    except (ValueError, KeyError, TypeError):
        marks = None
    if marks is None:
        raise UsageError(
            f"{NAME} is not a baseline of this version", hint="write it anew: `mops lint --write-baseline`"
        )
    return marks


def without(
    findings: Sequence[Diagnostic], texts: Mapping[str, str], accepted: Iterable[str]
) -> tuple[list[Diagnostic], int]:
    """The findings that are new, and how many were accepted."""
    known = frozenset(accepted)
    new = [found for found, mark in zip(findings, fingerprints(findings, texts), strict=True) if mark not in known]
    return new, len(findings) - len(new)
