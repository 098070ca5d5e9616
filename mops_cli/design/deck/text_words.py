"""Keywords that set text: lines, blocks, paragraphs, lists."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from mops_cli.design.deck.functions import Place, polar
from mops_cli.design.deck.model import Line as LineElement
from mops_cli.design.deck.model import List, ListItem, Text
from mops_cli.design.deck.signature import Keyword, keyword

if TYPE_CHECKING:
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.signature import Values
    from mops_cli.design.deck.syntax import Line, Para

_TAIL = "| font:f color:c opacity:n link:t"
_ALIGN = {"text": "", "btext": "", "ctext": "c", "etext": "e"}


def place_of(run: Run) -> Place:
    """What functions need to know of the run."""
    return Place(run.width, run.height, run.random, run.localize)


def plain_text(run: Run, line: Line, values: Values) -> None:
    """``text``, ``btext``, ``ctext`` and ``etext``."""
    run.add(
        Text(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            content=values.text("text"),
            align=_ALIGN[values.word],
            font=values.text("font"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            link=values.text("link"),
            span=line.span,
        )
    )


def turned_text(run: Run, line: Line, values: Values) -> None:
    """``rtext``: text about its own start."""
    run.add(
        Text(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            content=values.text("text"),
            rotation=values.number("angle"),
            font=values.text("font"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            link=values.text("link"),
            span=line.span,
        )
    )


def letters_of(content: str, *, whole: bool) -> list[str]:
    """The letters of a text: characters with their accents, or single bytes as the old tools cut them."""
    if not whole:
        return [chr(byte) for byte in content.encode()]
    found: list[str] = []
    for char in content:
        joins = found and (unicodedata.combining(char) or char in "\u200d\ufe0f" or found[-1].endswith("\u200d"))
        if joins:
            found[-1] += char
        else:
            found.append(char)
    return found


def arc_text(run: Run, line: Line, values: Values) -> None:
    """``arctext``: letters along an arc."""
    letters = letters_of(values.text("text"), whole=not run.rules.compat)
    first, last = values.number("a1"), values.number("a2")
    turn = 90.0 if last >= first else 270.0
    step = (last - first) / (len(letters) - 1) if len(letters) > 1 else 0.0
    where = place_of(run)
    for index, letter in enumerate(letters):
        angle = first + index * step
        x, y = polar(where, values.number("cx"), values.number("cy"), values.number("r"), angle)
        run.add(
            Text(
                x=x,
                y=y,
                size=values.number("size"),
                content=letter,
                rotation=angle + turn,
                font=values.text("font"),
                color=values.text("color"),
                opacity=values.optional("opacity"),
                link=values.text("link"),
                span=line.span,
            )
        )


def _block(line: Line, values: Values, content: str, y: float) -> Text:
    return Text(
        x=values.number("x"),
        y=y,
        size=values.number("size"),
        content=content,
        kind="block",
        width=values.number("width"),
        font=values.text("font"),
        color=values.text("color"),
        opacity=values.optional("opacity"),
        link=values.text("link"),
        span=line.span,
    )


def block(run: Run, line: Line, values: Values) -> None:
    """``textblock``."""
    run.add(_block(line, values, values.text("text"), values.number("y")))


def block_file(run: Run, line: Line, values: Values) -> None:
    """``textblockfile``: the text of a file."""
    _, content = run.files.text(values.text("file"), line.path, line.span)
    run.add(_block(line, values, content.strip("\n"), values.number("y")))


def shown_file(run: Run, line: Line, values: Values) -> None:
    """``textfile``: a file that is shown line by line."""
    run.add(
        Text(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            file=values.text("file"),
            font=values.text("font"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            spacing=values.optional("lp"),
            link=values.text("link"),
            rotation=values.optional("rotation"),
            span=line.span,
        )
    )


def code(run: Run, line: Line, values: Values) -> None:
    """``textcode``: a listing in a box."""
    run.add(
        Text(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            width=values.number("width"),
            file=values.text("file"),
            kind="code",
            color=values.text("color"),
            span=line.span,
        )
    )


def content(run: Run, line: Line, values: Values) -> None:
    """``content "scheme://file"``."""
    scheme, mark, name = values.text("content").partition("://")
    if not mark:
        raise run.fail("MK205", "content needs a scheme", line.span, 'write: content "markdown://text.md" x y size')
    run.add(
        Text(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            file=name,
            kind=scheme,
            span=line.span,
        )
    )


def paragraphs(run: Run, node: Para, values: Values) -> None:
    """``para ... epara``: a block for each paragraph, one below the other."""
    y = values.number("y")
    spacing = values.default("spacing", 1.2)
    fall = values.number("size") * spacing
    lines: list[str] = []
    count = 0
    for row in node.lines:
        count += 1
        if row.strip():
            lines.append(row)
            continue
        _paragraph(run, node.line, values, lines, y)
        y -= fall * count
        lines, count = [], 0
    if lines and not run.rules.compat:
        _paragraph(run, node.line, values, lines, y)


def close_paragraphs(run: Run, line: Line, values: Values) -> None:
    """Nothing: the evaluator plays ``para`` with its lines."""


def _paragraph(run: Run, line: Line, values: Values, lines: list[str], y: float) -> None:
    if lines:
        joined = "".join(lines) if run.rules.compat else " ".join(row.strip() for row in lines)
        run.add(_block(line, values, joined, y))


_LISTS = {"list": ("", ""), "blist": ("bullet", ""), "nlist": ("number", ""), "clist": ("", "center")}


def open_list(run: Run, line: Line, values: Values) -> None:
    """``list``, ``blist``, ``nlist`` and ``clist``."""
    kind, align = _LISTS[values.word]
    run.builder.open_list(
        List(
            x=values.number("x"),
            y=values.number("y"),
            size=values.number("size"),
            kind=kind,
            align=align,
            font=values.text("font"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            spacing=values.optional("lp"),
            link=values.text("link"),
            rotation=values.optional("rotation"),
            span=line.span,
        )
    )


def close_list(run: Run, line: Line, values: Values) -> None:
    """``elist``."""
    run.builder.close_list(line.span)


def item(run: Run, line: Line, values: Values) -> None:
    """``li``."""
    run.add(
        ListItem(
            content=values.text("text"),
            font=values.text("font"),
            color=values.text("color"),
            opacity=values.optional("opacity"),
            link=values.text("link"),
            span=line.span,
        )
    )


def legend(run: Run, line: Line, values: Values) -> None:
    """``legend``: text with a bar of colour before it."""
    x, y, size = values.number("x"), values.number("y"), values.number("size")
    run.add(
        Text(
            x=x,
            y=y,
            size=size,
            content=values.text("text"),
            font=values.text("font"),
            color=values.text("color"),
            span=line.span,
        )
    )
    bar = x - size / 2
    run.add(LineElement(x1=bar, y1=y, x2=bar, y2=y + size, width=size / 2, color=values.text("color"), span=line.span))


_PARA_FORM = "x:n y:n width:n size:n | spacing:n font:f color:c opacity:n link:t"
_FILE_TAIL = "| font:f color:c opacity:n lp:n link:t rotation:n"
PARA: Keyword = keyword("para", _PARA_FORM, close_paragraphs)

TEXT_WORDS: tuple[Keyword, ...] = (
    *(keyword(word, f"text:t x:n y:n size:n {_TAIL}", plain_text) for word in _ALIGN),
    keyword("rtext", f"text:t x:n y:n angle:n size:n {_TAIL}", turned_text),
    keyword("arctext", f"text:t cx:n cy:n r:n a1:n a2:n size:n {_TAIL}", arc_text),
    *(keyword(word, f"text:b x:n y:n width:n size:n {_TAIL}", block) for word in ("textblock", "textbox")),
    *(keyword(word, f"file:w x:n y:n width:n size:n {_TAIL}", block_file) for word in ("textblockfile", "textboxfile")),
    keyword("textfile", f"file:w x:n y:n size:n {_FILE_TAIL}", shown_file),
    keyword("textcode", "file:w x:n y:n width:n size:n | color:c", code),
    keyword("content", "content:t x:n y:n size:n", content),
    *(keyword(word, f"x:n y:n size:n {_FILE_TAIL}", open_list) for word in _LISTS),
    keyword("elist", "", close_list),
    keyword("li", "| text:t font:f color:c opacity:n link:t", item),
    keyword("legend", "text:t x:n y:n size:n font:f color:c", legend),
)
