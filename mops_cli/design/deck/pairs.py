"""Functions that give two coordinates: polar and places on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.design.deck.functions import NotComputable, number, polar
from mops_cli.design.deck.geo.words import coordinates
from mops_cli.design.deck.text_words import place_of

if TYPE_CHECKING:
    from mops_cli.design.deck.open_scope import PairFunction
    from mops_cli.design.deck.run import Run
    from mops_cli.design.deck.values import Value


def pair_functions(run: Run) -> dict[str, PairFunction]:
    """The pair functions bound to a run."""

    def polar_pair(values: list[Value]) -> tuple[float, float]:
        if len(values) != 4:
            raise NotComputable("polar takes cx cy r degrees")
        cx, cy, radius, degrees = (number(value) for value in values)
        return polar(place_of(run), cx, cy, radius, degrees)

    def place_pair(values: list[Value]) -> tuple[float, float]:
        try:
            return coordinates(run, values)
        except ValueError as reason:
            raise NotComputable(f'{reason}: write "geo:52.5,13.4", or a latitude and a longitude') from None

    return {"polar": polar_pair, "geocoord": place_pair, "getcoord": place_pair}
