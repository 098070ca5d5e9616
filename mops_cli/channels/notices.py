"""``dist/NOTICE-fonts.txt``: every font that travels with the artifacts, whose it is, and under which licence. Once a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mops_cli.channels.base import Result
from mops_cli.model.artifact import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mops_cli.channels.base import Memo
    from mops_cli.design.fonts import FontData
    from mops_cli.model.brand import FontRole
    from mops_cli.model.diagnostic import Diagnostic
    from mops_cli.model.repository import Files, Repository

PATH = "NOTICE-fonts.txt"
_RULE = "-" * 72


def project_outputs(
    repository: Repository, files: Files, memo: Memo, report: Callable[[Diagnostic], None] | None = None
) -> Result:
    """The notice; nothing for a brand without font files. Findings go to ``report``."""
    from mops_cli.design import fonts

    brand = repository.brand.fonts
    if brand is None or not any(role.files for role in brand.value.roles.values()):
        return Result()
    loaded, found = fonts.load(brand, files.read_bytes, memo)
    for finding in found:
        if report is not None:
            report(finding)
    text = "\n".join(_lines(brand.value.roles, loaded.files, files)) + "\n"
    return Result((Output(PATH, "notice", text.encode()),))


def _lines(roles: dict[str, FontRole], loaded: tuple[FontData, ...], files: Files) -> Iterator[str]:
    yield "Fonts in these artifacts"
    yield ""
    yield "Parts of the fonts below are embedded in pages, documents and pictures of this folder."
    licences: dict[str, list[str]] = {}
    for family in dict.fromkeys(role.family for role in roles.values() if role.files):
        own = {name: role for name, role in roles.items() if role.family == family and role.files}
        paths = {entry.file for role in own.values() for entry in role.files}
        data = [font for font in loaded if font.path in paths]
        yield from ("", _RULE, family, "")
        yield from _family(own, data)
        for role in own.values():
            if role.licence_file:
                licences.setdefault(role.licence_file, []).append(family)
    for path, families in licences.items():
        text = (files.read_bytes(path) or b"").decode("utf-8", "replace")
        yield from ("", _RULE, f"Licence of {', '.join(dict.fromkeys(families))} ({path})", "")
        yield from (line.rstrip() for line in text.strip().splitlines())


def _family(roles: dict[str, FontRole], data: list[FontData]) -> Iterator[str]:
    first = next(iter(roles.values()))
    facts = {
        "Roles": ", ".join(roles),
        "Licence": first.licence or "not said",
        "Source": first.source,
        "Version": ", ".join(dict.fromkeys(font.version for font in data if font.version)),
    }
    yield from (f"{name + ':':<10}{value}" for name, value in facts.items() if value)
    yield from dict.fromkeys(font.copyright for font in data if font.copyright)
    for path, digest in dict.fromkeys((font.path, font.digest) for font in data):
        yield f"{path} (sha256 {digest})"
