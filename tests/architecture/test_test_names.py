"""Test modules outside packages share one name space: two of one name cannot be collected together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_two_test_modules_have_one_name():
    loose = [path for path in TESTS.rglob("test_*.py") if not (path.parent / "__init__.py").exists()]
    assert loose
    assert [name for name, count in Counter(path.name for path in loose).items() if count > 1] == []
