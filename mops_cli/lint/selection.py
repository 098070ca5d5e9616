"""Which findings count here: ``--select``, ``--ignore``, levels and per-file ignores of ``mops.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mops_cli.model.config import LintSettings


@dataclass(frozen=True, slots=True)
class Selection:
    """Prefixes of codes (``MC``, ``MC1``, ``MC101``); an empty ``select`` means all."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def apply(self, found: Diagnostic) -> Diagnostic | None:
        """The finding at its level here; None when it does not count."""
        if self.select and not _longest(found.code, self.select):
            return None
        if _longest(found.code, self.ignore) > _longest(found.code, self.select):
            return None
        if self._ignored_in(found.span.path, found.code):
            return None
        return self._levelled(found)

    def _ignored_in(self, path: str, code: str) -> bool:
        return any(
            _longest(code, codes) and (fnmatchcase(path, pattern) or path.startswith(pattern.rstrip("/") + "/"))
            for pattern, codes in self.per_file.items()
        )

    def _levelled(self, found: Diagnostic) -> Diagnostic | None:
        prefix = max((name for name in self.levels if found.code.startswith(name)), key=len, default="")
        level = self.levels.get(prefix)
        if level is None:
            return found
        return None if level == "off" else replace(found, severity=Severity(level))


def selection(settings: LintSettings, select: Iterable[str], ignore: Iterable[str]) -> Selection:
    """Command line and project together. Raises UsageError for a prefix that no code has."""
    return Selection(_codes("--select", select), _codes("--ignore", ignore), settings.levels, settings.per_file_ignores)


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def _codes(option: str, values: Iterable[str]) -> tuple[str, ...]:
    """``MC,ML104`` and repeated options as one tuple; ``ALL`` selects everything."""
    from mops_cli.lint.catalog import pages

    codes: list[str] = []
    for value in values:
        for part in value.split(","):
            prefix = part.strip().upper()
            if not prefix or prefix == "ALL":
                continue
            if not any(code.startswith(prefix) for code in pages()):
                near = get_close_matches(prefix, list(pages()), 1, 0.5)
                hint = f'did you mean "{near[0]}"? ' if near else ""
                raise UsageError(
                    f'{option}: no rule begins with "{part.strip()}"', hint=f"{hint}`mops rule --list` shows all"
                )
            codes.append(prefix)
    return tuple(codes)
