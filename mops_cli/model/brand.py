"""The brand: design tokens, identity, voice, fonts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mops_cli.model.base import Model
from mops_cli.model.values import Sha256

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

    file: str = Field(description="Its path from the project's root.")
    alt: str = Field(default="", description="What it says, for those who do not see it.")
    clear_space: str = Field(default="", description="The room around it, in words or as a length.")
    on: Literal["light", "dark", "any"] = Field(default="any", description="The background it is made for.")


class Address(Model):
    """A postal address, as commercial mail must show it."""

    street: str = Field(description="Street and number, or the post box.")
    postal_code: str = Field(description="In quotes: a leading zero matters.")
    city: str = Field(description="The town.")
    country: str = Field(
        description="Two letters (DE), shown in each message's language; any other text stays as it is."
    )


class Identity(Model):
    """``brand/identity.yaml``."""

    legal_name: str = Field(description="As it is registered; mail shows it.")
    address: Address = Field(description="Where post reaches you; commercial mail must show it.")
    email: str = Field(default="", description="Where people write to.")
    phone: str = Field(default="", description="In the international form.")
    registration: str = Field(default="", description="The register and number, where the law wants it shown.")
    social: dict[str, str] = Field(default_factory=dict, description="Addresses of profiles by network.")
    logos: dict[str, Logo] = Field(default_factory=dict, description="Logo files by name.")


class FontFile(Model):
    """One file of a font family."""

    file: str = Field(description="Its path from the project's root.")
    weight: int | tuple[int, int] = Field(
        default=400, description="400, 700, …; for a variable font the lowest and the highest."
    )
    style: Literal["normal", "italic"] = Field(default="normal", description="Upright or italic.")
    axes: dict[str, float] = Field(default_factory=dict, description="Other axes of a variable font, e.g. {opsz: 24}.")
    sha256: Sha256 | None = Field(default=None, description="The file's SHA-256: nobody swaps it unnoticed.")


class FontRole(Model):
    """A role (body, heading, mono) and the family that plays it."""

    family: str = Field(description="The family's name.")
    fallback: tuple[str, ...] = Field(default=("sans-serif",), description="Where the font cannot be shown, in order.")
    files: tuple[FontFile, ...] = Field(default=(), description="One a weight and style.")
    licence: str = Field(default="", description="SPDX name, e.g. OFL-1.1.")
    licence_file: str | None = Field(default=None, description="The licence's text, beside the font.")
    source: str = Field(default="", description="Where the files come from, e.g. @fontsource/inter 5.3.0.")


class Fonts(Model):
    """``brand/fonts.yaml``: roles to families and files."""

    roles: dict[str, FontRole] = Field(
        default_factory=dict, description="Families by role; `body` and `heading` are used everywhere."
    )


class VoiceRule(Model):
    """A word or phrase the brand does not use, and what it says instead."""

    avoid: str = Field(description="The word or phrase.")
    use: str = Field(default="", description="What to say instead.")
    why: str = Field(default="", description="The reason, shown with the finding.")


class Voice(Model):
    """``brand/voice.yaml``."""

    tone: tuple[str, ...] = Field(default=(), description="How the brand speaks, one sentence a line.")
    rules: tuple[VoiceRule, ...] = Field(default=(), description="Words the brand does not use.")
