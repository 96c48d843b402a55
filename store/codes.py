"""Handing out the short codes that people see (C-1001, Q-1), densely and each once."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from store.identity import FIRST_NUMBER
from store.schema.history import counters


def take_codes(connection: Connection | Session, kind: str, count: int = 1) -> list[str]:
    """The next `count` codes of a kind; the counter stays locked until the transaction ends."""
    if not count:
        return []
    held = select(counters.c.next).where(counters.c.kind == kind).with_for_update()
    number = connection.execute(held).scalar()
    if number is None:
        number = FIRST_NUMBER.get(kind, 1)
        connection.execute(counters.insert(), {"kind": kind, "next": number + count})
    else:
        connection.execute(counters.update().where(counters.c.kind == kind), {"next": number + count})
    return [f"{kind}-{value}" for value in range(number, number + count)]
