"""A headless Chromium that may not leave this machine, and messages filled for a persona."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERSONAS_PICTURES = "https://img.aurora.example/"
"""Where the personas' own recommendations say their pictures are; the product put no such address anywhere."""


def _chromium() -> str | None:
    return os.environ.get("MOPS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser():
    """One browser for a module: while Playwright is open its event loop runs, and other tests could start none."""
    path = _chromium()
    if path is None:
        reason = "no Chromium here (apt-get install -y --no-install-recommends chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=[*quiet, "--disable-component-update"])
        yield running
        running.close()


@pytest.fixture
def page(browser):
    """``page(width, dark)``: a page on which every request to another machine is refused and noted."""
    contexts = []

    def make(width: int = 640, *, dark: bool = False, height: int = 900, scale: int = 1):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        contexts.append(context)
        opened = context.new_page()
        opened.foreign = []
        opened.problems = []

        def route(handler):
            url = handler.request.url
            picture = ROOT / "content" / "assets" / url.removeprefix(PERSONAS_PICTURES).partition("?")[0]
            if url.startswith(("file:", "data:")):
                handler.continue_()
            elif url.startswith(PERSONAS_PICTURES) and picture.is_file():
                handler.fulfill(path=picture)
            else:
                opened.foreign.append(handler.request.url)
                handler.abort()

        context.route("**/*", route)
        opened.on("console", lambda m: opened.problems.append(m.text) if m.type == "error" else None)
        opened.on("pageerror", lambda e: opened.problems.append(str(e)))
        return opened

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def showcase(tmp_path_factory):
    """The repository's own content, copied and built once: the folder."""
    from mops_cli.build.runner import build
    from mops_cli.clock import SystemClock

    target = tmp_path_factory.mktemp("showcase")
    for name in ("mops.toml", "brand", "content", "segments", "campaigns"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)
    report = build(target, clock=SystemClock())
    assert not [d for d in report.diagnostics if d.severity == "error"], report.diagnostics
    return target


@pytest.fixture(scope="session")
def filled(showcase):
    """``filled(path, persona)``: an artifact as that person gets it, pictures beside it; the file's path."""
    from mops_cli.build.project import open_project
    from mops_cli.channels.personalize import compile as compile_template
    from mops_cli.channels.personalize import sample_links

    opened = open_project(showcase)
    base = (showcase / "dist").as_uri()

    def fill(path: str, persona: str, locale: str) -> Path:
        person = opened.repository.personas[persona].value
        data = {"contact": person.contact, "order": person.order, "event": person.event}
        template = (showcase / "dist" / path).read_text(encoding="utf-8")
        text = compile_template(template).render(data, locale, "EUR", "Europe/Berlin", sample_links(base))
        target = showcase / "filled" / persona / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    fill.personas = sorted(opened.repository.personas)
    return fill
