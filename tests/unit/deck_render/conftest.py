"""Brand fonts made on the spot: every letter is half a size wide."""

import pytest

from mops_cli.clock import environment
from mops_cli.design import pdf, raster
from tests.unit.design.support import brand_fonts

NEEDS = {"needs_cairo": (raster.available, raster.APT), "needs_pango": (pdf.available, pdf.APT)}


def pytest_runtest_setup(item):
    for name, (available, line) in NEEDS.items():
        if item.get_closest_marker(name) and not available():
            if environment().get("MOPS_REQUIRE_NATIVE"):
                pytest.fail(f"missing library; run: {line}")
            pytest.skip(f"missing library; run: {line}")


@pytest.fixture(scope="session")
def fonts():
    return brand_fonts()
