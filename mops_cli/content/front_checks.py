"""Front matter: fields are free, but those that MOPS reads have a type, and near misses are told."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mops_cli.content.schema import kind_of
from mops_cli.model.diagnostic import Diagnostic, error, warning
from mops_cli.model.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mops_cli.model.source import Key, Source

TEXT_FIELDS = ("subject", "preheader", "headline", "summary", "link", "title", "description")
_CHECKED = (*TEXT_FIELDS, "variants")
# Words that people use for fields of their own and that only look like ours.
_OWN = frozenset(
    {"object", "links", "titles", "subtitle", "summaries", "headlines", "header", "heading", "line", "lines"}
)


@lru_cache(maxsize=1024)
def _near(name: str) -> str | None:
    """The field of ours that a name resembles; the same few names stand in hundreds of messages."""
    return nearest(name, _CHECKED)


def misspelt(front: Mapping[str, object], field: str) -> str | None:
    """The name in the front matter that was meant to be ``field``, which is not there."""
    if field in front:
        return None
    return next((name for name in front if _looks_like(name) == field), None)


def _looks_like(name: str) -> str | None:
    """The field of ours that a field of the author's own is one slip away from."""
    close = _near(name) if name not in _CHECKED and name not in _OWN else None
    return close if close is not None and name.casefold()[:1] == close[:1] else None


def check_front(front: Mapping[str, object], source: Source) -> Iterator[Diagnostic]:
    """Findings about the fields of one message."""
    yield from _fields(front, source, ())
    variants = front.get("variants")
    if variants is None:
        if "variants" in front:
            yield error("MC202", '"variants" has no value', source.key("variants"), "write arms below it, or delete it")
        return
    if not isinstance(variants, dict):
        hint = "write the fields that differ, by arm: variants: {b: {subject: …}}"
        yield error("MC202", f'"variants" expects arms; found {kind_of(variants)}', source.at("variants"), hint)
        return
    for arm, fields in variants.items():
        if isinstance(fields, dict):
            yield from _fields(fields, source, ("variants", arm))
        else:
            hint = f"write its fields: {arm}: {{subject: …}}"
            yield error(
                "MC202", f'the arm "{arm}" expects fields; found {kind_of(fields)}', source.at("variants", arm), hint
            )


def _fields(fields: Mapping[str, object], source: Source, above: tuple[Key, ...]) -> Iterator[Diagnostic]:
    for name, value in fields.items():
        if name in TEXT_FIELDS:
            if isinstance(value, (dict, list)):
                hint = 'write one text, in quotes if it holds signs: "…"'
                message = f'"{name}" expects a text; found {kind_of(value)}'
                yield error("MC202", message, source.at(*above, name), hint)
            elif value is None:
                yield warning(
                    "MC202",
                    f'"{name}" has no value',
                    source.key(*above, name),
                    "write a text after the colon, or delete it",
                )
            continue
        close = _looks_like(name)
        if close is not None and close not in fields:
            hint = f'did you mean "{close}"? A field of your own may have any other name'
            yield warning("MC201", f'"{name}" looks like "{close}"', source.key(*above, name), hint)
