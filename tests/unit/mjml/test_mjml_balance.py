"""Statements leave whole HTML behind, in both views, for 0, 1 and 2 items and for each branch."""

from __future__ import annotations

import itertools
import re

import pytest

TEXT = "<mj-text>t</mj-text>"
COLUMN = f'<mj-column width="50%">{TEXT}</mj-column>'
SECTION = f"<mj-section>{COLUMN}</mj-section>"
BODY = "<mjml><mj-body>{}</mj-body></mjml>"
VOID = {"meta", "img", "br", "link", "input", "hr", "v:fill", "v:image"}

PLACES = {
    "sections": (BODY, SECTION),
    "columns": (BODY.format("<mj-section>{}</mj-section>"), COLUMN),
    "content": (BODY.format("<mj-section><mj-column>{}</mj-column></mj-section>"), TEXT),
    "wrapper": (BODY.format("<mj-wrapper>{}</mj-wrapper>"), SECTION),
    "wrappers": (BODY, f"<mj-wrapper>{SECTION}</mj-wrapper>"),
    "full width wrapper": (
        BODY.format('<mj-wrapper full-width="full-width" background-url="a">{}</mj-wrapper>'),
        SECTION,
    ),
    "groups": (BODY.format("<mj-section>{}</mj-section>"), f'<mj-group width="50%">{COLUMN}</mj-group>'),
    "in a group": (BODY.format("<mj-section><mj-group>{}</mj-group></mj-section>"), COLUMN),
    "heroes": (BODY, f'<mj-hero background-url="a">{TEXT}</mj-hero>'),
    "fluid heroes": (
        BODY,
        f'<mj-hero mode="fluid-height" background-url="a" background-width="2px" background-height="1px">{TEXT}</mj-hero>',
    ),
    "in a hero": (BODY.format("<mj-hero>{}</mj-hero>"), TEXT),
    "background sections": (BODY, f'<mj-section full-width="full-width" background-url="a">{COLUMN}</mj-section>'),
    "rows": (
        BODY.format("<mj-section><mj-column><mj-table>{}</mj-table></mj-column></mj-section>"),
        "<tr><td>x</td></tr>",
    ),
    "inside a text": (BODY.format("<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"), "<b>x</b>"),
}
FORMS = {
    "loop": "{{% for a in b %}}{0}{{% endfor %}}",
    "condition": "{{% if a %}}{0}{{% endif %}}",
    "branches": "{{% if a %}}{0}{{% elif b %}}{0}{0}{{% else %}}{0}{{% endif %}}",
    "nested": "{{% for a in b %}}{{% if a %}}{0}{{% else %}}{0}{0}{{% endif %}}{{% endfor %}}",
    "with a rest": "{0}{{% for a in b %}}{0}{{% else %}}{0}{{% endfor %}}{0}",
}


def pieces(html, statements):
    """HTML as a tree: text, ("for", body, rest) and ("if", branches)."""
    tokens = re.split(r"(jx\d{5}sxj)", html)
    position = 0

    def block(ends):
        nonlocal position
        parts = []
        while position < len(tokens):
            token = tokens[position]
            position += 1
            word = statements.get(token, "").strip("{%- }").split(" ")[0] if token in statements else ""
            if word in ends:
                return parts, word
            if word == "for":
                body, end = block({"endfor", "else"})
                rest = block({"endfor"})[0] if end == "else" else []
                parts.append(("for", body, rest))
            elif word == "if":
                branches, end = [], ""
                has_else = False
                while end != "endif":
                    branch, end = block({"elif", "else", "endif"})
                    branches.append(branch)
                    has_else = has_else or end == "else"
                if not has_else:
                    branches.append([])
                parts.append(("if", branches))
            else:
                parts.append(token)
        return parts, ""

    return block(set())[0]


def renderings(parts):
    """Every text that 0, 1 and 2 turns and every branch can give (with the same choice made everywhere)."""
    for turns, branch in itertools.product((0, 1, 2), (0, 1, 2)):
        yield "".join(render(parts, turns, branch))


def render(parts, turns, branch):
    for part in parts:
        if isinstance(part, str):
            yield part
        elif part[0] == "for":
            yield from (render_all(part[1], turns, branch) * turns) if turns else render_all(part[2], turns, branch)
        else:
            yield from render_all(part[1][min(branch, len(part[1]) - 1)], turns, branch)


def render_all(parts, turns, branch):
    return list(render(parts, turns, branch))


def view(html, mso):
    if mso:
        html = re.sub(r"<!--\[if !mso\]><!-->.*?<!--<!\[endif\]-->", "", html, flags=re.DOTALL)
        html = re.sub(r"<!--\[if [^\]]*mso[^\]]*\]>|<!\[endif\]-->", "", html)
    return re.sub(r"<!--.*?-->|<style.*?</style>", "", html, flags=re.DOTALL)


def strictly_balanced(html):
    stack = []
    for slash, name, rest in re.findall(r"<(/)?([a-zA-Z][\w:]*)((?:[^<>\"]|\"[^\"]*\")*)>", html):
        if name in VOID or rest.endswith("/"):
            continue
        if not slash:
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack


@pytest.mark.parametrize("raw", [False, True], ids=["bare", "mj-raw"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", PLACES)
def test_statements_around_whole_elements_stay_balanced(place, form, raw, run):
    page, element = PLACES[place]
    if raw and place in {"rows", "inside a text"}:
        pytest.skip("raw elements stand between MJML elements only")
    source = page.format(FORMS[form].format(element))
    if raw:
        source = re.sub(r"\{%.*?%\}", r"<mj-raw>\g<0></mj-raw>", source)
    statements = {}
    result = run(source)
    for number, text in enumerate(re.findall(r"\{%.*?%\}", source)):
        statements[f"jx{number:05d}sxj"] = text
    assert [d for d in result.diagnostics if d.severity == "error"] == []
    assert all(word in result.html for word in statements)
    for text in renderings(pieces(result.html, statements)):
        assert text.count("<!--[if") == text.count("<![endif]-->")
        assert strictly_balanced(view(text, mso=True))
        assert strictly_balanced(view(text, mso=False))


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<b>{% if a %}</b>{% endif %}", "`{% if a %}` can close `<b>` without having opened it"),
        ("{% if a %}<b>{% endif %}</b>", "`{% if a %}` can leave `<b>` open"),
        ("{% for a in b %}<i>{% endfor %}", "`{% for a in b %}` can leave `<i>` open"),
        ("{% if a %}<b>{% else %}<i>{% endif %}</b>", "`{% if a %}` can leave `<i>` open and can close `<b>`"),
        ("<!--[if mso]>{% if a %}<b><![endif]-->{% endif %}", "begins in one place and ends in another"),
        ('<a href="{% if a %}">x</a>{% endif %}', "begins in one place and ends in another"),
        ("<!--[if mso]><b>{% if a %}</b>{% endif %}<![endif]-->", "without having opened it in Outlook"),
    ],
)
def test_half_elements_are_named_at_the_statement(inside, message, run, page):
    source = page(f"\n<mj-text>{inside}</mj-text>")
    found = run(source).diagnostics
    assert [d.code[:3] for d in found] == ["ME3"]
    assert message in found[0].message
    assert found[0].span.line == 2


@pytest.mark.parametrize(
    "inside",
    [
        "{% if a %}<p>one{% else %}<p>two{% endif %}",
        "<ul>{% for a in b %}<li>x{% endfor %}</ul>",
        "{% for a in b %}{% if c %}</b><b>{% endif %}{% endfor %}",
        '<a href="{% if a %}x{% else %}y{% endif %}">z</a>',
        "{% set a = 1 %}<br>{% if a %}<img src='x'>{% endif %}",
    ],
)
def test_what_html_allows_is_allowed(inside, run, page):
    wrapped = page(f"<mj-text><b>{inside}</b></mj-text>")
    assert run(wrapped).diagnostics == []


def test_a_statement_without_its_partner(run, page):
    found = run(page("<mj-text>{% endif %}{% for a in b %}</mj-text>")).diagnostics
    assert [d.code for d in found] == ["ME303", "ME303"]
