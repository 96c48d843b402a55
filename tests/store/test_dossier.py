"""The customer's file: as of a day, as known at a moment, as seen by a viewer."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, text

from store.access import Audience, FieldClass
from store.dates import PartialDate
from store.dossier import read_dossier, record_evidence
from store.engine import reading, unit_of_work
from store.errors import StoreDamaged, UnknownSubject
from store.evidence import EvidenceKind, Tier, record_id
from store.identity import new_id
from store.schema.documents import document_customers, documents

INVOICE = {"invoice_number": "F-1", "issued_on": "2026-03-05", "due_on": "2026-04-04", "amount": "1200.50"}


def bill(book, customer, number, issued, due, **changes):
    body = {
        **INVOICE,
        "invoice_number": number,
        "issued_on": issued,
        "due_on": due,
        "currency": "CNY",
        **changes,
    }
    return book.record("invoices", f"{customer}|{number}", body, customer_id=customer)


def test_an_invoice_issued_after_the_day_is_not_in_the_file_of_that_day(book):
    firm = book.customer()
    bill(book, firm, "F-1", "2026-03-05", "2026-04-04")
    bill(book, firm, "F-2", "2026-05", "2026-06")
    assert [row.invoice_number for row in book.dossier(firm).invoices] == ["F-2", "F-1"]
    assert [row.invoice_number for row in book.dossier(firm, as_of=PartialDate(2026, 3, 31)).invoices] == [
        "F-1"
    ]
    assert [row.invoice_number for row in book.dossier(firm, as_of=PartialDate(2026, 5)).invoices] == [
        "F-2",
        "F-1",
    ]
    assert book.dossier(firm, as_of=PartialDate(2025)).invoices == ()


def test_what_was_learned_later_was_not_known_before(book, clock):
    firm = book.customer(stage="prospect")
    before = clock.now
    clock.forward(days=1)
    book.customer(stage="active")
    bill(book, firm, "F-1", "2026-01-05", "2026-02-04")
    then = book.dossier(firm, known_at=before)
    assert (then.profile.stage, then.invoices, then.known_seq) == ("prospect", (), 1)
    today = book.dossier(firm, known_at=clock.now)
    assert (today.profile.stage, len(today.invoices), today.known_seq) == ("active", 1, 3)
    assert book.dossier(firm).profile == today.profile


def test_a_correction_today_does_not_change_what_was_known_yesterday(book, clock):
    firm = book.customer()
    bill(book, firm, "F-1", "2026-01-05", "2026-02-04", amount="100")
    yesterday = clock.now
    clock.forward(days=1)
    bill(book, firm, "F-1", "2026-01-05", "2026-02-04", amount="900")
    assert book.dossier(firm, known_at=yesterday).invoices[0].amount == Decimal("100")
    assert book.dossier(firm).invoices[0].amount == Decimal("900")


def test_a_former_name_learned_late_holds_for_its_time_only(book):
    firm = book.customer("科达集团股份有限公司")
    book.customer("科达电子有限公司", valid_to=PartialDate(2019, 12, 31))
    assert book.dossier(firm).profile.legal_name == "科达集团股份有限公司"
    assert book.dossier(firm, as_of=PartialDate(2026)).profile.legal_name == "科达集团股份有限公司"
    assert book.dossier(firm, as_of=PartialDate(2018)).profile.legal_name == "科达电子有限公司"
    # Told again, both are known already, and nothing changes.
    again = book.record(
        "customers",
        "K-1",
        {"legal_name": "科达电子有限公司", "customer_key": "K-1"},
        valid_to=PartialDate(2019, 12, 31),
    )
    assert again.outcome == "unchanged"


def test_a_change_from_a_day_on_leaves_the_days_before_it(book):
    firm = book.customer(address="上海市徐汇区")
    book.customer(address="上海市浦东新区", valid_from=PartialDate(2026, 6))
    assert book.dossier(firm).profile.address == "上海市浦东新区"
    assert book.dossier(firm, as_of=PartialDate(2026, 5, 31)).profile.address == "上海市徐汇区"
    assert book.dossier(firm, as_of=PartialDate(2026, 6, 1)).profile.address == "上海市浦东新区"


def test_a_contact_who_has_left_is_the_latest_that_we_know(book, clock):
    firm = book.customer()
    ended = PartialDate(2024, 5)
    book.record("contacts", "c", {"name": "周涛"}, customer_id=firm, valid_to=ended)
    assert len(book.dossier(firm).contacts) == len(book.dossier(firm, known_at=clock.now).contacts) == 1
    assert book.dossier(firm, as_of=PartialDate(2026)).contacts == ()


def test_a_director_who_left_is_in_the_files_of_the_days_in_office(book):
    firm = book.customer()
    body = {"name": "王伟", "role": "director", "from": "2020-01", "to": "2023-06-30"}
    book.record("parties", f"{firm}|王伟|director", body, customer_id=firm)
    in_office = {
        day: bool(book.dossier(firm, as_of=PartialDate.parse(day)).parties)
        for day in ("2019-12-31", "2020-01-15", "2023-06-30", "2023-07-01")
    }
    assert in_office == {"2019-12-31": False, "2020-01-15": True, "2023-06-30": True, "2023-07-01": False}
    assert book.dossier(firm).parties[0].until == PartialDate(2023, 6, 30)


def test_a_corrected_row_never_comes_back_in_its_old_form(book):
    firm = book.customer()
    bill(book, firm, "F-1", "2026-01-05", "2026-02-04")
    bill(book, firm, "F-1", "2026-09-05", "2026-10-04")
    assert book.dossier(firm, as_of=PartialDate(2026, 3)).invoices == ()


def test_a_removed_row_is_gone_and_its_history_stays(book, clock):
    firm = book.customer()
    bill(book, firm, "F-1", "2026-01-05", "2026-02-04")
    there = clock.now
    clock.forward(hours=1)
    assert book.remove("invoices", f"{firm}|F-1", "billed by mistake").outcome == "changed"
    assert book.remove("invoices", f"{firm}|F-1", "billed by mistake").outcome == "unchanged"
    assert book.dossier(firm).invoices == ()
    assert len(book.dossier(firm, known_at=there).invoices) == 1
    assert bill(book, firm, "F-1", "2026-01-05", "2026-02-04").outcome == "changed"
    assert len(book.dossier(firm).invoices) == 1


def test_a_customer_that_is_unknown_hidden_or_removed_gives_one_and_the_same_sentence(book):
    open_one = book.customer("甲有限公司", "K-1")
    hidden = book.customer("乙有限公司", "K-2", field_class=FieldClass.SUSPICION)
    gone = book.customer("丙有限公司", "K-3")
    book.remove("customers", "K-3", "a duplicate")
    sentences = set()
    for customer in (uuid4(), hidden, gone):
        with pytest.raises(UnknownSubject) as refused:
            book.dossier(customer, "sales")
        sentences.add(str(refused.value))
    with pytest.raises(UnknownSubject) as refused:
        book.dossier(open_one, "unknown")
    sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_a_row_that_became_suspicion_does_not_show_its_older_open_version(book):
    firm = book.customer()
    body = {"dimension": "lawsuit", "title": "买卖合同纠纷"}
    book.record("records", f"{firm}|1", body, customer_id=firm, field_class=FieldClass.PUBLIC)
    book.record("records", f"{firm}|1", body, customer_id=firm, field_class=FieldClass.SUSPICION)
    assert book.dossier(firm, "sales").records == ()
    assert book.dossier(firm, "sales", as_of=PartialDate(2026)).records == ()
    assert len(book.dossier(firm, "compliance").records) == 1


def test_statements_are_in_whole_units_but_heads_are_counted(book):
    firm = book.customer()
    body = {
        "period_end": "2025-12-31",
        "period_kind": "year",
        "currency": "CNY",
        "unit": 10_000,
        "revenue": Decimal("3642.18"),
        "employees": 120,
        "x_rental_income": "1.5",
    }
    book.record("statements", f"{firm}|2025", body, customer_id=firm)
    statement = book.dossier(firm).statements[0]
    assert statement.items["revenue"] == Decimal("36421800")
    assert statement.items["employees"] == 120
    assert statement.items["x_rental_income"] == Decimal("15000")


def test_documents_follow_class_day_and_time_of_adding(book, clock):
    firm = book.customer()
    with unit_of_work(book.databases.write) as connection:
        for number, (published, field_class, seq) in enumerate(
            [("2026-01-10", "public", 1), ("2026-08-01", "internal", 5), (None, "suspicion", 5)]
        ):
            key = new_id()
            row = {
                "id": key,
                "sha256": f"{number:064d}",
                "title": f"文件{number}",
                "source": "news",
                "tier": "media",
                "field_class": field_class,
                "published": published,
                "language": "zh",
                "media_type": "text/plain",
                "size": 1,
                "warnings": [],
                "added_at": clock.now,
                "added_seq": seq,
            }
            connection.execute(insert(documents), row)
            link = {"document_id": key, "customer_id": firm, "how": "given", "mention": None, "count": 1}
            connection.execute(insert(document_customers), link)
    titles = lambda *args, **moment: [card.title for card in book.dossier(firm, *args, **moment).documents]  # noqa: E731
    assert titles("risk") == ["文件1", "文件0", "文件2"]
    assert titles("sales") == ["文件1", "文件0"]
    assert titles("risk", Audience.channel("#all")) == ["文件0"]
    assert titles("risk", as_of=PartialDate(2026, 6)) == ["文件0"]
    assert titles("risk", known_at=clock.now) == ["文件0"]


def test_a_dossier_takes_two_statements(book):
    firm = book.customer()
    bill(book, firm, "F-1", "2026-01-05", "2026-02-04")
    statements = []
    event.listen(
        book.databases.read,
        "before_cursor_execute",
        lambda c, cur, statement, *rest: statements.append(statement),
    )
    for moment in ({}, {"as_of": PartialDate(2026, 3)}, {"known_at": book.clock.now}):
        statements.clear()
        book.dossier(firm, **moment)
        assert len([said for said in statements if said.startswith("SELECT")]) == 2


def test_evidence_of_a_row_quotes_its_columns_and_keeps_its_id(book):
    firm = book.customer()
    recorded = book.record(
        "invoices",
        f"{firm}|F-1",
        {**INVOICE, "currency": "CNY"},
        customer_id=firm,
        observed_on=PartialDate(2026, 3),
        url="https://erp.firm.cn/F-1",
    )
    dossier = book.dossier(firm)
    evidence = record_evidence(dossier.invoices[0], dossier, ("invoice_number", "amount", "status", "due_on"))
    assert evidence.id == record_id(recorded.version_id)
    assert evidence.kind is EvidenceKind.RECORD
    assert evidence.quote == "invoice_number: F-1\namount: 1200.5\ndue_on: 2026-04-04"
    assert (evidence.tier, evidence.date, evidence.customer) == (Tier.INTERNAL, "2026-03", "C-1001")
    assert evidence.field_class is FieldClass.INTERNAL
    assert evidence.locator == {"aggregate": "invoices", "version": 1}


def test_evidence_of_a_party_and_a_statement_uses_the_names_of_the_contract(book):
    firm = book.customer()
    book.record("parties", "p", {"name": "李娜", "role": "supervisor", "from": "2021"}, customer_id=firm)
    figures = {
        "period_end": "2025-12-31",
        "period_kind": "year",
        "currency": "CNY",
        "unit": 1000,
        "revenue": "5",
    }
    book.record("statements", "s", figures, customer_id=firm)
    dossier = book.dossier(firm)
    assert record_evidence(dossier.parties[0], dossier, ("name", "from")).quote == "name: 李娜\nfrom: 2021"
    quote = record_evidence(dossier.statements[0], dossier, ("period_end", "revenue")).quote
    assert quote == "period_end: 2025-12-31\nrevenue: 5000"


def test_a_body_that_cannot_be_read_is_named(sqlite_book):
    firm = sqlite_book.customer()
    bill(sqlite_book, firm, "F-1", "2026-01-05", "2026-02-04", amount="a lot")
    with pytest.raises(StoreDamaged, match=r"invoices of C-1001 cannot be read"):
        sqlite_book.dossier(firm)


def test_a_dossier_is_read_only(sqlite_book):
    firm = sqlite_book.customer()
    with reading(sqlite_book.databases.read) as connection:
        read_dossier(connection, firm, viewer=sqlite_book.viewer())
        with pytest.raises(Exception, match="readonly"):
            connection.execute(text("DELETE FROM subjects"))
