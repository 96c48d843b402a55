"""Adding (入库): documents into the store in slices, each one short transaction with one ledger entry.

Reading and tokenising happen before the transaction begins. A run that is killed has kept the slices before, and
goes on where it stopped when it is started again, because what is there already is recognised by its content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from knowledge.passages.linking import links_of
from knowledge.passages.preparing import NewDocument, content_address, prepare
from knowledge.passages.terms import TERMS_VERSION
from knowledge.reading import ReadingError
from store.blobs import Blobs
from store.clock import Clock
from store.customers import Customers
from store.documents import DocumentRow, Documents, Link
from store.engine import Databases, reading, unit_of_work
from store.errors import AmbiguousSubject, UnknownSubject
from store.ledger import Ledger

if TYPE_CHECKING:
    from knowledge.names.mentions import Mentions

#: Documents and characters that go into one transaction at most.
SLICE_DOCUMENTS = 200
SLICE_CHARACTERS = 2_000_000


class Outcome(StrEnum):
    """What became of a document that was brought."""

    NEW = "new"
    UNCHANGED = "unchanged"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one document; `reason` says why it was set aside or what is worth knowing."""

    name: str
    outcome: Outcome
    sha256: str | None = None
    document_id: UUID | None = None
    external_id: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    linked: int = 0


class Adder:
    """Writes documents that somebody brings."""

    def __init__(self, databases: Databases, blobs: Blobs, clock: Clock) -> None:
        self._databases = databases
        self._blobs = blobs
        self._clock = clock

    def add(self, portion: Sequence[NewDocument], mentions: Mentions, *, actor: str) -> list[Added]:
        """Add one slice, in order; see `slices`."""
        addresses = [content_address(document) for document in portion]
        with reading(self._databases.read) as connection:
            there = Documents(connection).present(addresses)
            given, wrong = _references(connection, portion)
        outcomes: list[Added | None] = [None] * len(portion)
        rows: dict[str, DocumentRow] = {}
        again: dict[str, list[int]] = {}
        for at, (document, sha256) in enumerate(zip(portion, addresses, strict=True)):
            if sha256 in there or sha256 in rows:
                again.setdefault(sha256, []).append(at)
            else:
                try:
                    row = prepare(document, sha256=sha256)
                except ReadingError as failure:
                    outcomes[at] = _aside(document, str(failure))
                    continue
                links = links_of(row, _known(document, given), mentions)
                blob = self._blobs.put(document.data) if document.data is not None else None
                rows[sha256] = replace(row, customers=links, blob=blob)
                outcomes[at] = Added(
                    document.name,
                    Outcome.NEW,
                    sha256=sha256,
                    document_id=row.id,
                    external_id=row.external_id,
                    warnings=(*row.warnings, *_unknown(document, wrong)),
                    linked=len(links),
                )
        written, linked = self._write(portion, rows, again, given, actor)
        for sha256, places in again.items():
            for at in places:
                outcomes[at] = Added(
                    portion[at].name,
                    Outcome.UNCHANGED,
                    sha256=sha256,
                    document_id=written[sha256],
                    external_id=portion[at].external_id,
                    warnings=_unknown(portion[at], wrong),
                    linked=linked.get(at, 0),
                )
        return [
            replace(outcome, outcome=Outcome.UNCHANGED, document_id=written[outcome.sha256])
            if outcome.sha256 in written and written[outcome.sha256] != outcome.document_id
            else outcome
            for outcome in outcomes
            if outcome is not None
        ]

    def _write(
        self,
        portion: Sequence[NewDocument],
        rows: Mapping[str, DocumentRow],
        again: Mapping[str, Sequence[int]],
        given: Mapping[str, UUID],
        actor: str,
    ) -> tuple[dict[str, UUID], dict[int, int]]:
        """Write a slice; gives the documents by content address, and how many links each place added."""
        relinked = [at for places in again.values() for at in places if portion[at].customers]
        linked: dict[int, int] = {}
        if not rows and not relinked:
            with reading(self._databases.read) as connection:
                return Documents(connection).present(list(again)), linked
        with unit_of_work(self._databases.write) as connection:
            store = Documents(connection)
            store.lock()
            # Another program may have added the same while this one was reading.
            there = store.present([*rows, *again])
            fresh = [row for sha256, row in rows.items() if sha256 not in there]
            if fresh:
                entry = Ledger(connection, self._clock).append(
                    actor=actor,
                    action="ingest",
                    detail={"documents": len(fresh), "hashes": [row.sha256 for row in fresh]},
                )
                store.add(fresh, added_at=entry.at, added_seq=entry.seq, terms_version=TERMS_VERSION)
                there |= {row.sha256: row.id for row in fresh}
            ties: list[dict[str, Any]] = []
            for sha256, places in again.items():
                for at in places:
                    links = [Link(customer, "given") for customer in _known(portion[at], given)]
                    linked[at] = store.link(there[sha256], links) if links else 0
                    if linked[at]:
                        ties.append({"hash": sha256, "customers": list(portion[at].customers)})
            if ties:
                Ledger(connection, self._clock).append(actor=actor, action="link", detail={"documents": ties})
        return there, linked


def slices(documents: Iterable[NewDocument]) -> Iterator[list[NewDocument]]:
    """The documents in portions that are small enough for one transaction."""
    portion: list[NewDocument] = []
    characters = 0
    for document in documents:
        portion.append(document)
        characters += len(document.text or "") + len(document.data or b"")
        if len(portion) >= SLICE_DOCUMENTS or characters >= SLICE_CHARACTERS:
            yield portion
            portion, characters = [], 0
    if portion:
        yield portion


def _references(connection: Any, portion: Sequence[NewDocument]) -> tuple[dict[str, UUID], dict[str, str]]:
    """The customers that are named, and a sentence for each reference that names none."""
    customers = Customers(connection)
    given: dict[str, UUID] = {}
    wrong: dict[str, str] = {}
    for reference in dict.fromkeys(reference for document in portion for reference in document.customers):
        try:
            given[reference] = customers.find(reference).id
        except (UnknownSubject, AmbiguousSubject) as failure:
            wrong[reference] = str(failure)
    return given, wrong


def _known(document: NewDocument, given: Mapping[str, UUID]) -> list[UUID]:
    return list(dict.fromkeys(given[name] for name in document.customers if name in given))


def _unknown(document: NewDocument, wrong: Mapping[str, str]) -> tuple[str, ...]:
    """The document is kept all the same: evidence is not lost for a name that is written wrongly."""
    return tuple(f"not linked: {wrong[name]}" for name in document.customers if name in wrong)


def _aside(document: NewDocument, reason: str) -> Added:
    return Added(document.name, Outcome.SET_ASIDE, external_id=document.external_id, reason=reason)
