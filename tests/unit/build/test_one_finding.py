"""One mistake, one finding: the one that helps."""

from __future__ import annotations

from mops_cli.build.echoes import without_echoes
from mops_cli.model.diagnostic import Span, error, warning


def test_a_misspelt_property_is_not_also_a_missing_one():
    unknown = error("MT506", "no property `lable`", Span("m.md", 4, 12))
    missing = error("MT507", "needs `label`", Span("m.md", 4, 1))
    elsewhere = error("MT507", "needs `label`", Span("m.md", 9, 1))
    assert without_echoes([missing, unknown, elsewhere]) == [unknown, elsewhere]


def test_what_stops_every_channel_is_said_once():
    told = [error("MC903", "brand/fonts/a.ttf cannot be read", Span("c.yaml", line)) for line in (4, 5, 6)]
    other = error("MC903", "the disk is full", Span("c.yaml", 4))
    assert without_echoes([*told, other]) == [told[0], other]


def test_fonts_that_could_not_be_read_are_not_missing_in_every_drawing():
    cause = error("MC201", 'unknown key "wieght"', Span("brand/fonts.yaml", 8))
    drawn = error("MB304", "the brand has no font to draw it", Span("art.svg", 4))
    skipped = warning("MR112", "no pdf", Span("c.yaml", 4))
    assert without_echoes([cause, drawn, skipped]) == [cause]
    assert without_echoes([drawn, skipped]) == [drawn, skipped]


def test_nothing_else_is_said_of_a_file_that_was_refused():
    refused = error("MC103", "too large", Span("m.md"))
    assert without_echoes([refused, error("MD201", "no subject", Span("m.md"))]) == [refused]
