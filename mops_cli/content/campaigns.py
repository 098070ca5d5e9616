"""``campaigns/<id>/``: the campaign, its messages and its override files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from posixpath import splitext
from typing import TYPE_CHECKING

from mops_cli.content.front_checks import check_front
from mops_cli.model.campaign import Campaign, Channels
from mops_cli.model.content import MessageFile, TextFile
from mops_cli.model.diagnostic import Diagnostic, Span, error, warning
from mops_cli.model.repository import CampaignFolder
from mops_cli.model.suggest import advice, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mops_cli.content.front_matter import Split
    from mops_cli.content.parsed import Parsed
    from mops_cli.content.reader import Reader
    from mops_cli.model.config import ProjectConfig
    from mops_cli.model.source import Loaded

# Which files replace what a channel would derive.
OVERRIDES: dict[str, tuple[str, ...]] = {
    "email": (".mjml", ".txt"),
    "sms": (".txt",),
    "push": (".yaml",),
    "web": (".html",),
    "social": (".yaml",),
    "pdf": (".html",),
    "print": (".html",),
    "chat": (".yaml",),
}
_STRUCTURE = (".md", ".mjml", ".txt", ".yaml", ".yml", ".html", ".toml", ".ftl", ".json")
_PARTS = re.compile(r"[^.]+")
_IDENT = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


@dataclass(slots=True)
class _Names:
    """What the parts of a file's name may be: ``message.<locale>.<variant>.md``."""

    locales: tuple[str, ...]
    default: str
    arms: set[str] = field(default_factory=set)


def read_all(reader: Reader, config: ProjectConfig) -> dict[str, CampaignFolder]:
    """All campaigns by folder name; one with errors in ``campaign.yaml`` is left out."""
    folders: dict[str, list[str]] = {}
    for path in reader.files.listing("campaigns"):
        name, slash, rest = path.removeprefix("campaigns/").partition("/")
        if slash:
            folders.setdefault(name, []).append(rest)
        elif name.lower() != "readme.md":
            hint = "make a folder with campaign.yaml and message.md in it"
            reader.found.append(error("MC310", "a campaign is a folder", Span(path), hint))
    found: dict[str, CampaignFolder] = {}
    for name, files in sorted(folders.items()):
        campaign = _read(reader, config, name, sorted(files))
        if campaign is not None:
            found[name] = campaign
    return found


def _read(reader: Reader, config: ProjectConfig, name: str, files: list[str]) -> CampaignFolder | None:
    folder = f"campaigns/{name}"
    if "campaign.yaml" not in files:
        if "journey.yaml" not in files:
            _no_campaign(reader, folder, files)
        return None
    if not _IDENT.match(name):
        span = Span(f"{folder}/campaign.yaml")
        hint = f"rename the folder, e.g. {_slug(name)}"
        reader.found.append(error("MC207", f'"{name}" is no good name for a campaign', span, hint))
    parsed = reader.parsed(f"{folder}/campaign.yaml")
    if parsed is None:
        return None
    silent = _silent_channels(reader, parsed)
    loaded = reader.validated(parsed, Campaign, name, "a campaign")
    names = _Names(_locales(loaded, config), config.project.default_locale, _arms(parsed.data))
    messages = _messages(reader, folder, files, names)
    overrides = _overrides(reader, folder, files, names)
    if loaded is None or silent:
        return None
    _unused_overrides(reader, loaded, overrides, folder)
    return CampaignFolder(name, folder, loaded, messages, overrides)


def _no_campaign(reader: Reader, folder: str, files: list[str]) -> None:
    close = nearest("campaign.yaml", [file for file in files if "/" not in file])
    if close is not None and close.endswith((".yaml", ".yml")):
        span, hint = Span(f"{folder}/{close}"), f"rename {close} to campaign.yaml"
    else:
        span, hint = Span(f"{folder}/{files[0]}"), "add campaign.yaml, or move these files to content/"
    reader.found.append(error("MC306", f"{folder}/ has no campaign.yaml", span, hint))


def _silent_channels(reader: Reader, parsed: Parsed) -> bool:
    """``push:`` with nothing after it: switched on, or left over? Never guessed."""
    channels = parsed.data.get("channels") if isinstance(parsed.data, dict) else None
    if not isinstance(channels, dict):
        return False
    empty = [name for name, value in channels.items() if value is None and name in Channels.__struct_fields__]
    for name in empty:
        span = parsed.source.key("channels", name)
        hint = f"write `{name}: {{}}` to switch it on, or delete the line"
        reader.found.append(error("MC202", f'the channel "{name}" has no value', span, hint))
    return bool(empty)


def _locales(loaded: Loaded[Campaign] | None, config: ProjectConfig) -> tuple[str, ...]:
    own = loaded.value.locales if loaded is not None else None
    return tuple(dict.fromkeys([*config.project.locales, *(own or ()), config.project.default_locale]))


def _arms(data: object) -> set[str]:
    """The arms of the experiment, as far as they are written well."""
    experiment = data.get("experiment") if isinstance(data, dict) else None
    arms = experiment.get("arms") if isinstance(experiment, dict) else None
    return set(arms) if isinstance(arms, dict) else set()


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "spring-launch"


def _messages(reader: Reader, folder: str, files: list[str], names: _Names) -> dict[tuple[str, str], MessageFile]:
    """Every ``message*.md`` by locale and arm."""
    parts = {
        file: split
        for file in sorted(files, key=lambda name: (len(name), name))
        if file.startswith("message") and file.endswith(".md") and "/" not in file
        if (split := reader.message(f"{folder}/{file}")) is not None
    }
    for split in parts.values():
        variants = split.front.data.get("variants") if isinstance(split.front.data, dict) else None
        if isinstance(variants, dict):
            names.arms.update(variants)
    messages: dict[tuple[str, str], MessageFile] = {}
    for file, split in parts.items():
        path = f"{folder}/{file}"
        key = _parts(reader, path, file, "message", names)
        if key is None:
            continue
        key = (key[0] or names.default, key[1])
        if key in messages:
            hint = f"{messages[key].path} is the same message; delete one of the two"
            reader.found.append(error("MC307", f'the locale "{key[0]}" has two messages', Span(path), hint))
            continue
        messages[key] = _message(path, key, split)
        reader.found.extend(check_front(messages[key].front, messages[key].source))
    return messages


def _message(path: str, key: tuple[str, str], split: Split) -> MessageFile:
    front = split.front.data if isinstance(split.front.data, dict) else {}
    return MessageFile(path, key[0], key[1], front, split.front.source, split.body, split.body_line)


def _parts(reader: Reader, path: str, file: str, stem: str, names: _Names) -> tuple[str, str] | None:
    """Locale and arm in a file's name; None and a finding when a part is neither."""
    middle = splitext(file)[0].removeprefix(stem)
    parts = _PARTS.findall(middle)
    locale = variant = ""
    for part in parts:
        if part in names.locales and not locale and not variant:
            locale = part
        elif part in names.arms and not variant:
            variant = part
        else:
            reader.found.append(_unknown_part(path, part, names))
            return None
    if middle and (not middle.startswith(".") or not parts):
        reader.found.append(
            error("MC310", "the parts of this name need points between them", Span(path), f"e.g. {stem}.de.md")
        )
        return None
    return locale, variant


def _unknown_part(path: str, part: str, names: _Names) -> Diagnostic:
    known = [*names.locales, *sorted(names.arms)]
    close = nearest(part, known)
    hint = f'did you mean "{close}"? ' if close else ""
    arms = ", ".join(sorted(names.arms)) or "none"
    hint += f"locales: {', '.join(names.locales)}; arms of this campaign: {arms}"
    if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", part):
        hint += f'; a new locale is added in mops.toml: locales = […, "{part}"]'
    return error("MC304", f'"{part}" in the file name is neither a locale nor an arm', Span(path), hint)


def _overrides(reader: Reader, folder: str, files: list[str], names: _Names) -> dict[str, TextFile]:
    """Override files by name; other files are assets or findings."""
    overrides: dict[str, TextFile] = {}
    for file in files:
        ending = splitext(file)[1]
        if "/" in file or file == "campaign.yaml" or ending not in _STRUCTURE:
            continue
        if (file.startswith("message") and ending == ".md") or file.lower() == "readme.md":
            continue
        stem = file.split(".", maxsplit=1)[0]
        path = f"{folder}/{file}"
        if ending not in OVERRIDES.get(stem, ()):
            reader.found.append(_unknown_file(path, file, stem))
        elif _parts(reader, path, file, stem, names) is not None:
            found = reader.text(path)
            if found is not None:
                overrides[file] = found
    return overrides


def _unknown_file(path: str, file: str, stem: str) -> Diagnostic:
    known = ["campaign.yaml", "message.md", *_known_names()]
    if stem in OVERRIDES:
        hint = f"the {stem} channel reads {' and '.join(stem + ending for ending in OVERRIDES[stem])}"
    else:
        hint = advice(file, known, what="files of a campaign")
    return error(
        "MC310",
        "no part of MOPS reads this file",
        Span(path),
        f"{hint}; files to attach go into a folder, e.g. assets/",
    )


def _known_names() -> Iterable[str]:
    return (stem + ending for stem, endings in OVERRIDES.items() for ending in endings)


def _unused_overrides(reader: Reader, loaded: Loaded[Campaign], overrides: dict[str, TextFile], folder: str) -> None:
    """Files for channels on which the campaign is silent."""
    active = loaded.value.channels.active()
    for file in overrides:
        stem = file.split(".", maxsplit=1)[0]
        if stem not in active:
            hint = f"add `{stem}: {{}}` to channels in campaign.yaml, or delete the file"
            message = f"this file is not used: the campaign is silent on {stem}"
            reader.found.append(warning("MC308", message, Span(f"{folder}/{file}"), hint))
