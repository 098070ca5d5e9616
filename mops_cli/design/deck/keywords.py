"""All keywords by name."""

from __future__ import annotations

from mops_cli.design.deck.card_words import CARD_WORDS
from mops_cli.design.deck.charts.words import CHART_WORDS
from mops_cli.design.deck.figure_words import FIGURE_WORDS
from mops_cli.design.deck.geo.words import GEO_WORDS
from mops_cli.design.deck.modules import MODULE_WORDS, dump
from mops_cli.design.deck.page_words import EXTRA_WORDS, PAGE_WORDS
from mops_cli.design.deck.shape_words import SHAPE_WORDS
from mops_cli.design.deck.signature import Keyword
from mops_cli.design.deck.text_words import TEXT_WORDS

_OLD = (
    *PAGE_WORDS,
    *TEXT_WORDS,
    *SHAPE_WORDS,
    *FIGURE_WORDS,
    *MODULE_WORDS,
    *CHART_WORDS,
    *GEO_WORDS,
    Keyword("dump", (), dump, rest=True, raw=True),
)
COMPAT_KEYWORDS: dict[str, Keyword] = {entry.name: entry for entry in _OLD}
KEYWORDS: dict[str, Keyword] = {entry.name: entry for entry in (*_OLD, *EXTRA_WORDS, *CARD_WORDS)}
