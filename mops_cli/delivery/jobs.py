"""A job of the queue: one shard of a send, for one worker at a time."""

from __future__ import annotations

import msgspec

from mops_cli.delivery.bus.subjects import token
from mops_cli.errors import MopsError


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """One shard. ``first`` and ``rows`` are its slice of the send's frozen audience; times are milliseconds UTC."""

    send: str
    channel: str
    campaign: str
    topic: str
    plan: str
    provider: str
    shard: int
    first: int
    rows: int
    policy: str = "hold"
    transactional: bool = False
    not_after: int = 0  # 0 = never too late
    attempt: int = 0  # 0 = the first visit; later ones try again those that a provider put off
    step: str = ""
    version: int = 1

    @property
    def subject(self) -> str:
        """Where it waits in the queue."""
        return f"mops.jobs.{token(self.provider)}.{token(self.send)}.{token(self.channel)}.{self.place}"

    @property
    def place(self) -> str:
        """The shard's own token: channel, plan and number (a later plan of the same send has other shards)."""
        return f"{token(self.channel)}-{self.plan[:8]}-{self.shard}"

    @property
    def ledger(self) -> str:
        """Its subject in the ledger."""
        return f"mops.ledger.{token(self.send)}.{self.place}"

    @property
    def indices(self) -> range:
        """The recipients' numbers in the audience."""
        return range(self.first, self.first + self.rows)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Job)


class UnknownJob(MopsError):
    """A job that this version cannot read; it stays for a newer worker."""

    exit_code = 5


def encoded(job: Job) -> bytes:
    """The job as it waits in the queue."""
    return _encoder.encode(job)


def decoded(data: bytes) -> Job:
    """A job from the queue.

    Raises:
        UnknownJob: It is not one, or of a newer version.
    """
    try:
        job = _decoder.decode(data)
    except msgspec.DecodeError as problem:
        raise UnknownJob(f"a job cannot be read: {problem}", hint="a newer mops may have written it") from None
    if job.version > 1:
        raise UnknownJob(f"a job has version {job.version}; this mops knows 1", hint="install the newest mops")
    return job


def filter_of(provider: str) -> str:
    """The jobs of a provider."""
    return f"mops.jobs.{token(provider)}.>"


def durable_of(provider: str) -> str:
    """The name of the consumer that all workers of a provider share."""
    return f"jobs-{token(provider)}"


def retry_subject(job: Job) -> str:
    """Where the next visit of a shard waits for its time."""
    return f"mops.schedule.retry.{token(job.send)}.{token(job.channel)}.{job.place}"
