"""What somebody wants to send, and the plan it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mops_cli.app import planning

if TYPE_CHECKING:
    from mops_cli.app.ground import Ground
    from mops_cli.delivery.plan.planfile import Plan
    from mops_cli.store.database import Store


class Wish(msgspec.Struct, frozen=True):
    """What to send: campaigns by selectors, or one plan file; now instead of as scheduled; once more to everybody.

    ``look``: nothing shall be sent; the plan is wanted whatever guards say, with a report beside it.
    """

    select: tuple[str, ...] = ()
    file: str = ""
    now: bool = False
    again: bool = False
    look: bool = False


def planned(ground: Ground, wish: Wish, store: Store) -> Plan:
    """The plan of a wish, made now or read from its file.

    Raises:
        MopsError: There is nothing to send, or a guard refuses.
    """
    if wish.file:
        return planning.sendable(ground.root, ground.settings, Path(wish.file), store, ground.clock)
    make = planning.look_at_plan if wish.look else planning.make_plan
    return make(ground.root, ground.settings, wish.select, store, ground.clock, again=wish.again, now=wish.now)
