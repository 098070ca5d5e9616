"""Every code of the deck language has its page."""

import re
from pathlib import Path

import mops_cli

ROOT = Path(mops_cli.__file__).parent


def test_codes_and_pages_agree():
    used = set()
    for path in (ROOT / "design" / "deck").rglob("*.py"):
        used.update(re.findall(r'"(MK\d{3})"', path.read_text(encoding="utf-8")))
    pages = re.findall(
        r"^## (MK\d{3}) \S+$", (ROOT / "lint" / "reference" / "MK.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(used) == pages
