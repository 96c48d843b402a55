"""What customers owe raises alerts: it grows old, it is most of what is open, payment slows down; not old books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bot.monitoring.telling import tell_alert

TODAY = date(2026, 11, 21)


def owe(risk: Any, customer: UUID, number: str, due: date, **columns: Any) -> None:
    body = {
        "invoice_number": number,
        "issued_on": (due - timedelta(days=30)).isoformat(),
        "due_on": due.isoformat(),
        "amount": "1000",
        "currency": "CNY",
    } | columns
    risk.record("invoices", number, body, customer)


def pay(risk: Any, customer: UUID, number: str, day: date) -> None:
    body = {
        "payment_number": f"P-{number}",
        "invoice_number": number,
        "paid_on": day.isoformat(),
        "amount": "1000",
        "currency": "CNY",
    }
    risk.record("payments", f"P-{number}", body, customer)


def rules(risk: Any) -> set[str]:
    return {alert.rule for alert in risk.alerts()}


def test_old_books_that_are_imported_raise_no_flood_and_what_ages_since_does(risk: Any) -> None:
    for number in range(5):
        owe(
            risk,
            risk.customer(f"第{number}号机械有限公司"),
            f"JL-{number}",
            TODAY - timedelta(days=40 + 200 * number),
        )
    risk.look()
    # The one that passed its thirtieth day ten days ago is news; the others were known to be lost long ago.
    assert [(alert.rule, alert.items) for alert in risk.alerts()] == [("overdue", 1)]
    risk.clock.forward(days=51)
    risk.look()
    assert rules(risk) == {"overdue", "overdue_long"}
    assert len(risk.alerts()) == 2


def test_most_of_what_is_open_is_overdue(risk: Any) -> None:
    customer = risk.customer()
    for number, days in enumerate((5, 12, -20)):
        owe(risk, customer, f"JL-{number}", TODAY - timedelta(days=days))
    risk.look()
    (alert,) = risk.alerts()
    assert alert.rule == "overdue_share"
    assert "66.7%" in tell_alert(risk.policy.alerts, alert, "en")[0]
    risk.clock.forward(days=1)
    risk.look()
    assert [each.items for each in risk.alerts() if each.rule == "overdue_share"] == [1]


def test_payment_that_is_slower_than_the_customers_own_habit(risk: Any) -> None:
    habitual, slower = risk.customer("一贯迟付机械有限公司"), risk.customer("突然变慢机械有限公司")
    for customer, late_then, late_now in ((habitual, 40, 42), (slower, 2, 25)):
        for number in range(4):
            for age, late in ((200 + 10 * number, late_then), (20 + 10 * number, late_now)):
                paid = TODAY - timedelta(days=age)
                key = f"{customer}-{age}"
                owe(risk, customer, key, paid - timedelta(days=late))
                pay(risk, customer, key, paid)
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.rule, alert.customer_id) == ("pays_slower", slower)
    what, _ = tell_alert(risk.policy.alerts, alert, "en")
    assert "25 days" in what and "2 days" in what


def test_paid_invoices_and_currencies_apart(risk: Any) -> None:
    customer = risk.customer()
    for number, currency in enumerate(("CNY", "CNY", "EUR", "EUR")):
        owe(risk, customer, f"JL-{number}", TODAY - timedelta(days=60), currency=currency, status="paid")
    owe(risk, customer, "JL-open", TODAY + timedelta(days=10))
    risk.look()
    assert risk.alerts() == []
