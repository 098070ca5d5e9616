"""Secrets that are written down.

## What it does

Finds values that look like secrets in `mops.toml` and in the project's text files: passwords, tokens and keys that
are not references, and the known forms of cloud and provider keys.

## Why it matters

What is committed stays in the history of the repository and in every clone of it. A secret in git is public one day.

## Example

```toml
[providers.smtp]
password = "hunter2-but-longer"
```

Use instead: a reference that is looked up where MOPS runs.

```toml
[providers.smtp]
password = "env:SMTP_PASSWORD"
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import error
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MX101"

REFERENCES = ("env:", "file:", "keyring:", "sops:")
NAMED = re.compile(
    r"""(?im)^\s*["']?(?P<name>[\w-]*(?:password|passwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credentials?)[\w-]*)["']?
    \s*[=:]\s*(?P<quote>["']?)(?P<value>[^\s"'#{}\[\],]{6,})(?P=quote)\s*,?\s*(?:\#.*)?$""",
    re.VERBOSE,
)
KNOWN = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|xox[abprs]-[0-9A-Za-z-]{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|gh[pousr]_[A-Za-z0-9]{30,}|sk_(?:live|test)_[0-9A-Za-z]{16,}"
    r"|key-[0-9a-f]{32}|AIza[0-9A-Za-z_-]{35}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})\b|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
)
PUBLIC = re.compile(r"public|_id$|^id$", re.IGNORECASE)
NAMED_IN = (".toml", ".yaml", ".yml", ".json")


def check(context: Context) -> Iterator[Diagnostic]:
    """Every file that people write; the value itself is never printed."""
    for path in context.paths:
        text = context.text(path)
        places = {match.span() for match in KNOWN.finditer(text)}
        if path.endswith(NAMED_IN) and not path.startswith("brand/"):
            places |= {
                match.span("value") for match in NAMED.finditer(text) if _is_literal(match["name"], match["value"])
            }
        for start, end in sorted(places):
            yield error(
                CODE, "this looks like a secret", span_of(path, text, start, end),
                'write a reference, e.g. "env:SMTP_PASSWORD", and change the secret: it is in the history now',
            )  # fmt: skip


def _is_literal(name: str, value: str) -> bool:
    """References, templates, words and public halves of a key are fine."""
    if value.startswith(REFERENCES) or "{{" in value or "[[" in value or PUBLIC.search(name):
        return False
    return bool(re.search(r"\d", value) or re.search(r"[^\w.-]", value) or len(value) >= 20)
