"""What a campaign says about time and experiments, beyond the shape of its texts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mops_cli.model.diagnostic import Diagnostic, error, warning
from mops_cli.model.suggest import advice, nearest
from mops_cli.model.values import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.repository import CampaignFolder
    from mops_cli.model.source import Loaded, Source

_WHOLE = 1.0
_TOLERANCE = 0.0005


def check_campaign(folder: CampaignFolder, config: ProjectConfig) -> Iterator[Diagnostic]:
    """Findings about one campaign by itself."""
    yield from _schedule(folder, config)
    yield from _experiment(folder, config)
    yield from _twice(folder)


def check_zone(config: Loaded[ProjectConfig]) -> Iterator[Diagnostic]:
    """The project's time zone."""
    yield from _zone(config.value.project.fallback_zone, config.source, "project", "fallback_zone")


def _schedule(folder: CampaignFolder, config: ProjectConfig) -> Iterator[Diagnostic]:
    schedule, source = folder.campaign.value.schedule, folder.campaign.source
    if schedule is None:
        return
    try:
        datetime.fromisoformat(schedule.at)
    except ValueError:
        hint = "write a day and a time of the calendar, e.g. 2026-12-01 09:00"
        yield error("MC206", f'"{schedule.at}" does not exist', source.at("schedule", "at"), hint)
    windows = config.every_window()
    if schedule.window is not None and schedule.window not in windows:
        hint = advice(schedule.window, windows, what="windows")
        yield error("MC206", f'there is no window "{schedule.window}"', source.at("schedule", "window"), hint)
    if schedule.zone not in ("contact", "brand"):
        yield from _zone(schedule.zone, source, "schedule", "zone")
    if schedule.fallback_zone is not None:
        yield from _zone(schedule.fallback_zone, source, "schedule", "fallback_zone")
    elif schedule.zone == "contact":
        span = source.at("schedule", "zone")
        hint = "add `fallback_zone: Europe/Berlin`; until then the project's fallback_zone is used"
        yield warning("MC209", "people without a time zone have no time here", span, hint)


def _zone(name: str, source: Source, *keys: str) -> Iterator[Diagnostic]:
    """A zone that the tz database does not know; without a database nothing is said."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        known = available_timezones()
        if known:
            close = nearest(name, known)
            hint = f'did you mean "{close}"?' if close else "write a place of the tz database, e.g. Europe/Berlin"
            yield error("MC206", f'there is no time zone "{name}"', source.at(*keys), hint)


def _experiment(folder: CampaignFolder, config: ProjectConfig) -> Iterator[Diagnostic]:
    experiment, source = folder.campaign.value.experiment, folder.campaign.source
    if experiment is None:
        return
    if len(experiment.arms) < 2:
        span = source.at("experiment", "arms")
        yield error("MC208", "an experiment compares at least two arms", span, "write e.g. {a: 50%, b: 50%}")
    total = sum(percent(share) for share in experiment.arms.values())
    # A rest that gets nothing yet is a plan (10% and 10%, then the winner); more than everybody is a mistake.
    if total > _WHOLE + _TOLERANCE:
        message, span = f"the arms have {total:.0%} together", source.at("experiment", "arms")
        yield error("MC208", message, span, "let the shares add up to 100%, or less to hold the rest back")
    for name in experiment.arms:
        if name in config.project.locales:
            hint = "call it something else: message.{name}.md would be read as the locale".replace("{name}", name)
            yield error(
                "MC208", f'the arm "{name}" has the name of a locale', source.key("experiment", "arms", name), hint
            )


def _twice(folder: CampaignFolder) -> Iterator[Diagnostic]:
    """Entries that stand twice in a list."""
    campaign, source = folder.campaign.value, folder.campaign.source
    social, chat = campaign.channels.social, campaign.channels.chat
    lists = {
        ("audience", "exclude"): campaign.audience.exclude,
        ("locales",): campaign.locales or (),
        ("channels", "social", "platforms"): social.platforms if social else (),
        ("channels", "social", "destinations"): social.destinations if social else (),
        ("channels", "chat", "adapters"): chat.adapters if chat else (),
    }
    for keys, entries in lists.items():
        seen: set[str] = set()
        for number, entry in enumerate(entries):
            if entry in seen:
                yield warning("MC210", f'"{entry}" stands twice in this list', source.at(*keys, number), "delete one")
            seen.add(entry)
