"""What a model may read (可读材料): customers by name, parts of a file, passages, changes, the ledger.

Each function reads for one viewer and gives plain JSON in which every piece of evidence has an id to cite.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from bot.assistant.agent.bench import Bench, Unusable
from bot.assistant.agent.errors import Withheld
from bot.assistant.naming import Named
from bot.assistant.stretches import FIRST_DAY, Period
from bot.assistant.tools import Tools
from store.access import FieldClass, Permission
from store.dates import PartialDate
from store.records import Dossier, Statement

#: Part of a file → where the dossier holds it.
PARTS: dict[str, str] = {
    "profile": "profile",
    "people": "parties",
    "contacts": "contacts",
    "facts": "facts",
    "statements": "statements",
    "scores": "scores",
    "invoices": "invoices",
    "payments": "payments",
    "records": "records",
    "contracts": "contracts",
    "cases": "cases",
    "notes": "notes",
    "events": "events",
    "documents": "documents",
}
#: The date by which a row lies in a period, by the first of these that it has.
_DATES = (
    *(
        "published_on",
        "filed_on",
        "issued_on",
        "paid_on",
        "period_end",
        "scored_on",
        "signed_on",
        "opened_on",
    ),
    *("happened_on", "published", "since", "at"),
)
_LAST = date(9999, 12, 31)


def find_customer(bench: Bench, name: str) -> dict[str, Any]:
    """The customers that a name may mean, with their other names."""
    bench.step("find_customer")
    with bench.reading() as tools:
        directory = tools.sources.directory()
        naming = directory.read(name[:400])
        sure = [one for mention in naming.mentions for one in mention.customers]
        found: dict[str, Any] = {}
        for named, certain in [*((one, True) for one in sure), *((one, False) for one in naming.near)]:
            if tools.dossier(named) is not None and named.code not in found:
                names = [text for text in directory.names_of(named) if text != named.name]
                found[named.code] = {
                    "code": named.code,
                    "name": named.name,
                    "also": names[:8],
                    "meant": certain,
                }
        bench.looked.add(("", "customers"))
    return {"customers": list(found.values())[:8]}


def read_file(
    bench: Bench, customer: str, part: str, since: date | None, until: date | None
) -> dict[str, Any]:
    """The rows of one part of a customer's file, newest first."""
    with bench.reading() as tools:
        named = bench.customer(customer)
        dossier = tools.dossier(named)
        assert dossier is not None
        rows = _rows(dossier, part, since, until)
        bench.step("read_file", name=named.name, part=bench.part_label(part))
        if not bench.cleared:
            whole = bench.whole().dossier(named)
            bench.demand(
                [_values(row) for row in rows],
                [_values(row) for row in _rows(whole, part, since, until)] if whole else None,
            )
        bench.looked.add((named.code, part))
        limit = bench.budget.limits.rows
        shown = [_shown(bench, tools, dossier, row) for row in rows[:limit]]
    return {
        "customer": {"code": named.code, "name": named.name},
        "part": part,
        "rows": shown,
        "more": max(0, len(rows) - limit),
    }


def _rows(dossier: Dossier, part: str, since: date | None, until: date | None) -> list[Any]:
    if part not in PARTS:
        raise Unusable("no_part", part=part[:40], parts=", ".join(PARTS))
    if part == "profile":
        return [dossier.profile]
    rows = getattr(dossier, PARTS[part])
    return [row for row in rows if _within(row, since or FIRST_DAY, until or _LAST)]


def _within(row: Any, since: date, until: date) -> bool:
    day = next((value for name in _DATES if (value := getattr(row, name, None))), None)
    if day is None:
        return True
    if not isinstance(day, PartialDate):
        try:
            day = PartialDate.parse(str(day)[:10])
        except ValueError:
            return True
    return day.first <= until and day.last >= since


def _values(row: Any) -> tuple[Any, ...]:
    """What a viewer sees of a row; two viewers of the same row may see different things."""
    return tuple(getattr(row, each.name) for each in fields(row))


def _shown(bench: Bench, tools: Tools, dossier: Dossier, row: Any) -> dict[str, Any]:
    if hasattr(row, "evidence"):  # an event stands on a passage
        tools.passage(row.evidence)
        told = {name: getattr(row, name) for name in ("kind", "severity", "status", "role")}
        return {**bench.show(row.evidence), "event": {**told, "on": row.happened_on and str(row.happened_on)}}
    if not hasattr(row, "origin"):  # a document's card: its text is found by searching
        if row.field_class not in bench.classes:
            raise Withheld(f"data of the class {row.field_class.value}")
        return {
            "document": row.title,
            "source": row.source,
            "published": row.published and str(row.published),
        }
    names = [
        {"since": "from", "until": "to"}.get(each.name, each.name)
        for each in fields(row)
        if each.name not in ("origin", "items")
    ]
    if isinstance(row, Statement):
        names += list(row.items)
    return bench.show(tools.cite(row, dossier, *names))


def search_documents(
    bench: Bench, text: str, customer: str | None, since: date | None, until: date | None
) -> dict[str, Any]:
    """Passages that fit, best first."""
    bench.step("search_documents")
    period = Period(since or FIRST_DAY, until or _LAST, "span") if since or until else None
    with bench.reading() as tools:
        named: list[Named] = [bench.customer(customer)] if customer else []
        k = min(10, bench.budget.limits.rows)
        hits = tools.search(text[:400], customers=named, period=period, k=k)
        if not bench.cleared:
            whole = bench.whole().search(text[:400], customers=named, period=period, k=k)
            bench.demand([hit.evidence.id for hit in hits], [hit.evidence.id for hit in whole])
        bench.looked.add((named[0].code if named else "", "documents"))
        return {"passages": [bench.show(tools.passage(hit.evidence)) for hit in hits]}


def open_evidence(bench: Bench, local: str) -> dict[str, Any]:
    """One piece of evidence as long as it is."""
    bench.step("open_evidence")
    item = bench.shown.get(local.strip().strip("[]"))
    if item is None:
        raise Unusable("no_evidence", id=local[:12])
    described = bench.show(item, whole=True)
    if item.calculation is not None:
        described["inputs"] = [
            {"name": name, "value": str(value)} for name, _, value in item.calculation.inputs
        ]
    return described


def history(bench: Bench, customer: str, since: date | None, until: date | None) -> dict[str, Any]:
    """What changed in a customer's file, and who changed it."""
    _needs_ledger(bench)
    period = Period(since or FIRST_DAY, until or _LAST, "span") if since or until else None
    with bench.reading() as tools:
        named = bench.customer(customer)
        bench.step("history", name=named.name)
        steps = tools.changes(named, period=period, limit=bench.budget.limits.rows)
        bench.looked.add((named.code, "changes"))
        return {"changes": [bench.show(item) for _, item in steps]}


def ledger(bench: Bench, customer: str, since: date | None, until: date | None) -> dict[str, Any]:
    """Who looked at, asked about or decided what about a customer."""
    _needs_ledger(bench)
    period = Period(since or FIRST_DAY, until or _LAST, "span") if since or until else None
    with bench.reading() as tools:
        named = bench.customer(customer)
        bench.step("ledger", name=named.name)
        entries = tools.ledger(named, period=period, limit=bench.budget.limits.rows)
        bench.looked.add((named.code, "ledger"))
        return {"entries": [bench.show(item) for _, item in entries]}


def _needs_ledger(bench: Bench) -> None:
    """The same words for whoever may not read it, whether there is anything or not."""
    if not bench.question.viewer.may(Permission.READ_LEDGER):
        raise Unusable("refused")
    if FieldClass.SUSPICION not in bench.classes:
        raise Withheld("the ledger")
