"""Hits of screening (命中): what was found, how it stands, and what people decided.

    open ──▶ true | unsure | false          above policy's level:  open ──▶ proposed ──▶ false
      ▲                         │
      └── something that mattered changed ──┘          an entry that left its list: ──▶ closed

A hit is one subject against one entry of a list. It is found again and again and stays one row, so that what was
decided holds until its grounds change. Scores are whole ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update
from sqlalchemy.orm import Session

from store.canonical import mend, mended, plain
from store.codes import take_codes
from store.identity import new_id, read_code
from store.schema.ledger import ledger
from store.schema.screening import hit_steps, hits
from store.schema.watchlists import watchlist_entries

#: Keys that one statement names.
_SLICE = 500


class HitState(StrEnum):
    """Where a hit stands: PROPOSED waits for a second person, CLOSED is of an entry that is no longer listed."""

    OPEN = "open"
    PROPOSED = "proposed"
    UNSURE = "unsure"
    TRUE = "true"
    FALSE = "false"
    CLOSED = "closed"


#: States in which somebody still has to decide.
WAITING = (HitState.OPEN, HitState.PROPOSED, HitState.UNSURE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit as it stands; `matter` is our side as it was when it was last compared."""

    id: UUID
    code: str
    customer_id: UUID | None
    subject: str
    name: str
    roles: Sequence[str]
    list: str
    entry: str
    list_version: int
    entry_name: str
    our_name: str
    matched: str
    score: int
    because: Sequence[Mapping[str, Any]]
    against: Sequence[Mapping[str, Any]]
    matter: Mapping[str, Any]
    subject_hash: str
    entry_hash: str
    state: HitState
    by: str | None
    at: datetime
    reason: str
    opened_at: datetime
    latest_at: datetime
    policy_version: str


@dataclass(frozen=True, slots=True)
class HitStep:
    """Something that happened to a hit; `actor` is None where the house did it, `seq` the ledger's number.

    `fields` names what had changed when it opened again: ("entry", "identifiers").
    """

    at: datetime
    actor: str | None
    act: str
    before: str
    after: str
    words: str
    fields: Sequence[Sequence[str]]
    list_version: int
    score: int
    screening: str | None
    seq: int


class Hits:
    """Hits on a connection inside somebody's unit of work; writers take their turn first."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def by_code(self, code: str, *, hold: bool = False) -> Hit | None:
        """The hit `H-7` (also written h7); `hold` keeps others from it until the commit."""
        canonical = read_code(code, "H")
        if canonical is None:
            return None
        query = select(hits).where(hits.c.code == canonical)
        row = self._connection.execute(query.with_for_update() if hold else query).one_or_none()
        return None if row is None else _hit(row)

    def of_subjects(self, subjects: Collection[str]) -> list[Hit]:
        """Every hit of these subjects, closed ones too."""
        return self._among(hits.c.subject, subjects)

    def of_customers(self, customers: Collection[UUID]) -> list[Hit]:
        """Every hit of these customers, closed ones too."""
        return self._among(hits.c.customer_id, customers)

    def of_entries(self, list_: str, entries: Collection[str]) -> list[Hit]:
        """Every hit on these entries of a list."""
        return self._among(hits.c.entry, entries, hits.c.list == list_)

    def missing(self, list_: str, version: int) -> list[Hit]:
        """Hits that are neither closed nor true, on entries that this version of the list has not."""
        here = select(watchlist_entries.c.entry).where(_in_version(list_, version))
        ended = (HitState.CLOSED.value, HitState.TRUE.value)
        query = select(hits).where(
            hits.c.list == list_,
            hits.c.list_version < version,
            hits.c.state.not_in(ended),
            hits.c.entry.not_in(here),
        )
        return [_hit(row) for row in self._connection.execute(query.order_by(hits.c.id))]

    def outdated(self, list_: str, version: int) -> list[str]:
        """Entries whose hits rest on what this version of the list says otherwise."""
        query = (
            select(hits.c.entry)
            .distinct()
            .join(watchlist_entries, watchlist_entries.c.entry == hits.c.entry)
            .where(
                hits.c.list == list_,
                hits.c.list_version < version,
                hits.c.entry_hash != watchlist_entries.c.matter,
                _in_version(list_, version),
            )
        )
        return sorted(self._connection.execute(query).scalars())

    def listed(
        self,
        *,
        states: Collection[HitState] = (),
        customer_id: UUID | None = None,
        list_: str | None = None,
        limit: int = 500,
    ) -> list[Hit]:
        """Hits by state, customer and list, the likeliest first and then the oldest."""
        query = select(hits).order_by(hits.c.score.desc(), hits.c.opened_at, hits.c.id).limit(limit)
        if states:
            query = query.where(hits.c.state.in_([state.value for state in states]))
        if customer_id is not None:
            query = query.where(hits.c.customer_id == customer_id)
        if list_ is not None:
            query = query.where(hits.c.list == list_)
        return [_hit(row) for row in self._connection.execute(query)]

    def opened_after(self, seq: int, actor: str, limit: int) -> list[tuple[Hit, HitStep]]:
        """What this actor found or opened again behind a number of the ledger, with the hits as they stand now."""
        columns = [hit_steps.c[name].label(f"step_{name}") for name in HitStep.__slots__]
        query = (
            select(hits, *columns)
            .join(hit_steps, hit_steps.c.hit_id == hits.c.id)
            .join(ledger, ledger.c.seq == hit_steps.c.seq)
            .where(
                hit_steps.c.seq > seq, hit_steps.c.act.in_(["opened", "reopened"]), ledger.c.actor == actor
            )
            .order_by(hit_steps.c.seq, hit_steps.c.id)
            .limit(limit)
        )
        found = []
        for row in self._connection.execute(query).mappings():
            hit = {name: row[name] for name in Hit.__slots__}
            step = {name: row[f"step_{name}"] for name in HitStep.__slots__}
            found.append((Hit(**{**hit, "state": HitState(hit["state"])}), HitStep(**step)))
        return found

    def count(self, states: Collection[HitState], *, customer_id: UUID | None = None) -> int:
        """How many hits are in these states, of one customer or of all."""
        query = select(func.count()).where(hits.c.state.in_([state.value for state in states]))
        if customer_id is not None:
            query = query.where(hits.c.customer_id == customer_id)
        return self._connection.execute(query).scalar_one()

    def every(self) -> Iterator[Hit]:
        """All hits by their making, for an export."""
        query = select(hits).order_by(hits.c.opened_at, hits.c.id)
        with self._connection.execute(query, execution_options={"yield_per": _SLICE}) as rows:
            for row in rows:
                yield _hit(row)

    def open(self, found: Sequence[Mapping[str, Any]]) -> list[Hit]:
        """Write new hits: all columns but id and code."""
        rows = [dict(each) for each in found]
        for row, code in zip(rows, take_codes(self._connection, "H", len(rows)), strict=True):
            row |= {"id": new_id(), "code": code}
            row |= {name: mended(row[name]) for name in ("name", "entry_name", "our_name", "matched")}
            row |= {name: plain(mend(row[name])) for name in ("roles", "because", "against", "matter")}
        if rows:
            self._connection.execute(hits.insert(), rows)
        return [Hit(**{**row, "state": HitState(row["state"])}) for row in rows]

    def change(self, hit: Hit, **values: Any) -> Hit:
        """Write new values of some columns; gives the hit as it is then."""
        for name in ("roles", "because", "against", "matter"):
            if name in values:
                values[name] = plain(mend(values[name]))
        for name in ("name", "entry_name", "our_name", "matched", "reason"):
            if name in values:
                values[name] = mended(values[name])
        self._connection.execute(update(hits).where(hits.c.id == hit.id).values(**values))
        return _hit(self._connection.execute(select(hits).where(hits.c.id == hit.id)).one())

    def step(
        self,
        hit: Hit,
        *,
        at: datetime,
        actor: str | None,
        act: str,
        after: HitState,
        seq: int,
        words: str = "",
        fields: Sequence[Sequence[str]] = (),
        list_version: int | None = None,
        screening: str | None = None,
        request: str | None = None,
    ) -> None:
        """Remember what happened; `hit` is as it was before."""
        row = {
            "id": new_id(),
            "hit_id": hit.id,
            "at": at,
            "actor": actor,
            "act": act,
            "before": hit.state.value if act != "opened" else "",
            "after": after.value,
            "words": mended(words),
            "fields": plain([list(field) for field in fields]),
            "list_version": hit.list_version if list_version is None else list_version,
            "score": hit.score,
            "screening": screening,
            "seq": seq,
            "request": request,
        }
        self._connection.execute(hit_steps.insert(), row)

    def steps(self, hit: Hit) -> list[HitStep]:
        """What happened to a hit, oldest first."""
        columns = [hit_steps.c[name] for name in HitStep.__slots__]
        query = select(*columns).where(hit_steps.c.hit_id == hit.id).order_by(hit_steps.c.at, hit_steps.c.id)
        return [HitStep(**row._asdict()) for row in self._connection.execute(query)]

    def entry(self, hit: Hit) -> Mapping[str, Any] | None:
        """What the entry said when the hit was last compared."""
        query = select(watchlist_entries.c.body).where(
            watchlist_entries.c.list == hit.list,
            watchlist_entries.c.entry == hit.entry,
            watchlist_entries.c.since <= hit.list_version,
        )
        newest = query.order_by(watchlist_entries.c.since.desc()).limit(1)
        return self._connection.execute(newest).scalar()

    def done(self, request: str) -> bool:
        """Whether this click has acted already."""
        query = select(hit_steps.c.id).where(hit_steps.c.request == request)
        return self._connection.execute(query).first() is not None

    def _among(self, column: Any, wanted: Collection[Any], *also: Any) -> list[Hit]:
        keys, found = list(wanted), []
        for at in range(0, len(keys), _SLICE):
            query = select(hits).where(column.in_(keys[at : at + _SLICE]), *also).order_by(hits.c.id)
            found += [_hit(row) for row in self._connection.execute(query)]
        return found


def _in_version(list_: str, version: int) -> ColumnElement[bool]:
    until = watchlist_entries.c.until
    return and_(
        watchlist_entries.c.list == list_,
        watchlist_entries.c.since <= version,
        or_(until.is_(None), until > version),
    )


def _hit(row: Row[Any]) -> Hit:
    return Hit(**{**row._asdict(), "state": HitState(row.state)})
