"""The brand: design tokens, identity, voice, fonts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mops_cli.model.base import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.diagnostic import Span


@dataclass(frozen=True, slots=True)
class Color:
    """A colour as the token says it, and as mail can show it.

    ``components`` are in ``space``; ``hex`` is sRGB ``#rrggbb``; ``in_gamut`` tells whether sRGB holds it.
    """

    hex: str
    space: str = "srgb"
    components: tuple[float, ...] = ()
    alpha: float = 1.0
    in_gamut: bool = True
    css: str = ""

    def __str__(self) -> str:
        """What a template prints: the sRGB value that every mail client knows."""
        return self.hex


@dataclass(frozen=True, slots=True)
class Token:
    """One resolved DTCG token. ``value`` is a :class:`Color`, a number, a string, a list or a mapping.

    ``text`` is its CSS spelling; ``extensions`` holds e.g. print values.
    """

    path: str
    type: str
    value: object
    text: str
    span: Span
    description: str = ""
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of one theme, by dotted path (``color.brand.primary``)."""

    theme: str
    tokens: Mapping[str, Token] = field(default_factory=dict)

    def get(self, path: str) -> Token | None:
        """The token at a dotted path; for a group, its ``$root``."""
        return self.tokens.get(path) or self.tokens.get(f"{path}.$root")


class Logo(Model):
    """A logo file and the room it needs."""

    file: str
    alt: str = ""
    clear_space: str = ""
    on: Literal["light", "dark", "any"] = "any"


class Address(Model):
    """A postal address, as commercial mail must show it."""

    street: str
    postal_code: str
    city: str
    country: str


class Identity(Model):
    """``brand/identity.yaml``."""

    legal_name: str
    address: Address
    email: str = ""
    phone: str = ""
    registration: str = ""
    social: dict[str, str] = Field(default_factory=dict)
    logos: dict[str, Logo] = Field(default_factory=dict)


class FontFile(Model):
    """One file of a font family."""

    file: str
    weight: int | tuple[int, int] = 400
    style: Literal["normal", "italic"] = "normal"
    sha256: str | None = None


class FontRole(Model):
    """A role (body, heading, mono) and the family that plays it."""

    family: str
    fallback: tuple[str, ...] = ("sans-serif",)
    files: tuple[FontFile, ...] = ()
    licence: str = ""
    licence_file: str | None = None


class Fonts(Model):
    """``brand/fonts.yaml``: roles to families and files."""

    roles: dict[str, FontRole] = Field(default_factory=dict)


class VoiceRule(Model):
    """A word or phrase the brand does not use, and what it says instead."""

    avoid: str
    use: str = ""
    why: str = ""


class Voice(Model):
    """``brand/voice.yaml``."""

    tone: tuple[str, ...] = ()
    rules: tuple[VoiceRule, ...] = ()
