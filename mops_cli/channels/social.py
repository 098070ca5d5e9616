"""Social posts: a caption and a picture for each platform, by its own rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from mops_cli.channels import artwork, captions
from mops_cli.channels.base import Result
from mops_cli.channels.platforms import social, table
from mops_cli.channels.templating.slots import Context, is_dynamic
from mops_cli.channels.written import Written, first_paragraph, read, read_message
from mops_cli.model.artifact import Output, Skipped
from mops_cli.model.diagnostic import error, warning
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.channels.artwork import Art
    from mops_cli.channels.base import Job
    from mops_cli.channels.captions import Caption
    from mops_cli.channels.document import Document
    from mops_cli.channels.platforms import Platform
    from mops_cli.model.campaign import SocialChannel

SCHEMA = "mops.social/1"
KEYS = ("text", "hashtags", "link", "alt", "art")


def build(job: Job) -> Result:
    """A JSON twin per platform and, with ``art``, a PNG at the platform's size."""
    options = cast("SocialChannel", job.options())
    document = read_message(job)
    if document is None:
        return Result()
    written, was_written = read(document)
    written.only((*KEYS, *social()), "MN107")
    outputs: list[Output] = []
    skipped: list[Skipped] = []
    for name in _platforms(job, options):
        part = written.part(name)
        part.only(KEYS, "MN107")
        post = _Post(document, table()[name], part, written)
        post.make(options)
        outputs += post.outputs
        skipped += post.skipped
    return Result(
        outputs=tuple(outputs),
        skipped=tuple(skipped),
        derived=not was_written,
    )


def _platforms(job: Job, options: SocialChannel) -> tuple[str, ...]:
    known = social()
    for name in options.destinations:
        place = job.config.destinations.get(name)
        if place is not None and place.platform is not None and place.platform not in known:
            span = job.repository.config.source.at("destinations", name, "platform")
            hint = advice(place.platform, known, what="platforms")
            job.report(error("MN101", f'there is no platform "{place.platform}"', span, hint))
    for number, name in enumerate(options.platforms):
        if name not in known:
            span = job.folder.campaign.source.at("channels", "social", "platforms", number)
            job.report(error("MN101", f'there is no platform "{name}"', span, advice(name, known, what="platforms")))
    return tuple(dict.fromkeys(name for name in options.platforms if name in known))


class _Post:
    """One platform's post in the making. ``part`` is written for it alone, ``common`` for all platforms."""

    def __init__(self, document: Document, platform: Platform, part: Written, common: Written) -> None:
        self.document = document
        self.job = document.job
        self.platform = platform
        self.part = part
        self.common = common
        self.outputs: list[Output] = []
        self.skipped: list[Skipped] = []

    def make(self, options: SocialChannel) -> None:
        """Caption, picture, twin."""
        job, platform = self.job, self.platform
        link = self._link()
        tags = captions.hashtags(self._tags())
        shown = captions.display(link) if platform.id == "bluesky" and link else link
        caption = captions.compose(platform, self._text(), shown, tags)
        self._check(caption)
        picture = self._picture(options)
        twin: dict[str, Any] = {
            "schema": SCHEMA,
            "templates": False,
            "campaign": job.folder.id,
            "locale": job.locale,
            "variant": job.variant,
            "platform": platform.id,
            "text": caption.text,
            "length": caption.length,
            "limit": platform.limit,
            "unit": platform.unit,
            "link": link,
            "hashtags": [tag for tag in tags if tag not in caption.dropped],
            "dropped_hashtags": list(caption.dropped),
            "image": picture,
            "destinations": _destinations(job, options, platform.id),
        }
        if platform.id == "bluesky":
            text, forms = captions.shorten_links(caption.text)
            if link and shown in text:
                forms[shown] = link
            twin |= {"text": text, "length": platform.length(text), "facets": captions.facets(text, forms)}
        data = (json.dumps(twin, ensure_ascii=False, indent=2) + "\n").encode()
        self.outputs.append(Output(f"{job.out}/{platform.id}.{job.stem}.json", "social-json", data))

    # -- words

    def _static(self, text: str, where: Written, name: str) -> str:
        """A text without anything that would need a recipient: a post is the same for everyone."""
        if is_dynamic(text):
            help_text = (
                "a post has no recipient: write a text without {{ }} in social.yaml, or `[[ ]]` for build-time values"
            )
            self.job.report(error("MN103", f"`{name}` of a post depends on the recipient", where.span(name), help_text))
            return ""
        return self.document.slots.restore(text, Context.RAW)

    def _first(self, name: str, *fields: str) -> str:
        """What is written for this platform, for all platforms, or in the front matter."""
        for where in (self.part, self.common):
            found = where.raw(name)
            if found.strip():
                return self._static(found, where, name).strip()
        for field in fields:
            value = self.document.fields.get(field)
            if isinstance(value, str) and value.strip():
                return self._static(value, self.common, field).strip()
        return ""

    def _text(self) -> str:
        before = len(self.job.found)
        found = self._first("text", "social", "summary")
        if not found and len(self.job.found) > before:
            return ""  # there is a text, and what is wrong with it has been said
        if not found:
            body = first_paragraph(self.document)
            found = "" if is_dynamic(body) else self.document.slots.restore(body, Context.RAW)
        if not found:
            help_text = "write `summary: …` in the front matter, or `text: …` in social.yaml"
            message = f"there is no text for a post on {self.platform.name}"
            self.job.report(error("MN104", message, self.common.span("summary"), help_text))
        return found

    def _link(self) -> str:
        found = self._first("link", "link")
        return self.document.links.target(found) if found else ""

    def _tags(self) -> list[str]:
        for where in (self.part, self.common):
            given = where.data.get("hashtags")
            if given is not None and not isinstance(given, list):
                self.job.report(
                    error("MN105", "hashtags must be a list", where.span("hashtags"), "write `[coffee, spring]`")
                )
            if isinstance(given, list):
                count = range(len(given))
                return [self._static(where.raw("hashtags", number), where, "hashtags") for number in count]
        given = self.document.fields.get("hashtags")
        return [self._static(str(tag), self.common, "hashtags") for tag in given] if isinstance(given, list) else []

    def _check(self, caption: Caption) -> None:
        platform = self.platform
        excess = platform.over(caption.text)
        where = self.part if "text" in self.part else self.common
        span = where.span("text" if "text" in where else "summary")
        size = f"{platform.limit:,} {platform.unit}" if platform.limit else ""
        if excess or (caption.shortened and "text" in where):
            message = f"the post on {platform.name} is too long; {size} are allowed"
            self.job.report(
                error("MN102", message, span, f"shorten it, or write `{platform.id}: {{text: …}}` in social.yaml")
            )
        elif caption.shortened:
            message = f"the summary was cut to fit {platform.name} ({size})"
            self.job.report(warning("MN102", message, span, f"write `{platform.id}: {{text: …}}` in social.yaml"))
        if platform.max_bytes and len(caption.text.encode()) > platform.max_bytes:
            message = f"the post on {platform.name} has more than {platform.max_bytes:,} bytes"
            self.job.report(error("MN102", message, span, "shorten it"))

    # -- picture

    def _picture(self, options: SocialChannel) -> dict[str, Any] | None:
        size = self.platform.post
        art = self._art(options)
        if art is None or size is None:
            return None
        alt = self._first("alt", "social_alt", "alt") or (options.alt or "") or artwork.alt(self.document, art, size)
        if not alt and not (art.is_deck and self.job.failed):
            help_text = "write `alt: …` under channels.social: what the picture shows, in one sentence"
            if art.is_deck:
                help_text += '; or `alt "…"` below `slide` in the deck'
            span = self.job.folder.campaign.source.at("channels", "social", "art")
            self.job.report(error("MN110", "the picture has no alt text", span, help_text))
        path = f"{self.job.out}/{self.platform.id}.{self.job.stem}.png"
        png, missing = artwork.draw(self.document, art, size)
        about = {"file": path.rsplit("/", 1)[-1], "width": size.width, "height": size.height, "alt": alt}
        about |= {"media_type": "image/png", "safe_zone": asdict(size.safe)}
        if png is None:
            if missing:
                self.skipped.append(Skipped(path, "social-image", missing))
            return {**about, "file": None}
        if size.max_bytes and len(png) > size.max_bytes:
            message = f"the picture has {len(png):,} bytes; {self.platform.name} takes {size.max_bytes:,}"
            self.job.report(error("MN113", message, art.span, "use fewer photographs or gradients in it"))
        self.outputs.append(Output(path, "social-image", png))
        return about

    def _art(self, options: SocialChannel) -> Art | None:
        for where in (self.part, self.common):
            if "art" in where:
                return artwork.find(self.document, where.raw("art"), where.span("art"))
        if not options.art:
            return None
        span = self.job.folder.campaign.source.at("channels", "social", "art")
        return artwork.find(self.document, options.art, span)


def _destinations(job: Job, options: SocialChannel, platform: str) -> list[str]:
    """The accounts of this platform that the post goes to."""
    known = job.config.destinations
    named = options.destinations or tuple(name for name, one in known.items() if one.channel == "social")
    return [name for name in named if name in known and known[name].platform == platform]
