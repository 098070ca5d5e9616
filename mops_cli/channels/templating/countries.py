"""Countries in the words of a locale, remembered: Babel takes longer to load than most messages to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.base import digest
from mops_cli.channels.templating import formats

if TYPE_CHECKING:
    from mops_cli.channels.base import Job


def country(job: Job, name: str) -> str:
    """A country in the words of the job's locale: two capital letters become a name, any other text stays."""
    key = digest(name, job.locale)
    return job.memo("country", key, lambda: formats.country(name, job.locale).encode()).decode()
