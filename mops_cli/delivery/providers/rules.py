"""Which provider takes which messages."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mops_cli.model.base import Model
from mops_cli.model.values import Duration

RETRY = ("1 minute", "5 minutes", "15 minutes", "1 hour", "4 hours")
"""Before each further try of what a provider puts off, when its table says nothing else."""


class Rules(Model, frozen=True):
    """All that is said must hold; what is not said holds for everything."""

    channels: Annotated[tuple[str, ...], Meta(description="Channels, e.g. email, sms.")] = ()
    senders: Annotated[tuple[str, ...], Meta(description="Senders by their names in mops.toml.")] = ()
    domains: Annotated[
        tuple[str, ...], Meta(description="Domains of the senders' addresses, e.g. aurora.example.")
    ] = ()
    campaigns: Annotated[tuple[str, ...], Meta(description="Campaigns by their ids; * stands for anything.")] = ()


class Taking(Model, frozen=True, kw_only=True):
    """What the tables of all providers may say: how much, how often again, whose messages."""

    rate: Annotated[str, Meta(description='The most it takes, e.g. "100/second".')] = ""
    retry: Annotated[
        tuple[Duration, ...],
        Meta(description="How long to wait before each further try of what it puts off.", min_length=1, max_length=20),
    ] = RETRY
    rules: Annotated[tuple[Rules, ...], Meta(description="Whose messages it takes.")] = ()
