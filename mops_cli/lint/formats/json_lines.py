"""A JSON list of findings: exactly the keys of ``Diagnostic.as_json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.model.diagnostic import Diagnostic


def render(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> str:
    """An array, one object a finding."""
    return json.dumps([found.as_json() for found in findings], ensure_ascii=False, indent=2) + "\n"
