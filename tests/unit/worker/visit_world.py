"""A shard, its log, a mail server that remembers, and worker processes that die where they are told to.

Visits are driven by hand, one step after the other: a process can be killed or left standing at every step, and
several can take turns. Nothing of MOPS is replaced but what lies outside: the mail server, the owner, the clock.
"""

from __future__ import annotations

import types
from collections import Counter
from dataclasses import dataclass, field

from mops_cli.delivery.bus.memory import MemoryBus
from mops_cli.delivery.bus.port import BusUnavailable
from mops_cli.delivery.jobs import Job
from mops_cli.delivery.ledger.history import history
from mops_cli.delivery.ledger.journal import Journal
from mops_cli.delivery.ledger.records import decoded
from mops_cli.delivery.worker import shard, window
from mops_cli.delivery.worker.shard import Ended, Surroundings, Visit
from mops_cli.errors import MopsError
from mops_cli.model.delivery import Answer, Outcome, Outgoing, Recipient

HERE, ELSEWHERE = "here", "elsewhere"
POWER = "power_fails_at"
ENOUGH = 40
"""Visits after which a shard must be closed, whatever happened."""

OK, LATER, NOBODY, NO = "ok", "450", "550", "554"
EARLY = "550 at RCPT"
AFTER_DOT = "breaks after the dot"
AT_DOT = "breaks at the dot"
BEFORE = "breaks before the dot"
SCRIPTS = (OK, LATER, NOBODY, NO, EARLY, AFTER_DOT, AT_DOT, BEFORE)


class Killed(BaseException):
    """kill -9: nothing of ours catches it."""


@types.coroutine
def pause():
    """Another process may go on here."""
    yield


def by_hand(coroutine):
    """Run a coroutine whose only pauses are ours; gives its result."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value


class Server:
    """A mail server: what it took over is the truth."""

    def __init__(self, scripts=None):
        self.taken = Counter()
        self.scripts = {index: list(words) for index, words in (scripts or {}).items()}
        self.cut = Counter()  # connections that broke with a message under way

    def word(self, index):
        """What it does with this recipient's next try; without a script it is content."""
        words = self.scripts.get(index)
        return words.pop(0) if words else OK


class ScriptedLane:
    """An honest lane (the port ``Lane``): asks before the dot, tells after the answer."""

    def __init__(self, process):
        self._process = process
        self._server = process.world.server

    async def deliver(self, messages, told):
        for place, message in enumerate(messages):
            word = self._server.word(message.index)
            await self._step("a message is next")
            if word == BEFORE:
                for one in messages[place:]:
                    told.ends(one.index, Answer(Outcome.DEFERRED, said="no connection"))
                return
            if word == EARLY:
                told.ends(message.index, Answer(Outcome.BAD_ADDRESS, "5.1.1", "550 nobody"))
                continue
            await self._hand_over(message.index, word, told)

    async def _hand_over(self, index, word, told):
        process = self._process
        process.hanging.add(index)
        if not told.begins(index):
            process.hanging.discard(index)
            told.ends(index, Answer(Outcome.DEFERRED, said="stopped before the dot"))
            return
        await self._step("before the dot")
        if word in (OK, AFTER_DOT):
            self._server.taken[index] += 1
        await self._step("after the dot")
        if word in (AFTER_DOT, AT_DOT):
            self._server.cut[index] += 1
        told.ends(index, ANSWERS[word])
        process.hanging.discard(index)
        await self._step("the answer was told")

    async def _step(self, name):
        self._process.step(name)
        await pause()

    async def close(self):
        pass


ANSWERS = {
    OK: Answer(Outcome.SENT, "250", reference="Q1"),
    LATER: Answer(Outcome.DEFERRED, "4.2.0", "450 later"),
    NOBODY: Answer(Outcome.BAD_ADDRESS, "5.1.1", "550 nobody"),
    NO: Answer(Outcome.REFUSED, "5.7.1", "554 not this one"),
    AFTER_DOT: Answer(Outcome.UNKNOWN, said="the connection broke"),
    AT_DOT: Answer(Outcome.UNKNOWN, said="the connection broke"),
}


class Wire:
    """The bus as one process reaches it."""

    def __init__(self, process):
        self._process = process
        self._bus = process.world.bus

    async def read(self, subject):
        await self._moment("before reading")
        found = await self._bus.read(subject)
        await self._moment("after reading")
        return found

    async def publish_fenced(self, subject, data, *, last, message_id):
        await self._moment("before the record is stored")
        sequence = await self._bus.publish_fenced(subject, data, last=last, message_id=message_id)
        await self._moment("after the record was stored")
        return sequence

    async def _moment(self, name):
        self._process.step(name)
        if self._process.cut_off:
            self._process.cut_off = False
            raise BusUnavailable("no confirmation")
        await pause()


class Owner:
    """The owner of the store, as one process reaches it."""

    def __init__(self, process):
        self._process = process

    async def people(self, job, indices):
        self._process.step("people are asked for")
        await pause()
        return {index: self._process.world.person(index) for index in indices}

    async def permits(self, job, count):
        self._process.step("a permit is asked for")
        await pause()


class Plain:
    """A composer (the port ``Composer``)."""

    fields = frozenset()

    def compose(self, recipient):
        return Outgoing(recipient.index, f"k{recipient.index}", "news@demo.example", recipient.address, b"hello")


@dataclass(eq=False)
class Process:
    """One worker process: it has a journal, it dies at a step, or loses the bus there."""

    world: World
    name: str
    machine: str = HERE
    dies_at: int = 0  # 0 = never
    loses_bus_at: int = 0
    steps: list[str] = field(default_factory=list)
    hanging: set[int] = field(default_factory=set)  # asked whether it may leave, and no answer told
    cut_off: bool = False
    dead: bool = False

    def __post_init__(self):
        self.journal = Journal(self.world.journals(self.machine), self.name)

    def step(self, name):
        assert not self.dead, f"{self.name} is dead and still does something: {name}"
        self.steps.append(name)
        if len(self.steps) == self.dies_at:
            self.die()
            raise Killed(name)
        if len(self.steps) == self.loses_bus_at:
            self.cut_off = True

    def die(self):
        """As the kernel does it: the journal's lock is free."""
        if not self.dead:
            self.dead = True
            self.journal.close()

    def visit(self, job, **more):
        lane = more.pop("lane", None) or ScriptedLane(self)
        around = Surroundings(
            bus=Wire(self),
            worker=self.name,
            journal=self.journal,
            journals=self.world.journals(self.machine),
            people=more.pop("people", None) or Owner(self),
            composer=more.pop("composer", lambda job, locale, variant: Plain()),
            now=lambda: self.world.now,
            elapsed=more.pop("elapsed", lambda: 0.0),
            window=self.world.window,
            tries=self.world.tries,
            **more,
        )
        return Visit(job, lane, around)


class World:
    """One shard and everything around it."""

    def __init__(self, folder, *, people=12, window=4, policy="hold", scripts=None, tries=5):
        self.folder = folder
        self.bus = MemoryBus()
        self.server = Server(scripts)
        self.job = Job("spring@1", "email", "spring", "news", "abcdef0123", "relay", 0, 0, people, policy)
        self.window = window
        self.tries = tries
        self.now = 1_000
        self.blocked = {}
        self.deaths = []
        self._processes = []
        self.running = None  # whose step it is

    def person(self, index):
        return Recipient(index, 100 + index, f"p{index}@people.example", "en", blocked=self.blocked.get(index, ""))

    def journals(self, machine):
        return self.folder / machine

    def process(self, machine=HERE, **how):
        made = Process(self, f"w{len(self._processes)}", machine, **how)
        self._processes.append(made)
        return made

    def reached(self, point):
        """Stands in for ``points.reached``."""
        self.running.step(point)

    def live(self, process, job, **more):
        """One visit by one process, to its end or its death: how it ended, None when it died or failed."""
        self.running = process
        try:
            return by_hand(process.visit(job, **more).run())
        except Killed:
            self.deaths.append(Death(process, self.meant()))
            return None
        except MopsError:
            process.die()
            self.deaths.append(Death(process, self.meant()))
            return None

    def turn(self, process, coroutine):
        """Let a visit go on to its next pause: whether it has ended, and how (an Ended, or what it raised)."""
        self.running = process
        try:
            coroutine.send(None)
        except StopIteration as end:
            return True, end.value
        except Killed as end:
            return True, end
        except MopsError as problem:
            return True, problem
        return False, None

    def to_the_end(self, deaths=(), machines=()):
        """Visits by one process after the other until the shard is closed; each death is (kind, step)."""
        left, where = list(deaths), list(machines)
        job, process = self.job, None
        for _ in range(ENOUGH):
            if process is None or process.dead:
                kind, step = left.pop(0) if left else ("dies_at", 0)
                how = {"dies_at" if kind == POWER else kind: step}
                process = self.process(where.pop(0) if where else HERE, **how)
            ended = self.live(process, job)
            if process.dead and kind == POWER:
                self.power_fails(process)
            if ended is Ended.CLOSED:
                process.die()
                return
            if ended is Ended.AGAIN:
                job = self.later(job)
        raise AssertionError(f"the shard is not closed after {ENOUGH} visits")

    def power_fails(self, process):
        """The machine was started again; of the journal's lines the disk has the first only."""
        (self.journals(process.machine) / f"{process.name}.log").write_bytes(
            b"B 00000000-0000-0000-0000-000000000000\n"
        )

    @staticmethod
    def later(job):
        from msgspec import structs

        return structs.replace(job, attempt=job.attempt + 1)

    # -- what is true

    def records(self):
        return [(one.sequence, decoded(one.data)) for one in by_hand(self.bus.read(self.job.ledger))]

    def meant(self):
        """Who stands in an intent that has no result."""
        found = history(self.records()).meant
        return set(found.indices) if found else set()

    def outcomes(self):
        """The final outcome of each recipient, from all records; two for one recipient are a failure."""
        found = {}
        for _, record in self.records():
            for one in record.done:
                if one.outcome.final:
                    assert one.index not in found, f"{one.index} has two outcomes: {found[one.index]}, {one.outcome}"
                    found[one.index] = one.outcome
        return found

    def holds(self, *, journal=True, alone=True):
        """The promise: nothing lost, nothing sent twice, every doubt named.

        ``journal``: the dead were followed on their own machine; ``alone``: one process lived at a time.
        """
        taken, outcomes = self.server.taken, self.outcomes()
        assert history(self.records()).closed
        assert set(outcomes) == set(self.job.indices)
        unknown = {index for index, one in outcomes.items() if one is Outcome.UNKNOWN}
        for index, outcome in outcomes.items():
            if outcome is Outcome.SENT:
                assert taken[index], f"{index} is said to be sent and never was"
            elif outcome is not Outcome.UNKNOWN and self.job.policy == "hold":
                assert not taken[index], f"{index} was sent and is said to be {outcome}"
        if self.job.policy == "resend":
            assert not unknown
            if not alone:
                return
            chances = len(self.deaths) + 1
            assert all(count <= chances + self.server.cut[index] for index, count in taken.items())
            return
        assert not [index for index, count in taken.items() if count > 1], "sent twice"
        if not alone:
            return
        explained = {index for index, count in self.server.cut.items() if count}
        for death in self.deaths:
            hung = death.process.hanging if journal else death.window
            assert len(hung) <= (1 if journal else self.window)
            explained |= hung
        assert unknown <= explained, f"in doubt without a reason: {sorted(unknown - explained)}"

    def close(self):
        for one in self._processes:
            one.die()


@dataclass(frozen=True, eq=False)
class Death:
    """Who died, and who was meant then."""

    process: Process
    window: set[int]


def watch(monkeypatch, of):
    """Let the named points of the code report to the world that ``of`` gives."""
    for module in (shard, window):
        monkeypatch.setattr(module, "reached", lambda point: of().reached(point))
