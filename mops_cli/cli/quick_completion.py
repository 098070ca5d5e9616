"""Completion of commands and values without Typer, which takes longer to load than a person waits for a Tab.

Only the common cases are answered, in the words of Typer's own scripts; options and everything unusual is left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.cli import completion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Words = Callable[[str], list[str]]

FLAGS = frozenset(
    {
        "--json",
        "--json-lines",
        "-q",
        "--quiet",
        "-v",
        "-vv",
        "--verbose",
        "--strict",
        "--force",
        "--fix",
        "-a",
        "--artifacts",
    }
)
INNER = {"deck": ("render", "fmt", "lint"), "config": ("show",)}

VALUES: Mapping[tuple[str, str], Words] = {
    ("build", "--select"): completion.selectors,
    ("build", "-s"): completion.selectors,
    ("build", "--output-format"): completion.formats,
    ("lint", "--select"): completion.families,
    ("lint", "--ignore"): completion.families,
    ("lint", "--output-format"): completion.formats,
    ("deck lint", "--output-format"): completion.formats,
    ("plan", "--env"): completion.environments,
    ("plan", "-e"): completion.environments,
    ("calendar", "--env"): completion.environments,
    ("calendar", "-e"): completion.environments,
    ("config show", "--env"): completion.environments,
    ("config show", "-e"): completion.environments,
}
"""What follows an option."""

PLAIN: Mapping[str, tuple[Words, int]] = {
    "build": (completion.selectors, 0),
    "ls": (completion.selectors, 0),
    "plan": (completion.selectors, 0),
    "rule": (completion.codes, 1),
    "deck render": (completion.decks, 1),
    "deck fmt": (completion.decks, 0),
    "deck lint": (completion.decks, 0),
}
"""What stands alone, and how often (0: as often as one likes)."""


def answer(env: Mapping[str, str]) -> str | None:
    """What Typer's completion script wants to read; None when Typer is to be asked."""
    asked = env.get("_MOPS_COMPLETE", "")
    line = env.get("COMP_WORDS" if asked == "complete_bash" else "_TYPER_COMPLETE_ARGS", "")
    if not line or any(sign in line for sign in "'\"\\"):
        return None
    words, behind = line.split(), ""
    if asked == "complete_bash":
        try:
            at = int(env.get("COMP_CWORD", ""))
        except ValueError:
            return None
        given, incomplete, behind = _bash(words, at)
    elif asked == "complete_zsh" or (asked == "complete_fish" and env.get("_TYPER_COMPLETE_FISH_ACTION") == "get-args"):
        last = not line[-1].isspace() and len(words) > 1
        given, incomplete = (words[1:-1], words[-1]) if last else (words[1:], "")
    else:
        return None
    found = offers(given, incomplete)
    if found is None:
        return None
    return _written([(word.removeprefix(behind), line) for word, line in found], asked)


def _bash(words: list[str], at: int) -> tuple[list[str], str, str]:
    """What was given, what is being typed, and the beginning of it that bash takes for words of their own.

    To bash a colon is a word: ``channel:em`` comes as three.
    """
    typed = words[at] if at < len(words) else ""
    if at > 2 and words[at - 1] == ":":
        behind = f"{words[at - 2]}:"
        return words[1 : at - 2], behind + typed, behind
    if at > 1 and typed == ":":
        behind = f"{words[at - 1]}:"
        return words[1 : at - 1], behind, behind
    return words[1:at], typed, ""


def offers(given: Sequence[str], incomplete: str) -> list[tuple[str, str]] | None:
    """Words with a line of help each, for what was given before; None when that is beyond this module."""
    if incomplete.startswith("-"):
        return None
    option = given[-1] if given and given[-1].startswith("-") and given[-1] not in FLAGS else ""
    rest = [word for word in (given[:-1] if option else given) if word not in FLAGS]
    if any(word.startswith("-") for word in rest):
        return None
    if not rest:
        return None if option else _commands(incomplete)
    taken = 2 if rest[0] in INNER else 1
    command, values = " ".join(rest[:taken]), rest[taken:]
    if option:
        words = VALUES.get((command, option))
    else:
        words, most = PLAIN.get(command, (None, 0))
        if most and len(values) >= most:
            words = None
    return None if words is None else [(word, "") for word in words(incomplete)]


def _commands(incomplete: str) -> list[tuple[str, str]]:
    from mops_cli.cli.table import COMMANDS

    return [(name, line) for name, (_, line) in COMMANDS.items() if name.startswith(incomplete)]


def _written(found: list[tuple[str, str]], asked: str) -> str:
    """The offers in the form that the shell's script reads."""
    if asked == "complete_bash":
        return "\n".join(word for word, _ in found)
    if asked == "complete_fish":
        return "\n".join(f"{word}\t{line}" if line else word for word, line in found)
    if not found:
        return "_files"
    lines = "\n".join(f'"{_zsh(word)}":"{_zsh(line)}"' if line else f'"{_zsh(word)}"' for word, line in found)
    return f"_arguments '*: :(({lines}))'"


def _zsh(text: str) -> str:
    for sign, written in (('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", r"\\:")):
        text = text.replace(sign, written)
    return text
