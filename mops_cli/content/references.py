"""References both ways: names that lead nowhere, circles, and things that no name leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.content.campaign_checks import check_campaign, check_zone
from mops_cli.content.circles import cyclic_snippets, segment_findings
from mops_cli.content.unused import unused
from mops_cli.errors import UsageError
from mops_cli.model.diagnostic import Diagnostic, Span, error, warning
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.content import TextFile
    from mops_cli.model.repository import CampaignFolder, Files, Repository
    from mops_cli.model.source import Key, Loaded

# Channels that are made from a layout, with the medium of the layout.
LAYOUT_MEDIA = {"email": "email", "web": "web", "pdf": "pdf", "print": "print"}
# Layouts of these media may stand in for another's: a PDF page is a printed page without marks.
_ALSO = {"pdf": ("print", "web"), "print": ("pdf",)}
_MESSAGE_CHANNELS = ("email", "sms", "push", "web", "social", "pdf", "print", "chat")

# What a mail attaches by the name of the channel that makes it.
ATTACHED_CHANNELS = ("pdf", "print")

NO_MESSAGE = "MC317"
"""A message is missing in one language; the file that says so is sound, and the other languages are built."""


def check(
    repository: Repository, files: Files, texts: Sequence[TextFile], *, config_is_read: bool = True
) -> list[Diagnostic]:
    """All findings about references; what depends on ``mops.toml`` is left out when it could not be read."""
    found: list[Diagnostic] = []
    if config_is_read:
        found.extend(_project(repository.config))
        found.extend(check_zone(repository.config))
    found.extend(_logos(repository, files))
    for folder in repository.campaigns.values():
        found.extend(check_campaign(folder, repository.config.value))
        found.extend(_segments(folder, repository, files))
        found.extend(_messages(folder, repository.config.value))
        found.extend(_layouts(folder, repository))
        found.extend(_theme(folder, repository))
        found.extend(_files(folder, files))
        found.extend(_attached(folder))
        if config_is_read:
            found.extend(_settings(folder, repository.config.value))
    found.extend(_found_twice(repository, files))
    found.extend(segment_findings(repository))
    found.extend(cyclic_snippets(repository))
    if all(each.code != NO_MESSAGE for each in found):  # what is not there yet may use it all
        found.extend(unused(repository, files, texts))
    return found


def _project(config: Loaded[ProjectConfig]) -> Iterator[Diagnostic]:
    """Names inside ``mops.toml``."""
    value, source = config.value, config.source
    if value.project.default_locale not in value.project.locales:
        span = source.at("project", "default_locale")
        hint = f"add it to locales: {', '.join(value.project.locales)}"
        yield error("MC304", f'the default locale "{value.project.default_locale}" is not in locales', span, hint)
    for name in value.sms.opt_out:
        if name not in value.project.locales:
            hint = advice(name, value.project.locales, what="locales")
            yield error("MC304", f'there is no locale "{name}"', source.key("sms", "opt_out", name), hint)
    yield from _environments(config)
    for name, sender in value.senders.items():
        yield from _provider(sender.provider, value, source.at("senders", name, "provider"))
    for name, destination in value.destinations.items():
        yield from _provider(destination.provider, value, source.at("destinations", name, "provider"))
        channels = ("social", "web", "print", "pdf", "chat")
        if destination.channel not in channels:
            span = source.at("destinations", name, "channel")
            hint = advice(destination.channel, channels, what="channels with destinations")
            yield error("MC312", f'"{destination.channel}" is no channel with destinations', span, hint)


def _environments(config: Loaded[ProjectConfig]) -> Iterator[Diagnostic]:
    """The tables of an environment lie over those of ``mops.toml``, so they have their names."""
    tables = [name for name in config.value.__struct_fields__ if name != "environments"]
    for environment, said in config.value.environments.items():
        for name, value in said.items():
            if isinstance(value, dict) and name not in tables:
                span = config.source.key("environments", environment, name)
                hint = advice(name, tables, what="tables")
                yield error("MC201", f'there is no table "{name}" to lie over', span, hint)


def _logos(repository: Repository, files: Files) -> Iterator[Diagnostic]:
    """Logo files of ``brand/identity.yaml``."""
    identity = repository.brand.identity
    for name, logo in identity.value.logos.items() if identity is not None else ():
        span = identity.source.at("logos", name, "file") if identity is not None else Span("")
        yield from _file(files, (logo.file,), span, logo.file, files.listing("brand"))


def _file(files: Files, places: tuple[str, ...], span: Span, name: str, known: Sequence[str]) -> Iterator[Diagnostic]:
    """A finding when a named file is in none of its places, or outside of the project."""
    try:
        if any(files.exists(place) for place in places):
            return
    except UsageError as problem:
        yield error("MC309", f'"{name}" leads out of the project', span, problem.hint)
        return
    hint = advice(name, known, what="files", none="put it into content/assets/")
    yield error("MC320", f'there is no file "{name}"', span, hint)


def _provider(name: str | None, config: ProjectConfig, span: Span) -> Iterator[Diagnostic]:
    if name is not None and name not in config.providers:
        hint = advice(name, config.providers, what="providers", none=f"add [providers.{name}] to mops.toml")
        yield error("MC313", f'there is no provider "{name}"', span, hint)


def _known(
    folder: CampaignFolder, keys: tuple[Key, ...], name: str | None, known: Collection[str], kind: tuple[str, str, str]
) -> Iterator[Diagnostic]:
    """A finding when ``name`` is not ``known``; ``kind`` is (code, word, cure when there are none)."""
    if name is None or name in known or _computed(name):
        return
    code, word, cure = kind
    hint = advice(name, known, what=f"{word}s", none=cure)
    yield error(code, f'there is no {word} "{name}"', folder.campaign.source.at(*keys), hint)


def _computed(name: str) -> bool:
    """A name that a template makes at build time cannot be checked here."""
    return "[[" in name or "[%" in name


def _segments(folder: CampaignFolder, repository: Repository, files: Files) -> Iterator[Diagnostic]:
    audience = folder.campaign.value.audience
    kind = ("MC302", "segment", "add a file to segments/")
    # A file with mistakes of its own is there all the same.
    known = {path.removeprefix("segments/").removesuffix(".yaml") for path in files.listing("segments")}
    known.update(repository.segments)
    yield from _known(folder, ("audience", "segment"), audience.segment, known, kind)
    for number, name in enumerate(audience.exclude):
        yield from _known(folder, ("audience", "exclude", number), name, known, kind)


def _settings(folder: CampaignFolder, config: ProjectConfig) -> Iterator[Diagnostic]:
    """Topic, senders, destinations, locales, events: what ``mops.toml`` declares."""
    campaign = folder.campaign.value
    yield from _known(
        folder, ("topic",), campaign.topic, config.topics, ("MC301", "topic", "add [topics.…] to mops.toml")
    )
    for name in ("email", "sms"):
        sender = getattr(getattr(campaign.channels, name), "sender", None)
        kind = ("MC303", "sender", "add [senders.…] to mops.toml")
        yield from _known(folder, ("channels", name, "sender"), sender, config.senders, kind)
    social = campaign.channels.social
    for number, name in enumerate(social.destinations if social else ()):
        kind = ("MC312", "destination", "add [destinations.…] to mops.toml")
        yield from _known(folder, ("channels", "social", "destinations", number), name, config.destinations, kind)
    web = campaign.channels.web
    slots = {name for name, place in config.destinations.items() if place.channel == "web"}
    slots |= {place.slot for place in config.destinations.values() if place.channel == "web" and place.slot}
    for number, name in enumerate(web.placements if web else ()):
        kind = ("MC312", "web destination", 'add [destinations.…] with channel = "web" to mops.toml')
        yield from _known(folder, ("channels", "web", "placements", number), name, slots, kind)
    for number, name in enumerate(campaign.locales or ()):
        kind = ("MC304", "locale", "add it to locales in mops.toml")
        yield from _known(folder, ("locales", number), name, config.project.locales, kind)
    yield from _events(folder, config)


def _events(folder: CampaignFolder, config: ProjectConfig) -> Iterator[Diagnostic]:
    """Goals are events; where the project declares its events they are checked."""
    goal, experiment = folder.campaign.value.goal, folder.campaign.value.experiment
    if not config.events:
        return
    kind = ("MC314", "event", "")
    if experiment is not None:
        yield from _known(folder, ("experiment", "goal"), experiment.goal, config.events, kind)
    if goal is None:
        return
    yield from _known(folder, ("goal", "event"), goal.event, config.events, kind)
    if goal.revenue is not None and goal.event in config.events and goal.revenue not in config.events[goal.event]:
        hint = advice(goal.revenue, config.events[goal.event], what=f"fields of {goal.event}")
        message = f'the event "{goal.event}" has no field "{goal.revenue}"'
        yield error("MC314", message, folder.campaign.source.at("goal", "revenue"), hint)


def _messages(folder: CampaignFolder, config: ProjectConfig) -> Iterator[Diagnostic]:
    """A message for each locale, and arms that the experiment knows."""
    campaign = folder.campaign.value
    locales = campaign.locales or config.project.locales
    arms = set(campaign.experiment.arms) if campaign.experiment is not None else set()
    have = {
        locale
        for locale in locales
        if (locale, "") in folder.messages or (arms and all((locale, arm) in folder.messages for arm in arms))
    }
    if any(name in campaign.channels.active() for name in _MESSAGE_CHANNELS):
        for locale in locales:
            if locale in have or locale not in config.project.locales:
                continue
            yield no_message(folder, config, locale)
    yield from _arms(folder)


def no_message(folder: CampaignFolder, config: ProjectConfig, locale: str) -> Diagnostic:
    """The finding about a message that is not there. Channels give the very same one, so that it is shown once."""
    source, default = folder.campaign.source, config.project.default_locale
    span = source.key("channels") if folder.campaign.value.locales is None else source.key("locales")
    hint = f"add {folder.folder}/" + ("message.md" if locale == default else f"message.{locale}.md")
    if locale != default:
        hint += f", or leave {locale} out of `locales` in campaign.yaml"
    return error(NO_MESSAGE, f"there is no message in {locale}", span, hint)


def _arms(folder: CampaignFolder) -> Iterator[Diagnostic]:
    """Arms of front matter and of file names against those of the experiment."""
    experiment = folder.campaign.value.experiment
    arms = set(experiment.arms) if experiment is not None else set()
    none = "add an experiment with arms to campaign.yaml"
    for message in folder.messages.values():
        variants = message.front.get("variants")
        for name in variants if isinstance(variants, dict) else ():
            if name not in arms:
                hint = advice(str(name), arms, what="arms", none=none)
                yield error(
                    "MC318", f'the experiment has no arm "{name}"', message.source.key("variants", str(name)), hint
                )
        if message.variant and message.variant not in arms:
            hint = advice(message.variant, arms, what="arms", none=none)
            yield error("MC318", f'the experiment has no arm "{message.variant}"', Span(message.path), hint)


def _layouts(folder: CampaignFolder, repository: Repository) -> Iterator[Diagnostic]:
    """Layouts by medium; a channel whose override file replaces the layout needs none."""
    channels = folder.campaign.value.channels
    for channel, medium in LAYOUT_MEDIA.items():
        settings = getattr(channels, channel)
        if settings is None or any(name.split(".")[0] == channel for name in folder.overrides):
            continue
        names = {
            key.split("/", maxsplit=1)[1]: key
            for below in (medium, *_ALSO.get(medium, ()))
            for key in repository.layouts
            if key.startswith(f"{below}/")
        }
        # The pdf and print channels bring a plain page of their own.
        if settings.layout in names or (settings.layout in ("base", "flyer") and medium in ("pdf", "print")):
            continue
        span = folder.campaign.source.at("channels", channel, "layout")
        yield error(
            "MC305",
            f"there is no {medium} layout `{settings.layout}`",
            span,
            advice(settings.layout, names, what="layouts"),
        )


def _theme(folder: CampaignFolder, repository: Repository) -> Iterator[Diagnostic]:
    """Themes are files of ``brand/themes/``."""
    themes = {"default"}
    for path in repository.brand.token_files:
        if path.startswith("brand/themes/"):
            themes.add(path.removeprefix("brand/themes/").split(".tokens.", maxsplit=1)[0])
    campaign = folder.campaign.value
    kind = ("MC311", "theme", "")
    yield from _known(folder, ("theme",), campaign.theme, themes, kind)
    if campaign.channels.email is not None:
        yield from _known(folder, ("channels", "email", "theme"), campaign.channels.email.theme, themes, kind)


def _named_files(folder: CampaignFolder) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Files that ``campaign.yaml`` names."""
    channels = folder.campaign.value.channels
    if channels.email is not None:
        for number, name in enumerate(channels.email.attach):
            if name not in ATTACHED_CHANNELS:
                yield ("channels", "email", "attach", number), name
    if channels.social is not None and channels.social.art:
        yield ("channels", "social", "art"), channels.social.art
    if channels.push is not None and channels.push.icon:
        yield ("channels", "push", "icon"), channels.push.icon


def _files(folder: CampaignFolder, files: Files) -> Iterator[Diagnostic]:
    """Files lie in the campaign's folder or in ``content/``."""
    for keys, name in _named_files(folder):
        if _computed(name) or "://" in name:
            continue
        try:
            if files.exists(f"{folder.folder}/{name}") or files.exists(f"content/{name}"):
                continue
        except UsageError as problem:
            yield error("MC309", f'"{name}" leads out of the project', folder.campaign.source.at(*keys), problem.hint)
            continue
        known = [
            path.removeprefix(f"{folder.folder}/").removeprefix("content/")
            for path in (*files.listing(folder.folder), *files.listing("content"))
            if not path.endswith((".md", ".yaml", ".ftl", ".mjml"))
            and not path.startswith(("content/blocks/", "content/layouts/", "content/snippets/"))
        ]
        hint = advice(name, known, what="files", none=f"put it into {folder.folder}/ or content/assets/")
        yield error("MC320", f'there is no file "{name}"', folder.campaign.source.at(*keys), hint)


def _attached(folder: CampaignFolder) -> Iterator[Diagnostic]:
    """A mail can only attach what the campaign makes."""
    channels = folder.campaign.value.channels
    for number, name in enumerate(channels.email.attach if channels.email is not None else ()):
        if name in ATTACHED_CHANNELS and getattr(channels, name) is None:
            span = folder.campaign.source.at("channels", "email", "attach", number)
            hint = f"add `{name}: {{}}` to channels, or take it out of attach"
            yield error("MC320", f"there is no {name} to attach: the campaign is silent on it", span, hint)


def _found_twice(repository: Repository, files: Files) -> Iterator[Diagnostic]:
    """Paths that lead to a file of a campaign and to another of ``content/``."""
    content = {path.removeprefix("content/") for path in files.listing("content")}
    for path in files.listing("campaigns"):
        ident, _, name = path.removeprefix("campaigns/").partition("/")
        if "/" in name and name in content and ident in repository.campaigns:
            hint = f"rename one of them: {path} hides content/{name} in this campaign"
            yield warning("MC307", f'"{name}" lies in the campaign and in content/', Span(path), hint)
