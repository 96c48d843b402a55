"""The statement of each business year that is trusted most (年度报表), the same one for whoever works with years."""

from __future__ import annotations

from dataclasses import dataclass

from store.evidence import Tier
from store.records import Dossier, Statement

_TRUST = tuple(Tier)


@dataclass(frozen=True, slots=True)
class Year:
    """The statement of one business year that is trusted most."""

    year: int
    statement: Statement


def years(dossier: Dossier) -> list[Year]:
    """One statement a business year, oldest first: the audited one of the best source, else the newest."""
    best: dict[int, Statement] = {}
    for statement in dossier.statements:
        if statement.period_kind != "year":
            continue
        known = best.get(statement.period_end.year)
        if known is None or _rank(statement) < _rank(known):
            best[statement.period_end.year] = statement
    return [Year(year, best[year]) for year in sorted(best)]


def _rank(statement: Statement) -> tuple[int, int, int]:
    return (
        0 if statement.audited else 1,
        _TRUST.index(statement.origin.tier),
        -statement.origin.recorded_seq,
    )
