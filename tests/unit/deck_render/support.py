"""Pages made of elements, for tests: a canvas of 200 x 100 units, so that one percent across is two units."""

import struct
import zlib

from mops_cli.design.deck import model
from mops_cli.design.deck_render.layout import DrawOptions, lay_out
from mops_cli.model.diagnostic import Span

HERE = Span("decks/card.dsh", 7, 3)


def no_file(path):
    return None


def deck(*elements, **slide):
    layers = slide.pop("layers", "")
    page = model.Slide(elements=elements, **slide)
    return model.Deck(
        items=(page,),
        complete=True,
        compiled_for=model.Canvas(width=200.0, height=100.0),
        layers=layers,
        path="decks/card.dsh",
    )


def draw(fonts, *elements, read=no_file, compat=False, **slide):
    """The page and the findings."""
    drawing = lay_out(deck(*elements, **slide), fonts, read, DrawOptions(compat=compat))
    return drawing.pages[0], drawing.diagnostics


def items(fonts, *elements, **more):
    """What is drawn above the background."""
    page, found = draw(fonts, *elements, **more)
    assert found == ()
    return page.items[1:]


def text(content, **more):
    return model.Text(**{"x": 10.0, "y": 50.0, "size": 5.0, "content": content, "span": HERE, **more})


def png(width=4, height=2, color=(255, 0, 0)):
    """A picture of one colour."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(color) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
