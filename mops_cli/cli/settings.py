"""The project's settings as flat keys with values and origins; secrets are replaced by stars."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.model.base import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.source import Key, Loaded

SECRET = re.compile(
    r"password|passwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential", re.IGNORECASE
)
REFERENCES = ("env:", "file:", "keyring:", "sops:")
STARS = "********"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value: dotted key, what it is, where it was said."""

    key: str
    value: object
    origin: str

    @property
    def shown(self) -> str:
        """The value as one line."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        return {"key": self.key, "value": self.value, "origin": self.origin}


def settings(config: Loaded[ProjectConfig], env: Mapping[str, str]) -> list[Setting]:
    """All settings of ``mops.toml`` (defaults included), then the MOPS_* variables in force."""
    found = [
        Setting(".".join(map(str, keys)), hide(keys, value), _origin(config, keys))
        for keys, value in _flat(plain(config.value), ())
    ]
    variables = (name for name in sorted(env) if name.startswith("MOPS_"))
    return found + [Setting(name, hide((name,), env[name]), "environment") for name in variables]


def hide(keys: tuple[Key, ...], value: object) -> object:
    """Stars for a literal secret; references stay, they are no secrets."""
    named = any(isinstance(key, str) and SECRET.search(key) for key in keys)
    if not named or value in ("", None) or "public" in str(keys[-1]).lower():
        return value
    if isinstance(value, str) and value.startswith(REFERENCES):
        return value
    return STARS


def _flat(value: object, keys: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], object]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(item, (*keys, key))
    else:
        yield keys, value


def _origin(config: Loaded[ProjectConfig], keys: tuple[Key, ...]) -> str:
    """``mops.toml:12`` when the key stands there, else ``default``."""
    if not config.source.has(*keys):
        return "default"
    span = config.source.at(*keys)
    return f"{span.path}:{span.line}"
