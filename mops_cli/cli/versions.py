"""Versions of MOPS and of the libraries whose output lands in ``dist/``."""

from __future__ import annotations

import json
import platform
from importlib import metadata

from mops_cli import __version__

LIBRARIES = (
    "jinja2", "markdown-it-py", "mjml-python", "css-inline", "weasyprint", "cairosvg", "fonttools", "pillow", "babel",
    "fluent.runtime", "msgspec", "pyyaml", "typer",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Version by name; a missing library is an empty string."""
    found = {"mops": __version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = ""
    return found


def as_json() -> str:
    """The envelope of ``mops --version --json``."""
    return json.dumps({"schema": "mops.version/1", "data": versions(), "diagnostics": []}, indent=2)
