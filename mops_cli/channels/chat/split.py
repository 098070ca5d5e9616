"""Cut a template at paragraphs so that every piece stays a template of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.templating.tags import RECIPIENT, scan

if TYPE_CHECKING:
    from collections.abc import Callable

_OPENING = ("for", "if")


def paragraphs(template: str) -> list[str]:
    """Paragraphs of a template; a loop or condition that spans several keeps them together."""
    cuts = []
    depth = 0
    for piece in scan(template, RECIPIENT):
        if piece.kind == "statement":
            word = piece.inner.strip().split(" ", 1)[0]
            depth += (word in _OPENING) - word.startswith("end")
        elif piece.kind == "data" and depth == 0:
            at = template.find("\n\n", piece.start, piece.end)
            while at >= 0:
                cuts.append(at)
                at = template.find("\n\n", at + 2, piece.end)
    starts = [0, *(cut + 2 for cut in cuts)]
    ends = [*cuts, len(template)]
    found = (template[start:end].strip("\n") for start, end in zip(starts, ends, strict=True))
    return [part for part in found if part.strip()]


def chunks(template: str, limit: int, size: Callable[[str], int]) -> list[str]:
    """Paragraphs joined to as few pieces as fit into ``limit``, measured by ``size``."""
    parts = paragraphs(template)
    whole = "\n\n".join(parts)
    # Most messages fit as a whole: measuring means filling it for every persona.
    if len(parts) > 1 and size(whole) <= limit:
        return [whole]
    joined: list[str] = []
    for part in parts:
        if joined and size(f"{joined[-1]}\n\n{part}") <= limit:
            joined[-1] = f"{joined[-1]}\n\n{part}"
        else:
            joined.append(part)
    return joined
