"""Which native libraries lie on this machine, asked without loading the Python packages around them."""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import lru_cache


@lru_cache(maxsize=16)
def library(name: str, number: int) -> ctypes.CDLL | None:
    """A shared library by its name and interface number (``cairo``, 2), or None."""
    candidates = (f"lib{name}.so.{number}", f"lib{name}.{number}.dylib", f"lib{name}-{number}.dll", find_library(name))
    for candidate in candidates:
        if not candidate:
            continue
        try:
            return ctypes.CDLL(candidate)
        except OSError:
            continue
    return None


def version(name: str, number: int, function: str) -> str:
    """What a library's version function says; empty when there is no such library."""
    found = library(name, number)
    ask = getattr(found, function, None) if found is not None else None
    return str(ask()) if ask is not None else ""
