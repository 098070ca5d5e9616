"""Words that the brand does not use.

## What it does

Finds the words and phrases that `brand/voice.yaml` lists under `avoid` in messages, snippets and translations, with
what it says instead.

## Why it matters

A brand sounds like one person because everybody who writes for it knows which words it uses. The list remembers them.

## Example

```yaml
rules:
  - {avoid: utilise, use: use, why: we speak plainly}
```

```markdown
Utilise your grinder on its coarsest setting.
```

Use instead:

```markdown
Use your grinder on its coarsest setting.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import warning
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.brand import VoiceRule
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MV101"

HIDDEN = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\[\[.*?\]\]|\[%.*?%\]|<!--.*?-->|https?://\S+|\]\([^)]*\)|(?<![\w-])(?:href|src|image|source|url)=(?:\"[^\"]*\"|\S+)"
    r"|^(?:link|url|image):[^\n]*$|^#[^\n]*\$schema[^\n]*$|^#(?!#| )[^\n]*$",
    re.DOTALL | re.MULTILINE,
)


def check(context: Context) -> Iterator[Diagnostic]:
    """Every avoided word in everything that people read."""
    voice = context.repository.brand.voice
    if voice is None:
        return
    patterns = [(rule, _pattern(rule.avoid)) for rule in voice.value.rules if rule.avoid.strip()]
    for path in context.paths:
        if path.endswith((".md", ".ftl", ".txt")) and not path.startswith("brand/"):
            text = context.text(path)
            clear = HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
            for rule, pattern in patterns:
                for match in pattern.finditer(clear):
                    yield _finding(path, text, rule, match)


def _pattern(avoid: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in avoid.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def _finding(path: str, text: str, rule: VoiceRule, match: re.Match[str]) -> Diagnostic:
    span = span_of(path, text, match.start(), match.end())
    why = f" ({rule.why})" if rule.why else ""
    written = match[0]
    new = rule.use[:1].upper() + rule.use[1:] if written[:1].isupper() else rule.use
    return warning(CODE, f'the brand does not say "{written}"{why}', span, f'write "{new}"' if new else "leave it out")
