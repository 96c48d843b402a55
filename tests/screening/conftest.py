"""A house with customers, lists of its own and people who decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.screening.hits import HitDesk
from bot.screening.minutes import Kept
from bot.screening.rescreening import Rescreening
from bot.screening.service import ScreeningDesk
from bot.screening.subjects import named
from knowledge.watchlists.service import Lists
from store.access import Audience, FieldClass, Role, Viewer
from store.engine import Databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Entry, Ledger, read
from store.policy import Policy

COLUMNS = ("id", "name", "aliases", "kind", "birth_date", "nationality", "country", "identifiers", "address")


@dataclass
class Queue:
    """Jobs as they would be queued; the tests do them when they please."""

    jobs: list[str] = field(default_factory=list)

    def enqueue(self, name: str, identity: str, **_: Any) -> None:
        assert name == "rescreen"
        self.jobs.append(identity)


class Office:
    """Customers, lists and decisions in few words."""

    def __init__(self, databases: Databases, policy: Policy, clock: Any, folder: Path) -> None:
        self.databases, self.policy, self.clock, self.folder = databases, policy, clock, folder
        self.lists = Lists(databases, policy=policy, clock=clock)
        self.desk = ScreeningDesk(databases, self.lists, policy=policy, clock=clock, folder=folder / "index")
        self.hits = HitDesk(databases, policy=policy, clock=clock)
        self.again = Rescreening(databases, self.lists, self.desk, policy=policy, clock=clock)
        self.queue = Queue()

    def person(
        self, email: str = "li@firm.cn", role: str = "risk", ceiling: FieldClass | None = None
    ) -> Viewer:
        place = Audience.alone() if ceiling is None else Audience.channel("#x", ceiling)
        return Viewer(email, Role(role), place, self.policy.rights)

    def load(self, entries: Sequence[Mapping[str, str]], name: str = "house") -> int:
        """The entries as the next version of a list."""
        path = self.folder / f"{name}.csv"
        lines = [",".join(COLUMNS)]
        lines += [",".join(entry.get(column, "") for column in COLUMNS) for entry in entries]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.lists.load("house", [path], name, actor="cli:test", accept="a test").version.version

    def customer(self, name: str, *parties: Mapping[str, Any], key: str | None = None, **more: Any) -> UUID:
        key = key or name
        with unit_of_work(self.databases.write) as connection:
            history = self._history(connection)
            whose = history.record(
                "customers", key, {"legal_name": name, "customer_key": key, **more}, **self._origin()
            ).subject_id
            for party in parties:
                self._party(history, whose, party)
        return whose

    def party(self, customer: UUID, **party: Any) -> None:
        with unit_of_work(self.databases.write) as connection:
            self._party(self._history(connection), customer, party)

    def _party(self, history: History, customer: UUID, party: Mapping[str, Any]) -> None:
        key = f"{customer}:{party['role']}:{party['name']}:{party.get('held_in', '')}"
        history.record("parties", key, dict(party), customer_id=customer, **self._origin())

    def _history(self, connection: Any) -> History:
        return History(
            connection, Ledger(connection, self.clock).append(actor="t", action="import", detail={})
        )

    @staticmethod
    def _origin() -> dict[str, Any]:
        return {
            "source": "register",
            "tier": Tier.REGISTER,
            "field_class": FieldClass.PUBLIC,
            "cause": "told in a test",
        }

    def screen(
        self, name: str, viewer: Viewer | None = None, request: str | None = None, **more: Any
    ) -> Kept:
        return self.desk.screen_name(named(name, **more), viewer or self.person(), request=request)

    def work(self) -> int:
        """Look at what changed and do all slices; how many there were."""
        self.again.look(self.queue)
        done = 0
        while self.queue.jobs:
            self.again.run(self.queue.jobs.pop(0))
            done += 1
        return done

    def ledger(self, *actions: str) -> list[Entry]:
        with reading(self.databases.read) as connection:
            viewer = self.person("audit@firm.cn", "compliance")
            return read(connection, viewer=viewer, actions=actions or None, limit=1000)[::-1]


@pytest.fixture
def office(databases: Databases, policy: Policy, clock: Any, tmp_path: Path) -> Office:
    """A fresh office, once a kind of database."""
    return Office(databases, policy, clock, tmp_path)


@pytest.fixture
def sqlite_office(sqlite_databases: Databases, policy: Policy, clock: Any, tmp_path: Path) -> Office:
    """A fresh office on SQLite alone."""
    return Office(sqlite_databases, policy, clock, tmp_path)


@pytest.fixture
def made_up() -> Callable[[int], list[dict[str, str]]]:
    """made_up(count): entries that are nobody's name here."""
    return lambda count: [
        {"id": f"x{number}", "name": f"Xyqr Organisation Number{number}", "kind": "organisation"}
        for number in range(count)
    ]
