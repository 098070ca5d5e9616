"""``mops consent``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Who = Annotated[str, typer.Argument(metavar="WHO", help="An id, e-mail address, telephone number or external id.")]
TopicName = Annotated[str, typer.Argument(metavar="TOPIC", help="A topic of mops.toml.")]
ChannelName = Annotated[str, typer.Option(metavar="NAME", help="email, sms, push or chat.")]
Source = Annotated[str, typer.Option(metavar="TEXT", help="Where this was said.")]


@app.callback()
def consent() -> None:
    """What people agreed to: a log to which is only ever added."""


@app.command()
def give(
    ctx: typer.Context, *, who: Who, topic: TopicName, channel: ChannelName = "email", source: Source,
    wording: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The words agreed to; their hash is kept.")
    ] = None,
) -> int:  # fmt: skip
    r"""Record that somebody agreed to a topic.

    \b
    Examples:
      mops consent give mara@people.example letter --source "telephone, 24 November"
    """
    from mops_cli.cli.import_words import words

    text = words(state_of(ctx).cwd, wording)
    return _say(ctx, "given", who=who, topic=topic, channel=channel, source=source, wording=text)


@app.command()
def withdraw(
    ctx: typer.Context, *, who: Who, topic: TopicName, channel: ChannelName = "email", source: Source
) -> int:  # fmt: skip
    r"""Record that somebody took it back.

    \b
    Examples:
      mops consent withdraw mara@people.example letter --source "letter of 24 November"
    """
    return _say(ctx, "withdrawn", who=who, topic=topic, channel=channel, source=source)


def _say(ctx: typer.Context, said: str, *, who: str, topic: str, channel: str, source: str, wording: str = "") -> int:
    from mops_cli.audience import consent as log
    from mops_cli.audience import contacts
    from mops_cli.cli.people_room import room

    state = state_of(ctx)
    with room(state) as (store, config):
        log.check(topic, channel, config.topics)
        found = contacts.find(store, who)
        log.record(store, found, topic, channel, said, source=source, wording=wording)
    if state.console.json:
        state.console.emit("consent", {"contact": found, "topic": topic, "channel": channel, "state": said})
    else:
        state.console.say(f"{state.console.mark('good')} contact {found}: {topic} by {channel} is {said}")
    return 0


@app.command()
def show(
    ctx: typer.Context,
    *,
    who: Annotated[str, typer.Argument(metavar="WHO", help="One person's log; without it, totals by topic.")] = "",
) -> int:
    r"""Show the whole log of one person, or how many agreed to what.

    \b
    Examples:
      mops consent show
      mops consent show mara@people.example --json
    """
    from mops_cli.audience import consent as log
    from mops_cli.audience import contacts
    from mops_cli.cli.people_room import plain, room, shown

    state = state_of(ctx)
    with room(state) as (store, _):
        if who:
            rows = log.history(store, contacts.find(store, who))
        else:
            names = ("topic", "channel", "given", "withdrawn")
            rows = [dict(zip(names, row, strict=True)) for row in log.totals(store)]
    if state.console.json:
        state.console.emit("consent-show", plain(rows))
    elif rows:
        state.console.table(tuple(map(str.upper, rows[0])), [tuple(map(shown, row.values())) for row in rows])
    else:
        state.console.say("Nobody said anything yet.")
    return 0
