"""Collecting (采集): the events of a document for each customer that it is about, as rows to be written.

Pure, and done before the transaction; stories are found inside of it, because they depend on what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from knowledge.events.classifier import judge
from knowledge.events.reading import Reading, read
from knowledge.events.roles import Span, Subject
from knowledge.events.shapes import Event
from knowledge.events.stories import assign, marks_of, marks_of_text
from knowledge.events.taxonomy import taxonomy
from store.access import FieldClass
from store.events import EventRow, Events
from store.identity import new_id
from store.rows import read_date

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from knowledge.names.mentions import Mentions
    from store.shelf import DocumentHead, StoredBlock


#: The score from which on an event that happened to the customer is kept, and one that is denied or over.
KEPT, KEPT_ENDED = 0.4, 0.25
#: A title that stands within so many characters of a text's beginning was made from it.
_LEAD = 400


@dataclass(frozen=True, slots=True)
class Telling:
    """What is needed of a document, new or stored, to read its events; `blocks` are locators with texts."""

    document_id: UUID
    title: str
    field_class: FieldClass
    published: str | None
    language: str
    blocks: Sequence[tuple[Mapping[str, Any], str]]


def collect(
    telling: Telling, customers: Collection[UUID], mentions: Mentions, *, today: date
) -> tuple[EventRow, ...]:
    """The events of a document, one a customer and kind: where it tells several of a kind, the surest."""
    best: dict[tuple[UUID, str], tuple[float, EventRow]] = {}
    if not customers:
        return ()
    published = read_date(telling.published).last if telling.published else today
    title = own_title(telling)
    in_title = spans_in(title, mentions)
    for locator, text in telling.blocks:
        reading = read(title, text, taxonomy())
        if not reading.sentences:
            continue
        in_text, of_text = spans_in(text, mentions), marks_of_text(text)
        for customer in customers:
            named, spans = in_title.get(customer, ()), in_text.get(customer, ())
            subject = Subject(named, spans, anyone=not (named or spans))
            for event in judge(reading, subject, published).events:
                if not _kept(event) or (
                    (customer, event.kind) in best and best[customer, event.kind][0] >= event.score
                ):
                    continue
                start, quote = _place(event, reading, spans)
                happened_on = None if event.happened_on is None else str(event.happened_on)
                row = EventRow(
                    id=new_id(),
                    document_id=telling.document_id,
                    customer_id=customer,
                    kind=event.kind,
                    severity=event.severity,
                    status=event.status,
                    role=event.role,
                    words=tuple(dict.fromkeys(word.text for word in event.words)),
                    locator=dict(locator),
                    start=start,
                    quote=quote,
                    field_class=telling.field_class,
                    published=telling.published,
                    day=telling.published or today.isoformat(),
                    marks=marks_of(
                        telling.title,
                        event.quote,
                        text,
                        of_text,
                        amount=event.amount,
                        currency=event.currency,
                        happened_on=happened_on,
                    ),
                    happened_on=happened_on,
                    amount=event.amount,
                    currency=event.currency,
                )
                best[customer, event.kind] = (event.score, row)
    return tuple(row for _, row in best.values())


def _kept(event: Event) -> bool:
    """Whether an event is worth a row: what only stands beside the customer's name in passing is not."""
    if event.role == "subject":
        return event.score >= (KEPT if event.status in ("alleged", "confirmed") else KEPT_ENDED)
    return event.role == "counterparty"


def _place(event: Event, reading: Reading, spans: Sequence[Span]) -> tuple[int, str]:
    """Where the text says so; what only the title says is quoted by the first sentence that names the customer."""
    if event.part == "text":
        return event.start, event.quote
    start, end = reading.sentence(reading.number(spans[0][0]) if spans else 0)
    return start, reading.text[start:end]


def own_title(telling: Telling) -> str:
    """The title where it says something of its own; one that was made from the text says nothing twice."""
    if telling.blocks and telling.title.rstrip("…") in telling.blocks[0][1][:_LEAD]:
        return ""
    return telling.title


def spans_in(text: str, mentions: Mentions) -> dict[UUID, tuple[tuple[int, int], ...]]:
    """Where each customer is named."""
    found: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for mention in mentions.find(text):
        found[mention.customer_id].append((mention.start, mention.end))
    return {customer: tuple(spans) for customer, spans in found.items()}


def collect_stored(
    head: DocumentHead,
    blocks: Sequence[StoredBlock],
    customers: Collection[UUID],
    mentions: Mentions,
    *,
    today: date,
) -> tuple[EventRow, ...]:
    """The events of a document that is there already, for customers that it is tied to now."""
    telling = Telling(
        head.id,
        head.title,
        head.field_class,
        head.published,
        head.language,
        [(block.locator, block.text) for block in blocks],
    )
    return collect(telling, customers, mentions, today=today)


def keep(connection: Connection, rows: Sequence[EventRow], *, added_at: datetime, added_seq: int) -> None:
    """Write events with their stories, inside the transaction that wrote or tied their documents.

    What a document has told of a customer before is not written again.
    """
    if not rows:
        return
    store = Events(connection)
    told = store.told({row.document_id for row in rows})
    fresh = [row for row in rows if (row.document_id, row.customer_id) not in told]
    store.add(assign(fresh, store), added_at=added_at, added_seq=added_seq, taxonomy=taxonomy().version)
