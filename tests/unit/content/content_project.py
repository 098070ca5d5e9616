"""Small projects for the tests, written into a folder."""

from pathlib import Path

from mops_cli.content.loader import Loading, load

BASE = {
    "mops.toml": """[project]
id = "aurora"
name = "Aurora"
url = "https://aurora.example"
default_locale = "en"
locales = ["en", "de"]

[senders.news]
email = "news@aurora.example"

[topics.news]
title = "News"

[events.purchase.amount]
type = "money"
""",
    "campaigns/spring/campaign.yaml": """title: Spring
topic: news
audience: {segment: everyone}
channels:
  email: {sender: news}
""",
    "campaigns/spring/message.md": "---\nsubject: Hello\n---\nBody\n",
    "campaigns/spring/message.de.md": "---\nsubject: Hallo\n---\nText\n",
    "segments/everyone.yaml": "title: Everyone\nwhere: {all: []}\n",
}


def make(root: Path, changes: dict[str, str | bytes | None] | None = None) -> Loading:
    """Write the small project with changes (None leaves a file out) and load it."""
    for name, text in {**BASE, **(changes or {})}.items():
        if text is None:
            continue
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(root)


def told(loading: Loading) -> list[str]:
    """Findings as ``path:line:column code``."""
    return [f"{d.span.path}:{d.span.line}:{d.span.column} {d.code}" for d in loading.diagnostics]
