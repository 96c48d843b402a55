"""From the words of a question to a query (语法): which customers, what of them, how sorted, grouped and cut.

`read_question` gives None for what is no question about the portfolio; a question that it takes is never answered
with a part of it left out in silence: what was not understood stands in the query as `unused` or `doubtful`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.assistant.portfolio.atoms import read_atoms
from bot.assistant.portfolio.composing import aims, bind, give_times, timed
from bot.assistant.portfolio.conditions import conditions, shown_only
from bot.assistant.portfolio.cutting import cut
from bot.assistant.portfolio.following import follow
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.parts import SINGLE, Parts
from bot.assistant.portfolio.query import Query, Term, Test, mapped
from bot.assistant.portfolio.scope import asks_else, is_ours, quantifies
from bot.assistant.portfolio.slots import fill_slots, leftover
from bot.assistant.portfolio.tokens import Token

#: One customer alone is asked for.
_SINGULAR = re.compile(
    r"\bwho\b(?! are)|\bwhich (?:customer|client|company|firm|one)\b|\bwhat customer\b|\bthe (?:customer|client)\b"
    r"|哪家|哪个|哪一家|谁",
    re.IGNORECASE,
)
#: Words that ask for alerts and checks, and do not merely name them.
_WATCH = re.compile(
    r"\b(?:open|which|list|show|how many|why|who|latest|last|any|what|all|failed|of)\b"
    r"|哪些|有没有|几|多少|为什么|为何|谁|最近|最新|未|所有|全部|列出|什么",
    re.IGNORECASE,
)


def read_question(
    text: str,
    *,
    today: date,
    blanked: Sequence[tuple[int, int]] = (),
    before: Query | None = None,
    spoken_of: bool = False,
    customers: Sequence[str] = (),
) -> Query | None:
    """The query that a text asks, or None. `before` is the query of the turn before; `spoken_of` says that the talk
    is about single customers, so that a question without "customers" in it is about them."""
    if asks_else(text, named=bool(blanked)):
        return None
    tokens = cut(text, today=today, blanked=blanked)
    parts = read_atoms(tokens)
    compared = {name for token in tokens if (name := token.of("compared"))}
    if parts.names >= 2 and compared and len(customers) >= 2:
        return _compared(parts, compared, customers, today)
    watched = _watched(parts, text, customers, spoken_of)
    if parts.names or watched is not None:
        return watched
    query = _assemble(parts, text, tokens, today)
    if (
        before is not None
        and before.subject == "customers"
        and (changed := follow(parts, query, before, text, quantified=quantifies(text)))
    ):
        return changed
    return query if is_ours(parts, query, text, spoken_of) else None


#: What says how big a firm is.
_SIZE = tuple(Term("item", item) for item in ("revenue", "employees", "total_assets", "equity"))


def _compared(parts: Parts, compared: set[str], customers: Sequence[str], today: date) -> Query | None:
    """Customers to be set side by side; single items of statements are answered one after the other instead."""
    if any(atom.term.name == "item" for atom in parts.atoms) or len(parts.rest) > 1:
        return None
    give_times(parts, today)
    measures = tuple(dict.fromkeys(timed(atom) for atom in parts.atoms if atom.term.name not in SINGLE))
    if "bigger" in compared and not measures:
        measures = _SIZE
    aspects = ("faster",) if "faster" in compared else ()
    return Query(ask="compare", measures=measures, codes=tuple(customers), aspects=aspects)


#: What came in the time that is asked for is new.
_NEWLY = re.compile(r"new|newly|recent|recently|fresh|came|arrived|新增|新的|最新", re.IGNORECASE)


def _watched(parts: Parts, text: str, customers: Sequence[str], spoken_of: bool) -> Query | None:
    """A question about alerts, checks or changes themselves; None for one about customers."""
    codes = [code for code in parts.codes if code.startswith("A-")]
    subject = "alerts" if codes else parts.subject
    if parts.changes and parts.times and not parts.atoms and subject == "customers":
        subject = "changes"
    if subject == "" and parts.names and any(atom.term.name == "last_check" for atom in parts.atoms):
        subject = "checks"
    rest = [token for token in parts.rest if len(token.text) > 1 and not _NEWLY.fullmatch(token.text)]
    if subject not in ("alerts", "checks", "changes") or (rest and not codes) or len(rest) > 3:
        return None
    if subject == "changes" and (parts.names or spoken_of or not parts.times or parts.atoms):
        return None
    stating = [atom for atom in parts.atoms if atom.term.name not in ("alerts", "last_check")]
    if stating and not codes:
        return None
    short = len(text) <= 16 and subject == "alerts" and not parts.names
    if not (codes or parts.flags or parts.groups or _WATCH.search(text) or short or parts.times):
        return None
    period = next((token.period for token in parts.times if token.period), None)
    return Query(
        subject=subject,
        period=period,
        group="severity" if "severity" in parts.groups else "",
        codes=(*codes, *customers),
        aspects=(*sorted(parts.flags), *(f"section:{section}" for section in parts.sections)),
    )


def _assemble(parts: Parts, text: str, tokens: Sequence[Token], today: date) -> Query:
    fill_slots(parts, text)
    if any(atom.term.detail == "ending" for atom in parts.atoms):
        # 合同…到期 says "contract" and "ends" apart.
        parts.atoms = [atom for atom in parts.atoms if atom.term != Term("contracts")]
    bounds = bind(parts)
    _late_invoices(parts)
    unused = [text[bound.start : bound.end].strip() for bound in bounds if bound.op != "ge" or bound.unit]
    as_of, used = give_times(parts, today)
    unused += [token.text for token in parts.times if id(token) not in used]
    ask, targets, order = aims(parts, text)
    where = tuple(
        mapped(one, lambda test: _in_currency(test, parts.currency))
        for one in conditions(parts, targets, today)
    )
    measures = tuple(dict.fromkeys(timed(atom) for atom in parts.atoms if id(atom) in targets))
    shown = tuple(timed(atom) for atom in parts.atoms if id(atom) not in targets and shown_only(atom))
    if order and not measures:
        ranked = [timed(atom) for atom in parts.atoms if atom.test is None or atom.bound is not None]
        ranked += [
            atom.test.term for atom in parts.atoms if atom.test and unit_of(atom.test.term) not in ("text",)
        ]
        measures = tuple(ranked[:1])
    limit = parts.limit
    if order and limit is None and _SINGULAR.search(text) and ask == "list":
        limit = 1
    doubtful, dull = leftover(parts, text)
    if parts.unbound and dull:
        # "A score below BB": no number that a score could be compared with.
        doubtful, dull = [*doubtful, *dull], []
    if unused and not (parts.atoms or parts.asks):
        # "Customers with more than 10 million": of what?
        doubtful, unused = [*unused, *doubtful], []
    return Query(
        ask=ask,
        where=where,
        measures=tuple(dict.fromkeys([*measures, *shown])),
        order=order,
        limit=limit,
        group=parts.groups[0] if parts.groups else "",
        currency=parts.currency,
        as_of=as_of,
        aspects=("risk",) if "risk" in parts.flags else (),
        unused=(*unused, *dull),
        doubtful=tuple(doubtful),
    )


def _late_invoices(parts: Parts) -> None:
    """Which invoices are more than 60 days overdue: the invoices are meant, and not how late the oldest one is."""
    late = [atom for atom in parts.atoms if atom.term.name == "overdue_days" and atom.bound is not None]
    them = [atom for atom in parts.atoms if atom.term.name == "invoices" and atom.bound is None]
    if len(late) != 1 or len(them) != 1 or late[0].bound is None or late[0].bound.op not in ("gt", "ge"):
        return
    days = int(late[0].bound.value) - (late[0].bound.op == "ge")
    term = Term("overdue_count", str(max(days, 0)))
    them[0].term, them[0].test, them[0].negated = term, Test(term, "has"), late[0].negated
    parts.atoms.remove(late[0])


def _in_currency(test: Test, currency: str) -> Test:
    """A bound on an amount is meant in the currency that the question speaks of, where its number names none."""
    open_ = test.currency is None and test.value is not None and test.op != "is"
    if not currency or not open_ or unit_of(test.term) != "money":
        return test
    return replace(test, currency=currency)
