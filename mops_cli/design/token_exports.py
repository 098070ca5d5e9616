"""Tokens as other languages: CSS variables for the web, MJML attributes for mail, CSS for print."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from mops_cli.design.color import number, srgb_css
from mops_cli.model.brand import Color

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mops_cli.model.brand import Token, Tokens

PX_PER_REM = 16


def variable(path: str) -> str:
    """The CSS custom property of a token: ``color.brand.primary`` is ``--color-brand-primary``."""
    plain = path.removesuffix(".$root").replace(".", "-")
    return "--" + re.sub(r"[^A-Za-z0-9_\u00a1-\U0010ffff-]+", "-", plain).strip("-")


def css_variables(tokens: Tokens, *, selector: str = ":root", wide: bool = True) -> str:
    """All tokens as custom properties; with ``wide``, screens beyond sRGB get the full colours."""
    lines = [f"  {variable(token.path)}: {token.text};" for token in tokens.tokens.values()]
    for token in tokens.tokens.values():
        lines += _typography_parts(token)
    css = f"{selector} {{\n" + "\n".join(lines) + "\n}\n"
    beyond = [
        f"    {variable(token.path)}: {token.value.css};"
        for token in tokens.tokens.values()
        if isinstance(token.value, Color) and not token.value.in_gamut
    ]
    if wide and beyond:
        css += f"@media (color-gamut: p3) {{\n  {selector} {{\n" + "\n".join(beyond) + "\n  }\n}\n"
    return css


def _typography_parts(token: Token) -> list[str]:
    """What the ``font`` shorthand cannot say."""
    value = token.value
    if token.type != "typography" or not isinstance(value, dict):
        return []
    spacing = value["letterSpacing"]
    return [f"  {variable(token.path)}-letter-spacing: {number(spacing['value'])}{spacing['unit']};"]


def mail_text(token: Token) -> str:
    """A token as mail clients need it: colours in sRGB, lengths in px."""
    if isinstance(token.value, Color):
        return srgb_css(token.value)
    if token.type == "dimension" and isinstance(token.value, dict) and token.value["unit"] == "rem":
        return f"{number(token.value['value'] * PX_PER_REM)}px"
    return token.text


def mjml_attributes(tokens: Tokens) -> dict[str, dict[str, str]]:
    """Defaults by MJML tag from the token group ``mjml``: ``mjml.mj-text.color`` sets ``color`` of ``mj-text``.

    ``mjml.mj-class.NAME.ATTRIBUTE`` makes the class NAME; its key in the result is ``mj-class NAME``.
    """
    found: dict[str, dict[str, str]] = {}
    for token in tokens.tokens.values():
        parts = token.path.split(".")
        if parts[0] == "mjml" and len(parts) == 3:
            found.setdefault(parts[1], {})[parts[2]] = mail_text(token)
        elif parts[:2] == ["mjml", "mj-class"] and len(parts) == 4:
            found.setdefault(f"mj-class {parts[2]}", {})[parts[3]] = mail_text(token)
    return found


def mjml_head(attributes: Mapping[str, Mapping[str, str]]) -> str:
    """The inside of ``<mj-attributes>``."""
    lines = []
    for key in sorted(attributes, key=lambda name: (name != "mj-all", name.startswith("mj-class"), name)):
        tag, _, name = key.partition(" ")
        named = {"name": name, **attributes[key]} if name else attributes[key]
        written = " ".join(f'{attribute}="{escape(value)}"' for attribute, value in named.items())
        lines.append(f"<{tag} {written} />")
    return "\n".join(lines)


def print_css(tokens: Tokens, *, cmyk: bool = True) -> str:
    """Custom properties for paper: sRGB, overruled by ``$extensions["dev.mops"]`` (cmyk, pt, mm)."""
    overruled = [
        f"  {variable(token.path)}: {text};"
        for token in tokens.tokens.values()
        if (text := _print_text(token, cmyk=cmyk))
    ]
    tail = ":root {\n" + "\n".join(overruled) + "\n}\n" if overruled else ""
    return css_variables(tokens, wide=False) + tail


def _print_text(token: Token, *, cmyk: bool) -> str | None:
    extensions = token.extensions
    inks = extensions.get("cmyk")
    if cmyk and isinstance(inks, list) and isinstance(token.value, Color):
        alpha = "" if token.value.alpha >= 1 else f" / {number(token.value.alpha)}"
        return f"device-cmyk({' '.join(f'{number(float(ink))}%' for ink in inks)}{alpha})"
    for unit in ("mm", "pt"):
        length = extensions.get(unit)
        if isinstance(length, (int, float)):
            return f"{number(float(length))}{unit}"
    return None
