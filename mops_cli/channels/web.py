"""Web: a fragment for a place on a site, its JSON twin, and the page behind "view in browser"."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from mops_cli.channels.base import Result
from mops_cli.channels.css_scope import scope_html
from mops_cli.channels.document import Document, document, mapped
from mops_cli.channels.email import as_json
from mops_cli.channels.links import track
from mops_cli.channels.personalize import compile as compile_template
from mops_cli.channels.templating.slots import Context, is_dynamic
from mops_cli.channels.webfonts import page_faces
from mops_cli.model.artifact import Output
from mops_cli.model.campaign import WebChannel
from mops_cli.model.diagnostic import Span, error
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from mops_cli.channels.base import Job

SCHEMA = "mops.web/1"
_TAGS = re.compile(r"[^a-z0-9-]+")


def build(job: Job) -> Result:
    """``web/<stem>.html`` (fragment), ``.view.html`` (page) and ``.json``."""
    settings = job.options()
    assert isinstance(settings, WebChannel)
    doc = document(job, "web")
    made = _fragment(doc, settings) if doc else None
    if doc is None or made is None or job.failed:
        return Result()
    fragment, fonts = made
    html = doc.slots.restore(fragment, Context.HTML)
    page = _page(doc, html)
    variables = compile_template(html).variables
    stem = f"{job.out}/{job.stem}"
    links = doc.links.entries()
    twin = {
        "schema": SCHEMA,
        "templates": True,
        "campaign": job.folder.id,
        "locale": job.locale,
        "variant": job.variant,
        "title": doc.field("headline", Context.TEXT) or doc.field("subject", Context.TEXT),
        "summary": doc.field("summary", Context.TEXT),
        "placements": list(settings.placements),
        "scope": _scope(job),
        "html": f"{stem}.html",
        "view": f"{stem}.view.html",
        "assets": [asset.out for asset in doc.book.all()] + [font.path for font in fonts],
        "variables": sorted(variables),
        "links": [{"id": link.id, "url": link.url, "tracked": link.tracked} for link in links],
    }
    outputs = (
        Output(f"{stem}.html", "web.fragment", html.encode()),
        Output(f"{stem}.view.html", "web.view", page.encode()),
        Output(f"{stem}.json", "web.json", as_json(twin)),
        *doc.asset_outputs(),
        *fonts,
    )
    return Result(outputs, variables=variables, links=links, derived=job.override(*_names(job)) is None)


def _names(job: Job) -> tuple[str, str]:
    return (f"web.{job.locale}.html", "web.html")


def _scope(job: Job) -> str:
    return "mops-" + _TAGS.sub("-", job.folder.id.lower())


def _fragment(doc: Document, settings: WebChannel) -> tuple[str, tuple[Output, ...]] | None:
    """The fragment with sentinels, links tracked, styles kept to it; and the font files it names."""
    job = doc.job
    written = job.override(*_names(job))
    layout = job.layout("web", settings.layout)
    if written is not None:
        source = doc.template(written)
    elif layout is not None:
        source = doc.in_layout(layout, mapped(doc.to_html(), Span(doc.message.path)))
    else:
        known = [name.split("/", 1)[1] for name in job.repository.layouts if name.startswith("web/")]
        place = job.folder.campaign.source.at("channels", "web", "layout")
        job.report(
            error(
                "MC305",
                f"there is no web layout `{settings.layout}`",
                place,
                advice(settings.layout, known, what="layouts"),
            )
        )
        return None
    if job.failed:
        return None
    filled = doc.slots.fill(source.text, Context.HTML)
    scope = _scope(job)
    place = Span(doc.message.path)
    tracked = track(filled, doc.links, lambda expression: doc.slots.expression(expression, place), is_dynamic)
    faces = page_faces(job, filled, lambda path: doc.slots.expression(f'links.asset("{path}")', place))
    style = f"<style>\n{faces.css}\n</style>\n" if faces.rules else ""
    return f'<div class="{scope}">\n{style}{scope_html(tracked, "." + scope)}\n</div>\n', faces.outputs


def _page(doc: Document, fragment: str) -> str:
    """A complete page around the fragment, for people who open a mail in the browser."""
    job = doc.job
    title = doc.field("headline", Context.HTML) or doc.field("subject", Context.HTML)
    summary = doc.field("summary", Context.TEXT)
    language = escape(job.locale)
    direction = doc.direction
    background = job.tokens().get("color.page")
    described = ""
    if summary and not is_dynamic(summary) and "{" not in summary:
        described = f'<meta name="description" content="{escape(summary)}">\n'
    color = f"body {{ background: {background.text}; }}" if background else ""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # The page belongs to one person; search engines have no business here.
        f'<meta name="robots" content="noindex">\n{described}<title>{title}</title>\n'
        f"<style>body {{ margin: 0; }} {color}</style>\n</head>\n<body>\n{fragment}</body>\n</html>\n"
    )
