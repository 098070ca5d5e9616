"""Every test here builds with the channel of ``build_fakes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import build_fakes
import pytest

from mops_cli.build import scan, tools
from mops_cli.build.runner import build as run_build
from mops_cli.channels import CHANNELS
from mops_cli.clock import SystemClock

if TYPE_CHECKING:
    from mops_cli.build.report import BuildReport


@pytest.fixture(autouse=True)
def fake_channels(monkeypatch):
    for name in CHANNELS:
        monkeypatch.setitem(CHANNELS, name, "build_fakes")


@pytest.fixture(autouse=True)
def same_code(monkeypatch):
    """The package does not change between two builds of a test, whoever edits it meanwhile."""
    monkeypatch.setattr(tools, "code", lambda known, tick: scan.Table())


@pytest.fixture
def project(tmp_path):
    def make(campaigns=None, files=None):
        return build_fakes.project(tmp_path / "project", campaigns, files)

    return make


@pytest.fixture
def build():
    def run(root, *selection, **options) -> BuildReport:
        return run_build(str(root), SystemClock(), selection=selection, **options)

    return run
