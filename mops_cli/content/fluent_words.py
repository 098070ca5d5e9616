"""Fluent's complaints in people's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from mops_cli.content.text import LineIndex

_WORDS: dict[str, tuple[str, str]] = {
    "E0002": ("this is neither a message, a term nor a comment", "write `name = text`; a comment begins with #"),
    "E0003": ("something is missing here", "look at the braces and the equals sign of this message"),
    "E0004": ("a name must begin with a letter", "names have letters, digits, - and _"),
    "E0005": ("this message has no text", "write its text after the equals sign"),
    "E0006": ("this term has no text", "write its text after the equals sign"),
    "E0008": ("a function's name has capital letters only", "write NUMBER($n) or DATETIME($d)"),
    "E0009": ("the name of an argument must be a plain word", "write e.g. minimumFractionDigits: 2"),
    "E0010": ("no variant is marked as the default", "put an asterisk before one of them: *[other]"),
    "E0011": ("a selection needs variants after ->", "write e.g. [one] … *[other] …, each on its own line"),
    "E0012": ("a value is missing here", "write the text of this variant or attribute"),
    "E0013": ("the name of a variant is missing", "write e.g. [one] or [0]"),
    "E0014": ("a literal is needed here", 'write a number or a text in quotes: "…"'),
    "E0015": ("two variants are marked as the default", "keep the asterisk at one of them"),
    "E0016": ("a message cannot be selected on", "select on a variable: { $count -> …"),
    "E0017": ("a term cannot be selected on", "select on its attribute: { -brand.gender -> …"),
    "E0018": ("an attribute of a message cannot be selected on", "select on a variable: { $count -> …"),
    "E0019": ("an attribute of a term cannot be printed", "print the term, or make it a message"),
    "E0020": ("a text in quotes is not closed", 'write " at its end, on the same line'),
    "E0021": ("an argument without a name follows one with a name", "put arguments without names first"),
    "E0022": ("an argument stands twice", "keep one of them"),
    "E0025": ("this escape does not exist", 'in quotes, write \\" or \\\\ or \\u00e9'),
    "E0026": ("this escape is no character", "write four hexadecimal digits: \\u00e9"),
    "E0027": ("a } stands here without its {", 'write {"}"} for a brace in the text'),
    "E0028": ("something is missing between the braces", "write { $name }, { -term } or { message }"),
    "E0029": ("this cannot be selected on", "select on a variable: { $count -> …"),
}
_MAX_LINE = 500
_LINE_WITH_COLON = re.compile(r"(?P<name>[A-Za-z][\w-]*)[ \t]*:[ \t]*(?P<text>[^\n]*)")
_BAD_NAME = re.compile(r"(?P<name>[^=\n]+?)[ \t]*=")


def explain(code: str, arguments: list[str], content: str, *, start: int, offset: int, lines: LineIndex) -> Diagnostic:
    """A finding for a stretch that Fluent could not read: ``content`` begins at ``start``, trouble at ``offset``."""
    message, hint = _WORDS.get(code, ("this is not Fluent", "write `name = text`"))
    size = len(lines.text)
    offset = min(offset, size)
    missing = arguments[0].strip("\"'") if code == "E0003" and arguments else ""
    colon = _LINE_WITH_COLON.match(content[:_MAX_LINE])
    named = _BAD_NAME.match(content[:_MAX_LINE])
    if content[:1] in (" ", "\t"):
        message, hint = "a message begins at the start of its line", "delete the blanks before it"
    elif code == "E0020" or (code == "E0003" and '"' in "".join(arguments)):
        start_of = lines.text.rfind('"', start, offset)
        offset = start_of if start_of >= 0 else offset
        message, hint = _WORDS["E0020"]
    elif missing == "=" and colon:
        offset = start + content.index(":")
        message, hint = (
            "a message is set with =, not with a colon",
            f"write `{colon['name']} = {colon['text'].strip()}`",
        )
    elif missing == "}":
        open_brace = lines.text.rfind("{", start, offset)
        offset = open_brace if open_brace >= 0 else offset
        message, hint = "the { that opens here is not closed", 'write } after it; for a brace in the text write {"{"}'
    elif missing in ("=", "") and code in ("E0002", "E0003", "E0004") and named and offset <= start + len(named[0]):
        good = re.sub(r"[^A-Za-z0-9_-]+", "-", named["name"]).strip("-_0123456789") or "name"
        message, hint = f'"{named["name"][:40]}" cannot be a name', f"names have letters, digits, - and _: write {good}"
        return error("MI107", message, lines.span(start, start + len(named["name"])), hint)
    elif missing:
        message = f'a "{missing}" is missing here'
    end = offset
    if code in ("E0005", "E0006") and arguments:
        offset, end = start, start + len(content.split("\n", maxsplit=1)[0].rstrip())
    return error("MI107", message, lines.span(offset, end), hint)
