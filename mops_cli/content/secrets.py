"""Secrets stand in ``mops.toml`` only as references: ``env:NAME`` or ``file:path``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 65_536
"""Bytes of a secret in a file; a key with its chain has a few thousand."""

FORMS = 'write a reference: "env:NAME" (a variable) or "file:path" (a file that only you can read)'


def resolve(value: str, root: Path, environment: Mapping[str, str], *, what: str = "a secret") -> str:
    """The secret that a reference stands for; ``what`` names its place for messages, e.g. ``providers.x.password``.

    A relative path is below the project's root. One line end at the end of a file is not part of the secret.

    Raises:
        UsageError: It is no reference, or stands for nothing. The value itself is never told.
    """
    kind, colon, rest = value.partition(":")
    if not colon or kind not in {"env", "file"} or not rest:
        raise UsageError(f"{what} is written down in the settings", hint=FORMS)
    if kind == "env":
        found = environment.get(rest, "")
        if not found:
            raise UsageError(f"{what}: the variable {rest} is not set", hint=f"set {rest} where mops runs, or in .env")
        return found
    path = root / Path(rest).expanduser()
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no text"
        raise UsageError(
            f"{what}: {rest} cannot be read: {why}", hint="check the path; it is below the project"
        ) from None
    if len(raw) > LARGEST or not text.strip():
        raise UsageError(f"{what}: {rest} holds no secret", hint=FORMS)
    return text.removesuffix("\n").removesuffix("\r")
