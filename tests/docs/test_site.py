"""The site: every page is linked, every link leads somewhere, and the built pages ask no other host for anything."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)\s]+)\)")
PAGES = sorted(path for path in [*DOCS.rglob("*.md"), ROOT / "README.md"] if "_build" not in path.parts)
ASKED = re.compile(
    r"""<(?:link|script|img|iframe|source|video|audio|object|embed)\b[^>]*?\b(?:src|href|srcset|data)\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
)
IN_CSS = re.compile(r"""(?:@import\s+(?:url\()?|url\()\s*["']?((?:https?:)?//[^"')\s]+)""")


def _prose(path: Path) -> str:
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for target in LINK.findall(_prose(path)):
        if target.startswith(("https://", "#", "mailto:")):
            continue
        place = (path.parent / target.partition("#")[0]).resolve()
        assert place.exists(), f"{path.name}: {target}"
        assert ROOT in place.parents


def test_every_page_stands_in_the_list_of_its_folder():
    for index in DOCS.rglob("index.md"):
        text = index.read_text(encoding="utf-8")
        others = [path.name for path in index.parent.glob("*.md") if path.name != "index.md"]
        assert [name for name in others if f"({name})" not in text] == [], index


def test_the_table_of_decisions_has_their_titles():
    index = (DOCS / "adr/index.md").read_text(encoding="utf-8")
    for path in DOCS.glob("adr/0*.md"):
        number, _, title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(". ")
        assert f"{number}. [{title}]({path.name})" in index
        assert path.name.startswith(f"{int(number):04}-")


def test_docs_tell_nothing_of_a_workplace():
    telling = re.compile(r"/tmp/|/work/|/opt/|/home/|/root/|localhost:\d+/simple|index-url|find-links")
    for path in [*PAGES, ROOT / "CHANGELOG.md", *ROOT.glob("requirements/*")]:
        found = telling.search(
            path.read_text(encoding="utf-8").replace("--no-emit-index-url", "").replace("--no-emit-find-links", "")
        )
        assert not found, f"{path}: {found[0]}"


@pytest.mark.skipif(importlib.util.find_spec("sphinx") is None, reason="the docs extra is not installed")
@pytest.mark.timeout(300)
def test_the_built_site_asks_no_other_host(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(DOCS), str(tmp_path)], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    foreign = set()
    for path in [*tmp_path.rglob("*.html"), *tmp_path.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        foreign.update(ASKED.findall(text) if path.suffix == ".html" else ())
        foreign.update(IN_CSS.findall(text))
    assert foreign == set()
