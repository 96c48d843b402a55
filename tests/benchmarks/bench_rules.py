"""Monitoring: 10,000 changed facts against 50 rules, and a storm of 3,000 events on one firm."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from libraries import now

from bot.monitoring.watch import Watch
from store.access import FieldClass
from store.alerts import Alerts
from store.engine import Databases, open_databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.migrate import upgrade
from store.policy import load_policy
from store.policy.types import Policy, RuleSection

FACTS, CUSTOMERS, RULES, STORM = 10_000, 500, 50, 3_000


@contextmanager
def fresh() -> Iterator[Databases]:
    with tempfile.TemporaryDirectory() as folder:
        databases = open_databases(f"sqlite:///{folder}/bonafide.sqlite")
        upgrade(databases)
        yield databases
        databases.close()


def fifty_rules() -> Policy:
    policy = load_policy()
    more = tuple(
        RuleSection(
            id=f"fact_{number}",
            over="facts",
            severity="info",
            kinds=(f"attribute_{number}",),
            changed=("value",),
        )
        for number in range(RULES - len(policy.alerts.rules))
    )
    return policy.model_copy(
        update={"alerts": policy.alerts.model_copy(update={"rules": (*policy.alerts.rules, *more)})}
    )


def record(databases: Databases, rows: list[NewVersion]) -> list:
    with unit_of_work(databases.write) as connection:
        entry = Ledger(connection, now).append(actor="bench", action="import", detail={})
        return History(connection, entry).record_all(rows)


def version(aggregate: str, key: str, body: dict[str, str], customer=None) -> NewVersion:  # type: ignore[no-untyped-def]
    origin = {"source": "bench", "tier": Tier.REGISTER, "field_class": FieldClass.PUBLIC, "cause": "bench"}
    return NewVersion(aggregate=aggregate, natural_key=key, body=body, customer_id=customer, **origin)


def main() -> None:
    policy = fifty_rules()
    with fresh() as databases:
        made = record(
            databases,
            [
                version("customers", f"K-{n}", {"legal_name": f"第{n}号机械有限公司"})
                for n in range(CUSTOMERS)
            ],
        )
        whose = [each.subject_id for each in made]

        def facts(value: str) -> list[NewVersion]:
            return [
                version(
                    "facts",
                    f"F-{n}",
                    {"attribute": f"attribute_{n % 60}", "value": f"{value} {n}"},
                    whose[n % CUSTOMERS],
                )
                for n in range(FACTS)
            ]

        record(databases, facts("before"))
        watch = Watch(databases, policy=policy, clock=now)
        watch.look()
        record(databases, facts("after"))
        begun = time.perf_counter()
        found = watch.look()
        spent = time.perf_counter() - begun
        print(
            f"{found.changes} changed facts, {len(policy.alerts.rules)} rules: {spent:.2f} s, {found.opened} alerts"
        )
        storm = [
            version(
                "records",
                f"S-{n}",
                {
                    "dimension": ("judgment_debtor", "case_filing", "tax_arrears")[n % 3],
                    "title": f"记录{n}",
                    "role": "defendant",
                },
                whose[0],
            )
            for n in range(STORM)
        ]
        record(databases, storm)
        begun = time.perf_counter()
        found = watch.look()
        spent = time.perf_counter() - begun
        with reading(databases.read) as connection:
            mine = Alerts(connection).listed(customer_id=whose[0], limit=1000)
        counted = [alert.items for alert in mine if alert.rule.startswith("record_")]
        print(f"storm of {STORM} records: {spent:.2f} s, {len(counted)} alerts of {counted} items")


if __name__ == "__main__":
    main()
