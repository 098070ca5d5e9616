"""Every code that a finding may have, from the pages behind ``mops rule``."""

from __future__ import annotations

import re

from docs.generate.markup import cell, table
from mops_cli.lint.catalog import Page, pages

FAMILIES = {
    "MA1": "Accessibility",
    "MB1": "Brand: tokens",
    "MB2": "Brand: fonts",
    "MB3": "Brand: pictures",
    "MB4": "Brand: colours and type in use",
    "MC1": "Files: syntax of YAML, TOML and front matter",
    "MC2": "Files: keys and values",
    "MC3": "Files: references",
    "MC4": "Files: personas",
    "MC9": "Building",
    "MD1": "Mail: headers",
    "MD2": "Mail: what the inbox shows",
    "ME1": "MJML: syntax",
    "ME2": "MJML: tags, attributes, nesting",
    "ME3": "MJML: balance of loops and conditions",
    "ME4": "MJML: compiling",
    "ME5": "Mail: size and attachments",
    "ME6": "Mail: weight",
    "MG1": "Segments",
    "MG2": "Segments: conditions",
    "MG3": "Segments: tests",
    "MI1": "Translations",
    "MK1": "Decks: the language",
    "MK2": "Decks: words and values",
    "MK3": "Decks: limits and files",
    "MK4": "Decks: what the pictures look like",
    "ML1": "Links",
    "MN1": "Posts",
    "MN2": "Push notifications",
    "MN3": "Chat",
    "MR1": "PDF and print",
    "MS1": "SMS",
    "MS2": "SMS: cost",
    "MT1": "Templates: syntax",
    "MT2": "Templates: names and types",
    "MT3": "Templates: shared strings",
    "MT4": "Templates: slots",
    "MT5": "Markdown and blocks",
    "MV1": "Voice",
    "MV2": "Words: markup in running text",
    "MX1": "Secrets",
    "MX9": "Comments that accept findings",
}

INTRO = """# Findings

Every finding has a code. `mops rule MT201` prints the page of a code in the terminal; here they are all, grouped by what
they are about. `--select` and `--ignore` take a code or the beginning of one: `MT201`, `MT2`, `MT`.

A code marked *fixable* is repaired by `mops lint --fix`.

"""


def page() -> str:
    """The page."""
    groups: dict[str, list[Page]] = {}
    for one in pages().values():
        groups.setdefault(one.code[:3], []).append(one)
    rows = [
        (f"[{_family(prefix)}](#{_slug(_title(prefix))})", f"`{group[0].code}` to `{group[-1].code}`")
        for prefix, group in groups.items()
    ]
    text = INTRO + table(("about", "codes"), rows)
    for prefix, group in groups.items():
        text += f"\n## {_title(prefix)}\n"
        for one in group:
            fixable = "\n*Fixable.*\n" if one.fixable else ""
            text += f"\n### {one.code} {one.name}\n{fixable}\n{_body(one.text)}\n"
    return text


def _title(prefix: str) -> str:
    return f"{prefix}: {_family(prefix)}"


def _family(prefix: str) -> str:
    return FAMILIES.get(prefix, prefix)  # a test asks for a title


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _body(text: str) -> str:
    """A rule's page under a smaller heading: its own headings become bold lines; signs in running text stay signs."""
    made, fenced = [], False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if fenced or line.lstrip().startswith("```") or line.startswith("    "):
            made.append(line)
        elif line.startswith("#"):
            made.append(f"**{line.lstrip('# ').strip()}**")
        else:
            made.append(_line(line))
    return "\n".join(made)


def _line(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    bullet = re.match(r"\s*([-*]|\d+\.)\s+", line)
    head = bullet[0] if bullet else indent
    return head + cell(line[len(head) :]).replace("\\|", "|") if line.strip() else ""
