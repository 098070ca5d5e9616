"""Every key of every file, from the JSON Schemas that editors complete from."""

from __future__ import annotations

import json
from typing import Any

from docs.generate.markup import cell, code, table
from mops_cli.build import manifest
from mops_cli.content.json_schemas import schemas

Schema = dict[str, Any]

INTRO = """# Files

Every key of every file, with what it takes and what it is when it is left out. `mops schema export` writes the same as
JSON Schemas (draft-07) for editors; new files name theirs in the first line. `NAME` stands for any name; `[]` for each
item of a list. Where the default is empty the key must be written; *none* says that it may be left out.
"""

MANIFEST = """# The manifest

`dist/manifest.json` says what a build left in `dist/`, what each file was made of, and what a sender needs to know. The
same content and the same tools give the same bytes: there is no time and no machine in it. Its shape is versioned on its
own (`schema`), as is that of each channel's JSON file.

"""


def page() -> str:
    """The page about the files that people write."""
    text = INTRO
    for schema in schemas().values():
        text += f"\n## {_title(schema['title'])}\n\n"
        text += table(("key", "takes", "default", ""), [_row(one) for one in keys(schema)])
    return text


def manifest_page() -> str:
    """The page about the file that a build writes."""
    rows = [
        (code(path), code(_takes(node)), cell(node.get("description", ""))) for path, node, _ in keys(manifest.schema())
    ]
    return MANIFEST + table(("key", "holds", ""), rows)


def keys(schema: Schema) -> list[tuple[str, Schema, bool]]:
    """All keys by dotted path, with their schema and whether they must be written."""
    found: list[tuple[str, Schema, bool]] = []
    _walk(schema, schema, "", found, ())
    return found


def _walk(node: Schema, root: Schema, path: str, found: list[tuple[str, Schema, bool]], seen: tuple[str, ...]) -> None:
    node, name = _resolved(node, root)
    if name and name in seen:
        return
    seen = (*seen, name) if name else seen
    required = set(node.get("required", ()))
    for key, child in node.get("properties", {}).items():
        place = f"{path}.{key}" if path else key
        found.append((place, _merged(child, root), key in required))
        _walk(child, root, place, found, seen)
    for child in _children(node):
        _walk(child, root, f"{path}.NAME" if path else "NAME", found, seen)
    items = node.get("items")
    if isinstance(items, dict) and _resolved(items, root)[0].get("properties"):
        _walk(items, root, f"{path}[]", found, seen)


def _children(node: Schema) -> list[Schema]:
    more = node.get("additionalProperties")
    return [*([more] if isinstance(more, dict) else []), *node.get("patternProperties", {}).values()]


def _resolved(node: Schema, root: Schema) -> tuple[Schema, str]:
    """A node behind references and behind "or nothing", and the name of its definition."""
    name = ""
    while True:
        chosen = next((one for one in node.get("anyOf", ()) if "$ref" in one), None)
        part = next((one["$ref"] for one in node.get("allOf", ()) if "$ref" in one), None)
        link = node.get("$ref") or (chosen or {}).get("$ref") or part
        if link is None:
            return node, name
        name = link.rsplit("/", 1)[1]
        node = root["definitions"][name]


def _merged(child: Schema, root: Schema) -> Schema:
    target = _resolved(child, root)[0]
    return {**target, **child, "description": child.get("description") or target.get("description", "")}


def _row(entry: tuple[str, Schema, bool]) -> tuple[str, str, str, str]:
    path, node, required = entry
    default = node.get("default")
    empty = required or default in (None, "", []) or isinstance(default, dict)
    shown = "" if empty else json.dumps(default, ensure_ascii=False)
    nothing = "" if required or shown else "*none*"
    return code(path), code(_takes(node)), code(shown) if shown else nothing, cell(node.get("description", ""))


def _takes(node: Schema) -> str:
    """What a key takes, in a few words."""
    if "enum" in node:
        return " | ".join(json.dumps(one, ensure_ascii=False).strip('"') for one in node["enum"])
    if "const" in node:
        return str(node["const"])
    choices = [one for one in node.get("anyOf", ()) if one.get("type") != "null"]
    if choices:
        return " | ".join(dict.fromkeys(_takes(one) for one in choices))
    kind = node.get("type")
    if isinstance(kind, list):
        return " | ".join(_WORDS.get(one, one) for one in kind)
    if kind == "array":
        items = node.get("items")
        return f"list of {_takes(items)}" if isinstance(items, dict) else "list"
    if "properties" in node or "$ref" in node or "allOf" in node:
        return "keys"
    if kind == "object":
        return "keys by name"
    return _WORDS.get(kind or "", "anything")


_WORDS = {
    "string": "text",
    "boolean": "true | false",
    "integer": "whole number",
    "number": "number",
    "object": "keys",
    "array": "list",
}


def _title(title: str) -> str:
    place, _, rest = title.partition(": ")
    return f"`{place}`" + (f": {rest}" if rest else "")
