"""Reading all customers at once (客户总览): the dossiers that a viewer may see, one after the other, in one statement.

The same picture as `store.dossier` gives, with the aggregates that are asked for and no others, so that a question
about a thousand customers does not read a thousand files. Customers come in the order of their codes' making and are
not kept: whoever reads decides what to hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from json import JSONDecoder
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, String, Text, bindparam, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from store.access import FieldClass, Viewer
from store.changes import VersionStep, step_of
from store.checks import StoredCheck
from store.dates import PartialDate
from store.dossier import UNDATED, Version, arrange, build_row, choose, damaged, newest_first
from store.late import COLUMNS, key_of, late_origin
from store.ledger import LAST_AT
from store.masking import masked_for, visible_body
from store.records import Dossier
from store.rows import BUILDERS
from store.schema.checks import checks
from store.schema.history import subjects, versions
from store.schema.ledger import ledger_head

#: Rows that are fetched at a time, and customers that one statement names.
_SLICE = 2_000
_AT_ONCE = 5_000


def read_portfolio(
    connection: Connection | Session,
    aggregates: Iterable[str],
    *,
    viewer: Viewer,
    as_of: PartialDate | None = None,
    known_at: datetime | None = None,
    among: Collection[UUID] | None = None,
) -> Iterator[Dossier]:
    """Every customer that the viewer may see, with its profile and the given aggregates (no documents, no events).

    `as_of` and `known_at` mean what they mean in `read_dossier`. A customer whose own row is hidden, removed or not
    yet known is not there; what else is hidden of a customer is absent. `among` names the only customers that are
    wanted. Raises StoreDamaged as `read_dossier` does.
    """
    wanted = sorted({"customers", *aggregates})
    known_seq = head_of(connection, known_at)
    given: dict[str, object] = {"aggregates": wanted, "known": known_seq}
    parts = _parts(among)
    if as_of is None and known_at is None:
        for part in parts:
            yield from _now(connection, given, viewer.classes, part, known_seq)
        return
    query, day = (_ALL if known_at is None else _KNOWN_THEN), None if as_of is None else as_of.last
    for part in parts:
        for customer_id, group in groupby(_fetched(connection, query, given, part), key=itemgetter(0)):
            found = [Version(key_of(row[1]), key_of(row[2]), *row[3:], known_seq) for row in group]
            code = next((version.code for version in found if version.aggregate == "customers"), None)
            rows = arrange(choose(found, day), viewer.classes, day)
            profile = rows.pop("customers", ())
            if profile and code is not None:
                yield Dossier(key_of(customer_id), code, profile[0], as_of, known_at, known_seq, **rows)


def head_of(connection: Connection | Session, known_at: datetime | None = None) -> int:
    """The number of the ledger as of which a connection reads, or the last one of an earlier moment."""
    if known_at is None:
        return connection.execute(select(ledger_head.c.seq)).scalar() or 0
    return connection.execute(LAST_AT, {"at": known_at}).scalar() or 0


def holders_of(connection: Connection | Session, aggregates: Iterable[str], number: str) -> list[UUID]:
    """The customers who have a row of these aggregates that the outside world knows by this number, in any case."""
    ending = "%|" + re.sub(r"([%_\\])", r"\\\1", number.lower())
    query = select(subjects.c.customer_id).where(
        subjects.c.aggregate.in_(list(aggregates)),
        func.lower(subjects.c.natural_key).like(ending, escape="\\"),
        subjects.c.customer_id.is_not(None),
    )
    return sorted(connection.scalars(query.distinct()), key=str)


def changed_since(connection: Connection | Session, seq: int, aggregates: Iterable[str]) -> set[UUID]:
    """The customers of whom rows of these aggregates were recorded after a number of the ledger."""
    query = select(versions.c.customer_id).where(
        versions.c.aggregate.in_(list(aggregates)), versions.c.recorded_seq > seq
    )
    return {found for (found,) in connection.execute(query.distinct()) if found is not None}


def _parts(among: Collection[UUID] | None) -> Iterator[list[UUID] | None]:
    """Slices of the wanted customers, in the order of all: databases take so many values in one statement."""
    if among is None:
        yield None
        return
    listed = sorted(among, key=lambda one: one.int)
    for at in range(0, len(listed), _AT_ONCE):
        yield listed[at : at + _AT_ONCE]


def _fetched(
    connection: Connection | Session, query: Select[Any], given: dict[str, object], part: list[UUID] | None
) -> Iterator[Row[Any]]:
    if part is not None:
        query, given = query.where(_AMONG), {**given, "among": part}
    return iter(connection.execute(query, given, execution_options={"yield_per": _SLICE}))


def _now(
    connection: Connection | Session,
    given: dict[str, object],
    classes: Set[FieldClass],
    part: list[UUID] | None,
    known_seq: int,
) -> Iterator[Dossier]:
    """The picture of now: the version that holds is known without choosing, and what is hidden is not fetched."""
    shown = {**given, "classes": [item.value for item in classes]}
    masked = masked_for(classes)
    for customer_id, group in groupby(_fetched(connection, _CURRENT, shown, part), key=_CUSTOMER):
        found = list(group)
        code = next((row[_CODE] for row in found if row[_AGGREGATE] == "customers"), None)
        if code is None:
            continue
        rows: dict[str, list[tuple[tuple[Any, ...], Any]]] = defaultdict(list)
        for row in found:
            aggregate, origin = row[_AGGREGATE], late_origin(row)
            try:
                body = _read(row[_BODY])[0]
            except ValueError as wrong:
                raise damaged(aggregate, origin, code, wrong) from wrong
            if aggregate in masked:
                body = visible_body(aggregate, body, classes)
            built, begin = build_row(aggregate, origin, body, None, code)
            rows[aggregate].append(((begin or UNDATED, row[_SEQ], row[0]), built))
        sorted_rows = {name: newest_first(listed) for name, listed in rows.items()}
        profile = sorted_rows.pop("customers")[0]
        yield Dossier(key_of(customer_id), code, profile, None, None, known_seq, **sorted_rows)


@dataclass(frozen=True, slots=True)
class CheckMark:
    """That a customer was checked: by its code, with the gravest outcome."""

    id: UUID
    code: str
    customer_id: UUID
    made_at: datetime
    status: str
    actor: str


def latest_checks(
    connection: Connection | Session, *, until: datetime | None = None
) -> dict[UUID, CheckMark]:
    """The latest check of each customer, made before `until`; whoever was never checked is not in it."""
    query = select(*(checks.c[name] for name in CheckMark.__dataclass_fields__)).order_by(
        checks.c.made_at, checks.c.id
    )
    if until is not None:
        query = query.where(checks.c.made_at < until)
    return {row.customer_id: CheckMark(*row) for row in connection.execute(query)}


def checks_made(
    connection: Connection | Session, *, since: datetime | None, until: datetime | None, limit: int = 500
) -> list[StoredCheck]:
    """The checks made from `since` to before `until`, newest first."""
    query = select(checks).order_by(checks.c.made_at.desc(), checks.c.id.desc()).limit(limit)
    if since is not None:
        query = query.where(checks.c.made_at >= since)
    if until is not None:
        query = query.where(checks.c.made_at < until)
    return [StoredCheck(**row._asdict()) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Recent:
    """What changed in all files: `steps` by customer, newest first; `fresh` counts new rows by customer and kind."""

    steps: tuple[tuple[UUID, VersionStep], ...]
    fresh: dict[tuple[UUID, str], int]
    cut: bool


def recent_changes(
    connection: Connection | Session,
    *,
    viewer: Viewer,
    since: datetime,
    until: datetime | None = None,
    limit: int = 200,
) -> Recent:
    """The changes recorded from `since` to before `until`; rows and columns are left out or masked as in a dossier.

    First versions are counted and not listed: an import would hide what changed. `cut` says that more changed than
    `limit`.
    """
    classes = [item.value for item in viewer.classes]
    ours = (
        versions.c.customer_id.is_not(None)
        & versions.c.aggregate.in_(list(BUILDERS))
        & versions.c.field_class.in_(classes)
        & (versions.c.recorded_at >= since)
    )
    if until is not None:
        ours &= versions.c.recorded_at < until
    first = (versions.c.number == 1) & versions.c.removed.is_(False)
    counted = (
        select(versions.c.customer_id, versions.c.aggregate, func.count())
        .where(ours, first)
        .group_by(versions.c.customer_id, versions.c.aggregate)
    )
    fresh = {(row[0], row[1]): row[2] for row in connection.execute(counted)}
    newest = versions.c.recorded_seq.desc(), versions.c.id.desc()
    query = select(versions).where(ours, ~first).order_by(*newest).limit(limit + 1)
    later = connection.execute(query).all()
    before: dict[tuple[UUID, int], Row[Any]] = {}
    ids = list({row.subject_id for row in later[:limit]})
    for at in range(0, len(ids), 500):
        earlier = select(versions).where(versions.c.subject_id.in_(ids[at : at + 500]))
        before |= {(row.subject_id, row.number): row for row in connection.execute(earlier)}
    steps = []
    for row in later[:limit]:
        step = step_of(row, before.get((row.subject_id, row.number - 1)), viewer.classes)
        if step.changes or step.removed:
            steps.append((row.customer_id, step))
    return Recent(tuple(steps), fresh, len(later) > limit)


_KEYS = ("id", "subject_id")
_COLUMNS = [
    type_coerce(versions.c.customer_id, String).label("customer_id"),
    *(type_coerce(versions.c[name], String).label(name) for name in _KEYS),
    *(versions.c[name] for name in Version._fields if name not in (*_KEYS, "code", "known_seq")),
    subjects.c.code,
]
_AMONG = subjects.c.customer_id.in_(bindparam("among", expanding=True))
_WANTED = bindparam("aggregates", expanding=True)
_ALL = (
    select(*_COLUMNS)
    .join(subjects, subjects.c.id == versions.c.subject_id)
    .where(versions.c.customer_id.is_not(None), versions.c.aggregate.in_(_WANTED))
    .order_by(versions.c.customer_id, versions.c.subject_id, versions.c.number.desc())
)
_KNOWN_THEN = _ALL.where(versions.c.recorded_seq <= bindparam("known"))

# What an origin is read from comes as the drivers give it: most of it is never looked at.
_PLACES = (*COLUMNS, "aggregate", "body", "customer_id", "code")
_AGGREGATE, _BODY, _CODE = (_PLACES.index(name) for name in ("aggregate", "body", "code"))
_SEQ, _CUSTOMER = _PLACES.index("recorded_seq"), itemgetter(_PLACES.index("customer_id"))
_read = JSONDecoder().raw_decode
_CURRENT = (
    select(
        *(cast(versions.c[name], String).label(name) for name in COLUMNS[:2]),
        *(type_coerce(versions.c[name], String).label(name) for name in COLUMNS[2:]),
        type_coerce(versions.c.aggregate, String).label("aggregate"),
        cast(versions.c.body, Text).label("body"),
        cast(subjects.c.customer_id, String).label("customer_id"),
        subjects.c.code,
    )
    .join(subjects, subjects.c.current_version == versions.c.id)
    .where(
        subjects.c.customer_id.is_not(None),
        # Joined to nothing, the name of the aggregate leaves the index of customers as the only one to go by; they
        # come in its order then, and hundreds of thousands of rows need not be sorted.
        subjects.c.aggregate.concat("").in_(_WANTED),
        versions.c.removed.is_(False),
        versions.c.field_class.in_(bindparam("classes", expanding=True)),
    )
    .order_by(subjects.c.customer_id)
)
