"""From the store into the vector index (建索引): a queue of small slices, done again after a crash without harm.

The store is the truth. Whatever makes the index doubtful — another version of the vectors, another store, a store
that was set back to a backup, a damaged folder — throws it away and queues every passage again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from knowledge.passages.embedding import EMBEDDING_VERSION, embed
from knowledge.passages.vectors import IndexBroken, VectorIndex
from store.access import FieldClass
from store.engine import Databases, reading, unit_of_work
from store.indexwork import REMOVE, IndexWork, Position

#: Passages that are embedded and written at once: some tenths of a second.
SLICE = 512

#: Passages that one transaction queues when everything is indexed again.
_QUEUED = 20_000

SHELVES = tuple(field_class.value for field_class in FieldClass)


@dataclass(frozen=True, slots=True)
class Drained:
    """What one call did: rows taken from the queue, passages written, passages taken out."""

    rows: int
    written: int
    removed: int


def belongs(databases: Databases, index: VectorIndex) -> bool:
    """Whether the folder was made by this version from this store; Chroma is not opened for it."""
    note = index.note
    if note.get("embedding") != EMBEDDING_VERSION:
        return False
    try:
        followed = Position(int(note["seq"]), str(note["chain"]))
    except (KeyError, TypeError, ValueError):
        return False
    with reading(databases.read) as connection:
        return IndexWork(connection).stands(followed)


def follow(databases: Databases, index: VectorIndex) -> bool:
    """Make sure that the index follows this store; True when it had to be begun again."""
    try:
        if belongs(databases, index) and index.probe(SHELVES) >= _expected(databases):
            return False
    except IndexBroken:
        # Nothing is lost with it, so what exactly is wrong need not be known.
        pass
    rebuild(databases, index)
    return True


def rebuild(databases: Databases, index: VectorIndex) -> None:
    """Empty the index and queue every passage; `drain` fills it again.

    Also the end of an erasure: only a new index has no trace of what was removed.
    """
    index.clear()
    index.probe(SHELVES)
    with unit_of_work(databases.write) as connection:
        IndexWork(connection).clear()
    last: int | None = 0
    while last is not None:
        with unit_of_work(databases.write) as connection:
            last = IndexWork(connection).put_all(last, _QUEUED)
    with reading(databases.read) as connection:
        position = IndexWork(connection).position()
    # Last of all: without this line the next one to come begins again.
    _annotate(index, position)


def drain(databases: Databases, index: VectorIndex, *, limit: int = SLICE) -> Drained:
    """Do the oldest `limit` rows of the queue; none left when `rows` is 0.

    Raises IndexBroken when the index fails and StoreBusy when the store does; the rows stay then.
    """
    with reading(databases.read) as connection:
        work = IndexWork(connection)
        todo = work.next(limit)
        texts = work.texts([row.passage_id for row in todo])
        position = work.position()
    if not todo:
        return Drained(0, 0, 0)
    if index.note.get("seq") != position.seq:
        # Before the vectors: an index must never hold what its note does not know of.
        _annotate(index, position)
    there = {text.id: text.field_class for text in texts}
    # The key of a removed passage may be given again, even in another class: such keys leave every other shelf.
    doubtful = {row.passage_id for row in todo if row.kind == REMOVE}
    for field_class in FieldClass:
        gone = sorted(number for number in doubtful if there.get(number) is not field_class)
        if gone:
            index.remove(field_class.value, gone)
    vectors = embed([text.text for text in texts])
    # A passage without a letter lies apart from all, but it is there: so the counts can be compared.
    vectors[~vectors.any(axis=1), 0] = 1.0
    rows: dict[FieldClass, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        rows[text.field_class].append(at)
    for field_class, places in rows.items():
        index.upsert(field_class.value, [texts[at].id for at in places], vectors[places])
    with unit_of_work(databases.write) as connection:
        IndexWork(connection).finish([row.id for row in todo])
    return Drained(len(todo), len(texts), len(doubtful.difference(there)))


def nearest(
    index: VectorIndex, text: str, k: int, classes: Collection[FieldClass]
) -> list[tuple[int, float]]:
    """The `k` passages of these classes that share most letters with a text, with their similarity."""
    if not classes:
        return []
    return index.query(embed([text])[0], k, [field_class.value for field_class in classes])


def _expected(databases: Databases) -> int:
    """The vectors that must be there at least: passages whose work is done."""
    with reading(databases.read) as connection:
        work = IndexWork(connection)
        return work.passages() - work.waiting()


def _annotate(index: VectorIndex, position: Position) -> None:
    index.annotate(embedding=EMBEDDING_VERSION, seq=position.seq, chain=position.chain)
