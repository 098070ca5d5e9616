"""Did you mean: the closest of the known names."""

from __future__ import annotations

import heapq
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 12
_MANY = 400
_TOO_MANY = 5_000


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to ``name``, when one is close enough."""
    every = set(known)
    if len(every) > _TOO_MANY:
        return None
    if len(every) > _MANY:
        # Comparing takes its time: of very many names only those that begin alike are looked at.
        begin = name[:2].casefold()
        names = heapq.nsmallest(_MANY, (one for one in every if one[:2].casefold() == begin))
    else:
        names = sorted(every)
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
    every = set(known)
    if not every:
        return none
    close = nearest(name, every)
    start = f'did you mean "{close}"? ' if close else ""
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    shown = ", ".join(heapq.nsmallest(_SHOWN, every)) + more
    return f"{start}{what or 'valid names'}: {shown}"
