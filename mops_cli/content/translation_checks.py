"""What one locale has and another lacks, and messages that nobody uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, Span, error, warning
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mops_cli.content.translations import Entry, Resource
    from mops_cli.model.content import TextFile
    from mops_cli.model.repository import Repository

_USE = re.compile(r"""\bt\(\s*(?:"(?P<one>[^"\n]*)"|'(?P<two>[^'\n]*)'|(?P<other>[^)\s]))""")
_NAMES = re.compile(r"\$([A-Za-z][\w-]*)")


def across(repository: Repository, resources: Mapping[str, Resource], texts: Sequence[TextFile]) -> list[Diagnostic]:
    """Missing, surplus and unused messages; arguments that differ between locales."""
    project = repository.config.value.project
    found: list[Diagnostic] = []
    default = resources.get(project.default_locale)
    for locale in project.locales:
        if resources and locale not in resources and default is not None:
            hint = f"add content/locales/{locale}.ftl, or remove {locale} from locales in mops.toml"
            found.append(warning("MI112", f"no translations for the locale {locale}", Span(default.file.path), hint))
    if default is None:
        return [*found, *_unused(repository, resources, texts)]
    for locale, resource in resources.items():
        if resource is default:
            continue
        if not any(name.split("-", 1)[0] == locale.split("-", 1)[0] for name in project.locales):
            hint = (
                advice(locale, project.locales, what="locales") + "; add it to locales in mops.toml, or delete the file"
            )
            found.append(warning("MC304", f'there is no locale "{locale}"', Span(resource.file.path), hint))
            continue
        # A region's file (de-AT) holds only what differs from its language.
        if "-" not in locale or locale.split("-", maxsplit=1)[0] not in resources:
            found.extend(_missing(default, resource))
        found.extend(_surplus(default, resource))
        found.extend(_arguments(default, resource))
    return [*found, *_unused(repository, resources, texts)]


def _missing(default: Resource, resource: Resource) -> Iterator[Diagnostic]:
    for key, entry in default.entries.items():
        if key not in resource.entries and not key.startswith("-") and key.split(".", 1)[0] not in resource.unread:
            hint = f"add `{key} = …` to {resource.file.path}"
            yield warning("MI103", f'"{key}" has no translation in {resource.locale}', entry.span, hint)


def _surplus(default: Resource, resource: Resource) -> Iterator[Diagnostic]:
    for key, entry in resource.entries.items():
        # Terms may differ: a language may need more of them.
        if key in default.entries or key.startswith("-"):
            continue
        close = nearest(key, [name for name in default.entries if name not in resource.entries])
        hint = f'did you mean "{close}"? ' if close else ""
        hint += f"add it to {default.file.path}, or delete it here"
        yield warning("MI111", f'"{key}" is not in {default.file.path}', entry.span, hint)


def _arguments(default: Resource, resource: Resource) -> Iterator[Diagnostic]:
    for key, entry in resource.entries.items():
        original = default.entries.get(key)
        if original is None or key.startswith("-"):
            continue
        asked, given = _variables(default, original), _variables(resource, entry)
        misspelt: set[str] = set()
        for name in sorted(given - asked):
            close = nearest(name, asked - given)
            misspelt.add(close or "")
            hint = f'did you mean "${close}"? ' if close else ""
            hint += f"{default.file.path} has: {', '.join(f'${n}' for n in sorted(asked)) or 'none'}"
            yield error("MI106", f'"{key}" uses ${name}, which the original does not have', entry.span, hint)
        for name in sorted(asked - given - misspelt):
            hint = f"write {{ ${name} }} where it belongs, or drop it from {default.file.path} too"
            yield warning("MI106", f'"{key}" leaves out ${name}', entry.span, hint)


def _variables(resource: Resource, entry: Entry) -> set[str]:
    """Variables written in an entry itself."""
    text = resource.file.text[entry.value.span.start : entry.value.span.end]
    return set(_NAMES.findall(text))


def _unused(
    repository: Repository, resources: Mapping[str, Resource], texts: Sequence[TextFile]
) -> Iterator[Diagnostic]:
    """Messages that no template asks for; nothing is said when a template computes a key."""
    used: set[str] = set()
    for file in texts:
        for match in _USE.finditer(file.text) if "t(" in file.text else ():
            if match["other"]:
                return
            used.add(match["one"] if match["one"] is not None else match["two"])
    package = {key for below in repository.package_locales.values() for key in _defined(below)}
    default = repository.config.value.project.default_locale
    resource = resources.get(default)
    if resource is None or not used:
        return
    for other in resources.values():
        for entry in other.entries.values():
            text = other.file.text[entry.value.span.start : entry.value.span.end]
            used.update(re.findall(r"\{\s*(-?[A-Za-z][\w-]*)", text))
    for key, entry in resource.entries.items():
        name = key.split(".", maxsplit=1)[0]
        if key not in used and name not in used and name not in package:
            hint = f'delete it in every locale, or use it: [[ t("{name}") ]]'
            if name.startswith("-"):
                hint = f"delete it in every locale, or use it in a message: {{ {name} }}"
            yield warning("MI104", f'nobody uses "{key}"', entry.span, hint)


def _defined(file: TextFile) -> list[str]:
    return re.findall(r"^([A-Za-z][\w-]*)[ \t]*=", file.text, re.MULTILINE)
