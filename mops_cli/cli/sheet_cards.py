"""One card an artifact: a mail in its frame, a text message in its bubble, a post with its picture."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mops_cli.errors import MopsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mops_cli.cli.listing import Json
    from mops_cli.cli.sheet import Sheet

    Show = Callable[[Sheet, Json], str]

DIST = "../../dist/"
WIDTHS = (640, 375)
HEIGHT = 720


def card(sheet: Sheet, artifact: Json) -> str:
    """The artifact's card; empty for twins and files that another card shows."""
    show = _SHOWN.get(str(artifact["kind"]))
    if show is None and str(artifact["kind"]).startswith("chat"):
        show = _chat
    if show is None:
        return ""
    try:
        return show(sheet, artifact)
    except MopsError as problem:  # a template that fails for this one person must not cost the whole page
        return figure(artifact, f'<div class="missing">{escape(problem.message)}</div>')


def figure(artifact: Json, body: str, note: str = "") -> str:
    """A frame with the channel's name and a link to the file itself."""
    label = f"<b>{escape(str(artifact['channel']))}</b> {escape(note)}"
    path = str(artifact["path"])
    link = f'<a href="{DIST}{quote(path)}">{escape(path.rpartition("/")[2])}</a>'
    return f"<figure><figcaption><span>{label}</span>{link}</figcaption>{body}</figure>"


def _email(sheet: Sheet, artifact: Json) -> str:
    """The mail at both widths under its subject and preheader."""
    path = str(artifact["path"])
    twin = sheet.twin(path.removesuffix(".html") + ".json")
    headers = twin.get("headers") if isinstance(twin.get("headers"), dict) else {}
    subject = sheet.fill(str(twin.get("subject") or (headers or {}).get("Subject") or ""), artifact)
    preheader = sheet.fill(str(twin.get("preheader") or ""), artifact)
    name = sheet.page(path.replace("/", "-"), sheet.fill(sheet.read(path), artifact))
    head = (
        f'<div class="mail-head"><div class="subject">{escape(subject)}</div><div class="soft">{escape(preheader)}</div></div>'
        if subject or preheader
        else ""
    )
    frames = (
        f'<div style="width:{width}px;max-width:100%">{head}{frame(name, width, subject or "mail")}</div>'
        for width in WIDTHS
    )
    return "\n".join(figure(artifact, shown, f"{width} px") for width, shown in zip(WIDTHS, frames, strict=True))


def _view(sheet: Sheet, artifact: Json) -> str:
    """The page in the browser."""
    path = str(artifact["path"])
    name = sheet.page(path.replace("/", "-"), sheet.fill(sheet.read(path), artifact))
    return figure(artifact, frame(name, 640, "page"), "view in browser")


def frame(name: str, width: int, title: str) -> str:
    """A filled page in a frame; its own policy lets it run and fetch nothing."""
    return f'<iframe src="{quote(name)}" width="{width}" height="{HEIGHT}" title="{escape(title)}" loading="lazy"></iframe>'


def _sms(sheet: Sheet, artifact: Json) -> str:
    path = str(artifact["path"])
    twin = sheet.twin(path.removesuffix(".txt") + ".json")
    text = sheet.fill(str(twin.get("text") or sheet.read(path)), artifact)
    longest = twin.get("longest") or {}
    note = (
        f"{longest['encoding']}, {longest['segments']} of at most {twin.get('max_segments')} segments for the longest persona"
        if "persona" in longest
        else ""
    )
    body = f'<div class="bubble">{escape(text)}</div><div class="meta">{escape(note)}</div>'
    return figure(artifact, f'<div class="phone">{body}</div>')


def _push(sheet: Sheet, artifact: Json) -> str:
    path = str(artifact["path"])
    payload = sheet.twin(path).get("payload") or {}

    def say(name: str) -> str:
        return sheet.fill(str(payload.get(name) or ""), artifact)

    icon = f'<img src="{escape(say("icon"))}" alt="">' if payload.get("icon") else ""
    actions = "".join(f"<span>{escape(str(action.get('title', '')))}</span>" for action in payload.get("actions") or ())
    body = f'<div class="push">{icon}<div><b>{escape(say("title"))}</b>{escape(say("body"))}</div></div>'
    extra = f'<div class="actions">{actions}</div>' if actions else ""
    return figure(artifact, f'<div class="phone">{body}{extra}</div>')


def _social(sheet: Sheet, artifact: Json) -> str:
    path = str(artifact["path"])
    twin = sheet.twin(path)
    image = twin.get("image")
    shown = _image(image, path)
    text = sheet.fill(str(twin.get("text") or ""), artifact)
    count = f"{twin.get('length', len(text))} of {twin.get('limit', '?')}"
    body = f'<div class="post">{shown}<p>{escape(text)}</p><p class="meta">{escape(count)} characters</p></div>'
    return figure(artifact, body, str(twin.get("platform") or ""))


def _image(image: Any, path: str) -> str:
    """The post's picture; its twin names it by path, alone or with its words."""
    data = image if isinstance(image, dict) else {"path": image} if isinstance(image, str) else {}
    name = str(data.get("path") or data.get("file") or "")
    if not name:
        return ""
    source = name if "/" in name else f"{path.rpartition('/')[0]}/{name}"
    return f'<img src="{DIST}{quote(source)}" alt="{escape(str(data.get("alt") or ""))}" loading="lazy">'


def _chat(sheet: Sheet, artifact: Json) -> str:
    """The texts of a payload in reading order."""
    path = str(artifact["path"])
    twin = sheet.twin(path)
    texts = [sheet.fill(text, artifact) for text in _texts(twin.get("payload", twin))]
    adapter = path.split("/")[-2]
    body = "\n\n".join(_spoken(text, adapter) for text in dict.fromkeys(texts) if text.strip())
    return figure(artifact, f'<div class="chat">{body}</div>', adapter)


def _spoken(text: str, adapter: str) -> str:
    """Bold and italics as the chat shows them; everything else stays text."""
    shown = escape(text, quote=False)
    if adapter == "telegram":
        shown = re.sub(r"&lt;(/?(?:b|i|u|s|code|pre|blockquote))&gt;", r"<\1>", _once(shown))
        return re.sub(r"&lt;a href=\"[^\"]*\"&gt;(.*?)&lt;/a&gt;", r"<u>\1</u>", shown, flags=re.DOTALL)
    if adapter == "slack":
        shown = _once(shown)
    star = r"\*\*" if adapter == "discord" else r"\*"
    return re.sub(rf"(?<![\w*]){star}(?=[^\s*])([^*\n]*[^\s*]){star}(?![\w*])", r"<b>\1</b>", shown)


def _once(text: str) -> str:
    """Telegram and Slack escape in their own texts: what they escaped is escaped once, not twice."""
    return re.sub(r"&amp;(lt|gt|amp|quot);", r"&\1;", text)


TEXT_KEYS = ("text", "title", "description", "content", "caption", "body", "header", "footer", "name", "value")


def _texts(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, str) and key in TEXT_KEYS:
        yield value


def _pdf(_: Sheet, artifact: Json) -> str:
    """The file in the browser's own viewer; where there is none, a sheet of paper that opens it."""
    address = f"{DIST}{quote(str(artifact['path']))}"
    paper = f'<div class="sheet"><a class="paper" href="{address}">PDF</a></div>'
    body = f'<object data="{address}#toolbar=0&amp;view=FitH" type="application/pdf" width="340" height="480">{paper}</object>'
    return figure(artifact, body, f"{int(str(artifact['bytes'])) / 1000:.0f} kB")


_SHOWN: dict[str, Show] = {
    "email.html": _email,
    "web.view": _view,
    "sms": _sms,
    "push": _push,
    "social-json": _social,
    "pdf": _pdf,
    "print": _pdf,
}
