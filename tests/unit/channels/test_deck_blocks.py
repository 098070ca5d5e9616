"""``::: deck`` in a message: a dense PNG in mails, vectors that tell what they show on the web and in PDFs, words elsewhere."""

import io
import json
import re

import pytest

from mops_cli.channels.deck_figures import inert
from mops_cli.design import pdf as pdf_door
from mops_cli.design import raster
from mops_cli.errors import MissingNativeLibrary
from tests.unit.channels.deck_support import BRAND
from tests.unit.design.support import plain

pytestmark = pytest.mark.needs_cairo

CHART = """\
deck
title "Farms"
canvas 800 400
slide "brand.night" "white"
alt "Altitude of two farms"
rect 25 50 50 100 "brand.sun"
text word 60 50 5
eslide
slide "white"
alt "The second page"
rect 50 50 100 100 "brand.night"
eslide
edeck
"""
FILES = {**BRAND, "content/decks/chart.dsh": CHART}
BLOCK = '::: deck source=decks/chart.dsh set-word="Huila & Yirga"\n:::'
NIGHT, SUN, WHITE = (16, 32, 48), (255, 204, 0), (255, 255, 255)
FRONT = "preheader: A chart of two farms for you\nheadline: Farms\nsummary: Two farms\nlink: https://demo.example/farms"


@pytest.fixture
def mail(channel):
    if not raster.available():
        pytest.skip("the cairo library is not installed")

    def make(body="::: deck source=decks/chart.dsh set-word=Huila\n:::", *, name="email", settings="{}", **more):
        given = {"front": FRONT, "files": FILES, **more}
        return channel(name, settings, body=f"Dear reader,\n\n{body}\n", **given)

    return make


def pictures(made):
    from PIL import Image

    return [
        Image.open(io.BytesIO(data)).convert("RGB")
        for name, data in made.outputs.items()
        if name.startswith("assets/") and name.endswith(".png")
    ]


def errors(made):
    return [(one.code, one.span.path, one.span.line) for one in made.job.found if one.severity == "error"]


class TestMail:
    def test_the_picture_is_shown_at_half_of_its_size(self, mail):
        made = mail()
        assert errors(made) == []
        html = made.outputs["email/en.html"].decode()
        (image,) = re.findall(r"<img\b[^>]*>", html)
        assert 'alt="Altitude of two farms"' in image
        assert 'width="552"' in image  # the column's width
        (picture,) = pictures(made)
        assert picture.size == (1200, 600)
        assert picture.getpixel((300, 300)) == SUN
        assert picture.getpixel((1190, 10)) == NIGHT
        # boxes for letters: "Huila" begins at 60 % and is 5 x 2.5 % wide
        assert picture.getpixel((round(1200 * 0.61), 290)) == WHITE

    def test_the_words_stand_in_the_text_part(self, mail):
        text = mail().outputs["email/en.txt"].decode()
        assert "[ Altitude of two farms ]" in text

    def test_the_message_may_say_it_better(self, mail):
        made = mail('::: deck source=decks/chart.dsh set-word=a alt="Two bars: high & low" width=300 page=2\n:::')
        html = made.outputs["email/en.html"].decode()
        assert 'width="300"' in html
        assert 'alt="Two bars: high &amp; low"' in html
        (picture,) = pictures(made)
        assert picture.size == (600, 300)
        assert picture.getpixel((9, 9)) == NIGHT

    def test_another_size_than_the_decks_own(self, mail):
        (picture,) = pictures(mail("::: deck source=decks/chart.dsh set-word=a size=square width=200\n:::"))
        assert picture.size == (400, 400)
        (picture,) = pictures(mail("::: deck source=decks/chart.dsh set-word=a size=300x150 width=200\n:::"))
        assert picture.size == (400, 200)

    def test_it_travels_inside_of_the_mail_like_other_pictures(self, mail):
        made = mail(settings="{images: cid}")
        html = made.outputs["email/en.html"].decode()
        (name,) = re.findall(r'src="cid:([0-9a-f]{16}\.png)"', html)
        assert f"assets/{name}" in made.outputs
        inline = json.loads(made.outputs["email/en.json"])["inline"]
        assert [name in json.dumps(entry) for entry in inline] == [True]

    def test_a_deck_is_a_picture_wherever_one_is_named(self, mail):
        deck = CHART.replace("text word", 'text "word"')
        body = '::: image src=decks/chart.dsh alt="A"\n:::\n\n![B](decks/chart.dsh)'
        made = mail(body, files={**FILES, "content/decks/chart.dsh": deck})
        assert errors(made) == []
        assert [picture.size for picture in pictures(made)] == [(1200, 600)]

    def test_inside_of_another_block_it_is_a_picture_too(self, mail):
        body = "::: quote by=Ada\nBefore\n\n::: deck source=decks/chart.dsh set-word=a width=300\n:::\n\n:::"
        made = mail(body)
        assert errors(made) == []
        html = made.outputs["email/en.html"].decode()
        assert "<svg" not in html
        assert 'alt="Altitude of two farms" width="300"' in html
        assert [picture.size for picture in pictures(made)] == [(600, 300)]


class TestWeb:
    def test_it_is_drawn_in_place_and_says_what_it_shows(self, mail):
        made = mail(BLOCK, name="web")
        assert errors(made) == []
        html = made.outputs["web/en.html"].decode()
        (svg,) = re.findall(r"<svg\b.*?</svg>", html, re.DOTALL)
        assert 'role="img"' in svg
        assert "<title>Farms</title><desc>Altitude of two farms</desc>" in svg
        assert "<text" not in svg
        assert "#ffcc00" in svg
        assert "max-width:600px" in svg.replace(" ", "")

    def test_two_pictures_do_not_share_their_names(self, mail):
        one = "::: deck source=decks/chart.dsh set-word=a\n:::"
        html = mail(f"{one}\n\n{one}", name="web").outputs["web/en.html"].decode()
        names = re.findall(r'\bid="([^"]+)"', html)
        assert names
        assert len(names) == len(set(names))
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(names)


class TestPdf:
    @pytest.fixture(autouse=True)
    def pango(self):
        try:
            pdf_door.library()
        except MissingNativeLibrary:
            pytest.skip("the pango library is not installed")

    def test_it_is_a_vector_whose_words_can_be_found(self, mail, tmp_path):
        made = mail(BLOCK, name="pdf")
        assert errors(made) == []
        data = made.outputs["pdf/en.pdf"]
        assert b"/Subtype /Image" not in data
        twin = json.loads(made.outputs["pdf/en.json"])
        assert twin["without_alt"] == 0
        assert b"/Alt (Altitude of two farms)" in plain(data)
        assert any("Test-Sans" in name or "Test Sans" in name for name in twin["fonts"])

    def test_braces_in_a_deck_are_only_braces(self, mail):
        deck = CHART.replace("text word", 'text "a {{ b }} {% c %}"')
        made = mail(
            "::: deck source=decks/chart.dsh\n:::", name="pdf", files={**FILES, "content/decks/chart.dsh": deck}
        )
        assert errors(made) == []
        assert "pdf/en.pdf" in made.outputs

    def test_the_same_bytes_again(self, mail):
        assert mail(BLOCK, name="pdf").outputs == mail(BLOCK, name="pdf").outputs


class TestChat:
    def test_the_first_deck_is_the_picture(self, mail):
        made = mail(name="chat", settings="{adapters: [slack, telegram, discord]}")
        assert errors(made) == []
        slack = json.loads(made.outputs["chat/slack/en.json"])["payload"]
        (image,) = [block for block in slack["blocks"] if block["type"] == "image"]
        assert image["alt_text"] == "Altitude of two farms"
        assert 'links.asset("assets/' in image["image_url"]
        assert (
            json.loads(made.outputs["chat/discord/en.json"])["payload"]["embeds"][0]["image"]["url"]
            == image["image_url"]
        )
        assert [picture.size for picture in pictures(made)] == [(1200, 600)]

    def test_a_text_message_says_what_it_shows(self, mail):
        made = mail(name="sms")
        assert errors(made) == []


@pytest.mark.parametrize(
    ("block", "code", "line", "words"),
    [
        ("source=decks/chrt.dsh", "MC320", 10, 'did you mean "decks/chart.dsh"'),
        ("source=decks/chart.dsh set-word=a page=3", "MT508", 10, "2 pages"),
        ("source=decks/chart.dsh set-word=a size=sqare", "MT508", 10, 'did you mean "square"'),
        ("source=decks/chart.dsh set-word=a widht=3", "MT506", 10, "width"),
        ('source=decks/chart.dsh set-word="{{ contact.first_name }}"', "MK216", 10, "the same for everyone"),
        ('source="{{ contact.first_name }}"', "MK216", 10, "the same for everyone"),
        ("source=../../../outside.dsh", "MC309", 10, ""),
    ],
)
def test_mistakes_in_the_message(mail, block, code, line, words):
    made = mail(f"::: deck {block}\n:::", name="web")
    found = [one for one in made.job.found if one.severity == "error"]
    assert [(one.code, one.span.path, one.span.line) for one in found] == [(code, "campaigns/hello/message.md", line)]
    assert words in found[0].message + found[0].help


def test_mistakes_in_the_deck(mail):
    made = mail("::: deck source=decks/chart.dsh\n:::", name="web")
    assert errors(made) == [("MK201", "content/decks/chart.dsh", 7)]
    silent = CHART.replace('alt "Altitude of two farms"\n', "")
    files = {**FILES, "content/decks/chart.dsh": silent}
    made = mail("::: deck source=decks/chart.dsh set-word=a\n:::", name="web", files=files)
    assert errors(made) == [("MT507", "campaigns/hello/message.md", 10)]
    decorative = mail('::: deck source=decks/chart.dsh set-word=a alt=""\n:::', name="web", files=files)
    assert errors(decorative) == []
    assert 'aria-hidden="true"' in decorative.outputs["web/en.html"].decode()


def test_markup_that_looks_like_a_template_stays_inert():
    assert inert("a {{ b }} {% c %} jx00001vxj") == "a &#123;{ b }} &#123;% c %} &#106;x00001vxj"
