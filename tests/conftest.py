"""What every suite shares: a project in a temporary folder, and the sample data beside the clone."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_addoption(parser):
    """``--screenshots`` renews the pictures of the docs."""
    parser.addoption("--screenshots", action="store_true", help="write docs/screenshots")


MINIMAL = {
    "mops.toml": """\
        [project]
        id = "demo"
        name = "Demo & Sons"
        url = "https://demo.example"
        locales = ["en"]

        [senders.news]
        name = "Demo"
        email = "news@demo.example"
        number = "Demo"

        [topics.news]
        title = "News"

        [fields.contact.first_name]
        type = "text"

        [sms]
        short_link_host = "go.demo.example"
        opt_out = {en = "Reply STOP to opt out"}
        """,
    "brand/identity.yaml": """\
        legal_name: Demo & Sons Ltd
        address: {street: 1 Sample Street, postal_code: "12345", city: Sampleton, country: Exampleland}
        """,
    "content/personas/ada.yaml": """\
        title: Ada
        locale: en
        contact: {first_name: Ada}
        """,
    "campaigns/hello/campaign.yaml": """\
        title: Hello
        topic: news
        channels:
          email: {layout: base, sender: news}
        """,
    "campaigns/hello/message.md": """\
        ---
        subject: Hello there
        preheader: A short note to say hello to all of you today
        summary: A short note
        link: https://demo.example/hello
        ---
        # Hello

        Dear {{ contact.first_name | default("friend") }}, welcome.
        """,
}


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write a tree of files, texts dedented."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(textwrap.dedent(content), encoding="utf-8", newline="")
    return root


@pytest.fixture
def minimal() -> dict[str, str]:
    """The files of the small valid project."""
    return dict(MINIMAL)


@pytest.fixture
def project(tmp_path):
    """``project({...})``: a small valid project with these files added or replaced; None removes one."""

    def make(files: dict[str, str | bytes | None] | None = None, *, empty: bool = False) -> Path:
        tree: dict[str, str | bytes | None] = {} if empty else dict(MINIMAL)
        tree.update(files or {})
        return write(tmp_path / "project", {name: text for name, text in tree.items() if text is not None})

    return make


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The open sample data; the test is skipped where it does not lie beside the clone."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no sample data beside this clone (../shared/data)")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No setting of the person who runs the tests leaks in."""
    for name in list(os.environ):
        if name.startswith("MOPS_") or name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
            monkeypatch.delenv(name)
