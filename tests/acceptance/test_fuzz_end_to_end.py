"""Whatever stands in a file of a project: lint and build answer with findings that have a place, never with a defect.

A small valid project is damaged, one or two files at a time, in the ways files get damaged: cut off, pasted twice,
saved by the wrong program, merged badly, or written by somebody who means harm.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mops_cli.build import pool
from mops_cli.cli.main import run

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from planted_project import scene  # noqa: E402

pytestmark = [pytest.mark.needs_cairo, pytest.mark.needs_pango]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))

WORDS = [
    b"\x00", b"\x07", b"\x1b[31m", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r", b"\r\n", b"\t", b"\n\n\n",
    "\u202e".encode(), "\u2066".encode(), "\u2028".encode(), "\u0301".encode() * 40, "日本語".encode(), "\U0001f468\u200d\U0001f469".encode(),
    b"'", b'"', b"'''", b"`", b"```", b"\\", b"#", b"---\n", b"...", b": ", b"- ", b"? ", b"&a ", b"*a", b"!!python/object:os.system ", b"<<: ",
    b"{", b"}", b"[", b"]", b"{{", b"}}", b"{%", b"%}", b"[[", b"]]", b"[%", b"%]", b"{#", b"#}", b"{{ x }}", b"[[ x ]]", b"{{ contact.",
    b"{% if contact.points %}\n", b"{% endif %}\n", b"{% for p in contact.picks %}\n", b"[% for a in range(9) %]", b"[% endfor %]",
    b'[% include "snippets/legal.md" %]', b"[% set a = 1 %]", b"[% macro m() %]", b"{% raw %}", b'[[ t("signed") ]]', b"[[ tokens ]]",
    b"[[ message.__class__ ]]", b"jx00001vxj", b"jx00002exj", b"::: card ", b":::\n", b"![](", b"](", b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[",
    b"<mj-section>", b"</mj-column>", b"<mj-raw>", b'<mj-include path="x.mjml" />', b"<script>", b'<!DOCTYPE x [<!ENTITY a "b">]>', b"&a;", b"&amp;",
    b"$value", b"$ref", b"{color.night}", b"#fff", b"url(", b"@import ", b"->", b"*[other] ", b" = ", b".attr = ", b"{ $n ->\n", b"1e999", b"-0",
    b"2026-02-30", b"9" * 400, b"null", b"true", b"~",
]  # fmt: skip
HUGE = [
    b"[" * 3000, b"{" * 3000, b"{{" * 400, b"[[" * 400, b"- " * 400, b"> " * 400, b"(" * 3000, b"a: " * 300, b"x" * 200_000, b" " * 100_000,
    b"\n" * 5000, b"*" * 3000, b"_a" * 2000, b"<mj-section>" * 400, b"<g>" * 1500, b"<div>" * 1500, b"{% if contact.points %}\n" * 300,
    b'::: card name="x"\n' * 150, b"| a " * 2000, b"![a](b)" * 300, b"[% if 1 %]" * 300, b"{ " * 500, b"a.b." * 1000, b"'" * 999, b"\\" * 5000,
]  # fmt: skip


def lines_of(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


@st.composite
def damaged(draw, data: bytes) -> bytes:
    kind = draw(
        st.sampled_from(
            ["insert", "insert", "insert", "cut", "drop", "twice", "swap", "quotes", "bytes", "crlf", "huge", "erase"]
        )
    )
    at = draw(st.integers(0, len(data)))
    lines = lines_of(data) or [b""]
    number = draw(st.integers(0, len(lines) - 1))
    match kind:
        case "insert":
            return data[:at] + draw(st.sampled_from(WORDS)) + data[at:]
        case "huge":
            return data[:at] + draw(st.sampled_from(HUGE)) + data[at:]
        case "bytes":
            return data[:at] + draw(st.binary(min_size=1, max_size=12)) + data[at:]
        case "cut":
            return data[:at]
        case "erase":
            return data[:at] + data[at + draw(st.integers(1, 30)) :]
        case "drop":
            return b"".join(lines[:number] + lines[number + 1 :])
        case "twice":
            return b"".join([*lines[:number], lines[number], *lines[number:]])
        case "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[number], lines[other] = lines[other], lines[number]
            return b"".join(lines)
        case "quotes":
            return data.translate(bytes.maketrans(b"'\"", b"\"'"))
        case _:
            return data.replace(b"\n", b"\r\n")


FILES = {
    name: {path: data if isinstance(data, bytes) else data.encode() for path, data in scene(name).items()}
    for name in ("hello", "post", "flyer")
}
WRITTEN = {
    "post": {
        "campaigns/post/push.yaml": b'title: "{{ contact.first_name | default(\'You\') }}"\nbody: x\nactions:\n  - {title: A, link: "https://demo.example/a"}\n',
        "campaigns/post/chat.yaml": b"slack: {title: Hello}\ndiscord:\n  title: Hello\n  body: |\n    One\n    Two\n",
        "campaigns/post/social.yaml": b"text: Tesfa is here\nalt: The words\nhashtags: [coffee, spring]\nmastodon: {text: Hi}\n",
    },
    "hello": {
        "campaigns/hello/sms.txt": b"Dear {{ contact.first_name | default('friend') }}: {{ links.short(1) }}\n",
        "campaigns/hello/web.html": b'<style>.a { color: red }</style>\n<div class="a">[[ headline ]] {{ contact.points | default(0) }}</div>\n',
    },
    "flyer": {
        "campaigns/flyer/print.html": b'<html lang="en"><head><title>x</title><style>p { margin: 0 }</style></head>\n<body><p>[[ message.headline ]]</p></body></html>\n',
    },
}
for scene_name, more in WRITTEN.items():
    FILES[scene_name].update(more)
TEXTS = {name: sorted(path for path in files if not path.endswith((".ttf", ".png"))) for name, files in FILES.items()}


@st.composite
def projects(draw, name: str) -> tuple[str, dict[str, bytes]]:
    changes = {}
    for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
        path = draw(st.sampled_from(TEXTS[name]))
        data = changes.get(path, FILES[name][path])
        for _ in range(draw(st.sampled_from([1, 1, 2, 4]))):
            data = draw(damaged(data))
        changes[path] = data
    return name, changes


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    monkeypatch.setattr(pool, "processors", lambda: 1)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """One project a scene, written once; an example changes its files and puts them back."""
    folder = tmp_path_factory.mktemp("fuzz")
    for name, files in FILES.items():
        write(folder / name, files)
    return folder


def write(root: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def command(root: Path, *words: str) -> tuple[int, dict]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["--project", str(root), *words, "--json"])
    assert code in (0, 1, 2), (words, code, err.getvalue())
    assert "Traceback" not in err.getvalue()
    return code, json.loads(out.getvalue()) if out.getvalue().strip() else {}


def check(root: Path, changes: dict[str, bytes]) -> None:
    write(root, changes)
    try:
        for words in (("lint", "--no-baseline"), ("build",)):
            code, answer = command(root, *words)
            found = answer.get("diagnostics", [])
            assert code != 1 or any(each["severity"] == "error" for each in found), (words, answer)
            for each in found:
                check_finding(root, each)
    finally:
        name = root.name
        write(root, {path: FILES[name][path] for path in changes})


def check_finding(root: Path, found: dict) -> None:
    assert found["code"] != "MC901", found
    assert found["message"], found
    assert found["help"], found
    assert found["line"] >= 1, found
    assert found["column"] >= 1, found
    assert (found["end_line"], found["end_column"]) >= (found["line"], found["column"]), found
    if found["path"].startswith(("mops:", "dist/")):
        return
    place = root / found["path"]
    assert found["path"], found
    if place.is_file():
        text = place.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        assert found["line"] <= text.count("\n") + 1, found
    else:
        assert found["line"] == 1, found


def bounded(share: float):
    return settings(
        max_examples=max(2, round(EXAMPLES * share)),
        deadline=None,
        derandomize=EXAMPLES == 60,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@bounded(1.0)
@given(projects("hello"))
def test_a_damaged_mail(ground, project):
    check(ground / project[0], project[1])


@bounded(0.35)
@given(projects("post"))
def test_damaged_posts_pushes_and_chats(ground, project):
    check(ground / project[0], project[1])


@bounded(0.12)
@given(projects("flyer"))
def test_a_damaged_flyer(ground, project):
    check(ground / project[0], project[1])
