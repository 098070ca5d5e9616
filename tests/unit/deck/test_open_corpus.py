"""The open decks beside the clone: equal to what the reference tools make of them."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("deck_conformance", ROOT / "benchmarks" / "deck_conformance.py")
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["deck_conformance"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def corpus(bench):
    found = bench.open_corpus()
    if found is None:
        pytest.skip("the open sample data is not there")
    yield found
    found.folder.cleanup()


@pytest.mark.shared_data
def test_complete_decks(bench, corpus):
    found = bench.measure_models(corpus, complete=True)
    assert found["silent_equal"] == found["silent_files"] > 0, found["different"]
    assert found["element_share"] >= 0.999, found["different"]
    assert found["messages_agree"] == found["files"]


@pytest.mark.shared_data
def test_fragments(bench, corpus):
    found = bench.measure_models(corpus, complete=False)
    assert found["equal_files"] / found["files"] >= 0.95, found["different"]
