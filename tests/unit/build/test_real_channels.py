"""The real channels, through the command: two clones are equal, and so are a changed build and a clean one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import build_fakes
from build_fakes import campaign, snapshot, write

MESSAGE = """\
---
subject: "{{ contact.first_name | default('Hello') }}, it is here"
preheader: Until Sunday
headline: It is here
summary: It is here until Sunday.
link: https://aurora.example/here
---

# It is here

Dear {{ contact.first_name | default("friend") }}, have a [look](https://aurora.example/look).

::: button href="https://aurora.example/here" label="Take it"
:::
"""
FIELDS = 'number = "Aurora"\n\n[fields.contact]\nfirst_name = { type = "text" }\n'
IDENTITY = """\
legal_name: Aurora Example Ltd
address: {street: 1 Harbour Lane, postal_code: "20457", city: Hamburg, country: DE}
email: hello@aurora.example
"""
PERSONA = "title: Ada\ncontact: {first_name: Ada}\n"


def make(root):
    channels = ("email: {sender: news}", "sms", "web", "chat: {adapters: [slack]}")
    one = {"campaign.yaml": campaign(*channels), "message.md": MESSAGE}
    build_fakes.project(
        root, {"spring": one, "autumn": one}, {"brand/identity.yaml": IDENTITY, "content/personas/ada.yaml": PERSONA}
    )
    write(root / "mops.toml", build_fakes.TOML + FIELDS)
    return root


def mops(root, *arguments, **options):
    environment = {**os.environ, **options.pop("env", {})}
    command = [sys.executable, "-m", "mops_cli", "--project", str(root), "build", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100, **options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_clones_and_a_changed_build_are_equal_to_clean_ones(tmp_path):
    one, two = make(tmp_path / "one"), make(tmp_path / "two ü" / "deeper")
    mops(one, "--jobs", "1", env={"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}, cwd="/", umask=0o022)
    mops(two, "--jobs", "2", env={"PYTHONHASHSEED": "9", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}, cwd=two, umask=0o077)
    assert len(snapshot(one)) > 10
    assert snapshot(one) == snapshot(two)
    for root in (one, two):
        write(root / "campaigns/spring/message.md", MESSAGE + "\nOne more line.\n")
    shutil.rmtree(two / "dist")
    shutil.rmtree(two / ".mops")
    mops(one)
    mops(two)
    assert snapshot(one) == snapshot(two)
