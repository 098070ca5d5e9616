"""Contrast ratios and what the brand offers instead."""

import pytest

from mops_cli.design import contrast
from mops_cli.design.color import from_hex
from tests.unit.design.support import color, resolve


@pytest.mark.parametrize(
    ("front", "back", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ff0000", 1.0),
    ],
)
def test_ratio(front, back, expected):
    assert contrast.ratio(front, back) == pytest.approx(expected, abs=0.005)
    assert contrast.ratio(back, front) == contrast.ratio(front, back)


def test_large_text_needs_less():
    assert contrast.needed(16) == 4.5
    assert contrast.needed(24) == 3.0
    assert contrast.needed(19, bold=True) == 3.0


def test_translucent_colours_are_laid_over_their_ground():
    assert contrast.over(from_hex("#00000080"), "#ffffff") == "#7f7f7f"


def test_nearest_token_and_a_passing_one():
    themes, _ = resolve({"brand": {"coral": color(1, 0.49, 0.4), "ember": color(0.7, 0.19, 0.29)}})
    token, distance = contrast.nearest_token("#ff7d67", themes["default"])
    assert token.path == "brand.coral"
    assert distance < 0.02
    assert contrast.passing("#ff7d66", "#ffffff", themes["default"]).path == "brand.ember"
    assert contrast.passing("#ff7d66", "#808080", themes["default"], target=20) is None
