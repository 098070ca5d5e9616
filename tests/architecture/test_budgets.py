"""The house keeps its shape: sizes, names, floors, doors, and a page for every code and command."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mops_cli"
FILES = sorted(PACKAGE.rglob("*.py"))

LONGEST_FILE, P90_FILE = 500, 300
LONGEST_FUNCTION, P90_FUNCTION = 80, 30
REFUSED = {"core", "utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
DOORS = {
    "jinja2": "channels/templating/",
    "mjml": "channels/mjml/compiler.py",
    "weasyprint": "design/",
    "cairosvg": "design/raster.py",
    "fontTools": "design/font_tables.py",
    "uharfbuzz": "design/harfbuzz.py",
    "markdown_it": "channels/markup/markdown.py",
    "fluent": "content/",
    "babel": "channels/templating/formats.py",
    "css_inline": "channels/mjml/inline.py",
    "yaml": "content/yaml_source.py",
    "coloraide": "design/color.py",
    "watchfiles": "build/watch.py",
    "nats": "delivery/bus/",
    "nats_server": "delivery/bus/",
    "cryptography": "delivery/",
    "rich": "cli/console.py",
    "typer": "cli/",
}
"""Outside library -> the one module (or package of ours) that may import it."""
ONE_FILE = ("jinja2", "weasyprint", "fontTools", "fluent", "selectolax", "tinycss2")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def p90(values: list[int]) -> int:
    return sorted(values)[int(len(values) * 0.9)]


def functions(path: Path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.AST) -> int:
    """Lines of a function without its docstring: help texts are not code."""
    lines = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines


def outside_imports(path: Path):
    """Top names of what a module imports when it runs; imports for types alone do not count."""
    types = {
        child
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in (node for node in ast.walk(tree(path)) if node not in types):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_files_are_small():
    sizes = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}
    assert p90(list(sizes.values())) <= P90_FILE


def test_functions_are_small():
    sizes = {f"{name_of(path)}:{node.name}": length(node) for path in FILES for node in functions(path)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}
    assert p90(list(sizes.values())) <= P90_FUNCTION


def test_no_module_has_a_name_that_says_nothing():
    names = {
        name_of(path)
        for path in FILES
        for part in path.relative_to(PACKAGE).parts
        if part.removesuffix(".py") in REFUSED
    }
    assert names == set()


def test_every_outside_library_has_one_door():
    strangers = {
        f"{name_of(path)} imports {library}"
        for path in FILES
        for library in outside_imports(path)
        if library in DOORS and not name_of(path).startswith(DOORS[library])
    }
    assert strangers == set()


@pytest.mark.parametrize("library", ONE_FILE)
def test_these_are_imported_by_one_module_only(library):
    assert len({name_of(path) for path in FILES if library in set(outside_imports(path))}) <= 1


def test_every_module_and_public_thing_says_what_it_is():
    bare = {name_of(path) for path in FILES if (ast.get_docstring(tree(path)) or "TODO").startswith("TODO")}
    assert bare == set()


def test_floors_and_doors_hold():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


CODE = re.compile(r"^M[A-Z]\d{3}$")


def codes_in(path: Path) -> set[str]:
    """Codes that stand in the source as text of their own."""
    return {
        node.value
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value)
    }


def test_every_code_has_a_page():
    from mops_cli.lint.catalog import pages

    used = {code: name_of(path) for path in FILES for code in codes_in(path)}
    assert {code: name for code, name in used.items() if code not in pages()} == {}


def test_every_page_is_of_a_code_in_use_and_complete():
    from mops_cli.lint.catalog import pages

    used = {code for path in FILES for code in codes_in(path)}
    assert {code for code in pages() if code not in used} == set()
    assert {code for code, page in pages().items() if "Use instead" not in page.text} == set()
    assert all(page.summary for page in pages().values())


def test_rules_have_the_sections_of_a_rule_page():
    from mops_cli.lint.rules import rules

    found = [rule.CODE for rule in rules()]
    assert len(found) == len(set(found))
    for rule in rules():
        for heading in ("## What it does", "## Why it matters", "## Example", "Use instead:"):
            assert heading in rule.__doc__, rule.CODE


def test_every_rule_is_tested():
    names = {path.stem for path in (PACKAGE / "lint" / "rules").glob("[a-z]*.py")}
    tested = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/unit/lint").glob("test_*.py"))
    assert {name for name in names if name not in tested} == set()


def test_every_command_is_in_the_table_and_every_line_of_the_table_is_a_command():
    from mops_cli.cli.app import COMMANDS

    assert {path.stem for path in (PACKAGE / "cli" / "commands").glob("[a-z]*.py")} == set(COMMANDS)
