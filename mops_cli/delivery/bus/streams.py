"""The streams of the bus, as code, and how a server is brought to have them. Nothing here ever deletes a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mops_cli.delivery.bus.subjects import covers
from mops_cli.errors import MopsError, UsageError

if TYPE_CHECKING:
    from mops_cli.delivery.bus.connection import Link

DAY = 86_400.0
SECOND = 1_000_000_000
"""The server counts in nanoseconds."""
DEDUP = 120.0
"""Seconds in which a repeated message id is recognised."""


class Stream(msgspec.Struct, frozen=True):
    """One stream. ``queue``: a message leaves when its worker says so. ``kept``: seconds, 0 = until we delete it."""

    name: str
    subjects: tuple[str, ...]
    purpose: str
    queue: bool = False
    schedules: bool = False
    discard_new: bool = False
    per_subject: int = -1
    kept: float = 0.0

    def config(self, replicas: int) -> dict[str, Any]:
        """What the server is told, without names and subjects."""
        return {
            "description": self.purpose,
            "retention": "workqueue" if self.queue else "limits",
            "storage": "file",
            "num_replicas": replicas,
            "discard": "new" if self.discard_new else "old",
            "max_age": int(self.kept * SECOND),
            "max_msgs": -1,
            "max_bytes": -1,
            "max_msgs_per_subject": self.per_subject,
            "duplicate_window": int(DEDUP * SECOND),
            "allow_direct": True,
            "allow_atomic": True,
            "allow_msg_ttl": True,
            "allow_msg_schedules": self.schedules,
        }


JOBS = Stream(
    "MOPS_JOBS",
    # A schedule lies in the stream of its target: that is a rule of the server.
    ("mops.jobs.>", "mops.schedule.retry.>"),
    "Shards of sends that wait for a worker, and their later visits",
    queue=True,
    schedules=True,
)
LEDGER = Stream(
    "MOPS_LEDGER", ("mops.ledger.>",), "Who gets a message and what came of it, before and after", discard_new=True
)
EVENTS = Stream("MOPS_EVENTS", ("mops.events.>",), "Everything that happened", discard_new=True)
INBOUND = Stream("MOPS_INBOUND", ("mops.inbound.>",), "What came from outside, as it came", queue=True)
SCHEDULE = Stream(
    "MOPS_SCHEDULE",
    ("mops.schedule.wake.>", "mops.due.>"),
    "What is to happen at a time, and what is due",
    queue=True,
    schedules=True,
)
DLQ = Stream("MOPS_DLQ", ("mops.dlq.>",), "What failed for good, with the reason", kept=90 * DAY)
FLAGS = Stream("KV_MOPS_FLAGS", ("$KV.MOPS_FLAGS.>",), "Small shared values: what is paused", per_subject=1)
STREAMS = (JOBS, LEDGER, EVENTS, INBOUND, SCHEDULE, DLQ, FLAGS)

_FIXED = ("retention", "storage")
"""What a server cannot change in a stream that exists."""


class StreamDiffers(MopsError):
    """A stream of our name exists, and is not ours or of another make."""

    exit_code = 5


def stream_of(subject: str) -> Stream:
    """The stream that stores a subject (wildcards allowed, within one stream).

    Raises:
        UsageError: None does.
    """
    for stream in STREAMS:
        for one in stream.subjects:
            if covers(one, subject):
                return stream
    raise UsageError(f"no stream of the bus stores {subject}", hint="subjects begin as in delivery/bus/streams.py")


def stream_named(name: str) -> Stream:
    """A stream of the table.

    Raises:
        UsageError: There is none of this name.
    """
    for stream in STREAMS:
        if stream.name == name:
            return stream
    raise UsageError(f"the bus has no stream {name}", hint=f"it has {', '.join(one.name for one in STREAMS)}")


async def reconcile(link: Link, replicas: int = 1) -> list[str]:
    """Create the streams that are missing and update those that differ; gives what was done, one sentence each.

    Raises:
        StreamDiffers: A stream cannot become what it must be.
        BusUnavailable: The server does not answer.
    """
    done = []
    for stream in STREAMS:
        found = await link.stream_info(stream.name)
        sentence = await (_create(link, stream, replicas) if found is None else _update(link, stream, found, replicas))
        if sentence:
            done.append(sentence)
    return done


async def _create(link: Link, stream: Stream, replicas: int) -> str:
    name = link.names.stream(stream.name)
    subjects = [link.names.subject(one) for one in stream.subjects]
    problem = await link.change(f"STREAM.CREATE.{name}", {"name": name, "subjects": subjects} | stream.config(replicas))
    if problem:
        raise StreamDiffers(
            f"the stream {name} cannot be created: {problem}",
            hint="is another stream on these subjects? then set nats.prefix; is the server's storage used up?",
        )
    return f"{name} created"


async def _update(link: Link, stream: Stream, found: dict[str, Any], replicas: int) -> str:
    name = link.names.stream(stream.name)
    wanted = stream.config(replicas)
    for key in _FIXED:
        if found.get(key) != wanted[key]:
            raise StreamDiffers(
                f"the stream {name} on this server has {key} {found.get(key)}, and must have {wanted[key]}",
                hint="it belongs to something else: set nats.prefix; or save its messages and delete it by hand",
            )
    ours = {link.names.subject(one) for one in stream.subjects}
    have = found.get("subjects") or []
    # Subjects that a newer version added stay: an older one must not cut them off.
    wanted["subjects"] = [*have, *sorted(ours.difference(have))]
    changed = sorted(key for key, value in wanted.items() if found.get(key, _absent(value)) != value)
    if not changed:
        return ""
    problem = await link.change(f"STREAM.UPDATE.{name}", found | wanted)
    if problem:
        raise StreamDiffers(
            f"the stream {name} cannot be changed ({', '.join(changed)}): {problem}",
            hint="an administrator of the server may have to do it: nats stream edit",
        )
    return f"{name} changed: {', '.join(changed)}"


def _absent(value: object) -> object:
    """What the server means by a key that it leaves out."""
    return False if isinstance(value, bool) else None
