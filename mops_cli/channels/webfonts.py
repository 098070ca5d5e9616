"""The brand's fonts for pages and mails: the slices that a text needs, packed, hashed, and declared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING

from mops_cli.channels.base import digest
from mops_cli.channels.drawing import fonts_of
from mops_cli.design.font_faces import face_css, fallback_css
from mops_cli.model.artifact import Output

if TYPE_CHECKING:
    from collections.abc import Callable

    from mops_cli.channels.base import Job
    from mops_cli.design.fonts import FontData, FontSet


@dataclass(frozen=True, slots=True)
class Faces:
    """``@font-face`` rules and the files they name."""

    rules: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ()

    @property
    def css(self) -> str:
        """The rules, one a line."""
        return "\n".join(self.rules)


def page_faces(job: Job, text: str, address: Callable[[str], str]) -> Faces:
    """Rules for a page that shows ``text``: the brand's slices and fallbacks in the brand's measures.

    ``address`` turns a path below ``dist/`` into what stands in the rule.
    """
    from mops_cli.design.subset import ALWAYS

    fonts = fonts_of(job)
    faces = _faces(job, fonts, text, address, ALWAYS)
    extra = [_fallback(job, font, fonts.stacks.get(font.role, ())[1:]) for font in fonts.files]
    return Faces((*faces.rules, *dict.fromkeys(rule for rule in extra if rule)), faces.outputs)


def _fallback(job: Job, font: FontData, stack: tuple[str, ...]) -> str:
    """The rule of a fallback, remembered: measuring the font needs HarfBuzz."""
    key = digest(font.digest, font.family, repr(font.weight), font.style, *stack)
    return job.memo("font-fallback", key, lambda: fallback_css(font, stack).encode()).decode()


def mail_faces(job: Job, text: str, address: Callable[[str], str]) -> Faces:
    """Rules for a mail: the slices its own text needs and no more, for rules travel in every copy."""
    return _faces(job, fonts_of(job), text, address, ("latin",))


def _faces(job: Job, fonts: FontSet, text: str, address: Callable[[str], str], always: tuple[str, ...]) -> Faces:
    from mops_cli.design.subset import cut, slices

    shown = unescape(text)
    rules: list[str] = []
    outputs: dict[str, Output] = {}
    taken: dict[tuple[object, ...], frozenset[int]] = {}
    for font in _each_once(fonts):
        face = (font.family, font.weight, font.style)
        # A family may come in several files; a later face would take over what an earlier one has already.
        fresh = replace(font, characters=font.characters - taken.get(face, frozenset()))
        taken[face] = taken.get(face, frozenset()) | font.characters
        parts = slices(fresh, shown, always)
        for part in parts:
            data = cut(font, part.characters, job.memo)
            output = Output(f"assets/{hashlib.sha256(data).hexdigest()[:16]}.woff2", "asset", data)
            outputs[output.path] = output
            only = "" if fresh.characters == font.characters and len(parts) == 1 else part.unicode_range
            rules.append(face_css(font, address(output.path), unicode_range=only))
    return Faces(tuple(rules), tuple(outputs.values()))


def _each_once(fonts: FontSet) -> list[FontData]:
    """Two roles may share a file: it is declared once."""
    return list({(font.family, font.weight, font.style, font.path): font for font in fonts.files}.values())
