"""A small brand for decks: three colours, and two families of boxes, whose letters are where one can count on."""

from tests.unit.design.support import font_file

TOKENS = """\
color:
  $type: color
  brand:
    night: {$value: {colorSpace: srgb, components: [0.0627, 0.1255, 0.1882], hex: "#102030"}}
    sun: {$value: {colorSpace: srgb, components: [1, 0.8, 0], hex: "#ffcc00"}}
  paper: {$value: {colorSpace: srgb, components: [1, 1, 1], hex: "#ffffff"}}
"""
FONTS = """\
roles:
  body:
    family: Test Sans
    fallback: [sans-serif]
    licence: OFL-1.1
    files:
      - {file: brand/fonts/regular.ttf, weight: 400}
      - {file: brand/fonts/bold.ttf, weight: 700}
  heading:
    family: Test Display
    fallback: [serif]
    licence: OFL-1.1
    files:
      - {file: brand/fonts/display.ttf, weight: 600}
"""
BRAND = {
    "brand/brand.tokens.yaml": TOKENS,
    "brand/fonts.yaml": FONTS,
    "brand/fonts/regular.ttf": font_file(),
    "brand/fonts/bold.ttf": font_file(weight=700),
    "brand/fonts/display.ttf": font_file(family="Test Display", weight=600),
}
