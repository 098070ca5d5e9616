"""Sets of people as bitmaps: whether something ever happened to somebody is one bit, many times as quick as a count.

The numbers of contacts come from a sequence, so they lie close together. A set is one row with a list: its first entry
has the bits of the first ``PART`` numbers, and so on. One row, because the database then always reads the contacts past
it; a table with a row for each part it would sometimes turn around.
"""

from __future__ import annotations

BITS = 15
PART = 1 << BITS

_LAST = "(SELECT max(id) FROM contacts)"
"""A number that nobody has would make a part of its own; whoever invents many must not fill the memory."""


def table(name: str, number: str, source: str) -> str:
    """The set of the numbers that a source (``FROM … WHERE …``) gives, as a common table expression."""
    bits = (
        f"SELECT {number} >> {BITS} AS part, bitstring_agg(({number} & {PART - 1})::INTEGER, 0, {PART - 1}) AS bits "
        f"{source} AND {number} >= 0 AND {number} <= {_LAST} GROUP BY part"
    )
    every = f"SELECT unnest(range(0, {_LAST} // {PART} + 1)) AS part"
    return f"{name} AS (SELECT list(bits ORDER BY part) AS parts FROM ({every}) LEFT JOIN ({bits}) USING (part))"  # noqa: S608 - made of names of ours


def inside(name: str) -> str:
    """Whether the contact ``c`` is in the set, which stands beside it; never unknown."""
    return f"coalesce(get_bit({name}.parts[(c.id >> {BITS}) + 1], (c.id & {PART - 1})::INTEGER) = 1, false)"
