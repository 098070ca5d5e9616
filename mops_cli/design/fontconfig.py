"""A private fontconfig: the drawing libraries see the brand's fonts and nothing else of the machine.

The configuration is written to the project's cache (or a temporary folder) and named by ``FONTCONFIG_FILE`` before cairo or pango
ask for a font, so that a picture looks the same on every machine and no system font slips in.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mops_cli import clock
from mops_cli.design.fonts import FontSet

if TYPE_CHECKING:
    from mops_cli.design.fonts import FontData

_WEIGHTS = {100: 0, 200: 40, 300: 50, 400: 80, 500: 100, 600: 180, 700: 200, 800: 205, 900: 210, 950: 215}
_GENERIC_ROLES = {
    "sans-serif": ("body", "heading"),
    "serif": ("body", "heading"),
    "monospace": ("mono", "body"),
    "system-ui": ("body",),
    "cursive": ("body",),
    "fantasy": ("body",),
}

_state: dict[str, object] = {}


def keep_in(folder: Path) -> None:
    """Keep configurations and font caches in this folder (a project's cache) instead of a temporary one."""
    _state["home"] = folder


def activate(fonts: FontSet) -> Path:
    """Make these the only fonts of this process, and give the configuration file in force."""
    folder = _folder() / fonts.key[:20]
    conf = folder / "fonts.conf"
    text = configuration(fonts, folder)
    if _read(conf) != text:  # absent, or made where the project lay before
        _write(fonts, folder, text)
    if _state.get("active") != conf:
        clock.set_environment("FONTCONFIG_FILE", str(conf))
        _reload()
        _state["active"] = conf
    return conf


def ensure() -> None:
    """Make sure that a library about to be loaded finds our configuration and not the machine's."""
    if "active" not in _state:
        activate(FontSet())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _write(fonts: FontSet, folder: Path, text: str) -> None:
    """Fill the folder beside its place and move it there: other processes see it whole or not at all."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for at, font in enumerate(fonts.files):
        (part / _name(at, font)).write_bytes(font.data)
    (part / "fonts.conf").write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        part.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(part, ignore_errors=True)


def configuration(fonts: FontSet, folder: Path) -> str:
    """The text of the configuration: one folder, what each file is called, and no smoothing by taste."""
    scans = "\n".join(_scan(folder / _name(at, font), font) for at, font in enumerate(fonts.files))
    aliases = "\n".join(_alias(generic, fonts) for generic in _GENERIC_ROLES)
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<reset-dirs />
<dir>{escape(str(folder))}</dir>
<cachedir>{escape(str(folder / "cache"))}</cachedir>
{scans}
{aliases}
<match target="font">
<edit name="antialias" mode="assign"><bool>true</bool></edit>
<edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="autohint" mode="assign"><bool>false</bool></edit>
<edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
<edit name="rgba" mode="assign"><const>none</const></edit>
<edit name="lcdfilter" mode="assign"><const>lcdnone</const></edit>
</match>
</fontconfig>
"""


def _scan(path: Path, font: FontData) -> str:
    """What ``fonts.yaml`` says about a file wins over what the file says about itself."""
    low, high = font.weight
    weight = ""
    if low == high:
        nearest = min(_WEIGHTS, key=lambda css: abs(css - low))
        weight = f'<edit name="weight" mode="assign_replace"><int>{_WEIGHTS[nearest]}</int></edit>'
    slant = 100 if font.style == "italic" else 0
    return (
        f'<match target="scan"><test name="file" compare="eq"><string>{escape(str(path))}</string></test>'
        f'<edit name="family" mode="prepend"><string>{escape(font.family)}</string></edit>{weight}'
        f'<edit name="slant" mode="assign_replace"><int>{slant}</int></edit></match>'
    )


def _alias(generic: str, fonts: FontSet) -> str:
    by_role = {font.role: font.family for font in reversed(fonts.files)}
    family = next((by_role[role] for role in _GENERIC_ROLES[generic] if role in by_role), None)
    family = family or next(iter(fonts.families), None)
    if family is None:
        return ""
    return (
        f'<match target="pattern"><test name="family"><string>{generic}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{escape(family)}</string></edit></match>'
    )


def _name(at: int, font: FontData) -> str:
    kind = "otf" if font.data[:4] == b"OTTO" else "ttf"
    return f"{at:02d}-{font.digest[:16]}.{kind}"


def _folder() -> Path:
    """The folder to keep things in: the project's cache, or a temporary one when that cannot be written."""
    home = _state.get("home")
    if isinstance(home, Path):
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError:
            pass
        else:
            if os.access(home, os.W_OK):
                return home
    folder = _state.get("folder")
    if not isinstance(folder, Path):
        folder = Path(tempfile.mkdtemp(prefix="mops-fonts-"))
        _state["folder"] = folder
        atexit.register(_clean, os.getpid(), folder)
    return folder


def _clean(pid: int, folder: Path) -> None:
    if pid == os.getpid():  # a forked child does not clean up after its parent
        shutil.rmtree(folder, ignore_errors=True)


def _reload() -> None:
    """Tell a fontconfig that is already loaded to read its configuration again."""
    from mops_cli.design import native

    library = native.library("fontconfig", 1)
    if library is not None:
        library.FcInitReinitialize()
