"""``mops new``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)

NEXT = {
    "campaign": "write {0}, then: mops lint && mops build {1}",
    "segment": "say who they are in {0}; a campaign names it: audience: {{segment: {1}}}",
    "block": 'write {0}; a message uses it: ::: {1} title="…"',
    "persona": "fill in {0}; every build and every preview uses it",
}


def _kinds(incomplete: str) -> list[str]:
    return [kind for kind in NEXT if kind.startswith(incomplete)]


@app.command()
def new(
    ctx: typer.Context,
    *,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="campaign, segment, block or persona.", autocompletion=_kinds)
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its id, e.g. spring-launch.")],
) -> int:
    r"""Add a campaign, segment, block or persona that lints clean and builds. Nothing is ever overwritten.

    \b
    Examples:
      mops new campaign spring-launch
      mops new segment loyal-customers
      mops new block voucher
      mops new persona no-name
    """
    from mops_cli.build.project import open_project
    from mops_cli.content.scaffold import new as make

    state = state_of(ctx)
    root = state.root()
    config = open_project(root).repository.config.value
    others = tuple(locale for locale in config.project.locales if locale != config.project.default_locale)
    topic = next((id_ for id_, topic in config.topics.items() if not topic.transactional), "news")
    made = make(root, kind, name, locales=(config.project.default_locale, *others), topic=topic)
    if state.console.json:
        state.console.emit("new", {"written": made.written, "kept": made.kept})
        return 0
    for path in made.written:
        state.console.data(path)
    first = next((path for path in made.written if path.endswith("message.md")), made.written[0])
    state.console.say(f"{state.console.mark('good')} Next: {NEXT[kind].format(first, name)}")
    return 0
