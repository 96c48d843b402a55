"""Proving the ledger (防篡改校验): every entry is computed anew and compared with what is stored.

On SQLite the comparison is of stored bytes, so a changed letter case, a space in the JSON or a value of another
storage type is found like any other change; PostgreSQL keeps values, not texts, and values are compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text

from store.canonical import canonical, instant_text
from store.merkle import NO_CHAIN, Tree, chain_hash, leaf_hash
from store.schema.ledger import ledger, ledger_head

_PAGE = 2000
_NEVER = "1970-01-01T00:00:00.000000Z"
_TEXTS = ("at", "actor", "action", "customer_id", "subject", "detail", "leaf", "previous", "chain")


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: how many entries are there, and the Merkle root over those before `first_bad`.

    `first_bad` is the number of the first entry that is changed, missing or out of its place; one more than the
    last when it is the head that does not fit (entries cut off at the end). `because` says what is wrong.
    """

    entries: int
    root: str
    ok: bool
    first_bad: int | None = None
    because: str | None = None


def canonical_entry(
    *,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    customer_id: UUID | None,
    subject: str | None,
    detail: Any,
) -> bytes:
    """The bytes that an entry's leaf is the hash of."""
    content = {
        "seq": seq,
        "at": instant_text(at),
        "actor": actor,
        "action": action,
        "customer_id": None if customer_id is None else str(customer_id),
        "subject": subject,
        "detail": detail,
    }
    return canonical(content).encode()


def verify(connection: Connection) -> Verification:
    """Check every entry, their order and the head; reads the whole ledger once."""
    sqlite = connection.dialect.name == "sqlite"
    tree, chain, at = Tree(), NO_CHAIN, _NEVER
    entries, bad = 0, None
    for row in _raw_entries(connection) if sqlite else _entries(connection):
        entries += 1
        if bad is not None:
            continue
        why = _fault(row, entries, chain, at)
        if why:
            bad = (entries, why)
            continue
        chain, at = row["chain"], row["at"]
        tree.add(row["leaf"])
    if bad is None:
        heads = _raw_heads(connection) if sqlite else _heads(connection)
        if heads != [(1, entries, at, chain)]:
            bad = (
                entries + 1,
                "the head does not fit the last entry: entries are missing, or it was changed",
            )
    if bad is None:
        return Verification(entries, tree.root(), ok=True)
    return Verification(entries, tree.root(), ok=False, first_bad=bad[0], because=bad[1])


def _fault(row: Mapping[str, Any], seq: int, chain: str, at: str) -> str | None:
    """What is wrong with an entry, given its number and the chain value and time of the entry before it."""
    if row["seq"] != seq:
        return f"entry {seq} is missing or out of its place"
    if row.get("fault"):
        return row["fault"]
    try:
        content = canonical_entry(
            seq=seq,
            at=datetime.fromisoformat(row["at"]),
            actor=row["actor"],
            action=row["action"],
            customer_id=row["customer_id"],
            subject=row["subject"],
            detail=row["detail"],
        )
    except (ValueError, RecursionError) as wrong:
        return f"entry {seq} cannot be read: {wrong}"
    if row["leaf"] != leaf_hash(content):
        return f"the content of entry {seq} is not what was written"
    if row["previous"] != chain or row["chain"] != chain_hash(chain, row["leaf"]):
        return f"entry {seq} does not follow the entry before it"
    if row["at"] < at:
        return f"entry {seq} lies before the entry before it"
    return None


def _entries(connection: Connection) -> Iterator[dict[str, Any]]:
    page = select(ledger).where(ledger.c.seq > bindparam("last")).order_by(ledger.c.seq).limit(_PAGE)
    last = -(2**63)
    while rows := connection.execute(page, {"last": last}).all():
        for row in rows:
            yield {**row._mapping, "at": instant_text(row.at)}
        last = rows[-1].seq


def _heads(connection: Connection) -> list[tuple[Any, ...]]:
    return [
        (row.id, row.seq, instant_text(row.at), row.chain) for row in connection.execute(select(ledger_head))
    ]


def _raw_entries(connection: Connection) -> Iterator[dict[str, Any]]:
    """Entries from the bytes that SQLite holds; one whose bytes are not the one way to write it has a `fault`."""
    columns = ", ".join(f"typeof({name}), CAST({name} AS BLOB)" for name in _TEXTS)
    page = text(f"SELECT seq, {columns} FROM ledger WHERE seq > :last ORDER BY seq LIMIT {_PAGE}")
    last = -(2**63)
    while rows := connection.execute(page, {"last": last}).all():
        for seq, *rest in rows:
            yield _decoded(seq, dict(zip(_TEXTS, zip(rest[::2], rest[1::2], strict=True), strict=True)))
        last = rows[-1][0]


def _decoded(seq: int, stored: Mapping[str, tuple[str, bytes | None]]) -> dict[str, Any]:
    entry: dict[str, Any] = {"seq": seq}
    try:
        for name, (kind, raw) in stored.items():
            if kind == "null" and name in ("customer_id", "subject"):
                entry[name] = None
            elif kind == "text" and raw is not None:
                entry[name] = raw.decode()
            else:
                raise ValueError(f"{name} is stored as {kind}")
        instant = datetime.fromisoformat(entry["at"])
        if entry["customer_id"] is not None:
            entry["customer_id"] = UUID(entry["customer_id"])
        entry["detail"] = json.loads(entry["detail"])
        again = {
            "at": instant_text(instant),
            "customer_id": entry["customer_id"] and entry["customer_id"].hex,
            "detail": canonical(entry["detail"]),
        }
    except (ValueError, RecursionError) as wrong:
        return {"seq": seq, "fault": f"entry {seq} cannot be read: {wrong}"}
    for name, expected in again.items():
        kind, raw = stored[name]
        if kind != "null" and raw != expected.encode():
            return {"seq": seq, "fault": f"{name} of entry {seq} is not written as this program writes it"}
    return entry


def _raw_heads(connection: Connection) -> list[tuple[Any, ...]]:
    stored = text(
        "SELECT id, seq, typeof(at), CAST(at AS BLOB), typeof(chain), CAST(chain AS BLOB) FROM ledger_head"
    )
    return [
        (row[0], row[1], row[3].decode(errors="replace"), row[5].decode(errors="replace"))
        for row in connection.execute(stored)
        if row[2] == row[4] == "text"
    ]
