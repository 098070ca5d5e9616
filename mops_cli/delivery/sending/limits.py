"""How much providers take and when again, as mops.toml says (``[providers.x] rate = "100/second"``, ``retry``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.delivery.providers.rules import RETRY
from mops_cli.delivery.sending.rates import Rates, per_second
from mops_cli.model.values import duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.model.config import ProjectConfig


def limited(config: ProjectConfig, provider: str) -> bool:
    """Whether a provider has a rate."""
    return "rate" in config.providers.get(provider, {})


def rates_of(config: ProjectConfig, elapsed: Callable[[], float]) -> Rates:
    """The buckets of all providers that have one.

    Raises:
        UsageError: A rate cannot be read.
    """
    said = {name: table["rate"] for name, table in config.providers.items() if "rate" in table}
    return Rates({name: per_second(str(rate), f"providers.{name}.rate") for name, rate in said.items()}, elapsed)


def waits(config: ProjectConfig, provider: str) -> tuple[float, ...]:
    """Seconds to wait before each further try of what a provider puts off."""
    said = config.providers.get(provider, {}).get("retry", RETRY)
    return tuple(duration(str(one)).total_seconds() for one in (said if isinstance(said, list | tuple) else (said,)))
