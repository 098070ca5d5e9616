"""``brand/fonts.yaml`` as text: one role put in or replaced, everything else left letter for letter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mops_cli.errors import UsageError

PATH = "brand/fonts.yaml"
_HEAD = "# yaml-language-server: $schema=../.mops/schemas/fonts.json\n"
_PLAIN = re.compile(r"[A-Za-z][\w /.@+-]*\Z")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a role."""

    file: str
    weight: int | tuple[int, int]
    style: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it will be written."""

    name: str
    family: str
    fallback: tuple[str, ...]
    licence: str
    licence_file: str
    source: str
    files: tuple[Entry, ...]


def block(role: Role, indent: str = "  ") -> str:
    """The lines of a role below ``roles:``."""
    lines = [f"{role.name}:", f"{indent}family: {_scalar(role.family)}"]
    lines.append(f"{indent}fallback: [{', '.join(map(_scalar, role.fallback))}]")
    for name, value in (("licence", role.licence), ("licence_file", role.licence_file), ("source", role.source)):
        if value:
            lines.append(f"{indent}{name}: {_scalar(value)}")
    lines.append(f"{indent}files:")
    for entry in role.files:
        weight = f"[{entry.weight[0]}, {entry.weight[1]}]" if isinstance(entry.weight, tuple) else str(entry.weight)
        lines += [
            f"{indent}{indent}- file: {_scalar(entry.file)}",
            f"{indent}{indent}  weight: {weight}",
            f"{indent}{indent}  style: {entry.style}",
            f"{indent}{indent}  sha256: {entry.sha256}",
        ]
    return "".join(f"{indent}{line}\n" for line in lines)


def spliced(text: str, role: Role) -> str:
    """The file with this role in it; a role of that name is replaced.

    Raises:
        UsageError: The file is not written as a block (one key a line).
    """
    if not text.strip():
        return f"{_HEAD}roles:\n{block(role)}"
    lines = text.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    top = next((at for at, line in enumerate(lines) if re.match(r"roles\s*:", line)), None)
    if top is None:
        return "".join([*lines, "roles:\n", block(role)])
    if not re.match(r"roles\s*:\s*(#.*)?$", lines[top]) and not re.match(r"roles\s*:\s*\{\s*\}\s*(#.*)?$", lines[top]):
        raise UsageError(
            f"{PATH} writes its roles on one line, which cannot be edited safely",
            hint="write one key a line below `roles:`, then try again",
        )
    lines[top] = re.sub(r"\{\s*\}", "", lines[top]).rstrip() + "\n"
    end = _end(lines, top + 1, 0)
    first = next((line for line in lines[top + 1 : end] if _is_key(line)), "")
    indent = re.match(r" *", first)[0] if first else "  "  # type: ignore[index]
    new = block(role, indent or "  ")
    for at in range(top + 1, end):
        if re.match(rf"{indent}['\"]?{re.escape(role.name)}['\"]?\s*:", lines[at]):
            stop = _end(lines, at + 1, len(indent))
            anchor = re.match(r"[^:#]*:\s*(&[^\s,{}\[\]]+)", lines[at])
            if anchor:  # other roles refer to it
                new = new.replace(f"{role.name}:\n", f"{role.name}: {anchor[1]}\n", 1)
            return "".join([*lines[:at], new, *lines[stop:]])
    return "".join([*lines[:end], new, *lines[end:]])


def _is_key(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _end(lines: list[str], start: int, depth: int) -> int:
    """Where a block ends whose key is ``depth`` deep: behind its last line; comments below it stay outside."""
    end = start
    for at in range(start, len(lines)):
        if not _is_key(lines[at]):
            continue
        if len(lines[at]) - len(lines[at].lstrip(" ")) <= depth:
            break
        end = at + 1
    return end


def _scalar(text: str) -> str:
    """A YAML scalar: plain where that is safe, else in double quotes."""
    if _PLAIN.match(text) and text.casefold() not in _WORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
