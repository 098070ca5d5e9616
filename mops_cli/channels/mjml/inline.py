"""``mj-style inline``: the rules become ``style`` attributes. The only door to css-inline.

css-inline has to parse and print the whole mail, and an HTML parser moves what it does not like (template tags between
table rows) and rewrites what it does. So it works on a copy in which every element carries a number; only the
``style`` attributes are carried back, by number. The mail itself is never printed anew.
"""

from __future__ import annotations

import re

from mops_cli.channels.mjml import marks
from mops_cli.channels.mjml.sentinels import STATEMENT

_IMPORTANT = re.compile(r"\s*!\s*important", re.IGNORECASE)


def apply(html: str, css: str) -> str:
    """The HTML with the rules of ``css`` in its ``style`` attributes. No style sheet is loaded from anywhere."""
    from css_inline import CSSInliner

    marked = marks.mark(html, hide=STATEMENT)
    inliner = CSSInliner(
        extra_css=css,
        inline_style_tags=False,
        keep_style_tags=True,
        keep_link_tags=True,
        load_remote_stylesheets=False,
    )
    changes: dict[int, dict[str, str]] = {}
    for number, style in marks.read(inliner.inline(marked.copy), "style"):
        before = dict(marks.attributes(marked.elements[number].inside)).get("style", "")
        after = _merged(before, style)
        if after != before:
            changes[number] = {"style": after}
    return marked.write(changes)


def _merged(before: str, after: str) -> str:
    """An inline ``!important`` would beat every dark-mode rule, so it goes, as in npm mjml."""
    if marks.plain(before) == marks.plain(after):
        return before
    if "!important" not in before:
        after = _IMPORTANT.sub("", after)
    if STATEMENT.search(before):
        return f"{after.rstrip(';')};{before}"
    return after
