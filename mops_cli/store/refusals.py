"""What DuckDB says when it refuses, as sentences with exit codes. Its own words may hold values, so they are not shown."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mops_cli.errors import ExternalError, LockHeld, MopsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL = re.compile(r"no space left|disk quota|out of disk|file size limit|file too large", re.IGNORECASE)
_PROCESS = re.compile(r"\(PID (\d+)\)")


class NotAStore(UsageError):
    """The file is no store of this product, or it was cut short."""


class NewerStore(UsageError):
    """The store was written by a newer version."""


class StoreFailed(MopsError):
    """The database failed in a way that is no fault of the input."""


@contextmanager
def translated(shown: str) -> Iterator[None]:
    """Turn DuckDB's exceptions about the file ``shown`` into ours.

    Raises:
        MopsError: Whatever DuckDB raised, as the class that fits.
    """
    import duckdb

    try:
        yield
    except duckdb.IOException as problem:
        raise _about_the_file(str(problem), shown) from None
    except duckdb.OutOfMemoryException:
        raise ExternalError(
            "the store ran out of memory or of room for temporary files", hint="close other programs and do it again"
        ) from None
    except (duckdb.FatalException, duckdb.TransactionException) as problem:
        raise _about_the_file(str(problem), shown) from None
    except (duckdb.DataError, duckdb.IntegrityError) as problem:  # these quote the value, which may be an address
        raise StoreFailed(f"the store refused a value ({type(problem).__name__}); nothing was changed") from None


def _about_the_file(said: str, shown: str) -> MopsError:
    if "lock" in said:
        process = _PROCESS.search(said)
        who = f" (process {process[1]})" if process else ""
        return LockHeld(f"another run{who} has {shown} open", hint="wait for it, or stop it; then do this again")
    if _FULL.search(said):
        return ExternalError(
            f"the disk is full: {shown} could not be written",
            hint="make room and do it again; what was there before is untouched",
        )
    if "newer version" in said or "version number" in said:
        return NewerStore(f"{shown} was written by a newer DuckDB", hint="install the newest mops on this machine")
    if "not a valid DuckDB" in said or "corrupt" in said.lower() or "checksum" in said.lower():
        return NotAStore(f"{shown} is no store, or it is damaged", hint="bring back a backup: mops store restore FILE")
    if "ermission denied" in said or "ead-only" in said:
        return UsageError(f"{shown} cannot be opened: permission denied", hint="check who owns the folder .mops/")
    return StoreFailed(f"{shown} could not be read or written", hint="run `mops store info`, and bring back a backup")
