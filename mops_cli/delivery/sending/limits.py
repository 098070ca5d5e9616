"""The rates of providers, as mops.toml says them (``[providers.x] rate = "100/second"``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.delivery.sending.rates import Rates, per_second

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
