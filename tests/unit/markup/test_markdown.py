"""Markdown with blocks and statements becomes a tree, and each rendering says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mops_cli.channels import plaintext
from mops_cli.channels.markup.attributes import lex
from mops_cli.channels.markup.chat import DIALECTS, ChatHooks, chat
from mops_cli.channels.markup.html import HtmlHooks, html
from mops_cli.channels.markup.markdown import Reader
from mops_cli.channels.markup.nodes import BlockUse, Node, Region, Statement
from mops_cli.channels.markup.regions import pair
from mops_cli.model.diagnostic import Diagnostic, Span

STATEMENTS = {
    "jx00001sxj": "if contact.first_name",
    "jx00002sxj": "else",
    "jx00003sxj": "endif",
    "jx00004sxj": "for p in order.items",
    "jx00005sxj": "endfor",
}


def read(text: str) -> tuple[tuple[Node, ...], list[Diagnostic]]:
    found: list[Diagnostic] = []
    reader = Reader(lambda n: Span("m.md", n + 1), lambda t: STATEMENTS.get(t.strip()), found.append)
    return pair(reader.read(text), found.append), found


def as_html(text: str) -> str:
    nodes, found = read(text)
    assert not found

    def block(use: BlockUse) -> str:
        return f"<{use.name}>{html(use.children, hooks)}</{use.name}>"

    hooks = HtmlHooks(block, lambda image: f'<img src="{image.src}" alt="{image.alt}">')
    return html(nodes, hooks)


def as_text(text: str, width: int = 40) -> str:
    nodes, found = read(text)
    assert not found
    return plaintext.text(nodes, plaintext.TextHooks(lambda b: f"[{b.name}]", lambda href: href, width))


def as_chat(text: str, dialect: str) -> str:
    nodes, _ = read(text)
    return chat(nodes, DIALECTS[dialect], ChatHooks(lambda b: b.name))


class TestHtml:
    def test_raw_html_is_text(self):
        assert as_html("a <script>alert(1)</script>") == "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>"

    def test_a_html_block_is_text(self):
        assert "<div" not in as_html("<div onclick=x>\n\n<b>y</b>\n\n</div>")

    def test_javascript_links_are_not_links(self):
        assert "<a" not in as_html("[x](javascript:alert(1))")

    def test_attributes_are_escaped(self):
        assert 'title="t&quot;q"' in as_html('[x](https://a.example "t\\"q")')

    def test_tight_lists_have_no_paragraphs(self):
        assert as_html("- a\n- b") == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"

    def test_ordered_list_keeps_its_first_number(self):
        assert as_html("3. a").startswith('<ol start="3">')

    def test_table_alignment(self):
        assert '<td style="text-align:center">2</td>' in as_html("| a | b |\n|---|:-:|\n| 1 | 2 |")


class TestBlocks:
    def test_nested_blocks(self):
        assert as_html("::: outer\ntext\n\n::: inner\nmore\n:::\n:::") == (
            "<outer><p>text</p>\n<inner><p>more</p></inner></outer>"
        )

    def test_block_interrupts_a_paragraph(self):
        assert as_html("text\n::: a\n:::\nmore") == "<p>text</p>\n<a></a>\n<p>more</p>"

    def test_a_block_shown_in_a_code_fence_is_text(self):
        assert "::: a" in as_html("```\n::: a\n```")

    def test_a_fence_inside_a_block_may_show_a_closing_line(self):
        assert as_html("::: a\n```\n:::\n```\n:::\nend") == "<a><pre><code>:::</code></pre></a>\n<p>end</p>"

    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("x\n\n::: a\ny", "MT501", 3),
            ("x\n\n:::", "MT503", 3),
            ('::: "a"\n', "MT502", 1),
            ("::: a b=\n:::", "MT504", 1),
            ('::: a b="x\n:::', "MT504", 1),
        ],
    )
    def test_mistakes_are_found_at_their_line(self, text, code, line):
        _, found = read(text)
        assert [(d.code, d.span.line) for d in found] == [(code, line)]
        assert all(d.help for d in found)

    def test_attributes(self):
        found, _ = lex("href=https://a.example/?x=1 label=\"Say 'hi'\" flag other='a \"b\"'")
        assert {a.name: a.value for a in found}["label"] == "Say 'hi'"
        assert {a.name: a.value for a in found}["flag"] == "true"
        assert {a.name: a.value for a in found}["other"] == 'a "b"'

    def test_an_unquoted_value_may_hold_an_equals_sign(self):
        found, wrong = lex("href=https://a.example/?x=1&y=2 next=1")
        assert not wrong
        assert [a.value for a in found] == ["https://a.example/?x=1&y=2", "1"]


class TestStatements:
    def test_a_lone_statement_line_is_a_block_of_its_own(self):
        nodes, found = read("before\njx00001sxj\ninside\njx00003sxj\nafter")
        assert not found
        assert [type(n).__name__ for n in nodes] == ["Paragraph", "Region", "Paragraph"]

    def test_branches(self):
        nodes, _ = read("jx00001sxj\na\njx00002sxj\nb\njx00003sxj")
        assert isinstance(nodes[0], Region)
        assert [opening.keyword for opening, _ in nodes[0].parts] == ["if", "else"]

    def test_a_statement_within_a_line_stays_there(self):
        assert as_html("a jx00001sxj b jx00003sxj") == "<p>a jx00001sxj b jx00003sxj</p>"

    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("jx00001sxj\na", "MT512", 1),
            ("a\n\njx00003sxj", "MT511", 3),
            ("jx00002sxj", "MT510", 1),
            ("jx00004sxj\njx00003sxj\njx00005sxj", "MT511", 2),
            ("::: a\njx00001sxj\n:::\njx00003sxj", "MT512", 2),
        ],
    )
    def test_what_does_not_pair_is_found(self, text, code, line):
        _, found = read(text)
        assert (code, line) in [(d.code, d.span.line) for d in found]

    def test_the_text_part_leaves_no_hole(self):
        assert as_text("a\n\njx00001sxj\nb\njx00003sxj\n\nc") == "a\n\njx00001sxjbjx00003sxj\n\nc"


class TestText:
    def test_headings_are_underlined(self):
        assert as_text("# Two words") == "Two words\n========="

    def test_links_print_their_address(self):
        assert as_text("[the shop](https://a.example)") == "the shop (https://a.example)"

    def test_lines_are_wrapped_at_blanks(self):
        assert max(len(line) for line in as_text("word " * 40).split("\n")) <= 40

    def test_lists_hang(self):
        assert as_text("- " + "word " * 12).split("\n")[1].startswith("  word")


class TestChat:
    def test_slack_escapes_its_three_characters(self):
        assert as_chat("a < b & **c**", "slack") == "a &lt; b &amp; *c*"

    def test_telegram_is_html(self):
        assert as_chat("**b** [l](https://a.example?x=1&y=2)", "telegram") == (
            '<b>b</b> <a href="https://a.example?x=1&amp;y=2">l</a>'
        )

    def test_discord_escapes_its_marks(self):
        assert as_chat("a_b \\*c\\*", "discord") == "a\\_b \\*c\\*"

    def test_a_bold_word_in_a_heading_is_not_opened_twice(self):
        assert as_chat("# a **b**", "slack") == "*a b*"


@given(st.text(alphabet=st.sampled_from(list(":: \n`#>-*_[]()!|\"'=abjx0123456789s\t~\\<&")), max_size=200))
def test_no_text_breaks_the_reader(text):
    nodes, found = read(text)
    assert all(d.help and d.span.line >= 1 for d in found)
    assert not any(isinstance(n, Statement) and n.keyword in ("if", "for") for n in nodes)
