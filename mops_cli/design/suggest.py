"""Help sentences with the nearest valid name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(name: str, valid: Iterable[str], *, otherwise: str = "") -> str:
    """A help sentence with the nearest valid name, or ``otherwise``. Of dotted names the last part counts most."""
    names = list(valid)
    found = nearest(name, names)
    if found is None:
        last = name.rsplit(".", 1)[-1].casefold()
        found = next((other for other in names if last and other.rsplit(".", 1)[-1].casefold() == last), None)
    return f'Did you mean "{found}"?' if found else otherwise


def listed(names: Iterable[str], *, most: int = 14) -> str:
    """Names for a sentence: ``a, b, c, ...``."""
    all_names = list(names)
    text = ", ".join(all_names[:most])
    return f"{text}, ..." if len(all_names) > most else text
