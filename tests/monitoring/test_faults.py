"""Nothing is lost and nothing doubled: killed at any line, looked at in any order, in slices of any size."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.monitoring import watch
from store.alerts import Alert
from store.engine import Databases, open_databases, reading
from store.ledger import read as read_ledger
from store.migrate import upgrade

NEWS = "东莞市骏砾电子有限公司被东莞市第二人民法院列为失信被执行人,拖欠货款473万元。"
#: Every so many lines of a look it is killed once; a prime, so that loops are hit at different lines.
STRIDE = 7


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    databases = open_databases(f"sqlite:///{path}")
    upgrade(databases)
    databases.close()
    return path


@pytest.fixture
def copies(empty: Path, tmp_path: Path, make_desk: Any) -> Iterator[Callable[[Path | None], Any]]:
    """copies(path): a risk desk on a copy of that database, else of the empty one."""
    opened: list[Databases] = []

    def make(path: Path | None = None) -> Any:
        copy = tmp_path / f"{len(opened)}.sqlite"
        shutil.copyfile(path or empty, copy)
        opened.append(open_databases(f"sqlite:///{copy}"))
        return make_desk(opened[-1])

    yield make
    for databases in opened:
        databases.close()


def told(alerts: list[Alert]) -> set[tuple[Any, ...]]:
    """What of alerts must not depend on when and how often somebody looked."""
    return {
        (
            alert.customer_id,
            alert.rule,
            alert.severity,
            alert.state,
            alert.items,
            frozenset(alert.stories),
            frozenset(alert.sources),
            frozenset(item["ref"] for item in alert.evidence),
        )
        for alert in alerts
    }


def kill_at(line: int, act: Callable[[], Any]) -> bool:
    """Run `act` until its nth line within the watch or the alerts of the store; whether it was killed there."""
    left = line

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.endswith(("monitoring/watch.py", "store/alerts.py")):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise Killed
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except Killed:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_look_that_is_killed_at_any_line_is_made_up_by_the_next(copies: Any, viewer: Any) -> None:
    risk = copies(None)
    customer = risk.customer()
    for number in range(3):
        risk.suit(customer, f"(2026)粤1972执{number}号")
    risk.news(NEWS)
    invoice = {"issued_on": "2026-09-20", "due_on": "2026-10-20", "amount": "100", "currency": "CNY"}
    risk.record("invoices", "JL-1", {"invoice_number": "JL-1", **invoice}, customer)
    risk.databases.close()
    before = Path(risk.databases.write.url.database)
    whole = copies(before)
    whole.look()
    expected = told(whole.alerts())
    assert len(expected) == 3
    lines = killed = 0
    while True:
        lines += STRIDE
        risk = copies(before)
        if not kill_at(lines, risk.look):
            break
        killed += 1
        risk.look()
        assert told(risk.alerts()) == expected, f"killed at line {lines} of a look"
        with reading(risk.databases.read) as connection:
            entries = read_ledger(connection, viewer=viewer("compliance"), customer_id=customer)
        assert [entry.action for entry in entries].count("alert.open") == 3
        risk.databases.close()
    assert killed > 20


CHANGES = st.permutations(
    [
        (firm, kind, number)
        for firm in (0, 1)
        for kind in ("judgment_debtor", "tax_arrears")
        for number in range(3)
    ]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=CHANGES, looks=st.sets(st.integers(0, 11)), size=st.sampled_from([1, 3, 500]))
def test_the_same_changes_raise_the_same_alerts_in_any_order(
    copies: Any, order: list[Any], looks: set[int], size: int
) -> None:
    def raised(changes: list[Any], after: set[int], slice_size: int) -> set[tuple[Any, ...]]:
        risk = copies(None)
        firms = [risk.customer(name) for name in ("东莞市骏砾电子有限公司", "东莞市恒岳科技有限公司")]
        names, records = {firm: str(place) for place, firm in enumerate(firms)}, {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(watch, "SLICE", slice_size)
            for place, (firm, kind, number) in enumerate(changes):
                key = f"{firm}-{kind}-{number}"
                records[risk.suit(firms[firm], key, dimension=kind)] = key
                if place in after:
                    risk.look()
            risk.look()
        found = {
            (
                names[alert.customer_id],
                alert.rule,
                alert.severity,
                alert.items,
                frozenset(records[key] for key in records if str(key) in alert.stories),
            )
            for alert in risk.alerts()
        }
        risk.databases.close()
        return found

    assert raised(order, looks, size) == raised(sorted(order), set(), 500)


def test_two_changes_between_two_looks_lose_neither(risk: Any) -> None:
    risk.customer(registered_capital="5000000", currency="CNY", address="东莞市长安镇")
    risk.look()
    risk.customer(registered_capital="1000000", currency="CNY", address="东莞市长安镇")
    risk.customer(registered_capital="1000000", currency="CNY", address="东莞市虎门镇")
    risk.look()
    assert {alert.rule for alert in risk.alerts()} == {"capital_reduced", "address_changed"}


def test_a_record_that_is_written_again_every_day_stays_one_item(risk: Any) -> None:
    customer = risk.customer()
    for day in range(4):
        risk.suit(customer, "(2026)粤1972执9926号", title=f"被执行人,第{day}次刷新")
        risk.look()
    (alert,) = risk.alerts()
    assert alert.items == 1 and len(alert.evidence) == 1


def test_a_record_that_comes_back_after_its_repair_opens_a_new_alert(risk: Any) -> None:
    customer = risk.customer()
    for status in ("open", "repaired"):
        risk.suit(customer, "(2026)粤1972执9926号", status=status)
        risk.look()
    assert [alert.reason for alert in risk.alerts()] == ["repaired"]
    risk.suit(customer, "(2026)粤1972执9926号", status="open")
    risk.look()
    assert {(alert.code, alert.state) for alert in risk.alerts()} == {("A-1", "closed"), ("A-2", "open")}


def test_every_story_that_ended_lately_stays_silent(risk: Any) -> None:
    customer = risk.customer()
    for number in ("1", "2"):
        risk.suit(customer, number, dimension="equity_pledge")
        risk.look()
        (alert,) = [alert for alert in risk.alerts() if not alert.is_over]
        risk.act("dismiss", alert.code, words="known")
    for number in ("1", "2"):
        risk.suit(customer, number, dimension="equity_pledge", status="closed")
        risk.look()
        risk.suit(customer, number, dimension="equity_pledge", status="open")
        risk.look()
    assert all(alert.is_over for alert in risk.alerts())
