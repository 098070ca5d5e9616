"""What ``mops fonts report`` says: files by role, channels with what they show, and what is wrong."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mops_cli.cli.console import Console
    from mops_cli.design.fonts import FontData, FontSet
    from mops_cli.lint.font_coverage import Coverage


@dataclass(frozen=True, slots=True)
class FontReport:
    """The brand's fonts, the channels that show them, and the findings."""

    fonts: FontSet
    channels: tuple[Coverage, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def exit_code(self) -> int:
        """1 when something would be unreadable or may not be published."""
        return int(any(found.severity is Severity.ERROR for found in self.findings))


def examine(root: Path) -> FontReport:
    """Load the fonts, make every artifact in memory, and compare."""
    from mops_cli.build import cache, tools
    from mops_cli.build.project import open_project
    from mops_cli.design import fonts
    from mops_cli.lint.context import Context
    from mops_cli.lint.font_coverage import coverage, findings
    from mops_cli.lint.making import make_all

    opened = open_project(root, cache.Objects(str(root), tools.environment(tools.code({}, 0))))
    loaded, found = fonts.load(opened.repository.brand.fonts, opened.files.read_bytes)
    making = make_all(opened)
    context = Context(opened.repository, opened.files, making.made)
    covered = coverage(context, loaded)
    own = [one for one in making.found if one.code.startswith("MB2")]
    return FontReport(loaded, covered, tuple(in_order([*found, *own, *findings(covered, loaded, own)])))


def as_json(report: FontReport) -> dict[str, object]:
    """The stable machine shape."""
    return {
        "roles": [
            {"role": role, "stack": list(stack), "files": [_file(font, stack) for font in _of(report.fonts, role)]}
            for role, stack in report.fonts.stacks.items()
        ],
        "channels": [
            {
                "channel": one.channel,
                "artifacts": one.artifacts,
                "characters": len(one.characters),
                "missing": [
                    {
                        "character": gap.char,
                        "code": f"U+{ord(gap.char):04X}",
                        "name": unicodedata.name(gap.char, "unnamed").lower(),
                        "artifact": gap.artifact,
                        "path": gap.span.path,
                        "line": gap.span.line,
                    }
                    for gap in one.missing
                ],
                "files": [{"path": path, "bytes": size} for path, size in one.files],
            }
            for one in report.channels
        ],
    }


def _of(fonts: FontSet, role: str) -> list[FontData]:
    return [font for font in fonts.files if font.role == role]


def _file(font: FontData, stack: tuple[str, ...]) -> dict[str, object]:
    from mops_cli.design.font_metrics import fallback

    low, high = font.weight
    beside = fallback(font, stack[1:])
    return {
        "file": font.path,
        "family": font.family,
        "weight": low if low == high else [low, high],
        "style": font.style,
        "bytes": font.size,
        "characters": len(font.characters),
        "licence": font.licence,
        "fallback": asdict(beside) if beside else None,
    }


def show(console: Console, report: FontReport) -> None:
    """The tables for people."""
    from mops_cli.cli.console import size_of
    from mops_cli.lint.font_coverage import USES

    rows = [row for role, stack in report.fonts.stacks.items() for row in _rows(report.fonts, role, stack)]
    console.table(("ROLE", "FILE", "STYLE", "SIZE", "CHARACTERS", "LICENCE", "FALLBACK"), rows)
    console.data("")
    channels = [
        (
            one.channel,
            str(one.artifacts),
            str(len(one.characters)),
            "".join(gap.char for gap in one.missing[:12]) or "none",
            f"{len(one.files)} ({size_of(sum(size for _, size in one.files))})" if one.files else "-",
            USES[one.channel],
        )
        for one in report.channels
    ]
    console.table(("CHANNEL", "MESSAGES", "CHARACTERS", "MISSING", "WEB FONTS", "SHOWN BY"), channels)


def _rows(fonts: FontSet, role: str, stack: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    from mops_cli.cli.console import size_of
    from mops_cli.design.font_metrics import fallback

    rest = " > ".join(stack[1:])
    own = _of(fonts, role)
    if not own:
        yield (role, stack[0], "-", "-", "-", "-", rest)
    for font in own:
        beside = fallback(font, stack[1:])
        low, high = font.weight
        style = f"{low if low == high else f'{low}-{high}'}{' italic' if font.style == 'italic' else ''}"
        width = f"{beside.system} at {beside.size_adjust:.1%}" if beside else rest
        name = font.path.rsplit("/", 1)[-1]
        yield (role, name, style, size_of(font.size), str(len(font.characters)), font.licence or "-", width)
