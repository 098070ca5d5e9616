"""``dchart`` with its flags, and the chart keywords with their variables."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mops_cli.design.deck.charts import legends
from mops_cli.design.deck.charts.data import Row, Table, data_value, read_table
from mops_cli.design.deck.charts.easel import Easel
from mops_cli.design.deck.charts.fans import bow_tie, fan
from mops_cli.design.deck.charts.horizontal import bars, slopes, words
from mops_cli.design.deck.charts.proportional import bricks, donut, dot_grid, radial, share_map
from mops_cli.design.deck.charts.settings import KINDS, BadFlag, Settings, read_flags
from mops_cli.design.deck.charts.vertical import axis_range, vertical
from mops_cli.design.deck.model import Slide
from mops_cli.design.deck.numerals import plain, read_number, shortest
from mops_cli.design.deck.problems import Problem
from mops_cli.design.deck.records import column, is_own, read_records
from mops_cli.design.deck.signature import Keyword, Values, keyword
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.syntax import Line

_KINDS: tuple[tuple[str, Callable[[Easel], None]], ...] = (
    ("hbar", bars),
    ("wbar", words),
    ("donut", donut),
    ("pmap", share_map),
    ("bowtie", bow_tie),
    ("fan", fan),
    ("pgrid", dot_grid),
    ("lego", bricks),
    ("radial", radial),
    ("slope", slopes),
)
# What a row of a file counts, in corners of shapes.
_ROW = 8
_TOKENS = {"color": "chart.data", "lcolor": "chart.label", "vcolor": "chart.value"}


def draw(run: Run, line: Line, settings: Settings, name: str) -> None:
    """Draws a chart of a file."""
    settings.apply_bounds()
    table = table_of(run, line, settings, name)
    run.weigh(len(table.rows), line.span)
    easel = Easel(run, line.span, settings, table)
    kind = next((draws for flag, draws in _KINDS if getattr(settings, flag)), vertical)
    if settings.fulldeck:
        run.builder.open_slide(Slide(background=settings.bgcolor, span=line.span))
    if table.rows:
        kind(easel)
        if settings.legend:
            legends.draw(easel)
    elif not run.rules.compat:
        raise Problem("MK210", f"{name} has no data", line.span, "write rows: label, a tab, a number")
    if settings.fulldeck:
        run.builder.close_slide(line.span)


def table_of(run: Run, line: Line, settings: Settings, name: str) -> Table:
    """The data of a chart: lines of text, or records of a file that the project reads (YAML, Parquet)."""
    if run.rules.compat or is_own(name):
        _, text = run.files.text(name, line.path, line.span)
        run.weigh(text.count("\n") * _ROW, line.span)
        return read_table(text, separated=settings.csv, columns=settings.csvcol)
    records = read_records(run, name, line)
    wanted = [column(part) for part in settings.csvcol.split(",") if part.strip()]
    names = wanted or list(records[0] if records else ())[:2]
    if len(names) != 2 or any(part not in record for part in names for record in records):
        raise Problem("MK214", f"{name} lacks the columns of a chart", line.span, "write: -csvcol=Label,Value")
    rows = [Row(str(record[names[0]]), data_value(str(record[names[1]]))) for record in records]
    return Table(rows, names[1] if wanted else "")


def defaults(run: Run) -> Settings:
    """The settings before any flag: the brand's colours and the deck's canvas, except in compatible mode."""
    settings = Settings()
    if not run.rules.compat:
        settings.cw, settings.ch = run.width, run.height
        for flag, token in _TOKENS.items():
            value = run.tokens(token)
            if value is not None:
                setattr(settings, flag, value)
    return settings


def dchart(run: Run, line: Line, values: Values) -> None:
    """``dchart [flags] file``."""
    settings = defaults(run)
    try:
        rest = read_flags(flag_words(run, line), settings, without=legends.OWN if run.rules.compat else frozenset())
        if not rest:
            raise Problem("MK203", "dchart needs a file", line.span, "write: dchart -left 10 data/sales.d")
        draw(run, line, settings, rest[0])
    except BadFlag as reason:
        raise Problem("MK211", str(reason), line.span, advice(reason.name, KINDS, what="flags")) from None


def flag_words(run: Run, line: Line) -> list[str]:
    """The words after ``dchart`` with variables put in; a variable may hold several flags."""
    found: list[str] = []
    for word in _divided(line.text[line.tokens[0].end :], line, compat=run.rules.compat):
        value = run.scope.get(word)
        if value is None:
            found.append(word[1:-1] if len(word) > 1 and word[0] == word[-1] == '"' else word)
        elif isinstance(value, float):
            found.append(shortest(value))
        else:
            found.extend(value.split())
    return found


def _divided(text: str, line: Line, *, compat: bool) -> list[str]:
    """Words divided by blanks; in the default mode quotes hold words together."""
    if compat or '"' not in text:
        return text.split()
    kept: list[str] | None = line.memo.get("words")
    if kept is not None:
        return kept
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.escape = ""
    lexer.quotes = '"'
    try:
        kept = line.memo["words"] = list(lexer)
    except ValueError:
        raise Problem("MK101", "the text has no closing quote", line.span, 'end it with "') from None
    return kept


# The variables that set a flag, as the chart keywords read them.
_VARIABLES = {
    "chartLeft": "left",
    "chartRight": "right",
    "chartTop": "top",
    "chartBottom": "bottom",
    "chartTextSize": "textsize",
    "chartXLabel": "xlabel",
    "chartLineWidth": "linewidth",
    "chartGrid": "grid",
    "chartVal": "val",
    "chartXLast": "xlast",
    "chartReadCSV": "csv",
    "chartCSVCols": "csvcol",
    "chartDataFmt": "datafmt",
    "chartYRange": "yrange",
    "chartBarWidth": "barwidth",
    "chartVolOp": "volop",
    "chartLineSpacing": "ls",
    "chartPercent": "pct",
    "chartLegend": "legend",
    "chartLegendPos": "legendpos",
}
# The dots of the grid keyword stand this many text sizes apart; chartLineSpacing, when set, is the distance itself.
_GRID_STEP = 1.8
# These show their values whatever chartVal says.
_ALWAYS = frozenset({"donut", "pmap", "lego"})
_PROPORTIONAL = frozenset({"donut", "pmap", "pgrid", "lego", "fan", "bowtie"})


def from_variables(run: Run, line: Line, flag: str) -> Settings:
    """The settings of a chart keyword: its flag, the variables, and their defaults."""
    settings = defaults(run)
    settings.bar = False
    setattr(settings, flag, True)
    settings.left = 50.0 if flag in _PROPORTIONAL else 10.0
    settings.top = 60.0 if flag == "fan" else 80.0
    settings.solidpmap = flag == "pmap"
    if flag == "pgrid":
        settings.ls = _GRID_STEP * _size(run, line)
    title = "chartTitle" if flag in _PROPORTIONAL else "chartShowTitle"
    for variable, name in (*_VARIABLES.items(), (title, "title")):
        if name in legends.OWN and run.rules.compat:
            continue  # a name like any other to the old tools
        value = run.scope.get(variable)
        if value is not None and (name != "val" or flag not in _ALWAYS):
            setattr(settings, name, _setting(line, variable, KINDS[name], value))
    if settings.yrange:
        settings.yaxis = settings.grid = True
        low, high, step = axis_range(settings.yrange)
        if step > 0:
            settings.min, settings.max = low, high
    return settings


def _size(run: Run, line: Line) -> float:
    """The text size of a chart keyword."""
    value = run.scope.get("chartTextSize")
    return 1.5 if value is None else float(_setting(line, "chartTextSize", "float", value))


def _setting(line: Line, variable: str, kind: str, value: float | str) -> float | str | bool:
    """The value of a variable as the kind of its flag."""
    if kind == "str":
        return value if isinstance(value, str) else plain(value)
    number = value if isinstance(value, float) else read_number(value.strip())
    if number is None:
        raise Problem("MK205", f"{variable} must be a number", line.span, f"write: {variable}=1")
    if kind == "bool":
        return number != 0
    return int(number) if kind == "int" else number


_FLAGS = {
    "bar": ("barchart",),
    "line": ("linechart",),
    "scatter": ("scatterchart", "scatter"),
    "dot": ("dotchart", "dot"),
    "vol": ("areachart", "area"),
    "hbar": ("hbarchart", "hbar"),
    "wbar": ("wbarchart", "wbar"),
    "slope": ("slopechart", "slope"),
}
_SHARES = {
    "donut": ("donut", "donutchart", "pie", "piechart"),
    "pmap": ("pmap",),
    "pgrid": ("pgrid",),
    "lego": ("lego", "waffle"),
}
_FANS = {"fan": ("fan", "fanchart"), "bowtie": ("bow", "bowtie")}
_BY_WORD = {word: flag for table in (_FLAGS, _SHARES, _FANS) for flag, names in table.items() for word in names}


def series(run: Run, line: Line, values: Values) -> None:
    """A chart keyword with colours."""
    settings = from_variables(run, line, _BY_WORD[values.word])
    settings.color = values.text("color") or settings.color
    settings.lcolor = values.text("labelcolor") or settings.lcolor
    settings.vcolor = values.text("valuecolor") or settings.vcolor
    _guarded(run, line, settings, values)


def shares(run: Run, line: Line, values: Values) -> None:
    """A chart keyword with a width and a size."""
    settings = from_variables(run, line, _BY_WORD[values.word])
    settings.pwidth = values.default("width", settings.pwidth)
    settings.psize = values.default("size", settings.psize)
    if values.word in {"pie", "piechart"}:
        settings.psize = values.default("size", values.default("width", settings.psize))
        settings.pwidth = settings.psize
    _guarded(run, line, settings, values)


def fans(run: Run, line: Line, values: Values) -> None:
    """A fan or a bow tie with a size."""
    settings = from_variables(run, line, _BY_WORD[values.word])
    settings.psize = values.default("size", 40.0)
    _guarded(run, line, settings, values)


def _guarded(run: Run, line: Line, settings: Settings, values: Values) -> None:
    try:
        draw(run, line, settings, values.text("file"))
    except BadFlag as reason:
        raise Problem("MK211", str(reason), line.span, "check the chart's variables") from None


def box(run: Run, line: Line, values: Values) -> None:
    """``chartbbox``: the plot box as variables."""
    for name in ("chartLeft", "chartRight", "chartTop", "chartBottom"):
        value = values.optional(name)
        if value is not None:
            run.scope.set(name, value)


def _all(table: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [word for names in table.values() for word in names]


CHART_WORDS: tuple[Keyword, ...] = (
    *(Keyword(word, (), dchart, rest=True, raw=True) for word in ("dchart", "chart")),
    *(keyword(word, "file:w | color:c labelcolor:c valuecolor:c", series, again=True) for word in _all(_FLAGS)),
    *(keyword(word, "file:w | width:n size:n", shares, again=True) for word in _all(_SHARES)),
    *(keyword(word, "file:w | size:n", fans, again=True) for word in _all(_FANS)),
    *(
        keyword(word, "chartLeft:n | chartRight:n chartTop:n chartBottom:n", box, again=True)
        for word in ("chartbbox", "chartbound")
    ),
)
