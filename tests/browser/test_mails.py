"""Mails and pages of the showcase as a browser shows them: nothing overflows, nothing is asked of another host."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "docs" / "screenshots"
CAMPAIGNS = ("january-letter", "spring-roast", "welcome", "night-shift")


@pytest.fixture
def shot(request):
    """``shot(page, name)`` keeps a picture for the docs with ``--screenshots``; a plain run changes no file."""

    def take(page, name: str) -> None:
        if request.config.getoption("screenshots"):
            SHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SHOTS / f"{name}.jpg", full_page=True, type="jpeg", quality=72)

    return take


@pytest.mark.parametrize("campaign", CAMPAIGNS)
@pytest.mark.parametrize("width", [375, 640])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_mail_fits_and_stays_at_home(page, filled, shot, campaign, width, dark, locale):
    view = page(width, dark=dark)
    view.goto(filled(f"{campaign}/email/{locale}.html", "mara", locale).as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert not view.foreign
    assert not view.problems
    broken = view.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)")
    assert not broken
    if locale == "en" or campaign == "spring-roast":
        shot(view, f"{campaign}-{locale}-{width}-{'dark' if dark else 'light'}")


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_every_persona_can_read_it_on_a_phone(page, filled, campaign):
    view = page(375)
    for persona in filled.personas:
        for locale in ("en", "de"):
            view.goto(filled(f"{campaign}/email/{locale}.html", persona, locale).as_uri())
            assert view.evaluate("document.documentElement.scrollWidth") <= 375, (persona, locale)
            assert not view.evaluate("document.querySelectorAll('script').length"), persona
    assert not view.foreign
    assert not view.problems


@pytest.mark.parametrize("width", [375, 1100])
def test_the_page_behind_view_in_browser(page, filled, shot, width):
    view = page(width)
    view.goto(filled("spring-roast/web/en.view.html", "mara", "en").as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert not view.foreign
    assert not view.problems
    shot(view, f"spring-roast-web-{width}")


def test_a_fragment_does_not_restyle_its_host(page, filled, tmp_path):
    fragment = filled("spring-roast/web/en.html", "mara", "en").read_text(encoding="utf-8")
    host = tmp_path / "host.html"
    host.write_text(
        f"<!doctype html><h1 id=mine>Mine</h1><p id=p>Text <a id=a href=#>x</a></p>{fragment}", encoding="utf-8"
    )
    plain = tmp_path / "plain.html"
    plain.write_text("<!doctype html><h1 id=mine>Mine</h1><p id=p>Text <a id=a href=#>x</a></p>", encoding="utf-8")
    look = """() => ['mine', 'p', 'a'].map(id => { const s = getComputedStyle(document.getElementById(id));
        return [s.color, s.fontFamily, s.fontSize, s.marginTop, s.textDecorationLine].join('|') })"""
    view = page(900)
    view.goto(plain.as_uri())
    before = view.evaluate(look)
    view.goto(host.as_uri())
    assert view.evaluate(look) == before
