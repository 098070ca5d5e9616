"""The worker's journal: what it says survives the worker, and only the kernel says that the worker is dead."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_words import OPENING, ROOT, SUBJECT, died, lives, program, rebooted

from mops_cli.delivery.ledger import journal as journals
from mops_cli.delivery.ledger.journal import Journal, JournalFull, Remains, alive, boot, opening, remains, sweep
from mops_cli.model.delivery import Answer, Outcome

BEGUN = f"journal.begins({OPENING!r}, 0)"
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
linux = pytest.mark.skipif(not boot(), reason="this system does not say when it was started")


@linux
def test_what_a_killed_worker_wrote_is_read(tmp_path):
    answered = f"{BEGUN}; journal.ends({OPENING!r}, 0, Answer(Outcome.SENT, '250', 'ok', 'Q1'))"
    died(tmp_path, f"{answered}; journal.begins({OPENING!r}, 1); journal.begins('another', 2)")
    assert remains(tmp_path, "dead", OPENING) == Remains(
        frozenset({0, 1}), {0: Answer(Outcome.SENT, "250", "", "Q1")}, whole=True
    )


def test_the_journal_of_a_process_that_stands_still_may_not_be_used(tmp_path):
    process = lives(tmp_path, BEGUN)
    try:
        process.send_signal(signal.SIGSTOP)
        assert remains(tmp_path, "alive", OPENING) is None
        assert alive(tmp_path) == 1
        assert sweep(tmp_path) == 0
        process.kill()
        process.wait()
        assert remains(tmp_path, "alive", OPENING).begun == {0}
        assert alive(tmp_path) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_child_of_the_worker_does_not_keep_its_lock(tmp_path):
    child = "import subprocess; subprocess.Popen(['sleep', '3'], stdout=subprocess.DEVNULL, start_new_session=True)"
    died(tmp_path, f"{child}; {BEGUN}")
    assert remains(tmp_path, "dead", OPENING) is not None


def test_a_journal_that_is_gone_says_nothing(tmp_path):
    assert remains(tmp_path, "dead", OPENING) is None
    assert remains(tmp_path / "nowhere", "dead", OPENING) is None
    assert (sweep(tmp_path / "nowhere"), alive(tmp_path / "nowhere")) == (0, 0)


def test_a_worker_may_read_its_own_journal(tmp_path):
    journal = Journal(tmp_path, "me")
    journal.begins(OPENING, 0)
    assert remains(tmp_path, "me", OPENING) is None
    assert remains(tmp_path, "me", OPENING, own="me").begun == {0}
    journal.begins(OPENING, 1)  # it still holds its lock and writes on
    assert remains(tmp_path, "me", OPENING) is None
    journal.close()


def test_several_may_read_the_journal_of_the_dead_at_once(tmp_path):
    died(tmp_path, BEGUN)
    import fcntl

    with (tmp_path / "dead.log").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)  # as another worker does that recovers another shard
        assert remains(tmp_path, "dead", OPENING).begun == {0}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: remains(tmp_path, "dead", OPENING), range(400)))
    assert all(one is not None and one.begun == {0} for one in found)


def test_a_new_journal_is_not_hurt_by_those_who_look_at_journals(tmp_path):
    looks = f"from mops_cli.delivery.ledger.journal import alive, sweep; from pathlib import Path\nwhile True: alive(Path({str(tmp_path)!r})); sweep(Path({str(tmp_path)!r}))"  # fmt: skip
    busy = [subprocess.Popen([sys.executable, "-c", looks], cwd=ROOT) for _ in range(2)]
    try:
        for number in range(500):
            journal = Journal(tmp_path, f"w{number}")
            journal.begins(OPENING, number)
            assert remains(tmp_path, f"w{number}", OPENING, own=f"w{number}").begun == {number}
            journal.close()
    finally:
        for one in busy:
            one.kill()
            one.wait()


def test_a_journal_that_was_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    import fcntl

    real, swept = fcntl.flock, []

    def flock(file, how):
        if how == fcntl.LOCK_EX and not swept:
            swept.append(sweep(tmp_path))
        real(file, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    journal = Journal(tmp_path, "w")
    assert swept == [1]
    journal.begins(OPENING, 0)
    assert remains(tmp_path, "w", OPENING, own="w").begun == {0}
    journal.close()


def test_no_two_workers_have_one_name(tmp_path):
    journal = Journal(tmp_path, "w")
    with pytest.raises(JournalFull, match="exists"):
        Journal(tmp_path, "w")
    journal.close()


def test_nobody_else_may_read_it(tmp_path):
    journal = Journal(tmp_path / "journals", "w")
    assert (tmp_path / "journals").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "journals" / "w.log").stat().st_mode & 0o777 == 0o600
    journal.close()


# -- what a missing line means


@linux
def test_after_a_new_start_of_the_machine_a_missing_line_says_nothing(tmp_path):
    died(tmp_path, f"{BEGUN}; journal.ends({OPENING!r}, 0, Answer(Outcome.SENT))")
    rebooted(tmp_path)
    left = remains(tmp_path, "dead", OPENING)
    assert (left.whole, left.answers[0].outcome) == (False, Outcome.SENT)


def test_where_the_system_does_not_say_when_it_was_started_a_missing_line_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(journals, "_BOOT", tmp_path / "not there")
    boot.cache_clear()
    try:
        journal = Journal(tmp_path, "w")
        journal.begins(OPENING, 0)
        journal.close()
        left = remains(tmp_path, "w", OPENING)
        assert (left.begun, left.whole) == ({0}, False)
    finally:
        boot.cache_clear()


@pytest.mark.parametrize("data", [b"", b"\x00" * 40, b"B", b"B -\n"])
def test_a_journal_without_its_first_line_says_nothing(tmp_path, data):
    (tmp_path / "w.log").write_bytes(data)
    assert remains(tmp_path, "w", OPENING) == Remains(whole=False)


def test_a_line_that_was_cut_off_never_left(tmp_path):
    Journal(tmp_path, "cut").close()
    with (tmp_path / "cut.log").open("ab") as lines:
        lines.write(b"D 0 %s\nD 1 %s" % (OPENING.encode(), OPENING.encode()))
    assert remains(tmp_path, "cut", OPENING).begun == {0}


def test_another_opening_of_the_same_shard_is_another_story(tmp_path):
    journal = Journal(tmp_path, "w")
    journal.begins(opening(SUBJECT, 1), 0)
    journal.ends(opening(SUBJECT, 1), 0, Answer(Outcome.DEFERRED, "450"))
    journal.begins(opening(SUBJECT, 12), 7)
    journal.close()
    assert remains(tmp_path, "w", opening(SUBJECT, 2)) == Remains(whole=bool(boot()))
    assert remains(tmp_path, "w", opening(SUBJECT, 1)).begun == {0}
    assert remains(tmp_path, "w", opening(SUBJECT, 12)).begun == {7}


# -- what a provider says


@given(st.text(), st.text(), st.sampled_from(Outcome))
def test_nothing_that_a_provider_says_becomes_another_line(tmp_path_factory, code, reference, outcome):
    folder = tmp_path_factory.mktemp("journal")
    journal = Journal(folder, "w")
    journal.begins(OPENING, 0)
    journal.ends(OPENING, 0, Answer(outcome, code, "said", reference))
    journal.begins(OPENING, 1)
    journal.close()
    left = remains(folder, "w", OPENING)
    assert left.begun == {0, 1}
    dash = {"-": ""}
    assert left.answers == {0: Answer(outcome, dash.get(code, code), "", dash.get(reference, reference))}


def test_half_characters_do_not_break_it(tmp_path):
    journal = Journal(tmp_path, "w")
    journal.begins(OPENING, 0)
    journal.ends(OPENING, 0, Answer(Outcome.SENT, "200", "", "id-\ud800\nD 5 " + OPENING))
    journal.close()
    left = remains(tmp_path, "w", OPENING)
    assert (left.begun, left.answers[0].outcome) == ({0}, Outcome.SENT)


def test_an_outcome_that_nobody_knows_yet_leaves_doubt(tmp_path):
    journal = Journal(tmp_path, "w")
    journal.begins(OPENING, 0)
    os.write(journal._file, b"R 0 %s eaten - -\n" % OPENING.encode())
    journal.close()
    left = remains(tmp_path, "w", OPENING)
    assert (left.begun, left.answers) == ({0}, {})


# -- a full disk


@full
def test_after_a_full_disk_nothing_is_written_any_more(tmp_path):
    journal = Journal(tmp_path, "full")
    real, journal._file = journal._file, os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(JournalFull, match="No space left"):
        journal.begins(OPENING, 0)
    os.close(journal._file)
    journal._file = real  # there is room again; a torn line may stand there
    with pytest.raises(JournalFull):
        journal.begins(OPENING, 1)
    journal.close()
    assert remains(tmp_path, "full", OPENING).begun == set()


def test_a_line_for_which_there_was_no_room_is_refused(tmp_path):
    """The real limit of a process: the kernel writes a part of the line, or none of it."""
    first = len(f"B {boot() or '-'}\n") + len(f"D 0 {OPENING}\n")
    limit = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, ({first + 5}, {first + 5}))"  # fmt: skip
    lines = f"""{limit}
{BEGUN}
for index in (1, 2):
    try:
        journal.begins({OPENING!r}, index)
    except Exception as problem:
        print(type(problem).__name__, problem.exit_code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program(tmp_path, lines)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "JournalFull 75\n" * 2
    assert (tmp_path / "dead.log").stat().st_size == first + 5
    assert remains(tmp_path, "dead", OPENING).begun == {0}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_worker_that_can_make_no_journal_says_so(tmp_path):
    (tmp_path / "journals").write_text("a file")
    with pytest.raises(JournalFull):
        Journal(tmp_path / "journals", "w")


# -- clearing away


def test_journals_of_the_living_are_not_swept(tmp_path):
    died(tmp_path, "")
    journal = Journal(tmp_path, "alive")
    assert alive(tmp_path) == 1
    assert sweep(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["alive.log"]
    journal.close(keep=False)
    assert not any(tmp_path.iterdir())


def test_the_end_of_a_worker_is_waited_for(tmp_path):
    process = lives(tmp_path, "")
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(alive, tmp_path, 30.0)
        process.kill()
        assert waits.result() == 0
    process.communicate()
