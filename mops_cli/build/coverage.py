"""Which recipient-time branches of an artifact the personas come through, and which nobody has ever seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.build.report import BranchCoverage
from mops_cli.model.diagnostic import Diagnostic, Span, info, warning
from mops_cli.model.source import span_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.channels.base import Job
    from mops_cli.channels.personalize import Compiled, CompiledJson
    from mops_cli.channels.templating.recipient import Arm
    from mops_cli.model.artifact import Output

_FORMS = (".txt", ".html", ".json")  # the plainest form of a message has its author's branches and few others
_NAME = re.compile(r"\b(?:contact|order|event|send)(?:\.\w+)+")


def measure(job: Job, outputs: Iterable[Output]) -> tuple[tuple[BranchCoverage, ...], list[Diagnostic]]:
    """The coverage of a unit's plainest templated output, and a finding for each branch that nobody takes."""
    output = _plainest(outputs)
    if output is None or not job.personas():
        return (), []
    from mops_cli.channels.personalize import TemplateProblem

    try:
        compiled = _compiled(output)
    except TemplateProblem:
        return (), []  # the channel has told it, with its place
    if not _render_for_all(compiled, job):
        return (), []
    found = compiled.coverage
    if not found.arms:
        return (), []
    places = [(arm, _place(job, arm)) for arm in found.missed]
    told = [_finding(arm, place) for arm, place in places if place is not None]
    missed = tuple(dict.fromkeys(place for _, place in places if place is not None))
    reached = len(found.arms) - len(found.missed)
    return (BranchCoverage(output.path, reached, len(found.arms), missed),), told


def _plainest(outputs: Iterable[Output]) -> Output | None:
    templated = [output for output in outputs if output.path.endswith(_FORMS) and b"{%" in output.data]
    ranked = sorted(templated, key=lambda output: _FORMS.index("." + output.path.rpartition(".")[2]))
    return ranked[0] if ranked else None


def _compiled(output: Output) -> Compiled | CompiledJson:
    from mops_cli.channels import personalize

    text = output.data.decode()
    if output.path.endswith(".json"):
        return personalize.compile_json(text, cover=True)
    return personalize.compile(text, cover=True)


def _render_for_all(compiled: Compiled | CompiledJson, job: Job) -> bool:
    """Render for every fitting persona; the compiled template counts what is reached. Whether all could be rendered."""
    from mops_cli.channels.people import People
    from mops_cli.channels.personalize import TemplateProblem, sample_links

    project = job.config.project
    people = People(job)
    for persona in people.personas.values():
        try:
            compiled.render(people.data(persona), job.locale, project.currency, project.fallback_zone, sample_links())
        except TemplateProblem:
            return False  # said where the personas are looked at for their own sake
    return True


def _finding(arm: Arm, place: Span) -> Diagnostic:
    """What nobody comes through, in words."""
    if arm.kind in ("if", "elif", "for"):
        message = f"no persona gets into `{arm.tag}`"
    elif arm.tag.startswith("{% for"):
        message = f"for every persona there is something in `{arm.tag}`; nobody has seen it empty"
    else:
        message = f"every persona gets into `{arm.tag}`; nobody has seen what others get"
    help_text = "add a persona that takes the other way (`mops new persona`), or remove the branch"
    make = info if arm.implicit else warning
    return make("MC907", message, place, help_text)


def _place(job: Job, arm: Arm) -> Span | None:
    """Where the author wrote the branch; None when it is the package's own (in a layout or a block)."""
    message = job.message()
    if message is None:
        return None
    tag = re.sub(r"(?:\\ )+", r"\\s+", re.escape(arm.tag.replace("-", "")))
    for pattern in (tag, *(re.escape(name) for name in _NAME.findall(arm.tag)[:1])):
        found = re.search(pattern, message.body)
        if found:
            return span_of(message.path, message.body, found.start(), found.end(), first_line=message.body_line)
    return None
