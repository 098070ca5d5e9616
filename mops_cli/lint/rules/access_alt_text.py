"""Pictures without words.

## What it does

Checks that every picture of a mail or page has an `alt` text that says something: not missing, not a file name, not
just "image". An empty `alt=""` is right for decoration, and wrong for a picture that is a link. In Markdown and in
MJML, where nothing written means an empty one, it must be said: `alt=""` for decoration, words for everything else.

## Why it matters

Many mail programs show no pictures until they are asked, and some readers never see any. The alternative text is
then the whole message.

## Example

```markdown
::: image src=assets/spring.jpg alt="IMG_2034.jpg"
:::
```

Use instead:

```markdown
::: image src=assets/spring.jpg alt="Three coffee bags on a wooden table"
:::
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error, warning
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context, Made
    from mops_cli.lint.page import Node
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MA101"

FILE_NAME = re.compile(
    r"^\S+\.(?:png|jpe?g|gif|webp|svg|avif|bmp)$|^(?:img|dsc|image|screenshot)[_-]?\d+$", re.IGNORECASE
)
EMPTY_WORDS = frozenset(
    "image picture photo graphic img logo banner hero icon spacer untitled bild foto grafik".split()  # noqa: SIM905
)
LONG = 200
UNSAID = {
    "md": re.compile(r"!\[\s*\](?=\()"),
    "mjml": re.compile(
        r"""<mj-image\b(?=[^>]*\ssrc\s*=)(?!(?:[^>"']|"[^"]*"|'[^']*')*?\salt\s*=)(?:[^>"']|"[^"]*"|'[^']*')*>"""
    ),
}
CURES = {
    "md": "say what it shows: ![Three coffee bags on a wooden table](…)",
    "mjml": 'say what it shows: alt="Three coffee bags on a wooden table"; for decoration write alt=""',
}


def check(context: Context) -> Iterator[Diagnostic]:
    """Every picture of every mail, page and sheet."""
    yield from _written(context)
    for made in context.of("email", "web", "pdf", "print"):
        for node in made.page.all("img") if made.page else ():
            found = _about(context, made, node)
            if found is not None:
                yield found


def _written(context: Context) -> Iterator[Diagnostic]:
    """Pictures whose alternative text was left out where it is written, and so came out empty."""
    for path in context.paths:
        pattern = UNSAID.get(path.rpartition(".")[2])
        text = context.text(path) if pattern else ""
        for match in pattern.finditer(text) if pattern else ():
            place = span_of(path, text, match.start(), match.end())
            yield warning(CODE, "this picture has no alternative text", place, CURES[path.rpartition(".")[2]])


def _about(context: Context, made: Made, node: Node) -> Diagnostic | None:
    alt = node.attrs.get("alt")
    source = node.attrs.get("src", "")
    cure = 'say what it shows: alt="Three coffee bags on a wooden table"'
    if _is_invisible(node):
        return None
    if alt is None:
        place = context.find(made, source, "![](", "<img", "<mj-image")
        return error(CODE, "this picture has no alternative text", place, cure)
    words = alt.strip()
    if not words and _linked_alone(node):
        place = context.find(made, source, 'alt=""', "[![](")
        return error(CODE, "this picture is a link and has no alternative text", place, "say where the link leads")
    if FILE_NAME.match(words):
        return warning(
            CODE, f'"{words}" is the name of a file, not what the picture shows', context.find(made, words), cure
        )
    if words.lower() in EMPTY_WORDS:
        place = context.find(made, f'alt="{words}"', f"![{words}]", words)
        return warning(CODE, f'"{words}" does not say what the picture shows', place, cure)
    if len(words) > LONG:
        place = context.find(made, words[:40])
        return warning(
            CODE,
            f"this alternative text has {len(words)} characters",
            place,
            f"say it in {LONG}, the rest belongs in the text",
        )
    return None


def _is_invisible(node: Node) -> bool:
    """A counting pixel."""
    size = {node.attrs.get("width", ""), node.attrs.get("height", "")}
    return size <= {"0", "1", "1px", "0px"} and bool(size - {""})


def _linked_alone(node: Node) -> bool:
    """Whether the picture is all that its link shows."""
    above = node.parent
    while above is not None:
        if above.tag == "a":
            return not above.text()
        above = above.parent
    return False
