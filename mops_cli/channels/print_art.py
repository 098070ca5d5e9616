"""Print art: a deck or an SVG template as the ground of a printed sheet, in vectors, up to the edge of the bleed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels import artwork
from mops_cli.channels.deck_figures import inert
from mops_cli.channels.platforms import Picture, SafeZone
from mops_cli.channels.templating.expressions import Markup
from mops_cli.design.sheets import POINTS_PER_MM
from mops_cli.model.diagnostic import warning

if TYPE_CHECKING:
    from mops_cli.channels.artwork import Art
    from mops_cli.channels.document import Document
    from mops_cli.design.sheets import Sheet
    from mops_cli.model.campaign import PrintChannel

LAYOUT = "art"
"""The layout of the package that shows the art and nothing else."""
_PLACE = (
    "position:absolute;left:calc(-1 * var(--bleed));top:calc(-1 * var(--bleed));"
    "width:calc(var(--page-width) + 2 * var(--bleed));height:calc(var(--page-height) + 2 * var(--bleed))"
)


def layout_name(document: Document, settings: PrintChannel) -> str:
    """The layout: the one that is written; with art and no word about a layout, the art is the page."""
    source = document.job.folder.campaign.source
    keys = ("channels", "print")
    written = source.at(*keys, "layout") != source.at(*keys)
    return settings.layout if written or not settings.art else LAYOUT


def print_art(document: Document, settings: PrintChannel, sheet: Sheet) -> Markup | None:
    """What ``[[ art ]]`` prints: every page of the art as a layer of the sheet; None when it cannot be drawn."""
    if not settings.art:
        return Markup("")
    span = document.job.folder.campaign.source.at("channels", "print", "art")
    art = artwork.find(document, settings.art, span)
    if art is None:
        return None
    pages = _deck(document, art, settings, sheet) if art.is_deck else _template(document, art, settings, sheet)
    if pages is None:
        return None
    sections = "".join(
        f'<section class="art" style="position:relative;height:var(--page-height)">{page}</section>' for page in pages
    )
    return Markup(sections)


def _deck(document: Document, art: Art, settings: PrintChannel, sheet: Sheet) -> list[str] | None:
    """The pages of a deck, compiled for the sheet as it will be cut; a unit of the canvas is a point."""
    from mops_cli.design.deck_render.svg import SvgOptions

    size = (sheet.width * POINTS_PER_MM, sheet.height * POINTS_PER_MM)
    opened = document.studio().open(art.file.path, size=size)
    if opened is None:
        return None
    found: list[str] = []
    for number, page in enumerate(opened.pages, 1):
        options = SvgOptions(
            prefix=f"art{number}-", described=False, selectable=True, bleed=sheet.bleed * POINTS_PER_MM
        )
        svg = inert(opened.svg(options, number)).rstrip()
        found.append(_placed(document, art, svg, settings.alt or page.alt))
    return found


def _template(document: Document, art: Art, settings: PrintChannel, sheet: Sheet) -> list[str] | None:
    """An SVG template at the size of the sheet; its units are pixels of CSS."""
    width, height = (round(side * 96 / 25.4) for side in (sheet.width, sheet.height))
    size = Picture("print", width, height, None, SafeZone(0, 0, width, height))
    made = artwork.svg(document, art, size)
    if made is None or document.job.failed:
        return None
    start = made[0].find("<svg")
    return [_placed(document, art, inert(made[0][start:].strip()), settings.alt or "", trim=True)]


def _placed(document: Document, art: Art, svg: str, alt: str, *, trim: bool = False) -> str:
    """An SVG as a layer of the sheet, with its words for those who do not see it."""
    if not alt:
        help_text = "write `alt: …` below `art:`" + (', or `alt "…"` below `slide` in the deck' if art.is_deck else "")
        document.job.report(warning("MR109", "the art has no alt text", art.span, help_text))
    slots = document.slots
    title = f"<title>{slots.value(alt, art.span)}</title>" if alt else ""
    place = "position:absolute;left:0;top:0;width:var(--page-width);height:var(--page-height)" if trim else _PLACE
    head, _, rest = svg.partition(">")
    return f'{head} role="img" style="{place};overflow:visible">{title}{rest}'
