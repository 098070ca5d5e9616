"""The JSON Schemas of the editor, kept as new as the program: a fresh clone has none, an update has others."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from mops_cli import __version__
from mops_cli.build import atomic
from mops_cli.errors import MopsError

FOLDER = ".mops/schemas"
STAMP = "made-by"


def refresh(root: Path) -> None:
    """Write ``.mops/schemas`` where it is missing or of another version; a project that is closed goes without."""
    folder = root / FOLDER
    mark = _mark()
    with contextlib.suppress(MopsError, OSError):
        if folder.resolve() != root.resolve() / FOLDER:  # a link: nothing is written behind it
            return
        stamp = folder / STAMP
        if stamp.is_file() and stamp.read_bytes() == mark:
            return
        from mops_cli.content.json_schemas import schemas

        for name, schema in sorted(schemas().items()):
            text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
            atomic.write(str(folder / f"{name}.json"), text.encode(), shown=FOLDER)
        atomic.write(str(stamp), mark, shown=FOLDER)


def _mark() -> bytes:
    """Version and age of the code that the schemas are made from."""
    package = Path(__file__).parents[1]
    sources = [*(package / "model").glob("*.py"), package / "content" / "json_schemas.py"]
    newest = max((file.stat().st_mtime_ns for file in sources if file.is_file()), default=0)
    return f"{__version__} {newest}\n".encode()
