"""Whatever is in values, contacts and files: places are never left, and nothing raises."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mops_cli
from mops_cli.channels import personalize
from mops_cli.channels.personalize import TemplateProblem
from mops_cli.channels.templating.linemap import MappedText, Origin, Segment
from mops_cli.channels.templating.places import find
from mops_cli.channels.templating.protect import protect
from mops_cli.channels.templating.slots import Context, SlotTable
from mops_cli.channels.templating.tags import BUILD, RECIPIENT, scan
from mops_cli.model.diagnostic import Span
from tests.unit.templating.conftest import make

HERE = Span("x.md")
fast = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NASTY = st.sampled_from(
    [
        '"',
        "'",
        "<",
        ">",
        "</style>",
        "</title>",
        "<script>",
        "-->",
        "--!>",
        "&",
        "&quot;",
        "{{ x }}",
        "{% if %}",
        "{#",
        "}}",
        "{",
        "\\",
        "`",
        "javascript:",
        "data:",
        "http://",
        "https://x.example",
        ";",
        "url(",
        ")",
        "expression(",
        "/*",
        "*/",
        "@import",
        "\n",
        "\r",
        "\x00",
        "\u2028",
        "]]>",
        "<!--",
        "<![CDATA[",
        "[[ x ]]",
        " onload=",
        "//",
        "#",
        "%",
        "|",
        "*",
        "_",
        "\ud7ff",
        "😀",
        "\u202e",
        "jx00000vxj",
    ]
)
text = (
    st.lists(st.one_of(NASTY, st.text(max_size=6)), max_size=8)
    .map("".join)
    .filter(lambda t: not re.search(r"jx\d{5}[ves]xj", t))
)


class Shape(HTMLParser):
    """The structure of a document: tags with the names of their attributes, and comments."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.events = []
        self.attributes = {}
        self.words = []

    def handle_starttag(self, tag, attrs):
        self.events.append((tag, [name for name, _ in attrs]))
        self.attributes.update({(tag, name): value for name, value in attrs})

    def handle_endtag(self, tag):
        self.events.append(("/", tag))

    def handle_comment(self, data):
        self.events.append("comment")

    def handle_decl(self, decl):
        self.events.append("declaration")

    def handle_pi(self, data):
        self.events.append("instruction")

    def unknown_decl(self, data):
        self.events.append("unknown")

    def handle_data(self, data):
        self.words.append(data)


def shape(html):
    parser = Shape()
    parser.feed(html)
    parser.close()
    return parser


PAGE = (
    "<html><head><title>{0}</title><style>p {{{{ color: {0}; background: url('{0}') }}}} b {{{{ x: y }}}}</style></head>"
    '<body title="{0}" class=\'{0}\'><!-- {0} --><a href="{0}">{0}</a><a href="https://x.example/{0}?q={0}#{0}">x</a>'
    '<p style="color: {0}; background: url({0})">{0}</p><!--[if mso]><td alt="{0}">{0}</td><![endif]--></body></html>'
)
PLACES = PAGE.replace("{{{{", "{").replace("}}}}", "}")


def page(slot):
    return PLACES.replace("{0}", slot)


CLEAN = shape(page("")).events


@fast
@given(text)
def test_contact_data_never_leaves_its_place(value):
    slots = SlotTable()
    template = slots.restore(page(slots.expression("contact.x", HERE)), Context.HTML)
    made = shape(personalize.compile(template).render({"contact": {"x": value}}))
    assert made.events == CLEAN
    assert_safe(made)


@fast
@given(text)
def test_build_values_never_leave_their_place(value):
    slots = SlotTable()
    template = slots.restore(page(slots.value(value, HERE)), Context.HTML)
    made = shape(personalize.compile(template).render({}))
    assert made.events == CLEAN
    assert_safe(made)


def assert_safe(made):
    href = made.attributes["a", "href"]
    assert urlsplit(href).hostname == "x.example"
    style = re.sub(r"url\([^)]*", "url(", made.attributes["p", "style"])
    assert style.count(";") == 1
    assert style.count("url(") == 1
    sheet = re.sub(r"url\('[^')]*", "url('", next(word for word in made.words if word.startswith("p {")))
    assert (sheet.count("{"), sheet.count("}"), sheet.count("url("), sheet.count(";")) == (2, 2, 1, 1)


@fast
@given(text)
def test_a_whole_address_is_harmless(value):
    for filters in ("url", "url | attr"):
        made = personalize.compile("{{ (contact.x) | " + filters + " }}").render({"contact": {"x": value}})
        assert made in ("", "#") or re.match(r"https?://|mailto:|tel:", made, re.IGNORECASE)
        assert not re.search(r"""["'<>\s`\\]""", made)


@fast
@given(text)
def test_json_stays_json(value):
    slots = SlotTable()
    html = f'<script type="application/ld+json">{{"a": "{slots.expression("contact.x", HERE)}"}}</script>'
    made = personalize.compile(slots.restore(html, Context.HTML)).render({"contact": {"x": value}})
    inner = made.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inner
    assert set(json.loads(inner)) == {"a"}
    leaf = slots.restore(slots.expression("contact.x", HERE) + slots.value(value, HERE), Context.TEXT)
    made = personalize.compile_json(json.dumps({"templates": True, "leaf": leaf})).render({"contact": {"x": value}})
    assert set(json.loads(made)) == {"templates", "leaf"}


@fast
@given(text)
def test_headers_are_one_line(value):
    slots = SlotTable()
    template = slots.restore(f"Hi {slots.expression('contact.x', HERE)}{slots.value(value, HERE)}", Context.HEADER)
    assert len(personalize.compile(template).render({"contact": {"x": value}}).splitlines()) == 1


@fast
@given(text)
def test_mjml_attributes_are_never_left(value):
    slots = SlotTable()
    word = slots.value(value, HERE)
    made = shape(slots.fill(f'<mj-text color="{word}" alt="{word}" href="{word}">{word}</mj-text>', Context.MJML))
    assert made.events == [("mj-text", ["color", "alt", "href"]), ("/", "mj-text")]
    assert not re.search("[;{}<>]", made.attributes["mj-text", "color"])


@fast
@given(
    st.lists(st.tuples(st.sampled_from("ves"), st.text(alphabet="<>/a \"'=\n{}%#", max_size=8)), max_size=6),
    st.sampled_from(list(Context)),
)
def test_places_find_every_sentinel_once(parts, context):
    slots = SlotTable()
    made = {"v": slots.value, "e": slots.expression, "s": slots.statement}
    document = "".join(made[kind]("x", HERE) + rest for kind, rest in parts)
    found = find(document, context)
    assert [place.number for place in found] == list(range(len(parts)))
    for place in found:
        assert document[place.start : place.end] == slots.get(place.number).word


SOURCE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "{{ contact.email }}",
                "{% if contact.points %}",
                "{% endif %}",
                "{{ 'a}}' }}",
                '{{ {"a": 1}["a"] }}',
                "\n",
            ]
        ),
        st.text(alphabet="ab \n<>*_&;|", max_size=6),
    ),
    max_size=10,
).map("".join)


@fast
@given(SOURCE)
def test_protect_and_restore_is_the_identity(source):
    slots = SlotTable()
    protected = protect(MappedText(source, [Segment(0, Origin("x.md", source), 0)]), slots)
    assert "{{" not in protected.text
    assert "{%" not in protected.text
    assert slots.restore(protected.text, Context.RAW) == source
    for slot in slots.of(protected.text):
        at = Origin("x.md", source)
        assert any(
            at.span(match.start(), match.end()) == slot.span for match in re.finditer(re.escape(slot.source), source)
        )


@fast
@given(text)
def test_literal_text_is_the_identity(value):
    slots = SlotTable()
    template = slots.restore(value + slots.value(value, HERE) + value, Context.RAW)
    made = personalize.compile(template).render({})
    assert lines(made) == lines(value * 3)


def lines(value):
    return value.replace("\r\n", "\n").replace("\r", "\n")


BITS = st.sampled_from(
    [
        "[[",
        "]]",
        "[%",
        "%]",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "if",
        "for",
        "x in",
        "vars.list",
        "brand",
        ".name",
        "|",
        "upper",
        "'",
        '"',
        "(",
        ")",
        "[",
        "]",
        "-",
        "+",
        "raw",
        "endraw",
        "endif",
        "endfor",
        "else",
        "set",
        "=",
        "macro",
        "include",
        "t(",
        "contact",
        "**",
        "9",
        "\n",
        " ",
        "[[ brand.name ]]",
        "[% for i in vars.list %]",
        "[% endfor %]",
        "[% if vars.n %]",
        "[% endif %]",
        "{{ contact.email }}",
        "[% include 'a.md' %]",
    ]
)
soup = st.lists(st.one_of(BITS, st.text(max_size=4)), max_size=14).map("".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(soup)
def test_the_build_stage_never_raises(source):
    bench = make(files={"content/a.md": "[[ brand.name ]]\n{{ contact.email }}"})
    made = bench.render(source)
    bench.slots.restore(made.text, Context.HTML)
    for found in bench.found:
        assert found.span.path in ("campaigns/spring/message.md", "content/a.md")
        assert 1 <= found.span.line <= source.count("\n") + source.count("\r") + 2
    for offset in range(len(made.text) + 1):
        made.span(offset, offset + 1)


@fast
@given(soup)
def test_recipient_templates_never_raise_anything_else(source):
    try:
        personalize.compile(source).render({"contact": {"email": "x"}})
    except TemplateProblem as problem:
        assert 1 <= problem.line <= source.count("\n") + 1  # noqa: PT017


@fast
@given(soup)
def test_pieces_cover_the_text(source):
    for syntax in (BUILD, RECIPIENT):
        at = 0
        for piece in scan(source, syntax):
            assert piece.start >= at
            assert piece.end > piece.start
            at = piece.end
        assert at <= len(source)


LINES = st.lists(
    st.sampled_from(["plain", "[[ vars.n ]]", "{{ contact.email }}", "", "- item [[ brand.name ]] x"]),
    min_size=1,
    max_size=8,
)


@fast
@given(LINES, st.integers(0, 3), LINES)
def test_the_line_map_is_right_through_loops_and_includes(before, turns, included):
    loop = [f"[% for i in range({turns}) %]", *(f"L{n} {line}" for n, line in enumerate(before)), "[% endfor %]"]
    source = "\n".join([*(f"B{n} {line}" for n, line in enumerate(before)), *loop, "[% include 'inc.md' %]", "end"])
    inner = "\n".join(f"I{n} {line}" for n, line in enumerate(included)) + "\n"
    bench = make(files={"content/inc.md": inner})
    made = bench.render(source)
    wanted = {line.split(" ")[0]: number for number, line in enumerate(source.split("\n"), 1)}
    for number, line in enumerate(made.text.split("\n"), 1):
        word = line.split(" ")[0]
        place = made.line_span(number)
        if word[:1] in "BL" and word:
            assert (place.path, place.line) == ("campaigns/spring/message.md", wanted[word])
        elif word[:1] == "I":
            assert (place.path, place.line) == ("content/inc.md", int(word[1:]) + 1)
    assert bench.found == []


def test_every_code_has_its_page():
    package = Path(mops_cli.__file__).parent
    reference = (package / "lint/reference/MT.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"^## (MT\d+) [a-z-]+$", reference, re.MULTILINE))
    sources = [*(package / "channels/templating").glob("*.py"), package / "channels/personalize.py"]
    used = set(re.findall(r'"(MT\d{3})"', "".join(path.read_text(encoding="utf-8") for path in sources)))
    assert used == codes


@pytest.mark.parametrize("depth", [50, 500, 5000])
def test_depth_is_a_finding(depth):
    for source in (
        "[[ " + "(" * depth + "1" + ")" * depth + " ]]",
        "[% if vars.n %]" * depth + "[% endif %]" * depth,
        "{{ " + "[" * depth + "]" * depth + " }}",
    ):
        bench = make()
        bench.slots.restore(bench.render(source).text, Context.HTML)
        assert all(found.code.startswith("MT") for found in bench.found)
