"""What comes of the rows of a result together (汇总): rankings, sums and averages by currency, groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.portfolio.evaluate import Row, number_of
from bot.assistant.portfolio.places import region_of
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Unknown
from store.records import Dossier


@dataclass(frozen=True, slots=True)
class Total:
    """A sum or average over customers in one currency (or of no money), with the readings that it is made of."""

    term: Term
    unit: str
    currency: str
    value: Decimal
    members: tuple[tuple[Row, Reading], ...]


def currencies(rows: Sequence[Row], term: Term) -> list[str]:
    """The currencies that a measure has among the rows, the most used first; one empty name for what is no money."""
    counted: dict[str, int] = defaultdict(int)
    for row in rows:
        found = row.readings.get(term)
        if found is not None and not isinstance(found, Unknown):
            for one in found:
                counted[one.currency] += 1 if one.value else 0
    return sorted(counted, key=lambda name: (-counted[name], name))


def ranked(rows: Sequence[Row], term: Term, order: str, currency: str) -> list[tuple[Row, Reading]]:
    """The rows that have a value in this currency, by it; the largest first for `high`. Equal ones go by code.

    What counts or sums to nothing is no part of a ranking from the top.
    """
    valued = [(row, one) for row in rows if (one := row.first(term, currency)) is not None]
    valued = [pair for pair in valued if not isinstance(pair[1].value, str)]
    if order == "high":
        counted = [
            pair
            for pair in valued
            if isinstance(pair[1].value, date) or pair[1].unit not in ("money", "count") or pair[1].value
        ]
        valued = counted or valued
    ascending = sorted(valued, key=lambda pair: number_of(pair[0].card.code))
    return sorted(ascending, key=lambda pair: pair[1].value, reverse=order != "low")  # type: ignore[arg-type,return-value]


def totals(rows: Sequence[Row], term: Term, ask: str) -> tuple[list[Total], list[Row]]:
    """The sum (or the average over customers) of a measure by currency, and the rows that have no value."""
    missing = [row for row in rows if not _known(row, term)]
    found = []
    for currency in currencies(rows, term):
        members = tuple((row, one) for row in rows if (one := row.first(term, currency)) is not None)
        if not members:
            continue
        values = [one.value for _, one in members]
        numbers = [value for value in values if isinstance(value, Decimal)]
        if not numbers or len(numbers) < len(values):
            continue
        total = sum(numbers, Decimal(0))
        if ask == "average":
            # As exact as it is shown: days to a tenth, everything else to a hundredth.
            places = "0.1" if members[0][1].unit == "days" else "0.01"
            total = (total / len(numbers)).quantize(Decimal(places), ROUND_HALF_UP)
        found.append(Total(term, members[0][1].unit, currency, total, members))
    several = [one for one in found if one.value]
    return (several or found[:1]), missing


def _known(row: Row, term: Term) -> bool:
    found = row.readings.get(term)
    return found is not None and not isinstance(found, Unknown)


def grouped(rows: Sequence[Row], group: str) -> list[tuple[str | None, list[Row]]]:
    """The rows by region, country, industry, owner or stage, largest group first; None is "not known"."""
    key: Mapping[str, Callable[[Dossier], str | None]] = {
        "region": lambda card: region_of(card.profile),
        "country": lambda card: card.profile.country,
        "industry": lambda card: card.profile.industry,
        "owner": lambda card: card.profile.owner,
        "stage": lambda card: card.profile.stage,
    }
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key[group](row.card)].append(row)
    return sorted(groups.items(), key=lambda pair: (pair[0] is None, -len(pair[1]), pair[0] or ""))
