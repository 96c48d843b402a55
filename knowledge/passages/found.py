"""What the library gives out: hits, pages, and pieces of evidence opened at their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from knowledge.passages.quoting import choose_quote, locate
from store.access import FieldClass
from store.evidence import Evidence, EvidenceKind, Tier, passage_id
from store.ranking import Asked, Scored
from store.shelf import DocumentHead, StoredBlock

#: So much of the text on both sides of a quote is shown when a piece of evidence is opened, in characters.
SURROUNDINGS = 400


class Because(StrEnum):
    """Why a passage was found: it has the words of the question, or words that are spelled much like them."""

    TERMS = "terms"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. `text` is the whole passage, `block` the page or article it stands in."""

    evidence: Evidence
    score: float
    title: str
    external_id: str | None
    published: str | None
    source: str
    customers: tuple[str, ...]
    document_id: UUID
    locator: Mapping[str, Any]
    text: str
    block: str
    because: Because = Because.TERMS
    #: The weight of what its page says of the question, and its share of all that was asked for.
    held: float = 0.0
    share: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The hit in the shape of doors.md; `because` is said where it is not the words of the question."""
        similar = {"because": self.because.value} if self.because is not Because.TERMS else {}
        return {
            "evidence": self.evidence.id,
            "external_id": self.external_id,
            "title": self.title,
            "source": self.source,
            "published": self.published,
            "locator": dict(self.locator),
            "quote": self.evidence.quote,
            "score": round(self.score, 4),
            "customers": list(self.customers),
            **similar,
        }


@dataclass(frozen=True, slots=True)
class PageText:
    """One block of a document with all that is needed to cite from it; `part_of` is what the document is a page of."""

    document_id: UUID
    sha256: str
    title: str
    source: str
    tier: Tier
    field_class: FieldClass
    published: str | None
    external_id: str | None
    part_of: str | None
    url: str | None
    customers: tuple[str, ...]
    added_at: datetime
    ordinal: int
    locator: Mapping[str, Any]
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A piece of evidence at its place: the quote as the document has it, and the text around it."""

    title: str
    source: str
    tier: Tier
    published: str | None
    url: str | None
    external_id: str | None
    locator: Mapping[str, Any]
    before: str
    quote: str
    after: str
    exact: bool


def make_hit(
    scored: Scored,
    head: DocumentHead,
    block: StoredBlock,
    asked: Asked,
    *,
    because: Because = Because.TERMS,
) -> Hit:
    """The hit for a ranked passage, with the sentences that answer as its quote."""
    candidate = scored.candidate
    text = block.text[candidate.start : candidate.end]
    start, end = choose_quote(text, asked.weights, asked.concepts)
    evidence = make_evidence(make_page(head, block), text[start:end])
    return Hit(
        evidence=evidence,
        score=scored.score,
        title=head.title,
        external_id=head.external_id,
        published=head.published,
        source=head.source,
        customers=head.customers,
        document_id=head.id,
        locator=block.locator,
        text=text,
        block=block.text,
        because=because,
        held=scored.held,
        share=scored.share,
    )


def make_evidence(page: PageText, quote: str, *, customer: str | None = None) -> Evidence:
    """Evidence for an exact stretch of a page; the customer is the given one or the only one of the document."""
    return Evidence(
        id=passage_id(page.sha256, page.locator, quote),
        kind=EvidenceKind.PASSAGE,
        source=page.source,
        quote=quote,
        tier=page.tier,
        date=page.published,
        customer=customer or (page.customers[0] if len(page.customers) == 1 else None),
        external_id=page.external_id,
        title=page.title,
        url=page.url,
        locator=page.locator,
        recorded_at=page.added_at,
        field_class=page.field_class,
    )


def make_page(head: DocumentHead, block: StoredBlock) -> PageText:
    """A stored block with what is needed to cite from it."""
    return PageText(
        document_id=head.id,
        sha256=head.sha256,
        title=head.title,
        source=head.source,
        tier=head.tier,
        field_class=head.field_class,
        published=head.published,
        external_id=head.external_id,
        part_of=head.part_of,
        url=head.url,
        customers=head.customers,
        added_at=head.added_at,
        ordinal=block.ordinal,
        locator=block.locator,
        kind=block.kind,
        text=block.text,
    )


#: Where a document stands that is cited as a whole, by its title.
WHOLE = {"aggregate": "documents"}


def open_whole(head: DocumentHead, blocks: Sequence[StoredBlock]) -> Opened:
    """A document that is cited by its title, with how it begins."""
    first = blocks[0] if blocks else None
    return Opened(
        title=head.title,
        source=head.source,
        tier=head.tier,
        published=head.published,
        url=head.url,
        external_id=head.external_id,
        locator=first.locator if first else {},
        before="",
        quote=head.title,
        after=first.text[:SURROUNDINGS] if first else "",
        exact=True,
    )


def open_at(head: DocumentHead, block: StoredBlock, quote: str) -> Opened | None:
    """The quote at its place in the block, exactly or with blanks and width folded; None where it is not."""
    place = locate(block.text, quote)
    if place is None:
        return None
    start, end = place
    return Opened(
        title=head.title,
        source=head.source,
        tier=head.tier,
        published=head.published,
        url=head.url,
        external_id=head.external_id,
        locator=block.locator,
        before=block.text[max(0, start - SURROUNDINGS) : start],
        quote=block.text[start:end],
        after=block.text[end : end + SURROUNDINGS],
        exact=block.text[start:end] == quote,
    )
