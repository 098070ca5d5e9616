"""Ctrl-C gives exit code 130 and no traceback, whenever it comes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

# Starts mops as `python -m` does, and sends the signal in the moment in which a module is first asked for.
WHILE_IMPORTING = """
import os, runpy, signal, sys
class Hasty:
    def find_spec(self, name, path=None, target=None):
        if name == WHEN:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Hasty())
sys.argv[1:] = ["lint"]
runpy.run_module("mops_cli", run_name="__main__", alter_sys=True)
"""
AFTER = """
import runpy, sys
print("up", flush=True)
sys.argv[1:] = ["lint"]
runpy.run_module("mops_cli", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    "when",
    [
        "pathlib",
        "mops_cli.cli.console",
        "mops_cli.cli.state",
        "mops_cli.errors",
        "mops_cli.cli.app",
        "typer",
        "mops_cli.cli.commands.lint",
        "mops_cli.build.project",
        "mops_cli.content.loader",
        "mops_cli.channels.email",
    ],
)
def test_while_the_tool_is_loaded(project, when):
    code = WHILE_IMPORTING.replace("WHEN", repr(when))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project(), capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    if when != "pathlib":  # Python itself may have loaded it before
        assert done.returncode == 130, done.stderr


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.5, 0.8])
def test_at_any_time(project, delay):
    process = subprocess.Popen(
        [sys.executable, "-c", AFTER], cwd=project(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert process.returncode in (0, 130)
