"""What ``--json`` prints when a command could not be run: the envelope, with the error in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.cli.console import Console

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def emit(console: Console, arguments: Sequence[str], kind: str, message: str, hint: str) -> None:
    """Print ``mops.error/1`` if JSON was asked for; ``kind`` is the name of the error's class."""
    words = list(arguments)
    asked = {"--json", "--json-lines"}.intersection(words[: words.index("--") if "--" in words else len(words)])
    if not asked:
        return
    console.json_lines = "--json-lines" in asked
    code = _HUMP.sub("-", kind).lower()
    console.emit("error", {"code": code, "message": message, "help": hint})
