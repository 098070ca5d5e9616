"""Artifacts as the personas get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mops_cli.lint.context import Context, Made


def render_sizes(context: Context, made: Made) -> dict[str, int]:
    """Bytes of the HTML by persona; the template's own size under "" when there are no personas."""
    html = made.text(".html")
    if html is None:
        return {}
    return {"": len(html.encode())}
