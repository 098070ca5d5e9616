"""The project's settings as flat keys with values and origins; secrets are replaced by stars."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.base import plain
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.content.dotenv import Variables
    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.source import Key, Loaded

SECRET = re.compile(
    r"password|passwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential", re.IGNORECASE
)
REFERENCES = ("env:", "file:", "keyring:", "sops:")
STARS = "********"
ENVIRONMENTS = "environments"


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


def settings(config: Loaded[ProjectConfig], variables: Variables, environment: str = "") -> list[Setting]:
    """All settings in force: those of ``mops.toml`` (defaults included), then the MOPS_* variables.

    With an ``environment``, its tables lie over the tables of the same names, and its own keys (a ``url``, a
    ``provider``) follow; without one the environments are listed as they are written.

    Raises:
        UsageError: There is no such environment.
    """
    everything, laid_over = plain(config.value), {}
    found: dict[tuple[Key, ...], Setting] = {}
    if environment:
        known = config.value.environments
        if environment not in known:
            none = "mops.toml has no [environments.…] yet"
            raise UsageError(
                f'there is no environment "{environment}"',
                hint=advice(environment, known, what="environments", none=none),
            )
        laid_over = everything.pop(ENVIRONMENTS)[environment]
    for keys, value in _flat(everything, ()):
        found[keys] = _setting(keys, value, _origin(config, keys), variables)
    for keys, value in _flat(laid_over, ()):
        # A list or an empty table is replaced as a whole, and so is what one value replaces.
        for hidden in [one for one in found if _covers(keys, one) or _covers(one, keys)]:
            del found[hidden]
        origin = f"{_origin(config, (ENVIRONMENTS, environment, *keys))} [{ENVIRONMENTS}.{environment}]"
        found[keys] = _setting(keys, value, origin, variables)
    said = [_variable(name, value, variables.origin(name)) for name, value in variables.settings().items()]
    return sorted_by_table(list(found.values())) + said


def sorted_by_table(found: list[Setting]) -> list[Setting]:
    """Keys of one table stand together, tables in the order in which they come first."""
    tables = dict.fromkeys(item.key.split(".", maxsplit=1)[0] for item in found)
    order = {name: number for number, name in enumerate(tables)}
    return sorted(found, key=lambda item: order[item.key.split(".", maxsplit=1)[0]])


def hide(keys: tuple[Key, ...], value: object) -> object:
    """Stars for a literal secret; references stay, they are no secrets."""
    named = any(isinstance(key, str) and SECRET.search(key) for key in keys)
    if not named or value in ("", None) or "public" in str(keys[-1]).lower():
        return value
    if isinstance(value, str) and value.startswith(REFERENCES):
        return value
    return STARS


def _setting(keys: tuple[Key, ...], value: object, origin: str, variables: Variables) -> Setting:
    """A setting; for a reference to a variable also where that is set, never what it holds."""
    if isinstance(value, str) and value.startswith("env:"):
        name = value.removeprefix("env:").strip()
        origin += f", {name}: {variables.origin(name) or 'not set'}"
    return Setting(".".join(map(str, keys)), hide(keys, value), origin)


def _variable(name: str, value: str, origin: str) -> Setting:
    """A MOPS_* setting; what ``.env`` says is never shown."""
    return Setting(name, STARS if origin.startswith(".env:") else hide((name,), value), origin)


def _covers(above: tuple[Key, ...], below: tuple[Key, ...]) -> bool:
    """Whether one key path is the beginning of another, longer one, or the same."""
    return below[: len(above)] == above


def _flat(value: object, keys: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], object]]:
    if isinstance(value, dict) and (value or not keys):
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
