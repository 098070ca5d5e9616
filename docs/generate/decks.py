"""What a deck may say: words, charts, functions, pages, looks, and where it differs from the old tools."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from docs.generate.markup import cell, code, table
from mops_cli.design.deck import aspect, functions, looks, parser
from mops_cli.design.deck.charts import words as chart_words
from mops_cli.design.deck.charts.settings import Settings
from mops_cli.design.deck.keywords import COMPAT_KEYWORDS, KEYWORDS
from mops_cli.design.deck.rules import DIFFERENCES
from mops_cli.design.deck.text_words import PARA
from mops_cli.design.deck_render import emoji

if TYPE_CHECKING:
    from mops_cli.design.deck.signature import Keyword

INTRO = """# The deck language

One statement a line. Positions are percent of the page from its lower left corner, sizes percent of its width. Texts stand
in quotes, names without them. What may be left out stands in brackets, in this order. `//` begins a remark, and so does `#`
at the start of a line. Unless said otherwise a line is two points wide, opacity is 100, and text is `sans` in the foreground of
its slide. [Pictures from text](../howto/decks.md) shows how decks are used. Words marked with ＋ are ours: with `--compat`
they are not known.
"""

#: Each group of words: its title, and a sentence for each word. Words of one meaning share a line.
WORDS: dict[str, dict[str, str]] = {
    "Pages": {
        "deck doc": "Begins the deck.",
        "edeck edoc": "Ends the deck.",
        "canvas": "The size of the page in points, unless the size that is asked for says another.",
        "slide page": "Begins a page with its background (a colour, or a blend: `first/second/percent`) and the colour of its text.",
        "eslide epage": "Ends the page.",
        "title": "The title of the page; outside of one that of the deck.",
        "creator subject publisher description date": "A fact about the deck, kept in its files.",
        "note": "A note of the speaker, unseen.",
        "alt": "What the page shows, for those who do not see it.",
        "altnext": "What the next element shows.",
        "layers": "The order of drawing: `document`, or kinds of elements joined by `:`.",
        "ruler": "Percent lines over the page, for finding places.",
    },
    "Text": {
        "text btext": "A line that begins here.",
        "ctext": "A line about its middle.",
        "etext": "A line that ends here.",
        "rtext": "A line turned by degrees.",
        "arctext": "Letters along an arc.",
        "textblock textbox": "Text broken into lines of a width.",
        "textblockfile textboxfile": "A file, broken into lines of a width.",
        "textfile": "A file, line by line.",
        "textcode": "A file as a listing on grey.",
        "content": "A file by its kind: `text://notes.txt`, `code://main.py`.",
        "fittext": "Text made smaller until it fits into a box.",
        "cliptext": "Text in at most so many lines; what is too much ends in an ellipsis.",
    },
    "Lists": {
        "list": "Begins a list.",
        "blist": "Begins a list with bullets.",
        "nlist": "Begins a list with numbers.",
        "clist": "Begins a list of centred lines.",
        "li": "An item.",
        "elist": "Ends the list.",
        "legend": "A text behind a bar of colour.",
    },
    "Shapes": {
        "rect": "A rectangle about its middle.",
        "square": "A square about its middle.",
        "ellipse": "An ellipse about its middle.",
        "circle": "A circle by its width.",
        "acircle": "A circle by its area.",
        "rrect roundrect": "A rectangle with round corners.",
        "pill": "A bar with round ends.",
        "star": "A star by its points and two radii.",
        "polygon poly": "A closed shape: x and y coordinates in two texts.",
        "polyline": "The same as a line.",
        "line": "A line between two points.",
        "hline": "A line to the right.",
        "vline": "A line upwards.",
        "dline": "A dotted line.",
        "arc": "A part of an ellipse, by two angles.",
        "curve": "A curve by its ends and one point that draws it.",
    },
    "Arrows and braces": {
        "arrow": "A line with a head.",
        "lcarrow": "A curve with a head that points left.",
        "rcarrow": "A curve with a head that points right.",
        "ucarrow": "A curve with a head that points up.",
        "dcarrow": "A curve with a head that points down.",
        "lbrace": "A brace that points left.",
        "rbrace": "A brace that points right.",
        "ubrace": "A brace that points up.",
        "dbrace": "A brace that points down.",
        "lbracket": "A bracket, open to the right.",
        "rbracket": "A bracket, open to the left.",
        "ubracket": "A bracket, open below.",
        "dbracket": "A bracket, open above.",
    },
    "Pictures, codes and tables": {
        "image": "A picture (PNG, JPEG, GIF, WebP or SVG) about its middle; a height of 0 keeps its shape. An SVG may load nothing.",
        "cimage": "A picture with a caption.",
        "qr": "A QR code of a text.",
        "rating": "Stars, some of them filled: 5 unless `max` says another number.",
        "table": "The records of a file in columns; `columns` chooses them.",
    },
    "Parts": {
        "include": "The statements of another file, here.",
        "import": "The functions of a file.",
        "func call callfunc": "Calls the function of a file with arguments.",
        "grid": "The statements of a file, each at the next place of a grid.",
        "dump": "Says the values of names.",
    },
    "Charts": {
        "dchart chart": "A chart of a file, by flags (below): `dchart -hbar -left 20 data/sales.csv`.",
        "barchart": "Bars.",
        "linechart": "A line.",
        "scatterchart scatter": "Dots at their values.",
        "dotchart dot": "Dots on dotted stems.",
        "areachart area": "An area.",
        "hbarchart hbar": "Bars to the right.",
        "wbarchart wbar": "Bars behind their words.",
        "slopechart slope": "Lines between two moments.",
        "donut donutchart": "A ring.",
        "pie piechart": "A pie.",
        "pmap": "A bar divided by shares.",
        "pgrid": "A hundred dots, by shares.",
        "lego waffle": "Bricks, by shares.",
        "fan fanchart": "A fan, by shares.",
        "bow bowtie": "Two fans, by shares.",
        "chartbbox chartbound": "The box of the charts that follow.",
    },
    "Maps": {
        "georegion geopoly": "The areas of a map file (GeoJSON, KML or shapes), filled.",
        "geoborder geoline": "The borders of a map file.",
        "geolabel": "Names at their places: `geo:53.55,9.99`, a tab and the name, or a file of such lines.",
        "geoloc": "Dots with names; `align` says where the name stands.",
        "geomark geopoint": "Dots.",
        "geopath": "A line between two places.",
        "geoarc": "A curve between two places.",
        "geopathfile": "The places of a file, connected.",
        "geoimage": "A picture at its place.",
        "georuler": "A grid of degrees.",
        "geobbox geobound": "The part of the world that is shown: `latmin latmax lonmin lonmax`, or two corners.",
        "geocanvas": "Its box on the page: `xmin xmax ymin ymax`.",
    },
}
#: Words with a block: how they are written, and what they do.
BLOCKS = {
    "for": (
        'for v=1 10 2, for v=["a" "b"], for v=(1 5 9), for v="file", for p in "file.csv"',
        "The lines up to `efor`, once for each value. With `in`, `p` counts the records and `p_name` is the column `name`.",
    ),
    "if": ("if a > b", "The lines up to `else` or `eif`, when it holds: `==`, `!=`, `<`, `<=`, `>`, `>=`, `><`."),
    "layout": ("layout square portrait", "The lines up to `else` or `elayout`, when the page has one of these shapes."),
    "def": ("def name first second", "A function, up to `edef`; it is called by its name and arguments."),
    "data": ('data "name.d"', "The lines up to `edata`, kept as if they were a file."),
    "para": ("", "The paragraphs up to `epara`, below each other."),
}
FUNCTIONS = {
    "abs": "The number without its sign.",
    "area": "The diameter of a circle with this area.",
    "ceil": "The next whole number above.",
    "cosine": "The cosine.",
    "floor": "The next whole number below.",
    "format": "Values written by a pattern: the verbs of printf, `%n` as the locale writes numbers, `%,` with thousands commas, `%v` for anything.",
    "length": "How many characters a text has.",
    "lower": "The text in small letters.",
    "max": "The largest.",
    "min": "The smallest.",
    "polarx": "The x of a point on a circle.",
    "polary": "The y of a point on a circle.",
    "random": "A number between two others; the same in each build (`--seed`).",
    "round": "The nearest whole number.",
    "sine": "The sine.",
    "slice": "A part of a text; the first character is 0, `-` is the very end.",
    "sprint": "The same as `format`.",
    "sqrt": "The square root.",
    "substr": "The same as `slice`.",
    "tangent": "The tangent.",
    "upper": "The text in capitals.",
    "vmap": "A value moved from one range to another.",
}
SHAPES = {
    "square": "1080x1080",
    "portrait": "1080x1350",
    "landscape": "1200x630",
    "story": "1080x1920",
}
FLAGS = {
    "bar": "Bars; what is drawn when no other kind is named.",
    "line": "A line.",
    "dot": "Dots on dotted stems.",
    "scatter": "Dots.",
    "vol": "An area.",
    "hbar": "Bars to the right.",
    "wbar": "Bars behind their words.",
    "donut": "A ring.",
    "pmap": "A bar divided by shares.",
    "pgrid": "A hundred dots.",
    "lego": "Bricks.",
    "radial": "Circles around a centre.",
    "fan": "A fan.",
    "bowtie": "Two fans.",
    "slope": "Lines between two moments.",
    "left": "The left edge; -1 leaves it to the kind of chart.",
    "right": "The right edge.",
    "top": "The upper edge.",
    "bottom": "The lower edge.",
    "bounds": "All edges: `left,right,top,bottom`.",
    "textsize": "The size of its words.",
    "ls": "The distance of its lines, in sizes of text.",
    "barwidth": "The width of a bar; 0 leaves it to the chart.",
    "linewidth": "The width of a line.",
    "min": "The least value of the axis.",
    "max": "The greatest value of the axis.",
    "dmin": "The axis begins at the least value of the data.",
    "psize": "The size of rings, fans and circles.",
    "pwidth": "The width of a ring or bar.",
    "volop": "The opacity of an area.",
    "xlabel": "Every how many labels one is written; 0 is none.",
    "xlabrot": "Turns the labels.",
    "xlast": "The last label is always written.",
    "xstagger": "Labels on two heights.",
    "pmlen": "How long labels in a divided bar may be.",
    "val": "Writes the values.",
    "valpos": "Where: `t` above, `b` below, `m` in the middle.",
    "yaxis": "Writes the axis.",
    "grid": "Draws its lines.",
    "yrange": "Its marks: `low,high,step`.",
    "title": "Writes the title of the data.",
    "chartitle": "Another title.",
    "note": "Writes the notes of the data.",
    "noteloc": "Where: `c`, `l` or `r`.",
    "frame": "A frame.",
    "framecolor": "Its colour.",
    "rline": "The line of a regression.",
    "rlcolor": "Its colour.",
    "hline": "A line at a value with a word: `value,word`.",
    "pct": "Values as percent of their sum.",
    "datacond": "A colour for some values: `low,high,color`.",
    "datafmt": "How values are written, as `format` does.",
    "color": "The colour of the data; the brand's `color.chart.data` when it is left out.",
    "lcolor": "The colour of labels; the brand's `color.chart.label`.",
    "vcolor": "The colour of values; the brand's `color.chart.value`.",
    "bgcolor": "The background of a page of its own.",
    "csv": "The data is CSV.",
    "csvcol": "Its columns: `Label,Value`.",
    "spokes": "Lines from the centre.",
    "solidpmap": "A divided bar in plain colours.",
    "cw": "The width of the page.",
    "ch": "The height of the page.",
    "fulldeck": "A page of its own.",
    "legend": "The name of the series in a legend, or `rows` for the coloured rows of one chart. Ours.",
    "legendpos": "Where the legend stands: `r` right of the plot, `t` above it. Ours.",
}


def page() -> str:
    """The page."""
    made = [INTRO, *(_words(title, words) for title, words in WORDS.items())]
    return "\n".join([*made, _flags(), _blocks(), _values(), _shapes(), _looks(), _differences()])


def words_described() -> set[str]:
    """Every word that has a sentence."""
    return {name for group in WORDS.values() for words in group for name in words.split()}


def _form(entry: Keyword) -> str:
    return code(entry.form) + ("" if entry.name in COMPAT_KEYWORDS else " ＋")


def _words(title: str, words: dict[str, str]) -> str:
    rows = []
    for names, sentence in words.items():
        first, *rest = names.split()
        also = " Also: " + ", ".join(map(code, rest)) + "." if rest else ""
        rows.append((_form(KEYWORDS[first]), cell(sentence) + also))
    return f"## {title}\n\n" + table(("word", ""), rows)


def _flags() -> str:
    rows = [(code(f"-{one.name}"), code(_shown(one.default)), cell(FLAGS[one.name])) for one in fields(Settings)]
    names = {name: variable for variable, name in chart_words._VARIABLES.items()}
    told = ", ".join(f"`{variable}` (`-{name}`)" for name, variable in names.items())
    return (
        "## Flags of charts\n\nAfter `dchart`, as `-left 10` or `-left=10`; a flag that is on or off needs no value, and "
        "`-val=f` turns one off.\n\n"
        + table(("flag", "default", ""), rows)
        + f"\nThe other words for charts read these from names with a value: {told}.\n"
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def blocks_in_code() -> set[str]:
    """Words with a block, as the parser knows them."""
    return set(parser._NEW_ENDS)


def _blocks() -> str:
    rows = [(code(form or PARA.form), cell(sentence)) for form, sentence in BLOCKS.values()]
    return "## Blocks\n\n" + table(("written", ""), rows)


def _values() -> str:
    rows = [(code(f"{name} {functions.FUNCTIONS[name].form}"), cell(FUNCTIONS[name])) for name in functions.FUNCTIONS]
    return (
        "## Values\n\n`x=3` gives a name its value, `x+=1` changes it. Expressions have `+`, `-`, `*`, `/`, `%` and parentheses; `+`\n"
        'joins texts. `p=polar cx cy r degrees` and `p=geocoord "geo:53.55,9.99"` (also `getcoord`) make `p_x` and `p_y`. `aspect`,\n'
        "`canvasWidth` and `canvasHeight` are there in every deck, and in a campaign the fields of its message, `vars`, `locale` and\n"
        "`safeLeft`, `safeRight`, `safeBottom`, `safeTop`: the part of the page that no platform covers.\n\n"
        + table(("function", ""), rows)
    )


def _shapes() -> str:
    rows = [(code(name), SHAPES[name]) for name in aspect.CLASSES]
    return "## Shapes of pages\n\nFor `layout` and `aspect`.\n\n" + table(("shape", "for example"), rows)


def _looks() -> str:
    roles = ", ".join(f"`{role}`" for role in (*sorted(looks.ROLES), "bold", "heading", "body"))
    return (
        "## Colours, fonts and emoji\n\nA colour is a token of the brand (`brand.primary` is `color.brand.primary`), a CSS name, `#rrggbb`, "
        "`rgb(r,g,b)` or\n`hsv(h,s,v)`; where a blend may stand, `first/second/percent`. Charts take `color.chart.data`, "
        "`color.chart.label` and\n`color.chart.value` of the brand unless a flag says otherwise.\n\n"
        f"A font is a role: {roles}, or another one of `brand/fonts.yaml`. A character that no font of the brand has is an error.\n"
        f"An emoji is drawn from `{emoji.FOLDER}/`, in a file named after its code points: `{emoji.FOLDER}/{emoji.stem('🚀')}.svg`, "
        f"`{emoji.stem('👩‍🍳')}.png`.\n"
    )


def _differences() -> str:
    rows = [(code(one.name), cell(one.old), cell(one.new)) for one in DIFFERENCES]
    return "## Where it differs from the old tools\n\nWith `--compat` a deck is understood as they did.\n\n" + table(
        ("", "with `--compat`", "here"), rows
    )
