"""Which colour each text of a mail has, and on what background, in light and in dark mode.

Inline styles, ``bgcolor`` and simple rules of ``<style>`` (an element, a class, an id, or two of them in a row) are
understood; that is what mails are made of after inlining.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mops_cli.lint.colors import NAMES
from mops_cli.lint.page import RECIPIENT, SILENT, Node, declarations

if TYPE_CHECKING:
    from collections.abc import Iterator

Mode = Literal["light", "dark"]

DARK = re.compile(r"@media[^{]*prefers-color-scheme\s*:\s*dark[^{]*\{", re.IGNORECASE)
RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+))?\s*\)")
COLOR_WORD = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)|[a-zA-Z]+")
HEADING_SIZE = {"h1": 32.0, "h2": 24.0, "h3": 18.7}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with its colours ``#rrggbb``, its size in pixels and whether it is bold."""

    text: str
    front: str
    back: str
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class _Look:
    front: str = "#000000"
    back: str | None = "#ffffff"
    size: float = 16.0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    parts: tuple[str, ...]  # a part that begins with ">" must be the child of the one before
    style: dict[str, str]

    def fits(self, node: Node) -> bool:
        """Whether the rule's last part fits the element and the others its ancestors."""
        if not _fits(self.parts[-1].lstrip(">"), node):
            return False
        above, child = node.parent, self.parts[-1].startswith(">")
        for part in reversed(self.parts[:-1]):
            while above is not None and not _fits(part.lstrip(">"), above) and not child:
                above = above.parent
            if above is None or not _fits(part.lstrip(">"), above):
                return False
            above, child = above.parent, part.startswith(">")
        return True

    @property
    def weight(self) -> tuple[int, int, int]:
        """How special the selector is: ids, classes, elements."""
        whole = " ".join(self.parts)
        return whole.count("#"), whole.count("."), len(re.findall(r"(?:^|[ >])[a-z]", whole))


def texts_on(page: Node, mode: Mode) -> Iterator[Piece]:
    """Every visible text whose background is known, each look once."""
    light, dark = _sheets(page)
    if mode == "dark" and not dark:
        return
    rules = light + dark if mode == "dark" else light
    seen: set[tuple[str, str, float, bool]] = set()
    waiting: list[tuple[Node, _Look]] = [(page, _Look())]
    while waiting:
        node, above = waiting.pop()
        look = _look(node, above, rules, mode)
        if look is None:
            continue
        text = " ".join(child.strip() for child in node.children if isinstance(child, str)).strip()
        key = (look.front, look.back or "", look.size, look.bold)
        # Cells of a mail have no size, the texts in them do.
        if (
            look.size > 1
            and re.search(r"\w", text.replace(RECIPIENT, ""))
            and look.back is not None
            and key not in seen
        ):
            seen.add(key)
            yield Piece(" ".join(text.replace(RECIPIENT, "…").split()), look.front, look.back, look.size, look.bold)
        waiting.extend((child, look) for child in reversed(node.children) if isinstance(child, Node))


def _look(node: Node, above: _Look, rules: list[_Rule], mode: Mode) -> _Look | None:
    """How texts in this element look; None when nobody sees them."""
    if node.tag in SILENT:
        return None
    sheet: dict[str, str] = {}
    for rule in rules:
        if rule.fits(node):
            sheet.update(rule.style)
    inline = node.style()
    style = {**inline, **sheet} if mode == "dark" else {**sheet, **inline}
    if style.get("display") == "none" or style.get("visibility") == "hidden":
        return None
    look = replace(
        above,
        size=HEADING_SIZE.get(node.tag, above.size),
        bold=above.bold or node.tag in {"h1", "h2", "h3", "th", "b", "strong"},
    )
    front = to_hex(style.get("color", ""), above.back or "#ffffff")
    back = _background(node, style, above)
    size = re.match(r"([\d.]+)(?:px|$)", style.get("font-size", ""))
    weight = style.get("font-weight", "")
    return replace(
        look, front=front or look.front, back=back, size=float(size[1]) if size else look.size,
        bold=weight in {"bold", "bolder", "600", "700", "800", "900"} if weight else look.bold,
    )  # fmt: skip


def _background(node: Node, style: dict[str, str], above: _Look) -> str | None:
    """The background from here on; None below a picture, whose colours nobody knows."""
    image = style.get("background-image", "") + style.get("background", "") + node.attrs.get("background", "")
    written = style.get("background-color") or style.get("background") or node.attrs.get("bgcolor", "")
    for word in COLOR_WORD.findall(re.sub(r"url\([^)]*\)", "", written)):
        found = to_hex(word, above.back or "#ffffff")
        if found:
            return None if "url(" in image else found
    return None if "url(" in image or node.attrs.get("background") else above.back


def to_hex(text: str, ground: str) -> str | None:
    """``#rrggbb`` of a CSS colour, translucent ones mixed with the ground; None for what is no colour."""
    text = text.strip().lower()
    if text in NAMES:
        return NAMES[text]
    alpha = 1.0
    if re.fullmatch(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", text):
        digits = "".join(digit * 2 for digit in text[1:]) if len(text) <= 5 else text[1:]
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)]
        alpha = int(digits[6:8], 16) / 255 if len(digits) == 8 else 1.0
    else:
        match = RGB.fullmatch(text)
        if match is None:
            return None
        parts = [min(255, int(match[at])) for at in (1, 2, 3)]
        alpha = min(1.0, float(match[4])) if match[4] else 1.0
    if alpha == 0:
        return None
    below = [int(ground[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(
        f"{round(top * alpha + under * (1 - alpha)):02x}" for top, under in zip(parts, below, strict=True)
    )


def _sheets(page: Node) -> tuple[list[_Rule], list[_Rule]]:
    """The rules for every screen, and those for dark mode alone; other media are left out."""
    css = "\n".join("".join(child for child in node.children if isinstance(child, str)) for node in page.all("style"))
    css = COMMENT.sub("", css)
    dark: list[_Rule] = []
    plain: list[str] = []
    at = 0
    for match in re.finditer(r"@[\w-]+[^{;]*\{", css):
        if match.start() < at:
            continue
        plain.append(css[at : match.start()])
        at = _closing(css, match.end())
        if DARK.match(match[0]):
            dark.extend(_rules(css[match.end() : at - 1]))
    plain.append(css[at:])
    return sorted(_rules("".join(plain)), key=_weight), sorted(dark, key=_weight)


def _weight(rule: _Rule) -> tuple[int, int, int]:
    return rule.weight


def _closing(css: str, start: int) -> int:
    """The offset after the brace that closes the one before ``start``."""
    depth = 1
    for at in range(start, len(css)):
        depth += (css[at] == "{") - (css[at] == "}")
        if depth == 0:
            return at + 1
    return len(css) + 1


def _rules(css: str) -> list[_Rule]:
    found: list[_Rule] = []
    for selectors, body in RULE.findall(css):
        style = {
            name: value
            for name, value in declarations(body).items()
            if name in {"color", "background", "background-color", "display"}
        }
        for selector in selectors.split(",") if style else ():
            parts = tuple(re.sub(r"\s*>\s*", " >", selector.strip()).split())
            if parts and all(re.fullmatch(r">?(?:[\w-]*(?:[.#][\w-]+)*|\*)", part) for part in parts):
                found.append(_Rule(parts, style))
    return found


def _fits(part: str, node: Node) -> bool:
    """Whether ``tag.class#id`` fits an element."""
    tag, *marks = re.split(r"(?=[.#])", part)
    if tag not in {"", "*", node.tag}:
        return False
    classes = node.attrs.get("class", "").split()
    return all(mark[1:] in classes if mark[0] == "." else node.attrs.get("id") == mark[1:] for mark in marks)
