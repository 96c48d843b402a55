"""How long a background check takes: `python tests/benchmarks/bench_checks.py [sqlite|postgres …]`.

Prints one check of a customer with 2,000 documents in the store (limit 1 s), where the time goes, and a batch of
1,000 customers of about 60 rows each, made, kept and told in one process (limit 10 minutes).
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from bench_store import postgres
from libraries import now, viewer

from bot.checks.engine import run
from bot.checks.figures import figures
from bot.checks.service import CheckDesk
from knowledge.library import Library, NewDocument
from store.access import FieldClass
from store.blobs import Blobs
from store.dossier import read_dossier
from store.engine import Databases, open_databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.migrate import upgrade
from store.policy import load_policy

CUSTOMERS, DOCUMENTS, REPEATS = 1_000, 2_000, 10
USCC = "91320106MA1K8Q2R7C"
TODAY = date.today()
#: A sound statement in percent of revenue.
SHARES = {
    "revenue": 100, "cost_of_sales": 70, "gross_profit": 30, "operating_profit": 12, "interest_expense": 1,
    "net_income": 8, "total_assets": 100, "current_assets": 60, "cash": 20, "receivables": 15, "inventory": 10,
    "total_liabilities": 40, "current_liabilities": 30, "retained_earnings": 30, "equity": 60,
    "operating_cash_flow": 10,
}  # fmt: skip


def row(aggregate: str, key: str, body: dict[str, Any], owner: UUID | None = None, **more: Any) -> NewVersion:
    """A version as an import makes it."""
    given: dict[str, Any] = {
        "source": "erp",
        "tier": Tier.INTERNAL,
        "field_class": FieldClass.INTERNAL,
        "cause": "benchmark",
        **more,
    }
    return NewVersion(aggregate=aggregate, natural_key=key, body=body, customer_id=owner, **given)


def customer(number: int) -> NewVersion:
    """A firm of the register."""
    body = {
        "legal_name": f"江苏恒岳精密机械第{number}有限公司",
        "customer_key": f"K{number}",
        "country": "CN",
        "uscc": USCC,
        "address": f"南京市鼓楼区汉中路{number}号",
        "industry": "专用设备制造业",
        "business_scope": "精密机械的研发与制造",
        "legal_form": "有限责任公司",
        "registered_capital": Decimal(50_000_000),
        "currency": "CNY",
        "founded": "2009-05-18",
    }
    return row(
        "customers", f"K{number}", body, source="gsxt", tier=Tier.REGISTER, field_class=FieldClass.PUBLIC
    )


def rows(owner: UUID, number: int) -> list[NewVersion]:
    """Sixty rows of a customer: owners through a holding, three years, two years of invoices, records, contracts."""
    found = [
        row(
            "parties",
            f"{owner}|{name}",
            {"name": name, "role": role, "kind": kind, "share_percent": share} | more,
            owner,
        )
        for name, role, kind, share, more in (
            ("沈砚秋", "legal_representative", "person", None, {}),
            ("允合企业管理有限公司", "shareholder", "organisation", Decimal(80), {}),
            ("顾闻笛", "shareholder", "person", Decimal(20), {}),
            ("沈砚秋", "shareholder", "person", Decimal(58), {"held_in": "允合企业管理有限公司"}),
        )
    ]
    for year in (TODAY.year - 3, TODAY.year - 2, TODAY.year - 1):
        revenue = 1_000_000 + (number % 7 - 3) * 40_000 * (year - TODAY.year)
        items = {name: Decimal(revenue * share // 100) for name, share in SHARES.items()}
        body = {
            "period_end": f"{year}-12-31",
            "period_kind": "year",
            "currency": "CNY",
            "audited": True,
            "items": items,
        }
        found.append(row("statements", f"{owner}|{year}", body, owner))
    for at in range(24):
        due = TODAY - timedelta(days=30 * (24 - at))
        amount = Decimal(1_000 + at)
        invoice = {
            "issued_on": f"{due - timedelta(days=30)}",
            "due_on": f"{due}",
            "currency": "CNY",
            "amount": amount,
        }
        found.append(row("invoices", f"{owner}|R-{at}", {"invoice_number": f"R-{at}"} | invoice, owner))
        if at < 23:
            paid = {"paid_on": f"{due + timedelta(days=at % 9)}", "amount": amount, "currency": "CNY"}
            found.append(row("payments", f"{owner}|P-{at}", {"invoice_number": f"R-{at}"} | paid, owner))
    for at, kind in enumerate(("case_filing", "judgment_document", "admin_penalty", "registry_change")):
        body = {
            "dimension": kind,
            "title": f"案件{at}",
            "status": "open",
            "role": "defendant",
            "published_on": "2025-06-02",
        }
        found.append(row("records", f"{owner}|{kind}", body, owner, source="court", tier=Tier.COURT))
    found.append(row("facts", f"{owner}|share", {"attribute": "largest_buyer", "value": "占收入 18%"}, owner))
    ends = f"{TODAY + timedelta(days=40)}"
    found.append(
        row("contracts", f"{owner}|V", {"contract_number": "V", "ends_on": ends, "status": "active"}, owner)
    )
    return found


def fill(databases: Databases) -> list[UUID]:
    """The keys of the customers, each with its rows."""
    keys: list[UUID] = []
    for first in range(0, CUSTOMERS, 100):
        with unit_of_work(databases.write) as connection:
            entry = Ledger(connection, now).append(actor="bench", action="import", detail={})
            history = History(connection, entry)
            made = history.record_all(customer(number) for number in range(first, first + 100))
            keys += [each.subject_id for each in made]
            history.record_all(one for at, each in enumerate(made) for one in rows(each.subject_id, at))
    return keys


def papers(library: Library) -> None:
    """Two thousand articles about the first customer, some of them adverse."""
    texts = (
        "中标新项目,产能扩大。",
        "被列为被执行人,股权被司法冻结。",
        "发布年度报告,收入增长。",
        "因环保问题被处罚。",
    )
    library.add_many(
        NewDocument(
            name=f"news-{number}",
            source="news",
            title=f"江苏恒岳精密机械第0有限公司动态{number}",
            text=f"江苏恒岳精密机械第0有限公司{texts[number % 4]}这是第{number}条。",
            published=f"{TODAY - timedelta(days=number % 600)}",
            field_class=FieldClass.PUBLIC,
            tier=Tier.MEDIA,
            customers=("K0",),
        )
        for number in range(DOCUMENTS)
    )


def measure(kind: str, databases: Databases, folder: Path) -> None:
    """Print the figures of one database."""
    policy, who = load_policy(), viewer()
    upgrade(databases)
    keys = fill(databases)
    begun = perf_counter()
    papers(Library(databases, Blobs(folder / "blobs"), clock=now))
    print(f"{kind:<9} {DOCUMENTS:,} documents added in {perf_counter() - begun:.1f} s")
    desk = CheckDesk(databases, policy=policy, clock=now)
    times: dict[str, list[float]] = {"read": [], "run": [], "charts": [], "whole": [], "whole, CPU": []}
    for _ in range(REPEATS):
        begun = perf_counter()
        with reading(databases.read) as connection:
            dossier = read_dossier(connection, keys[0], viewer=who)
        times["read"].append(perf_counter() - begun)
        begun = perf_counter()
        result = run(dossier, policy.checks, now=now())
        times["run"].append(perf_counter() - begun)
        begun = perf_counter()
        figures(dossier, policy.checks, TODAY)
        times["charts"].append(perf_counter() - begun)
        begun, busy = perf_counter(), process_time()
        kept = desk.make(keys[0], who)
        assert kept.body_by_language
        times["whole"].append(perf_counter() - begun)
        times["whole, CPU"].append(process_time() - busy)
    shown = ", ".join(f"{name} {sorted(each)[REPEATS // 2] * 1000:.0f} ms" for name, each in times.items())
    print(
        f"{kind:<9} one check, {len(dossier.documents):,} documents, {len(dossier.events):,} events, "
        f"{len(result.evidence):,} pieces of evidence: {shown} (slowest {max(times['whole']) * 1000:.0f} ms)"
    )
    begun, busy = perf_counter(), process_time()
    for key in keys:
        assert desk.make(key, who).body_by_language["zh"]
    spent, busy = perf_counter() - begun, process_time() - busy
    print(
        f"{kind:<9} {len(keys):,} checks in {spent:.1f} s ({busy:.1f} s of CPU), "
        f"{spent / len(keys) * 1000:.1f} ms each"
    )


def main() -> None:
    """Measure the kinds that are named, else both."""
    warnings.simplefilter("ignore")
    for kind in sys.argv[1:] or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            if kind == "sqlite":
                databases = open_databases(f"sqlite:///{folder / 'bonafide.sqlite'}")
                measure(kind, databases, folder)
                databases.close()
            else:
                with postgres(folder) as address:
                    databases = open_databases(address)
                    measure(kind, databases, folder)
                    databases.close()


if __name__ == "__main__":
    main()
