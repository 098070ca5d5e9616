"""Telephone numbers of the home country: which code and which leading digit to put away.

A whole numbering plan costs a second for ten thousand numbers; what an import needs is the international form and a
length that can be right.
"""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "AT": ("43", "0"), "AU": ("61", "0"), "BE": ("32", "0"), "BG": ("359", "0"), "BR": ("55", "0"), "CA": ("1", "1"),
    "CH": ("41", "0"), "CY": ("357", ""), "CZ": ("420", ""), "DE": ("49", "0"), "DK": ("45", ""), "EE": ("372", ""),
    "ES": ("34", ""), "FI": ("358", "0"), "FR": ("33", "0"), "GB": ("44", "0"), "GR": ("30", ""), "HR": ("385", "0"),
    "HU": ("36", "06"), "IE": ("353", "0"), "IN": ("91", "0"), "IS": ("354", ""), "IT": ("39", ""), "JP": ("81", "0"),
    "LI": ("423", ""), "LT": ("370", "0"), "LU": ("352", ""), "LV": ("371", ""), "MT": ("356", ""), "MX": ("52", ""),
    "NL": ("31", "0"), "NO": ("47", ""), "NZ": ("64", "0"), "PL": ("48", ""), "PT": ("351", ""), "RO": ("40", "0"),
    "SE": ("46", "0"), "SI": ("386", "0"), "SK": ("421", "0"), "TR": ("90", "0"), "UA": ("380", "0"), "US": ("1", "1"),
    "ZA": ("27", "0"),
}  # fmt: skip
"""Country -> calling code, and the digits that begin a national number and fall away abroad."""
