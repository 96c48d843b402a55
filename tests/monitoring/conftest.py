"""A firm's risk desk: customers and what happens to them, a watch over it, and the people who act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.monitoring.desk import AlertDesk, Outcome
from bot.monitoring.watch import Looked, Watch
from knowledge.library import Library, NewDocument
from store.access import FieldClass, Role
from store.alerts import Alert, Alerts, AlertState, AlertStep
from store.blobs import Blobs
from store.engine import Databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.people import Person
from store.policy import Policy

LIN = Person(uuid4(), "lin@firm.cn", Role.RISK, "林国栋")


class RiskDesk:
    """Tells stories in few words: what is recorded and published, a look, and what people do."""

    def __init__(self, databases: Databases, folder: Path, policy: Policy, clock: Any) -> None:
        self.databases, self.policy, self.clock = databases, policy, clock
        self.library = Library(databases, Blobs(folder), policy=policy, clock=clock)
        self.watch = Watch(databases, policy=policy, clock=clock)
        self.desk = AlertDesk(databases, policy=policy, clock=clock)

    def record(self, aggregate: str, key: str, body: dict[str, Any], customer: UUID | None = None) -> UUID:
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, self.clock).append(actor="li@firm.cn", action="import", detail={})
            return (
                History(connection, entry)
                .record(
                    aggregate,
                    key,
                    body,
                    source="court",
                    tier=Tier.COURT,
                    field_class=FieldClass.PUBLIC,
                    cause="told in a test",
                    customer_id=customer,
                )
                .subject_id
            )

    def customer(self, name: str = "东莞市骏砾电子有限公司", **columns: Any) -> UUID:
        return self.record("customers", f"key:{name}", {"legal_name": name, **columns})

    def suit(self, customer: UUID, number: str, **columns: Any) -> UUID:
        body = {
            "dimension": "judgment_debtor",
            "title": "被执行人:执行标的4738206元",
            "record_number": number,
            "role": "defendant",
            "amount": "4738206",
            "currency": "CNY",
            "published_on": self.clock().date().isoformat(),
            "status": "open",
        } | columns
        return self.record("records", number, body, customer)

    def news(self, text: str, **given: Any) -> None:
        values = {
            "name": "news",
            "source": "feed",
            "field_class": FieldClass.PUBLIC,
            "tier": Tier.MEDIA,
        } | given
        self.library.add(NewDocument(text=text, **values))

    def look(self) -> Looked:
        return self.watch.look()

    def act(self, word: str, code: str, person: Person = LIN, **given: Any) -> Outcome:
        return self.desk.act(word, code, person, **{"request": str(uuid4()), **given})

    def alerts(self, *states: AlertState) -> list[Alert]:
        with reading(self.databases.read) as connection:
            return Alerts(connection).listed(states=states or tuple(AlertState), limit=1000)

    def steps(self, alert: Alert) -> list[AlertStep]:
        with reading(self.databases.read) as connection:
            return Alerts(connection).steps(alert.id)


@pytest.fixture
def risk(databases: Databases, tmp_path: Path, policy: Policy, clock: Any) -> RiskDesk:
    """The risk desk on a fresh database, once a kind."""
    return RiskDesk(databases, tmp_path / "blobs", policy, clock)


@pytest.fixture
def lite(sqlite_databases: Databases, tmp_path: Path, policy: Policy, clock: Any) -> RiskDesk:
    """The risk desk on SQLite alone, for what does not depend on the database."""
    return RiskDesk(sqlite_databases, tmp_path / "blobs", policy, clock)


@pytest.fixture
def make_desk(tmp_path: Path, policy: Policy, clock: Any) -> Callable[[Databases], RiskDesk]:
    """make_desk(databases): a risk desk on databases that the test chose."""
    return lambda databases: RiskDesk(databases, tmp_path / "blobs", policy, clock)
