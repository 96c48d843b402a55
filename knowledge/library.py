"""The library (资料库): the one door to documents. Add one, search, open a piece of evidence.

Reading and tokenising happen outside of any transaction; what is written is short, in slices, each with one ledger
entry, so that a run which is killed goes on where it stopped when it is started again. Every way out takes a viewer,
and nothing that the viewer may not see is ever counted, scored or told from what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from knowledge.passages.adding import Added, Adder, Outcome, slices
from knowledge.passages.expansion import expand, own_terms
from knowledge.passages.found import (
    WHOLE,
    Because,
    Hit,
    Opened,
    PageText,
    make_evidence,
    make_hit,
    make_page,
    open_at,
    open_whole,
)
from knowledge.passages.misspelling import doubtful, respell
from knowledge.passages.preparing import NewDocument
from knowledge.passages.quoting import locate
from knowledge.passages.terms import query_terms
from knowledge.reading import detect_language
from knowledge.reading.text import clean
from store.access import FieldClass, Viewer
from store.blobs import Blobs
from store.clock import Clock
from store.concepts import covered, wanted, weigh
from store.customers import Customers
from store.documents import Documents
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden
from store.evidence import Evidence, EvidenceKind, passage_id
from store.ledger import sequence_at
from store.passages import Passages, Scope
from store.ranking import Candidate, ask, local_statistics, rank
from store.shelf import DocumentHead, DocumentReader, names_stamp

if TYPE_CHECKING:
    from knowledge.names.resolution import NameIndex, Resolution

__all__ = ["Added", "Hit", "Library", "NewDocument", "Opened", "Outcome", "PageText"]

#: After so many new documents at once the database is told how large its tables have become.
MANY = 500

#: A longer query is cut: nobody asks more than this, and what is pasted says what it is about at its start.
LONGEST_QUERY = 4_000

#: So many passages that look like a misspelt query are asked for; rights and limits are applied to them afterwards.
SIMILAR = 50

#: So many candidates more are looked at for what a query says in the other language.
OTHER = 60

#: The passages of some classes that look most like a text, with their similarity; () where nobody can tell.
Similar = Callable[[str, int, Collection[FieldClass]], Sequence[tuple[int, float]]]


@dataclass(slots=True)
class _Names:
    """The names of all customers as they were last read."""

    stamp: int = -1
    index: NameIndex | None = None


class Library:
    """Documents of one installation."""

    def __init__(
        self,
        databases: Databases,
        blobs: Blobs,
        *,
        clock: Clock,
        policy: object = None,
        similar: Similar | None = None,
    ) -> None:
        self._databases = databases
        self._similar = similar
        self._clock = clock
        self._adder = Adder(databases, blobs, clock)
        self._known = _Names()

    # ── in ──────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, document: NewDocument, *, actor: str = "system") -> Added:
        """Add one document; what is wrong with it is in the result, not raised."""
        return self.add_many([document], actor=actor)[0]

    def add_many(self, documents: Iterable[NewDocument], *, actor: str = "system") -> list[Added]:
        """Add documents in slices, in order; the same bytes again change nothing but may add customers.

        Raises StoreBusy or StoreDamaged when the store fails: the slices before are kept, and running it again
        goes on from there.
        """
        mentions = self.names().mentions
        results: list[Added] = []
        for portion in slices(documents):
            results += self._adder.add(portion, mentions, actor=actor)
        if sum(added.outcome is Outcome.NEW for added in results) >= MANY:
            with unit_of_work(self._databases.write) as connection:
                Documents(connection).refresh_plans()
        return results

    def link(self, customer_ids: Collection[UUID], *, actor: str = "system") -> int:
        """Tie documents that are already there to customers that came later; returns how many ties are new."""
        from knowledge.passages.linking import link_later

        return link_later(self._databases, self._clock, customer_ids, self.names().mentions, actor=actor)

    # ── out ─────────────────────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        query: str,
        *,
        viewer: Viewer,
        customer_ids: Collection[UUID] | None = None,
        document_ids: Collection[UUID] | None = None,
        parts_of: Collection[str] | None = None,
        since: date | None = None,
        until: date | None = None,
        k: int = 10,
        known_at: datetime | None = None,
    ) -> list[Hit]:
        """The `k` passages that fit best, best first, one a page or article.

        `customer_ids`, `document_ids` and `parts_of` limit where is looked; None does not, an empty one finds
        nothing. `since` and `until` bound the date of publication. `known_at` leaves out what came later.
        Where few words of the query are known, words that are spelled alike are asked for instead.
        """
        asked_text = clean(query[:LONGEST_QUERY])
        language = detect_language(asked_text)
        terms = own_terms(asked_text, query_terms(asked_text, language))
        scope = Scope(
            classes=viewer.classes,
            customers=_frozen(customer_ids),
            documents=_frozen(document_ids),
            parts_of=_frozen(parts_of),
            since=since,
            until=until,
        )
        if not terms or scope.empty or k < 1:
            return []
        named = [(mention.start, mention.end) for mention in self.names().mentions.find(asked_text)]
        concepts = expand(asked_text, language, terms, names=named)
        other = wanted(concepts)
        with reading(self._databases.read) as connection:
            known_seq = sequence_at(connection, known_at) if known_at is not None else None
            scope = replace(scope, known_seq=known_seq)
            passages = Passages(connection)
            statistics = passages.statistics(scope.classes)
            frequencies = passages.frequencies([*terms, *other], scope.classes)
            translated = covered(weigh(concepts, frequencies, statistics.inverse_frequency))
            candidates = passages.scan(scope) if scope.narrow else None
            meant: frozenset[str] = frozenset()
            if self._similar is not None and doubtful(terms, {*frequencies, *translated}):
                spelled = self._spelled(
                    asked_text, terms, {*frequencies, *translated}, passages, scope, candidates
                )
                meant = frozenset(spelled).difference(terms)
                if meant:
                    terms, frequencies = spelled, passages.frequencies([*spelled, *other], scope.classes)
            if candidates is not None:
                asked = ask(terms, *local_statistics(candidates), concepts)
            else:
                asked = ask(terms, frequencies, statistics, concepts)
                candidates = passages.candidates(asked.rarest(frequencies), scope)
                there = {candidate.passage_id for candidate in candidates}
                candidates += [
                    candidate
                    for candidate in passages.candidates(asked.other(frequencies), scope, limit=OTHER)
                    if candidate.passage_id not in there
                ]
            best = rank(asked, candidates, statistics)[:k]
            shelf = DocumentReader(connection, scope.classes)
            heads = shelf.heads({scored.candidate.document_id for scored in best})
            blocks = shelf.blocks({scored.candidate.block_id for scored in best})
        return [
            make_hit(
                scored,
                heads[scored.candidate.document_id],
                blocks[scored.candidate.block_id],
                asked,
                because=Because.TERMS
                if meant.isdisjoint(scored.candidate.terms.split())
                else Because.SIMILAR,
            )
            for scored in best
            if scored.candidate.document_id in heads and scored.candidate.block_id in blocks
        ]

    def pages(
        self,
        *,
        viewer: Viewer,
        customer_ids: Collection[UUID] | None = None,
        document_ids: Collection[UUID] | None = None,
        known_at: datetime | None = None,
        documents: int = 100,
    ) -> list[PageText]:
        """The text of documents page by page: newest document first, pages in reading order.

        At most `documents` documents are read; give `customer_ids`, `document_ids` or both (then both must hold).
        """
        with reading(self._databases.read) as connection:
            shelf = DocumentReader(connection, viewer.classes)
            known_seq = sequence_at(connection, known_at) if known_at is not None else None
            if customer_ids is not None:
                heads = shelf.of_customers(customer_ids, known_seq=known_seq)
                if document_ids is not None:
                    heads = [head for head in heads if head.id in set(document_ids)]
            else:
                found = shelf.heads(document_ids or (), known_seq=known_seq)
                heads = sorted(
                    found.values(), key=lambda head: (head.published or "", head.added_seq), reverse=True
                )
            heads = heads[:documents]
            texts = shelf.text([head.id for head in heads])
        return [make_page(head, block) for head in heads for block in texts[head.id]]

    def cite(self, page: PageText, quote: str, *, customer: str | None = None) -> Evidence:
        """Evidence for a stretch of a page; raises ValueError when the page does not say it."""
        if locate(page.text, quote) is None:
            raise ValueError(f"the page does not say “{quote[:60]}”")
        return make_evidence(page, quote, customer=customer)

    def open(self, evidence: Evidence, *, viewer: Viewer) -> Opened:
        """Show a passage at its place, with rights checked again.

        Raises Forbidden, in the same words, when it may not be seen, is gone, or never was.
        """
        refusal = Forbidden("this piece of evidence cannot be opened here")
        parts = evidence.id.split("-")
        if evidence.kind is not EvidenceKind.PASSAGE or len(parts) != 3 or not viewer.classes:
            raise refusal
        with reading(self._databases.read) as connection:
            shelf = DocumentReader(connection, viewer.classes)
            head = shelf.by_hash(parts[1])
            blocks = shelf.text([head.id])[head.id] if head else []
        if head is None or passage_id(head.sha256, evidence.locator, evidence.quote) != evidence.id:
            raise refusal
        if dict(evidence.locator) == WHOLE and evidence.quote == head.title:
            return open_whole(head, blocks)
        there = [block for block in blocks if dict(block.locator) == dict(evidence.locator)]
        for block in there:
            opened = open_at(head, block, evidence.quote)
            if opened is not None:
                return opened
        raise refusal

    def document(self, external_id: str, *, viewer: Viewer) -> DocumentHead | None:
        """The newest document that came under this id, as far as the viewer may see it."""
        with reading(self._databases.read) as connection:
            return DocumentReader(connection, viewer.classes).newest(external_id)

    def _spelled(
        self,
        text: str,
        terms: Sequence[str],
        known: Collection[str],
        passages: Passages,
        scope: Scope,
        scanned: Sequence[Candidate] | None,
    ) -> list[str]:
        """The terms of a query as it is probably meant, by passages in scope alone; the same where none helps."""
        near = scanned
        if near is None and self._similar is not None:
            alike = self._similar(text, SIMILAR, scope.classes)
            near = passages.among([number for number, _ in alike], scope)
        unknown = [term for term in terms if term not in known]
        meant = respell(text, unknown, [candidate.terms for candidate in near or ()])
        return list(terms) if meant is None else query_terms(meant, detect_language(meant))

    def resolve(self, text: str) -> Resolution:
        """The customer that a question or a bare name means; see `knowledge.names.resolution`."""
        from knowledge.names.resolution import resolve

        return resolve(text, self.names())

    def names(self) -> NameIndex:
        """The names of all customers, prepared again only when they have changed."""
        from knowledge.names.resolution import NameIndex

        with reading(self._databases.read) as connection:
            stamp = names_stamp(connection)
            if self._known.index is None or stamp != self._known.stamp:
                names = Customers(connection).names(identifiers=True)
                self._known = _Names(stamp, NameIndex(names))
        return self._known.index  # type: ignore[return-value]


def _frozen(values: Collection[Any] | None) -> frozenset[Any] | None:
    return None if values is None else frozenset(values)
