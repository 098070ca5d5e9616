"""Guides draw pictures and pages: without the drawing libraries they cannot be followed to the end."""

import pytest

from mops_cli.clock import environment
from mops_cli.design import pdf, raster

NEEDS = {"needs_cairo": (raster.available, raster.APT), "needs_pango": (pdf.available, pdf.APT)}


def pytest_runtest_setup(item):
    for name, (available, line) in NEEDS.items():
        if item.get_closest_marker(name) and not available():
            if environment().get("MOPS_REQUIRE_NATIVE"):
                pytest.fail(f"missing library; run: {line}")
            pytest.skip(f"missing library; run: {line}")
