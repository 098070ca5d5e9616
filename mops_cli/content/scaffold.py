"""Writing new files: a project, a campaign, a segment, a block, a persona. Nothing is ever overwritten."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from mops_cli.content.project import PROJECT_FILE
from mops_cli.errors import UsageError
from mops_cli.model.suggest import advice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

TEMPLATES = ("starter", "empty")
KINDS = ("campaign", "segment", "block", "persona")
EMPTY = ("mops.toml", "gitignore", "brand/brand.tokens.yaml", "brand/identity.yaml", "brand/mark.svg")
"""The files of the starter that an empty project gets too."""
RENAMED = {"gitignore": ".gitignore"}
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
MARK = re.compile(r"@@(ID|NAME|SHORT)@@")


@dataclass(frozen=True, slots=True)
class Scaffolded:
    """Paths written, and paths that were there already and stay as they are."""

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def init(folder: Path, *, template: str = "starter", name: str = "") -> Scaffolded:
    """Start a project in a folder.

    Raises:
        UsageError: The template is unknown, or a project is there already.
    """
    if template not in TEMPLATES:
        raise UsageError(f'there is no template "{template}"', hint=advice(template, TEMPLATES, what="templates"))
    if (folder / PROJECT_FILE).exists():
        raise UsageError(f"{folder.name}/ holds a project already", hint="add to it with `mops new campaign NAME`")
    title = " ".join(name.split()) or _title(folder.resolve().name)
    words = {"ID": slug(title) or "my-brand", "NAME": title.replace('"', "'").replace("\\", "/")}
    words["SHORT"] = re.sub(r"[^A-Za-z0-9 ]", "", title)[:11].strip() or "News"
    files = {path: item for path, item in _starter() if template == "starter" or path in EMPTY}
    return _write(folder, {RENAMED.get(path, path): _filled(item, words) for path, item in files.items()})


def new(root: Path, kind: str, name: str, *, locales: tuple[str, ...] = ("en",), topic: str = "news") -> Scaffolded:
    """Add a campaign, segment, block or persona.

    Raises:
        UsageError: The kind is unknown, the name is no id, or there is one of that name.
    """
    if kind not in KINDS:
        raise UsageError(f'mops cannot make a "{kind}"', hint=advice(kind, KINDS, what="kinds"))
    if not NAME.match(name):
        near = slug(name)
        hint = f'write "{near}"' if near else "small letters, digits and hyphens, a letter first, e.g. spring-launch"
        raise UsageError(f'"{name}" cannot be the name of a {kind}', hint=hint)
    files = {path: text.replace("@@TOPIC@@", topic) for path, text in _NEW[kind](name, locales).items()}
    there = [path for path in files if (root / path).exists()]
    if there:
        raise UsageError(f"{there[0]} is there already", hint="choose another name, or edit that file")
    return _write(root, {path: text.encode() for path, text in files.items()})


def write_schemas(folder: Path) -> tuple[str, ...]:
    """Write the JSON Schemas that the first lines of scaffolded files point to; returns their names."""
    from mops_cli.content.json_schemas import schemas

    names = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in sorted(schemas().items()):
        file = f"{name}.json"
        (folder / file).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        names.append(file)
    return tuple(names)


def slug(text: str) -> str:
    """A text as an id: ``Spring Launch!`` becomes ``spring-launch``; empty when nothing is left."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")


def _title(name: str) -> str:
    return " ".join(word.capitalize() for word in re.split(r"[-_\s]+", name) if word) or "My Brand"


def _starter() -> Iterator[tuple[str, Traversable]]:
    """Path and file of everything in the package's starter folder."""
    waiting: list[tuple[str, Traversable]] = [("", resources.files("mops_cli.content") / "starter")]
    while waiting:
        path, item = waiting.pop()
        for child in sorted(item.iterdir(), key=lambda entry: entry.name):
            if child.is_dir():
                waiting.append((f"{path}{child.name}/", child))
            elif not child.name.endswith(".pyc"):
                yield f"{path}{child.name}", child


def _filled(item: Traversable, words: dict[str, str]) -> bytes:
    data = item.read_bytes()
    if item.name.endswith((".ttf", ".otf", ".woff2", ".png", ".jpg")):
        return data
    return MARK.sub(lambda match: words[match[1]], data.decode()).encode()


def _write(root: Path, files: dict[str, bytes]) -> Scaffolded:
    written, kept = [], []
    for path in sorted(files):
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with place.open("xb") as stream:
                stream.write(files[path])
        except FileExistsError:
            kept.append(path)
        except OSError as problem:
            # Half a file would count as one that was there already when this is done again.
            place.unlink(missing_ok=True)
            raise OSError(problem.errno, problem.strerror, str(place)) from problem
        else:
            written.append(path)
    return Scaffolded(tuple(written), tuple(kept))


def _campaign(name: str, locales: tuple[str, ...]) -> dict[str, str]:
    title = _title(name)
    files = {
        f"campaigns/{name}/campaign.yaml": (
            "# yaml-language-server: $schema=../../.mops/schemas/campaign.json\n"
            f"title: {title}\n"
            "topic: @@TOPIC@@\n"
            "channels:\n"
            "  email: {}\n"
            "  web: {}\n"
            'utm: {source: mops, campaign: "[[ campaign.id ]]"}\n'
        )
    }
    for number, locale in enumerate(locales):
        suffix = "" if number == 0 else f".{locale}"
        files[f"campaigns/{name}/message{suffix}.md"] = (
            "---\n"
            f"subject: {title}\n"
            "preheader: What the subject leaves open, in 40 to 130 characters\n"
            f"headline: {title}\n"
            "summary: The news in one sentence, for text messages and pushes.\n"
            "---\n"
            f"# {title}\n\n"
            "Hello,\n\n"
            "this is the first line.\n"
        )
    return files


def _segment(name: str, _: tuple[str, ...]) -> dict[str, str]:
    return {
        f"segments/{name}.yaml": (
            "# yaml-language-server: $schema=../.mops/schemas/segment.json\n"
            f"title: {_title(name)}\n"
            "description: Who these people are, in one sentence.\n"
            "where: {all: []}\n"
        )
    }


def _persona(name: str, _: tuple[str, ...]) -> dict[str, str]:
    return {
        f"content/personas/{name}.yaml": (
            "# yaml-language-server: $schema=../../.mops/schemas/persona.json\n"
            f"title: {_title(name)}\n"
            "description: Who this is, and what is special about them.\n"
            f"contact: {{email: {name}@people.example}}\n"
        )
    }


def _block(name: str, _: tuple[str, ...]) -> dict[str, str]:
    folder = f"content/blocks/{name}"
    return {
        f"{folder}/block.yaml": (
            "# yaml-language-server: $schema=../../../.mops/schemas/block.json\n"
            f"title: {_title(name)}\n"
            "description: What it is for, in one sentence.\n"
            "body: optional\n"
            "props:\n"
            "  title: {type: text, required: true, description: The line at the top.}\n"
            "examples:\n"
            "  - {title: A line at the top}\n"
        ),
        f"{folder}/email.mjml": (
            "<mj-section>\n"
            "  <mj-column>\n"
            '    <mj-text font-weight="600">[[ props.title ]]</mj-text>\n'
            "    [% if body_html %]<mj-text>[[ body_html ]]</mj-text>[% endif %]\n"
            "  </mj-column>\n"
            "</mj-section>\n"
        ),
        f"{folder}/html.html": "<section>\n  <p><strong>[[ props.title ]]</strong></p>\n  [[ body ]]\n</section>\n",
        f"{folder}/text.txt": "[[ props.title ]]\n\n[[ body ]]\n",
    }


_NEW = {"campaign": _campaign, "segment": _segment, "block": _block, "persona": _persona}
