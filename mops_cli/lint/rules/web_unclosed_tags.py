"""Elements of a web fragment that are never closed.

## What it does

Checks that every element of a web fragment is closed, and that every end tag closes something.

## Why it matters

The fragment is put into a page of yours. What it leaves open swallows what follows; what it closes too often ends
something of the page.

## Example

```html
<div class="card">
<p>[[ props.name ]]</p>
```

Use instead:

```html
<div class="card">
<p>[[ props.name ]]</p>
</div>
```
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from mops_cli.lint.page import VOID, mask
from mops_cli.model.diagnostic import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MA107"

# Elements that HTML closes by itself.
OPTIONAL = frozenset(
    "body colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr".split()  # noqa: SIM905
)


def check(context: Context) -> Iterator[Diagnostic]:
    """Every fragment. One whose branches open and close differently for some people is left alone."""
    for made in context.of("web"):
        html = made.text(".html")
        if html is None or "{% el" in html:
            continue
        reader = _Reader()
        reader.feed(mask(html, {}))
        reader.close()
        for tag, written in reader.unclosed():
            place = context.find(made, written, f"<{tag} ", f"<{tag}>")
            yield error(CODE, f"`{written}` is never closed", place, f"write </{tag}> where it ends")
        for tag in reader.stray:
            yield error(CODE, f"`</{tag}>` closes nothing", context.find(made, f"</{tag}>"), "delete it")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str]] = []
        self._left: list[tuple[str, str]] = []
        self.stray: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append((tag, self.get_starttag_text() or f"<{tag}>"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>`` opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            if tag not in VOID and tag not in OPTIONAL:
                self.stray.append(tag)
            return
        while self._open:
            name, written = self._open.pop()
            if name == tag:
                return
            self._left.append((name, written))

    def unclosed(self) -> list[tuple[str, str]]:
        """Start tags without an end, as they are written."""
        return [pair for pair in (*self._left, *self._open) if pair[0] not in OPTIONAL]
