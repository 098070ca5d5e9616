"""Where a node stands: the project's folder, its settings in force, the process's variables, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mops_cli.content.environments import config_of, in_force
from mops_cli.delivery.providers.table import DROP, make, provider_for
from mops_cli.store.database import FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from mops_cli.clock import Clock
    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.planfile import Plan, SendPlan


@dataclass(frozen=True, slots=True)
class Ground:
    """The project as it is when a command begins (the port of ``sending.starting``)."""

    root: Path
    settings: InForce
    variables: Mapping[str, str]
    clock: Clock

    @property
    def environment(self) -> str:
        """The environment in force."""
        return self.settings.environment

    def providers(self, one: SendPlan) -> Sequence[str]:
        """Who takes a send, by names in ``mops.toml``: one for all people, or one for each destination.

        That they can be made is tried here, before anything is begun.

        Raises:
            UsageError: Nobody does, or a provider's table has a mistake.
        """
        if one.destinations:
            names = [self._taker(name, one) for name in one.destinations]
        else:
            names = [provider_for(self.settings, one.channel, one.sender, one.campaign)]
        for name in dict.fromkeys(names):
            make(name, self.settings, self.root, self.variables)
        return names

    def _taker(self, destination: str, one: SendPlan) -> str:
        said = self.settings.config.destinations.get(destination)
        if said is not None and said.provider:
            return said.provider
        if said is not None and said.path:
            return DROP
        return provider_for(self.settings, one.channel, one.sender, one.campaign)

    def plan(self, plan_id: str) -> Plan:
        """A plan that was written before.

        Raises:
            MopsError: It is gone, or not what it was.
        """
        from mops_cli.app.planning import load_plan

        return load_plan(self.root, plan_id)

    def folder(self, plan_id: str) -> Path:
        """Where a plan, its audiences and its content lie."""
        return self.root / FOLDER / "plans" / plan_id

    def links(self, plan: Plan, one: SendPlan) -> Sequence[Mapping[str, object]]:
        """Where the links of a send lead, as rows of the store."""
        from mops_cli.app.composing import link_rows_of

        return link_rows_of(self.folder(plan.id), one)


def ground(root: Path, environment: str, variables: Mapping[str, str], clock: Clock) -> Ground:
    """The ground of a project.

    Raises:
        UsageError: ``mops.toml`` has errors, or there is no such environment.
    """
    return Ground(root, in_force(config_of(root), environment), variables, clock)
