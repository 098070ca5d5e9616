"""The bus over a NATS server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.clock import Clock, SystemClock
from mops_cli.delivery.bus.connection import PATIENCE, Link
from mops_cli.delivery.bus.joining import Joining, encoded
from mops_cli.delivery.bus.publishing import Publisher
from mops_cli.delivery.bus.queues import Queueing
from mops_cli.delivery.bus.reading import Readings
from mops_cli.delivery.bus.shared_flags import SharedFlags
from mops_cli.delivery.bus.streams import reconcile
from mops_cli.delivery.bus.talking import Talking

if TYPE_CHECKING:
    from mops_cli.delivery.bus.port import Bus


class NatsBus(Publisher, Readings, Queueing, Talking):
    """One connection with all its ports (the port ``Bus``)."""

    def __init__(self, link: Link, clock: Clock) -> None:
        """``link`` is open; see :func:`connect`."""
        Publisher.__init__(self, link)
        Readings.__init__(self, link)
        Queueing.__init__(self, link, self, clock)
        Talking.__init__(self, link)
        self.flags = SharedFlags(self)

    @property
    def brief(self) -> str:
        """How another process joins."""
        return encoded(self._link.joining)

    async def reconcile(self) -> list[str]:
        """Bring the server to have our streams; gives what was done."""
        return await reconcile(self._link, self._link.joining.replicas)

    async def close(self) -> None:
        """Leave."""
        await Talking.close(self)
        await self._link.close()


async def connect(
    joining: Joining, clock: Clock | None = None, *, streams: bool = True, patience: float = PATIENCE
) -> NatsBus:
    """Join a server; with ``streams`` it gets the streams that it lacks. ``patience``: see :class:`Link`.

    Raises:
        BusUnavailable: It is not there.
        UsageError: It does not let us in, or is too old.
        StreamDiffers: A stream cannot become what it must be.
    """
    link = Link(joining, patience)
    try:
        await link.open()
        bus = NatsBus(link, clock or SystemClock())
        if streams:
            await bus.reconcile()
    except BaseException:
        await link.close()
        raise
    return bus


def _is_a_bus(bus: NatsBus) -> Bus:
    """For the type checker: the class has all that the port asks for."""
    return bus
