"""``.env`` beside ``mops.toml``: values for ``env:`` references and MOPS_* settings, never printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.repository import Files

NAME = ".env"
REFERENCE = "env:"
SETTINGS = "MOPS_"

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)\Z", re.DOTALL)
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:#.*)?\Z""")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


@dataclass(frozen=True, slots=True)
class Variables:
    """What the shell and ``.env`` say together; the shell wins. No value of ``.env`` appears in its ``repr``."""

    shell: Mapping[str, str] = field(repr=False)
    file: Mapping[str, tuple[str, int]] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str | None:
        """The value of a variable."""
        return self.shell.get(name, self.file.get(name, (None, 0))[0])

    def origin(self, name: str) -> str:
        """``environment``, ``.env:3``, or nothing where the variable is not set."""
        if name in self.shell:
            return "environment"
        return f"{NAME}:{self.file[name][1]}" if name in self.file else ""

    def everything(self) -> dict[str, str]:
        """All of them, as processes take them."""
        return {**{name: value for name, (value, _) in self.file.items()}, **self.shell}

    def settings(self) -> dict[str, str]:
        """The MOPS_* settings in force, sorted by name."""
        names = sorted(name for name in {*self.shell, *self.file} if name.startswith(SETTINGS))
        return {name: self.get(name) or "" for name in names}


def variables(files: Files, shell: Mapping[str, str]) -> Variables:
    """The shell's variables with those of the project's ``.env``.

    Raises:
        UsageError: A line of the file is no ``NAME=value``; the sentence names the line, never what it says.
    """
    raw = files.read_bytes(NAME)
    return Variables(shell, parse(raw)) if raw else Variables(shell)


def parse(raw: bytes) -> dict[str, tuple[str, int]]:
    """Names with value and line. A name that is written twice has its last value."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        at = raw[: problem.start].count(b"\n") + 1
        raise UsageError(f"{NAME}:{at}: this is not UTF-8", hint="save the file as UTF-8") from None
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        match = _LINE.match(said)
        value = _value(match[2]) if match else None
        if match is None or value is None:
            raise UsageError(
                f"{NAME}:{number}: this line is no NAME=value", hint="write one variable a line; # begins a remark"
            )
        found[match[1]] = (value, number)
    return found


def _value(said: str) -> str | None:
    """A value without its quotation marks and remark; None when a mark is not closed."""
    if said[:1] in ("'", '"'):
        match = _QUOTED.match(said)
        if match is None:
            return None
        inner = match[1][1:-1]
        if said[0] == "'":
            return inner
        return re.sub(r"\\(.)", lambda one: _ESCAPES.get(one[1], one[0]), inner)
    return re.split(r"(?:^|\s)#", said, maxsplit=1)[0].rstrip()
