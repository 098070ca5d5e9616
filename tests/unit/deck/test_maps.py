"""Maps: the window, the files, and every keyword."""

import json
import struct

import pytest

from tests.unit.deck.support import build, codes, elements, finding, only

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><MultiGeometry><Polygon><outerBoundaryIs>'
    "<LinearRing><coordinates>0,0,0 10,0,0 10,10,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</MultiGeometry></Placemark></Document></kml>"
)
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {"geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
            {"geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}},
            {"geometry": {"type": "LineString", "coordinates": SQUARE[:3]}},
            {"geometry": {"type": "Point", "coordinates": [5, 5]}},
            {"geometry": None},
        ],
    }
)


def shapefile():
    points = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 0.0)]
    record = struct.pack("<i4d2ii", 5, 0, 0, 10, 10, 1, len(points), 0) + b"".join(
        struct.pack("<2d", *p) for p in points
    )
    single = struct.pack("<i2d", 1, 5.0, 5.0)
    body = b"".join(struct.pack(">2i", n, len(r) // 2) + r for n, r in enumerate((record, single), 1))
    return struct.pack(">i", 9994) + bytes(96) + body


FILES = {
    "decks/m.kml": KML,
    "decks/m.json": GEOJSON,
    "decks/m.shp": shapefile(),
    "decks/p.d": "geo:10,20\tNorth\\nPole\n0\t40\tEast\nnonsense\n",
}
BOX = "geobbox 0 20 0 40\ngeocanvas 0 100 0 100\n"


def test_places_map_to_the_page():
    found = only(BOX + 'geomark "geo:10,20"')
    assert (found.x, found.y, found.width, found.color) == (50, 50, 1, "black")
    found = only(BOX + 'p=geocoord "geo:5,10"\ncircle p_x p_y 1')
    assert (found.x, found.y) == (25, 25)
    found = only(BOX + "p=getcoord 5 -10\ncircle p_x p_y 1")
    assert (found.x, found.y) == (-25, 25)
    assert only('geomark "geo:0,0"').x == 50
    assert only('geobbox "geo:20,40" "geo:0,0"\ngeomark "geo:10,20"').x == 50
    assert only('geobbox 0 20 0 40\ngeoXmin=50\ngeomark "geo:10,20"').x == 75


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("m.kml", "Polygon"), ("m.json", "Polygon Polygon Polygon Polygon Ellipse"), ("m.shp", "Polygon Ellipse")],
)
def test_regions(name, shapes):
    found = elements(f'{BOX}georegion "{name}" "red" 40', files=FILES)
    assert [type(item).__name__ for item in found] == shapes.split()
    assert {(item.color, item.opacity) for item in found} == {("red", 40)}
    assert found[0].xs[-1] == found[0].xs[-2]


def test_borders():
    assert len(elements(f'{BOX}geoborder "m.kml" 0.1 "red"', files=FILES)) == 3
    found = elements(f'{BOX}geoline "m.json"', files=FILES)
    assert len(found) == 3 * 4 + 2 + 1
    assert (found[0].width, found[0].color, found[0].opacity) == (0.2, "gray", 100)
    assert elements('geobbox 0 5 0 5\ngeoborder "m.kml"', files=FILES) == ()


def test_labels_and_dots():
    found = elements(f'{BOX}geolabel "p.d" 2', files=FILES)
    assert [(item.content, item.y) for item in found] == [("North", 51), ("Pole", 48), ("East", 1)]
    found = elements(f'{BOX}geoloc "p.d" "e" 2 "serif" "blue"', files=FILES)
    assert [type(item).__name__ for item in found] == ["Ellipse", "Ellipse", "Text", "Text", "Text"]
    assert (found[0].width, found[2].anchor, found[2].x) == (1, "end", 49.25)
    assert len(elements(f'{BOX}geoloc "geo:1,1"')) == 1


def test_paths():
    line = only(f'{BOX}geopath "geo:0,0" "geo:20,40" 0.5 "red" 20')
    assert (line.x1, line.y1, line.x2, line.y2, line.width) == (0, 0, 100, 100, 0.5)
    curve = only(f'{BOX}geoarc "geo:0,0" "geo:20,40"')
    assert (curve.x2, curve.y2) == (0, 100)
    assert len(elements(f'{BOX}geopathfile "p.d"', files=FILES)) == 1
    assert len(elements(f'{BOX}geopathfile "p.d" 0.2 "red" 50 0.5 10', files=FILES)) == 8
    image = only(f'{BOX}geoimage "geo:10,20\tflag.png" 5 0')
    assert (image.name, image.x, image.width) == ("flag.png", 50, 5)


def test_ruler():
    found = elements("geobbox 0 10 0 20\ngeoruler 10")
    assert [item.content for item in found if type(item).__name__ == "Text"] == ["0°", "10°", "20°", "0°", "10°"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('georegion "none.kml"', "MK305"),
        ('georegion "p.d"', "MK212"),
        ('georegion "bad.kml"', "MK212"),
        ('georegion "bomb.kml"', "MK212"),
        ('georegion "bad.json"', "MK212"),
        ('georegion "deep.json"', "MK212"),
        ('georegion "bad.shp"', "MK212"),
        ('georegion "wild.json"', "MK212"),
        ('geomark "geo:x,y"', "MK213"),
        ('geolabel "bad.json"', "MK213"),
        ("geobbox", "MK203"),
        ('geobbox "a"', "MK205"),
        ('p=geocoord "x"', "MK204"),
        ('geoimage "geo:1,1" 5 0', "MK213"),
    ],
)
def test_mistakes(source, code):
    files = {
        **FILES,
        "decks/bad.kml": "<kml>",
        "decks/bomb.kml": '<!DOCTYPE x [<!ENTITY a "b">]><kml>&a;</kml>',
        "decks/bad.json": "{",
        "decks/deep.json": "[" * 100_000,
        "decks/wild.json": '{"type": "Polygon", "coordinates": [[[0, 0], [NaN, 1], [1, Infinity]]]}',
        "decks/bad.shp": shapefile()[:150],
    }
    assert codes(source, files=files) == [code]


def test_broken_shapefiles_never_raise():
    whole = shapefile()
    for cut in range(0, len(whole), 7):
        build('georegion "m.shp"', files={"decks/m.shp": whole[:cut]})
        build('georegion "m.shp"', files={"decks/m.shp": whole[:cut] + b"\xff" * 40 + whole[cut:]})


def test_what_to_write_for_a_place():
    assert "geo:52.5,13.4" in finding('geomark "geo:here"').help
