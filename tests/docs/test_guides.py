"""README, tutorial and how-to guides are done, command by command, and what they show is what is printed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.docs import pages

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "docs" / "tutorial", ROOT / "docs" / "howto")
GUIDES = [ROOT / "README.md", *sorted(path for one in FOLDERS for path in one.glob("*.md") if path.name != "index.md")]
CONTENT = ("mops.toml", "brand", "content", "segments", "campaigns")
SET_UP = {"make demo", "make test"}
SHELL_WAIT = 300
WATCH_WAIT = 90


@dataclass
class Shell:
    """One working folder and what the last commands printed."""

    folder: Path
    bin: Path
    printed: str = ""
    ran: list[str] = field(default_factory=list)

    def run(self, fence: pages.Fence) -> None:
        place = self.bin.parent / "place"
        commands = "\n".join(line for line in fence.body.splitlines() if line.strip() not in SET_UP)
        script = f"set -e\ntrap \"code=\\$?; pwd > '{place}'; exit \\$code\" EXIT\n{commands}\n"
        done = subprocess.run(
            ["sh", "-c", script], cwd=self.folder, env=self.environment(), text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SHELL_WAIT, check=False,
        )  # fmt: skip
        self.printed = done.stdout
        self.ran.append(commands)
        assert done.returncode == fence.exit_code, f"{fence}: exit code {done.returncode}\n{commands}\n{done.stdout}"
        assert "Traceback" not in done.stdout
        self.folder = Path(place.read_text(encoding="utf-8").strip())

    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "NO_COLOR": "1",
            "COLUMNS": "100", "HOME": str(self.bin.parent), "LANG": "C.UTF-8",
        }  # fmt: skip

    def watch(self, fence: pages.Fence, change) -> None:
        """Start the watcher, make the change when it has built, end it when it has built again."""
        words = fence.body.split()
        process = subprocess.Popen(
            words, cwd=self.folder, env={**self.environment(), "PYTHONUNBUFFERED": "1"}, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")), daemon=True)
        reader.start()
        try:
            _until(lambda: any("artifacts" in line for line in lines), process, lines)
            seen = sum("artifacts" in line for line in lines)
            change()
            _until(lambda: sum("artifacts" in line for line in lines) > seen, process, lines)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
            reader.join(5)
            process.stdout.close()
        self.printed = "".join(lines)


def _until(holds, process, lines) -> None:
    """Wait for a condition, not for luck."""
    deadline = time.monotonic() + WATCH_WAIT
    while not holds():
        assert process.poll() is None, f"the watcher ended by itself:\n{''.join(lines)}"
        assert time.monotonic() < deadline, f"nothing happened:\n{''.join(lines)}"
        time.sleep(0.02)


@pytest.fixture
def commands(tmp_path) -> Path:
    """A folder with ``mops`` as this Python has it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "mops"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mops_cli "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return folder


@pytest.fixture
def shell(tmp_path, commands):
    """``shell("starter")``: a shell where a guide begins."""

    def begin(where: str) -> Shell:
        folder = tmp_path / "work"
        folder.mkdir()
        made = Shell(folder, commands)
        if where == "starter":
            subprocess.run(
                [commands / "mops", "init", "my-brand", "--no-input", "-q"], cwd=folder, env=made.environment(), check=True
            )  # fmt: skip
            made.folder = folder / "my-brand"
        elif where == "showcase":
            made.folder = folder / "aurora"
            made.folder.mkdir()
            for name in CONTENT:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
                copy(ROOT / name, made.folder / name)
        else:
            assert where == "empty"
        return made

    return begin


def test_every_guide_says_where_it_begins():
    assert [path.name for path in GUIDES if not pages.begins_in(path)] == []


@pytest.mark.needs_cairo
@pytest.mark.needs_pango
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_guide(path, shell):
    at = shell(pages.begins_in(path))
    blocks = pages.fences(path, str(path.relative_to(ROOT)))
    skip = -1
    for number, fence in enumerate(blocks):
        if number == skip or "no-run" in fence.words:
            continue
        if fence.kind == "sh" and "watch" in fence.words:
            later = blocks[number + 1]
            at.watch(fence, lambda change=later: _change(at.folder, change))
            skip = number + 1
        elif fence.kind == "sh":
            at.run(fence)
        elif fence.kind == "diff":
            _change(at.folder, fence)
        elif fence.kind == "text" and "output" in fence.words:
            found = pages.difference(fence.body, at.printed)
            assert not found, f"{fence}: {found}"
        elif fence.title:
            _file(at.folder, fence)
    assert any("mops" in commands for commands in at.ran)


def _change(folder: Path, fence: pages.Fence) -> None:
    file = folder / fence.title
    file.write_text(pages.apply(fence.body, file.read_text(encoding="utf-8")), encoding="utf-8")


def _file(folder: Path, fence: pages.Fence) -> None:
    file = folder / fence.title
    if "part" in fence.words:
        assert fence.body in file.read_text(encoding="utf-8"), f"{fence}: not in {fence.title}"
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(fence.body, encoding="utf-8")
