"""Did you mean: the closest of the known names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 12


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to ``name``, when one is close enough."""
    names = sorted(set(known))
    folded = {entry.casefold().replace("_", "-"): entry for entry in names}
    wanted = name.casefold().replace("_", "-")
    if wanted in folded:
        return folded[wanted]
    # Long inputs are not typing mistakes, and comparing them is slow.
    close = get_close_matches(wanted[:80], list(folded), n=1, cutoff=0.6) if names else []
    return folded[close[0]] if close else None


def advice(name: str, known: Iterable[str], *, what: str = "", none: str = "") -> str:
    """A help text: the closest name, and the list of valid ones.

    ``what`` names the kind in the plural ("segments"); ``none`` is said when there are no valid names at all.
    """
    names = sorted(set(known))
    if not names:
        return none
    close = nearest(name, names)
    start = f'did you mean "{close}"? ' if close else ""
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    return f"{start}{what or 'valid names'}: {shown}"
