"""What a mail attaches, also where it cannot be made."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.unit.channels.test_pdf_pages import FONTS

CAMPAIGN = """\
title: Hello
topic: news
channels:
  email: {layout: base, sender: news, attach: [pdf]}
  pdf: {}
"""
PDF = "hello/pdf/en.pdf"
MAIL = "hello/email/en.json"

# MOPS as on a machine without native libraries: the loaders of both foreign function interfaces fail.
WITHOUT_LIBRARIES = """
import ctypes, ctypes.util, runpy, sys
import cffi
def refused(*_args, **_options):
    raise OSError("cannot open shared object file: No such file or directory")
class Refused:
    def __init__(self, *_args, **_options):
        refused()
cffi.FFI.dlopen = refused
ctypes.CDLL = Refused
ctypes.util.find_library = lambda _name: None
runpy.run_module("mops_cli", run_name="__main__", alter_sys=True)
"""


def _build(root, *, libraries):
    start = ["-m", "mops_cli"] if libraries else ["-c", WITHOUT_LIBRARIES]
    command = [sys.executable, *start, "build", "--jobs", "1", "--force"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    read = lambda path: json.loads((root / "dist" / path).read_text(encoding="utf-8"))  # noqa: E731
    return done, read("manifest.json"), read(MAIL)


def test_an_attachment_that_cannot_be_made_is_marked_and_nothing_dangles(project):
    root = project({**FONTS, "campaigns/hello/campaign.yaml": CAMPAIGN})
    done, manifest, mail = _build(root, libraries=False)
    there = {artifact["path"] for artifact in manifest["artifacts"]}
    assert mail["attachments"] == []
    assert [one["path"] for one in mail["skipped"]] == [PDF]
    assert {(one["path"], one["kind"], one["channel"]) for one in manifest["skipped"]} >= {
        (PDF, "pdf", "pdf"),
        (PDF, "email.attachment", "email"),
    }
    assert PDF not in there
    assert not (root / "dist" / PDF).exists()
    assert "apt-get install" in done.stderr
    assert "the mail goes without its pdf" in done.stderr


@pytest.mark.needs_pango
def test_an_attachment_that_was_made_is_named(project):
    root = project({**FONTS, "campaigns/hello/campaign.yaml": CAMPAIGN})
    _, manifest, mail = _build(root, libraries=True)
    assert mail["attachments"] == [{"filename": "hello.pdf", "path": PDF, "type": "application/pdf"}]
    assert mail["skipped"] == []
    assert PDF in {artifact["path"] for artifact in manifest["artifacts"]}
    assert manifest["skipped"] == []
    # Without the libraries the old page is not left behind for the mail to point at.
    _, manifest, mail = _build(root, libraries=False)
    assert (mail["attachments"], (root / "dist" / PDF).exists()) == ([], False)
