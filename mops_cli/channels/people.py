"""The sample people, and what a template becomes for each: sizes are checked against the longest."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.personalize import Compiled
    from mops_cli.model.content import Persona


class People:
    """The personas of a job: those of its locale and those without one (all, when that leaves none)."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._compiled: dict[str, Compiled] = {}

    @cached_property
    def personas(self) -> Mapping[str, Persona]:
        """Persona by id, sorted."""
        everyone = {name: loaded.value for name, loaded in sorted(self._job.personas().items())}
        fitting = {name: one for name, one in everyone.items() if one.locale in (None, self._job.locale)}
        return fitting or everyone

    def compiled(self, template: str) -> Compiled:
        """A template, compiled once."""
        from mops_cli.channels.personalize import compile as compile_template

        found = self._compiled.get(template)
        if found is None:
            found = self._compiled[template] = compile_template(template)
        return found

    def fill(self, template: str, persona: Persona) -> str:
        """A template for one person."""
        if "{{" not in template and "{%" not in template:
            return template
        from mops_cli.channels.personalize import sample_links

        config = self._job.config.project
        data = {"contact": persona.contact, "order": persona.order, "event": persona.event}
        return self.compiled(template).render(
            data, self._job.locale, config.currency, config.fallback_zone, sample_links()
        )

    def each(self, template: str) -> dict[str, str]:
        """What the template becomes, by persona; without any persona: the template as it stands."""
        if not self.personas:
            return {"": template}
        return {name: self.fill(template, persona) for name, persona in self.personas.items()}

    def longest(self, template: str, measure: Callable[[str], int] = len) -> int:
        """The greatest length over all people."""
        return max(measure(text) for text in self.each(template).values())

    def trees(self, value: Any) -> dict[str, Any]:
        """A JSON value whose texts are templates, filled for each person."""
        if not self.personas:
            return {"": value}
        return {
            name: map_texts(value, lambda text, who=persona: self.fill(text, who))  # type: ignore[misc]
            for name, persona in self.personas.items()
        }

    @property
    def variables(self) -> frozenset[str]:
        """Every recipient-time name of the templates seen so far."""
        return frozenset(name for compiled in self._compiled.values() for name in compiled.variables)


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [map_texts(item, change) for item in value]
    return value
