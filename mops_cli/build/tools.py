"""What a build's bytes depend on besides the content: our own code, the libraries, Python.

Versions are read from the names of the installed distributions' folders; importing the libraries (or
``importlib.metadata``) would cost more than the whole no-change path may.
"""

from __future__ import annotations

import os
import sys

import mops_cli
from mops_cli.build import scan

PACKAGE = os.path.dirname(os.path.abspath(mops_cli.__file__))
_PARTS = ("model", "content", "design", "channels", "build")
_NATIVE = ("/etc/ld.so.cache", "/opt/homebrew/lib", "/usr/local/lib", "/usr/lib")

_TEXT = ("babel", "fluent-runtime", "fluent-syntax", "jinja2", "markdown-it-py", "pyyaml")
_FONTS = ("brotli", "fonttools", "uharfbuzz")
_PICTURE = ("brotli", "cairosvg", "fonttools", "pillow", "uharfbuzz")
_PAGES = ("fonttools", "pydyf", "tinycss2", "uharfbuzz", "weasyprint")
TOOLS: dict[str, tuple[str, ...]] = {
    "email": (*_TEXT, *_FONTS, "css-inline", "mjml-python"),
    "sms": _TEXT,
    "push": (*_TEXT, *_PICTURE),
    "web": (*_TEXT, *_FONTS, "tinycss2"),
    "social": (*_TEXT, *_PICTURE),
    "pdf": (*_TEXT, *_PAGES),
    "print": (*_TEXT, *_PAGES),
    "chat": _TEXT,
    "pwa": _PICTURE,
    "fonts": _FONTS,
}
"""Distributions whose version shapes the bytes of a channel."""


def versions() -> dict[str, str]:
    """Python, mops and every distribution named in :data:`TOOLS` that is installed, by name."""
    wanted = {name for names in TOOLS.values() for name in names}
    found: dict[str, str] = {}
    for place in sys.path:
        for name, version in _distributions(place):
            if name in wanted:
                found.setdefault(name, version)
    found["mops"] = mops_cli.__version__
    found["python"] = ".".join(str(part) for part in sys.version_info[:3])
    return dict(sorted(found.items()))


def of_channels(channels: set[str], installed: dict[str, str]) -> dict[str, str]:
    """The versions that matter to these channels."""
    names = {"mops", "python"}.union(*(TOOLS.get(channel, _TEXT) for channel in channels)) if channels else {"mops"}
    return {name: installed[name] for name in sorted(names) if name in installed}


def code(known: dict[str, scan.Seen], tick: int) -> scan.Table:
    """The files of the package that a build runs on."""
    return scan.walk(PACKAGE, _PARTS, known, tick)


def environment(files: dict[str, scan.Seen]) -> str:
    """One hash over versions and code: when it changes, everything is built again."""
    parts: dict[str, str | scan.Seen] = {f"version:{name}": version for name, version in versions().items()}
    parts.update(files)
    return scan.signature(parts)


def native_libraries() -> str:
    """Changes when system libraries are installed or removed: skipped artifacts are then tried again."""
    times = []
    for place in _NATIVE:
        try:
            times.append(str(os.stat(place).st_mtime_ns))
        except OSError:
            times.append("-")
    return " ".join(times)


def _distributions(place: str) -> list[tuple[str, str]]:
    """Names and versions of the distributions in one folder of ``sys.path``."""
    try:
        entries = os.listdir(place or ".")
    except OSError:
        return []
    found = []
    for entry in sorted(entries):
        if entry.endswith(".dist-info"):
            name, _, version = entry.removesuffix(".dist-info").rpartition("-")
            found.append((name.lower().replace("_", "-").replace(".", "-"), version))
    return found
