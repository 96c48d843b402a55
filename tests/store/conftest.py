"""A book of customers that tells its stories in few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from store.access import Audience, FieldClass, Role, Viewer
from store.dossier import read_dossier
from store.engine import Databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History, Recorded, VersionStep, versions_of
from store.ledger import Ledger
from store.records import Dossier


class Book:
    """Records rows one transaction each, and reads dossiers."""

    def __init__(self, databases: Databases, clock: Any, viewer: Callable[..., Viewer]) -> None:
        self.databases, self.clock, self.viewer = databases, clock, viewer

    def record(self, aggregate: str, key: str, body: dict[str, Any], **origin: Any) -> Recorded:
        origin = {
            "source": "crm",
            "tier": Tier.INTERNAL,
            "field_class": FieldClass.PUBLIC if aggregate == "customers" else FieldClass.INTERNAL,
            "cause": "told in a test",
        } | origin
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, self.clock).append(actor="li@firm.cn", action="import", detail={})
            return History(connection, entry).record(aggregate, key, body, **origin)

    def remove(self, aggregate: str, key: str, cause: str) -> Recorded:
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, self.clock).append(actor="li@firm.cn", action="remove", detail={})
            return History(connection, entry).remove(aggregate, key, cause=cause)

    def customer(self, name: str = "上海科达电子有限公司", key: str = "K-1", **body: Any) -> UUID:
        origin = {name: body.pop(name) for name in ("field_class", "valid_from", "valid_to") if name in body}
        return self.record(
            "customers", key, {"legal_name": name, "customer_key": key, **body}, **origin
        ).subject_id

    def dossier(
        self, customer: UUID, role: Role | str = Role.RISK, audience: Audience | None = None, **moment: Any
    ) -> Dossier:
        with reading(self.databases.read) as connection:
            return read_dossier(connection, customer, viewer=self.viewer(role, audience), **moment)

    def history(self, customer: UUID, role: Role | str = Role.RISK, **options: Any) -> list[VersionStep]:
        with reading(self.databases.read) as connection:
            return versions_of(connection, customer, viewer=self.viewer(role), **options)


@pytest.fixture
def book(databases: Databases, clock: Any, viewer: Callable[..., Viewer]) -> Book:
    """A book on a fresh database, once a kind."""
    return Book(databases, clock, viewer)


@pytest.fixture
def sqlite_book(sqlite_databases: Databases, clock: Any, viewer: Callable[..., Viewer]) -> Book:
    """A book on SQLite alone, for what does not depend on the database."""
    return Book(sqlite_databases, clock, viewer)
