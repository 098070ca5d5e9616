"""Calling the command line through its entry point, in this process."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mops_cli.cli.main import run


@dataclass(frozen=True)
class Called:
    """What a call left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@pytest.fixture
def mops(capsys, monkeypatch, tmp_path):
    """``mops("ls", "--json", cwd=root)``."""

    def call(*args: str, cwd=None) -> Called:
        monkeypatch.chdir(cwd or tmp_path)
        capsys.readouterr()
        code = run(list(args))
        said = capsys.readouterr()
        return Called(code, said.out, said.err)

    return call
