"""A project for each test; its content is built once for all of them."""

from __future__ import annotations

import shutil

import pytest

from mops_cli.build.runner import build
from mops_cli.clock import SystemClock
from tests.conftest import MINIMAL, write
from tests.unit.cli.conftest import mops  # noqa: F401  # a fixture
from tests.unit.plan import world


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    root = write(
        tmp_path_factory.mktemp("plans") / "project",
        {
            "brand/identity.yaml": MINIMAL["brand/identity.yaml"],
            "content/personas/ada.yaml": MINIMAL["content/personas/ada.yaml"],
            **world.FILES,
        },
    )
    report = build(str(root), SystemClock())
    assert not report.failed, report.diagnostics
    return root


@pytest.fixture
def root(built, tmp_path):
    """A copy of the project, built."""
    return shutil.copytree(built, tmp_path / "project", copy_function=shutil.copy2)
