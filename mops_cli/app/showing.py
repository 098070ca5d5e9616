"""The end of `mops demo`: a launch really sent, to made-up people, over a mail server of this machine that keeps nothing.

It happens in a copy of the project below ``.mops/demo/``, so that no made-up contact comes into the project's own store.
"""

from __future__ import annotations

import asyncio
import csv
import json
import shutil
import sys
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mops_cli.app.ground import Ground, ground
from mops_cli.app.sending import Manner, Sent, send
from mops_cli.app.wishes import Wish
from mops_cli.audience import imports
from mops_cli.store.ingest import ingest
from mops_cli.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from mops_cli.app.sending import AskingScreen
    from mops_cli.clock import Clock
    from mops_cli.model.repository import Repository

PEOPLE = 1_000
PLACE = Path(".mops", "demo", "project")
PARTS = ("brand", "content", "segments", "mops.toml")
NUMBERS = 100
"""German numbers that nobody has: +49 171 39200 00 to 99."""

_SETTINGS = """
[providers.demo-mail]
type = "smtp"
host = "127.0.0.1"
port = {port}
rules = [{{ channels = ["email"] }}]

[providers.demo-files]
type = "file"
sync = false

[environments.demo]
provider = "demo-files"
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was sent, how many mails the server took, and where everything else lies."""

    campaign: str
    sent: Sent
    mails: int
    inboxes: int
    place: Path

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        return {
            "campaign": self.campaign,
            "done": self.sent.rest.done,
            "sends": list(self.sent.sends),
            "mails": self.mails,
            "inboxes": self.inboxes,
        }


def launch_of(repository: Repository) -> str:
    """The campaign to show: one with the tag `launch`, else the first that speaks by mail; "" when none does."""
    by_mail = sorted(
        name for name, one in repository.campaigns.items() if one.campaign.value.channels.email is not None
    )
    tagged = [name for name in by_mail if "launch" in repository.campaigns[name].campaign.value.tags]
    return next(iter(tagged + by_mail), "")


async def show(root: Path, repository: Repository, clock: Clock, screen: AskingScreen) -> Shown | None:
    """Send the launch; None when no campaign speaks by mail.

    Raises:
        MopsError: It could not be sent; the sentence says why.
    """
    campaign = launch_of(repository)
    if not campaign:
        return None
    place = root / PLACE
    shutil.rmtree(place, ignore_errors=True)
    async with _mail_server(root / ".mops" / "demo") as (port, log):
        _copied(root, place, campaign, port)
        here = ground(place, "demo", {}, clock)
        await asyncio.to_thread(_peopled, here, repository)
        sent = await send(here, Wish(select=(campaign,), now=True), Manner(workers=1, patience=5.0), screen)
        if sent is None:
            return None
        boxes = Counter(line.split("\t")[2] for line in log.read_text(encoding="utf-8").splitlines())
    return Shown(campaign, sent, sum(boxes.values()), len(boxes), place)


def _copied(root: Path, place: Path, campaign: str, port: int) -> None:
    place.mkdir(parents=True, mode=0o700)
    for name in (*PARTS, f"campaigns/{campaign}"):
        source, target = root / name, place / name
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    with (place / "mops.toml").open("a", encoding="utf-8") as file:
        file.write(_SETTINGS.format(port=port))


@asynccontextmanager
async def _mail_server(folder: Path) -> AsyncIterator[tuple[int, Path]]:
    """A mail server that keeps a list and nothing else, in a process of its own: its port and its list."""
    log = _fresh(folder)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mops_cli.delivery.providers.sink", "--log", str(log),
        stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield int(await process.stdout.readline()), log
    finally:
        process.terminate()
        await process.wait()


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "mails.tsv"
    log.unlink(missing_ok=True)
    return log


def _peopled(here: Ground, repository: Repository) -> None:
    """Made-up people, made from the personas, who agreed to everything and bought something last month."""
    config = here.settings.config
    people = list(_people(here, repository))
    file = here.root / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, sorted({name for one in people for name in one}))
        writer.writeheader()
        writer.writerows(people)
    topic = repository.campaigns[launch_of(repository)].campaign.value.topic
    with open_store(here.root, config, here.clock) as store:
        for channel in ("email", "sms"):
            agreement = imports.Agreement(topic, channel, "made up for the demonstration")
            imports.run(store, config, imports.Wish(file, {}, agreement=agreement))
        kinds = [kind for kind in config.events if kind in {"purchase", "order", "signup"}] or list(config.events)[:1]
        before = (here.clock.now() - timedelta(days=30)).isoformat()
        bought = [
            {"id": f"demo-{kind}-{number}", "kind": kind, "occurred_at": before, "contact": number}
            for kind in kinds
            for number in range(1, PEOPLE + 1)
        ]
        ingest(store, "MOPS_DEMO", list(enumerate(bought, 1)))


def _people(here: Ground, repository: Repository) -> Sequence[Mapping[str, Any]]:
    personas = [loaded.value for _, loaded in sorted(repository.personas.items())]
    declared = here.settings.config.fields.contact
    found = []
    for number in range(PEOPLE):
        one = personas[number % len(personas)] if personas else None
        fields: dict[str, Any] = {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
            for name, value in (one.contact if one else {}).items()
            if value is not None
        }
        fields |= {"email": f"person{number}@people.example", "locale": (one.locale if one else None) or ""}
        if number < NUMBERS:
            fields["phone"] = f"+4917139200{number:02d}"
        if "country" in declared:
            fields["country"] = (one.country if one else "") or here.settings.config.project.country
        found.append(fields)
    return found
