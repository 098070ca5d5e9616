"""The installable web app that receives pushes: manifest, service worker, subscribe script, icons. Once a project."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from mops_cli.channels.base import Result, digest
from mops_cli.channels.images import probe
from mops_cli.errors import MissingNativeLibrary, MopsError
from mops_cli.model.artifact import Output, Skipped
from mops_cli.model.diagnostic import Span, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.base import Memo
    from mops_cli.channels.images import ImageInfo
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import Files, Repository

ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
_ROOT_SIZE = re.compile(r"(<svg\b[^>]*?)\s(?:width|height)=(\"[^\"]*\"|'[^']*')", re.DOTALL)
_PROLOG = re.compile(r"^\s*(?:<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|\s+)*", re.DOTALL)
_RECT = re.compile(r"<rect\b[^>]*>")
_NAMED = re.compile(r"\b(width|height|fill)=[\"']([^\"']*)[\"']")
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}\Z")
_VAPID = re.compile(r"^[A-Za-z0-9_-]{87}=?$")


@dataclass(slots=True)
class _Made:
    outputs: list[Output]
    skipped: list[Skipped]


def project_outputs(
    repository: Repository, files: Files, memo: Memo, report: Callable[[Diagnostic], None] | None = None
) -> Result:
    """Everything below ``dist/pwa/``; nothing when no campaign pushes. Findings go to ``report``."""
    if not any(folder.campaign.value.channels.push for folder in repository.campaigns.values()):
        return Result()
    tell = report or (lambda _: None)
    _check_key(repository, tell)
    made = _icons(repository, files, memo, tell)
    scripts = _scripts(repository, made.outputs)
    return Result(outputs=(*scripts, *made.outputs), skipped=tuple(made.skipped))


def _check_key(repository: Repository, tell: Callable[[Diagnostic], None]) -> None:
    key = repository.config.value.push.vapid_public_key
    if key and not _VAPID.match(key):
        span = repository.config.source.at("push", "vapid_public_key")
        advice = "write the public key as 87 characters of base64url (an uncompressed P-256 point)"
        tell(error("MN210", "this is no VAPID public key", span, advice))


def _scripts(repository: Repository, icons: list[Output]) -> tuple[Output, ...]:
    config = repository.config.value
    name = config.push.name or config.project.name
    icon = next((output.path.removeprefix("pwa/") for output in icons), "")
    manifest = {
        "id": "/?source=pwa",
        "name": name,
        "short_name": name[:12],
        "lang": config.project.default_locale,
        "start_url": config.push.start_url,
        "scope": "/",
        "display": "standalone",
        "background_color": _color(repository, ("color.page", "color.background", "color.paper"), "#ffffff"),
        "theme_color": _color(repository, _BRAND, "#ffffff"),
        "icons": [
            {
                "src": f"icon-{size}{_suffix(purpose)}.png",
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ICONS
            if icons
        ],
    }
    fallback = {"title": name, "body": "", "url": config.push.start_url, "icon": icon}
    values = {
        "vapid_public_key": config.push.vapid_public_key.rstrip("="),
        "fallback": json.dumps(fallback, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c"),
    }
    worker = _fill("sw.js", values)
    worker = worker.replace("[[version]]", hashlib.sha256(worker.encode()).hexdigest()[:12])
    return (
        Output("pwa/manifest.webmanifest", "pwa", (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()),
        Output("pwa/sw.js", "pwa", worker.encode()),
        Output("pwa/subscribe.js", "pwa", _fill("subscribe.js", values).encode()),
    )


def _fill(name: str, values: dict[str, str]) -> str:
    text = package_files("mops_cli.channels").joinpath(f"pwa/{name}").read_text("utf-8")
    for key, value in values.items():
        text = text.replace(f"[[{key}]]", value)
    return text


_BRAND = ("color.accent", "color.brand.primary", "color.brand", "color.primary")


def _color(repository: Repository, paths: tuple[str, ...], default: str) -> str:
    theme = repository.brand.themes.get("default")
    for path in paths:
        token = theme.get(path) if theme else None
        if token is not None and token.type == "color":
            return str(token.value)
    return default


def _suffix(purpose: str) -> str:
    return "-maskable" if purpose == "maskable" else ""


def _icons(repository: Repository, files: Files, memo: Memo, tell: Callable[[Diagnostic], None]) -> _Made:
    made = _Made([], [])
    name = repository.config.value.push.icon
    if not name:
        return made
    path = next((place for place in (name, f"content/{name}", f"brand/{name}") if files.exists(place)), None)
    data = (files.read_bytes(path) if path else None) or b""
    info = probe(data, memo, hashlib.sha256(data).digest()) if data else None
    if path is None or info is None:
        span = repository.config.source.at("push", "icon")
        what = f'there is no file "{name}"' if path is None else f"{path} is no picture"
        tell(error("MN211", what, span, "name an SVG or PNG of the project, such as brand/logos/icon.svg"))
        return made
    background = _ground(data, info) or _color(repository, _BRAND, "#ffffff")
    for size, purpose in ICONS:
        target = f"pwa/icon-{size}{_suffix(purpose)}.png"
        svg = _icon_svg(data, info.media_type, size, background if purpose == "maskable" else "")
        try:
            png = memo("icon", digest(svg, str(size), _version()), partial(_draw, svg, size, path))
        except MissingNativeLibrary as missing:
            made.skipped.append(Skipped(target, "pwa", missing.message))
            continue
        except MopsError as refused:
            span = Span(path)
            tell(error("MN211", f"the icon cannot be drawn: {refused.message}", span, refused.hint))
            break
        made.outputs.append(Output(target, "pwa", png))
    return made


def _ground(data: bytes, info: ImageInfo) -> str:
    """The colour of an SVG's own ground: a rectangle over its whole view box. The mask then cuts that colour."""
    if info.media_type != "image/svg+xml":
        return ""
    for rect in _RECT.findall(data.decode("utf-8", "replace")):
        named = dict(_NAMED.findall(rect))
        if named.get("width") in (f"{info.width:g}", "100%") and named.get("height") in (f"{info.height:g}", "100%"):
            fill = named.get("fill", "")
            return fill if _HEX.match(fill) else ""
    return ""


def _draw(svg: str, size: int, path: str) -> bytes:
    from mops_cli.design import raster

    return raster.png(svg, size, size, path=path)


def _version() -> str:
    from mops_cli.design import raster

    return raster.version()


def _icon_svg(data: bytes, media_type: str, size: int, background: str) -> str:
    """The icon as a square SVG; with a background it keeps to the inner four fifths, which no mask cuts."""
    inset = size / 10 if background else 0
    edge = size - 2 * inset
    place = f'x="{inset:g}" y="{inset:g}" width="{edge:g}" height="{edge:g}"'
    if media_type == "image/svg+xml":
        text = _PROLOG.sub("", data.decode("utf-8", "replace"))
        while _ROOT_SIZE.search(text[: text.find(">") + 1]):
            text = _ROOT_SIZE.sub(r"\1", text, count=1)
        inner = text.replace("<svg", f"<svg {place}", 1)
    else:
        inner = f'<image {place} href="data:{media_type};base64,{b64encode(data).decode()}"/>'
    ground = f'<rect width="{size}" height="{size}" fill="{background}"/>' if background else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {size} {size}" width="{size}" height="{size}">{ground}{inner}</svg>'
    )
