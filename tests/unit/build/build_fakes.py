"""A channel that does what the message tells it to, one instruction a line; and small projects to build with it."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from mops_cli.channels import CHANNELS
from mops_cli.channels.base import Job, Result, digest
from mops_cli.errors import MissingNativeLibrary, OutsideProject
from mops_cli.model.artifact import Link, Output
from mops_cli.model.diagnostic import Span, error, warning

if TYPE_CHECKING:
    from pathlib import Path

TOML = """\
[project]
id = "aurora"
name = "Aurora"
url = "https://aurora.example"
default_locale = "en"
locales = ["en"]

[topics.news]
title = "News"

[senders.news]
name = "Aurora"
email = "news@aurora.example"
"""

CAMPAIGN = """\
title: {title}
topic: news
tags: [{tag}]
channels:
{channels}
"""


def project(
    root: Path, campaigns: dict[str, dict[str, str]] | None = None, files: dict[str, str] | None = None
) -> Path:
    """A project whose campaigns are given as file name -> text; ``campaign.yaml`` has a default."""
    write(root / "mops.toml", TOML)
    for name, texts in (campaigns if campaigns is not None else {"spring": {}}).items():
        folder = root / "campaigns" / name
        texts = {"campaign.yaml": campaign("sms", title=name), "message.md": message("hello"), **texts}
        for file, text in texts.items():
            write(folder / file, text)
    for file, text in (files or {}).items():
        write(root / file, text)
    return root


def campaign(*channels: str, title: str = "Spring", tag: str = "launch", more: str = "") -> str:
    """A ``campaign.yaml``; a channel may carry settings: ``email: {attach: [pdf]}``."""
    lines = "\n".join(f"  {channel if ':' in channel else channel + ': {}'}" for channel in channels)
    return CAMPAIGN.format(title=title, tag=tag, channels=lines) + more


def message(*lines: str) -> str:
    """A ``message.md`` with these lines."""
    return "---\nsubject: Hello\n---\n" + "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def register() -> None:
    """Put this channel in the place of all channels."""
    for name in CHANNELS:
        CHANNELS[name] = __name__


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file of ``dist/`` by path."""
    dist = root / "dist"
    return {path.relative_to(dist).as_posix(): path.read_bytes() for path in sorted(dist.rglob("*")) if path.is_file()}


def build(job: Job) -> Result:
    """The channel."""
    found = job.message()
    assert found is not None
    words = [f"{job.channel} {job.stem}"]
    outputs, links = [], []
    for line in found.body.splitlines():
        word, _, rest = line.partition(" ")
        if word == "asset":
            data = read_asset(job, rest)
            path = f"assets/{digest(data).hex()[:16]}.bin"
            outputs.append(Output(path, "asset", data))
            words.append(path)
        elif word == "link":
            links.append(Link(len(links) + 1, rest))
        elif word == "output":
            outputs.append(Output(rest, "odd", job.channel.encode() + job.stem.encode()))
        else:
            words.append(ACTIONS[word](job, rest) if word in ACTIONS else line)
    words += [f"attached {output.path} {output.data!r}" for output in attached(job)]
    outputs.append(Output(f"{job.out}/{job.stem}.txt", f"{job.channel}-text", "\n".join(words).encode()))
    return Result(tuple(outputs), variables=frozenset({"contact.first_name"}), links=tuple(links))


def attached(job: Job) -> tuple[Output, ...]:
    return job.product("pdf") if job.channel == "email" else ()


def read_asset(job: Job, name: str) -> bytes:
    path = job.find_asset(name)
    return job.read(path) if path else b""


def snippet(job: Job, name: str) -> str:
    found = job.snippet(name)
    return found.text if found else "(no snippet)"


def block(job: Job, name: str) -> str:
    found = job.block(name)
    return ",".join(form.path for form in found.forms.values()) if found else "(no block)"


def layout(job: Job, name: str) -> str:
    found = job.layout(*name.split("/"))
    return found.path if found else "(no layout)"


def fail(job: Job, rest: str) -> str:
    job.report(error("MT100", rest, Span(f"{job.folder.folder}/message.md", 4), "write something else"))
    return ""


def warn(job: Job, rest: str) -> str:
    job.report(warning("MT101", rest, Span(f"{job.folder.folder}/message.md", 4)))
    return ""


def crash(job: Job, rest: str) -> str:
    raise RuntimeError(rest)


def die(job: Job, rest: str) -> str:
    if not rest or rest == job.channel:
        os.kill(os.getpid(), signal.SIGKILL)
    return ""


def missing(job: Job, rest: str) -> str:
    raise MissingNativeLibrary("cairo is missing", hint="apt install libcairo2", library="cairo")


def outside(job: Job, rest: str) -> str:
    raise OutsideProject("the path leads out")


def nap(job: Job, rest: str) -> str:
    time.sleep(float(rest))
    return ""


def memo(job: Job, rest: str) -> str:
    calls = job.shared.setdefault("memo", [])

    def compute() -> bytes:
        calls.append(rest)  # type: ignore[attr-defined]
        return rest.upper().encode()

    return job.memo("fake", rest.encode(), compute).decode()


ACTIONS = {
    "snippet": snippet,
    "block": block,
    "layout": layout,
    "fail": fail,
    "warn": warn,
    "crash": crash,
    "die": die,
    "missing": missing,
    "outside": outside,
    "nap": nap,
    "memo": memo,
}

if __name__ == "__main__":
    import sys

    from mops_cli.build.runner import build as run_build
    from mops_cli.clock import SystemClock

    sys.modules["build_fakes"] = sys.modules["__main__"]
    for name in CHANNELS:
        CHANNELS[name] = "build_fakes"
    report = run_build(sys.argv[1], SystemClock(), jobs=int(sys.argv[2]) if len(sys.argv) > 2 else None)
    print(report.summary())
    sys.exit(report.exit_code)
