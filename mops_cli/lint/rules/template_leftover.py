"""Text that was meant to be something else.

## What it does

Finds what looks like a tag, a link or HTML in a message, and would be printed as it stands: `{ contact.first_name }`
with single braces, merge tags of other programs, a Markdown link whose address has a blank, and HTML in Markdown.

## Why it matters

Nothing is broken, so nothing else complains; and ten thousand people read "Dear *|FNAME|*".

## Example

```markdown
Dear { contact.first_name }, <b>read this</b>.
```

Use instead:

```markdown
Dear {{ contact.first_name | default("friend") }}, **read this**.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error, warning
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MV201"

# Code is shown as it stands on purpose; tags that are tags, and comments, are somebody else's business.
_HIDDEN = re.compile(
    r"^(```|~~~).*?^\1|`[^`\n]+`|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\[%.*?%\]|<!--.*?-->|<https?://[^>\s]+>|^#[^\n]*\$schema[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_BUILD = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_BRACES = re.compile(r"(?<![{$%])\{\s*((?:contact|order|event|links|send)\.[^{}\n]*?)\s*\}(?!\})")
_BRACKETS = re.compile(
    r"(?<!\[)\[\s*((?:t\(|(?:brand|campaign|message|project|tokens|vars)\.)[^\[\]\n]*?)\s*\](?![\](])"
)
_COMMENT = re.compile(r"\[#.*?#\]")
_OTHERS = re.compile(
    r"\*\|[A-Z][A-Z0-9_:]*\|\*|%%[A-Za-z][\w ]*%%|<%=?[^%\n]*%>|\$\{[A-Za-z][\w.]*\}|(?<![\w%])%[A-Z][A-Z_]{2,}%(?![\w%])"
)
_LINK = re.compile(r"\]\((?=[^()\n]*\s)(?![^()\n\s]*\s+[\"'(])(?P<url>(?:https?:|mailto:|www\.)[^()\n]*)\)")
_SCRIPT_LINK = re.compile(r"\]\(\s*(?:javascript|vbscript|data|file):[^()\n]*\)", re.IGNORECASE)
_HTML = re.compile(
    r"</?(?P<tag>a|b|big|br|button|center|div|em|font|form|h[1-6]|hr|i|iframe|img|input|li|ol|p|script|small|span"
    r"|strong|style|sub|sup|table|tbody|td|th|tr|u|ul)(?:\s[^<>\n]*)?/?>",
    re.IGNORECASE,
)
_INSTEAD = {
    "a": "write [the words](https://…)",
    "b": "write **bold**",
    "strong": "write **bold**",
    "i": "write *italic*",
    "em": "write *italic*",
    "br": "end the line with a backslash, or leave an empty line",
    "hr": "write ---",
    "img": "write ![what it shows](assets/…)",
    "li": "begin the line with a hyphen",
    "p": "leave an empty line between paragraphs",
}
_BLOCK = "use a block, or write one in content/blocks/"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every message, snippet and text that replaces one."""
    fields = "|".join(map(re.escape, sorted(context.repository.config.value.fields.contact, key=len, reverse=True)))
    own = re.compile(rf"(?<![{{$%\[])\{{\s*({fields})\s*\}}(?!\}})") if fields else None
    for path in context.paths:
        if path.startswith(("campaigns/", "content/snippets/")) and path.endswith((".md", ".txt")):
            yield from _text(path, context.text(path), own)


def _text(path: str, text: str, own: re.Pattern[str] | None) -> Iterator[Diagnostic]:
    whole = _HIDDEN.sub(_blank, text)
    clear = _BUILD.sub(_blank, whole)

    def told(
        pattern: re.Pattern[str], text: str, make: Callable[[re.Match[str]], tuple[str, str]]
    ) -> Iterator[Diagnostic]:
        for match in pattern.finditer(text):
            message, cure = make(match)
            yield error(CODE, message, span_of(path, whole, match.start(), match.end()), cure)

    yield from told(_BRACES, clear, lambda m: (_printed(m[0]), f"write `{{{{ {m[1]} }}}}`"))
    if own is not None:
        yield from told(own, clear, lambda m: (_printed(m[0]), f"write `{{{{ contact.{m[1]} }}}}`"))
    yield from told(_BRACKETS, clear, lambda m: (_printed(m[0]), f"write `[[ {m[1]} ]]`"))
    yield from told(_COMMENT, whole, lambda m: (_printed(m[0]), "comments stand in `{# … #}`"))
    yield from told(_OTHERS, clear, lambda m: (_printed(m[0]), "write `{{ contact.first_name }}` or what it should be"))
    if path.endswith(".md"):
        yield from told(
            _LINK, clear, lambda m: ("this is read as text: the address has a blank in it", _link(m["url"]))
        )
        yield from told(
            _SCRIPT_LINK,
            whole,
            lambda _: ("this is read as text: no link may begin so", "write an address with https:"),
        )
        opened = {match["tag"].lower() for match in _HTML.finditer(clear) if not match[0].startswith("</")}
        for match in _HTML.finditer(clear):
            tag = match["tag"].lower()
            if match[0].startswith("</") and tag in opened:
                continue
            place = span_of(path, whole, match.start(), match.end())
            yield warning(CODE, f"{_printed(match[0])}: Markdown takes no HTML here", place, _INSTEAD.get(tag, _BLOCK))


def _printed(text: str) -> str:
    shown = text if len(text) <= 40 else text[:39] + "…"
    return f"`{shown}` is printed as it stands"


def _link(url: str) -> str:
    return f"write %20 for the blank: {url.strip().replace(' ', '%20')[:80]}"


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
