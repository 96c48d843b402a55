"""Work for the indexes that follow the store (索引任务): what is to be added or taken out, and the texts for it.

Rows are written in the transaction of the passages themselves and deleted after the index has them, so a crash in
between does a slice again and loses nothing. What a row says matters less than what is there now: a passage that
still exists is written, one that is gone is taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, literal, select

from store.access import FieldClass
from store.schema.documents import blocks, index_work, passages
from store.schema.ledger import ledger, ledger_head

#: What is to be done with a passage.
ADD, REMOVE = "add", "remove"


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the queue."""

    id: int
    kind: str
    passage_id: int


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as an index needs it."""

    id: int
    field_class: FieldClass
    text: str


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the ledger: an entry's number and its chain value, which covers everything before it."""

    seq: int
    chain: str


class IndexWork:
    """The queue on one connection; nothing is committed here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self) -> int:
        """How many rows are not done yet."""
        return self._connection.scalar(select(func.count()).select_from(index_work)) or 0

    def next(self, limit: int) -> list[Work]:
        """The oldest rows."""
        query = select(index_work).order_by(index_work.c.id).limit(limit)
        return [Work(row.id, row.kind, row.passage_id) for row in self._connection.execute(query)]

    def texts(self, passage_ids: Collection[int]) -> list[PassageText]:
        """The passages among these that are there, in the order of their keys; of every class, for the index alone."""
        found = []
        wanted = sorted(set(passage_ids))
        for at in range(0, len(wanted), 500):
            query = (
                select(
                    passages.c.id,
                    passages.c.block_id,
                    passages.c.start,
                    passages.c.end,
                    passages.c.field_class,
                )
                .where(passages.c.id.in_(wanted[at : at + 500]))
                .order_by(passages.c.id)
            )
            rows = self._connection.execute(query).all()
            # Whole blocks, each once: cutting a long one in the database would read it again for every passage.
            stored = select(blocks.c.id, blocks.c.text).where(blocks.c.id.in_({row.block_id for row in rows}))
            whole = {row.id: row.text for row in self._connection.execute(stored)}
            found += [
                PassageText(row.id, FieldClass(row.field_class), whole[row.block_id][row.start : row.end])
                for row in rows
            ]
        return found

    def finish(self, ids: Sequence[int]) -> None:
        """Forget rows that are done."""
        for at in range(0, len(ids), 500):
            self._connection.execute(delete(index_work).where(index_work.c.id.in_(ids[at : at + 500])))

    def clear(self) -> None:
        """Forget every row, before everything is put in again."""
        self._connection.execute(delete(index_work))

    def put_all(self, after: int, limit: int) -> int | None:
        """Queue the next `limit` passages after this key; gives the last one, None when there was none."""
        last = self._connection.scalar(
            select(func.max(passages.c.id)).where(
                passages.c.id.in_(
                    select(passages.c.id).where(passages.c.id > after).order_by(passages.c.id).limit(limit)
                )
            )
        )
        if last is not None:
            self._connection.execute(
                insert(index_work).from_select(
                    ["kind", "passage_id"],
                    select(literal(ADD), passages.c.id)
                    .where(passages.c.id > after, passages.c.id <= last)
                    .order_by(passages.c.id),
                )
            )
        return last

    def passages(self) -> int:
        """How many passages the store has."""
        return self._connection.scalar(select(func.count()).select_from(passages)) or 0

    def position(self) -> Position:
        """Where the ledger stands now."""
        row = self._connection.execute(select(ledger_head.c.seq, ledger_head.c.chain)).one_or_none()
        return Position(row.seq, row.chain) if row is not None else Position(0, "")

    def stands(self, position: Position) -> bool:
        """Whether the ledger went through this place: not so for another store, or one set back to a backup."""
        if position.seq == 0:
            return self.position().seq == 0
        return (
            self._connection.scalar(select(ledger.c.chain).where(ledger.c.seq == position.seq))
            == position.chain
        )
