"""Files outside the project are never read, whatever names them, and nothing is written outside either.

A secret lies beside the project. Every way to name a file is tried on it: two points, absolute paths, addresses, links
of the file system, the package's prefix. Python itself reports every file that is opened.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

import pytest

from mops_cli.build import pool
from mops_cli.cli.main import run

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from planted_project import FONT, PNG, scene  # noqa: E402

pytestmark = [pytest.mark.needs_cairo, pytest.mark.needs_pango]
MARK = "tulip-mania-1637"
M, C = "campaigns/hello/message.md", "campaigns/hello/campaign.yaml"
LAYOUT = "content/layouts/email/letter.mjml"

WATCHED: list[str] = []
OPENED: list[str] = []


def _report(event: str, arguments: tuple) -> None:
    if not WATCHED or event not in ("open", "os.scandir", "os.listdir"):
        return
    place = arguments[0]
    if isinstance(place, (str, bytes, os.PathLike)):
        real = os.path.realpath(os.fsdecode(os.fspath(place)))
        if real.startswith(WATCHED[0] + os.sep):
            OPENED.append(real)


sys.addaudithook(_report)


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 1)


SECRETS = {
    "secret.txt": MARK,
    "secret.md": f"# {MARK}\n",
    "secret.yaml": f"title: {MARK}\n",
    "secret.svg": f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>{MARK}</title></svg>',
    "secret.mjml": f"<mj-section><mj-column><mj-text>{MARK}</mj-text></mj-column></mj-section>",
    "secret.html": f"<p>{MARK}</p>",
    "secret.css": f"p::after {{ content: '{MARK}' }}",
    "secret.ftl": f"closing = {MARK}\n",
    "secret.tokens.yaml": f"color: {{night: {{$type: color, $value: '#000001', $description: {MARK}}}}}\n",
    "secret.png": PNG + MARK.encode(),
    "secret.ttf": FONT.read_bytes(),
    "secret.pdf": f"%PDF-1.4 {MARK}",
}


@pytest.fixture
def outside(tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir()
    for name, text in SECRETS.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    WATCHED[:] = [str(folder.resolve())]
    OPENED.clear()
    yield folder
    WATCHED.clear()


def make(root: Path, files: dict) -> Path:
    for name, content in files.items():
        if content is None:
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def told(root: Path) -> str:
    """What lint and build say, and everything they leave behind."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        codes = [run(["--project", str(root), *words, "--json"]) for words in (("lint",), ("build",))]
    assert 70 not in codes, out.getvalue()
    said = [out.getvalue()]
    for folder in ("dist", ".mops"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                said.append(path.read_bytes().decode("latin-1"))
    return "\n".join(said)


def check(root: Path) -> None:
    said = told(root)
    assert MARK not in said
    assert OPENED == []


UP = "../../../outside"  # from campaigns/hello/ or content/layouts/, one too many or too few does not matter
NAMES = [
    "../outside/{}", "../../outside/{}", "../../../outside/{}", "../../../../outside/{}", "assets/../../../outside/{}",
    "/{absolute}/{}", "//{absolute}/{}", "file://{absolute}/{}", "file:{absolute}/{}", "~/{}", "..\\..\\outside\\{}", "mops:../../../outside/{}",
    "mops:/{absolute}/{}", "%2e%2e/%2e%2e/outside/{}", "..%2f..%2foutside/{}", "assets/link/{}", "assets/{}", "C:\\outside\\{}", "assets/\x00../../outside/{}",
]  # fmt: skip

FEW = [NAMES[2], *NAMES[5:6], NAMES[7], NAMES[11], *NAMES[15:17]]
THOROUGH = ("picture of a message", "include", "mj-include", "font")

WAYS = {
    "picture of a message": (M, "assets/picture.png", "png"),
    "property of a block": (M, 'name="Tesfa"', 'name="Tesfa" image="NAME"', "png"),
    "include": (M, '[% include "snippets/legal.md" %]', '[% include "NAME" %]', "md"),
    "import": (M, '[% include "snippets/legal.md" %]', '[% import "NAME" as x %]', "md"),
    "asset of a template": (M, "you have", "[[ asset('NAME') ]] you have", "png"),
    "asset named by a field": (M, "you have", "[[ asset(headline) ]] you have", "png"),
    "attachment": (C, "sender: news}", "sender: news, attach: ['NAME']}", "pdf"),
    "layout": (C, "layout: letter", "layout: 'NAME'", "mjml"),
    "theme": (C, "topic: news", "topic: news\ntheme: 'NAME'", "tokens.yaml"),
    "segment": (C, "segment: regulars", "segment: 'NAME'", "yaml"),
    "mj-include": (LAYOUT, "[[ content ]]", '[[ content ]]<mj-include path="NAME" />', "mjml"),
    "mj-include of HTML": (LAYOUT, "[[ content ]]", '[[ content ]]<mj-include path="NAME" type="html" />', "html"),
    "mj-include of CSS": (LAYOUT, "[[ content ]]", '[[ content ]]<mj-include path="NAME" type="css" />', "css"),
    "picture of a layout": (LAYOUT, "<mj-text>\n", '<mj-image src="NAME" alt="" /><mj-text>\n', "png"),
    "style sheet of a layout": (LAYOUT, "</mj-head>", "<mj-style>@import 'NAME'; p { background: url(NAME) }</mj-style></mj-head>", "css"),
    "font": ("brand/fonts.yaml", "brand/fonts/HankenGrotesk-Regular.ttf", "ttf"),
    "licence of a font": ("brand/fonts.yaml", "brand/fonts/OFL.txt", "txt"),
    "logo": ("brand/identity.yaml", "brand/mark.svg", "svg"),
}  # fmt: skip


def planted(way: str, name: str) -> dict:
    path, *edit, _ending = WAYS[way]
    old, new = edit if len(edit) == 2 else (edit[0], "NAME")
    files = scene("hello")
    shown = name.replace("\\", "\\\\") if new.startswith(("[", "layout", "topic", "sender", "segment")) else name
    assert old in files[path]
    files[path] = files[path].replace(old, new.replace("NAME", shown), 1)
    if way == "asset named by a field":
        files[path] = files[path].replace("headline: Tesfa is here", f"headline: '{name}'")
    return files


def spelled(name: str, ending: str, outside: Path) -> str:
    return name.replace(
        "{absolute}", str(outside).lstrip("/") if name.startswith(("/", "mops:/")) else str(outside)
    ).replace("{}", f"secret.{ending}")


@pytest.mark.parametrize("way", WAYS)
def test_no_name_leads_out(tmp_path, outside, way):
    path, ending = WAYS[way][0], WAYS[way][-1]
    root = make(tmp_path / "project", scene("hello"))
    (root / "content/assets/link").symlink_to(outside, target_is_directory=True)
    (root / f"content/assets/secret.{ending}").symlink_to(outside / f"secret.{ending}")
    for name in NAMES if way in THOROUGH else FEW:
        written = spelled(name, ending, outside)
        if "\x00" not in written or way == "asset named by a field":
            make(root, {path: planted(way, written)[path]})
            check(root)


ELSEWHERE = {
    "brand/mark.svg": "svg",
    "brand/identity.yaml": "yaml",
    "brand/voice.yaml": "yaml",
    "brand/fonts.yaml": "yaml",
    "brand/brand.tokens.yaml": "tokens.yaml",
    "brand/themes/dark.tokens.yaml": "tokens.yaml",
    "brand/fonts/HankenGrotesk-Regular.ttf": "ttf",
    "content/personas/ada.yaml": "yaml",
    "content/locales/de.ftl": "ftl",
    "content/snippets/legal.md": "md",
    "content/assets/picture.png": "png",
    "content/blocks/card/block.yaml": "yaml",
    "content/blocks/card/email.mjml": "mjml",
    "content/layouts/email/letter.mjml": "mjml",
    "segments/regulars.yaml": "yaml",
    "campaigns/hello/campaign.yaml": "yaml",
    "campaigns/hello/message.md": "md",
    "campaigns/hello/message.de.md": "md",
    "campaigns/hello/sms.txt": "txt",
    "campaigns/hello/email.mjml": "mjml",
}


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_link_in_the_place_of_a_file_is_refused(tmp_path, outside, path):
    files = {name: text for name, text in scene("hello").items() if name != path}
    root = make(tmp_path / "project", files)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(outside / f"secret.{ELSEWHERE[path]}")
    check(root)
    assert path.rsplit("/", 1)[-1] in told(root)  # said, not passed over


@pytest.mark.parametrize(
    "folder", ["brand", "content", "content/snippets", "content/assets", "campaigns/hello", "segments", "campaigns"]
)
def test_a_linked_folder_is_not_followed(tmp_path, outside, folder):
    root = make(tmp_path / "project", {n: t for n, t in scene("hello").items() if not n.startswith(folder + "/")})
    (root / folder).parent.mkdir(parents=True, exist_ok=True)
    (root / folder).symlink_to(outside, target_is_directory=True)
    check(root)


def test_a_link_inside_the_project_is_fine(tmp_path, outside):
    root = make(tmp_path / "project", scene("hello"))
    (root / "content/assets/picture.png").rename(root / "content/assets/real.png")
    (root / "content/assets/picture.png").symlink_to("real.png")
    said = told(root)
    assert '"severity": "error"' not in said


DRAWN = [
    '<image href="NAME" width="9" height="9"/>',
    '<image xlink:href="NAME" width="9" height="9" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
    '<use href="NAME#a"/>',
    '<rect style="fill: url(NAME#a)" width="9" height="9"/>',
    "<style>@import url(NAME); rect { fill: url('NAME#a') }</style>",
    "<style>@font-face { font-family: x; src: url(NAME) }</style>",
    '<filter id="f"><feImage href="NAME"/></filter><rect filter="url(#f)" width="9" height="9"/>',
    '<foreignObject><iframe src="NAME"/></foreignObject>',
    '<script href="NAME"/>',
    '<a href="NAME"><rect width="9" height="9"/></a>',
]
TARGETS = [
    "../../../outside/secret.svg",
    "file://{absolute}/secret.svg",
    "/{absolute}/secret.svg",
    "link/secret.svg",
    "secret.svg",
]


@pytest.mark.parametrize("drawn", DRAWN)
def test_a_drawing_reads_nothing_outside(tmp_path, outside, drawn):
    files = scene("post")
    art = files["campaigns/post/art.svg"]
    root = make(tmp_path / "project", files)
    (root / "campaigns/post/link").symlink_to(outside, target_is_directory=True)
    (root / "campaigns/post/secret.svg").symlink_to(outside / "secret.svg")
    for target in TARGETS:
        shape = drawn.replace("NAME", target.replace("{absolute}", str(outside)))
        make(root, {"campaigns/post/art.svg": art.replace("<rect", f"{shape}\n  <rect", 1)})
        check(root)


@pytest.mark.parametrize(
    "declared", ['<!ENTITY x SYSTEM "NAME">', '<!ENTITY % x SYSTEM "NAME"> %x;', '<!ENTITY x PUBLIC "a" "NAME">']
)
def test_an_entity_reads_nothing(tmp_path, outside, declared):
    files = scene("post")
    document = f"<!DOCTYPE svg [{declared.replace('NAME', f'file://{outside}/secret.txt')}]>\n"
    art = files["campaigns/post/art.svg"].replace("[[ headline ]]", "&x;")
    root = make(tmp_path / "project", files | {"campaigns/post/art.svg": document + art})
    check(root)


PRINTED = [
    '<img src="NAME" alt="x">',
    '<link rel="stylesheet" href="NAME">',
    '<link rel="attachment" href="NAME">',
    '<a rel="attachment" href="NAME">x</a>',
    "<style>@import url(NAME);</style>",
    "<style>p { background: url(NAME) }</style>",
    "<style>p::after { content: url(NAME) }</style>",
    "<style>@font-face { font-family: x; src: url(NAME) } p { font-family: x }</style>",
    '<object data="NAME">x</object>',
    '<embed src="NAME">',
    '<iframe src="NAME"></iframe>',
    '<svg width="9" height="9"><image href="NAME" width="9" height="9"/></svg>',
    '<base href="file://{absolute}/"><img src="secret.png" alt="x">',
]


@pytest.mark.parametrize("printed", PRINTED)
def test_a_page_reads_nothing_outside(tmp_path, outside, printed):
    names = [*TARGETS, "..%2f..%2f..%2foutside%2fsecret.svg"]
    body = "".join(
        printed.replace("NAME", name.replace(".svg", ".png") if "img" in printed else name).replace(
            "{absolute}", str(outside)
        )
        for name in (each.replace("{absolute}", str(outside)) for each in names)
    )
    page = f'<html lang="en"><head><title>x</title></head>\n<body>{body}<p>x</p></body></html>\n'
    root = make(tmp_path / "project", scene("flyer") | {"campaigns/flyer/print.html": page})
    (root / "campaigns/flyer/link").symlink_to(outside, target_is_directory=True)
    (root / "campaigns/flyer/secret.svg").symlink_to(outside / "secret.svg")
    (root / "campaigns/flyer/secret.png").symlink_to(outside / "secret.png")
    check(root)


@pytest.mark.parametrize("folder", ["dist", ".mops", "dist/hello"])
def test_nothing_is_written_outside(tmp_path, outside, folder):
    root = make(tmp_path / "project", scene("hello"))
    (root / folder).parent.mkdir(parents=True, exist_ok=True)
    (root / folder).symlink_to(outside, target_is_directory=True)
    before = sorted(path.name for path in outside.rglob("*"))
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        codes = [run(["--project", str(root), word]) for word in ("build", "lint", "ls", "build")]
    assert 70 not in codes, out.getvalue()
    assert sorted(path.name for path in outside.rglob("*")) == before
    assert (outside / "secret.txt").read_text() == MARK


ODD = [
    "a b.png",
    'a"b.png',
    "a'b.png",
    "<img src=x onerror=alert(1)>.png",
    "-rf.png",
    "ä.png",
    "a#b?c.png",
    "a%2fb.png",
    "A.PNG",
    "a&b;.png",
    "a\nb.png",
]


@pytest.mark.parametrize("name", ODD)
def test_a_file_name_is_only_a_name(tmp_path, outside, name):
    """Whatever a picture is called, it lies in dist/ under its hash, and its name is nowhere markup."""
    files = planted("asset named by a field", "x")
    files[M] = files[M].replace("headline: 'x'", f"headline: {__import__('json').dumps('assets/' + name)}")
    files[C] = files[C].replace(
        "sender: news}", f"sender: news, attach: [{__import__('json').dumps('assets/' + name)}]}}"
    )
    root = make(tmp_path / "project", files | {f"content/assets/{name}": PNG})
    told(root)
    for path in (root / "dist").rglob("*"):
        assert name not in path.name
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            assert "<img src=x onerror" not in text
            assert 'onerror="' not in text
        if path.name == "en.json" and path.parent.name == "email":
            for each in json.loads(path.read_text(encoding="utf-8"))["attachments"]:
                assert not set(each["filename"]) & set("\r\n\0/\\"), each
