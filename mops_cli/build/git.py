"""Asking git which files changed: the only place where a build runs another program."""

from __future__ import annotations

import subprocess

from mops_cli.errors import UsageError

_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
"""A repository's own settings must not make git start programs."""

_LINK = "120000"


def changed(root: str, base: str) -> dict[str, str]:
    """Paths (relative to ``root``) that differ from the revision ``base``: A added, D deleted, M modified.

    Files that git does not know yet count as added.

    Raises:
        UsageError: There is no git, no repository or no such revision.
    """
    if base.startswith("-"):
        raise UsageError(f"{base!r} is no revision", hint="give a branch, tag or commit, e.g. --base origin/main")
    plain = ("--name-status", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative", "-z")
    words = _parts(root, "diff", *plain, base, "--")
    found = {path: "M" if kind not in ("A", "D") else kind for kind, path in zip(words[::2], words[1::2], strict=True)}
    found.update(dict.fromkeys(_parts(root, "ls-files", "--others", "--exclude-standard", "-z"), "A"))
    return found


def files_at(root: str, ref: str, folder: str) -> dict[str, bytes]:
    """The files below a folder as they are in a revision, by their paths relative to ``root``; links are left out.

    Raises:
        UsageError: There is no git, no repository or no such revision.
    """
    if ref.startswith("-") or ":" in ref:
        raise UsageError(f"{ref!r} is no revision", hint="give a branch, tag or commit, e.g. --base origin/main")
    found = {}
    for line in _parts(root, "ls-tree", "-r", "-z", ref, "--", f"{folder}/"):
        about, _, path = line.partition("\t")
        mode, kind, name = about.split(" ")
        if kind == "blob" and mode != _LINK:
            found[path] = _output(root, "cat-file", "blob", name)
    return found


def user_name(root: str) -> str:
    """Who works here, as git has it; empty when it does not know."""
    try:
        return _parts(root, "config", "--null", "user.name")[0]
    except (UsageError, IndexError):
        return ""


def _parts(root: str, *arguments: str) -> list[str]:
    return [part.decode("utf-8", "surrogateescape") for part in _output(root, *arguments).split(b"\0") if part]


def _output(root: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run([*_GIT, "-C", root, *arguments], capture_output=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise UsageError(
            "git could not be asked what changed", hint="state:modified needs git on the PATH"
        ) from problem
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        raise UsageError(
            f"git could not tell what changed: {said[0]}", hint="check --base; in CI fetch enough history for it"
        )
    return done.stdout
