"""Business standing (经营状况): dependence on one side, guarantees, contracts, complaints, what bureaus think."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from bot.checks.coverage import LENDING, records_looked
from bot.checks.notebook import Notebook, days, listed, number, on, passed, percent, text, unknown, warned
from bot.checks.result import Finding
from bot.dossier.ownership import holds
from bot.dossier.records import counts, is_closed
from store.names import search_key
from store.records import Fact, Party

_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|％|percent)")
#: What facts about dependence are called.
DEPENDENCE = re.compile(r"largest|concentration|buyer|customer_share|supplier|前五|大客户|集中度")
#: Roles of those who do business with the firm, and of those who own or run it.
TRADING = frozenset({"supplier", "partner", "guarantor", "competitor"})
INSIDE = frozenset(
    {
        *("shareholder", "beneficial_owner", "parent", "subsidiary", "branch"),
        *("legal_representative", "director", "supervisor", "manager"),
    }
)
_GUARANTEES = re.compile(r"guarantee|担保")


def check(book: Notebook) -> list[Finding]:
    """Everything about how the business stands that is not payment."""
    return [
        *_concentration(book),
        *_related(book),
        *_guarantees(book),
        *_contracts(book),
        *_complaints(book),
        *_scores(book),
    ]


def _share(fact: Fact) -> Decimal | None:
    match = _SHARE.search(fact.value)
    return Decimal(match[1]) if match and Decimal(match[1]) <= 100 else None


def _concentration(book: Notebook) -> Iterator[Finding]:
    facts = [fact for fact in book.dossier.facts if DEPENDENCE.search(fact.attribute)]
    shares = [(share, fact) for fact in facts if (share := _share(fact)) is not None]
    if not shares:
        used = [book.cite(fact, "attribute", "value") for fact in facts] or [
            book.nothing("facts", "concentration")
        ]
        yield unknown("business.concentration", "checks.concentration.unknown", used)
        return
    highest, fact = max(shares, key=lambda item: item[0])
    used = [book.cite(each, "attribute", "value") for _, each in shares]
    said = {"share": percent(highest), "what": text(fact.value[:200])}
    if highest >= book.policy.concentration_warn:
        yield warned("business.concentration", "checks.concentration.high", used, 3, 4, **said)
    else:
        yield passed("business.concentration", "checks.concentration.low", used, **said)


def _related(book: Notebook) -> Iterator[Finding]:
    """Parties that do business with the firm and own or run it as well (关联交易); nothing where none is on file."""
    trading: dict[str, list[Party]] = defaultdict(list)
    inside: dict[str, list[Party]] = defaultdict(list)
    for party in book.dossier.parties:
        if holds(party, book.day) and party.role in TRADING | INSIDE:
            (trading if party.role in TRADING else inside)[search_key(party.name)].append(party)
    if not trading:
        return
    both = [key for key in trading if key in inside]
    columns = ("name", "role", "share_percent", "held_in")
    if both:
        used = [book.cite(party, *columns) for key in both for party in (*trading[key], *inside[key])]
        who = listed(*(text(trading[key][0].name) for key in both))
        yield warned(
            "business.related", "checks.related.mixed", used, 3, 3, who=who, number=number(len(both))
        )
    else:
        used = [book.cite(party, *columns) for held in trading.values() for party in held]
        yield passed("business.related", "checks.related.apart", used)


def _guarantees(book: Notebook) -> Iterator[Finding]:
    """Guarantees that the firm gave, of facts and records; received ones are no burden."""
    facts = [fact for fact in book.dossier.facts if _GUARANTEES.search(fact.attribute)]
    records = [
        record
        for record in book.dossier.records
        if record.dimension == "guarantee" and counts(record, book.day) and not is_closed(record)
    ]
    given = [fact for fact in facts if "received" not in fact.attribute and "收到" not in fact.attribute]
    used = [book.cite(fact, "attribute", "value") for fact in given]
    used += [book.cite(record, "title", "role", "amount", "currency", "counterparties") for record in records]
    if used:
        what = listed(
            *(text(fact.value[:120]) for fact in given[:3]), *(text(record.title) for record in records[:3])
        )
        yield warned(
            "business.guarantees", "checks.guarantees.given", used, 2, 4, number=number(len(used)), what=what
        )
        return
    look = records_looked(book, LENDING)
    if look is None:
        used = [book.nothing("facts, records, documents", "guarantee")]
        yield unknown("business.guarantees", "checks.guarantees.unlooked", used)
    else:
        used = [book.nothing(look.where, "guarantee")]
        said = {"where": listed(*map(text, look.sources))}
        yield passed("business.guarantees", "checks.guarantees.none", used, **said)


def _contracts(book: Notebook) -> Iterator[Finding]:
    live = [
        c
        for c in book.dossier.contracts
        if (c.status or "").lower() not in ("ended", "terminated", "cancelled")
    ]
    if not book.dossier.contracts:
        yield unknown("business.contracts", "checks.contracts.none", [book.nothing("contracts", "any")])
        return
    bad = [
        c
        for c in book.dossier.contracts
        if (c.status or "").lower() in ("disputed", "breached", "terminated")
    ]
    soon = [
        c for c in live if c.ends_on and 0 <= (c.ends_on.last - book.day).days <= book.policy.contract_days
    ]
    columns = ("contract_number", "title", "status", "ends_on", "amount", "currency")
    if bad:
        used = [book.cite(contract, *columns) for contract in bad]
        what = listed(*(text(contract.title or contract.contract_number) for contract in bad[:3]))
        yield warned(
            "business.contracts", "checks.contracts.disputed", used, 4, 3, number=number(len(bad)), what=what
        )
    if soon:
        used = [book.cite(contract, *columns) for contract in soon]
        first = min(soon, key=lambda contract: contract.ends_on.last if contract.ends_on else book.day)
        assert first.ends_on is not None
        yield warned(
            "business.contracts_ending",
            "checks.contracts.ending",
            used,
            3,
            2,
            number=number(len(soon)),
            date=on(first.ends_on),
        )
    if not bad and not soon:
        used = [book.cite(contract, *columns) for contract in book.dossier.contracts[:5]]
        yield passed("business.contracts", "checks.contracts.fine", used, number=number(len(live)))


def _complaints(book: Notebook) -> Iterator[Finding]:
    open_ = [
        case for case in book.dossier.cases if case.closed_on is None and case.kind in ("complaint", "投诉")
    ]
    late = [case for case in open_ if case.due_on is not None and case.due_on.last < book.day]
    if not open_:
        used = [book.cite(case, "kind", "summary", "closed_on") for case in book.dossier.cases[:3]]
        used = used or [book.nothing("cases", "open complaints")]
        # Who never had anything to do with us cannot have complained.
        dealt = book.dossier.cases or book.dossier.invoices or book.dossier.contracts
        make, phrase = (passed, "none") if dealt else (unknown, "untold")
        yield make("business.complaints", f"checks.complaints.{phrase}", used)
        return
    used = [book.cite(case, "kind", "opened_on", "due_on", "summary") for case in open_]
    oldest = max((book.day - case.opened_on.last).days for case in open_)
    said = {"number": number(len(open_)), "oldest": days(max(oldest, 0)), "late": number(len(late))}
    yield warned(
        "business.complaints",
        "checks.complaints.late" if late else "checks.complaints.open",
        used,
        3 if late else 2,
        2,
        **said,
    )


def _scores(book: Notebook) -> Iterator[Finding]:
    """What credit bureaus think, and whether it fell."""
    by_provider: dict[str, list] = {}
    for score in book.dossier.scores:
        by_provider.setdefault(score.provider, []).append(score)
    for provider, scores in sorted(by_provider.items()):
        scores = sorted(scores, key=lambda item: (str(item.scored_on or ""), item.origin.recorded_seq))
        used = [book.cite(score, "provider", "score", "grade", "scored_on") for score in scores[-2:]]
        last = scores[-1]
        scale = (last.scale_max or Decimal(100)) - (last.scale_min or Decimal(0)) or Decimal(100)
        place = (last.score - (last.scale_min or Decimal(0))) / scale * 100
        fall = (scores[-2].score - last.score) / scale * 100 if len(scores) > 1 else Decimal(0)
        said = {
            "provider": text(provider),
            "score": number(last.score),
            "maximum": number(last.scale_max or 100),
        }
        name = f"business.score_{provider}"
        if fall >= book.policy.score_fall:
            yield warned(name, "checks.scores.fell", used, 3, 3, before=number(scores[-2].score), **said)
        elif place < book.policy.score_low:
            yield warned(name, "checks.scores.low", used, 3, 3, **said)
        else:
            yield passed(name, "checks.scores.fine", used, **said)
