"""``mops contacts``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from mops_cli.cli.state import state_of

if TYPE_CHECKING:
    from mops_cli.audience.imports import Outcome
    from mops_cli.cli.console import Console

app = typer.Typer(rich_markup_mode=None, add_completion=False)

Who = Annotated[str, typer.Argument(metavar="WHO", help="An id, e-mail address, telephone number or external id.")]


@app.callback()
def contacts() -> None:
    """Bring people in, look at them, take them out."""


@app.command(name="import")
def import_(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, Parquet, JSON lines or vCard.")],
    told: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="Where a column goes; nothing after = leaves it out."),
    ] = None,
    key: Annotated[str, typer.Option(metavar="FIELD", help="Who is who: external_id, email or phone.")] = "",
    merge: Annotated[
        str, typer.Option(metavar="RULE", help="For known people: overwrite, keep, or newest (by updated_at).")
    ] = "overwrite",
    kind: Annotated[str, typer.Option("--format", metavar="NAME", help="csv, jsonl, parquet or vcard.")] = "",
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Of a CSV, e.g. cp1252 (default: UTF-8).")] = "",
    delimiter: Annotated[str, typer.Option(metavar="CHAR", help="Of a CSV (default: looked for).")] = "",
    date_format: Annotated[str, typer.Option(metavar="FORM", help="Of dates, e.g. %d.%m.%Y.")] = "",
    country: Annotated[
        str, typer.Option(metavar="CODE", help="Of telephone numbers without country code (default: the project's).")
    ] = "",
    consent: Annotated[str, typer.Option(metavar="TOPIC", help="Record that these people agreed to a topic.")] = "",
    channel: Annotated[str, typer.Option(metavar="NAME", help="With --consent: email, sms, push or chat.")] = "email",
    source: Annotated[str, typer.Option(metavar="TEXT", help="With --consent: where they agreed.")] = "",
    wording: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --consent: the words they agreed to; their hash is kept.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where refused rows go (default: .mops/imports/).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count, and change nothing.")] = False,
) -> int:
    r"""Import contacts: each row is new, changed, the same, or refused into a file with its reason.

    People are recognised by external_id, else by email, else by phone. An import says nothing about consent unless
    --consent is given, and never takes back that somebody withdrew. Columns that mops.toml does not declare are kept.
    All of a file arrives, or nothing. Exit code 1 when rows were refused.

    \b
    Examples:
      mops contacts import people.csv --dry-run
      mops contacts import people.csv --map "E-Mail=email" --map "Notes="
      mops contacts import crm.parquet --key external_id --merge keep
      mops contacts import fair.csv --consent letter --source "spring fair 2026, paper form"
    """  # fmt: skip
    from mops_cli.audience import imports
    from mops_cli.cli import import_words
    from mops_cli.cli.people_room import room
    from mops_cli.cli.progress import Progress

    state = state_of(ctx)
    agreement = import_words.agreement(state.cwd, consent, channel, source, wording)
    with room(state, make=True) as (store, config):
        wish = imports.Wish(
            state.cwd / file, import_words.mapping(told or ()), merge, key, kind, encoding, delimiter, date_format,
            country, agreement, state.cwd / errors if errors else None, dry_run,
        )  # fmt: skip
        progress = Progress(state.console, "bytes read")
        try:
            outcome = imports.run(store, config, wish, progress)
        finally:
            progress.end()
    if state.console.json:
        state.console.emit("contacts-import", outcome.as_json())
    else:
        _tell(state.console, outcome)
    return 1 if outcome.refused else 0


def _tell(console: Console, outcome: Outcome) -> None:
    console.data(
        f"{outcome.rows} rows: {outcome.added} new, {outcome.changed} changed, {outcome.same} the same, "
        f"{outcome.refused} refused"
    )
    if outcome.undeclared:
        console.say(f"not declared in mops.toml, kept all the same: {', '.join(outcome.undeclared)}")
    if outcome.consented or outcome.withdrawn_kept:
        console.say(f"consent: {outcome.consented} recorded, {outcome.withdrawn_kept} withdrew before and stay so")
    if outcome.errors:
        console.say(f"{console.mark('error')} refused rows, with reasons: {outcome.errors}")
    if outcome.dry_run:
        console.say("Nothing was changed; leave --dry-run out to import.")


@app.command()
def export(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends in .csv, .jsonl or .parquet.")],
    kind: Annotated[str, typer.Option("--format", metavar="NAME", help="csv, jsonl or parquet.")] = "",
) -> int:
    r"""Write all contacts into a file that only you can read.

    \b
    Examples:
      mops contacts export people.csv
      mops contacts export people.parquet
    """
    from mops_cli.audience import contacts as people
    from mops_cli.cli.console import counted
    from mops_cli.cli.people_room import room

    state = state_of(ctx)
    with room(state) as (store, _):
        count = people.export(store, state.cwd / file, kind)
    if state.console.json:
        state.console.emit("contacts-export", {"contacts": count, "file": str(file)})
    else:
        state.console.say(f"{state.console.mark('good')} {counted(count, 'contact')} in {file}")
    return 0


@app.command()
def show(ctx: typer.Context, *, who: Who) -> int:
    r"""Show one person: fields, addresses with their states, consent, the latest events.

    \b
    Examples:
      mops contacts show mara@people.example
      mops contacts show 17 --json
    """
    from mops_cli.audience import contacts as people
    from mops_cli.cli.people_room import fields, plain, room, shown

    state = state_of(ctx)
    with room(state) as (store, _):
        found = people.profile(store, people.find(store, who))
    if state.console.json:
        state.console.emit("contacts-show", plain(found))
        return 0
    state.console.table(("FIELD", "VALUE"), fields(found["contact"]))
    for name in ("addresses", "consent", "events"):
        rows = found[name]
        if rows:
            state.console.data("")
            state.console.table(
                tuple(column.upper() for column in rows[0]), [tuple(map(shown, row.values())) for row in rows]
            )
    return 0


@app.command()
def ls(
    ctx: typer.Context,
    *,
    most: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many to show.")] = 20,
) -> int:
    r"""List contacts.

    \b
    Examples:
      mops contacts ls
      mops contacts ls --limit 100 --json
    """
    from mops_cli.audience import contacts as people
    from mops_cli.cli.console import counted
    from mops_cli.cli.people_room import plain, room, shown

    state = state_of(ctx)
    with room(state) as (store, _):
        rows, total = people.listed(store, most)
    columns = ("id", "address", "locale", "zone", "created_at")
    if state.console.json:
        found = [dict(zip(columns, row, strict=True)) for row in rows]
        state.console.emit("contacts-ls", {"total": total, "contacts": plain(found)})
        return 0
    state.console.table(tuple(name.upper() for name in columns), [tuple(map(shown, row)) for row in rows])
    state.console.say(f"{counted(len(rows), 'contact')} of {total}")
    return 0


@app.command()
def delete(
    ctx: typer.Context,
    *,
    who: Who,
    forget: Annotated[
        bool, typer.Option("--allow-again", help="Do not suppress the addresses: a later import may bring them back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> int:
    r"""Delete a contact; its addresses stay suppressed, as hashes that name nobody.

    \b
    Examples:
      mops contacts delete mara@people.example
      mops contacts delete 17 --yes
    """
    from mops_cli.audience import contacts as people
    from mops_cli.cli.people_room import room

    state = state_of(ctx)
    with room(state) as (store, _):
        found = people.find(store, who)
        if not yes:
            typer.confirm(f"Delete contact {found}?", abort=True, err=True)
        people.delete(store, found, suppress=not forget)
    if state.console.json:
        state.console.emit("contacts-delete", {"contact": found, "suppressed": not forget})
    else:
        state.console.say(f"{state.console.mark('good')} contact {found} is deleted")
    return 0


@app.command(name="set")
def set_(
    ctx: typer.Context,
    *,
    who: Who,
    words: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="Nothing after = empties the field.")],
    add: Annotated[bool, typer.Option("--add", help="Add the contact when nobody is known by this.")] = False,
) -> int:
    r"""Change fields of one person, or addresses on other channels (push=…, chat=…).

    Values are checked by their types, as in an import. A field that is not declared must be one that this person has
    already. With push= or chat= an address is added; with nothing after it, all of that channel are taken away.

    \b
    Examples:
      mops contacts set mara@people.example city="Halle (Saale)" points=12
      mops contacts set 17 phone=
      mops contacts set neu@people.example first_name=Neu --add
    """
    from mops_cli.audience import editing
    from mops_cli.cli.people_room import room

    state = state_of(ctx)
    wanted = editing.pairs(words)
    with room(state, make=add) as (store, config):
        found = editing.change(store, config, who, wanted, add=add)
    if state.console.json:
        data = {"contact": found.contact, "added": found.added, "changed": found.changed}
        state.console.emit("contacts-set", data)
        return 0
    done = f"{', '.join(found.changed)} set" if found.changed else "everything was so before"
    new = "new " if found.added else ""
    state.console.say(f"{state.console.mark('good')} {new}contact {found.contact}: {done}")
    return 0


@app.command()
def merge(
    ctx: typer.Context,
    *,
    who: Annotated[str, typer.Argument(metavar="WHO", help="The profile that goes.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The profile that stays.")],
    rule: Annotated[
        str, typer.Option("--merge", metavar="RULE", help="Where both have a value: keep, overwrite or newest.")
    ] = "keep",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")] = False,
) -> int:
    r"""Make two profiles of one person into one.

    Empty fields are filled; where both have a value, INTO keeps its own (--merge keep), takes that of WHO (overwrite), or
    that of the profile that was changed last (newest). Consent, addresses with their states, events and deliveries go
    along. What was withdrawn in either profile is withdrawn in both, and an address that loses is never written to.

    \b
    Examples:
      mops contacts merge m.koch@people.example mara@people.example --dry-run
      mops contacts merge 18 17
    """
    from mops_cli.audience import merging
    from mops_cli.cli.people_room import merged, room

    state = state_of(ctx)
    with room(state) as (store, _):
        found = merging.merge(store, who, into, rule, dry_run=dry_run)
    if state.console.json:
        state.console.emit("contacts-merge", found.as_json())
        return 0
    state.console.table(("WHAT", "COMES ALONG"), merged(found))
    done = f"contact {found.gone} would become part of" if dry_run else f"contact {found.gone} is now part of"
    state.console.say(f"{state.console.mark('good')} {done} contact {found.into}")
    return 0
