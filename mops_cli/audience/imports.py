"""Importing contacts: all of a file in one transaction; every row is new, changed, the same, or refused with a reason."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Protocol

from mops_cli.audience.checks import REASONS
from mops_cli.audience.files.opening import open_source
from mops_cli.audience.files.rows import Irregular, Refused, trimmed
from mops_cli.audience.mapping import UPDATED, targets
from mops_cli.audience.staging import Staging, keys_of, sql
from mops_cli.clock import new_id
from mops_cli.errors import UsageError
from mops_cli.model.values import ZONE
from mops_cli.store.queries import filled
from mops_cli.store.recording import insert, many, note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from mops_cli.audience.files.rows import Source
    from mops_cli.model.config import ProjectConfig
    from mops_cli.store.database import Store

RULES = ("overwrite", "keep", "newest")
WORTH_A_BAR = 5_000_000
"""Bytes from which on an import takes long enough to tell how far it is."""
KEYS = ("external_id", "email", "phone")


class Progress(Protocol):
    """Told how far the file is read."""

    def __call__(self, done: int, total: int, name: str) -> None:
        """``done`` of ``total``."""
        ...


def _silent(done: int, total: int, name: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Consent that an import writes for every row: to what, from where, in which words (as their hash), since when."""

    topic: str
    channel: str
    source: str
    wording_hash: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What to import and how."""

    path: Path
    told: Mapping[str, str]
    rule: str = "overwrite"
    key: str = ""
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    date_format: str = ""
    country: str = ""
    agreement: Agreement | None = None
    errors: Path | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; ``rows`` is the sum of the four."""

    id: str
    rows: int
    added: int
    changed: int
    same: int
    refused: int
    undeclared: tuple[str, ...] = ()
    consented: int = 0
    withdrawn_kept: int = 0
    errors: str = ""
    dry_run: bool = False

    def as_json(self) -> dict[str, object]:
        """The stable machine shape."""
        return asdict(self)


class _Undone(Exception):
    """Takes a dry run back."""


def run(store: Store, config: ProjectConfig, wish: Wish, progress: Progress = _silent) -> Outcome:
    """Import a file.

    Raises:
        UsageError: The file cannot be read at all, or the wish does not fit it.
        ExternalError: The disk is full; nothing was imported.
    """
    _check(wish, config)
    outcome: Outcome | None = None
    try:
        with store.transaction():
            outcome = _run(store, config, wish, progress)
            _keep(wish)
    except _Undone:
        pass
    finally:
        if outcome is not None:
            _clear(store)
    if outcome is None:
        raise AssertionError("a transaction ended without an outcome")
    return outcome


def _keep(wish: Wish) -> None:
    if wish.dry_run:
        raise _Undone


def _check(wish: Wish, config: ProjectConfig) -> None:
    if wish.rule not in RULES:
        raise UsageError(f"there is no rule {wish.rule}", hint=f"--merge {', '.join(RULES)}")
    if wish.key and wish.key not in KEYS:
        raise UsageError(f"{wish.key} is no key", hint=f"--key {', '.join(KEYS)}")
    if wish.agreement is not None and wish.agreement.topic not in config.topics:
        from mops_cli.model.suggest import advice

        hint = advice(wish.agreement.topic, config.topics, what="topics")
        raise UsageError(f"there is no topic {wish.agreement.topic}", hint=hint)


def _clear(store: Store) -> None:
    store.run(sql()["clear"])


def _run(store: Store, config: ProjectConfig, wish: Wish, progress: Progress) -> Outcome:
    source = open_source(wish.path, kind=wish.kind, encoding=wish.encoding, delimiter=wish.delimiter)
    staging = _staging(source, store, config, wish)
    try:
        _take(store, staging, source, wish.path, progress)
    except Irregular:
        source = open_source(wish.path, kind=wish.kind, encoding=wish.encoding, delimiter=wish.delimiter, careful=True)
        _take(store, staging, source, wish.path, progress)
    _judge(store, config, staging)
    now = store.clock.now().replace(tzinfo=None)
    store.run(filled(sql()["number"], next="-row" if wish.dry_run else "nextval('contact_ids')"))
    store.run(staging.merge(), {"now": now})
    store.run(staging.insert(), {"now": now})
    store.run(staging.update())
    said = store.rows(sql()["last_word"])[0][0]
    outcome = _consent(store, wish.agreement, _count(store, source, wish, staging), now)
    if outcome.refused:
        place = wish.errors or store.folder / "imports" / f"{wish.path.stem}-{outcome.id}.errors.csv"
        _write_errors(place, _refusals(store, staging, source))
        outcome = replace(outcome, errors=str(place))
    if not wish.dry_run:
        _note(store, wish, outcome, said, now)
    return outcome


def _note(store: Store, wish: Wish, outcome: Outcome, said: int, now: datetime) -> None:
    """The import itself, and what it wrote, for the journal; ``said`` is the last word about consent before it."""
    about = {"file": wish.path.name, "hash": _hash(wish.path), "rule": wish.rule}
    record = insert(store, "imports", sql()["record"], {**_kept(outcome), **about, "now": now})
    people = many(store, "contacts", sql()["written"], what="put")
    words = many(store, "consent_log", "number > $said ORDER BY number", what="add", parameters={"said": said})
    told = {"import": outcome.id, "added": outcome.added, "changed": outcome.changed, "consented": outcome.consented}
    note(store, "contact.imported", [people, words, record], source=wish.path.name, about=told)


def _kept(outcome: Outcome) -> dict[str, object]:
    return {name: getattr(outcome, name) for name in ("id", "added", "changed", "same", "refused")}


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _staging(source: Source, store: Store, config: ProjectConfig, wish: Wish) -> Staging:
    found = targets(source.columns, store.contact_columns, wish.told)
    names = {target.field for target in found}
    if wish.rule == "newest" and UPDATED not in names:
        raise UsageError("--merge newest needs a column that goes to updated_at", hint='for instance --map "Changed=updated_at"')  # fmt: skip
    keys = keys_of(found, wish.key)
    if not keys or keys[0] not in names:
        wanted = wish.key or "email, external_id or phone"
        raise UsageError(f"no column goes to {wanted}", hint='say which: --map "E-Mail=email"')
    return Staging(found, keys, wish.rule, wish.country or config.project.country, wish.date_format, source.columns)


def _take(store: Store, staging: Staging, source: Source, path: Path, progress: Progress) -> None:
    _clear(store)
    store.run(staging.begin(), {"zone": ZONE.strip("^$")})
    size = path.stat().st_size
    total, done = size if size > WORTH_A_BAR else 0, 0
    for batch in source.batches():
        with store.lent(import_batch=trimmed(batch)):
            store.run(sql()["take"])
        done = min(done + batch.nbytes, max(total - 1, 0))
        progress(done, total, "read")
    progress(total, total, "read")


def _judge(store: Store, config: ProjectConfig, staging: Staging) -> None:
    """Find everything that is wrong, and who everybody else is."""
    store.run(staging.typed())
    for target in staging.targets if store.rows(sql()["any_bad"])[0][0] else ():
        store.run(staging.refuse_cells(target), {"place": target.name, "reason": REASONS.get(target.kind, REASONS["text"])})  # fmt: skip
    named = {target.field: target.name for target in staging.targets}
    for key in staging.keys:
        store.run(staging.refuse_twice(key), {"place": named.get(key, key)})
    store.run(staging.refuse_nobody(), {"reason": f"no {' or '.join(staging.keys)}"})
    store.run(staging.place())
    store.run(sql()["refuse_clashes"])
    for name, spec in config.fields.contact.items():
        if not spec.nullable:
            store.run(staging.refuse_incomplete(name), {"place": named.get(name, name)})
    store.run(sql()["drop_refused"])


def _count(store: Store, source: Source, wish: Wish, staging: Staging) -> Outcome:
    read, added, changed, known, refused = store.rows(sql()["counts"])[0]
    undeclared = tuple(target.field for target in staging.targets if target.extra)
    broken = len(source.refused)
    return Outcome(
        new_id(), read + broken, added, changed, known - changed, refused + broken, undeclared, dry_run=wish.dry_run
    )


def _consent(store: Store, agreement: Agreement | None, outcome: Outcome, now: datetime) -> Outcome:
    if agreement is None:
        return outcome
    about: dict[str, object] = {"topic": agreement.topic, "channel": agreement.channel}
    kept = store.rows(sql()["consent_kept"], about)[0][0]
    more = {
        "source": agreement.source,
        "wording": agreement.wording_hash or None,
        "at": agreement.at or now,
        "now": now,
    }
    return replace(outcome, consented=store.run(sql()["consent"], {**about, **more}), withdrawn_kept=kept)


def _refusals(store: Store, staging: Staging, source: Source) -> Iterator[Refused]:
    """Everything that was refused, in the order of the file."""
    judged = (
        Refused(row, place, reason, json.dumps(dict(zip(source.columns, cells, strict=True)), ensure_ascii=False))
        for batch in store.batches(staging.refused())
        for row, place, reason, *cells in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    broken = iter(sorted(source.refused, key=lambda refused: refused.row))
    import heapq

    yield from heapq.merge(judged, broken, key=lambda refused: refused.row)


def _write_errors(place: Path, refusals: Iterator[Refused]) -> None:
    """A CSV that only its owner can read: it holds the rows as they came."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        os.fchmod(stream.fileno(), 0o600)
        writer = csv.writer(stream)
        writer.writerow(("row", "column", "reason", "original"))
        writer.writerows((one.row, one.column, one.reason, one.original) for one in refusals)
