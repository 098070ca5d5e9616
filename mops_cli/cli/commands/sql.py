"""``mops sql``."""

from __future__ import annotations

from typing import Annotated

import typer

from mops_cli.cli.state import state_of

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def sql(
    ctx: typer.Context,
    *,
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="One query; the tables are in the docs.")],
    most: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many rows to show.")] = 100,
) -> int:
    r"""Ask the store a question in SQL; nothing can be changed, and no other file can be read.

    \b
    Examples:
      mops sql "SELECT city, count(*) FROM contacts GROUP BY city ORDER BY 2 DESC"
      mops sql "SELECT kind, count(*) FROM events GROUP BY ALL" --json
    """
    from mops_cli.cli.console import counted
    from mops_cli.cli.people_room import plain, room, shown

    state = state_of(ctx)
    with room(state) as (store, _):
        columns, rows, more = store.asked(statement, most)
    if state.console.json:
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        state.console.emit("sql", {"columns": list(columns), "rows": plain(found), "more": more})
        return 0
    state.console.table(columns, [tuple(map(shown, row)) for row in rows])
    state.console.say(counted(len(rows), "row") + (" and more; --limit shows them" if more else ""))
    return 0
