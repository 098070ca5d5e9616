"""Tokens: structure, references, themes, values, places."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mops_cli.design.token_exports import css_variables, mjml_attributes, mjml_head, print_css, variable
from mops_cli.design.token_values import TYPES
from mops_cli.model.brand import Color
from tests.unit.design.support import color, errors, one, px, resolve


def test_without_a_brand_the_neutral_tokens_are_there():
    themes, found = resolve()
    assert found == []
    assert themes["default"].get("color.text").text == "#1d2430"
    assert themes["default"].get("font.heading").text == "'Helvetica Neue', Helvetica, Arial, sans-serif"


def test_a_brand_token_replaces_the_neutral_one_also_behind_aliases():
    themes, found = resolve({"color": {"accent": color(1, 0, 0)}})
    assert found == []
    assert themes["default"].get("color.link").text == "#ff0000"


def test_a_group_in_the_place_of_a_neutral_token_keeps_its_name_alive():
    themes, found = resolve({"color": {"text": {"default": color(0, 0, 0)}}})
    assert found == []
    tokens = themes["default"]
    assert tokens.get("color.text.default").text == "#000000"
    assert tokens.get("color.text").text == "#1d2430"


def test_types_are_inherited_from_groups_and_overruled():
    themes, found = resolve(
        {"a": {"$type": "dimension", "b": {"c": {"$value": px(3)}, "n": {"$type": "number", "$value": 2}}}}
    )
    assert found == []
    assert themes["default"].get("a.b.c").text == "3px"
    assert themes["default"].get("a.b.n").value == 2


def test_an_alias_takes_the_type_of_its_target_and_not_of_its_group():
    themes, found = resolve({"c": color(0, 0, 1), "g": {"$type": "dimension", "alias": {"$value": "{c}"}}})
    assert found == []
    assert themes["default"].get("g.alias").type == "color"


def test_pointers_reach_whole_tokens_and_parts_of_values():
    themes, found = resolve(
        {
            "a/b": color(0.2, 0.4, 1),
            "whole": {"$ref": "#/a~1b"},
            "value": {"$ref": "#/a~1b/$value"},
            "mix": color({"$ref": "#/a~1b/$value/components/2"}, 0, 0),
            "number": {"$type": "number", "$ref": "#/a~1b/$value/components/1"},
        }
    )
    assert found == []
    tokens = themes["default"]
    assert tokens.get("whole").text == tokens.get("value").text == "#3366ff"
    assert tokens.get("mix").text == "#ff0000"
    assert tokens.get("number").value == 0.4


def test_extends_takes_a_group_over_and_lets_members_win():
    base = {
        "button": {"$type": "dimension", "pad": {"x": {"$value": px(8)}, "y": {"$value": px(4)}}},
        "big": {"$extends": "{button}", "pad": {"y": {"$value": px(12)}}},
        "bigger": {"$extends": "#/big"},
    }
    themes, found = resolve(base)
    assert found == []
    tokens = themes["default"]
    assert [tokens.get(f"bigger.pad.{axis}").text for axis in "xy"] == ["8px", "12px"]


def test_root_tokens():
    themes, found = resolve(
        {"accent": {"$root": color(1, 0, 0), "dark": color(0.5, 0, 0)}, "x": {"$value": "{accent.$root}"}}
    )
    assert found == []
    assert themes["default"].get("x").text == themes["default"].get("accent").text == "#ff0000"
    assert variable("accent.$root") == "--accent"


def test_themes_lie_over_the_base_and_aliases_follow():
    themes, found = resolve(
        {"color": {"accent": color(1, 0, 0)}},
        dark={"color": {"accent": {"$value": {"colorSpace": "srgb", "components": [0, 1, 0]}}}},
    )
    assert found == []
    assert themes["default"].get("color.link").text == "#ff0000"
    assert themes["dark"].get("color.link").text == "#00ff00"
    assert themes["dark"].get("color.link").type == "color"


def test_deprecated_description_and_print_values():
    base = {"old": {**color(0, 0, 0), "$deprecated": 'Use "new".', "$description": "Ink"}, "u": {"$value": "{old}"}}
    themes, found = resolve(base)
    assert [(d.code, d.help) for d in found] == [("MB116", 'Use "new".')]
    assert themes["default"].get("old").description == "Ink"
    cmyk = {**color(1, 0, 0), "$extensions": {"dev.mops": {"cmyk": [0, 100, 90, 0]}, "com.other": 5}}
    size = {"$type": "dimension", "$value": px(12), "$extensions": {"dev.mops": {"pt": 9}}}
    themes, found = resolve({"red": cmyk, "small": size})
    assert found == []
    assert "--red: device-cmyk(0% 100% 90% 0%);" in print_css(themes["default"])
    assert "--small: 9pt;" in print_css(themes["default"])


@pytest.mark.parametrize(
    ("space", "components", "expected"),
    [
        ("srgb", [1, 0.5, 0], "#ff8000"),
        ("srgb-linear", [1, 0.2140412, 0], "#ff8000"),
        ("hsl", [30, 100, 50], "#ff8000"),
        ("hwb", [30, 0, 0], "#ff8000"),
        ("lab", [100, 0, 0], "#ffffff"),
        ("lch", [100, 0, 0], "#ffffff"),
        ("oklab", [1, 0, 0], "#ffffff"),
        ("oklch", [0, 0, 0], "#000000"),
        ("display-p3", [0.5, 0.5, 0.5], "#808080"),
        ("a98-rgb", [1, 1, 1], "#ffffff"),
        ("prophoto-rgb", [1, 1, 1], "#ffffff"),
        ("rec2020", [0, 0, 0], "#000000"),
        ("xyz-d65", [0.9504559, 1, 1], "#fffff"),
        ("xyz-d50", [0, 0, 0], "#000000"),
        ("hsl", ["none", 0, 50], "#808080"),
    ],
)
def test_all_fourteen_spaces(space, components, expected):
    themes, found = resolve({"c": color(*components, space=space)})
    assert errors(found) == []
    assert themes["default"].get("c").text.startswith(expected)


def test_outside_srgb_is_mapped_for_mail_and_kept_for_the_web():
    place, warning = one({"c": color(0.7, 0.3, 30, space="oklch")}, "MB108")
    assert place == "c/$value"
    themes, _ = resolve({"c": color(0.7, 0.3, 30, space="oklch")})
    token = themes["default"].get("c")
    assert isinstance(token.value, Color)
    assert not token.value.in_gamut
    assert token.text == token.value.hex
    css = css_variables(themes["default"])
    assert f"--c: {token.value.hex};" in css
    assert "@media (color-gamut: p3)" in css
    assert "--c: oklch(0.7 0.3 30);" in css
    assert token.value.hex in warning.message


def test_hex_strings_are_taken_with_a_note_that_gives_the_standard_form():
    place, note = one({"c": {"$type": "color", "$value": "#ff663380"}}, "MB107")
    assert place == "c/$value"
    assert '{colorSpace: srgb, components: [1, 0.4, 0.2], alpha: 0.502, hex: "#ff6633"}' in note.help
    themes, _ = resolve({"c": {"$type": "color", "$value": "#f63"}})
    assert themes["default"].get("c").text == "#ff6633"


def test_composites_spell_css():
    themes, found = resolve(
        {
            "c": color(0, 0, 0, alpha=0.5),
            "border": {"$type": "border", "$value": {"color": "{c}", "width": px(1), "style": "solid"}},
            "dash": {"$type": "strokeStyle", "$value": {"dashArray": [px(2)], "lineCap": "round"}},
            "move": {"$type": "transition", "$value": {"duration": {"value": 200, "unit": "ms"}, "delay": {"value": 0, "unit": "s"}, "timingFunction": [0.4, 0, 0.2, 1]}},
            "shadow": {"$type": "shadow", "$value": [{"color": "{c}", "offsetX": px(0), "offsetY": px(2), "blur": px(8), "spread": px(0), "inset": True}]},
            "fade": {"$type": "gradient", "$value": [{"color": "{c}", "position": 0}, {"color": "{color.paper}", "position": 7}]},
            "h1": {"$type": "typography", "$value": {"fontFamily": "{font.body}", "fontSize": px(32), "fontWeight": "semi-bold", "letterSpacing": px(-0.5), "lineHeight": 1.2}},
        }
    )  # fmt: skip
    assert found == []
    text = {path: token.text for path, token in themes["default"].tokens.items()}
    assert text["border"] == "1px solid rgba(0, 0, 0, 0.5)"
    assert text["dash"] == "dashed"
    assert text["move"] == "200ms cubic-bezier(0.4, 0, 0.2, 1) 0s"
    assert text["shadow"] == "inset 0px 2px 8px 0px rgba(0, 0, 0, 0.5)"
    assert text["fade"] == "rgba(0, 0, 0, 0.5) 0%, #ffffff 100%"
    assert text["h1"] == "600 32px/1.2 'Helvetica Neue', Helvetica, Arial, sans-serif"
    assert "--h1-letter-spacing: -0.5px;" in css_variables(themes["default"])


def test_mjml_attributes():
    themes, _ = resolve(
        {
            "mjml": {
                "mj-text": {
                    "color": {"$value": "{color.text}"},
                    "font-size": {"$type": "dimension", "$value": {"value": 1, "unit": "rem"}},
                    "font-family": {"$value": "{font.body}"},
                },
                "mj-class": {"quiet": {"color": {"$value": "{color.muted}"}}},
            }
        }
    )
    attributes = mjml_attributes(themes["default"])
    assert attributes["mj-text"]["font-size"] == "16px"
    head = mjml_head(attributes)
    assert '<mj-class name="quiet" color="#566070" />' in head
    assert 'font-family="&#x27;Helvetica Neue&#x27;, Helvetica' in head


DIM = {"$type": "dimension", "$value": px(1)}

MISTAKES = [
    ({"a": "#fff"}, "MB101", "a", "$type: color"),
    ({"a": {**DIM, "b": DIM}}, "MB101", "a/b?", "$root"),
    ({"a": {"$value": 1, "$ref": "#/b", "$type": "number"}}, "MB101", "a/$ref?", "Remove one"),
    ({"a.b": DIM}, "MB102", "a.b?", '"a-b"'),
    ({"a": {**DIM, "$descripton": "x"}}, "MB103", "a/$descripton?", "$description"),
    ({"g": {"$typ": "color"}}, "MB103", "g/$typ?", "$type"),
    ({"a": {"$value": 3}}, "MB104", "a?", "$type: color"),
    ({"a": {"$type": "colour", "$value": 3}}, "MB104", "a/$type", "color"),
    ({"a": {"$type": "dimension", "$value": "16px"}}, "MB105", "a/$value", "{value: 16, unit: px}"),
    ({"a": {"$type": "dimension", "$value": {"value": 3, "unit": "pt"}}}, "MB105", "a/$value/unit", "dev.mops"),
    ({"a": {"$type": "dimension", "$value": {"value": "3", "unit": "px"}}}, "MB105", "a/$value/value", "quotes"),
    ({"a": {"$type": "fontWeight", "$value": "Bold"}}, "MB105", "a/$value", "bold"),
    ({"a": {"$type": "fontWeight", "$value": 1001}}, "MB105", "a/$value", "1000"),
    ({"a": {"$type": "cubicBezier", "$value": [0, 0, 2, 1]}}, "MB105", "a/$value/2", "between 0 and 1"),
    ({"a": {"$type": "border", "$value": {"colour": "{color.line}", "width": px(1), "style": "solid"}}}, "MB105", "a/$value/colour?", "color"),
    ({"a": {"$type": "border", "$value": {"color": "{color.line}", "width": px(1)}}}, "MB105", "a/$value", "style: solid"),
    ({"a": {"$type": "gradient", "$value": []}}, "MB105", "a/$value", "stops"),
    ({"a": {"$type": "shadow", "$value": "big"}}, "MB105", "a/$value", "offsetX"),
    ({"a": {"$type": "fontFamily", "$value": ["Inter", 5]}}, "MB105", "a/$value/1", "sans-serif"),
    ({"a": {"$type": "strokeStyle", "$value": "dash"}}, "MB105", "a/$value", "dashed"),
    ({"a": color(1, 0, 0, space="sRGB")}, "MB106", "a/$value/colorSpace", "srgb"),
    ({"a": color(255, 0, 0)}, "MB106", "a/$value/components/0", "255 of 255 is 1"),
    ({"a": color(1, 0)}, "MB106", "a/$value/components", "[red, green, blue]"),
    ({"a": color(360, 10, 10, space="hsl")}, "MB106", "a/$value/components/0", "hue"),
    ({"a": color(1, 0, 0, hex="red")}, "MB106", "a/$value/hex", "six digits"),
    ({"a": {"$type": "color", "$value": "tomato"}}, "MB106", "a/$value", "#rrggbb"),
    ({"a": {"$value": "{color.accnt}"}}, "MB109", "a/$value", "color.accent"),
    ({"a": {"$ref": "#/color/accnt"}}, "MB109", "a/$ref", "color.accent"),
    ({"a": {"$ref": "color.accent"}}, "MB109", "a/$ref", "#/color"),
    ({"a": color({"$ref": "#/color/text/$value/components/9"}, 0, 0)}, "MB109", "a/$value/components/0/$ref", "3 parts"),
    ({"a": {"$value": "{color}"}}, "MB111", "a/$value", "color.page"),
    ({"a": {"$type": "border", "$value": {"color": "{size.h1}", "width": px(1), "style": "solid"}}}, "MB111", "a/$value/color", "color token"),
    ({"a": {"$type": "number", "$value": "{size.h1}"}}, "MB111", "a/$value", "number"),
    ({"a": {"$extends": "{colr}"}}, "MB112", "a/$extends", "color"),
    ({"a": {"$extends": "{color.text}"}}, "MB112", "a/$extends", "color"),
    ({"a": {**DIM, "$extensions": {"dev.mops": {"cmyk": [0, 0, 0, 0]}}}}, "MB114", "a/$extensions/dev.mops/cmyk", "color token"),
    ({"a": {**color(0, 0, 0), "$extensions": {"dev.mops": {"cymk": [0]}}}}, "MB114", "a/$extensions/dev.mops/cymk", "cmyk"),
    ({"a": DIM, "A": DIM}, "MB117", "A?", "rename"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "code", "place", "help_part"), MISTAKES)
def test_every_mistake_has_a_place_and_a_cure(data, code, place, help_part):
    found_place, finding = one(data, code)
    assert found_place == place
    assert help_part in finding.help


def test_circles_are_named_once_from_their_first_member():
    place, finding = one(
        {"b": {"$value": "{c}"}, "c": {"$ref": "#/a"}, "a": {"$value": "{b}"}, "user": {"$value": "{c}"}}, "MB110"
    )
    assert finding.message.endswith("a -> b -> c -> a")
    assert place == "a/$value"
    place, finding = one({"x": {"$extends": "{y}"}, "y": {"z": {"$extends": "{x}"}}}, "MB110")
    assert "circle" in finding.message


def test_a_broken_token_is_reported_once_however_often_it_is_used():
    base = {"bad": {"$type": "color", "$value": "nope"}, **{f"u{n}": {"$value": "{bad}"} for n in range(5)}}
    _, found = resolve(base)
    assert len(errors(found)) == 1


def test_a_theme_that_misspells_a_token_is_told():
    _, found = resolve({}, dark={"color": {"acent": color(0, 0, 0)}})
    assert [(d.code, d.help) for d in found] == [("MB115", 'Did you mean "color.accent"?')]


def test_limits():
    deep: dict = DIM
    for _ in range(40):
        deep = {"g": deep}
    assert one(deep, "MB113")
    assert one({f"t{n}": DIM for n in range(6000)}, "MB113")
    chain = {f"t{n}": {"$value": f"{{t{n + 1}}}"} for n in range(200)} | {"t200": DIM}
    _, found = resolve(chain)
    assert {d.code for d in errors(found)} == {"MB113"}
    bomb = {"g0": {"a": DIM}} | {
        f"g{n}": {"x": {"$extends": f"{{g{n - 1}}}"}, "y": {"$extends": f"{{g{n - 1}}}"}} for n in range(1, 40)
    }
    _, found = resolve(bomb)
    assert "MB113" in {d.code for d in found}


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-1000, 1000), st.floats(), st.text(max_size=6),
    st.sampled_from(["{a}", "{a.b}", "{b.$root}", "#/a", "#/a/$value", "#/a/b/$value/components/0", "#fff", "srgb", "px", "none", "color", *TYPES]),
)  # fmt: skip
KEYS = st.sampled_from(
    ["a", "b", "c", "$root", "$value", "$type", "$ref", "$extends", "$description", "$extensions", "$deprecated",
     "dev.mops", "cmyk", "colorSpace", "components", "alpha", "hex", "value", "unit", "color", "width", "style", ""]
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


@settings(max_examples=250, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=5), st.dictionaries(KEYS, TREES, max_size=3))
def test_no_token_file_raises(base, theme):
    themes, found = resolve(base, dark=theme)
    for tokens in themes.values():
        css_variables(tokens)
        print_css(tokens)
        mjml_attributes(tokens)
    assert all(d.help and d.message for d in found)
    json.dumps([d.as_json() for d in found])
