"""Arms of an experiment that say the same.

## What it does

Checks that at most one arm of an experiment is left as the message stands: the others need something under
`variants:` in the front matter, or a file of their own (`message.b.md`).

## Why it matters

Two equal arms are an experiment that cannot teach anything, and nobody sees that from its result.

## Example

```yaml
experiment: {vary: subject, arms: {a: 50%, b: 50%}}
```

Use instead:

```yaml
# message.md
subject: The spring roast is here
variants:
  b: {subject: Three coffees that taste of light}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import CampaignFolder

CODE = "MC402"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every experiment."""
    for folder in context.repository.campaigns.values():
        experiment = folder.campaign.value.experiment
        special = _special(folder)
        plain = [name for name in experiment.arms if name not in special] if experiment and folder.messages else []
        if len(plain) > 1:
            place = folder.campaign.source.key("experiment", "arms", plain[1])
            cure = (
                f"write what differs under `variants: {{{plain[1]}: …}}` in the message, or add message.{plain[1]}.md"
            )
            yield warning(CODE, f'the arms "{plain[0]}" and "{plain[1]}" say the same', place, cure)


def _special(folder: CampaignFolder) -> set[str]:
    """Arms with something of their own."""
    found = {message.variant for message in folder.messages.values()}
    found |= {part for name in folder.overrides for part in name.split(".")[1:-1]}
    for message in folder.messages.values():
        variants = message.front.get("variants")
        found |= {str(name) for name in variants} if isinstance(variants, dict) else set()
    return found
