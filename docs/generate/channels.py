"""What each channel derives, takes instead, and leaves in ``dist/``; and what the platforms allow."""

from __future__ import annotations

from dataclasses import dataclass

from docs.generate.markup import cell, code, table
from mops_cli.channels import CHANNELS, chat, platforms, push, social


@dataclass(frozen=True)
class Row:
    """One channel. ``kinds`` are those of the manifest."""

    derived: str
    override: tuple[str, ...]
    files: tuple[str, ...]
    kinds: tuple[str, ...]
    needs: str = ""


ROWS = {
    "email": Row(
        "Markdown and blocks become MJML in a layout, MJML becomes HTML; the text part comes from the same source",
        ("email.mjml",), ("email/LOCALE.html", "email/LOCALE.txt", "email/LOCALE.json"),
        ("email.html", "email.text", "email.json"),
    ),
    "sms": Row(
        "`sms` or `summary`, or the first paragraph; the short link; the sentence about opting out",
        ("sms.txt",), ("sms/LOCALE.txt", "sms/LOCALE.json"), ("sms", "sms-json"),
    ),
    "push": Row(
        "`headline` and `summary`; once for the project, the web app that receives them",
        ("push.yaml",), ("push/LOCALE.json", "pwa/…"), ("push", "pwa"), "cairo, for the icons",
    ),
    "web": Row(
        "Markdown and blocks become HTML with styles that stay inside; a page to view it in a browser",
        ("web.html",), ("web/LOCALE.html", "web/LOCALE.view.html", "web/LOCALE.json"),
        ("web.fragment", "web.view", "web.json"),
    ),
    "social": Row(
        "`social` or `summary` as the caption of each platform; the picture `art` at its size",
        ("social.yaml",), ("social/PLATFORM.LOCALE.png", "social/PLATFORM.LOCALE.json"),
        ("social-image", "social-json"), "cairo",
    ),
    "pdf": Row(
        "the message on screen pages in a layout; with `source: email` the mail itself",
        ("pdf.html",), ("pdf/LOCALE.pdf", "pdf/LOCALE.json"), ("pdf", "pdf.json"), "pango",
    ),
    "print": Row(
        "a layout, filled from the fields; bleed and crop marks",
        ("print.html",), ("print/LOCALE.pdf", "print/LOCALE.json"), ("print", "print.json"), "pango",
    ),
    "chat": Row(
        "the message in the markup of each service",
        ("chat.yaml",), tuple(f"chat/{name}/LOCALE.json" for name in chat.ADAPTERS),
        tuple(f"chat-{name}" for name in chat.ADAPTERS),
    ),
}  # fmt: skip

INTRO = """# Channels

A campaign speaks on the channels named in its `campaign.yaml`. Each derives what it needs from `message.md`; an override
file in the campaign's folder takes the place of that, for this channel alone. An override may be for one language:
`sms.de.txt` goes before `sms.txt`. Paths are below `dist/CAMPAIGN/`; an arm of an experiment that differs adds its name
to the locale: `email/en.b.html`.

"""


def page() -> str:
    """The page."""
    rows = [
        (
            code(name),
            cell(ROWS[name].derived),
            ", ".join(code(one) for one in ROWS[name].override),
            ", ".join(code(one) for one in ROWS[name].files),
            ROWS[name].needs,
        )
        for name in CHANNELS
    ]
    return (
        INTRO
        + table(("channel", "derived", "instead", "in `dist/`", "needs"), rows)
        + "\nFiles that messages use (pictures, type) lie once in `dist/assets/`, named by their hash, with the licences of the type\n"
        "beside them. What a missing library makes\n"
        "impossible is left out, and `dist/manifest.json` says so under `skipped`.\n" + _keys() + _platforms()
    )


def _keys() -> str:
    from importlib import import_module

    rows = [
        ("`push.yaml`", _words(push.KEYS)),
        ("`social.yaml`", f"{_words(social.KEYS)}; the same below a platform's name"),
    ]
    for name, module in chat.ADAPTERS.items():
        rows.append((f"`chat.yaml`, below `{name}`", _words(import_module(module).FIELDS)))
    return (
        "\n## Keys of override files\n\nThe same keys may stand in the front matter, below `push:`, `social:` or `chat:`.\n\n"
        + table(("file", "keys"), rows)
    )


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _platforms() -> str:
    rows = []
    for name in platforms.social():
        one = platforms.table()[name]
        limit = f"{one.limit:,} {one.unit.replace('_', ' ')}" if one.limit else "not known"
        links = f"{one.link_length}" if one.link_length else "as long as it is"
        picture = f"{one.post.width} × {one.post.height}" if one.post else ""
        rows.append((code(name), one.name, limit, links if one.links_work else f"{links}; not clickable", picture))
    return (
        "\n## Platforms for posts\n\nThe sources of these numbers stand in the file `channels/data/platforms.json` of the package.\n\n"
        + table(("id", "name", "text", "a link counts", "picture"), rows)
    )
