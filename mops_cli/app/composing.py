"""What a worker composes with: one composer for each send, channel, locale and variant, compiled once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from mops_cli.delivery.messages.composing import composer_for
from mops_cli.delivery.messages.composing import link_rows as rows_of
from mops_cli.delivery.messages.tokens import link_keys
from mops_cli.delivery.plan.reading import CONTENT, read_plan
from mops_cli.store.database import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mops_cli.content.environments import InForce
    from mops_cli.delivery.jobs import Job
    from mops_cli.delivery.plan.planfile import SendPlan
    from mops_cli.model.delivery import Composer

MOST = 64
"""Composers that are kept; a campaign has one for each locale and variant."""


class Composers:
    """Composers by job, locale and variant."""

    def __init__(self, root: Path, settings: InForce) -> None:
        """``root`` is the project's folder."""
        self._root = root
        self._settings = settings
        self._key = link_keys(root / FOLDER)[0]
        self._parts: dict[tuple[str, str, str], tuple[SendPlan, Path]] = {}
        self._made: OrderedDict[tuple[str, str, str, str, str], Composer] = OrderedDict()
        self._fields: dict[tuple[str, str, str], list[str]] = {}

    def composer(self, job: Job, locale: str, variant: str) -> Composer:
        """The composer for somebody's locale and variant.

        Raises:
            MopsError: The plan or its content is gone or not what it was; there is no message in this locale.
        """
        place = (job.plan, job.send, job.channel, locale, variant)
        found = self._made.get(place)
        if found is None:
            part, content = self._part(job)
            found = composer_for(part, content, self._settings, locale, variant, key=self._key)
            self._made[place] = found
            if len(self._made) > MOST:
                self._made.popitem(last=False)
        return found

    def fields(self, job: Job) -> Sequence[str]:
        """The contact fields that any of a job's messages reads."""
        place = (job.plan, job.send, job.channel)
        if place not in self._fields:
            part, _ = self._part(job)
            composers = [
                self.composer(job, locale, variant)
                for locale in part.locales or ("",)
                for variant in part.variants or ("",)
            ]
            self._fields[place] = sorted(frozenset[str]().union(*(one.fields for one in composers)))
        return self._fields[place]

    def _part(self, job: Job) -> tuple[SendPlan, Path]:
        place = (job.plan, job.send, job.channel)
        if place not in self._parts:
            folder = self._root / FOLDER / "plans" / job.plan
            plan = read_plan(folder)
            part = next(one for one in plan.sends if (one.send, one.channel) == (job.send, job.channel))
            self._parts[place] = (part, folder / CONTENT)
        return self._parts[place]


def link_rows_of(folder: Path, part: SendPlan) -> Sequence[Mapping[str, object]]:
    """Where the links of a send lead, as rows of the store; ``folder`` is its plan's."""
    return rows_of(part, folder / CONTENT)
