"""Small documents, the compiler on them, and a compiler that knows nothing of our steps."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from mops_cli.channels.mjml import Included, MjmlOptions, compile_mjml
from mops_cli.channels.mjml.places import plain_locate

ROOT = Path(__file__).resolve().parents[3]
STATEMENT = re.compile(r"\{%[^{}]*%\}")


@pytest.fixture
def page():
    """MJML around something that stands in a column."""
    return "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>".format


@pytest.fixture
def run():
    """Compile; statements are turned into sentinels; ``files`` are what ``mj-include`` finds."""

    def run(source, files=None, **options):
        statements = {}

        def sentinel(found):
            word = f"jx{len(statements):05d}sxj"
            statements[word] = found.group()
            return word

        source = STATEMENT.sub(sentinel, source)

        def read(path, base):
            text = (files or {}).get(path)
            return None if text is None else Included(text, path, plain_locate(path, text))

        options.setdefault("statements", statements)
        options.setdefault("read", read)
        return compile_mjml(source, locate=plain_locate("mail.mjml", source), options=MjmlOptions(**options))

    return run


@pytest.fixture
def html(run):
    """The HTML of a document that must be free of findings."""

    def html(source, **options):
        result = run(source, **options)
        assert result.diagnostics == []
        return result.html

    return html


@pytest.fixture
def findings(run):
    """Code and place of every finding."""

    def findings(source, **options):
        return [(d.code, d.span.line, d.span.column) for d in run(source, **options).diagnostics]

    return findings


@pytest.fixture
def alone():
    """What the engine makes of a document without us; "" when it refuses."""
    from mjml import mjml2html

    def alone(source):
        try:
            return mjml2html(source)
        except ValueError:
            return ""

    return alone


@pytest.fixture(scope="session")
def equivalence():
    """The normaliser and the figures of the benchmark."""
    spec = importlib.util.spec_from_file_location("mjml_equivalence", ROOT / "benchmarks" / "mjml_equivalence.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
