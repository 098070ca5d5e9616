"""How a segment's funnel and a contact's verdicts are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.audience.addresses import masked
from mops_cli.audience.segments import asking
from mops_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.cli.console import Console
    from mops_cli.cli.segment_room import Room


def show_funnel(console: Console, room: Room, name: str) -> int:
    """Each condition: how many pass it alone, and with all before it."""
    funnel = asking.explain(room.store, room.segments, name, room.now)
    if console.json:
        steps = [
            {
                "line": step.line,
                "column": step.column,
                "text": step.text,
                "alone": step.alone,
                "together": step.together,
            }
            for step in funnel.steps
        ]
        console.emit("segment-funnel", {"segment": name, "everybody": funnel.everybody, "steps": steps}, room.findings)
        return 0
    rows = [("", "everybody", "", f"{funnel.everybody:,}")]
    rows += [(str(step.line), step.text, f"{step.alone:,}", f"{step.together:,}") for step in funnel.steps]
    console.table(("LINE", "CONDITION", "ALONE", "LEFT"), rows)
    return 0


def show_verdicts(console: Console, room: Room, name: str, contact: int) -> int:
    """Whether a contact is in, and what each condition says."""
    found = asking.explain_contact(room.store, room.segments, name, contact, room.now)
    if found is None:
        raise UsageError("there is no such contact", hint="it was deleted a moment ago")
    inside, verdicts = found
    words = {True: "yes", False: "no", None: "not known"}
    if console.json:
        lines = [{"line": one.line, "text": one.text, "holds": one.holds} for one in verdicts]
        console.emit("segment-verdict", {"segment": name, "contact": contact, "in": inside, "lines": lines})
        return 0
    console.table(("LINE", "CONDITION", "HOLDS"), [(str(one.line), one.text, words[one.holds]) for one in verdicts])
    console.say(
        f"{console.mark('good' if inside else 'dim')} contact {contact} is {'in' if inside else 'not in'} {name}"
    )
    return 0


def show_difference(
    console: Console, found: asking.Difference, people: Mapping[int, tuple[str | None, str | None]], most: int
) -> int:  # fmt: skip
    """How many joined, left and stayed, and the first of those who did, with their addresses masked."""
    rows = [("joined", len(found.joined)), ("left", len(found.left)), ("stayed", found.stayed)]
    console.table(("SINCE THEN", "CONTACTS"), [(word, f"{count:,}") for word, count in rows])
    moved = [("joined", number) for number in found.joined[:most]] + [("left", number) for number in found.left[:most]]
    if moved:
        console.data("")
        shown = [
            (word, str(number), *(masked(one) if one else "-" for one in people[number])) for word, number in moved
        ]
        console.table(("WHAT", "CONTACT", "EMAIL", "PHONE"), shown)
    return 0
