"""What reading one structured file gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from mops_cli.content.positions import TreeSource


@dataclass(frozen=True, slots=True)
class Parsed:
    """Data and the place of each value; ``usable`` is False when the text could not be read to its end.

    A file with errors may still be usable for further checks: then all its mistakes are told at once.
    """

    data: object
    source: TreeSource
    diagnostics: tuple[Diagnostic, ...] = ()
    usable: bool = True

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return any(d.severity is Severity.ERROR for d in self.diagnostics)
