"""What templates may say, in both stages, from the tables in the code."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

from docs.generate.markup import cell, code, table
from mops_cli.channels import artwork, document
from mops_cli.channels.templating import build_names, escapes, filters, formats, names, running
from mops_cli.channels import personalize
from mops_cli.model.config import ProjectConfig, ProjectInfo

INTRO = """# Names and filters of templates

What may stand between `[[ ]]` (while building) and `{{ }}` (when a person is known). [Templates in two
stages](../explanation/templates.md) tells how the two work together.
"""

BUILD = {
    "brand": "The brand's `name` and everything of `brand/identity.yaml`: `brand.legal_name`, `brand.address.city`, …",
    "tokens": "Design tokens by path: `tokens.color.accent`; `.hex`, `.css`, `.value` and `.extensions` of each.",
    "project": "`[project]` of `mops.toml`: `project.url`, `project.currency`, …",
    "campaign": "Of `campaign.yaml`: `id`, `title`, `topic`, `tags`, `theme`, `utm`, `vars`.",
    "vars": "The campaign's own values, `vars` of `campaign.yaml`.",
    "locale": "The language being built: `de`.",
    "channel": "The channel being built: `email`.",
    "variant": "The arm of the experiment; empty for the main message.",
    "message": "The fields of the front matter. Each is also there by its own name: `headline` is `message.headline`.",
    "t": 'A shared string: `t("key", count=3)`.',
    "asset": 'The address of a file: `asset("assets/spring.jpg")`; it is carried along into `dist/assets/`.',
    "direction": "`ltr`, or `rtl` for a language written from right to left.",
    "fonts": "Font stacks by role: `fonts.body`, `fonts.heading`.",
    "font_faces": "In a mail's `mj-raw`, in its head: a style element, out of Outlook's sight, with the `@font-face` rules of the brand's fonts. Pages get theirs unasked.",
    "medium": "`email`, `web`, `pdf` or `text`.",
}
ELSEWHERE = {
    "content": ("layouts", "The message itself."),
    "props": ("blocks", "The block's properties: `props.href`."),
    "body": ("blocks", "The text between `:::` and `:::`, in the form of the channel."),
    "body_html": ("blocks", "The same as HTML, for places inside `mj-text`."),
    "short_link": ("sms.txt", "The short link to the message's `link`."),
    "width": ("pictures", "The width in pixels at this platform."),
    "height": ("pictures", "The height in pixels."),
    "shape": ("pictures", "`square`, `portrait`, `landscape`, `story` or `banner`."),
    "safe": ("pictures", "The part that stays visible everywhere: `safe.x`, `safe.y`, `safe.width`, `safe.height`."),
    "lines": ("pictures", "A text in lines: `lines(headline, 18)`; with a third number at most so many."),
    "wrap_svg": ("pictures", "A text as `tspan` elements: `wrap_svg(headline, width=18, leading=1.2, x=40)`."),
}
RECIPIENT = {
    "contact": "The fields declared under `[fields.contact]`.",
    "order": "The fields declared under `[fields.order]`.",
    "event": "The fields declared under `[fields.event]` and `[events]`.",
    "send": "This sending: `send.id`, `send.campaign`, `send.channel`, `send.locale`, `send.at`.",
    "locale": "The person's language.",
    "links": "Addresses that are known only then, see below.",
}
FUNCTIONS = {
    "range": "Whole numbers, as in `{% for n in range(3) %}`.",
    "plural": "The plural form of a number in the language: `plural(n)` gives one, few, many or other.",
}
DEFAULT = 'What to print when there is nothing: `contact.first_name | default("friend")`. Also spelt `d`.'
ESCAPES = {
    "html": "between tags",
    "attr": "in an attribute",
    "url": "at the start of an address",
    "urlpart": "inside an address",
    "css": "in a style",
    "plain": "in plain text",
    "header": "in a mail header",
    "slack": "in a Slack message",
    "telegram": "in a Telegram message",
    "discord": "in a Discord message",
    "sms": "in a text message",
    "json": "in JSON",
}


def page() -> str:
    """The page."""
    sections = [INTRO, _build(), _recipient(), _filters(), _tests(), _escapes()]
    return "\n".join(sections)


def build_names_in_code() -> set[str]:
    """Names of every template, as the code gives them."""
    made = _keys(build_names.BuildNames._make)
    return made | _keys(document.Document.__post_init__)


def other_names_in_code() -> set[str]:
    """Names of layouts, blocks, texts and pictures, as the code gives them."""
    source = Path(document.__file__).read_text(encoding="utf-8")
    blocks = {word for word in ("props", "body", "body_html", "content") if f'"{word}":' in source}
    return blocks | {"short_link"} | (_keys(artwork.svg) - set(build_names_in_code()) - {"x", "y"})


def recipient_names_in_code() -> set[str]:
    """Names that a recipient-time tag may say."""
    config = ProjectConfig(project=ProjectInfo(id="x", name="X", url="https://x.example"))
    return {*names.roots(config), "links"}


def _keys(function: Any) -> set[str]:
    """The keys of the dictionary displays in a function."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    dicts = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    return {
        key.value for node in dicts for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _build() -> str:
    rows = [(code(name), cell(BUILD[name])) for name in sorted(build_names_in_code(), key=list(BUILD).index)]
    more = [
        (code(name), ELSEWHERE[name][0], cell(ELSEWHERE[name][1]))
        for name in sorted(other_names_in_code(), key=list(ELSEWHERE).index)
    ]
    return (
        "## While building: `[[ ]]` and `[% %]`\n\n"
        + table(("name", ""), rows)
        + "\nSome files know more:\n\n"
        + table(("name", "in", ""), more)
        + "\nStatements: `if`, `for`, `set`, `include`, `import`, `macro`. A file is looked up in the campaign's folder first, then"
        "\nin `content/`.\n"
    )


def _recipient() -> str:
    rows = [
        (code(name), cell(RECIPIENT[name])) for name in sorted(recipient_names_in_code(), key=list(RECIPIENT).index)
    ]
    rows += [(code(f"{name}()"), cell(FUNCTIONS[name])) for name in running.FUNCTIONS]
    links = [
        (code(_link(name)), cell(inspect.getdoc(getattr(personalize.SampleLinks, name)) or ""))
        for name in running.LinkRoot.NAMES
    ]
    return (
        "## When a person is known: `{{ }}` and `{% %}`\n\n"
        + table(("name", ""), rows)
        + "\nAddresses of ours:\n\n"
        + table(("name", ""), links)
        + "\nStatements: `if`, `elif`, `else`, `for`, `set`. A name that is not declared is an error while building, and a field that\n"
        "may be empty needs a default.\n"
    )


def _link(name: str) -> str:
    return f"links.{name}" + ("(…)" if callable(inspect.getattr_static(personalize.SampleLinks, name)) else "")


def _filters() -> str:
    rows = [(code("default"), cell(DEFAULT))]
    rows += [(code(name), cell(inspect.getdoc(filters.COMMON[name]) or "")) for name in filters.COMMON]
    rows += [(code(name), cell(inspect.getdoc(getattr(formats.Formatter, name)) or "")) for name in filters.FORMATS]
    rest = ", ".join(f"`{name}`" for name in filters.BUILD_ONLY)
    return (
        "## Filters of both stages\n\n"
        + table(("filter", ""), rows)
        + f"\nWhile building there are also these of Jinja: {rest}.\n"
    )


def _tests() -> str:
    return "## Tests\n\nAfter `is`: " + ", ".join(f"`{name}`" for name in sorted(filters.TESTS)) + ".\n"


def _escapes() -> str:
    rows = [(code(name), cell(ESCAPES[name])) for name in escapes.ESCAPES]
    return (
        "## Escapes\n\nNobody writes these: MOPS puts them into the artifacts, by the place where a value lands. Writing one is an error.\n\n"
        + table(("escape", "for a value"), rows)
    )
