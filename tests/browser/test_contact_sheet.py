"""The picture of the README: one launch on every channel, put together from what the build really made."""

from __future__ import annotations

import json
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "screenshots" / "channels.png"
MOST_BYTES = 400_000
WIDTH, HEIGHT = 1600, 1000
STYLE = """
* { box-sizing: border-box; margin: 0; }
body { width: 1600px; height: 1000px; position: relative; overflow: hidden; background: #efe6da; color: #1e1233; font: 15px/1.4 sans-serif; }
figure { position: absolute; }
figcaption { margin-bottom: 8px; font-size: 14px; font-weight: 600; letter-spacing: 0.02em; color: #5b4a6b; }
.cut { overflow: hidden; border-radius: 8px; background: #fff; box-shadow: 0 1px 2px rgb(30 18 51 / 20%), 0 8px 24px rgb(30 18 51 / 14%); }
iframe { border: 0; transform-origin: 0 0; display: block; }
img { display: block; width: 100%; }
.bubble { padding: 12px 14px; border-radius: 16px; background: #fff; white-space: pre-line; box-shadow: 0 1px 3px rgb(30 18 51 / 18%); overflow-wrap: anywhere; }
.push { display: flex; gap: 12px; padding: 12px 14px; border-radius: 14px; background: #fff; box-shadow: 0 1px 3px rgb(30 18 51 / 18%); }
.push img { width: 44px; height: 44px; border-radius: 10px; }
.chat { padding: 12px 14px; border-left: 4px solid #b3304a; background: #fff; border-radius: 4px; }
"""


def _twin(folder: Path, path: str) -> dict:
    return json.loads((folder / "dist" / path).read_text(encoding="utf-8"))


def _filled(showcase: Path, template: str) -> str:
    from mops_cli.build.project import open_project
    from mops_cli.channels.personalize import compile as compile_template
    from mops_cli.channels.personalize import sample_links

    person = open_project(showcase).repository.personas["mara"].value
    data = {"contact": person.contact, "order": person.order, "event": person.event}
    made = compile_template(template).render(
        data, "en", "EUR", "Europe/Berlin", sample_links("https://go.aurora.example")
    )
    return escape(made)


def _figure(left: int, top: int, width: int, label: str, body: str) -> str:
    return f'<figure style="left:{left}px;top:{top}px;width:{width}px"><figcaption>{label}</figcaption>{body}</figure>'


def _frame(place: Path, wide: int, shown: int, high: int) -> str:
    scale = shown / wide
    return (
        f'<div class="cut" style="width:{shown}px;height:{high}px"><iframe src="{place.as_uri()}" width="{wide}" '
        f'height="{int(high / scale)}" style="transform:scale({scale})" scrolling="no"></iframe></div>'
    )


def _flyer(showcase: Path) -> Path:
    if shutil.which("pdftoppm") is None:
        pytest.skip("no pdftoppm here (apt-get install -y --no-install-recommends poppler-utils)")
    target = showcase / "flyer"
    source = showcase / "dist/spring-roast/print/en.pdf"
    subprocess.run(["pdftoppm", "-r", "110", "-png", "-f", "1", "-l", "1", "-singlefile", source, target], check=True)
    return target.with_suffix(".png")


def _document(showcase: Path, filled) -> str:
    mail = filled("spring-roast/email/en.html", "mara", "en")
    view = filled("spring-roast/web/en.view.html", "mara", "en")
    dist = showcase / "dist"
    sms = _filled(showcase, _twin(showcase, "spring-roast/sms/en.json")["text"])
    push = _twin(showcase, "spring-roast/push/en.json")["payload"]
    picture = {name: (dist / f"spring-roast/social/{name}.en.png").as_uri() for name in ("instagram", "mastodon")}
    chat = _filled(showcase, _twin(showcase, "spring-roast/email/en.json")["preheader"])
    parts = [
        _figure(32, 28, 400, "email", _frame(mail, 640, 400, 900)),
        _figure(464, 28, 225, "email, on a phone", _frame(mail, 375, 225, 500)),
        _figure(464, 590, 225, "social, 4 : 5", f'<div class="cut"><img src="{picture["instagram"]}" alt=""></div>'),
        _figure(721, 28, 400, "web", _frame(view, 900, 400, 500)),
        _figure(721, 590, 400, "social, 16 : 9", f'<div class="cut"><img src="{picture["mastodon"]}" alt=""></div>'),
        _figure(721, 864, 400, "chat", f'<div class="chat"><b>Spring is roasted</b><br>{chat}</div>'),
        _figure(1153, 28, 415, "print, with bleed and crop marks", f'<div class="cut"><img src="{_flyer(showcase).as_uri()}" alt=""></div>'),
        _figure(1153, 656, 415, "sms, one part", f'<div class="bubble">{sms}</div>'),
        _figure(
            1153, 832, 415, "push",
            f'<div class="push"><img src="{(dist / "pwa/icon-192.png").as_uri()}" alt=""><div><b>{_filled(showcase, push["title"])}</b>'
            f'<br>{_filled(showcase, push["body"])}</div></div>',
        ),
    ]  # fmt: skip
    return f'<!doctype html><meta charset="utf-8"><title>channels</title><style>{STYLE}</style>{"".join(parts)}'


def test_one_launch_on_every_channel(page, showcase, filled, request):
    sheet = showcase / "channels.html"
    sheet.write_text(_document(showcase, filled), encoding="utf-8")
    view = page(WIDTH, height=HEIGHT)
    view.goto(sheet.as_uri())
    view.wait_for_load_state("networkidle")
    assert not view.foreign
    assert not view.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
    shot = view.screenshot()
    from io import BytesIO

    from PIL import Image

    small = BytesIO()
    Image.open(BytesIO(shot)).convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(
        small, "PNG", optimize=True
    )
    assert len(small.getvalue()) < MOST_BYTES
    if request.config.getoption("screenshots"):
        PICTURE.write_bytes(small.getvalue())


def test_the_picture_is_there_and_small():
    assert 20_000 < PICTURE.stat().st_size < MOST_BYTES
