"""vCard 2.1 to 4.0: the properties that say who a person is and how to reach them."""

from __future__ import annotations

import quopri
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mops_cli.audience.files.rows import Refused, gathered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

COLUMNS = (
    "external_id", "email", "phone", "full_name", "first_name", "last_name", "company", "city", "country", "birthday",
    "locale", "zone",
)  # fmt: skip
_SINGLE = {
    "UID": "external_id", "EMAIL": "email", "TEL": "phone", "FN": "full_name", "BDAY": "birthday", "LANG": "locale",
    "TZ": "zone",
}  # fmt: skip
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPE = re.compile(r"\\([\\,;nN])")
_PLACE = re.compile(r"^[A-Z][A-Za-z_]+/")


@dataclass(slots=True)
class VcardRows:
    """A file of cards; the first card is row 1. Of several addresses the first counts, or the preferred one."""

    path: Path
    columns: tuple[str, ...] = COLUMNS
    refused: list[Refused] = field(default_factory=list)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows."""
        return gathered(self._rows(), len(self.columns))

    def _rows(self) -> Iterator[tuple[int, list[str | None]]]:
        text = _FOLD.sub("", self.path.read_bytes().decode("utf-8-sig", "surrogateescape"))
        number = 0
        for part in re.split(r"(?im)^BEGIN:VCARD[ \t]*\r?$", text)[1:]:
            number += 1
            card, end, _ = part.partition("END:VCARD")
            if not end or any("\udc80" <= char <= "\udcff" for char in card):
                reason = "the card does not end" if not end else "not text in utf-8"
                shown = card.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                self.refused.append(Refused(number, "", reason, shown.strip()))
                continue
            found = _card(card)
            yield number, [found.get(name) for name in COLUMNS]


def _card(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        head, colon, value = line.partition(":")
        if colon:
            name, *parameters = head.split(";")
            _take(found, name.rpartition(".")[2].upper(), [entry.upper() for entry in parameters], value.strip())
    return found


def _take(found: dict[str, str], name: str, parameters: list[str], value: str) -> None:
    if any("QUOTED-PRINTABLE" in entry for entry in parameters):
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    parts = [_ESCAPE.sub(_unescaped, part).strip() for part in re.split(r"(?<!\\);", value)]
    if name == "N":
        _put(found, last_name=parts[0], first_name=parts[1] if len(parts) > 1 else "")
    elif name == "ADR" and len(parts) >= 7:
        _put(found, city=parts[3], country=parts[6])
    elif name == "ORG":
        _put(found, company=parts[0])
    elif name in _SINGLE:
        plain = re.sub(r"^(tel|mailto|urn:uuid):", "", parts[0], flags=re.IGNORECASE)
        if name == "TZ" and not _PLACE.match(plain):
            return
        if any("PREF" in entry for entry in parameters):
            found.pop(_SINGLE[name], None)
        _put(found, **{_SINGLE[name]: plain})


def _unescaped(match: re.Match[str]) -> str:
    return " " if match[1] in "nN" else match[1]


def _put(found: dict[str, str], **values: str) -> None:
    for name, value in values.items():
        if value:
            found.setdefault(name, value)
