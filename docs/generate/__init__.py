"""The reference pages, made from the code: ``python -m docs.generate`` writes them, the tests compare them."""

from __future__ import annotations

from docs.generate import channels, commands, decks, files, findings, templates

NOTE = "<!-- Made by `python -m docs.generate`. Do not edit. -->\n"


def pages() -> dict[str, str]:
    """All generated pages by their name in ``docs/reference/``."""
    made = {
        "commands.md": commands.page(),
        "findings.md": findings.page(),
        "files.md": files.page(),
        "manifest.md": files.manifest_page(),
        "templates.md": templates.page(),
        "channels.md": channels.page(),
        "decks.md": decks.page(),
    }
    return {name: f"{NOTE}{text.rstrip()}\n" for name, text in made.items()}
