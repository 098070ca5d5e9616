"""The contact sheet of ``mops demo``: every channel's artifact on one page that asks no network.

Mails and pages are filled for one persona and written beside the page; pictures and PDFs are those of ``dist/``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any

from mops_cli.cli.console import counted
from mops_cli.cli.listing import artifacts_of, read_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mops_cli.build.project import Opened
    from mops_cli.cli.listing import Json
    from mops_cli.model.content import Persona

FOLDER = ".mops/demo"
ORDER = ("email", "web", "sms", "push", "chat", "social", "pdf", "print")
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src file: data:; '
    "style-src 'unsafe-inline'; font-src file: data:; frame-src file:; object-src file:\">"
)
"""Also in every framed page: what a message would fetch from elsewhere stays unfetched here."""


@dataclass(frozen=True)
class Sheet:
    """One page in the making: the project, the manifest and where files go."""

    root: Path
    opened: Opened
    manifest: Json
    filled: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> str:
        """A text of ``dist/``; empty when it is missing."""
        try:
            return (self.root / "dist" / path).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def twin(self, path: str) -> dict[str, Any]:
        """A JSON of ``dist/``; empty when it is missing or no mapping."""
        try:
            data = json.loads(self.read(path) or "{}")
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    def fill(self, template: str, artifact: Json) -> str:
        """A template of an artifact for the sheet's persona, with files of ours as local paths."""
        if "{{" not in template and "{%" not in template:
            return template
        from mops_cli.channels.personalize import compile as compile_template
        from mops_cli.cli.sheet_links import LocalLinks

        config = self.opened.repository.config.value.project
        links, locale = LocalLinks(self._targets(artifact)), str(artifact["locale"])
        return compile_template(template).render(
            self.person(locale), locale, config.currency, config.fallback_zone, links
        )

    def person(self, locale: str) -> Mapping[str, Any]:
        """The plainest persona of the locale: a common name, most fields filled."""
        from mops_cli.channels.people import data_of

        personas = [item.value for _, item in sorted(self.opened.repository.personas.items())]
        spoken = locale.split("-", maxsplit=1)[0]
        kin = [one for one in personas if one.locale and one.locale.split("-", maxsplit=1)[0] == spoken]
        fitting = [one for one in personas if one.locale in {None, locale}] or kin or personas
        if not fitting:
            return {"contact": {}, "order": {}, "event": {}}
        best = max(fitting, key=_plainness)
        return data_of(best, self.opened.repository.config.value.fields)

    def page(self, name: str, html: str) -> str:
        """Keep a filled page for writing; returns its address from the sheet."""
        head = html.lower().find("<head")
        at = html.find(">", head) + 1 if head >= 0 else 0
        self.filled[name] = html[:at] + POLICY + html[at:]
        return name

    def _targets(self, artifact: Json) -> dict[int, str]:
        """Where the numbers of an artifact's links lead: each artifact counts its own."""
        stem = ".".join(part for part in (str(artifact["locale"]), str(artifact.get("variant") or "")) if part)
        table = self.manifest.get("links")
        entries = (
            table.get(f"{artifact['campaign']}/{artifact['channel']}/{stem}", []) if isinstance(table, dict) else []
        )
        return {int(link["id"]): str(link["url"]) for link in entries}


def write_sheet(root: Path) -> Path:
    """Write the page and what it shows below ``.mops/demo``; returns the page."""
    from mops_cli.build.project import open_project

    sheet = Sheet(root, open_project(root), read_manifest(root))
    html = _document(sheet)
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sheet.filled.items():
        (folder / name).write_text(text, encoding="utf-8")
    page = folder / "index.html"
    page.write_text(html, encoding="utf-8")
    return page


def _document(sheet: Sheet) -> str:
    config = sheet.opened.repository.config.value.project
    found = [
        artifact for artifact in artifacts_of(sheet.manifest) if artifact.get("campaign") and artifact.get("locale")
    ]
    found.sort(key=lambda item: (str(item["campaign"]), _rank(str(item["channel"])), str(item["path"])))
    campaigns = [(key, list(group)) for key, group in groupby(found, key=lambda item: str(item["campaign"]))]
    entries = "".join(f'<li><a href="#{escape(key)}">{escape(_title(sheet, key))}</a></li>' for key, _ in campaigns)
    sections = "\n".join(_campaign(sheet, key, artifacts) for key, artifacts in campaigns)
    css = (resources.files("mops_cli.cli") / "sheet.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{POLICY}\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(config.name)} on every channel</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(config.name)}</h1><p>{counted(len(found), 'artifact')} of {counted(len(campaigns), 'campaign')}, "
        f"as one person gets them. Nothing here asks the network.</p></header>\n<nav><ul>{entries}</ul></nav>\n"
        f"<main>\n{sections or '<p>Nothing is built yet.</p>'}\n</main>\n</body>\n</html>\n"
    )


def _plainness(one: Persona) -> tuple[bool, int, int]:
    name = str(one.contact.get("first_name") or "")
    filled = sum(value not in (None, "", [], 0) for value in one.contact.values())
    return (name.isascii() and name.isalpha() and len(name) <= 12, filled, -len(name))


def _rank(channel: str) -> int:
    return ORDER.index(channel) if channel in ORDER else len(ORDER)


def _title(sheet: Sheet, campaign: str) -> str:
    folder = sheet.opened.repository.campaigns.get(campaign)
    return folder.campaign.value.title if folder else campaign


def _campaign(sheet: Sheet, campaign: str, artifacts: list[Json]) -> str:
    """The main locale in full; other locales and arms behind a line that opens."""
    home = sheet.opened.repository.config.value.project.default_locale
    stems: dict[str, list[Json]] = {}
    for artifact in artifacts:
        arm = f" · arm {artifact['variant']}" if artifact.get("variant") else ""
        stems.setdefault(f"{artifact['locale']}{arm}", []).append(artifact)
    main = home if home in stems else next(iter(stems))
    parts = [_grid(sheet, stems[main])]
    parts.extend(
        f"<details><summary>{escape(stem)}</summary>{_grid(sheet, found)}</details>"
        for stem, found in sorted(stems.items())
        if stem != main
    )
    head = f"<h2>{escape(_title(sheet, campaign))}</h2><p>campaigns/{escape(campaign)}/ · {escape(main)}</p>"
    return f'<section class="campaign" id="{escape(campaign)}">{head}\n' + "\n".join(parts) + "</section>"


def _grid(sheet: Sheet, artifacts: list[Json]) -> str:
    from mops_cli.cli.sheet_cards import card

    shown = "\n".join(text for text in (card(sheet, artifact) for artifact in artifacts) if text)
    return f'<div class="grid">\n{shown}\n</div>'
