"""HTML to PDF: the only door to WeasyPrint.

Files come from the given reader only and nothing from a network; text is set in the brand's fonts only; the same
input gives the same bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version as package_version
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from mops_cli.design import fontconfig, native
from mops_cli.design.sheets import POINTS_PER_MM, Sheet, marks_stream
from mops_cli.errors import MissingNativeLibrary, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from mops_cli.design.fonts import FontSet

APT = "apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

#: Where relative addresses seem to lie; no such host exists, and none is asked.
BASE = "https://project.invalid/"

_MIN_WIDTH = re.compile(r"@media\s+only\s+screen\s+and\s*\(\s*min-width\s*:\s*[0-9.]+px\s*\)\s*\{", re.IGNORECASE)


class TooManyPages(UsageError):
    """The document goes beyond the pages that were allowed; drawing was given up there."""


@dataclass(frozen=True, slots=True)
class PdfResult:
    """A PDF and what is worth knowing about it. ``fonts`` are names as embedded; boxes are millimetres."""

    data: bytes = field(repr=False)
    pages: int
    title: str
    media: tuple[float, float]
    trim: tuple[float, float]
    bleed: float
    fonts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def render(
    html: str,
    *,
    fonts: FontSet,
    read: Callable[[str], bytes | None],
    sheet: Sheet,
    css: str = "",
    most_pages: int = 0,
) -> PdfResult:
    """The PDF of a complete HTML document.

    Args:
        html: the document; relative addresses are paths for ``read``.
        fonts: the only fonts there are.
        read: the bytes of a project path, or None when there is none.
        sheet: the page, its bleed and marks; it wins over ``@page { size }``.
        css: more rules, weaker than the document's own (unless important).
        most_pages: how many pages there may be; 0 is any number.

    Raises:
        TooManyPages: there are more; it is given up at the first one too many.
        MissingNativeLibrary: the pango library is not installed.
    """
    weasyprint = library()
    fontconfig.activate(fonts)
    fetcher = _fetcher(read)
    with _listening() as heard, _at_most(most_pages):
        configuration = _font_configuration()
        sheets = [weasyprint.CSS(string=page_css(sheet) + css, font_config=configuration, url_fetcher=fetcher)]
        source = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
        document = source.render(
            font_config=configuration, stylesheets=sheets, presentational_hints=True, pdf_tags=True
        )
        seen: set[str] = set()
        data = document.write_pdf(
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
            pdf_tags=True,
            presentational_hints=True,
            finisher=lambda doc, pdf: _finish(doc, pdf, sheet, seen),
        )
    around = 2 * sheet.around
    return PdfResult(
        data=bytes(data),
        pages=len(document.pages),
        title=document.metadata.title or "",
        media=(round(sheet.width + around, 2), round(sheet.height + around, 2)),
        trim=(round(sheet.width, 2), round(sheet.height, 2)),
        bleed=round(sheet.bleed, 2),
        fonts=tuple(sorted(seen)),
        unread=tuple(fetcher.unread),
        ignored=tuple(dict.fromkeys(text for text in heard if text.startswith(("Ignored", "Invalid", "Parse error")))),
    )


def page_css(sheet: Sheet) -> str:
    """The rules that make the pages of a document this sheet, and tell layouts its measures."""
    return (
        f"@page {{ size: {sheet.width:g}mm {sheet.height:g}mm !important; bleed: {sheet.around:g}mm !important; "
        f"marks: none !important; }}\n"
        f":root {{ --page-width: {sheet.width:g}mm; --page-height: {sheet.height:g}mm; --bleed: {sheet.bleed:g}mm; }}\n"
    )


def unwrap_columns(html: str) -> str:
    """A mail whose columns stand side by side: the rules for wide screens apply without asking for the width."""
    out: list[str] = []
    at = 0
    for match in _MIN_WIDTH.finditer(html):
        if match.start() < at:
            continue
        end = _closing_brace(html, match.end())
        if end is None:
            break
        out += [html[at : match.start()], html[match.end() : end]]
        at = end + 1
    return "".join([*out, html[at:]])


def _closing_brace(text: str, start: int) -> int | None:
    depth = 1
    for at in range(start, len(text)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return None


@lru_cache(maxsize=1)
def library() -> ModuleType:
    """WeasyPrint, loaded in silence.

    Raises:
        MissingNativeLibrary: with the line that installs what is missing.
    """
    fontconfig.ensure()
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            import weasyprint
    except (OSError, ImportError) as problem:
        message = "PDF pages need the pango library, which is not installed"
        raise MissingNativeLibrary(message, hint=APT, library="pango") from problem
    _number_pages_once()
    return weasyprint


def _number_pages_once() -> None:
    """Let pydyf write the list of pages once instead of once per tag: hundreds of pages would take minutes."""
    pydyf = import_module("pydyf")

    def references(document: Any) -> tuple[bytes, ...]:
        kids = document.pages["Kids"]
        known: tuple[bytes, ...]
        count, known = document.__dict__.get("_mops_pages", (-1, ()))
        if count != len(kids):
            known = tuple(f"{number} 0 R".encode("ascii") for number in kids[::3])
            document.__dict__["_mops_pages"] = (len(kids), known)
        return known

    pydyf.PDF.page_references = property(references)


def available() -> bool:
    """Whether PDFs can be written here."""
    try:
        library()
    except MissingNativeLibrary:
        return False
    return True


def version() -> str:
    """Versions that shape the result, for the key of a memory; empty when no PDF can be written."""
    pango = native.version("pango-1.0", 0, "pango_version")
    if not pango:
        return ""
    subset = "with" if native.library("harfbuzz-subset", 0) else "without"
    return f"weasyprint {package_version('weasyprint')}, pango {pango}, {subset} harfbuzz-subset"


def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()  # type: ignore[no-untyped-call]


def _fetcher(read: Callable[[str], bytes | None]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ProjectFetcher(URLFetcher):  # type: ignore[misc,no-any-unimported,unused-ignore]
        """Hands out files of the project and data addresses; refuses everything else."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=("data",), allow_redirects=False)  # type: ignore[no-untyped-call]
            self.unread: list[str] = []

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)  # type: ignore[no-untyped-call]
            path = unquote(urlsplit(url).path).lstrip("/")
            data = read(path) if url.startswith(BASE) else None
            if data is None:
                self.unread.append(path if url.startswith(BASE) else url)
                raise ValueError("not a file of the project")
            headers = {"Content-Type": _media_type(path, data)}
            return URLFetcherResponse(url, body=data, headers=headers)  # type: ignore[no-untyped-call]

    return ProjectFetcher()


def _media_type(path: str, data: bytes) -> str:
    endings = {
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
    }
    for ending, kind in endings.items():
        if path.lower().endswith(ending):
            return kind
    return "image/svg+xml" if b"<svg" in data[:1000] else "application/octet-stream"


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    """What the library says while it works, instead of printing it."""
    heard: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    listener = Listener()
    logger = logging.getLogger("weasyprint")
    before = (logger.propagate, logger.level)
    logger.addHandler(listener)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield heard
    finally:
        logger.removeHandler(listener)
        logger.propagate, level = before
        logger.setLevel(level)


@contextlib.contextmanager
def _at_most(pages: int) -> Iterator[None]:
    """Give up at the first page too many: the library tells of each before it sets it."""

    def count(record: logging.LogRecord) -> bool:
        if pages and "Page %d" in str(record.msg) and record.args and record.args[0] > pages:  # type: ignore[index,operator]
            raise TooManyPages(f"more than {pages} pages")
        return False  # nobody reads these

    progress = logging.getLogger("weasyprint.progress")
    before = progress.level
    progress.setLevel(logging.INFO)
    progress.addFilter(count)
    try:
        yield
    finally:
        progress.removeFilter(count)
        progress.setLevel(before)


def _finish(document: Any, pdf: Any, sheet: Sheet, seen: set[str]) -> None:
    """Boxes, marks and what readers show in the title bar, just before the file is written."""
    pydyf: Any = import_module("pydyf")
    for font in document.fonts.values():
        seen.add(_plain_name(font.name))
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    if not sheet.around:
        return
    bleed = sheet.bleed * POINTS_PER_MM
    for page in pdf.objects:
        if not isinstance(page, pydyf.Dictionary) or page.get("Type") != "/Page":
            continue
        left, top, right, bottom = page["TrimBox"]
        box = (left - bleed, top - bleed, right + bleed, bottom + bleed)
        page["BleedBox"] = pydyf.Array(box)
        clip = " ".join(f"{part:.3f}" for part in (box[0], box[1], box[2] - box[0], box[3] - box[1]))
        before = pydyf.Stream([f"q {clip} re W n".encode()])
        after = pydyf.Stream([b"Q", marks_stream(sheet, right - left, bottom - top)])
        pdf.add_object(before)
        pdf.add_object(after)
        page["Contents"] = pydyf.Array([before.reference, page["Contents"], after.reference])


def _plain_name(name: object) -> str:
    """``ABCDEF+Fraunces-SemiBold`` without its subset tag."""
    text = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name)
    return re.sub(r"^/?(?:[A-Z]{6}\+)?", "", text)
