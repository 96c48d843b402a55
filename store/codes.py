"""Handing out the short codes that people see (C-1001, Q-1), densely and each once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from store.identity import FIRST_NUMBER
from store.schema.history import counters


def take_codes(connection: Connection | Session, kind: str, count: int = 1) -> list[str]:
    """The next `count` codes of a kind; the counter stays locked until the transaction ends."""
    if not count:
        return []
    number = connection.execute(_HELD, {"code": kind}).scalar()
    if number is None:
        number = FIRST_NUMBER.get(kind, 1)
        connection.execute(counters.insert(), {"kind": kind, "next": number + count})
    else:
        connection.execute(_ADVANCE, {"code": kind, "then": number + count})
    return [f"{kind}-{value}" for value in range(number, number + count)]


_OF_KIND = counters.c.kind == bindparam("code")
_HELD = select(counters.c.next).where(_OF_KIND).with_for_update()
_ADVANCE = counters.update().where(_OF_KIND).values(next=bindparam("then"))
