"""Did-you-mean: the nearest of the valid names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name most like ``name``, or None when none is near."""
    names = list(valid)
    found = get_close_matches(name[:200], names, n=1, cutoff=0.6)
    if found:
        return found[0]
    last = name.rsplit(".", 1)[-1].lower()
    return next((other for other in names if other.rsplit(".", 1)[-1].lower() == last), None) if last else None


def did_you_mean(name: str, valid: Iterable[str], *, otherwise: str = "") -> str:
    """A help sentence with the nearest valid name, or ``otherwise``."""
    found = nearest(name, valid)
    return f'Did you mean "{found}"?' if found else otherwise


def listed(names: Iterable[str], *, most: int = 14) -> str:
    """Names for a sentence: ``a, b, c, ...``."""
    all_names = list(names)
    text = ", ".join(all_names[:most])
    return f"{text}, ..." if len(all_names) > most else text
