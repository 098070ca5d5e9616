"""The shapes of pages: one design, many sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.problems import Problem
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.syntax import Layout

CLASSES = ("square", "portrait", "landscape", "story")


def aspect_of(width: float, height: float) -> str:
    """The class of a size: 1080x1080 is square, 1080x1350 portrait, 1200x630 landscape, 1080x1920 story."""
    ratio = width / height
    if ratio > 1.1:
        return "landscape"
    if ratio >= 0.9:
        return "square"
    return "portrait" if ratio > 0.65 else "story"


def applies(run: Run, node: Layout) -> bool:
    """Whether a layout block is for the shape of the page."""
    wanted = []
    for token in node.line.tokens[1:]:
        name = token.inner if token.kind == "string" else token.text
        if name not in CLASSES and name != ",":
            help_text = advice(name, CLASSES, what="shapes")
            raise Problem("MK202", f'"{name[:30]}" is not the shape of a page', node.line.at(token), help_text)
        wanted.append(name)
    if not wanted:
        raise Problem("MK203", "layout needs a shape", node.line.span, "write: layout square portrait ... elayout")
    return aspect_of(run.width, run.height) in wanted
