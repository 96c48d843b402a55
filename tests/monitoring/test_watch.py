"""What changed raises alerts: once, of the right gravity, and none for what is old, repaired or our own."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import Any

import pytest

from bot.monitoring.telling import tell_alert
from store.access import FieldClass
from store.alert_cursors import AlertCursors
from store.alerts import AlertState
from store.engine import reading, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.ledger import read as read_ledger

NEWS = "东莞市骏砾电子有限公司被东莞市第二人民法院列为失信被执行人,拖欠货款473万元。"


def test_a_record_of_a_court_raises_one_alert_with_its_evidence(risk: Any) -> None:
    customer = risk.customer()
    risk.suit(customer, "(2026)粤1972执9926号")
    assert risk.look().opened == 1
    (alert,) = risk.alerts()
    assert (alert.code, alert.rule, alert.severity, alert.state) == (
        "A-1",
        "record_enforcement",
        "high",
        "open",
    )
    assert "record_number: (2026)粤1972执9926号" in alert.evidence[0]["quote"]
    what, why = tell_alert(risk.policy.alerts, alert, "zh")
    assert "被执行人" in what and "债权人" in why
    assert risk.look().changes == 0
    assert len(risk.alerts()) == 1


@pytest.mark.parametrize(
    ("dimension", "title", "zh", "en"),
    [
        (
            "hearing_notice",
            "开庭公告:粤顺达物流诉骏砾电子运输合同纠纷",
            "新增记录——开庭公告：粤顺达物流诉骏砾电子运输合同纠纷",
            "New record – hearing notice: 粤顺达物流诉骏砾电子运输合同纠纷",
        ),
        (
            "hearing_notice",
            "Hearing notice: Hallam Castings v Brightmere Pumps",
            "新增记录——开庭公告：Hallam Castings v Brightmere Pumps",
            "New record – hearing notice: Hallam Castings v Brightmere Pumps",
        ),
        ("hearing_notice", "开庭公告", "新增记录——开庭公告", "New record – hearing notice"),
        (
            "admin_penalty",
            "海关行政处罚:申报商品编号不实",
            "新增记录——海关行政处罚：申报商品编号不实",
            "New record – administrative penalty: 海关行政处罚:申报商品编号不实",
        ),
        (
            "judgment_document",
            "骏砾电子买卖合同纠纷一审:判令支付货款",
            "新增记录——裁判文书：骏砾电子买卖合同纠纷一审:判令支付货款",
            "New record – court judgment: 骏砾电子买卖合同纠纷一审:判令支付货款",
        ),
    ],
)
def test_an_alert_says_the_kind_of_a_record_once(
    lite: Any, dimension: str, title: str, zh: str, en: str
) -> None:
    lite.suit(lite.customer(), "(2026)粤1972民初77号", dimension=dimension, title=title)
    lite.look()
    (alert,) = lite.alerts()
    assert tell_alert(lite.policy.alerts, alert, "zh")[0] == zh
    assert tell_alert(lite.policy.alerts, alert, "en")[0] == en


def test_more_of_the_same_extends_the_alert(risk: Any) -> None:
    customer = risk.customer()
    for number in range(5):
        risk.suit(customer, f"(2026)粤1972执{number}号")
    risk.look()
    risk.suit(customer, "(2026)粤1972执77号")
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.items, alert.stale) == (6, True)


def test_bad_news_raises_an_alert_and_its_copies_extend_it(risk: Any) -> None:
    risk.customer()
    risk.news(NEWS)
    risk.look()
    (alert,) = risk.alerts()
    assert alert.severity == "high"
    risk.news(NEWS + "记者从知情人士处获悉。", source="other feed")
    risk.look()
    (again,) = risk.alerts()
    assert again.id == alert.id and again.items >= 2 and len(again.sources) == 2


def test_what_we_wrote_ourselves_is_no_news(lite: Any) -> None:
    lite.customer()
    lite.news(NEWS, source="crm", tier=Tier.INTERNAL)
    lite.look()
    assert lite.alerts() == []


@pytest.mark.parametrize(
    "harmless",
    [
        {"status": "repaired"},
        {"status": "closed"},
        {"role": "plaintiff"},
        {"published_on": "2025-01-05", "filed_on": "2025-01-02"},
        {"show_until": "2026-10-01"},
    ],
)
def test_repaired_closed_old_and_own_suits_raise_nothing(lite: Any, harmless: dict[str, str]) -> None:
    lite.suit(lite.customer(), "(2026)粤1972执9926号", **harmless)
    lite.look()
    assert lite.alerts() == []


def test_a_repair_ends_the_alert_that_stood_on_it(risk: Any) -> None:
    customer = risk.customer()
    risk.suit(customer, "(2026)粤1972执9926号")
    risk.look()
    risk.suit(customer, "(2026)粤1972执9926号", status="repaired")
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.state, alert.reason, alert.by) == (AlertState.CLOSED, "repaired", None)
    assert [step.act for step in risk.steps(alert)] == ["open", "repaired"]


def test_changes_of_the_register_and_scores_that_fall(lite: Any) -> None:
    customer = lite.customer(registered_capital="5000000", currency="CNY")
    score = {"provider": "衡信征信", "scale_min": "0", "scale_max": "1000", "grade": "B"}
    lite.record("scores", "衡信/2026-05", score | {"score": "386", "scored_on": "2026-05-01"}, customer)
    lite.look()
    assert lite.alerts() == []
    lite.customer(registered_capital="1000000", currency="CNY")
    lite.record("scores", "衡信/2026-11", score | {"score": "212", "scored_on": "2026-11-20"}, customer)
    person = {"name": "罗启晟", "role": "legal_representative", "kind": "person", "from": "2026-11-18"}
    lite.record("parties", "罗启晟/legal_representative", person, customer)
    lite.look()
    assert {alert.rule for alert in lite.alerts()} == {
        "capital_reduced",
        "score_fell",
        "representative_changed",
    }
    told = [tell_alert(lite.policy.alerts, alert, "en")[0] for alert in lite.alerts()]
    assert any("386" in what and "212" in what for what in told)


def test_an_invoice_that_grows_old_raises_an_alert_without_any_change(risk: Any) -> None:
    customer = risk.customer()
    invoice = {
        "invoice_number": "JL-1",
        "issued_on": "2026-09-20",
        "due_on": "2026-10-20",
        "amount": "100",
        "currency": "CNY",
    }
    risk.record("invoices", "JL-1", invoice, customer)
    risk.look()
    assert [alert.rule for alert in risk.alerts()] == ["overdue"]
    risk.clock.forward(days=1)
    assert risk.look().opened == 0
    risk.clock.forward(days=70)
    risk.look()
    assert {alert.rule for alert in risk.alerts()} == {"overdue", "overdue_long"}


def test_a_storm_on_one_firm_is_a_handful_of_alerts(lite: Any) -> None:
    customer = lite.customer()
    with unit_of_work(lite.databases.write) as connection:
        entry = Ledger(connection, lite.clock).append(actor="li@firm.cn", action="import", detail={})
        kinds = (
            "judgment_debtor",
            "dishonest_debtor",
            "case_filing",
            "admin_penalty",
            "tax_arrears",
            "equity_pledge",
        )
        History(connection, entry).record_all(
            NewVersion(
                aggregate="records",
                natural_key=f"storm-{number}",
                body={
                    "dimension": kinds[number % 6],
                    "title": f"记录{number}",
                    "role": "defendant",
                    "status": "open",
                },
                source="court",
                tier=Tier.COURT,
                field_class=FieldClass.PUBLIC,
                cause="a storm",
                customer_id=customer,
            )
            for number in range(3000)
        )
    looked = lite.look()
    assert looked.changes >= 3000
    assert 4 <= len(lite.alerts()) <= 6
    assert sum(alert.items for alert in lite.alerts()) == 3000
    assert all(len(alert.evidence) <= 20 for alert in lite.alerts())


def test_the_same_changes_in_any_order_raise_the_same(lite: Any, make_desk: Any) -> None:
    customer = lite.customer()
    lite.news(NEWS)
    lite.suit(customer, "1")
    lite.look()
    first = {(alert.rule, alert.severity, alert.items) for alert in lite.alerts()}
    with unit_of_work(lite.databases.write) as connection:
        # As after a restored cursor: everything is looked at again, and nothing is counted twice.
        AlertCursors(connection).move("versions", 0)
        AlertCursors(connection).move("events", 0)
    again = lite.look()
    assert again.changes > 0 and (again.opened, again.extended) == (0, 0)
    assert {(alert.rule, alert.severity, alert.items) for alert in lite.alerts()} == first


def test_after_its_end_the_same_story_is_silent_and_another_is_not(risk: Any) -> None:
    customer = risk.customer()
    risk.suit(customer, "1")
    risk.look()
    assert risk.act("dismiss", "A-1", words="known: since May").result == "done"
    risk.suit(customer, "1", amount="5000000")
    risk.look()
    assert len(risk.alerts()) == 1
    risk.suit(customer, "2")
    risk.look()
    assert [alert.code for alert in risk.alerts(AlertState.OPEN)] == ["A-2"]


def test_everything_is_in_the_ledger(risk: Any, viewer: Any) -> None:
    customer = risk.customer()
    risk.suit(customer, "1")
    risk.look()
    risk.act("acknowledge", "A-1")
    with reading(risk.databases.read) as connection:
        entries = read_ledger(connection, viewer=viewer("compliance"), customer_id=customer)
    actions = [(entry.actor, entry.action) for entry in entries]
    assert ("rule:record_enforcement", "alert.open") in actions
    assert ("lin@firm.cn", "alert.acknowledge") in actions


KILLED = """
import sys
from pathlib import Path
from bot.monitoring.watch import Watch
from store.engine import open_databases
from store.policy import load_policy
from datetime import UTC, datetime
databases = open_databases(sys.argv[1])
Watch(databases, policy=load_policy(), clock=lambda: datetime(2026, 11, 21, 9, tzinfo=UTC)).look()
"""


def test_a_look_that_is_killed_again_and_again_loses_and_doubles_nothing(lite: Any, tmp_path: Any) -> None:
    customers = [lite.customer(f"第{number}号机械有限公司") for number in range(40)]
    for customer in customers:
        for number in range(5):
            lite.suit(customer, f"{customer}-{number}")
    url = str(lite.databases.write.url)
    chance = random.Random(7)
    for _ in range(6):
        victim = subprocess.Popen([sys.executable, "-c", KILLED, url])
        time.sleep(chance.uniform(0.3, 1.2))
        victim.kill()
        victim.wait()
    lite.look()
    alerts = lite.alerts()
    assert len(alerts) == 40
    assert {alert.items for alert in alerts} == {5}
