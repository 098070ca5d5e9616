"""The frozen audience of a send, read slice by slice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLUMNS = ("contact_id", "locale", "variant")


class AudienceGone(MopsError):
    """The audience of a plan is not there any more, or is another one."""

    exit_code = 5


class Audience:
    """Rows of a plan's Parquet file by number. Keeps one row group in memory, however large the file is."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            AudienceGone: It is not there or not readable.
        """
        import pyarrow.parquet as pq

        try:
            self._file = pq.ParquetFile(path)
        except (OSError, ValueError) as problem:
            raise AudienceGone(
                f"the audience of the plan cannot be read: .mops/plans/{path.parent.name}/{path.name}",
                hint="make the plan again: mops plan",
            ) from problem
        groups = self._file.metadata
        self._starts = [0]
        for number in range(groups.num_row_groups):
            self._starts.append(self._starts[-1] + groups.row_group(number).num_rows)
        self._held: tuple[int, Any] = (-1, None)

    @property
    def rows(self) -> int:
        """How many recipients there are."""
        return self._starts[-1]

    def read(self, indices: Sequence[int]) -> list[tuple[int, int, str, str]]:
        """Index, contact id, locale and variant of some recipients; indices in ascending order."""
        found: list[tuple[int, int, str, str]] = []
        left = list(indices)
        while left:
            group = self._group_of(left[0])
            start, end = self._starts[group], self._starts[group + 1]
            mine = [index for index in left if index < end]
            left = left[len(mine) :]
            rows = self._rows(group).take([index - start for index in mine])
            columns = [rows.column(name).to_pylist() for name in COLUMNS]
            found += [
                (index, int(contact), locale or "", variant or "")
                for index, contact, locale, variant in zip(mine, *columns, strict=True)
            ]
        return found

    def _group_of(self, index: int) -> int:
        from bisect import bisect_right

        if not 0 <= index < self.rows:
            raise AudienceGone(
                f"recipient {index} is not in the plan's audience of {self.rows}", hint="make the plan again"
            )
        return bisect_right(self._starts, index) - 1

    def _rows(self, group: int) -> Any:
        if self._held[0] != group:
            self._held = (group, self._file.read_row_group(group, columns=list(COLUMNS)))
        return self._held[1]
