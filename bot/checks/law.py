"""Law (法律): public records by dimension and gravity, and law suits by the customer's role.

Repaired and withdrawn records, and those whose time of showing is over, are not held against anybody (信用修复管理办法,
in force since 1 April 2026): they are neither listed nor counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from bot.assistant.replies.records import REPAIRED, is_closed
from bot.checks.notebook import Notebook, Value, failed, label, listed, money, number, passed, text, warned
from bot.checks.result import Finding
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


def counts(record: Record, day: date) -> bool:
    """Whether a record still counts: not repaired, and not past the end of its showing."""
    over = record.show_until is not None and record.show_until.last < day
    return not over and (record.status or "").lower() not in REPAIRED


def check(book: Notebook) -> list[Finding]:
    """Records of courts, registers of credit and existence, and the suits."""
    records = [record for record in book.dossier.records if counts(record, book.day)]
    groups = {key: dimension.group for key, dimension in dimensions().items()}
    grave = [
        r
        for r in records
        if r.dimension not in SUITS and groups.get(r.dimension) not in (*COMPLIANCE, "change", "media")
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
        looked = "records: " + ("courts" if section == "law" else "authorities")
        yield passed(
            f"{section}.records",
            f"checks.records.none_{section}",
            [book.nothing(looked, "records that count")],
        )
        return
    for kind, group in sorted(kinds.items()):
        level = catalogue[kind].level if kind in catalogue else "info"
        open_ = [record for record in group if not is_closed(record)]
        used = [book.cite(record, *_COLUMNS) for record in group]
        said: dict[str, Value] = {
            "kind": label(f"dimension.{kind}"),
            "number": number(len(group)),
            "open": number(len(open_)),
            "what": listed(*(text(record.title) for record in group[:3])),
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
        used = [book.cite(record, *_COLUMNS) for record in own[:5]] or [
            book.nothing("records: courts", "suits against the customer")
        ]
        phrase = "checks.suits.own" if own else "checks.suits.none"
        yield passed("law.suits", phrase, used, **({"number": number(len(own))} if own else {}))
        return
    used = [book.cite(record, *_COLUMNS) for record in against]
    claims: dict[str, Decimal] = defaultdict(Decimal)
    for record in open_:
        if record.amount is not None and record.currency:
            claims[record.currency] += record.amount
    amounts = []
    for currency, total in sorted(claims.items()):
        inputs = [
            (record.record_number or record.title, ref, record.amount)
            for record, ref in zip(against, used, strict=True)
            if record in open_ and record.amount is not None and record.currency == currency
        ]
        used.insert(0, book.calculate(f"sum(claims {currency})", inputs, total, currency))
        amounts.append(money(total, currency))
    said: dict[str, Value] = {
        "number": number(len(against)),
        "open": number(len(open_)),
        "amounts": listed(*amounts) if amounts else label("check.no_amount"),
    }
    if len(open_) >= book.policy.suits_fail:
        yield failed("law.suits", "checks.suits.against", used, 4, 4, **said)
    elif open_:
        yield warned("law.suits", "checks.suits.against", used, 3, 3, **said)
    else:
        yield warned("law.suits", "checks.suits.past", used, 2, 2, number=number(len(against)))
