"""Links that lead nowhere.

## What it does

Finds targets that are empty, a lone `#`, or no address at all: a space inside, a missing or misspelt scheme, a host
without a dot, a `mailto:` without an address.

## Why it matters

A reader who clicks is the reader you wanted. A dead link in a mail cannot be repaired after it is sent.

## Example

```markdown
[Taste it](htps://aurora.example/spring)
::: button href="" label="Taste it"
```

Use instead:

```markdown
[Taste it](https://aurora.example/spring)
::: button href="https://aurora.example/spring" label="Taste it"
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mops_cli.lint.links import WrittenLink, written_links
from mops_cli.model.diagnostic import error
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "ML101"

SCHEMES = ("https", "http", "mailto", "tel", "sms", "geo", "data", "cid", "webcal", "whatsapp", "tg", "mops")
SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
HOST = re.compile(r"^[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff-]*\.)+[A-Za-z0-9\u00a1-\uffff-]{2,}$")


def check(context: Context) -> Iterator[Diagnostic]:
    """Every written target that cannot work."""
    for link in written_links(context):
        problem = None if link.is_template or link.bare else wrong_with(link)
        if problem:
            message, cure = problem
            yield error(CODE, message, link.span, cure)


def wrong_with(link: WrittenLink) -> tuple[str, str] | None:
    """Sentence and cure; None for a good target."""
    url = link.url
    if url in {"", "#"}:
        return (
            "this link leads nowhere",
            "write the address, e.g. https://aurora.example/spring, or take the link out",
        )
    if re.search(r"\s", url):
        return (f'the link "{url}" has a space in it', f'write "{re.sub(chr(92) + "s", "%20", url.strip())}"')
    scheme = SCHEME.match(url)
    if scheme is None:
        return _without_scheme(url)
    name = scheme[1].lower()
    if name not in SCHEMES:
        near = nearest(name, SCHEMES)
        return (
            f'"{name}:" is not a scheme that mail programs open',
            f'did you mean "{near}:"?' if near else "use https:",
        )
    if name in {"http", "https"}:
        return _web(url, link.host)
    if name == "mailto" and "@" not in url:
        return (f'"{url}" has no address', 'write "mailto:" and an address, e.g. mailto:hello@aurora.example')
    return None


def _without_scheme(url: str) -> tuple[str, str] | None:
    """Files and anchors are fine; ``aurora.example/spring`` is an address without its scheme."""
    if re.match(r"^(?:www\.|[\w-]+\.(?:com|org|net|io|de|eu|example|co)(?:/|$))", url, re.IGNORECASE):
        return (f'the link "{url}" has no scheme, so it is read as a file', f'write "https://{url}"')
    return None


def _web(url: str, host: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return (f'"{url}" is not an address', "check the host and the port")
    if not host:
        return (f'the link "{url}" names no host', "write the host after //, e.g. https://aurora.example/spring")
    if host != "localhost" and not host.startswith("[") and ":" not in host and not HOST.match(host):
        return (f'"{host}" is not a host name', "check the address for a missing dot or a stray character")
    return None
