"""A library with customers, and the events that documents told of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from knowledge.library import Added, Library, NewDocument
from store.access import FieldClass, Viewer
from store.blobs import Blobs
from store.dates import PartialDate
from store.dossier import read_dossier
from store.engine import Databases, reading, unit_of_work
from store.events import Events, StoredEvent
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.records import Dossier, RiskEvent


class Desk:
    """A library and what it makes of the news; everything by a word or two."""

    def __init__(self, databases: Databases, folder: Path, clock: Any, viewer: Callable[..., Viewer]) -> None:
        self.databases, self.clock, self.viewer = databases, clock, viewer
        self.library = Library(databases, Blobs(folder), clock=clock)

    def customer(self, name: str, *others: str) -> UUID:
        """A customer with its other names, as an import would have made it."""
        body = {"legal_name": name, "other_names": [{"name": other, "kind": "short"} for other in others]}
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, self.clock).append(actor="li@firm.cn", action="import", detail={})
            version = History(connection, entry).record(
                "customers",
                f"key:{name}",
                body,
                source="crm",
                tier=Tier.INTERNAL,
                field_class=FieldClass.PUBLIC,
                cause="told in a test",
            )
            return version.subject_id

    def add(self, text: str, **given: Any) -> Added:
        """A document of this text; public news unless something else is given."""
        return self.add_many([document(text, **given)])[0]

    def add_many(self, documents: list[NewDocument]) -> list[Added]:
        """Documents in one run."""
        return self.library.add_many(documents)

    def dossier(self, customer: UUID, role: str = "risk", **given: Any) -> Dossier:
        """A customer's file as somebody of this role sees it."""
        with reading(self.databases.read) as connection:
            return read_dossier(connection, customer, viewer=self.viewer(role), **given)

    def events(
        self,
        customer: UUID,
        role: str = "risk",
        *,
        as_of: PartialDate | None = None,
        known_at: datetime | None = None,
    ) -> tuple[RiskEvent, ...]:
        """The events in a customer's file."""
        return self.dossier(customer, role, as_of=as_of, known_at=known_at).events

    def after(self, seq: int = 0, limit: int = 100) -> list[StoredEvent]:
        """What the rules get to see."""
        with reading(self.databases.read) as connection:
            return Events(connection).events_after(seq, limit)


def document(text: str, **given: Any) -> NewDocument:
    """A new document; public and from a news feed unless something else is given."""
    values: dict[str, Any] = {"name": "news", "source": "feed", "field_class": FieldClass.PUBLIC}
    return NewDocument(text=text, **{**values, **given})


@pytest.fixture
def desk(databases: Databases, tmp_path: Path, clock: Any, viewer: Any) -> Desk:
    """A library on a fresh database, once a kind."""
    return Desk(databases, tmp_path / "blobs", clock, viewer)


@pytest.fixture
def article() -> Callable[..., NewDocument]:
    """article(text, …): a public document of a news feed."""
    return document
