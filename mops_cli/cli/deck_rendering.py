"""``mops deck render``: reading the wish, drawing, writing, telling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mops_cli.cli import deck_drawing
from mops_cli.cli.console import size_of, tally
from mops_cli.cli.deck_drawing import FORMATS, RASTERIZERS, Drawn, Wish
from mops_cli.cli.deck_sizes import Size, presets, sizes
from mops_cli.cli.deck_workplace import existing, package_fonts, workplace
from mops_cli.cli.diagnostics_view import show
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mops_cli.cli.deck_workplace import Workplace
    from mops_cli.cli.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The words of the command line."""

    file: str
    formats: Sequence[str]
    sizes: Sequence[str]
    out: str
    page: int
    scale: int
    sheet: bool
    variables: Sequence[str]
    seed: int
    compat: bool
    rasterizer: str


def run(state: State, asked: Asked) -> int:
    """Draw, write and tell; the exit code.

    Raises:
        MopsError: The wish cannot be met.
    """
    wish = wish_of(asked)
    deck_drawing.check_libraries(wish if not asked.sheet else replace(wish, formats=(*wish.formats, "png")))
    file = existing(state, asked.file)
    place = workplace(state, file)
    path = place.relative(file)
    drawn = deck_drawing.draw(place, path, wish)
    if asked.sheet and not place.failed:
        drawn += contact_sheet(place, path, wish)
    if place.failed:
        drawn = []
    deck_drawing.write(state.cwd / asked.out, asked.out, drawn)
    _tell(state, place, asked, drawn)
    return int(place.failed)


def wish_of(asked: Asked) -> Wish:
    """The wish, checked.

    Raises:
        UsageError: A word is none of those that there are.
    """
    formats = list(dict.fromkeys(part.strip().lower() for word in asked.formats for part in word.split(",")))
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f'decks are not drawn as "{name}"', hint=advice(name, FORMATS, what="formats"))
    if asked.rasterizer not in RASTERIZERS:
        hint = advice(asked.rasterizer, RASTERIZERS, what="rasterizers")
        raise UsageError(f'there is no rasterizer "{asked.rasterizer}"', hint=hint)
    wanted = list(asked.sizes) or (["all"] if asked.sheet else [])
    return Wish(
        # A contact sheet alone needs no single pictures.
        formats=tuple(formats) or (() if asked.sheet else ("png",)),
        sizes=sizes(wanted),
        scale=asked.scale,
        page=asked.page,
        rasterizer=asked.rasterizer,
        variables=dict(map(_variable, asked.variables)),
        compat=asked.compat,
        seed=asked.seed,
    )


def _variable(word: str) -> tuple[str, float | str]:
    from mops_cli.design.deck.records import value_of

    name, sign, value = word.partition("=")
    if not sign or not name.strip().isidentifier():
        raise UsageError(
            f'"{word}" gives no value to a name', hint='write --var city=Hamburg, or --var "title=Two words"'
        )
    return name.strip(), value_of(value)


def contact_sheet(place: Workplace, path: str, wish: Wish) -> list[Drawn]:
    """One picture of all sizes; a deck of several pages shows its first, or the one that was asked for."""
    from mops_cli.cli.deck_sheet import Cell, sheet

    cells: list[Cell] = []
    number = max(wish.page, 1)
    for name, single in _in_order([found for size in wish.sizes for found in _singles(size)]):
        opened = deck_drawing.open_deck(place, path, wish, single)
        if deck_drawing.failed(place, opened):
            return []
        deck_drawing.check_page(path, opened, number)
        safe, reason = _safe(single)
        cells.append(Cell(opened.page(number), name, (single.width, single.height), safe, reason))
    stem = PurePosixPath(path).stem
    data, width, height = sheet(path, cells, package_fonts())
    return [Drawn(f"{stem}-sheet.png", "sheet", width, height, data, max(wish.page, 1))]


def _singles(size: Size) -> list[tuple[str, Size]]:
    """A size once for each picture of a platform that has it."""
    if not size.uses:
        return [(f"{size.width} × {size.height}", size)]
    return [
        (f"{platform.name.partition(' (')[0]}: {picture.asset}", replace(size, uses=((platform, picture),)))
        for platform, picture in size.uses
    ]


def _in_order(found: list[tuple[str, Size]]) -> list[tuple[str, Size]]:
    """Platform by platform, as the table has them; plain sizes first."""
    order = {name: at for at, name in enumerate(presets())}
    return sorted(found, key=lambda one: order.get(one[1].names[0], -1) if one[1].uses else -1)


def _safe(size: Size) -> tuple[tuple[float, float, float, float] | None, str]:
    """The safe zone in parts of the picture, and its size in words; None when all of it is safe."""
    if not size.uses:
        return None, ""
    zone = size.uses[0][1].safe
    if (zone.x, zone.y, zone.width, zone.height) == (0, 0, size.width, size.height):
        return None, ""
    parts = (zone.x / size.width, zone.y / size.height, zone.width / size.width, zone.height / size.height)
    return parts, f"safe {zone.width} × {zone.height}"


def _tell(state: State, place: Workplace, asked: Asked, drawn: Sequence[Drawn]) -> None:
    console, findings = state.console, place.findings()
    if console.json:
        files = [file.as_json(asked.out) for file in drawn]
        console.emit("deck-render", {"files": files, "project": place.opened is not None}, findings)
        return
    show(console, findings, place.excerpts(findings))
    for file in drawn:
        console.data(str(file.as_json(asked.out)["path"]))
        console.detail(f"{file.width} x {file.height}, {size_of(len(file.data))}  {' '.join(file.uses)}")
    if place.remark:
        console.say(place.remark)
    if place.failed:
        console.say(f"{console.mark('error')} {tally(findings)}; nothing was written")
