"""Linking (关联): which customers a document is about, when it comes and when the customer comes later."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from knowledge.events.collecting import collect_stored, keep
from knowledge.passages.terms import index_terms
from store.access import FieldClass
from store.clock import Clock
from store.documents import DocumentRow, Documents, Link
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.passages import Passages, Scope
from store.ranking import ask
from store.shelf import DocumentReader

if TYPE_CHECKING:
    from knowledge.names.mentions import Mentions

#: Documents that are looked through for one name, and that are tied in one transaction.
LOOKED_THROUGH = 2_000
SLICE = 200

#: So many of the rarest terms of a name find the documents that may hold it.
_TERMS = 4


def links_of(row: DocumentRow, given: Sequence[UUID], mentions: Mentions) -> tuple[Link, ...]:
    """The customers that a new document is about: given ones first, then those that its title or text names."""
    links = {customer: Link(customer, "given") for customer in given}
    texts = [block.text for block in row.blocks]
    for link in named_in(row.title, texts, mentions):
        links.setdefault(link.customer_id, link)
    return tuple(links.values())


def named_in(title: str, texts: Sequence[str], mentions: Mentions) -> Iterator[Link]:
    """Links to the customers that a title or a text names for certain."""
    for how, parts in (("title", [title]), ("text", texts)):
        for customer, (name, count) in mentions.count(parts).items():
            yield Link(customer, how, name, count)


def link_later(
    databases: Databases, clock: Clock, customers: Collection[UUID], mentions: Mentions, *, actor: str
) -> int:
    """Tie documents that are already there to customers whose names they hold; returns how many ties are new."""
    everything = Scope(classes=frozenset(FieldClass))
    wanted = set(customers)
    found: set[UUID] = set()
    with reading(databases.read) as connection:
        passages = Passages(connection)
        statistics = passages.statistics(everything.classes)
        for pattern in mentions.patterns:
            terms = set(index_terms(pattern.text))
            if not wanted.intersection(pattern.customers) or not terms:
                continue
            frequencies = passages.frequencies(sorted(terms), everything.classes)
            if len(frequencies) == len(terms):
                rarest = ask(sorted(terms), frequencies, statistics).rarest(frequencies)[:_TERMS]
                candidates = passages.candidates(rarest, everything, limit=LOOKED_THROUGH)
                found.update(candidate.document_id for candidate in candidates)
    ordered = sorted(found)
    return sum(
        _tie(databases, clock, ordered[at : at + SLICE], wanted, mentions, actor)
        for at in range(0, len(ordered), SLICE)
    )


def _tie(
    databases: Databases, clock: Clock, ids: Sequence[UUID], wanted: set[UUID], mentions: Mentions, actor: str
) -> int:
    with reading(databases.read) as connection:
        shelf = DocumentReader(connection, frozenset(FieldClass))
        heads, texts = shelf.heads(ids), shelf.text(ids)
    links = {
        head.id: [
            link
            for link in named_in(head.title, [block.text for block in texts[head.id]], mentions)
            if link.customer_id in wanted
        ]
        for head in heads.values()
    }
    if not any(links.values()):
        return 0
    today = clock().date()
    events = {
        key: collect_stored(
            heads[key], texts[key], {link.customer_id for link in found}, mentions, today=today
        )
        for key, found in links.items()
        if found
    }
    with unit_of_work(databases.write) as connection:
        store = Documents(connection)
        store.lock()
        tied = {key: store.link(key, found) for key, found in links.items() if found}
        hashes = [heads[key].sha256 for key, count in tied.items() if count]
        if hashes:
            detail = {"documents": [{"hash": sha256} for sha256 in sorted(hashes)]}
            entry = Ledger(connection, clock).append(actor=actor, action="link", detail=detail)
            told = [event for key, count in tied.items() if count for event in events[key]]
            keep(connection, told, added_at=entry.at, added_seq=entry.seq)
        return sum(tied.values())
