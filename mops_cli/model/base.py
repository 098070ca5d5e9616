"""The shape shared by all models of files: frozen, strict about unknown keys."""

from __future__ import annotations

from typing import Any

import msgspec


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen value that refuses keys it does not know."""


def plain(model: Model) -> dict[str, Any]:
    """The model and everything in it as mappings, lists and plain values, as JSON would hold them."""
    found: dict[str, Any] = msgspec.to_builtins(model)
    return found
