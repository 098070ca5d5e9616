from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from msgspec import convert

from mops_cli.channels.base import Job
from mops_cli.channels.templating.build_stage import BuildStage
from mops_cli.channels.templating.slots import SlotTable
from mops_cli.model.brand import Color, Identity, Token, Tokens
from mops_cli.model.campaign import Campaign
from mops_cli.model.config import ProjectConfig
from mops_cli.model.content import MessageFile, TextFile
from mops_cli.model.diagnostic import Span
from mops_cli.model.repository import Brand, CampaignFolder, Repository
from mops_cli.model.source import Loaded, PlainSource

CONFIG = {
    "project": {"id": "aurora", "name": "A & *B*", "url": "https://aurora.example", "locales": ["en", "de"]},
    "topics": {"news": {"title": "News"}},
    "fields": {
        "contact": {
            "first_name": {"type": "text"},
            "email": {"type": "email", "nullable": False},
            "points": {"type": "integer", "nullable": False},
            "birthday": {"type": "date"},
            "shop": {"type": "url"},
            "recommendations": {
                "type": "list",
                "nullable": False,
                "items": {"name": "text", "price": "money", "url": "url", "image": "url"},
            },
        },
        "order": {"count": {"type": "integer", "nullable": False}, "total": {"type": "money", "nullable": False}},
    },
}
CAMPAIGN = {
    "title": "Spring",
    "topic": "news",
    "channels": {"email": {}},
    "vars": {"n": 3, "evil": "<b>{{ x }}</b>", "list": [1, 2, 3]},
}
IDENTITY = {
    "legal_name": "Aurora GmbH",
    "address": {"street": "Hafen 1", "postal_code": "20457", "city": "Hamburg", "country": "DE"},
}


@dataclass
class MemoryFiles:
    files: dict[str, str] = field(default_factory=dict)

    def read_bytes(self, path):
        found = self.files.get(path)
        return None if found is None else found.encode()

    def exists(self, path):
        return path in self.files

    def listing(self, folder):
        return tuple(sorted(path for path in self.files if path.startswith(folder)))


@dataclass
class Bench:
    """A small project made in memory, and one document of it."""

    job: Job
    slots: SlotTable
    stage: BuildStage
    files: MemoryFiles

    def render(self, text, path="campaigns/spring/message.md", first_line=1, **names):
        return self.stage.render(text, path, first_line, names)

    @property
    def found(self):
        return self.job.found

    def messages(self):
        return [f"{d.span.path}:{d.span.line}:{d.span.column} {d.code} {d.message}" for d in self.job.found]

    def finish(self, mapped, context):
        return self.slots.restore(self.slots.fill(str(mapped), context), context)


def make(front=None, files=None, locales=None, locale="en", variant="", snippets=None):
    tokens = Tokens(
        "default",
        {
            "color.brand.primary": Token(
                "color.brand.primary", "color", Color("#aa5500"), "#aa5500", Span("brand/brand.tokens.yaml")
            ),
            "space.4": Token("space.4", "dimension", "16px", "16px", Span("brand/brand.tokens.yaml")),
            "font.body": Token(
                "font.body", "fontFamily", ["Inter"], "'Inter', sans-serif", Span("brand/brand.tokens.yaml")
            ),
        },
    )
    path = "campaigns/spring/message.md"
    front = front or {}
    message = MessageFile(path, locale, "", front, PlainSource(path), "", 1)
    repository = Repository(
        Loaded("mops", convert(CONFIG, ProjectConfig), PlainSource("mops.toml")),
        Brand(
            {"default": tokens},
            identity=Loaded("identity", convert(IDENTITY, Identity), PlainSource("brand/identity.yaml")),
        ),
        locales={name: TextFile(f"content/locales/{name}.ftl", text) for name, text in (locales or {}).items()},
        snippets={name: TextFile(f"content/snippets/{name}.md", text) for name, text in (snippets or {}).items()},
    )
    campaign = Loaded("spring", convert(CAMPAIGN, Campaign), PlainSource("campaigns/spring/campaign.yaml"))
    folder = CampaignFolder("spring", "campaigns/spring", campaign, {(locale, ""): message})
    memory = MemoryFiles(files or {})
    job = Job(repository, folder, "email", locale, variant, memory)
    slots = SlotTable()
    return Bench(job, slots, BuildStage(job, slots), memory)


@pytest.fixture
def bench():
    return make()
