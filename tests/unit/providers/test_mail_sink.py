"""The sink: what it keeps, and what it does wrong when it is told to."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys

import pytest
from mail_scripts import BODY, Told, lane, mail

from mops_cli.delivery.providers.sink import Sink, faults_of


def deliver(count, *, payload=BODY, **faults):
    async def go():
        sink, told = Sink(faults=faults), Told()
        await sink.start()
        one = lane(sink, patience={"dot": 0.5, "command": 0.5})
        async with asyncio.timeout(20):
            await one.deliver(mail(count, payload), told)
            await one.close()
        await sink.stop()
        return sink, told

    return asyncio.run(go())


def test_every_delivery_is_kept_with_its_sum():
    payload = BODY + b".dot\r\n"
    sink, told = deliver(100, payload=payload)
    assert told.outcomes == ["sent"] * 100
    assert [one.people for one in sink.taken] == [(f"ada{n}@people.example",) for n in range(100)]
    assert {one.sha for one in sink.taken} == {hashlib.sha256(payload).hexdigest()}


@pytest.mark.parametrize(
    ("fault", "outcome", "kept"),
    [("later", "deferred", 8), ("refuse", "bad-address", 8), ("busy", "deferred", 8), ("drop", "unknown", 10),
     ("lose", "unknown", 8), ("hang", "unknown", 10), ("slow", "sent", 10)],
)  # fmt: skip
def test_every_fifth_message_goes_wrong(fault, outcome, kept):
    sink, told = deliver(10, **{fault: 5})
    expected = ["sent"] * 10
    expected[4] = expected[9] = outcome
    assert told.outcomes == expected
    assert sink.count == kept


def test_as_a_process_it_says_its_port_and_writes_its_log(tmp_path):
    log = tmp_path / "log"
    words = [sys.executable, "-m", "mops_cli.delivery.providers.sink", "--log", str(log), "--fail", "later=3"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:

            class Server:
                port = int(process.stdout.readline())

            async def go():
                told, one = Told(), lane(Server)
                await one.deliver(mail(3), told)
                await one.close()
                return told.outcomes

            assert asyncio.run(go()) == ["sent", "sent", "deferred"]
        finally:
            process.terminate()
    assert process.returncode == 0
    lines = [line.split("\t") for line in log.read_text().splitlines()]
    assert [line[1:4] for line in lines] == [
        ["bounce@aurora.example", f"ada{n}@people.example", str(len(BODY))] for n in range(2)
    ]


@pytest.mark.parametrize("word", ["explode=3", "drop", "drop=x"])
def test_an_unknown_fault_is_refused(word):
    with pytest.raises(ValueError, match="is no fault"):
        faults_of([word])
