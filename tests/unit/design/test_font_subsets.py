"""Cutting fonts: what is kept, that it shapes alike, that it is remembered and the same each time."""

from functools import cache
from io import BytesIO

import pytest

from mops_cli.design import font_tables, fonts, harfbuzz, subset
from mops_cli.design.font_faces import face_css, fallback_css, font_face_css, guarded, web_stack
from mops_cli.design.font_metrics import SAMPLE, SYSTEM, average, fallback
from mops_cli.design.fonts import FontData
from tests.unit.design.support import font_file, fonts_spec, read_font


@cache
def variable():
    """A font of boxes whose height follows the weight, 100 to 900."""
    from fontTools.designspaceLib import AxisDescriptor, DesignSpaceDocument, SourceDescriptor
    from fontTools.ttLib import TTFont
    from fontTools.varLib import build

    space = DesignSpaceDocument()
    space.axes = [AxisDescriptor(tag="wght", name="Weight", minimum=100, default=400, maximum=900)]
    for weight in (100, 400, 900):
        source = SourceDescriptor(familyName="Test Sans", styleName=str(weight), location={"Weight": weight})
        source.font = TTFont(BytesIO(font_file(weight=weight)))
        space.sources.append(source)
    out = BytesIO()
    build(space)[0].save(out)
    return out.getvalue()


def font(data=None, weight=400):
    data = data or font_file()
    return FontData("a.ttf", "body", "Test Sans", (weight, weight), "normal", data, font_tables.read(data).characters)


def forget(kind, key, compute):
    return compute()


def test_a_subset_holds_the_text_and_shapes_alike():
    whole = font()
    made = subset.exact(whole, "Grüße, 5 €", forget, "ttf")
    facts = font_tables.read(made)
    assert facts.characters == frozenset(map(ord, "Grüße, 5 €"))
    assert facts.families == ("Test Sans",)
    assert len(made) < len(whole.data) / 3
    one = harfbuzz.open_face(whole.data).shape("Grüße", 0, 5)
    two = harfbuzz.open_face(made).shape("Grüße", 0, 5)
    assert [glyph.advance for glyph in one] == [glyph.advance for glyph in two]


def test_the_same_text_gives_the_same_bytes_and_is_remembered():
    memory = {}

    def memo(kind, key, compute):
        if key not in memory:
            memory[key] = compute()
        return memory[key]

    first = subset.exact(font(), "abc", memo)
    assert first[:4] == b"wOF2"
    assert subset.exact(font(), "cba", memo) is first
    font_tables.woff2.cache_clear()
    assert subset.exact(font(), "abc", forget) == first
    assert len(memory) == 1
    subset.exact(font(), "abcd", memo)
    subset.exact(font(), "abc", memo, "ttf")
    assert len(memory) == 3


def test_slices_by_script():
    made = font(font_file(characters="abcäłΩж漢字–€"))
    assert [part.name for part in subset.slices(made)] == ["latin", "latin-ext"]
    assert [part.name for part in subset.slices(made, "Ω漢", ("latin",))] == ["latin", "greek", "rest"]
    latin, rest = subset.slices(made, "漢", ("latin",))
    assert latin.unicode_range == "U+20, U+61-63, U+A0, U+E4, U+2013, U+20AC"
    assert rest.unicode_range == "U+6F22"
    assert subset.slices(made, "ж☃", ())[0].characters == {ord("ж")}


def test_slices_do_not_overlap():
    everything = FontData("a", "body", "X", (400, 400), "normal", b"", frozenset(range(0x20, 0x10000)))
    parts = subset.slices(everything, always=tuple(subset.SLICES))
    assert [part.name for part in parts] == list(subset.SLICES)
    assert len(frozenset().union(*(part.characters for part in parts))) == sum(len(part.characters) for part in parts)


@pytest.mark.parametrize("pins", [{"wght": 700.0}, {"wght": 100.0}, {"wght": 400.0}])
def test_subset_and_instance_in_one_step_is_what_fonttools_makes(pins):
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    made = TTFont(BytesIO(subset.of_variable(variable(), map(ord, "aH"), pins, flavor="ttf")))
    other = TTFont(BytesIO(variable()))
    options = Options()
    options.notdef_outline = True
    cutter = Subsetter(options)
    cutter.populate(text="aH")
    cutter.subset(other)
    instantiateVariableFont(other, pins, inplace=True)
    assert "fvar" not in made
    for letter in "aH":
        one, two = (f["glyf"][f.getBestCmap()[ord(letter)]] for f in (made, other))
        points = zip(one.getCoordinates(made["glyf"])[0], two.getCoordinates(other["glyf"])[0], strict=True)
        assert all(abs(a - c) <= 1 and abs(b - d) <= 1 for (a, b), (c, d) in points)  # a half may be rounded either way


def test_a_variable_font_is_fixed_where_the_brand_wants_it():
    def read(path):
        return variable() if path == "brand/fonts/regular.ttf" else read_font(path)

    made, found = fonts.load(fonts_spec(), read)
    assert found == []
    assert harfbuzz.axes(made.files[0].data) == ()
    spec = fonts_spec(files=({"file": "brand/fonts/regular.ttf", "weight": (300, 700)},))
    made, found = fonts.load(spec, read)
    assert found == []
    (axis,) = harfbuzz.axes(made.files[0].data)
    assert (axis.low, axis.high) == (300, 700)
    assert fonts.load(fonts_spec(), read)[0].key == fonts.load(fonts_spec(), read)[0].key


@pytest.mark.parametrize("data", [b"", b"no font", font_file()[:700]])
def test_what_is_no_font_is_refused(data):
    with pytest.raises(harfbuzz.FontError):
        harfbuzz.subset(data, [65])


# -- fallback metrics


def test_fallback_metrics_follow_the_formula():
    made = font()
    assert average(made) == 0.5
    found = fallback(made, ("Arial", "sans-serif"))
    assert found.size_adjust == pytest.approx(0.5 / 0.456305)
    assert found.ascent == pytest.approx(0.8 / found.size_adjust)
    assert found.descent == pytest.approx(0.2 / found.size_adjust)
    assert found.line_gap == 0
    assert found.local[0] == "Arial"


def test_bold_faces_use_bold_fallbacks():
    found = fallback(font(weight=700), ("Verdana", "Georgia"))
    assert found.system == "Georgia"
    assert found.local[:2] == ("Georgia Bold", "Gelasio Bold")
    assert found.size_adjust == pytest.approx(0.5 / 0.52865)


def test_no_fallback_without_measures():
    assert fallback(font(), ("Comic Neue", "sans-serif")) is None
    assert fallback(font(font_file(characters="漢字")), ("Arial",)) is None
    assert fallback_css(font(), ("cursive",)) == ""
    assert len(SAMPLE) == 43
    assert all(0.3 < width < 0.7 for system in SYSTEM.values() for width in system.widths)


def test_rules():
    css = fallback_css(font(), ("Helvetica Neue", "Arial"))
    assert "font-family: 'Test Sans fallback';" in css
    assert 'src: local("Arial"), local("Liberation Sans"), local("Arimo"); size-adjust: 109.58%;' in css
    assert 'src: local("Verdana"); size-adjust: 95.37%;' in fallback_css(font(), ("Verdana",))
    rule = face_css(font(), "x.woff2", unicode_range="U+41")
    assert rule.endswith("format('woff2'); unicode-range: U+41; }")
    assert web_stack("Inter", ("Arial", "sans-serif")) == ("Inter", "Inter fallback", "Arial", "sans-serif")
    assert web_stack("Inter", ("sans-serif",)) == ("Inter", "sans-serif")
    assert guarded("x").startswith("<!--[if !mso]><!--><style")
    assert guarded("") == ""
    assert "format('truetype')" in font_face_css(fonts.FontSet((font(),)), lambda one: "a.ttf", flavor="ttf")
