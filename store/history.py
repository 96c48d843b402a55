"""Writing history (版本历史): every state of every row is kept, nothing is overwritten.

A row of the outside world is recognised by its aggregate and natural key. When it comes again with the same
content nothing happens; with other content it becomes the next version. All versions of one call stand under
one ledger entry, whose number is what "known at" compares with; the caller appends that entry first, which
also makes it the only writer until the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.orm import Session

from store import projections
from store.access import FieldClass
from store.changes import Change, VersionStep, versions_of
from store.codes import take_codes
from store.dates import PartialDate
from store.errors import RecordInvalid, UnknownSubject
from store.evidence import Tier
from store.identity import new_id
from store.incoming import NewVersion, Outcome, Recorded, content_of, identity_of, stored_key
from store.ledger import Entry
from store.schema.history import subjects, versions

__all__ = [
    "STATES",
    "Change",
    "History",
    "NewVersion",
    "Outcome",
    "Recorded",
    "VersionStep",
    "versions_of",
]

#: Rows that are looked up and written together.
SLICE = 500

#: Aggregates whose versions tell of a state over time: on a day, the newest version that covers it holds.
#: All others are things that happened, with dates of their own: their newest version alone holds.
STATES = frozenset({"customers", "users", "contacts", "facts"})


class History:
    """Records versions under one ledger entry; `entry.actor` is their author unless a row names another."""

    def __init__(self, connection: Connection | Session, entry: Entry) -> None:
        self._connection = connection
        self._entry = entry

    def record(self, aggregate: str, natural_key: str, body: Mapping[str, Any], **origin: Any) -> Recorded:
        """Record one row; the keywords are the fields of `NewVersion`. Raises RecordInvalid."""
        row = NewVersion(aggregate=aggregate, natural_key=natural_key, body=body, **origin)
        return self.record_all([row])[0]

    def record_all(self, rows: Iterable[NewVersion]) -> list[Recorded]:
        """Record many rows, in order; a key that comes twice makes two versions if the content differs.

        Raises RecordInvalid when a row cannot be stored or belongs to another customer than before.
        """
        done: list[Recorded] = []
        remaining = iter(rows)
        while part := list(islice(remaining, SLICE)):
            done += self._record_slice(part)
        return done

    def present(self, aggregate: str, natural_key: str) -> Mapping[str, Any] | None:
        """What a row says as it is now; None when there is none or it was removed."""
        query = (
            select(versions.c.body, versions.c.removed)
            .join(subjects, subjects.c.current_version == versions.c.id)
            .where(subjects.c.aggregate == aggregate, subjects.c.natural_key == stored_key(natural_key))
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None or row.removed else row.body

    def remove(self, aggregate: str, natural_key: str, *, cause: str, actor: str | None = None) -> Recorded:
        """Mark a row as no longer so (墓碑); what it was stays in its history. Raises UnknownSubject."""
        key = stored_key(natural_key)
        newest = (
            select(versions)
            .join(subjects, subjects.c.id == versions.c.subject_id)
            .where(subjects.c.aggregate == aggregate, subjects.c.natural_key == key)
            .order_by(versions.c.number.desc())
            .limit(1)
        )
        row = self._connection.execute(newest).one_or_none()
        if row is None:
            raise UnknownSubject(f"there is nothing called “{natural_key}” among the {aggregate}")
        tombstone = NewVersion(
            aggregate=aggregate,
            natural_key=natural_key,
            body=row.body,
            customer_id=row.customer_id,
            source=row.source,
            tier=Tier(row.tier),
            field_class=FieldClass(row.field_class),
            observed_on=PartialDate.parse(row.observed_on) if row.observed_on else None,
            url=row.url,
            cause=cause,
            actor=actor,
            amount=row.amount,
            currency=row.currency,
            removed=True,
        )
        return self.record_all([tombstone])[0]

    def _record_slice(self, rows: Sequence[NewVersion]) -> list[Recorded]:
        known = self._known(rows)
        fresh = sum(
            1 for key in {identity_of(row) for row in rows} if key[0] == "customers" and key not in known
        )
        codes = iter(take_codes(self._connection, "C", fresh))
        work = _Work()
        done = [self._place(row, known, codes, work) for row in rows]
        self._write(work)
        return done

    def _known(self, rows: Sequence[NewVersion]) -> dict[tuple[str, str], _Subject]:
        """What is stored under the keys of the rows: each subject with its current and its newest version."""
        keys: dict[str, set[str]] = {}
        for row in rows:
            keys.setdefault(row.aggregate, set()).add(stored_key(row.natural_key))
        found: dict[tuple[str, str], _Subject] = {}
        for aggregate, wanted in keys.items():
            for row in self._connection.execute(_KNOWN, {"aggregate": aggregate, "keys": list(wanted)}):
                subject = found.setdefault(
                    (aggregate, row.natural_key),
                    _Subject(row.id, row.customer_id, row.code, row.current_version),
                )
                subject.digests[row.version_id] = row.digest
                if row.number >= subject.number:
                    subject.number, subject.removed = row.number, row.removed
                if row.version_id == subject.current:
                    subject.closed = row.valid_to is not None
        return found

    def _place(
        self, row: NewVersion, known: dict[tuple[str, str], _Subject], codes: Iterator[str], work: _Work
    ) -> Recorded:
        content, fingerprint = content_of(row)
        subject = known.get(identity_of(row))
        outcome = Outcome.CHANGED
        if subject is None:
            outcome = Outcome.NEW
            subject = self._new_subject(row, codes)
            known[identity_of(row)] = subject
            work.subjects.append(subject)
        elif row.customer_id not in (None, subject.customer_id):
            raise RecordInvalid(
                f"“{row.natural_key}” among the {row.aggregate} is already a record of another customer; "
                "give it a key of its own"
            )
        else:
            for version, stored in subject.digests.items():
                if stored == fingerprint:
                    return Recorded(subject.id, version, Outcome.UNCHANGED, subject.code)
        version = new_id()
        previous, subject.number = subject.current, subject.number + 1
        work.versions.append(
            {
                **content,
                "id": version,
                "subject_id": subject.id,
                "customer_id": subject.customer_id,
                "number": subject.number,
                "recorded_seq": self._entry.seq,
                "recorded_at": self._entry.at,
                "digest": fingerprint,
                "actor": (row.actor or self._entry.actor)[:200],
            }
        )
        closed = row.valid_to is not None and row.aggregate in STATES
        if previous is None or not closed or subject.closed:
            subject.current, subject.closed = version, closed
            subject.digests = {version: fingerprint}
            if outcome is Outcome.CHANGED:
                work.moved[subject.id] = version
            work.current[subject.id] = (row.aggregate, content["body"], row.removed)
        else:
            # A state that has ended, learned late: it joins the history, what holds today stays.
            subject.digests = {previous: subject.digests[previous], version: fingerprint}
        subject.removed = row.removed
        return Recorded(subject.id, version, outcome, subject.code)

    def _new_subject(self, row: NewVersion, codes: Iterator[str]) -> _Subject:
        identity = new_id()
        if row.aggregate == "customers":
            return _Subject(identity, identity, next(codes), None, identity_of(row))
        return _Subject(identity, row.customer_id, None, None, identity_of(row))

    def _write(self, work: _Work) -> None:
        if work.subjects:
            self._connection.execute(subjects.insert(), [subject.row() for subject in work.subjects])
        if work.versions:
            self._connection.execute(versions.insert(), work.versions)
        if work.moved:
            moved = [{"subject": key, "version": version} for key, version in work.moved.items()]
            self._connection.execute(_MOVE, moved)
        fresh = {subject.id for subject in work.subjects}
        projections.write(self._connection, work.current, fresh=fresh)


@dataclass(slots=True)
class _Subject:
    """A subject while its slice is being placed."""

    id: UUID
    customer_id: UUID | None
    code: str | None
    current: UUID | None
    key: tuple[str, str] = ("", "")
    number: int = 0
    removed: bool = False
    closed: bool = False
    digests: dict[UUID, str] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "aggregate": self.key[0],
            "natural_key": self.key[1],
            "customer_id": self.customer_id,
            "code": self.code,
            "current_version": self.current,
        }


@dataclass(slots=True)
class _Work:
    """What a slice is going to write."""

    subjects: list[_Subject] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    moved: dict[UUID, UUID] = field(default_factory=dict)
    current: dict[UUID, tuple[str, dict[str, Any], bool]] = field(default_factory=dict)


_newest = versions.alias("newest")
_KNOWN = (
    select(
        subjects.c.id,
        subjects.c.natural_key,
        subjects.c.customer_id,
        subjects.c.code,
        subjects.c.current_version,
        versions.c.id.label("version_id"),
        versions.c.number,
        versions.c.digest,
        versions.c.removed,
        versions.c.valid_to,
    )
    .join(versions, versions.c.subject_id == subjects.c.id)
    .where(
        subjects.c.aggregate == bindparam("aggregate"),
        subjects.c.natural_key.in_(bindparam("keys", expanding=True)),
        or_(
            versions.c.id == subjects.c.current_version,
            versions.c.number
            == select(func.max(_newest.c.number))
            .where(_newest.c.subject_id == subjects.c.id)
            .scalar_subquery(),
        ),
    )
)
_MOVE = (
    subjects.update()
    .where(subjects.c.id == bindparam("subject"))
    .values(current_version=bindparam("version"))
)
