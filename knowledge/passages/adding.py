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

from knowledge.events.collecting import Telling, collect, collect_stored, keep
from knowledge.passages.linking import links_of
from knowledge.passages.preparing import NewDocument, content_address, prepare
from knowledge.passages.terms import TERMS_VERSION
from knowledge.reading import ReadingError
from store.access import FieldClass
from store.blobs import Blobs
from store.clock import Clock
from store.customers import Customers
from store.documents import DocumentRow, Documents, Link
from store.engine import Databases, reading, unit_of_work
from store.errors import AmbiguousSubject, UnknownSubject
from store.events import EventRow
from store.ledger import Ledger
from store.shelf import DocumentReader

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
        events = self._events(portion, rows, again, given, mentions)
        written, linked = self._write(portion, rows, again, given, events, actor)
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

    def _events(
        self,
        portion: Sequence[NewDocument],
        rows: Mapping[str, DocumentRow],
        again: Mapping[str, Sequence[int]],
        given: Mapping[str, UUID],
        mentions: Mentions,
    ) -> dict[str, tuple[EventRow, ...]]:
        """The risk events of new documents, and those of old ones for customers that are given anew."""
        today = self._clock().date()
        found = {}
        for sha256, row in rows.items():
            given_later = [
                customer for at in again.get(sha256, ()) for customer in _known(portion[at], given)
            ]
            customers = dict.fromkeys([link.customer_id for link in row.customers] + given_later)
            if customers:
                texts = [(block.locator, block.text) for block in row.blocks]
                telling = Telling(row.id, row.title, row.field_class, row.published, row.language, texts)
                found[sha256] = collect(telling, customers, mentions, today=today)
        wanted = {
            sha256: customers
            for sha256, places in again.items()
            if sha256 not in rows
            and (customers := {customer for at in places for customer in _known(portion[at], given)})
        }
        if wanted:
            with reading(self._databases.read) as connection:
                shelf = DocumentReader(connection, frozenset(FieldClass))
                there = Documents(connection).present(list(wanted))
                heads, texts = shelf.heads(there.values()), shelf.text(there.values())
            for sha256, key in there.items():
                customers = wanted[sha256]
                found[sha256] = collect_stored(heads[key], texts[key], customers, mentions, today=today)
        return found

    def _write(
        self,
        portion: Sequence[NewDocument],
        rows: Mapping[str, DocumentRow],
        again: Mapping[str, Sequence[int]],
        given: Mapping[str, UUID],
        events: Mapping[str, tuple[EventRow, ...]],
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
                told = [
                    event
                    for row in fresh
                    for event in events.get(row.sha256, ())
                    if any(link.customer_id == event.customer_id for link in row.customers)
                ]
                keep(connection, told, added_at=entry.at, added_seq=entry.seq)
            ties: list[dict[str, Any]] = []
            later: list[EventRow] = []
            for sha256, places in again.items():
                for at in places:
                    links = [Link(customer, "given") for customer in _known(portion[at], given)]
                    linked[at] = store.link(there[sha256], links) if links else 0
                    if linked[at]:
                        ties.append({"hash": sha256, "customers": list(portion[at].customers)})
                        tied = {link.customer_id for link in links}
                        later += [
                            replace(event, document_id=there[sha256])
                            for event in events.get(sha256, ())
                            if event.customer_id in tied
                        ]
            if ties:
                entry = Ledger(connection, self._clock).append(
                    actor=actor, action="link", detail={"documents": ties}
                )
                keep(connection, later, added_at=entry.at, added_seq=entry.seq)
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
