"""Personas that cannot be shown.

## What it does

Checks that every persona says every declared contact field that may not be empty, that it has no field that is not
declared, that of several personas at least one leaves the optional fields empty, and that something is written in
the language of each: a persona in Austria (`de-AT`) reads what is written in German (`de`).

## Why it matters

Previews, sizes and SMS segments are computed for the personas. A mail that was never seen without a first name will
be seen without one by somebody.

## Example

```yaml
title: Ada, a regular
contact: {first_name: Ada}
```

Use instead:

```yaml
title: Ada, a regular
contact: {email: ada@aurora.example, first_name: Ada}
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Span, info, warning
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.lint.context import Context
    from mops_cli.model.content import Persona
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.source import Loaded

CODE = "MC401"


def check(context: Context) -> Iterator[Diagnostic]:
    """Every persona of the project."""
    personas = [item for item in context.repository.personas.values() if not item.path.startswith("mops:")]
    fields = context.repository.config.value.fields.contact
    for persona in personas:
        yield from _persona(context, persona)
    optional = [name for name, spec in fields.items() if spec.nullable]
    if (
        len(personas) > 1
        and optional
        and all(any(persona.value.contact.get(name) for name in optional) for persona in personas)
    ):
        place = Span(personas[0].path)
        yield info(
            CODE,
            "no persona leaves the optional fields empty",
            place,
            f"add one without {', '.join(optional[:4])}: the nasty case is the one to look at",
        )


def _persona(context: Context, persona: Loaded[Persona]) -> Iterator[Diagnostic]:
    fields = context.repository.config.value.fields.contact
    missing = [name for name, spec in fields.items() if not spec.nullable and persona.value.contact.get(name) is None]
    if missing:
        place = persona.source.key("contact")
        yield warning(
            CODE,
            f'the persona "{persona.id}" has no {", ".join(missing)}, and every contact has',
            place,
            f"add {missing[0]} under contact",
        )
    locales = context.repository.config.value.project.locales
    if persona.value.locale and all(name.split("-")[0] != persona.value.locale.split("-")[0] for name in locales):
        place = persona.source.at("locale")
        message = f'nothing is written in "{persona.value.locale}": this persona gets no message to look at'
        near = nearest(persona.value.locale, locales)
        start = f'did you mean "{near}"? ' if near else ""
        yield warning(CODE, message, place, f"{start}write one of {', '.join(locales)}")
    for name in persona.value.contact if fields else ():
        if name not in fields:
            near = nearest(name, fields)
            cure = (
                f'did you mean "{near}"?'
                if near
                else f"declare it in mops.toml under [fields.contact.{name}], or take it out"
            )
            yield warning(CODE, f'"{name}" is not a declared contact field', persona.source.key("contact", name), cure)
