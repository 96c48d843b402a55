"""Law (法律): public records by dimension and gravity, and law suits by the customer's role.

Repaired and withdrawn records, and those whose time of showing is over, are not held against anybody (信用修复管理办法,
in force since 1 April 2026): they are neither listed nor counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from bot.checks.coverage import AUTHORITIES, COURTS, SUING, group, records_looked
from bot.checks.notebook import (
    Notebook,
    Value,
    failed,
    label,
    listed,
    money,
    number,
    on,
    passed,
    text,
    unknown,
    warned,
)
from bot.checks.result import Finding
from bot.dossier.records import counts, is_closed
from knowledge.sources.dimensions import dimensions
from store.records import Record

_COLUMNS = (
    "dimension",
    "title",
    "record_number",
    "authority",
    "role",
    "amount",
    "currency",
    "filed_on",
    "status",
)
#: Roles in which somebody demands, and is not demanded from.
CLAIMING = frozenset({"plaintiff", "creditor", "applicant", "victim", "third_party"})
#: Filings and hearings of a suit; its enforcement counts among the records.
SUITS = frozenset(
    {
        *("case_filing", "hearing_notice", "court_notice", "service_notice", "judgment_document"),
        *("pre_litigation_mediation", "labour_arbitration"),
    }
)
#: Records of the compliance section.
COMPLIANCE = frozenset({"administrative", "tax"})


def check(book: Notebook) -> list[Finding]:
    """Records of courts, registers of credit and existence, and the suits."""
    records = [record for record in book.dossier.records if counts(record, book.day)]
    grave = [
        r for r in records if r.dimension not in SUITS and group(r) not in (*COMPLIANCE, "change", "media")
    ]
    return [*by_dimension(book, grave, "law"), *_suits(book, [r for r in records if r.dimension in SUITS])]


def by_dimension(book: Notebook, records: list[Record], section: str) -> Iterator[Finding]:
    """One finding a dimension: those of the customer itself, open ones worse than closed ones."""
    catalogue = dimensions()
    kinds: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if (record.role or "") not in CLAIMING and record.dimension != "guarantee":
            kinds[record.dimension].append(record)
    if not kinds:
        look = records_looked(book, COURTS if section == "law" else AUTHORITIES)
        if look is None:
            used = [book.nothing("records, documents", f"{section}: courts, authorities, registers, bureaus")]
            yield unknown(f"{section}.records", f"checks.records.unlooked_{section}", used)
        else:
            used = [book.nothing(look.where, f"{section}: records that count")]
            said = {"where": listed(*map(text, look.sources)), "date": on(look.last)}
            yield passed(f"{section}.records", f"checks.records.none_{section}", used, **said)
        return
    for kind, held in sorted(kinds.items()):
        level = book.policy.levels.get(kind) or (catalogue[kind].level if kind in catalogue else "info")
        open_ = [record for record in held if not is_closed(record)]
        used = [book.cite(record, *_COLUMNS) for record in held]
        said = {
            "kind": label(f"dimension.{kind}"),
            "number": number(len(held)),
            "open": number(len(open_)),
            "what": listed(*(text(record.title) for record in held[:3])),
        }
        name = f"{section}.{kind}"
        if level == "high" and open_:
            yield failed(
                name,
                "checks.records.found",
                used,
                5,
                5 if kind in ("bankruptcy", "liquidation", "dishonest_debtor") else 4,
                **said,
            )
        elif level == "high" or (level == "warn" and open_):
            yield warned(name, "checks.records.found", used, 3, 3, **said)
        else:
            yield warned(name, "checks.records.found", used, 2, 2, **said)


def _suits(book: Notebook, suits: list[Record]) -> Iterator[Finding]:
    """Suits against the customer, with what is claimed by currency; suits of its own are no reproach."""
    against = [record for record in suits if (record.role or "defendant") not in CLAIMING]
    own = [record for record in suits if record not in against]
    open_ = [record for record in against if not is_closed(record)]
    if not against:
        yield _no_suits(book, own)
        return
    cited = {id(record): book.cite(record, *_COLUMNS) for record in against}
    claims: dict[str, list[tuple[str, str, Decimal]]] = defaultdict(list)
    for number_, stages in _by_suit(open_).items():
        # The stages of one suit name the same claim, or a later one corrects it.
        named = next((each for each in stages if each.amount is not None and each.currency), None)
        if named is not None and named.amount is not None and named.currency:
            claims[named.currency].append((number_, cited[id(named)], named.amount))
    totals = {currency: sum((amount for *_, amount in each), Decimal(0)) for currency, each in claims.items()}
    worked = [
        book.calculate(f"sum(claims {currency})", claims[currency], totals[currency], currency)
        for currency in sorted(claims)
    ]
    amounts = [money(totals[currency], currency) for currency in sorted(totals)]
    used = [*worked, *cited.values()]
    count, still = len(_by_suit(against)), len(_by_suit(open_))
    said: dict[str, Value] = {
        "number": number(count),
        "open": number(still),
        "amounts": listed(*amounts) if amounts else label("check.no_amount"),
    }
    if still >= book.policy.suits_fail:
        yield failed("law.suits", "checks.suits.against", used, 4, 4, **said)
    elif open_:
        yield warned("law.suits", "checks.suits.against", used, 3, 3, **said)
    else:
        yield warned("law.suits", "checks.suits.past", used, 2, 2, number=number(count))


def _by_suit(records: list[Record]) -> dict[str, list[Record]]:
    """The records of each suit, newest first: filing, hearing and judgment under one number (案号) are one suit."""
    suits: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        suits[record.record_number or f"{record.title} {record.origin.subject}"].append(record)
    return suits


def _no_suits(book: Notebook, own: list[Record]) -> Finding:
    """Nothing against the customer: a pass only where courts were looked at."""
    if own:
        used = [book.cite(record, *_COLUMNS) for record in own[:5]]
        return passed("law.suits", "checks.suits.own", used, number=number(len(_by_suit(own))))
    look = records_looked(book, SUING)
    if look is None:
        return unknown(
            "law.suits", "checks.suits.unlooked", [book.nothing("records, documents", "law: suits")]
        )
    said = {"where": listed(*map(text, look.sources)), "date": on(look.last)}
    return passed(
        "law.suits", "checks.suits.none", [book.nothing(look.where, "suits against the customer")], **said
    )
