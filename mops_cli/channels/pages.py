"""What pdf and print share: a finished HTML page for nobody in particular, drawn, and described as JSON."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import asdict, dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from mops_cli.channels.base import Result, digest
from mops_cli.channels.drawing import fonts_of
from mops_cli.errors import MissingNativeLibrary, OutsideProject
from mops_cli.model.artifact import Output, Skipped
from mops_cli.model.diagnostic import Span, error, warning
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mops_cli.channels.base import Job
    from mops_cli.channels.templating.linemap import MappedText
    from mops_cli.design.fonts import FontSet
    from mops_cli.design.pdf import PdfResult
    from mops_cli.design.sheets import Sheet
    from mops_cli.model.content import TextFile

    Read = Callable[[str], bytes | None]

_REFERENCE = re.compile(
    r"""(?:\b(?:src|href|data|poster)\s*=\s*["']|url\(\s*["']?)([^"')>\s][^"')>]*)""", re.IGNORECASE
)
_EMBEDDED = re.compile(r"data:[a-z]+/[^\"')\s]*", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*("([^"]*)"|'([^']*)')""")
_STACK = re.compile(r"""font-family\s*:\s*((?:"[^"<>]*"|'[^'<>]*'|[^;}<>"'])+)""", re.IGNORECASE)
_INVISIBLE = re.compile(r"<(style|script|title|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)
_PAGES = re.compile(r"<html\b[^>]*\bdata-pages\s*=\s*[\"'](\d+)[\"']", re.IGNORECASE)


MOST_PAGES = 200
"""Pages of one PDF. They take 10 to 15 s and 200 MB, and 600 take 80 s and 340 MB: what is longer is a book or a loop
without end, and would hold up every build."""

MOST_HTML = 2_000_000
"""Characters of a page's HTML without its pictures: 1,300,000 characters of prose fill 200 pages even of A3."""

MOST_ELEMENTS = 20_000
"""Elements of a page's HTML, 100 for each of the pages: building their boxes takes as long as 200 pages, and comes
before the first of them."""


@dataclass(slots=True)
class Page:
    """A page to draw: complete HTML without any template tag left, and where its files are."""

    html: str
    sheet: Sheet
    css: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    source: MappedText | None = None
    strict_fonts: bool = True


def layout_of(job: Job, medium: str, name: str) -> TextFile | None:
    """The layout of a medium; a finding when there is none."""
    layout = job.layout(medium, name)
    if layout is None:
        known = [key.split("/", 1)[1] for key in job.repository.layouts if key.startswith(f"{medium}/")]
        place = job.folder.campaign.source.at("channels", job.channel, "layout")
        job.report(error("MC305", f"there is no {medium} layout `{name}`", place, advice(name, known, what="layouts")))
    return layout


def sheet_of(job: Job, page: str, bleed: str = "0", marks: tuple[str, ...] = ()) -> Sheet | None:
    """The sheet a campaign asks for; findings when it is no size."""
    from mops_cli.design.sheets import MOST_BLEED, SIZES, Sheet, parse_length, parse_page

    source = job.folder.campaign.source
    size = parse_page(page)
    if size is None:
        place = source.at("channels", job.channel, "page")
        help_text = f'Write {", ".join(list(SIZES)[3:8])}, "A5 landscape" or a size such as "210x99mm".'
        job.report(error("MR101", f'"{page}" is no page size', place, help_text))
    edge = parse_length(bleed)
    if edge is None or edge > MOST_BLEED:
        place = source.at("channels", job.channel, "bleed")
        job.report(error("MR102", f'"{bleed}" is no bleed', place, f'Write e.g. "3mm" (0 to {MOST_BLEED:g} mm).'))
    if size is None or edge is None or edge > MOST_BLEED:
        return None
    return Sheet(*size, bleed=edge, marks=marks)


# -- drawing


def draw(job: Job, page: Page, kind: str) -> Result:
    """The PDF of a page and its JSON twin; skipped, with a warning, when it cannot be made here."""
    from mops_cli.design.pdf import TooManyPages

    fonts = fonts_of(job)
    stem = f"{job.out}/{job.stem}"
    if not fonts.files:
        help_text = "Add fonts with their files to brand/fonts.yaml."
        place = job.folder.campaign.source.key("channels", job.channel)
        job.report(
            warning(
                "MR112", f"no {kind}: the brand has no fonts, and those of the machine are not used", place, help_text
            )
        )
        return Result(skipped=(Skipped(f"{stem}.pdf", kind, "the brand has no fonts"),))
    _check_page(job, page, fonts)
    read = _reader(job, page)
    parts = list(_parts(page.html + page.css, read, fonts, job))
    if job.failed:
        return Result()
    size = _excess(page)
    if size:
        return _refused(job, f"this {kind} is made of {size}")
    try:
        facts, data = _rendered(job, page, fonts, parts)
    except TooManyPages:
        return _refused(job, f"this {kind} comes out on more than {MOST_PAGES} pages")
    except MissingNativeLibrary as missing:
        place = job.folder.campaign.source.key("channels", job.channel)
        job.report(warning("MR106", f"no {kind}: {missing.message}", place, f"Run: {missing.hint}"))
        return Result(skipped=(Skipped(f"{stem}.pdf", kind, missing.message),))
    if not _accepted(job, page, facts):
        return Result()
    twin = _twin(job, page, facts, kind, len(data))
    outputs = (
        Output(f"{stem}.pdf", kind, data),
        Output(f"{stem}.json", f"{kind}.json", (json.dumps(twin, ensure_ascii=False, indent=2) + "\n").encode()),
    )
    return Result(outputs)


def _excess(page: Page) -> str:
    """Why laying the page out is not even to be tried; pictures inside of it do not count."""
    if len(page.html) > MOST_HTML:
        length = len(_EMBEDDED.sub("", page.html))
        if length > MOST_HTML:
            return f"{length:,} characters of HTML; {MOST_HTML:,} are the most"
    elements = page.html.count("<") - page.html.count("</")
    return f"{elements:,} elements; {MOST_ELEMENTS:,} are the most" if elements > MOST_ELEMENTS else ""


def _refused(job: Job, what: str) -> Result:
    message = job.message()
    place = Span(message.path) if message else job.folder.campaign.source.key("channels", job.channel)
    help_text = f"Shorten the message, look for a loop that never ends, or take {job.channel} out of the channels."
    job.report(error("MR113", what, place, help_text))
    return Result()


def _rendered(job: Job, page: Page, fonts: FontSet, parts: list[bytes]) -> tuple[dict[str, object], bytes]:
    from mops_cli.design import pdf

    def compute() -> bytes:
        made: PdfResult = pdf.render(
            page.html,
            fonts=fonts,
            read=_reader(job, page),
            sheet=page.sheet,
            css=page.css,
            most_pages=MOST_PAGES,
        )
        facts = {name: value for name, value in asdict(made).items() if name != "data"}
        return json.dumps(facts).encode() + b"\n" + made.data

    key = digest(page.html, page.css, repr(page.sheet), fonts.key, pdf.version(), *parts)
    if not pdf.version():
        pdf.library()  # raises, with the line to run
    head, _, data = job.memo("pdf", key, compute).partition(b"\n")
    return json.loads(head), data


def _reader(job: Job, page: Page) -> Read:
    def read(path: str) -> bytes | None:
        if path in page.files:
            return page.files[path]
        path = posixpath.normpath(path)
        if path.startswith(("..", "/")):
            return None
        try:
            place = path if job.files.exists(path) else job.find_asset(path)
        except OutsideProject:  # a link that leads out
            return None
        return job.read(place) if place else None

    return read


def _parts(text: str, read: Read, fonts: FontSet, job: Job) -> Iterator[bytes]:
    """The bytes of every file the page shows, SVGs checked."""
    from mops_cli.design import svg

    for name in dict.fromkeys(unescape(found).strip() for found in _REFERENCE.findall(text)):
        if name.startswith(("#", "http:", "https:", "mailto:", "tel:", "data:")):
            continue
        data = read(name)
        if data is None:
            continue
        yield name.encode()
        yield data
        if name.lower().endswith(".svg"):
            for finding in svg.check(data.decode("utf-8", "replace"), path=name, fonts=fonts):
                if finding.code != "MB309":  # pages do draw filters
                    job.report(finding)


# -- checking


def _as_written(page: Page, address: str) -> str:
    """An address with the ``../`` that resolving it took away."""
    found = re.search(r"(?:\.\./|\./|/)+" + re.escape(address), page.html + page.css)
    return found[0] if found else address


def _check_page(job: Job, page: Page, fonts: FontSet) -> None:
    from mops_cli.design.fonts import missing_characters, unknown_families

    styles = unescape(page.html + page.css)
    stacks = [[part.strip().strip("'\"") for part in stack.split(",")] for stack in _STACK.findall(styles)]
    known = [[name for name in stack if name and "var(" not in name and name != "inherit"] for stack in stacks]
    for family in unknown_families(fonts, [stack for stack in known if stack]):
        help_text = f"Use one of the brand's families first: {', '.join(fonts.families)}."
        report = error if page.strict_fonts else warning
        message = f'the font "{family}" is not one of the brand; another would be drawn in its place'
        job.report(report("MB209", message, _find(job, page, family), help_text))
    words = unescape(_INVISIBLE.sub(" ", page.html))
    absent = fonts.missing(words)
    if absent:
        finding = missing_characters(fonts, words, _find(job, page, absent[0]))
        if finding is not None:
            job.report(finding)


def _find(job: Job, page: Page, text: str) -> Span:
    """Where an author wrote this: in the message, else in the layout, else the campaign."""
    message = job.message()
    if message is not None and text in message.source.text:
        from mops_cli.model.source import span_of

        at = message.source.text.index(text)
        return span_of(message.path, message.source.text, at, at + len(text))
    if page.source is not None and text in page.source.text:
        at = page.source.text.index(text)
        return page.source.span(at, at + len(text))
    return Span(message.path if message else job.folder.campaign.path)


def _accepted(job: Job, page: Page, facts: dict[str, object]) -> bool:
    """Report what the drawn page shows, and tell whether it may be kept."""
    unread, ignored = facts["unread"], facts["ignored"]
    assert isinstance(unread, list)
    assert isinstance(ignored, list)
    for address in dict.fromkeys(map(str, unread)):
        help_text = "Put the file into the project and name its path; nothing is loaded from elsewhere."
        address = _as_written(page, address)
        job.report(error("MR108", f'"{address[:100]}" cannot be loaded', _find(job, page, address), help_text))
    if page.strict_fonts:  # a compiled mail is full of rules for other readers
        for text in map(str, ignored):
            quoted = re.search(r"`([^`]*)`", text)
            place = _find(job, page, (quoted[1] if quoted else text).split(":", 1)[0])
            said = re.sub(r"^Ignored (`[^`]*`) at \d+:\d+, (.*?)\.?$", r"\1: \2", text)
            job.report(warning("MR107", f"a style has no effect: {said}", place, "Remove or correct the rule."))
    if not facts["title"]:
        help_text = "Put <title>[[ message.headline ]]</title> into the layout: readers show and speak it."
        place = _find(job, page, "<head")
        written = job.message()
        if place.path.startswith("mops:") and written is not None:  # the package's layouts take it from the message
            place, help_text = Span(written.path), "write a headline in the front matter: readers show and speak it"
        job.report(warning("MR110", "the page has no title", place, help_text))
    for image in _images(page.html):
        if "alt" not in image:
            help_text = 'Write alt="what it shows", or alt="" when it only decorates.'
            place = _find(job, page, image.get("src", "<img"))
            job.report(warning("MR109", "a picture has no alt text", place, help_text))
    wanted = _PAGES.search(page.html)
    if wanted and int(wanted[1]) != facts["pages"]:
        message = f"this came out on {facts['pages']} pages, and the layout is made for {wanted[1]}"
        job.report(
            warning("MR111", message, Span(job.folder.campaign.path), "Shorten the text, or use another layout.")
        )
    return not job.failed


def _images(html: str) -> list[dict[str, str]]:
    return [
        {match[1].lower(): unescape(match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(tag)}
        for tag in _IMAGE.findall(html)
    ]


def _twin(job: Job, page: Page, facts: dict[str, object], kind: str, size: int) -> dict[str, object]:
    images = [{"src": image.get("src", "")[:200], "alt": image.get("alt")} for image in _images(page.html)]
    return {
        "schema": f"mops.{kind}/1",
        "campaign": job.folder.id,
        "locale": job.locale,
        "variant": job.variant,
        "file": f"{job.out}/{job.stem}.pdf",
        "bytes": size,
        "title": facts["title"],
        "pages": facts["pages"],
        "page_mm": facts["trim"],
        "sheet_mm": facts["media"],
        "bleed_mm": facts["bleed"],
        "marks": list(page.sheet.marks),
        "fonts": facts["fonts"],
        "tagged": True,
        "images": images,
        "without_alt": sum(image["alt"] is None for image in images),
    }
