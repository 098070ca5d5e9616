"""The project's settings in force: those of ``mops.toml``, with an environment's tables over those of the same names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.content.files import ProjectFiles
from mops_cli.content.project import PROJECT_FILE
from mops_cli.content.reader import Reader
from mops_cli.errors import UsageError
from mops_cli.model.base import plain
from mops_cli.model.config import ProjectConfig
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOCAL = "local"
"""The environment that is taken when nobody says one: nothing leaves the machine."""


@dataclass(frozen=True, slots=True)
class InForce:
    """``config`` with the environment's tables laid over; ``said`` are the environment's own keys (url, provider)."""

    config: ProjectConfig
    environment: str
    said: Mapping[str, object]

    @property
    def url(self) -> str:
        """Where our own addresses begin."""
        return str(self.said.get("url") or self.config.project.url).rstrip("/")

    @property
    def provider(self) -> str:
        """The environment's provider for channels that have no other; empty: none was said."""
        return str(self.said.get("provider") or "")


def config_of(root: Path) -> ProjectConfig:
    """The settings of ``mops.toml`` alone; nothing else of the project is read.

    Raises:
        UsageError: ``mops.toml`` has errors.
    """
    reader = Reader(ProjectFiles(root))
    parsed = reader.parsed(PROJECT_FILE)
    loaded = reader.validated(parsed, ProjectConfig, "project", "the project's settings") if parsed else None
    if loaded is None:
        raise UsageError(f"{PROJECT_FILE} has errors", hint="run `mops lint`")
    return loaded.value


def in_force(config: ProjectConfig, environment: str = "") -> InForce:
    """The settings with an environment over them; without a name: ``local``.

    Raises:
        UsageError: There is no such environment, or what it lays over does not fit.
    """
    known = config.environments
    if environment and environment not in known and environment != LOCAL:
        none = "mops.toml has no [environments.…] yet"
        raise UsageError(
            f'there is no environment "{environment}"', hint=advice(environment, known, what="environments", none=none)
        )
    name = environment or LOCAL
    table = dict(known.get(name, {}))
    tables = {
        key: value for key, value in table.items() if key in ProjectConfig.__struct_fields__ and isinstance(value, dict)
    }
    said = {key: value for key, value in table.items() if key not in tables}
    if not tables:
        return InForce(config, name, said)
    merged = _over(plain(config), tables)
    try:
        return InForce(msgspec.convert(merged, ProjectConfig), name, said)
    except msgspec.ValidationError as problem:
        raise UsageError(f"[environments.{name}] in {PROJECT_FILE}: {problem}", hint="run `mops lint`") from None


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are laid over each other key by key; lists and values replace."""
    made = dict(below)
    for key, value in above.items():
        under = made.get(key)
        made[key] = _over(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return made
