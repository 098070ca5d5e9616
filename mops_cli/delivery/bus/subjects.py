"""Names on the bus: tokens made safe, and the prefix under which several projects share a server."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mops_cli.errors import UsageError

_UNSAFE = re.compile(r"[^A-Za-z0-9_@:=+-]")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
EMPTY = "%"
"""The token of an empty text: nothing else becomes a lone percent sign."""


def token(text: str) -> str:
    """A text as one token of a subject: different texts have different tokens.

    Letters, digits and ``_ @ : = + -`` stay; all else becomes ``%XX`` by byte of UTF-8.
    """
    if not text:
        return EMPTY
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def covers(pattern: str, subject: str) -> bool:
    """Whether a subject with wildcards (``*`` one token, ``>`` all that follow) covers another subject."""
    wanted, given = pattern.split("."), subject.split(".")
    for place, one in enumerate(wanted):
        if one == ">":
            return len(given) > place
        if place >= len(given) or one not in ("*", given[place]):
            return False
    return len(wanted) == len(given)


@dataclass(frozen=True, slots=True)
class Names:
    """Our names as the server knows them: with a prefix, when one is set."""

    prefix: str = ""

    def __post_init__(self) -> None:
        if self.prefix and not _PREFIX.fullmatch(self.prefix):
            raise UsageError(
                f'nats.prefix "{self.prefix}" cannot be part of a subject',
                hint="use up to 32 small letters, digits and hyphens",
            )

    def stream(self, name: str) -> str:
        """A stream's name on the server."""
        if not self.prefix:
            return name
        head, _, bucket = name.partition("KV_")
        return f"KV_{self.prefix}_{bucket}" if not head and bucket else f"{self.prefix}_{name}"

    def subject(self, subject: str) -> str:
        """A subject on the server."""
        if not self.prefix:
            return subject
        if subject.startswith("$KV."):
            return f"$KV.{self.prefix}_{subject[4:]}"
        return f"{self.prefix}.{subject}"

    def plain(self, subject: str) -> str:
        """Our own name of a subject of the server."""
        if not self.prefix:
            return subject
        if subject.startswith("$KV."):
            return "$KV." + subject[4:].removeprefix(f"{self.prefix}_")
        return subject.removeprefix(f"{self.prefix}.")
