"""Conflicts (数据冲突): sources that disagree about one attribute, side by side, with whom to trust and why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bot.checks.notebook import Notebook
from bot.checks.result import Conflict, SectionName, Side
from bot.dossier.ownership import holds
from knowledge.figures.amounts import scan_figures
from knowledge.names.keys import fold
from store.canonical import decimal_text
from store.evidence import Tier

_TRUST = tuple(Tier)
#: Attributes that a profile has of its own and facts may repeat, and other facts that have one value at a time.
_PROFILE = ("address", "registered_capital", "founded", "industry", "legal_form", "business_scope")
_OTHER = ("paid_in_capital", "order_backlog", "company_status", "bond_rating", "website")
_SINGLE = (
    "employees",
    "insured_employees",
    "legal_representative",
    "auditor",
    "largest_buyer",
    *_OTHER,
    *_PROFILE,
)
#: Attributes whose values are one sum or count.
_AMOUNTS = frozenset({"registered_capital", "paid_in_capital", "employees", "insured_employees"})
_IDENTITY = frozenset({*_PROFILE, "legal_representative"})


def conflicts(book: Notebook) -> dict[SectionName, list[Conflict]]:
    """Every attribute on which sources disagree, by section."""
    found: dict[SectionName, list[Conflict]] = defaultdict(list)
    sides: dict[str, list[Side]] = defaultdict(list)
    profile = book.dossier.profile
    for attribute in _PROFILE:
        value = getattr(profile, attribute)
        if value not in (None, ""):
            shown = (
                f"{decimal_text(value)} {profile.currency or ''}".strip()
                if attribute == "registered_capital"
                else str(value)
            )
            sides[attribute].append(_side(book, profile, shown, attribute))
    for fact in book.dossier.facts:
        if fact.attribute in _SINGLE:
            sides[fact.attribute].append(_side(book, fact, fact.value, "attribute", "value"))
    for party in book.dossier.parties:
        if party.role == "legal_representative" and holds(party, book.day):
            sides[party.role].append(_side(book, party, party.name, "name", "role", "from", "to"))
    for attribute, given in sides.items():
        if conflict := _conflict(attribute, given):
            found[SectionName.IDENTITY if attribute in _IDENTITY else SectionName.BUSINESS].append(conflict)
    found[SectionName.FINANCE] += _statements(book)
    return dict(found)


def _side(book: Notebook, row: Any, value: str, *columns: str) -> Side:
    origin = row.origin
    return Side(value, origin.source, origin.tier, origin.observed_on, book.cite(row, *columns))


def _conflict(attribute: str, given: list[Side]) -> Conflict | None:
    """The newest value of each source, where they differ."""
    newest: dict[str, Side] = {}
    for side in given:
        known = newest.get(side.source)
        if known is None or str(side.date or "") > str(known.date or ""):
            newest[side.source] = side
    sides = sorted(
        newest.values(), key=lambda side: (_TRUST.index(side.tier), _reversed(str(side.date or "")))
    )
    if len({_same(attribute, side.value) for side in sides}) < 2:
        return None
    best, next_ = (
        sides[0],
        next(side for side in sides if _same(attribute, side.value) != _same(attribute, sides[0].value)),
    )
    if best.tier is not next_.tier:
        because = "checks.conflict.tier"
    elif best.date and next_.date and best.date != next_.date:
        because = "checks.conflict.date"
    else:
        return Conflict(attribute, tuple(sides), None, "checks.conflict.open")
    return Conflict(attribute, tuple(sides), 0, because)


def _same(attribute: str, value: str) -> str:
    """What makes two values one: the amount of a sum or a count, however it is written; else the folded words."""
    if attribute in _AMOUNTS:
        figures = [figure for *_, figure in scan_figures(value)]
        if len(figures) == 1:
            return f"{figures[0].amount.normalize():f} {figures[0].currency or ''}"
    return _plain(value)


def _plain(value: str) -> str:
    digits = re.sub(r"(?<=\d),(?=\d{3})", "", fold(value))
    return re.sub(r"[\s,，。;；()（）]+", "", re.sub(r"\.0+(?!\d)", "", digits))


def _reversed(text: str) -> tuple[int, ...]:
    return tuple(-ord(character) for character in text)


def _statements(book: Notebook) -> Iterator[Conflict]:
    """Revenue and assets of one year as several sources give them."""
    by_year: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for statement in book.dossier.statements:
        if statement.period_kind == "year":
            by_year[str(statement.period_end), statement.currency].append(statement)
    for (end, currency), statements in sorted(by_year.items()):
        for item in ("revenue", "net_income", "total_assets"):
            given = [
                _side(
                    book, statement, f"{decimal_text(statement.items[item])} {currency}", "period_end", item
                )
                for statement in statements
                if item in statement.items
            ]
            if conflict := _conflict(f"{item} {end[:4]}", given):
                yield conflict
