"""Where was looked (核查范围): that nothing is on file speaks for a customer only where somebody looked.

A look at registers of courts and authorities shows in what they gave: a record that still counts, or a document.
Records that were repaired are no look either, so that whether they are there cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.checks.notebook import Notebook
from bot.dossier.records import counts
from knowledge.sources.dimensions import dimensions
from store.access import FieldClass
from store.evidence import Tier
from store.records import Record

#: Sources that publish what courts, authorities and registers decide, and those that gather it.
OFFICIAL = frozenset({Tier.COURT, Tier.GOVERNMENT, Tier.REGISTER, Tier.BUREAU})
#: Of these, the ones that tell of courts and enforcement, of authorities, and of guarantees.
COURTS = frozenset({Tier.COURT, Tier.GOVERNMENT, Tier.BUREAU})
AUTHORITIES = frozenset({Tier.GOVERNMENT, Tier.REGISTER, Tier.BUREAU})
#: Law suits are told by courts and by bureaus that gather them; other authorities say nothing of them.
SUING = frozenset({Tier.COURT, Tier.BUREAU})
LENDING = frozenset({Tier.FILING, Tier.REGISTER, Tier.BUREAU})
#: Rows that a look may name: the name of a source of suspicion or persons would tell that there is one.
_OPEN = frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL})
#: Sources that write about a firm without being it, owing to it or being us.
INDEPENDENT = OFFICIAL | {Tier.MEDIA, Tier.PARTNER}


@dataclass(frozen=True, slots=True)
class Look:
    """Which sources were looked at, and when last."""

    sources: tuple[str, ...]
    last: date

    @property
    def where(self) -> str:
        """The sources in a line."""
        return ", ".join(self.sources)


def records_looked(book: Notebook, tiers: frozenset[Tier]) -> Look | None:
    """The look at sources of these tiers; an extract of the register counts as a look at authorities.

    None where nobody looked within the days of policy.
    """
    seen = [
        (record.origin.source, record.origin.recorded_at.date())
        for record in book.dossier.records
        if record.origin.tier in tiers and record.origin.field_class in _OPEN and counts(record, book.day)
    ]
    seen += _documents(book, tiers)
    origin = book.dossier.profile.origin
    if tiers == AUTHORITIES and origin.tier in tiers:
        seen.append((origin.source, origin.recorded_at.date()))
    return _look(book, seen)


def repaired_until(book: Notebook) -> dict[str, date]:
    """Dimensions of which every record was repaired or removed, with the day until which news of them are its news."""
    dead: dict[str, date] = {}
    for record in book.dossier.records:
        if not counts(record, book.day):
            days = [record.closed_on, record.show_until, record.published_on, record.filed_on]
            last = max(
                (day.last for day in days if day is not None), default=record.origin.recorded_at.date()
            )
            dead[record.dimension] = max(last, dead.get(record.dimension, last))
    alive = {record.dimension for record in book.dossier.records if counts(record, book.day)}
    return {kind: last for kind, last in dead.items() if kind not in alive}


def documents_looked(book: Notebook) -> Look | None:
    """The look at what others wrote about the firm; its own papers and ours do not count."""
    return _look(book, _documents(book, INDEPENDENT))


def group(record: Record) -> str | None:
    """The group of a record's dimension in the catalogue."""
    dimension = dimensions().get(record.dimension)
    return dimension.group if dimension else None


def _documents(book: Notebook, tiers: frozenset[Tier]) -> list[tuple[str, date]]:
    return [
        (card.source, card.added_at.date())
        for card in book.dossier.documents
        if card.tier in tiers and card.field_class in _OPEN
    ]


def _look(book: Notebook, seen: list[tuple[str, date]]) -> Look | None:
    within = [(source, day) for source, day in seen if (book.day - day).days <= book.policy.looked_days]
    if not within:
        return None
    last = min(book.day, max(day for _, day in within))
    return Look(tuple(sorted({source for source, _ in within})), last)
