"""Small decks, compiled from text with files from a dictionary."""

import textwrap

from mops_cli.design.deck.compiler import Options, compile_deck
from mops_cli.design.deck.reference_xml import to_xml


def build(source, *, files=None, path="decks/main.dsh", **options):
    """Compiles a dedented source."""
    known = {
        name: text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        for name, text in (files or {}).items()
    }

    def read(name):
        assert not name.startswith(("/", ".."))
        return known.get(name)

    return compile_deck(textwrap.dedent(source), path, read, Options(**options))


def elements(source, **options):
    """The elements of a source without slides; it must compile without a finding."""
    made = build(source, **options)
    assert [str(found) for found in made.diagnostics] == []
    return made.deck.loose


def only(source, **options):
    """The one element of a source."""
    found = elements(source, **options)
    assert len(found) == 1
    return found[0]


def codes(source, **options):
    """The codes of the findings, in order."""
    return [found.code for found in build(source, **options).diagnostics]


def finding(source, **options):
    """The one finding of a source."""
    found = build(source, **options).diagnostics
    assert len(found) == 1, [entry.message for entry in found]
    return found[0]


def xml(source, **options):
    """The reference XML of a source."""
    return to_xml(build(source, **options).deck)
