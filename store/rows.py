"""From the stored body of a version to the row of a dossier, one builder an aggregate.

Bodies hold the columns of the import contract as their source gave them. A statement's items stand under
their own names (or together under `items`) in the row's `unit`; here they become whole currency units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from store.dates import PartialDate
from store.projections import read_other_names
from store.records import (
    Case,
    Contact,
    Contract,
    Fact,
    Invoice,
    Note,
    Origin,
    OtherName,
    Party,
    Payment,
    Profile,
    Record,
    Score,
    Statement,
)

Body = Mapping[str, Any]

#: Columns of a statement that are not items.
_HEAD = frozenset(
    {"customer", "period_end", "period_kind", "period_start", "currency", "unit", "audited", "items"}
)
#: Items that are counted, not paid: `unit` does not apply to them.
COUNTED_ITEMS = frozenset({"employees"})
#: Endings of items of one's own (`x_…`) that are no amounts of money either.
COUNTED_ENDINGS = ("_percent", "_ratio", "_per_share", "_count")


@lru_cache(maxsize=8192)
def read_date(text: str) -> PartialDate:
    """A date as stored; a moment gives its day."""
    return PartialDate.parse(text if len(text) <= 10 else text[:10])


def _date(value: Any) -> PartialDate | None:
    return read_date(value) if value else None


def _day(value: Any) -> PartialDate:
    return read_date(value)


def _number(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        raise ValueError(f"“{value}” is not a number") from None


def _truth(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    return str(value).strip().lower() in ("true", "yes", "1", "是")


def _list(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value)


def _profile(origin: Origin, body: Body) -> Profile:
    get = body.get
    return Profile(
        origin=origin,
        legal_name=body["legal_name"],
        customer_key=get("customer_key"),
        other_names=tuple(OtherName(**other) for other in read_other_names(get("other_names"))),
        uscc=get("uscc"),
        lei=get("lei"),
        registration_number=get("registration_number"),
        country=get("country"),
        address=get("address"),
        industry=get("industry"),
        business_scope=get("business_scope"),
        legal_form=get("legal_form"),
        registered_capital=_number(get("registered_capital")),
        currency=get("currency"),
        founded=_date(get("founded")),
        website=get("website"),
        stage=get("stage"),
        owner=get("owner"),
        tags=_list(get("tags")),
    )


def _party(origin: Origin, body: Body) -> Party:
    get = body.get
    return Party(
        origin=origin,
        name=body["name"],
        role=body["role"],
        kind=get("kind"),
        share_percent=_number(get("share_percent")),
        voting_percent=_number(get("voting_percent")),
        held_in=get("held_in"),
        birth_date=_date(get("birth_date")),
        nationality=get("nationality"),
        identifiers=_list(get("identifiers")),
        since=_date(get("from")),
        until=_date(get("to")),
    )


def _contact(origin: Origin, body: Body) -> Contact:
    return Contact(origin, body["name"], body.get("title"), body.get("phone"), body.get("email"))


def _fact(origin: Origin, body: Body) -> Fact:
    return Fact(origin, body["attribute"], str(body["value"]), body.get("language"))


def statement_items(body: Body) -> dict[str, Decimal]:
    """The items of a statement in whole currency units."""
    unit = Decimal(body.get("unit") or 1)
    given = {name: value for name, value in body.items() if name not in _HEAD} | dict(body.get("items") or {})
    items: dict[str, Decimal] = {}
    for name, value in given.items():
        number = _number(value)
        if number is not None:
            counted = name in COUNTED_ITEMS or name.endswith(COUNTED_ENDINGS)
            items[name] = number if counted else number * unit
    return items


def _statement(origin: Origin, body: Body) -> Statement:
    return Statement(
        origin=origin,
        period_end=_day(body["period_end"]),
        period_kind=body["period_kind"],
        currency=body["currency"],
        unit=int(body.get("unit") or 1),
        audited=_truth(body.get("audited")),
        period_start=_date(body.get("period_start")),
        items=statement_items(body),
    )


def _score(origin: Origin, body: Body) -> Score:
    return Score(
        origin=origin,
        provider=body["provider"],
        score=Decimal(body["score"]),
        scale_min=_number(body.get("scale_min")),
        scale_max=_number(body.get("scale_max")),
        grade=body.get("grade"),
        scored_on=_date(body.get("scored_on")),
    )


def _invoice(origin: Origin, body: Body) -> Invoice:
    return Invoice(
        origin,
        body["invoice_number"],
        _day(body["issued_on"]),
        _day(body["due_on"]),
        Decimal(body["amount"]),
        body["currency"],
        body.get("status"),
    )


def _payment(origin: Origin, body: Body) -> Payment:
    return Payment(
        origin, _day(body["paid_on"]), Decimal(body["amount"]), body["currency"], body.get("invoice_number")
    )


def _record(origin: Origin, body: Body) -> Record:
    get = body.get
    return Record(
        origin=origin,
        dimension=body["dimension"],
        title=body["title"],
        record_number=get("record_number"),
        authority=get("authority"),
        role=get("role"),
        amount=_number(get("amount")),
        currency=get("currency"),
        filed_on=_date(get("filed_on")),
        published_on=_date(get("published_on")),
        closed_on=_date(get("closed_on")),
        status=get("status"),
        show_until=_date(get("show_until")),
        counterparties=_list(get("counterparties")),
    )


def _contract(origin: Origin, body: Body) -> Contract:
    get = body.get
    return Contract(
        origin=origin,
        contract_number=body["contract_number"],
        title=get("title"),
        signed_on=_date(get("signed_on")),
        starts_on=_date(get("starts_on")),
        ends_on=_date(get("ends_on")),
        amount=_number(get("amount")),
        currency=get("currency"),
        status=get("status"),
        clauses=_list(get("clauses")),
    )


def _case(origin: Origin, body: Body) -> Case:
    get = body.get
    return Case(
        origin=origin,
        kind=body["kind"],
        opened_on=_day(body["opened_on"]),
        summary=body["summary"],
        owner=get("owner"),
        due_on=_date(get("due_on")),
        closed_on=_date(get("closed_on")),
        outcome=get("outcome"),
    )


def _note(origin: Origin, body: Body) -> Note:
    return Note(origin, str(body["at"]), body["text"], body.get("channel"), body.get("by"))


#: How each aggregate of a dossier is built.
BUILDERS: dict[str, Callable[[Origin, Body], Any]] = {
    "customers": _profile,
    "parties": _party,
    "contacts": _contact,
    "facts": _fact,
    "statements": _statement,
    "scores": _score,
    "invoices": _invoice,
    "payments": _payment,
    "records": _record,
    "contracts": _contract,
    "cases": _case,
    "notes": _note,
}


@lru_cache(maxsize=8192)
def span(text: str) -> tuple[date, date]:
    """The first and the last day that a stored date can mean."""
    day = read_date(text)
    return day.first, day.last


def begins(aggregate: str, body: Body) -> tuple[date, date] | None:
    """The row's own date: from when it is part of the picture, and what its list is sorted by."""
    for name in _BEGINS.get(aggregate, ()):
        if value := body.get(name):
            return span(value)
    return None


def ends(aggregate: str, body: Body) -> tuple[date, date] | None:
    """The last day on which the row is part of the picture; only roles of parties end."""
    return span(body["to"]) if aggregate == "parties" and body.get("to") else None


_BEGINS: dict[str, tuple[str, ...]] = {
    "parties": ("from",),
    "statements": ("period_end",),
    "scores": ("scored_on",),
    "invoices": ("issued_on",),
    "payments": ("paid_on",),
    "records": ("filed_on", "published_on"),
    "contracts": ("signed_on", "starts_on"),
    "cases": ("opened_on",),
    "notes": ("at",),
}
