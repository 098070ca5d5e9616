"""What a running node does for other commands: it answers questions, starts, stops and resumes sends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.app import cancelling, remote, reporting
from mops_cli.app.wishes import Wish, planned
from mops_cli.delivery import questions
from mops_cli.delivery.sending import register
from mops_cli.errors import MopsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mops_cli.app.node import Node


class Busy(MopsError):
    """This node ends with its own send."""

    exit_code = 6


async def listen(node: Node) -> None:
    """Take orders from now on."""
    handlers: dict[str, Callable[[Node, dict[str, Any]], Awaitable[Any]]] = {
        questions.READ: _read,
        questions.PLAN: _plan,
        questions.SEND: _send,
        questions.STOP: _stop,
        questions.RESUME: _resume,
    }
    for subject, handler in handlers.items():
        await node.bus.answer(subject, partial(_answered, node, handler))


async def _answered(node: Node, handler: Callable[[Node, dict[str, Any]], Awaitable[Any]], data: bytes) -> bytes:
    return msgspec.json.encode(await handler(node, msgspec.json.decode(data)))


async def _read(node: Node, asked: dict[str, Any]) -> Any:
    return await node.owner.run(partial(remote.read, node.store, asked["name"], asked["arguments"]))


async def _plan(node: Node, asked: dict[str, Any]) -> Any:
    wish = msgspec.convert(asked, Wish)
    plan = await node.owner.run(partial(planned, node.ground, wish, node.store))
    return plan.id


async def _send(node: Node, asked: dict[str, Any]) -> Any:
    _stays(node)
    plan = node.ground.plan(asked["plan"])
    sends = await node.begin(plan)
    return [one.send.send for one in sends]


def _stays(node: Node) -> None:
    if not node.stays:
        raise Busy("another send is under way here", hint="wait for it; or let a node do all sends: mops up")


async def _stop(node: Node, asked: dict[str, Any]) -> Any:
    state = register.CANCELLED if asked["cancel"] else register.STOPPED
    return await stop(node, asked["send"], state)


async def _resume(node: Node, asked: dict[str, Any]) -> Any:
    _stays(node)
    return [one.send.send for one in await node.resume(asked["send"])]


async def stop(node: Node, name: str, state: str) -> list[dict[str, Any]]:
    """Stop a send, or give it up (``state``); gives its rows.

    Raises:
        UsageError: It is not under way.
    """
    rows = await node.owner.run(partial(register.find, node.store, name))
    open_ones = [row for row in rows if row.state in {register.RUNNING, register.STOPPED}]
    if not open_ones:
        raise UsageError(f"{name} is not under way", hint="mops status lists what is")
    for row in open_ones:
        await node.owner.stop(row.key, why="stopped by hand")
        if state == register.CANCELLED:
            await cancelling.settle(node, row)  # before: from now on another plan may begin
            await node.owner.stop(row.key, state, why="stopped by hand")
    return await node.owner.run(partial(reporting.overview, node.store, name))
