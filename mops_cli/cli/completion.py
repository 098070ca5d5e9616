"""What the shell offers when Tab is pressed: names from the folders of the project, without opening it.

Everything here looks at file names, and at ``mops.toml`` for locales; no content is read and no channel is loaded.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_PATHS = 200


def root() -> Path | None:
    """The project of the folder in which the shell stands."""
    from mops_cli.cli.state import State
    from mops_cli.clock import environment
    from mops_cli.errors import MopsError

    said = environment().get("MOPS_PROJECT")
    try:
        return State(project=Path(said) if said else None).root()
    except MopsError:
        return None


def starting(incomplete: str, words: Iterable[str]) -> list[str]:
    """The words that begin with what was typed."""
    return [word for word in words if word.startswith(incomplete)]


def campaigns(incomplete: str = "") -> list[str]:
    """Ids of campaigns."""
    return starting(incomplete, _names("campaigns", "*/campaign.yaml", parent=True))


def locales(incomplete: str = "") -> list[str]:
    """The project's locales."""
    return starting(incomplete, _settings("project", "locales"))


def environments(incomplete: str = "") -> list[str]:
    """Names under ``[environments]``."""
    return starting(incomplete, _settings("environments"))


def channels(incomplete: str = "") -> list[str]:
    """Names of channels."""
    from mops_cli.channels import CHANNELS

    return starting(incomplete, CHANNELS)


def codes(incomplete: str) -> list[str]:
    """Codes of findings, in any case."""
    return starting(incomplete.upper(), _codes())


def families(incomplete: str) -> list[str]:
    """Codes and families, after a comma too."""
    before, comma, last = incomplete.rpartition(",")
    known = _codes()
    words = [*dict.fromkeys(code[:2] for code in known), *known]
    return [f"{before}{comma}{word}" for word in starting(last.upper(), words)]


def formats(incomplete: str) -> list[str]:
    """Output formats of findings."""
    return starting(incomplete, ("full", "concise", "json", "github", "gitlab", "sarif", "junit"))


def decks(incomplete: str) -> list[str]:
    """Deck files below the folder in which the shell stands, as paths."""
    folder, _, start = incomplete.rpartition("/")
    here = Path(folder or ".")
    try:
        entries = sorted(here.iterdir())
    except OSError:
        return []
    shown = [one for one in entries if one.name.startswith(start) and not one.name.startswith(".")]
    names = [f"{one.name}/" if one.is_dir() else one.name for one in shown if one.is_dir() or one.suffix == ".dsh"]
    return [f"{folder}/{name}" if folder else name for name in names][:MOST_PATHS]


def selectors(incomplete: str) -> list[str]:
    """Campaigns and ``method:value`` selectors, after a plus sign and after commas too."""
    before, comma, term = incomplete.rpartition(",")
    plus = "+" if term.startswith("+") and not comma else ""
    method, colon, value = term.removeprefix(plus).partition(":")
    values: dict[str, Callable[[str], list[str]]] = {
        "channel": channels,
        "locale": locales,
        "tag": _tags,
        "path": _paths,
        "state": lambda start: starting(start, ["modified"]),
    }
    if colon:
        found = [f"{method}:{word}" for word in values[method](value)] if method in values else []
    else:
        found = [*campaigns(method), *starting(method, [f"{name}:" for name in values])]
    return [f"{before}{comma}{plus}{word}" for word in found]


def _codes() -> list[str]:
    """All codes, found as text: parsing the rules would take longer than a person waits."""
    lint = Path(__file__).parents[1] / "lint"
    found: set[str] = set()
    for folder, pattern in (
        ("reference", r"(?m)^## +([A-Z]{2}\d{3}) "),
        ("rules", r'(?m)^CODE\b[^"\n]*"([A-Z]{2}\d{3})"'),
    ):
        for file in (lint / folder).iterdir():
            if file.suffix in {".md", ".py"}:
                found.update(re.findall(pattern, file.read_text(encoding="utf-8")))
    return sorted(found)


def _tags(start: str) -> list[str]:
    place = root()
    found: set[str] = set()
    for file in place.glob("campaigns/*/campaign.yaml") if place else ():
        for line in re.findall(r"(?m)^tags:[ \t]*\[([^\]\n]*)\]", _text(file)):
            found.update(word.strip(" '\"") for word in line.split(","))
    return sorted(starting(start, found - {""}))


def _paths(start: str) -> list[str]:
    """Folders and files of the project's content, one level at a time."""
    place = root()
    folder, _, last = start.rpartition("/")
    if place is None or ".." in folder.split("/") or start.startswith("/"):
        return []
    try:
        entries = sorted((place / folder).iterdir())
    except OSError:
        return []
    names = [f"{one.name}/" if one.is_dir() else one.name for one in entries if not one.name.startswith(".")]
    return [f"{folder}/{name}" if folder else name for name in starting(last, names)][:MOST_PATHS]


def _names(folder: str, pattern: str, *, parent: bool = False) -> Iterator[str]:
    place = root()
    files = sorted((place / folder).glob(pattern)) if place else []
    return (file.parent.name if parent else file.stem for file in files)


def _settings(*keys: str) -> list[str]:
    """A list of words in ``mops.toml``, or the names in a table."""
    import tomllib

    place = root()
    try:
        value: object = tomllib.loads(_text(place / "mops.toml")) if place else {}
    except ValueError:
        return []
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return [str(word) for word in value] if isinstance(value, (list, dict)) else []


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
