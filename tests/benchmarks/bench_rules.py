"""How long a look takes: 10,000 changed facts and 3,000 records on one firm against 50 rules (aim: 5 s for the facts).

Run: python tests/benchmarks/bench_rules.py [facts]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.monitoring.watch import Looked, Watch
from store.access import FieldClass
from store.alerts import Alerts
from store.engine import Databases, open_databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.migrate import upgrade
from store.policy import load_policy
from store.policy.alerts import RuleSection
from store.policy.types import Policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RULES = 50
CUSTOMERS = 1_000
#: Every hundredth change is one that a rule of the firm looks for.
SOUGHT = 100


def main() -> None:
    """Print seconds, changes a second and alerts for each kind of load."""
    facts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        databases = open_databases(f"sqlite:///{Path(folder) / 'rules.sqlite'}")
        upgrade(databases)
        policy = ruled(load_policy())
        watch = Watch(databases, policy=policy, clock=lambda: NOW)
        customers = write(
            databases,
            (
                version("customers", f"c{number}", {"legal_name": f"第{number}号机械有限公司"})
                for number in range(CUSTOMERS)
            ),
        )
        write(databases, (fact(customers, number, "2025") for number in range(facts)))
        watch.look()
        write(databases, (fact(customers, number, "2026") for number in range(facts)))
        show(f"{facts:,} changed facts, {RULES} rules over facts", databases, *timed(watch))
        write(databases, (record(customers[0], number) for number in range(3_000)))
        show("3,000 records on one firm", databases, *timed(watch))
        show("nothing changed", databases, *timed(watch))
        databases.close()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def ruled(policy: Policy) -> Policy:
    """The policy with as many rules over facts as the aim names, of which one finds something."""
    own = tuple(
        RuleSection(
            id=f"fact_{number}",
            over="facts",
            severity="info",
            kinds=("sought",) if number == RULES - 1 else (f"attribute_{number}",),
            changed=("value",),
        )
        for number in range(RULES)
    )
    others = tuple(rule for rule in policy.alerts.rules if rule.over != "facts")
    return policy.model_copy(update={"alerts": policy.alerts.model_copy(update={"rules": (*others, *own)})})


def version(aggregate: str, key: str, body: dict[str, Any], customer: UUID | None = None) -> NewVersion:
    return NewVersion(
        aggregate=aggregate,
        natural_key=key,
        body=body,
        source="court" if aggregate == "records" else "crm",
        tier=Tier.COURT if aggregate == "records" else Tier.INTERNAL,
        field_class=FieldClass.PUBLIC,
        cause="benchmark",
        customer_id=customer,
    )


def fact(customers: list[UUID], number: int, value: str) -> NewVersion:
    attribute = "sought" if number % SOUGHT == 0 else f"other_{number}"
    body = {"attribute": attribute, "value": value}
    return version("facts", f"fact-{number}", body, customers[number % CUSTOMERS])


def record(customer: UUID, number: int) -> NewVersion:
    kinds = ("judgment_debtor", "dishonest_debtor", "case_filing", "admin_penalty", "tax_arrears")
    body = {
        "dimension": kinds[number % len(kinds)],
        "title": f"记录{number}",
        "role": "defendant",
        "status": "open",
        "published_on": NOW.date().isoformat(),
    }
    return version("records", f"record-{number}", body, customer)


def write(databases: Databases, rows: Iterable[NewVersion]) -> list[UUID]:
    """Record rows as an import of 500 a ledger entry does; the subjects."""
    waiting, subjects = list(rows), []
    for at in range(0, len(waiting), 500):
        with unit_of_work(databases.write) as connection:
            entry = Ledger(connection, lambda: NOW).append(actor="benchmark", action="import", detail={})
            made = History(connection, entry).record_all(waiting[at : at + 500])
            subjects += [each.subject_id for each in made]
    return subjects


def timed(watch: Watch) -> tuple[Looked, float]:
    begun = time.perf_counter()
    looked = watch.look()
    return looked, time.perf_counter() - begun


def show(what: str, databases: Databases, looked: Looked, seconds: float) -> None:
    with reading(databases.read) as connection:
        under_way = sum(Alerts(connection).open_counts().values())
    rate = f"{looked.changes / seconds:,.0f} a second" if looked.changes else "idle"
    print(
        f"{what}: {seconds:.2f} s, {rate}; {looked.opened} opened, {looked.extended} extended, "
        f"{under_way} under way"
    )


if __name__ == "__main__":
    main()
