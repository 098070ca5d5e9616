"""The sample people, and what a template becomes for each: sizes are checked against the longest."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from mops_cli.model.diagnostic import Severity, Span, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.channels.base import Job
    from mops_cli.channels.personalize import Compiled, TemplateProblem
    from mops_cli.channels.templating.slots import Slot, SlotTable
    from mops_cli.model.config import Fields
    from mops_cli.model.content import Persona


class People:
    """The personas of a job: those of its language and those without one (all, when that leaves none)."""

    def __init__(self, job: Job, slots: SlotTable | None = None, link_base: str = "") -> None:
        """``slots`` gives faults their place; ``link_base`` is where our own addresses begin, as far as known."""
        self._job = job
        self._slots = slots
        self._base = link_base
        self._compiled: dict[str, Compiled | None] = {}
        self._told: set[str] = set()

    @cached_property
    def personas(self) -> Mapping[str, Persona]:
        """Persona by id, sorted."""
        everyone = {name: loaded.value for name, loaded in sorted(self._job.personas().items())}
        language = self._job.locale.partition("-")[0]
        fitting = {
            name: one
            for name, one in everyone.items()
            if one.locale is None or one.locale.partition("-")[0] == language
        }
        return fitting or everyone

    def data(self, persona: Persona) -> dict[str, Any]:
        """What templates may ask about a person; a declared field that the persona does not say is empty."""
        return data_of(persona, self._job.config.fields)

    def compiled(self, template: str) -> Compiled | None:
        """A template, compiled once; None (and a finding) when it is none."""
        from mops_cli.channels.personalize import TemplateProblem
        from mops_cli.channels.personalize import compile as compile_template

        if template not in self._compiled:
            try:
                self._compiled[template] = compile_template(
                    template, cover=True
                )  # the build asks again for what is covered
            except TemplateProblem as problem:
                self._compiled[template] = None
                self._tell(problem, "")
        return self._compiled[template]

    def fill(self, template: str, persona: Persona, name: str = "") -> str:
        """A template for one person; what this person brings to light is reported (and the text is then empty)."""
        if "{{" not in template and "{%" not in template and "{#" not in template:
            return template
        from mops_cli.channels.personalize import TemplateProblem, sample_links

        compiled = self.compiled(template)
        if compiled is None:
            return ""
        project = self._job.config.project
        data = self.data(persona)
        links = sample_links(self._base) if self._base else sample_links()
        try:
            return compiled.render(data, self._job.locale, project.currency, project.fallback_zone, links)
        except TemplateProblem as problem:
            self._tell(problem, name)
            return ""

    def _tell(self, problem: TemplateProblem, name: str) -> None:
        key = f"{problem.code} {problem.message} {problem.tag}"
        if key in self._told:
            return
        self._told.add(key)
        if not name and self._job.failed:
            return  # a template with mistakes, told where they were made
        place = self._place(problem.tag)
        if any(
            found.severity is Severity.ERROR and (found.span.path, found.span.line) == (place.path, place.line)
            for found in self._job.found
        ):
            return  # said already, without the help of a persona
        who = f" (the persona {name} brings it to light)" if name else ""
        self._job.report(
            error(problem.code, problem.message + who, place, problem.hint or "look at the tags of this text")
        )

    def _place(self, tag: str) -> Span:
        """The author's place of a tag: the longest source that it was made from."""
        found = [slot for slot in self._all_slots() if slot.text and slot.text in tag and slot.span.path]
        if found:
            return max(found, key=lambda slot: len(slot.text)).span
        message = self._job.message()
        return Span(message.path if message else self._job.folder.campaign.path)

    def _all_slots(self) -> list[Slot]:
        if self._slots is None:
            return []
        return [slot for number in range(len(self._slots)) if (slot := self._slots.get(number)) is not None]

    def each(self, template: str) -> dict[str, str]:
        """What the template becomes, by persona; without any persona: the template as it stands."""
        if not self.personas:
            return {"": template}
        return {name: self.fill(template, persona, name) for name, persona in self.personas.items()}

    def longest(self, template: str, measure: Callable[[str], int] = len) -> int:
        """The greatest length over all people."""
        return max(measure(text) for text in self.each(template).values())

    def trees(self, value: Any) -> dict[str, Any]:
        """A JSON value whose texts are templates, filled for each person."""
        if not self.personas:
            return {"": value}
        return {
            name: map_texts(value, partial(self.fill, persona=persona, name=name))
            for name, persona in self.personas.items()
        }

    @property
    def variables(self) -> frozenset[str]:
        """Every recipient-time name of the templates seen so far."""
        return frozenset(name for compiled in self._compiled.values() if compiled for name in compiled.variables)


def data_of(persona: Persona, fields: Fields) -> dict[str, Any]:
    """A persona as the data of a template, as a sender would give it: declared fields are there, empty or not."""
    from mops_cli.channels.personalize import complete

    return complete({"contact": persona.contact, "order": persona.order, "event": persona.event}, fields.roots())


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [map_texts(item, change) for item in value]
    return value
