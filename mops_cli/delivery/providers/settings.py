"""The tables of ``[providers]``, checked: a mistake is told with its place in ``mops.toml``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mops_cli.content.secrets import resolve
from mops_cli.errors import UsageError
from mops_cli.model.base import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mops_cli.content.positions import TreeSource

M = TypeVar("M", bound=Model)


class Making:
    """What a provider is made from besides its table: its name, the project's folder, the process environment."""

    def __init__(
        self, name: str, root: Path, environment: Mapping[str, str], warn: Callable[[str], None] | None = None
    ) -> None:
        """``warn`` gets what is not wrong and not good either; default: a line on standard error."""
        self.name = name
        self.root = root
        self.warn = warn or _on_stderr
        self._environment = environment

    def secret(self, value: str, key: str) -> str:
        """What the reference at ``key`` stands for; "" stays "".

        Raises:
            UsageError: It is no reference, or stands for nothing.
        """
        return resolve(value, self.root, self._environment, what=f"providers.{self.name}.{key}") if value else ""

    def private_key(self, value: str, key: str) -> str:
        """As :meth:`secret`; a file that others may read is warned of.

        Raises:
            UsageError: It is no reference, or stands for nothing.
        """
        found = self.secret(value, key)
        if value.startswith("file:") and exposed(self.root, value.removeprefix("file:")):
            path = value.removeprefix("file:")
            self.warn(f"providers.{self.name}.{key}: {path} can be read by other users; run chmod 600 {path}")
        return found

    def refuse(self, key: str, message: str, hint: str) -> UsageError:
        """The error about a key, with its place."""
        return UsageError(f"{_place(self.root, self.name, (key,))}providers.{self.name}: {message}", hint=hint)


def exposed(root: Path, path: str) -> bool:
    """Whether a file can be read by others than its owner."""
    return bool((root / path).expanduser().stat().st_mode & 0o077)


def _on_stderr(text: str) -> None:
    sys.stderr.write(f"warning: {text}\n")


def checked(model: type[M], making: Making, table: Mapping[str, object]) -> M:
    """A provider's table as its model.

    Raises:
        UsageError: A key is unknown, missing, or its value is not acceptable; says where and what instead.
    """
    try:
        return msgspec.convert(dict(table), model)
    except msgspec.ValidationError as problem:
        raise _mistake(model, making, table, str(problem)) from None


def _mistake(model: type[M], making: Making, table: Mapping[str, object], otherwise: str) -> UsageError:
    from mops_cli.content.parsed import Parsed
    from mops_cli.content.positions import Place
    from mops_cli.content.positions import TreeSource as Tree
    from mops_cli.content.schema import validate

    source = _source(making.root)
    place, depth = source.find(("providers", making.name)) if source else (Place(0, 0, keys={}), 0)
    below = Tree("mops.toml", source.text if source else "", place)
    _, found = validate(model, Parsed(dict(table), below), f"providers.{making.name}")
    if not found:
        return UsageError(f"providers.{making.name}: {otherwise}", hint="see docs/howto/providers.md")
    first = found[0]
    # Under [environments.x.providers.y] the table stands elsewhere: then its name alone is the place.
    where = f"mops.toml:{first.span.line}:{first.span.column}: " if source and depth == 2 else ""
    return UsageError(f"{where}providers.{making.name}: {first.message}", hint=first.help)


def _source(root: Path) -> TreeSource | None:
    from mops_cli.content.toml_source import parse

    try:
        raw = (root / "mops.toml").read_bytes()
    except OSError:
        return None
    return parse("mops.toml", raw).source


def _place(root: Path, name: str, keys: tuple[str, ...]) -> str:
    source = _source(root)
    if source is None or not source.has("providers", name):
        return ""
    span = source.key("providers", name, *keys)
    return f"mops.toml:{span.line}:{span.column}: "
