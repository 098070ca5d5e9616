"""Which provider takes which messages."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mops_cli.model.base import Model


class Rules(Model, frozen=True):
    """All that is said must hold; what is not said holds for everything."""

    channels: Annotated[tuple[str, ...], Meta(description="Channels, e.g. email, sms.")] = ()
    senders: Annotated[tuple[str, ...], Meta(description="Senders by their names in mops.toml.")] = ()
    domains: Annotated[
        tuple[str, ...], Meta(description="Domains of the senders' addresses, e.g. aurora.example.")
    ] = ()
    campaigns: Annotated[tuple[str, ...], Meta(description="Campaigns by their ids; * stands for anything.")] = ()
