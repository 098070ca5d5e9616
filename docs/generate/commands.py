"""Every command with its options, from the Typer application."""

from __future__ import annotations

import re
from typing import Any

import typer

from docs.generate.markup import cell, code, table
from mops_cli.cli.app import COMMANDS, app

INTRO = """# Commands

`mops --help` lists the commands, and each has a `--help` of its own; this page says the same in one place.

Data goes to standard output; progress and what was done go to standard error. `--json` prints one object with `schema`,
`data` and `diagnostics`.

Exit codes: 0 done, also when there was nothing to do; 1 findings (errors in content); 2 a wrong command line or
configuration, or something had to be left out under `--strict`; 6 another process holds the lock or the store; 70 a
defect of MOPS; 75 something outside failed for now (a full disk), safe to repeat; 130 interrupted.

## Common options

They may stand before or after the command.

"""


def page() -> str:
    """The page."""
    root = typer.main.get_command(app)
    text = INTRO + table(("option", "environment", ""), [_option_row(one) for one in _options(root)])
    for section in dict.fromkeys(heading for heading, _ in COMMANDS.values()):
        text += f"\n## {section}\n"
        for name in (name for name, (heading, _) in COMMANDS.items() if heading == section):
            text += _command(root.get_command(None, name), f"mops {name}")
    return text


def walk() -> list[tuple[str, Any]]:
    """All commands by their whole name."""
    root = typer.main.get_command(app)
    found: list[tuple[str, Any]] = []
    for name in COMMANDS:
        command = root.get_command(None, name)
        found.append((f"mops {name}", command))
        found += [(f"mops {name} {inner}", one) for inner, one in (getattr(command, "commands", None) or {}).items()]
    return found


def _command(command: Any, name: str) -> str:
    inner = getattr(command, "commands", None) or {}
    if inner:
        return "".join(_command(one, f"{name} {word}") for word, one in inner.items())
    usage = " ".join([name, *_pieces(command)])
    text = f"\n### {name}\n\n```text\n{usage}\n```\n\n{_help(command.help or '')}"
    rows = [(code(_argument(one)), cell(one.help or "")) for one in _arguments(command)]
    if rows:
        text += "\n" + table(("argument", ""), rows)
    rows = [(row[0], row[2]) for row in map(_option_row, _options(command))]
    if rows:
        text += "\n" + table(("option", ""), rows)
    return text


def _pieces(command: Any) -> list[str]:
    options = ["[OPTIONS]"] if _options(command) else []
    return options + [_argument(one) if one.required else f"[{_argument(one)}]" for one in _arguments(command)]


def _argument(one: Any) -> str:
    name = (one.metavar or one.name).upper()
    return f"{name}..." if one.nargs == -1 and not name.endswith("...") else name


def _arguments(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "argument"]


def _options(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]


def _option_row(one: Any) -> tuple[str, str, str]:
    names = ", ".join(sorted(one.opts, key=len))
    value = "" if one.is_flag or one.count else f" {one.metavar or one.name.upper()}"
    default = one.default
    shown = f" Default: `{default}`." if not one.is_flag and default not in (None, "", (), []) and not one.count else ""
    return code(f"{names}{value}"), code(str(one.envvar or "")), cell(one.help or "") + shown


def _help(text: str) -> str:
    """Help as Markdown: a paragraph that keeps its lines becomes code."""
    made = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if not paragraph.startswith("\b"):
            made.append(cell(paragraph).replace("\\|", "|"))
            continue
        head, _, lines = paragraph.removeprefix("\b\n").partition("\n")
        inside = "\n".join(line[2:] if line.startswith("  ") else line for line in lines.split("\n"))
        made.append(f"{cell(head)}\n\n```text\n{inside}\n```")
    return "\n\n".join(made) + "\n"
