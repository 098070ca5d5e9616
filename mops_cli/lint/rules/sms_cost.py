"""Text messages that cost more than they look.

## What it does

Counts the segments of every SMS and multiplies them by the price of a segment in each persona's country
(`sms.price` in `mops.toml`). Says so when a message needs more than one segment, with what it costs a thousand people.

## Why it matters

A segment is 160 characters, or 70 with one emoji in it. Every segment is paid for, and the longest name in the
audience decides.

## Example

```yaml
summary: Three new single origins are here 🎉 Order by Sunday and get free delivery on everything!
```

Use instead:

```yaml
summary: Three new single origins are here. Order by Sunday for free delivery.
```
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context, Made
    from mops_cli.model.diagnostic import Diagnostic

CODE = "MS201"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every SMS of more than one segment."""
    prices = context.repository.config.value.sms.price
    home = context.repository.config.value.project.country
    countries = sorted(
        {persona.value.country for persona in context.repository.personas.values() if persona.value.country}
        | ({home} if home else set())
    )
    for made in context.of("sms"):
        segments = most_segments(made)
        if segments < 2:
            continue
        costs = [f"{country} {segments * prices[country] * 1000:,.0f}" for country in countries if country in prices]
        message = made.message
        place = context.field_span(message, "summary") if message else context.find(made)
        money = (
            f"; a thousand cost {', '.join(costs)} {context.repository.config.value.project.currency}" if costs else ""
        )
        yield info(
            CODE,
            f"this SMS needs {segments} segments for the longest persona{money}",
            place,
            "shorten it, or take out the characters that its findings name",
        )


def most_segments(made: Made) -> int:
    """The segments for the longest persona, as the SMS twin says."""
    twin = made.text(".json")
    data = json.loads(twin) if twin else {}
    return max(_numbers(data, ("segments",)), default=0)


def _numbers(data: object, keys: tuple[str, ...]) -> Iterator[int]:
    """All whole numbers under these keys, at any depth."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in keys and isinstance(value, int):
                yield value
            else:
                yield from _numbers(value, keys)
    elif isinstance(data, list):
        for value in data:
            yield from _numbers(value, keys)
