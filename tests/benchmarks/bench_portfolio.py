"""How long a question about all customers takes: 1,000 and 10,000 customers with invoices, payments, records.

Run: python tests/benchmarks/bench_portfolio.py [customers …] [address of an empty database]
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.assistant.answer import Question
from bot.assistant.service import Assistant
from store.access import Audience, FieldClass, Role, Viewer
from store.engine import Databases, open_databases, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.migrate import upgrade
from store.policy import load_policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
PLACES = ("浙江省杭州市", "江苏省苏州市", "广东省深圳市", "上海市浦东新区", "四川省成都市", "山东省青岛市")
INDUSTRIES = ("机械制造", "电子元件", "化工原料", "汽车零部件", "食品加工")
QUESTIONS = (
    "how many customers do we have",
    "哪些客户有失信记录",
    "which customers in Zhejiang pay late",
    "逾期金额最高的五家",
    "average days late of customers in Jiangsu",
    "总应收账款是多少",
    "资产负债率超过70%的客户",
    "which customers have open complaints and overdue invoices",
    "customers without a beneficial owner",
    "overdue amount per industry",
)


def main() -> None:
    """Print milliseconds a question for each size of the book."""
    address = next((given for given in sys.argv[1:] if "://" in given), "")
    sizes = [int(given) for given in sys.argv[1:] if given.isdigit()] or [1_000, 10_000]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            databases = open_databases(address or f"sqlite:///{Path(folder) / 'book.sqlite'}")
            upgrade(databases)
            begun = time.perf_counter()
            rows = fill(databases, size)
            print(f"{size:,} customers, {rows:,} rows written in {time.perf_counter() - begun:.0f} s")
            measure(databases, size)
            databases.close()


def measure(databases: Databases, size: int) -> None:
    """Ask every question twice in a row: what is read for the first is remembered for the second."""
    policy = load_policy()
    viewer = Viewer("role:risk", Role.RISK, Audience.alone(), policy.rights)
    assistant = Assistant(databases, None, policy=policy, clock=lambda: NOW)
    assistant.answer(Question("warm", "how many customers do we have", viewer, "", NOW))
    whole: dict[str, list[float]] = {"first": [], "again": []}
    for text in QUESTIONS:
        told = []
        for name, times in whole.items():
            begun, used = time.perf_counter(), time.process_time()
            answer = assistant.answer(Question("bench", text, viewer, "", NOW))
            taken, busy = time.perf_counter() - begun, time.process_time() - used
            times.append(busy)
            told.append(f"{name} {taken * 1000:6.0f} ms ({busy * 1000:5.0f} of processor)")
        print(f"  {', '.join(told)}  {text}  → {answer.text.splitlines()[0][:70]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, times in whole.items():
        print(
            f"{size:,} customers, {name}: of processor median {statistics.median(times):.2f} s, "
            f"worst {max(times):.2f} s"
        )
    print(f"peak {peak:.0f} MB")


def fill(databases: Databases, size: int) -> int:
    """A book of `size` customers with the same seed each time; returns how many rows it has."""
    chance, rows = random.Random(7), 0
    for start in range(0, size, 500):
        with unit_of_work(databases.write) as connection:
            entry = Ledger(connection, lambda: NOW).append(actor="bench", action="import", detail={})
            history = History(connection, entry)
            numbers = range(start, min(start + 500, size))
            made = history.record_all([_customer(number, chance) for number in numbers])
            below = [row for each in made for row in _rows(each.subject_id, chance)]
            history.record_all(below)
            rows += len(made) + len(below)
    return rows


def _version(aggregate: str, key: str, body: dict[str, Any], customer: UUID | None) -> NewVersion:
    public = aggregate in ("customers", "parties", "records")
    return NewVersion(
        aggregate=aggregate,
        natural_key=key,
        body=body,
        customer_id=customer,
        source="ERP",
        tier=Tier.INTERNAL,
        field_class=FieldClass.PUBLIC if public else FieldClass.INTERNAL,
        cause="bench",
    )


def _customer(number: int, chance: random.Random) -> NewVersion:
    body = {
        "legal_name": f"第{number}号测试机械有限公司",
        "customer_key": f"bench-{number}",
        "country": "CN",
        "address": chance.choice(PLACES) + f"{number}号",
        "industry": chance.choice(INDUSTRIES),
        "stage": "active",
        "owner": f"owner{number % 7}@demo.example",
    }
    return _version("customers", f"bench-{number}", body, None)


def _rows(customer: UUID, chance: random.Random) -> Iterator[NewVersion]:
    slow = chance.randrange(-3, 25)
    for number in range(20):
        issued = TODAY - timedelta(days=30 * number + 10)
        due, amount = issued + timedelta(days=30), str(Decimal(chance.randrange(10_000, 900_000)))
        name = f"{customer.hex[-10:]}-{number}"
        invoice = {"invoice_number": name, "issued_on": str(issued), "due_on": str(due), "amount": amount}
        yield _version("invoices", name, {**invoice, "currency": "CNY"}, customer)
        paid = due + timedelta(days=max(slow + chance.randrange(-5, 6), -20))
        if paid <= TODAY and chance.random() > 0.05:
            payment = {"paid_on": str(paid), "amount": amount, "currency": "CNY", "invoice_number": name}
            yield _version("payments", name, payment, customer)
    for year in (2023, 2024, 2025):
        assets = chance.randrange(10, 900) * 1_000_000
        owed = int(assets * chance.uniform(0.2, 0.9))
        body = {
            "period_end": f"{year}-12-31",
            "period_kind": "year",
            "currency": "CNY",
            "revenue": str(assets * 2),
            "total_assets": str(assets),
            "total_liabilities": str(owed),
        }
        yield _version("statements", f"{customer}-{year}", body, customer)
    for number in range(2):
        share = {"name": f"股东{number}", "role": "shareholder", "kind": "person", "share_percent": "20"}
        if number:
            share["share_percent"] = str(chance.choice([20, 40, 60]))
        yield _version("parties", f"{customer}-{number}", share, customer)
    if chance.random() < 0.1:
        body = {"dimension": "dishonest_debtor", "title": "失信被执行人", "status": "open", "role": "subject"}
        yield _version("records", f"{customer}-d", {**body, "published_on": str(date(2026, 3, 1))}, customer)
    if chance.random() < 0.2:
        body = {"kind": "complaint", "opened_on": str(date(2026, 9, 1)), "summary": "迟交货"}
        yield _version("cases", f"{customer}-c", body, customer)


if __name__ == "__main__":
    main()
