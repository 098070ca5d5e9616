"""Every code of content and of segments has a page, and every page a code."""

import re
from pathlib import Path

import mops_cli.content

HERE = Path(mops_cli.content.__file__).parent
REFERENCE = HERE.parent / "lint/reference"
CODE = re.compile(r'"(M[CIG]\d{3})"')


def test_codes_have_pages():
    places = (*HERE.glob("*.py"), *(HERE.parent / "audience/segments").glob("*.py"))
    used = {code for path in places for code in CODE.findall(path.read_text("utf-8"))}
    used.discard("MG203")  # the page of a rule
    # These are reported by the channels, from what content reads.
    used |= {"MI101", "MI102"}
    written: set[str] = set()
    for name in ("MC", "MI", "MG"):
        text = (REFERENCE / f"{name}.md").read_text("utf-8")
        pages = dict(re.findall(r"^## (\w+) [a-z0-9-]+\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
        written |= pages.keys()
        assert all("Use instead: " in page and "Example: " in page for page in pages.values())
        assert list(pages) == sorted(pages)
    assert used == written
