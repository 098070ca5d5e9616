"""The brand: design tokens, identity, voice, fonts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta
from msgspec import field as record_field

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


class Logo(Model, frozen=True):
    """A logo file and the room it needs."""

    file: Annotated[str, Meta(description="Its path from the project's root.")]
    alt: Annotated[str, Meta(description="What it says, for those who do not see it.")] = ""
    clear_space: Annotated[str, Meta(description="The room around it, in words or as a length.")] = ""
    on: Annotated[Literal["light", "dark", "any"], Meta(description="The background it is made for.")] = "any"


class Address(Model, frozen=True):
    """A postal address, as commercial mail must show it."""

    street: Annotated[str, Meta(description="Street and number, or the post box.")]
    postal_code: Annotated[str, Meta(description="In quotes: a leading zero matters.")]
    city: Annotated[str, Meta(description="The town.")]
    country: Annotated[
        str, Meta(description="Two letters (DE), shown in each message's language; any other text stays as it is.")
    ]


class Identity(Model, frozen=True):
    """``brand/identity.yaml``."""

    legal_name: Annotated[str, Meta(description="As it is registered; mail shows it.")]
    address: Annotated[Address, Meta(description="Where post reaches you; commercial mail must show it.")]
    email: Annotated[str, Meta(description="Where people write to.")] = ""
    phone: Annotated[str, Meta(description="In the international form.")] = ""
    registration: Annotated[str, Meta(description="The register and number, where the law wants it shown.")] = ""
    social: Annotated[dict[str, str], Meta(description="Addresses of profiles by network.")] = record_field(
        default_factory=dict
    )
    logos: Annotated[dict[str, Logo], Meta(description="Logo files by name.")] = record_field(default_factory=dict)


class FontFile(Model, frozen=True):
    """One file of a font family."""

    file: Annotated[str, Meta(description="Its path from the project's root.")]
    weight: Annotated[
        int | tuple[int, int], Meta(description="400, 700, …; for a variable font the lowest and the highest.")
    ] = 400
    style: Annotated[Literal["normal", "italic"], Meta(description="Upright or italic.")] = "normal"
    axes: Annotated[dict[str, float], Meta(description="Other axes of a variable font, e.g. {opsz: 24}.")] = (
        record_field(default_factory=dict)
    )
    sha256: Annotated[Sha256 | None, Meta(description="The file's SHA-256: nobody swaps it unnoticed.")] = None


class FontRole(Model, frozen=True):
    """A role (body, heading, mono) and the family that plays it."""

    family: Annotated[str, Meta(description="The family's name.")]
    fallback: Annotated[tuple[str, ...], Meta(description="Where the font cannot be shown, in order.")] = (
        "sans-serif",
    )
    files: Annotated[tuple[FontFile, ...], Meta(description="One a weight and style.")] = ()
    licence: Annotated[str, Meta(description="SPDX name, e.g. OFL-1.1.")] = ""
    licence_file: Annotated[str | None, Meta(description="The licence's text, beside the font.")] = None
    source: Annotated[str, Meta(description="Where the files come from, e.g. @fontsource/inter 5.3.0.")] = ""


class Fonts(Model, frozen=True):
    """``brand/fonts.yaml``: roles to families and files."""

    roles: Annotated[
        dict[str, FontRole], Meta(description="Families by role; `body` and `heading` are used everywhere.")
    ] = record_field(default_factory=dict)


class VoiceRule(Model, frozen=True):
    """A word or phrase the brand does not use, and what it says instead."""

    avoid: Annotated[str, Meta(description="The word or phrase.")]
    use: Annotated[str, Meta(description="What to say instead.")] = ""
    why: Annotated[str, Meta(description="The reason, shown with the finding.")] = ""


class Voice(Model, frozen=True):
    """``brand/voice.yaml``."""

    tone: Annotated[tuple[str, ...], Meta(description="How the brand speaks, one sentence a line.")] = ()
    rules: Annotated[tuple[VoiceRule, ...], Meta(description="Words the brand does not use.")] = ()
