"""What the engine itself refuses is brought home to the author's element."""

from __future__ import annotations

import pytest

from mops_cli.channels.mjml import compiler

BODY = "<mjml>\n<mj-body>\n<mj-section>\n<mj-column>\n{}\n</mj-column>\n</mj-section>\n</mj-body>\n</mjml>"
NAVBAR = '<mj-navbar>\n<mj-raw>x</mj-raw>\n<mj-navbar-link href="#">y</mj-navbar-link></mj-navbar>'


def test_an_offset_is_translated(run):
    result = run(BODY.format(NAVBAR), validate=False)
    assert result.html == ""
    assert [(d.code, d.span.line, d.span.column) for d in result.diagnostics] == [("ME401", 6, 1)]
    assert "position" not in result.diagnostics[0].message


def test_without_an_offset_the_smallest_element_is_found(run, monkeypatch):
    engine = compiler._engine

    def forgetful(text):
        try:
            return engine(text)
        except compiler._EngineError:
            raise compiler._EngineError("unexpected end of stream") from None

    monkeypatch.setattr(compiler, "_engine", forgetful)
    found = run(BODY.format(NAVBAR), validate=False).diagnostics
    assert [(d.code, d.span.line) for d in found] == [("ME401", 6)]


def test_a_panic_of_the_engine_is_a_finding(run, monkeypatch, page):
    import mjml

    class PanicException(BaseException):
        pass

    def panic(text, **options):
        raise PanicException

    monkeypatch.setattr(mjml, "mjml2html", panic)
    assert [d.code for d in run(page("<mj-text>x</mj-text>")).diagnostics] == ["ME401"]


def test_an_interrupt_is_not_swallowed(run, monkeypatch, page):
    import mjml

    def interrupt(text, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(mjml, "mjml2html", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(page("<mj-text>x</mj-text>"))


def test_what_validation_explains_is_not_said_twice(run):
    assert [d.code for d in run(BODY.format(NAVBAR)).diagnostics] == ["ME224"]


def test_the_same_bytes_every_time(run):
    source = BODY.format('<mj-navbar hamburger="hamburger"><mj-navbar-link href="#">y</mj-navbar-link></mj-navbar>')
    assert len({run(source).html for _ in range(5)}) == 1
