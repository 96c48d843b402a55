"""Doubtful texts (存疑文本): where the rules neither see an adverse event clearly nor rule it out.

Pure. The score is the classifier's own for one text and one customer; what is doubtful is policy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from knowledge.events.classifier import judge
from knowledge.events.collecting import Telling, own_title, spans_in
from knowledge.events.reading import read
from knowledge.events.roles import Subject
from knowledge.events.shapes import Classified
from knowledge.events.taxonomy import taxonomy
from store.rows import read_date

if TYPE_CHECKING:
    from knowledge.names.mentions import Mentions


@dataclass(frozen=True, slots=True)
class Doubt:
    """The block of a document that tells most of a customer, with the rules' verdict on it."""

    customer_id: UUID
    locator: Mapping[str, Any]
    title: str
    text: str
    classified: Classified


def doubts(
    telling: Telling,
    customers: Collection[UUID],
    mentions: Mentions,
    *,
    between: tuple[float, float],
    today: date,
) -> Iterator[Doubt]:
    """For each customer of a document its gravest block, where the score of that lies within `between`."""
    published = read_date(telling.published).last if telling.published else today
    title = own_title(telling)
    in_title = spans_in(title, mentions)
    gravest: dict[UUID, Doubt] = {}
    for locator, text in telling.blocks:
        reading = read(title, text, taxonomy())
        if not reading.sentences:
            continue
        in_text = spans_in(text, mentions)
        for customer in customers:
            named, spans = in_title.get(customer, ()), in_text.get(customer, ())
            found = judge(reading, Subject(named, spans, anyone=not (named or spans)), published)
            known = gravest.get(customer)
            if known is None or found.score > known.classified.score:
                gravest[customer] = Doubt(customer, dict(locator), title, text, found)
    low, high = between
    yield from (doubt for doubt in gravest.values() if low <= doubt.classified.score <= high)
