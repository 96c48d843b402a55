"""All names and numbers of a portfolio (客户及关联方名称): what an index over customers and those behind them holds.

One statement for names of firms, one for parties; bodies are not read whole, so that a million customers are read in
seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from store.projections import IDENTIFIERS
from store.schema.history import customer_names, subjects, versions

#: Rows that are fetched at a time, and customers that one statement names.
_SLICE = 5_000
_AMONG = 500
#: Numbers that say who somebody is; the caller's own key is none of them.
_NUMBERS = frozenset(IDENTIFIERS) - {"customer_key"}


def portfolio_names(
    connection: Connection | Session, among: Collection[UUID] | None = None
) -> Iterator[tuple[UUID, str, bool]]:
    """(customer, name or number, whether it is a number) of every customer or of these, in no order."""
    if among is None:
        yield from _firms(connection, None)
        yield from _parties(connection, None)
        return
    wanted = list(among)
    for at in range(0, len(wanted), _AMONG):
        part = wanted[at : at + _AMONG]
        yield from chain(_firms(connection, part), _parties(connection, part))


def _firms(connection: Connection | Session, among: list[UUID] | None) -> Iterator[tuple[UUID, str, bool]]:
    query = select(customer_names.c.customer_id, customer_names.c.name, customer_names.c.kind)
    query = query.where(customer_names.c.kind != "customer_key")
    if among is not None:
        query = query.where(customer_names.c.customer_id.in_(among))
    for customer, name, kind in _read(connection, query):
        yield customer, name, kind in _NUMBERS


def _parties(connection: Connection | Session, among: list[UUID] | None) -> Iterator[tuple[UUID, str, bool]]:
    query = (
        select(
            subjects.c.customer_id,
            versions.c.body["name"].as_string(),
            versions.c.body["identifiers"],
        )
        .join(versions, subjects.c.current_version == versions.c.id)
        .where(subjects.c.aggregate == "parties", ~versions.c.removed)
    )
    if among is not None:
        query = query.where(subjects.c.customer_id.in_(among))
    for customer, name, numbers in _read(connection, query):
        if name:
            yield customer, name, False
        for number in numbers or ():
            yield customer, str(number), True


def _read(connection: Connection | Session, query: Any) -> Iterator[Any]:
    result = connection.execute(query, execution_options={"yield_per": _SLICE})
    yield from map(itemgetter(0, 1, 2), result)
