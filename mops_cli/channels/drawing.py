"""Pictures drawn from SVG for a job: the brand's fonts, the project's files, and the memory of earlier builds."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, cast

from mops_cli.channels.base import digest
from mops_cli.errors import MissingNativeLibrary, OutsideProject
from mops_cli.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.base import Job
    from mops_cli.design.fonts import FontSet
    from mops_cli.model.diagnostic import Span

_HREF = re.compile(r"href\s*=\s*[\"']([^\"'#][^\"']*)[\"']")


def fonts_of(job: Job) -> FontSet:
    """The brand's fonts, loaded once for all jobs that share."""
    from mops_cli.design import fonts

    brand = job.repository.brand.fonts
    if brand is not None:
        job.inputs.add(brand.path)
        job.inputs.update(entry.file for role in brand.value.roles.values() for entry in role.files)
        job.inputs.update(role.licence_file for role in brand.value.roles.values() if role.licence_file)
    known = job.shared.get("fonts")
    if not isinstance(known, tuple):
        known = fonts.load(brand, job.files.read_bytes, job.memo)
        job.shared["fonts"] = known
    for finding in known[1]:
        job.report(finding)
    return cast("FontSet", known[0])


def draw_asset(job: Job, data: bytes, path: str, width: int, height: int) -> bytes | None:
    """An SVG file of the project as PNG; None when it cannot be drawn (a finding says why) or cairo is missing."""
    try:
        return draw_svg(job, data.decode("utf-8", "replace"), path, width, height)
    except MissingNativeLibrary:
        return None


def draw_svg(
    job: Job, text: str, path: str, width: int, height: int, *, locate: Callable[[int, int], Span] | None = None
) -> bytes | None:
    """An SVG text as PNG; None when it cannot be drawn (findings say why).

    ``path`` is its file: pictures in it are looked up beside it. ``locate`` maps a line and column of ``text`` to
    the author's place.

    Raises:
        MissingNativeLibrary: cairo is not installed.
    """
    from mops_cli.design import raster, svg

    fonts = fonts_of(job)
    read = _reader(job, path)
    found = svg.check(text, path=path, fonts=fonts, exists=lambda name: read(name) is not None, locate=locate)
    for finding in found:
        job.report(finding)
    if any(finding.severity is Severity.ERROR for finding in found):
        return None
    inside = b"".join(read(name) or b"" for name in _HREF.findall(text) if not name.startswith("data:"))
    key = digest(text, inside, f"{width}x{height}", fonts.key, raster.version())

    def compute() -> bytes:
        return raster.png(text, width, height, fonts=fonts, read=read, path=path, locate=locate)

    try:
        return job.memo("picture", key, compute)
    except raster.DrawingError as refused:
        job.report(refused.finding)
        return None


def _reader(job: Job, path: str) -> Callable[[str], bytes | None]:
    """Files named in an SVG: beside it, nowhere outside the project."""
    folder = posixpath.dirname(path)

    def read(name: str) -> bytes | None:
        place = posixpath.normpath(posixpath.join(folder, name))
        if place.startswith(("..", "/")):
            return None
        try:
            return job.read(place) if job.files.exists(place) else None
        except OutsideProject:  # a link that leads out
            return None

    return read
