"""All customers at once: the same picture as one dossier after the other gives, now, then, and as somebody sees it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from store.access import Audience, FieldClass, Viewer
from store.dates import PartialDate
from store.dossier import read_dossier
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.portfolio import changed_since, head_of, read_portfolio, recent_changes
from store.rows import BUILDERS

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERYTHING = frozenset(BUILDERS)


class Book:
    """Writes versions day after day."""

    def __init__(self, databases: Databases) -> None:
        self.databases, self.now, self.ids = databases, DAY, dict[str, UUID]()

    def record(self, *rows: NewVersion) -> None:
        self.now += timedelta(days=1)
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, lambda: self.now).append(actor="li", action="import", detail={})
            for row in rows:
                done = History(connection, entry).record_all([row])[0]
                self.ids.setdefault(row.natural_key, done.subject_id)

    def remove(self, aggregate: str, key: str) -> None:
        self.now += timedelta(days=1)
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, lambda: self.now).append(actor="li", action="remove", detail={})
            History(connection, entry).remove(aggregate, key, cause="gone")

    def row(
        self, aggregate: str, key: str, owner: str | None, body: dict[str, Any], **more: Any
    ) -> NewVersion:
        given = {
            "field_class": FieldClass.PUBLIC,
            "source": "register",
            "tier": Tier.REGISTER,
            "cause": "test",
        }
        customer = self.ids[owner] if owner else None
        return NewVersion(
            aggregate=aggregate, natural_key=key, customer_id=customer, body=body, **(given | more)
        )


@pytest.fixture
def book(databases: Databases) -> Book:
    """Four customers: one that moved, one that is hidden, one that was removed, one that came late."""
    made = Book(databases)
    for key in ("alpha", "beta", "gamma"):
        hidden = {"field_class": FieldClass.SUSPICION} if key == "beta" else {}
        made.record(made.row("customers", key, None, {"legal_name": key, "address": "Bremen"}, **hidden))
    invoice = {
        "invoice_number": "1",
        "issued_on": "2026-02-01",
        "due_on": "2026-03-01",
        "amount": "5",
        "currency": "EUR",
    }
    made.record(
        made.row("invoices", "a1", "alpha", invoice, field_class=FieldClass.INTERNAL),
        made.row(
            "records", "r1", "alpha", {"dimension": "case_filing", "title": "t", "filed_on": "2026-03-20"}
        ),
        made.row(
            "records",
            "r2",
            "alpha",
            {"dimension": "case_filing", "title": "s"},
            field_class=FieldClass.SUSPICION,
        ),
        made.row("invoices", "g1", "gamma", {**invoice, "currency": "USD"}),
    )
    moved = {"legal_name": "alpha", "address": "Hamburg"}
    made.record(made.row("customers", "alpha", None, moved, valid_from=PartialDate.parse("2026-03-06")))
    made.record(
        made.row("invoices", "a1", "alpha", {**invoice, "amount": "7"}, field_class=FieldClass.INTERNAL)
    )
    made.remove("customers", "gamma")
    made.record(made.row("customers", "delta", None, {"legal_name": "delta", "stage": "active"}))
    return made


VIEWERS = (("risk", None), ("sales", None), ("risk", "#hall"))


def test_it_is_the_picture_that_single_dossiers_give(book: Book, viewer: Callable[..., Viewer]) -> None:
    """Today, as of three days, as known at six moments, for three kinds of viewers."""
    for (role, place), as_of, days in product(
        VIEWERS, (None, "2026-03-05", "2026-12-31"), (None, 0, 4, 5, 7, 30)
    ):
        asker = viewer(role, Audience.channel(place) if place else None)
        then = {
            "as_of": PartialDate.parse(as_of) if as_of else None,
            "known_at": None if days is None else DAY + timedelta(days=days, hours=1),
        }
        with reading(book.databases.read) as connection:
            single = []
            for key in ("alpha", "beta", "gamma", "delta"):
                with suppress(UnknownSubject):
                    single.append(read_dossier(connection, book.ids[key], viewer=asker, **then))
            together = list(read_portfolio(connection, EVERYTHING, viewer=asker, **then))
            alpha = [book.ids["alpha"]]
            few = list(read_portfolio(connection, ["invoices"], viewer=asker, among=alpha, **then))
        told = f"{role} {place} {as_of} {days}"
        assert together == [replace(dossier, documents=(), events=()) for dossier in single], told
        alphas = [dossier for dossier in single if dossier.id == book.ids["alpha"]]
        assert [(one.id, one.profile, one.invoices, one.records) for one in few] == [
            (one.id, one.profile, one.invoices, ()) for one in alphas
        ], told


def test_what_changed_tells_nothing_of_hidden_rows(book: Book, viewer: Callable[..., Viewer]) -> None:
    with reading(book.databases.read) as connection:
        seen = recent_changes(connection, viewer=viewer("compliance"), since=DAY)
        sales = recent_changes(connection, viewer=viewer("sales"), since=DAY)
        late = recent_changes(connection, viewer=viewer("compliance"), since=book.now)
    changed = [
        (step.aggregate, [change.field for change in step.changes], step.removed) for _, step in seen.steps
    ]
    assert changed == [
        ("customers", [], True),
        ("invoices", ["amount"], False),
        ("customers", ["address", "valid_from"], False),
    ]
    assert seen.fresh[book.ids["alpha"], "records"] == 2
    assert sales.fresh[book.ids["alpha"], "records"] == 1
    assert (book.ids["beta"], "customers") not in sales.fresh
    assert late.steps == ()
    assert late.fresh == {(book.ids["delta"], "customers"): 1}


def test_an_origin_that_is_read_late_is_the_same_as_a_plain_one(
    book: Book, viewer: Callable[..., Viewer]
) -> None:
    with reading(book.databases.read) as connection:
        late = next(read_portfolio(connection, (), viewer=viewer("risk"))).profile.origin
        plain = read_dossier(connection, book.ids["alpha"], viewer=viewer("risk")).profile.origin
    assert late == plain
    assert plain == late
    assert len({late, plain}) == 1
    assert repr(late) == repr(plain)
    assert type(pickle.loads(pickle.dumps(late))) is type(plain)
    assert late != replace(plain, number=9)
    assert late != "origin"


def test_more_customers_than_one_statement_names_come_in_the_same_order(
    book: Book, viewer: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.portfolio._AT_ONCE", 1)
    with reading(book.databases.read) as connection:
        every = list(read_portfolio(connection, EVERYTHING, viewer=viewer("risk")))
        named = [one.id for one in reversed(every)]
        assert list(read_portfolio(connection, EVERYTHING, viewer=viewer("risk"), among=named)) == every


def test_only_customers_of_whom_such_rows_are_new_have_changed(book: Book) -> None:
    with reading(book.databases.read) as connection:
        before = head_of(connection)
        early = head_of(connection, DAY)
    paid = {"paid_on": "2026-03-01", "amount": "5", "currency": "EUR"}
    book.record(book.row("payments", "p1", "delta", paid))
    book.record(book.row("records", "r3", "alpha", {"dimension": "case_filing", "title": "u"}))
    with reading(book.databases.read) as connection:
        assert changed_since(connection, before, ("customers", "payments")) == {book.ids["delta"]}
        assert len(changed_since(connection, early, ("customers",))) == 4
