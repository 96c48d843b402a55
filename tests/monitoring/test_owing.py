"""What customers owe raises alerts: it grows old, it is most of what is open, payment slows down; not old books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bot.monitoring.telling import tell_alert
from store.alerts import AlertState
from store.policy import Policy

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


def test_a_payment_ends_the_alert_at_once_and_one_of_two_leaves_it(risk: Any) -> None:
    customer = risk.customer()
    for number in (1, 2):
        owe(risk, customer, f"JL-{number}", TODAY - timedelta(days=31 + number))
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.rule, alert.items) == ("overdue", 2)
    pay(risk, customer, "JL-1", TODAY)
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.state, [step.act for step in risk.steps(alert)]) == (AlertState.OPEN, ["open", "settled"])
    assert risk.act("acknowledge", alert.code).result == "done"
    pay(risk, customer, "JL-2", TODAY)
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.state, alert.reason, alert.by) == (AlertState.CLOSED, "settled", None)
    assert [step.act for step in risk.steps(alert)][-1] == "settled"
    steps = len(risk.steps(alert))
    risk.clock.forward(days=1)
    assert risk.look().opened == 0
    assert len(risk.steps(risk.alerts()[0])) == steps


def test_a_share_that_fell_ends_its_alert_and_a_payment_elsewhere_does_not(risk: Any) -> None:
    customer, other = risk.customer(), risk.customer("另一家机械有限公司")
    for number, days in enumerate((5, 12, -20)):
        owe(risk, customer, f"JL-{number}", TODAY - timedelta(days=days))
    risk.look()
    owe(risk, other, "QT-1", TODAY - timedelta(days=1))
    pay(risk, other, "QT-1", TODAY)
    risk.look()
    assert [(alert.rule, alert.state) for alert in risk.alerts()] == [("overdue_share", AlertState.OPEN)]
    pay(risk, customer, "JL-0", TODAY)
    pay(risk, customer, "JL-1", TODAY)
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.state, alert.reason) == (AlertState.CLOSED, "settled")


def test_a_rule_may_have_its_own_days_of_silence(risk: Any, policy: Policy) -> None:
    alerts = policy.alerts
    talkative = [
        rule.model_copy(update={"silent_days": 1}) if rule.id == "record_enforcement" else rule
        for rule in alerts.rules
    ]
    changed = alerts.model_copy(update={"rules": tuple(talkative)})
    assert (changed.silent_days_of("record_enforcement"), changed.silent_days_of("listed")) == (
        1,
        alerts.silent_days,
    )
