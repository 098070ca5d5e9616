"""Which characters each artifact shows, and which of them the brand's fonts do not have."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from mops_cli.lint.page import EXPRESSION, STATEMENT
from mops_cli.model import graphemes
from mops_cli.model.diagnostic import Diagnostic, Span, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mops_cli.design.fonts import FontSet
    from mops_cli.lint.context import Context, Made

#: How a channel shows the brand's fonts; channels that are not here show the fonts of the reader's device.
USES = {
    "email": "web font where the reader's program shows it, else the fallback",
    "web": "WOFF2 slices, else the fallback",
    "pdf": "embedded",
    "print": "embedded",
    "social": "drawn",
}
#: Channels on which a reader's device fills gaps with a font of its own.
FORGIVING = frozenset({"email", "web"})
_UNSEEN = re.compile(r"<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Missing:
    """A character that no font of the brand has, the channel that shows it, and the first place where it is written."""

    char: str
    channel: str
    artifact: str
    span: Span


@dataclass(frozen=True, slots=True)
class Coverage:
    """One channel: how many artifacts, which characters they show, which nobody draws, how much its web fonts weigh."""

    channel: str
    artifacts: int
    characters: frozenset[str]
    missing: tuple[Missing, ...]
    files: tuple[tuple[str, int], ...]


def coverage(context: Context, fonts: FontSet) -> tuple[Coverage, ...]:
    """The characters of every artifact that shows the brand's fonts, by channel."""
    found = []
    for channel in USES:
        made = list(context.of(channel))
        if not made:
            continue
        texts = [(one, text) for one in made if (text := shown(one))]
        missing: dict[str, Missing] = {}
        for one, text in texts:
            for char in _absent(fonts, text):
                path = one.outputs[0].path if one.outputs else ""
                missing.setdefault(char, Missing(char, channel, path, context.find(one, char)))
        files = {o.path: len(o.data) for one in made for o in one.outputs if o.path.endswith(".woff2")}
        characters = frozenset(char for _, text in texts for char in text if not char.isspace())
        found.append(Coverage(channel, len(made), characters, tuple(missing.values()), tuple(sorted(files.items()))))
    return tuple(found)


def _absent(fonts: FontSet, text: str) -> list[str]:
    """Missing characters but for emoji, which every device draws in its own way."""
    pictures = "".join(
        c for c in graphemes.clusters(text) if graphemes.is_pictographic(ord(c[0])) and ord(c[0]) > 0x2BFF
    )
    return [char for char in fonts.missing(text) if char not in pictures] if fonts.files else []


def shown(made: Made) -> str:
    """What a reader of an artifact sees, without tags; of drawings, what their message says."""
    html = made.text(".html")
    if html is not None:
        plain = EXPRESSION.sub(" ", STATEMENT.sub(" ", html))
        return unescape(_UNSEEN.sub(" ", plain))
    twin = made.text(".json")
    words = list(_strings(json.loads(twin))) if twin else []
    message = made.message
    return "\n".join([*words, message.body if message else ""])


def _strings(value: object) -> Iterator[str]:
    """The texts of a JSON twin that are no paths: titles and alternative texts."""
    if isinstance(value, dict):
        for name in ("title", "alt", "text", "headline"):
            if isinstance(value.get(name), str):
                yield value[name]
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def findings(covered: Iterable[Coverage], fonts: FontSet, known: Iterable[Diagnostic] = ()) -> list[Diagnostic]:
    """A finding for each gap: an error where it would be unreadable, else a warning. ``known`` are findings of the build."""
    from mops_cli.design.fonts import missing_characters

    told = {(one.span.path, one.span.line) for one in known if one.code == "MB207"}
    forgiving: dict[tuple[str, Span], list[str]] = {}
    found: list[Diagnostic] = []
    for one in covered:
        for gap in one.missing:
            if one.channel in FORGIVING:
                forgiving.setdefault((gap.char, gap.span), []).append(one.channel)
            elif (gap.span.path, gap.span.line) not in told:
                finding = missing_characters(fonts, gap.char, gap.span)
                found += [finding] if finding else []
    for (char, span), channels in forgiving.items():
        finding = missing_characters(fonts, char, span)
        if finding is not None:
            message = f"{finding.message}; in {' and '.join(channels)} readers see it in a font of their device"
            found.append(warning("MB212", message, span, finding.help))
    return list(dict.fromkeys(found))
