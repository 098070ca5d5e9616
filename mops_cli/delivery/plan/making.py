"""Plans made: campaigns on all their channels, with people or destinations, frozen in a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mops_cli.audience import caps
from mops_cli.audience.segments import asking
from mops_cli.audience.selection import Members
from mops_cli.delivery.plan import content, history, people
from mops_cli.delivery.plan.places import PEOPLE, places_of, sender_of
from mops_cli.delivery.plan.planfile import Plan, SendPlan, Wave
from mops_cli.delivery.plan.schedule import occurrence, timetable
from mops_cli.delivery.plan.windows import hours_of
from mops_cli.delivery.plan.writing import copy_content, keep, workplace
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice
from mops_cli.model.values import percent
from mops_cli.store.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from mops_cli.audience.segments.asking import Segments
    from mops_cli.content.environments import InForce
    from mops_cli.delivery.plan.schedule import Timetable
    from mops_cli.model.campaign import Campaign
    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.repository import CampaignFolder, Repository
    from mops_cli.store.database import Store


@dataclass(frozen=True, slots=True)
class Making:
    """What plans are made of. ``now`` is aware, UTC; ``manifest`` is that of ``dist``.

    ``at_once``: due now, whatever schedules say. ``again``: an occurrence of its own, so that everybody gets it again.
    """

    repository: Repository
    settings: InForce
    manifest: Mapping[str, Any]
    dist: Path
    store: Store
    now: datetime
    at_once: bool = False
    again: bool = False

    @property
    def config(self) -> ProjectConfig:
        """The settings in force."""
        return self.settings.config

    @property
    def segments(self) -> Segments:
        """The project's segments."""
        return asking.load(self.repository.segments, self.config)


@dataclass(frozen=True, slots=True)
class _Part:
    """One campaign on one channel on its way into a plan."""

    folder: CampaignFolder
    channel: str
    send: str
    times: Timetable

    @property
    def campaign(self) -> Campaign:
        """What campaign.yaml says."""
        return self.folder.campaign.value


def make(making: Making, campaigns: Sequence[str], channels: Mapping[str, Sequence[str]] | None = None) -> Plan:
    """Make the plan of some campaigns and keep it in ``.mops/plans``; the same plan made twice is one.

    Args:
        making: what it is made of.
        campaigns: their ids.
        channels: the channels of a campaign that are wanted; default: all that it has.

    Raises:
        MopsError: There is no such campaign; a zone, window, segment or topic does not exist; ``dist/`` is not what the
            manifest says.
    """
    state = making.store.folder
    with workplace(state) as folder:
        sends: list[SendPlan] = []
        for name in campaigns:
            for part in _parts(making, name, (channels or {}).get(name)):
                made = _send(making, part, folder)
                if made is not None:
                    sends.append(made)
                    copy_content(making.dist, folder, made.content)
        if not sends:
            raise UsageError(
                f"{', '.join(campaigns)}: nothing to send",
                hint="a campaign needs a channel with people, or destinations in mops.toml",
            )
        plan = Plan(
            id="", environment=making.settings.environment, made_at=making.now, project=making.config.project.id,
            sends=tuple(sends),
        )  # fmt: skip
        given_up = {row[0] for row in making.store.rows(queries("mops_cli.delivery", "plans")["given_up"])}
        kept = keep(state, folder, plan, given_up)
    history.sweep(making.store, making.now)
    return kept


def names(making: Making, channels: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Send and channel of everything that a plan of these campaigns would hold.

    Raises:
        UsageError: As :func:`make`.
    """
    return [
        (part.send, part.channel)
        for name, wanted in channels.items()
        for part in _parts(making, name, wanted)
        if part.channel in PEOPLE or places_of(making.config, part.campaign, part.channel)
    ]


def choose_now(making: Making, plan: Plan, one: SendPlan) -> None:
    """Leave the people that a planned send would have if it were planned now in the store's table ``plan_now``.

    Raises:
        MopsError: As :func:`make`.
    """
    part = replace(_parts(making, one.campaign, [one.channel])[0], send=one.send)
    who = replace(_who(making, part, one.content), plan=plan.id)
    # Whoever was in time when the plan was made is not gone because time has passed.
    people.choose(making.store, who, replace(part.times, now=plan.made_at))


def _parts(making: Making, name: str, channels: Sequence[str] | None) -> list[_Part]:
    folder = making.repository.campaigns.get(name)
    if folder is None:
        known = making.repository.campaigns
        raise UsageError(f'no campaign is called "{name}"', hint=advice(name, known, what="there are"))
    campaign, where = folder.campaign.value, folder.campaign.path
    brand = making.config.project.fallback_zone
    day = occurrence(campaign.schedule, where, again=making.now if making.again else None, brand=brand)
    window = campaign.schedule.window if campaign.schedule else None
    parts = []
    for channel in channels if channels is not None else campaign.channels.active():
        hours = hours_of(making.config, window, channel, where, transactional=_transactional(making, campaign))
        times = timetable(
            campaign.schedule, brand=brand, hours=hours, now=making.now, where=where, at_once=making.at_once
        )
        parts.append(_Part(folder, channel, f"{name}@{day}", times))
    return parts


def _send(making: Making, part: _Part, folder: Path) -> SendPlan | None:
    places = () if part.channel in PEOPLE else places_of(making.config, part.campaign, part.channel)
    if part.channel not in PEOPLE and not places:
        return None
    files = content.content_of(making.manifest, making.dist, part.folder.id, part.channel)
    about: dict[str, Any] = {
        "send": part.send, "campaign": part.folder.id, "channel": part.channel, "topic": part.campaign.topic,
        "content": files, "transactional": _transactional(making, part.campaign),
        "policy": "resend" if _transactional(making, part.campaign) else "hold",
        "sender": sender_of(making.config, part.campaign, part.channel),
        "scheduled": part.times.wall is not None, "window": part.times.hours.name,
    }  # fmt: skip
    return _to_places(making, part, places, about) if places else _to_people(making, part, folder, about)


def _to_people(making: Making, part: _Part, folder: Path, about: dict[str, Any]) -> SendPlan:
    file = f"{part.folder.id}.{part.channel}.parquet"
    frozen = people.freeze(making.store, _who(making, part, about["content"]), part.times, folder / file)
    return SendPlan(
        **about, count=frozen.count, waves=frozen.waves, audience=file, audience_hash=frozen.file_hash,
        excluded=dict(frozen.excluded), not_after=_limit(frozen.waves), locales=dict(frozen.locales),
        variants=dict(frozen.variants), zones=frozen.zones, without_zone=frozen.without_zone,
    )  # fmt: skip


def _to_places(making: Making, part: _Part, places: Sequence[str], about: dict[str, Any]) -> SendPlan:
    """A send without people happens in brand time, or in the schedule's own zone."""
    due = part.times.due()
    sql = queries("mops_cli.delivery", "plans")["reached_places"]
    rows = making.store.rows(sql, {"send": part.send, "channel": part.channel})
    reached = {row[0] for row in rows}
    left = () if part.times.over(due.at) else tuple(name for name in places if name not in reached)
    why = {"too late": len(places)} if part.times.over(due.at) else {"already sent": len(places) - len(left)}
    late = part.times.not_after
    limit = due.at + late if late is not None else None
    waves = (Wave(due.at, 0, len(left), due.zone, limit),) if left else ()
    known = content.locales_of(making.manifest, about["content"], part.channel)
    locale = content.best_locale("", known, making.config.project.default_locale)
    return SendPlan(
        **about, count=len(left), waves=waves, destinations=left, not_after=_limit(waves),
        excluded={reason: number for reason, number in why.items() if number}, locales={locale: len(left)},
    )  # fmt: skip


def _limit(waves: Sequence[Wave]) -> datetime | None:
    """After this moment nobody of the send gets anything."""
    return max((wave.not_after for wave in waves if wave.not_after is not None), default=None)


def _who(making: Making, part: _Part, files: Mapping[str, str]) -> people.Who:
    campaign, where = part.campaign, part.folder.campaign.path
    segments = making.segments
    audience = campaign.audience
    for name in (*([audience.segment] if audience.segment else []), *audience.exclude):
        if name not in segments.trees:
            known = (
                f'the segment "{name}" has mistakes' if name in segments.sources else f'there is no segment "{name}"'
            )
            raise UsageError(f"{where}: {known}", hint="run `mops lint`")
    if campaign.topic not in making.config.topics:
        raise UsageError(f'{where}: there is no topic "{campaign.topic}"', hint=advice(campaign.topic, making.config.topics, what="topics"))  # fmt: skip
    inside = _members(segments, making.now, [audience.segment] if audience.segment else [])
    arms = campaign.experiment.arms if campaign.experiment else {}
    return people.Who(
        part.send, part.channel, campaign.topic, inside[0] if inside else None,
        _members(segments, making.now, audience.exclude),
        capped=caps.reached(
            making.config, campaign.topic, part.channel,
            send=part.send, environment=making.settings.environment, now=max(making.now, part.times.due().at),
        ),
        transactional=_transactional(making, campaign), experiment=part.folder.id,
        arms={arm: percent(share) for arm, share in arms.items()},
        locales=content.locales_of(making.manifest, files, part.channel),
        default_locale=making.config.project.default_locale,
    )  # fmt: skip


def _members(segments: Segments, now: datetime, names: Sequence[str]) -> tuple[Members, ...]:
    """Segments as queries of one statement: their parameters have names of their own."""
    made: list[Members] = []
    for name in names:
        compiler = segments.compiler(now.replace(tzinfo=None))
        if made:
            compiler.parameters.update(made[-1].parameters)
        query = compiler.members(segments.trees[name])
        made.append(Members(query.sql, query.parameters))
    return tuple(made)


def _transactional(making: Making, campaign: Campaign) -> bool:
    topic = making.config.topics.get(campaign.topic)
    return topic is not None and topic.transactional
