"""Alerts, checks and changes over all customers, customers side by side, tables as files: rights come first."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.answer import Answer, Question
from bot.assistant.exporting import Exporter
from bot.assistant.service import Assistant
from bot.assistant.table import read_table
from knowledge.sources.intake import Intake
from store.access import Audience, FieldClass, Permission, Viewer
from store.alerts import Alerts, AlertState, Draft, Severity
from store.checks import Checks
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden
from store.identity import new_id
from store.ledger import Ledger
from store.ledger import read as read_ledger
from store.policy import Policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CUSTOMERS = """customer_key,legal_name,other_names,country,address,industry,owner
pump,杭州泵业有限公司,杭泵|short|zh,CN,浙江省杭州市1号,机械,li.wei@demo.example
elec,苏州电子有限公司,苏电|short|zh,CN,江苏省苏州市2号,电子,li.wei@demo.example
ohio,Ohio Valve Inc.,Ohio Valve|short|en,US,"12 Mill Road, Dayton",valves,li.wei@demo.example
"""
INVOICES = """customer,invoice_number,issued_on,due_on,amount,currency
pump,P-1,2026-08-01,2026-09-01,1000,CNY
pump,P-2,2026-09-20,2026-10-20,5000,CNY
elec,E-1,2026-08-01,2026-09-01,2000,CNY
ohio,O-1,2026-08-01,2026-09-01,3000,USD
"""
PAYMENTS = """customer,paid_on,amount,currency,invoice_number
pump,2026-09-21,1000,CNY,P-1
elec,2026-09-03,2000,CNY,E-1
"""
#: Questions that only those may ask who may know of suspicion.
SUSPICIOUS = (
    *(
        "open alerts",
        "未处理的预警",
        "alerts of last week by severity",
        "why was A-1 dismissed",
        "谁确认了A-1?",
    ),
    *("who has not been checked for six months", "半年没有核查的客户", "latest check of Ohio Valve"),
    *("which checks failed in finance", "杭泵有没有预警", "哪些客户有预警", "customers with open alerts"),
)


class Firm:
    """Three customers, and a clock that is set by hand."""

    def __init__(self, databases: Databases, policy: Policy, folder: Path) -> None:
        self.databases, self.policy, self.folder, self.now = databases, policy, folder, NOW
        self.assistant = Assistant(databases, None, policy=policy, clock=lambda: self.now)
        self.exporter = Exporter(databases, clock=lambda: self.now)

    def take(self, kind: str, text: str) -> None:
        path = self.folder / f"{kind}.csv"
        path.write_text(text, "utf-8")
        report = Intake(self.databases, policy=self.policy, clock=lambda: self.now).import_file(
            kind, path, actor="li.wei@demo.example"
        )
        assert report.aside == []

    def ask(self, text: str, viewer: Viewer, conversation: str = "") -> Answer:
        answer = self.assistant.answer(Question(f"w-{new_id()}", text, viewer, conversation, self.now))
        return self.assistant.keep(answer)

    def customer(self, key: str) -> Any:
        with reading(self.databases.read) as connection:
            return Customers(connection).find(key).id

    def raise_alert(self, key: str, rule: str, severity: Severity, *, days_ago: int) -> str:
        draft = Draft(self.customer(key), rule, severity, f"{key}-{rule}", "story", {}, {}, "court")
        with unit_of_work(self.databases.write) as connection:
            Ledger(connection, lambda: self.now).append(actor="rules", action="alert", detail={})
            opened = Alerts(connection).open(draft, now=NOW - timedelta(days=days_ago), policy_version="1")
        return opened.code

    def dismiss(self, code: str, who: str, why: str) -> None:
        with unit_of_work(self.databases.write) as connection:
            alerts = Alerts(connection)
            alert = alerts.by_code(code)
            assert alert is not None
            alerts.step(alert, at=NOW, actor=who, act="dismiss", after=AlertState.DISMISSED, words=why)
            alerts.change(alert, state=AlertState.DISMISSED, by=who, at=NOW, reason=why)

    def check(self, key: str, *, days_ago: int, **sections: str) -> str:
        body = {"sections": [{"name": name, "status": status} for name, status in sections.items()]}
        with unit_of_work(self.databases.write) as connection:
            Ledger(connection, lambda: self.now).append(actor="risk", action="check", detail={})
            kept = Checks(connection).save(
                body,
                request=f"check-{new_id()}",
                customer_id=self.customer(key),
                made_at=NOW - timedelta(days=days_ago),
                known_seq=1,
                actor="lin@demo.example",
                status="fail" if "fail" in sections.values() else "pass",
                policy_version="1",
            )
        return kept.code


@pytest.fixture
def firm(databases: Databases, policy: Policy, tmp_path: Path) -> Firm:
    made = Firm(databases, policy, tmp_path)
    for kind, text in (("customers", CUSTOMERS), ("invoices", INVOICES), ("payments", PAYMENTS)):
        made.take(kind, text)
    return made


@pytest.mark.parametrize("role", ["sales", "admin"])
def test_sales_hear_the_same_words_whether_there_is_anything_or_not(
    firm: Firm, viewer: Callable[..., Viewer], role: str
) -> None:
    seller = viewer(role)
    before = [firm.ask(text, seller) for text in SUSPICIOUS]
    assert {(answer.refused is not None, len(answer.claims)) for answer in before} == {(True, 0)}
    firm.dismiss(firm.raise_alert("pump", "sued", Severity.HIGH, days_ago=2), "lin@demo.example", "同名公司")
    firm.raise_alert("ohio", "slow", Severity.WARN, days_ago=8)
    firm.check("ohio", days_ago=3, finance="fail")
    after = [firm.ask(text, seller) for text in SUSPICIOUS]
    assert [answer.text for answer in after] == [answer.text for answer in before]


def test_a_channel_without_suspicion_hears_nothing_of_alerts(
    firm: Firm, viewer: Callable[..., Viewer]
) -> None:
    firm.raise_alert("ohio", "slow", Severity.WARN, days_ago=8)
    hall = viewer("risk", Audience.channel("#sales", FieldClass.INTERNAL))
    assert all(firm.ask(text, hall).refused for text in SUSPICIOUS)


def test_open_alerts_are_listed_gravest_first_and_counted_by_severity(
    firm: Firm, viewer: Callable[..., Viewer]
) -> None:
    firm.raise_alert("ohio", "slow_payment", Severity.WARN, days_ago=3)
    grave = firm.raise_alert("pump", "law_suit", Severity.HIGH, days_ago=2)
    answer = firm.ask("open alerts", viewer("risk"))
    assert answer.text.startswith("Alerts: 2")
    assert answer.text.index(grave) < answer.text.index("Ohio Valve Inc.")
    told = firm.ask("上周以来的预警按级别统计", viewer("risk")).text
    assert "高 | 1" in told
    assert "warning | 1" in firm.ask("alerts by severity", viewer("risk")).text
    assert firm.ask("哪些客户有未处理的预警", viewer("risk")).claims


def test_an_alert_tells_who_dismissed_it_and_why(firm: Firm, viewer: Callable[..., Viewer]) -> None:
    code = firm.raise_alert("pump", "law_suit", Severity.HIGH, days_ago=2)
    firm.dismiss(code, "lin@demo.example", "another firm of the same name")
    answer = firm.ask(f"why was {code} dismissed", viewer("compliance"))
    assert "another firm of the same name" in answer.text
    assert "lin@demo.example" in answer.text
    assert code not in firm.ask("open alerts", viewer("compliance")).text
    assert firm.ask("why was A-99 dismissed", viewer("compliance")).text.startswith("There is no alert A-99")


def test_checks_are_found_by_outcome_by_customer_and_by_their_absence(
    firm: Firm, viewer: Callable[..., Viewer]
) -> None:
    firm.check("pump", days_ago=300, finance="pass", law="fail")
    code = firm.check("ohio", days_ago=10, finance="fail", law="pass")
    risk = viewer("risk")
    failed = firm.ask("which checks failed in finance", risk).text
    assert code in failed
    assert "杭州泵业" not in failed
    assert code in firm.ask("latest check of Ohio Valve", risk).text
    overdue = firm.ask("半年没有核查的客户", risk)
    assert overdue.table is not None
    assert [row.cells[1] for row in overdue.table.rows] == ["苏州电子有限公司", "杭州泵业有限公司"]
    recent = firm.ask("which customers were checked in the last month", risk)
    assert recent.table is not None
    assert [row.cells[1] for row in recent.table.rows] == ["Ohio Valve Inc."]


def test_what_changed_since_monday_is_for_readers_of_the_ledger(
    firm: Firm, viewer: Callable[..., Viewer]
) -> None:
    firm.now = NOW + timedelta(days=3)  # Tuesday
    firm.take("customers", CUSTOMERS.replace("江苏省苏州市2号", "江苏省昆山市9号"))
    answer = firm.ask("what changed since Monday?", viewer("compliance"))
    assert "江苏省昆山市9号" in answer.text
    assert "1 changed, 0 new" in answer.text
    assert all(claim.evidence for claim in answer.claims)
    assert firm.ask("本周有哪些变更", viewer("auditor")).text.count("江苏省昆山市9号") == 1
    assert firm.ask("what changed since Monday?", viewer("risk")).refused
    assert firm.ask("what changed since Monday?", viewer("sales")).refused


def test_two_customers_stand_side_by_side(firm: Firm, viewer: Callable[..., Viewer]) -> None:
    answer = firm.ask("compare 杭州泵业有限公司 and 苏州电子有限公司", viewer("sales"))
    assert "| 项目 | 杭州泵业有限公司（C-1001） | 苏州电子有限公司（C-1002） |" in answer.text
    assert "5,000元 | 0元" in answer.text
    faster = firm.ask("杭州泵业有限公司和苏州电子有限公司哪个付款更快", viewer("sales"))
    assert faster.text.startswith("苏州电子有限公司付款更快：平均晚2天，另一家平均晚20天。")
    hall = viewer("sales", Audience.channel("#hall"))
    assert firm.ask("杭州泵业有限公司和苏州电子有限公司哪个付款更快", hall).claims == ()


def test_a_table_leaves_as_a_file_only_with_the_right_to_export(
    firm: Firm, viewer: Callable[..., Viewer]
) -> None:
    from openpyxl import load_workbook

    answer = firm.ask("top ten by overdue amount", viewer("compliance"))
    assert answer.table is not None
    assert answer.table.export
    body = {**answer.as_json(), "code": answer.code}
    assert read_table(body["table"]) == answer.table
    _, data = firm.exporter.workbook(body, viewer("compliance"), question="top ten by overdue amount")
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert [(row[1], row[2], row[3]) for row in rows[1:]] == [
        ("杭州泵业有限公司", 5000, None),
        ("Ohio Valve Inc.", None, 3000),
    ]
    with reading(firm.databases.read) as connection:
        entries = read_ledger(connection, viewer=viewer("compliance"), actions=["exported"])
    assert {entry.customer_id for entry in entries} == {firm.customer("pump"), firm.customer("ohio")}
    for role in ("sales", "risk", "admin"):
        assert not viewer(role).may(Permission.EXPORT)
        with pytest.raises(Forbidden):
            firm.exporter.workbook(body, viewer(role))
    with reading(firm.databases.read) as connection:
        again = read_ledger(connection, viewer=viewer("compliance"), actions=["exported"])
    assert len(again) == len(entries)
    hall = viewer("compliance", Audience.channel("#hall"))
    with pytest.raises(Forbidden):
        firm.exporter.workbook(body, hall)
    assert not firm.ask("top ten by overdue amount", viewer("sales")).table.export  # type: ignore[union-attr]


def test_single_questions_are_not_taken_for_questions_about_all(
    firm: Firm, viewer: Callable[..., Viewer]
) -> None:
    risk = viewer("risk")
    for text in ("Who is Ohio Valve?", "杭泵付款怎么样?", "Ohio Valve的逾期金额是多少", "help", "你好"):
        assert firm.ask(text, risk).focus.get("topic") != "portfolio", text
    firm.ask("杭泵付款怎么样?", risk, "talk")
    assert firm.ask("总应收账款是多少", risk, "talk").focus.get("topic") != "portfolio"
    firm.ask("哪些客户有逾期", risk, "other")
    assert firm.ask("Ohio Valve呢?", risk, "other").focus["customers"] == ["C-1003"]
