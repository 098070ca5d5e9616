"""Links that analytics cannot tell apart.

## What it does

Checks that campaign parameters are complete: `utm:` of `campaign.yaml` names a source and a campaign (the medium is
the channel and is added by the build), and a link that carries some of `utm_source`, `utm_medium` and
`utm_campaign` carries all three.

## Why it matters

A visit with half of its parameters is counted as "other" in most tools, and the campaign looks as if nobody came.

## Example

```yaml
utm: {source: mops}
```

Use instead:

```yaml
utm: {source: mops, campaign: "[[ campaign.id ]]"}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from mops_cli.lint.links import written_links
from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic

CODE = "ML104"

NEEDED = ("source", "campaign")
COMPLETE = ("utm_source", "utm_medium", "utm_campaign")
CURE = 'write: utm: {source: mops, campaign: "[[ campaign.id ]]"}'


def check(context: Context) -> Iterator[Diagnostic]:
    """Campaigns and links with half of the parameters."""
    for folder in context.repository.campaigns.values():
        utm = folder.campaign.value.utm
        missing = [name for name in NEEDED if not utm.get(name)]
        if utm and missing:
            names = " and ".join(f'"{name}"' for name in missing)
            yield warning(CODE, f"utm has no {names}", folder.campaign.source.key("utm"), CURE)
    for link in written_links(context):
        if "utm_" not in link.url:
            continue
        present = {name for name in _names(link.url) if name in COMPLETE}
        lacking = [name for name in COMPLETE if name not in present]
        if present and lacking:
            yield warning(
                CODE, f"this link has {' and '.join(sorted(present))} but no {' and no '.join(lacking)}", link.span,
                "give all three, or none: the build adds what campaign.yaml says under utm",
            )  # fmt: skip


def _names(url: str) -> set[str]:
    try:
        return set(parse_qs(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return set()
