"""The picture measure C3 and the drawing part of C4 and C5: our pictures against those of the reference.

    python benchmarks/deck_pictures.py [--show NAME] [--source model|xml] [--keep DIR] [--fonts DIR,DIR]

``xml`` draws the stored models of the reference, ``model`` what our compiler makes of the sources. The fonts are those
of the reference pictures: Liberation Sans, Serif and Mono, and Noto Sans Symbols 2 (Debian: fonts-liberation2 and fonts-noto-core);
without the last one symbols are missing. Similarity (SSIM) is computed in grey with a gaussian window, with Pillow alone.
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import sys
import time
from math import exp
from pathlib import Path
from xml.etree import ElementTree as ET

sys.path.insert(0, str(Path(__file__).resolve().parent))

FOLDERS = (
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/truetype/noto",
)
FILES = {
    "sans": "LiberationSans-Regular.ttf",
    "serif": "LiberationSerif-Regular.ttf",
    "mono": "LiberationMono-Regular.ttf",
    "symbol": "NotoSansSymbols2-Regular.ttf",
}
DOTS = 100 / 72
WINDOW = 11
SIGMA = 1.5


def reference_fonts(folders=FOLDERS):
    """The fonts of the reference pictures, by role."""
    import uharfbuzz as hb

    from mops_cli.design.fonts import FontData, FontSet

    found = []
    for role, name in FILES.items():
        path = next((Path(folder) / name for folder in folders if (Path(folder) / name).is_file()), None)
        if path is not None:
            data = path.read_bytes()
            found.append(FontData(name, role, role, (400, 400), "normal", data, frozenset(hb.Face(data).unicodes)))
    return FontSet(tuple(found))


# -- similarity


def ssim(left, right) -> float:
    """Mean structural similarity of two pictures in grey, gaussian window of 11 pixels (sigma 1.5)."""
    from PIL import Image, ImageMath

    def calculate(formula, **images):
        return ImageMath.lambda_eval(lambda args: args["convert"](formula(args), "F"), **images)

    a, b = left.convert("F"), right.convert("F")
    squares = [
        calculate(lambda v: v["a"] * v["a"], a=a),
        calculate(lambda v: v["b"] * v["b"], b=b),
        calculate(lambda v: v["a"] * v["b"], a=a, b=b),
    ]
    mean_a, mean_b, aa, bb, ab = (smooth(image) for image in (a, b, *squares))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = calculate(
        lambda v: (
            (2 * v["x"] * v["y"] + c1)
            * (2 * (v["xy"] - v["x"] * v["y"]) + c2)
            / ((v["x"] * v["x"] + v["y"] * v["y"] + c1) * (v["xx"] - v["x"] * v["x"] + v["yy"] - v["y"] * v["y"] + c2))
        ),
        x=mean_a,
        y=mean_b,
        xx=aa,
        yy=bb,
        xy=ab,
    )
    return similar.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # the mean


def smooth(image):
    """The picture under a gaussian window, without its border: shifted copies, weighted and summed."""
    from PIL import ImageMath

    reach = WINDOW // 2
    weights = [exp(-(at * at) / (2 * SIGMA * SIGMA)) for at in range(-reach, reach + 1)]
    whole = sum(weights)
    for across in (True, False):
        width, height = image.size
        size = (width - 2 * reach, height) if across else (width, height - 2 * reach)
        total = None
        for at, weight in enumerate(weights):
            left, top = (at, 0) if across else (0, at)
            part = image.crop((left, top, left + size[0], top + size[1]))
            share = weight / whole
            if total is None:
                total = ImageMath.lambda_eval(lambda v, s=share: v["p"] * s, p=part)
            else:
                total = ImageMath.lambda_eval(lambda v, s=share: v["t"] + v["p"] * s, t=total, p=part)
        image = total
    return image


def different(left, right) -> float:
    """The share of pixels whose grey differs by more than a quarter."""
    from PIL import ImageChops

    histogram = ImageChops.difference(left, right).histogram()
    return sum(histogram[65:]) / (left.size[0] * left.size[1])


# -- the models of the reference


def model_of(text: str, path: str):
    """A deck from the XML of the reference tools."""
    from mops_cli.design.deck import model

    root = ET.fromstring(text if text.lstrip().startswith("<deck") else f"<deck>{text}</deck>")
    return model.Deck(items=tuple(slide_of(slide, path) for slide in root.iter("slide")), complete=True, path=path)


def slide_of(slide, path):
    from mops_cli.design.deck import model

    elements = tuple(element for child in slide if (element := element_of(child, path)) is not None)
    return model.Slide(
        background=slide.get("bg", ""),
        foreground=slide.get("fg", ""),
        gradient=gradient_of(slide),
        elements=elements,
    )


def gradient_of(node):
    from mops_cli.design.deck import model

    if not node.get("gradcolor1") or not node.get("gradcolor2"):
        return None
    return model.Gradient(node.get("gradcolor1"), node.get("gradcolor2"), number(node, "gp") or 100.0)


def number(node, name):
    try:
        return float(node.get(name, ""))
    except ValueError:
        return None


def element_of(node, path):
    """One element; None for what is not drawn."""
    from mops_cli.design.deck import model
    from mops_cli.model.diagnostic import Span

    def n(name):
        return number(node, name)

    def z(name):
        return n(name) or 0.0

    look = {"color": node.get("color", ""), "opacity": n("opacity"), "span": Span(path)}
    font = {"font": node.get("font", ""), "link": node.get("link", "")}
    match node.tag:
        case "text":
            return model.Text(
                x=z("xp"), y=z("yp"), size=z("sp"), content=node.text or "", kind=node.get("type", ""), width=n("wp"),
                align=node.get("align", ""), file=node.get("file", ""), spacing=n("lp"), rotation=n("rotation"), **look, **font,
            )  # fmt: skip
        case "list":
            items = tuple(
                model.ListItem(
                    content=item.text or "", font=item.get("font", ""), color=item.get("color", ""), opacity=number(item, "opacity")
                )
                for item in node
            )  # fmt: skip
            return model.List(
                x=z("xp"), y=z("yp"), size=z("sp"), items=items, kind=node.get("type", ""), align=node.get("align", ""),
                width=n("wp"), spacing=n("lp"), rotation=n("rotation"), **look, **font,
            )  # fmt: skip
        case "image":
            return model.Image(
                x=z("xp"), y=z("yp"), name=node.get("name", ""), width=z("width"), height=z("height"), scale=n("scale"),
                caption=node.get("caption", ""), caption_size=n("sp"), autoscale=node.get("autoscale") == "on", **look, **font,
            )  # fmt: skip
        case "rect" | "ellipse":
            kind = model.Rect if node.tag == "rect" else model.Ellipse
            more = {"gradient": gradient_of(node)} if node.tag == "rect" else {}
            return kind(x=z("xp"), y=z("yp"), width=z("wp"), height=n("hp"), ratio=n("hr"), **look, **more)
        case "line":
            return model.Line(x1=z("xp1"), y1=z("yp1"), x2=z("xp2"), y2=z("yp2"), width=n("sp"), **look)
        case "curve":
            points = {f"{axis}{at}": z(f"{axis}p{at}") for axis in "xy" for at in (1, 2, 3)}
            return model.Curve(**points, width=n("sp"), **look)
        case "arc":
            return model.Arc(
                x=z("xp"), y=z("yp"), width=z("wp"), height=z("hp"), start=z("a1"), end=z("a2"), stroke=n("sp"), **look
            )  # fmt: skip
        case "polygon":
            return model.Polygon(xs=numbers(node.get("xc", "")), ys=numbers(node.get("yc", "")), **look)
    return None


def numbers(text):
    return tuple(float(word) for word in text.split())


# -- the measure


def draw(page, fonts, width, height):
    """A page as a grey picture of this size, in the scale of the reference (100 dots an inch)."""
    from PIL import Image

    from mops_cli.design.deck_render.png import to_png

    data = to_png(page, width, height, view=(width / DOTS, height / DOTS))
    return Image.open(io.BytesIO(data)).convert("L"), data


def score_pictures(corpus, fonts, *, source="model", show="", keep=""):
    """One score a picture of the reference."""
    from PIL import Image

    from mops_cli.design.deck_render.layout import DrawOptions, lay_out

    scores = []
    for name, state in sorted(corpus.status.items()):
        if not state.get("pictures") or show not in name:
            continue
        size = tuple(float(part) for part in state["pagesize_points"].split(","))
        if source == "xml":
            deck = model_of(corpus.wanted(name), name)
        else:
            from deck_conformance import compile_one

            deck = compile_one(corpus, name).deck
        drawing = lay_out(deck, fonts, corpus.read, DrawOptions(size=size, compat=True))
        for picture in state["pictures"]:
            begin = time.process_time()
            wanted = Image.open(corpus.expected / picture["file"]).convert("L")
            ours, data = draw(drawing.pages[picture["slide"] - 1], fonts, *wanted.size)
            label = Path(picture["file"]).stem
            if keep:
                Path(keep).mkdir(parents=True, exist_ok=True)
                (Path(keep) / f"{label}.png").write_bytes(data)
            scores.append(
                {
                    "picture": label,
                    "ssim": round(ssim(wanted, ours), 4),
                    "different": round(different(wanted, ours), 5),
                    "seconds": round(time.process_time() - begin, 2),
                }
            )
    return scores


def report(scores, **more):
    values = [score["ssim"] for score in scores]
    return {
        "measure": "C3",
        "pictures": len(scores),
        "median_ssim": round(statistics.median(values), 4) if values else None,
        "lowest_ssim": min(values, default=None),
        "below_0.90": [score["picture"] for score in scores if score["ssim"] < 0.90],
        "most_different": max((score["different"] for score in scores), default=None),
        **more,
    }


def measure_pictures(corpus, **options):
    """C3 as one record."""
    fonts = reference_fonts(options.pop("folders", FOLDERS))
    if len({font.role for font in fonts.files} & {"sans", "serif", "mono"}) < 3:
        return {"measure": "C3", "skipped": "the Liberation fonts are not installed"}
    absent = [FILES[role] for role in FILES if role not in {font.role for font in fonts.files}]
    return report(score_pictures(corpus, fonts, **options), **({"fonts_absent": absent} if absent else {}))


CARD = """deck
slide "#14213d" "white"
 rect 3.6 50 1.2 100 "#fca311"
 text "AURORA COFFEE" 8 84 1.9 "sans" "#fca311"
 textblock "Spring menu: four new roasts, one price" 8 66 52 6 "serif" "white"
 textblock "From the third of March in all eleven shops. Order by phone and skip the queue, every day until half past six." 8 28 46 2.1
 circle 80 50 30 "#fca311"
 ctext "4" 80 44 13 "serif" "#14213d"
 ctext "new roasts" 80 36 2.2 "sans" "#14213d"
 text "aurora.example/spring" 8 10 1.8 "sans" "#fca311"
 barx=66
 for v=2 9 1
  h=v*2
  y=4+v
  rect barx y 1.5 h "#3d5a9e"
  barx+=2
 efor
eslide
edeck
"""


def measure_card(rounds=7, **options):
    """C5, the drawing part: one social card from its source to a PNG of 1200 x 630 pixels, warm, CPU milliseconds."""
    from mops_cli.design.deck.compiler import Options, compile_deck
    from mops_cli.design.deck_render.layout import lay_out
    from mops_cli.design.deck_render.png import to_png

    fonts = reference_fonts(options.pop("folders", FOLDERS))
    if not fonts.files:
        return {"measure": "C5 card", "skipped": "the Liberation fonts are not installed"}

    def nothing(name):
        return None

    spent = []
    for _ in range(rounds + 1):
        begin = time.process_time()
        deck = compile_deck(CARD, "card.dsh", nothing, Options(canvas=(1200.0, 630.0))).deck
        data = to_png(lay_out(deck, fonts, nothing).pages[0], 1200, 630)
        spent.append((time.process_time() - begin) * 1000)
    return {
        "measure": "C5 card",
        "cold_ms": round(spent[0], 1),
        "warm_ms": round(statistics.median(spent[1:]), 1),
        "png_bytes": len(data),
    }


def measure_drawing(corpus, **options):
    """C4, the drawing part: every page of every deck, as the old tools and as it should be, and of decks that are cut off."""
    from mops_cli.design.deck.compiler import Options, compile_deck
    from mops_cli.design.deck_render.layout import DrawOptions, lay_out
    from mops_cli.design.deck_render.svg import to_svg

    fonts = reference_fonts(options.pop("folders", FOLDERS))
    pages, failures, worst = 0, [], 0.0
    for name in sorted(corpus.status):
        source = (corpus.root / name).read_text(encoding="utf-8", errors="replace")
        for compat, end in ((True, None), (False, None), (False, len(source) // 2), (False, len(source) // 3)):
            deck = compile_deck(source[:end], name, corpus.read, Options(compat=compat)).deck
            begin = time.process_time()
            try:
                drawing = lay_out(deck, fonts, corpus.read, DrawOptions(compat=compat))
                for page in drawing.pages:
                    ET.fromstring(to_svg(page))
                    pages += 1
            except Exception as reason:  # noqa: BLE001 - that is what is measured
                failures.append(f"{name} {type(reason).__name__}: {reason}"[:120])
            worst = max(worst, (time.process_time() - begin) / max(1, len(drawing.pages)))
    return {"measure": "C4 drawing", "pages": pages, "worst_seconds_a_page": round(worst, 2), "failures": failures[:10]}


def main() -> int:
    from deck_conformance import open_corpus

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", default="", help="only decks whose name holds this, one line a picture")
    parser.add_argument("--source", choices=("model", "xml"), default="model")
    parser.add_argument("--keep", default="", help="write our pictures into this folder")
    parser.add_argument("--all", action="store_true", help="one line a picture")
    parser.add_argument("--card", action="store_true", help="measure one card instead")
    parser.add_argument("--drawing", action="store_true", help="draw every page of every deck instead")
    parser.add_argument("--fonts", default=",".join(FOLDERS))
    chosen = parser.parse_args()
    corpus = open_corpus()
    if corpus is None:
        print(json.dumps({"measure": "C3", "skipped": "the open sample data is not there"}))
        return 0
    folders = chosen.fonts.split(",")
    if chosen.card or chosen.drawing:
        print(json.dumps(measure_card(folders=folders) if chosen.card else measure_drawing(corpus, folders=folders)))
        return 0
    scores = score_pictures(corpus, reference_fonts(folders), source=chosen.source, show=chosen.show, keep=chosen.keep)
    if chosen.show or chosen.all:
        for score in sorted(scores, key=lambda score: score["ssim"]):
            print(json.dumps(score))
    print(json.dumps(report(scores)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
