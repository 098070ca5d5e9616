"""Which column of a file goes where: as told with ``--map``, else by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mops_cli.store.columns import Column

OWN = {"external_id": "text", "email": "email", "phone": "phone", "locale": "locale", "zone": "zone"}
"""Fields of everybody, and their types."""

ALIASES = {
    "e_mail": "email", "mail": "email", "email_address": "email", "e_mail_address": "email", "mobile": "phone",
    "phone_number": "phone", "telephone": "phone", "tel": "phone", "id": "external_id", "language": "locale",
    "lang": "locale", "timezone": "zone", "time_zone": "zone", "firstname": "first_name", "lastname": "last_name",
    "given_name": "first_name", "family_name": "last_name",
}  # fmt: skip
"""Names in files that people use for ours."""

UPDATED = "updated_at"
_WORD = re.compile(r"[^\w]+")
_NUMBERED = re.compile(r"^[a-z_]\w{0,62}$")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: its place in the file, its name there, the field, the type; ``extra`` when not declared."""

    index: int
    name: str
    field: str
    kind: str
    extra: bool = False

    @property
    def cell(self) -> str:
        """The column of the staged file."""
        return f"c{self.index}"


def targets(columns: Sequence[str], declared: Sequence[Column], told: Mapping[str, str]) -> tuple[Target, ...]:
    """Where every column goes; those that go nowhere are left out.

    Raises:
        UsageError: ``--map`` names a column that is not there, or two columns go to the same field.
    """
    kinds = {**OWN, **{column.name: column.kind for column in declared}, UPDATED: "datetime"}
    for name in told:
        if name not in columns:
            raise UsageError(f"--map: the file has no column {name}", hint=advice(name, columns, what="columns"))
    found: dict[str, Target] = {}
    for index, name in enumerate(columns):
        wanted = told.get(name)
        if wanted == "" or (not name and wanted is None):
            continue
        target = _target(index, name, wanted, kinds)
        if target.field in found:
            raise UsageError(
                f"the columns {found[target.field].name} and {name} both go to {target.field}",
                hint=f"leave one out: --map {name}=",
            )
        found[target.field] = target
    return tuple(found.values())


def _target(index: int, name: str, wanted: str | None, kinds: Mapping[str, str]) -> Target:
    field = plain(wanted or name)
    if wanted is None and field not in kinds:
        field = ALIASES.get(field, field)
    if wanted is not None and not _NUMBERED.match(field):
        raise UsageError(f"--map: {wanted} is no field name", hint="small letters, digits and underscores")
    return Target(index, name, field, kinds.get(field, "text"), extra=field not in kinds)


def plain(name: str) -> str:
    """A column's name as a field's: ``Shoe size`` is ``shoe_size``."""
    return _WORD.sub("_", name.strip().casefold()).strip("_")[:63] or "column"
