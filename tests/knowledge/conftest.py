"""A library on a fresh database, customers to name, and documents that tell their story in few words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from knowledge.library import Library, NewDocument
from store.access import FieldClass
from store.blobs import Blobs
from store.engine import Databases, unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger


class Shelf:
    """A library with its databases; documents and customers go in by a word or two."""

    def __init__(self, databases: Databases, folder: Path, clock: Any) -> None:
        self.databases, self.clock = databases, clock
        self.library = Library(databases, Blobs(folder), clock=clock)

    def customer(self, name: str, *others: str, **columns: Any) -> UUID:
        """A customer with its other names, as an import would have made it."""
        body = {
            "legal_name": name,
            "other_names": [{"name": other, "kind": "short"} for other in others],
            **columns,
        }
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, self.clock).append(actor="li@firm.cn", action="import", detail={})
            return (
                History(connection, entry)
                .record(
                    "customers",
                    f"key:{name}",
                    body,
                    source="crm",
                    tier=Tier.INTERNAL,
                    field_class=FieldClass.PUBLIC,
                    cause="told in a test",
                )
                .subject_id
            )

    def add(self, text: str, **given: Any) -> Any:
        """A document of this text; public news of today's feed unless something else is given."""
        return self.library.add(document(text, **given))

    def found(self, query: str, viewer: Any, **limits: Any) -> list[str | None]:
        """The external ids that a query finds, best first."""
        return [hit.external_id for hit in self.library.search(query, viewer=viewer, **limits)]


def document(text: str, **given: Any) -> NewDocument:
    """A new document; public and from a news feed unless something else is given."""
    values: dict[str, Any] = {"name": "news", "source": "feed", "field_class": FieldClass.PUBLIC}
    return NewDocument(text=text, **{**values, **given})


@pytest.fixture
def shelf(databases: Databases, tmp_path: Path, clock: Any) -> Shelf:
    """A library on a fresh database, once a kind."""
    return Shelf(databases, tmp_path / "blobs", clock)


@pytest.fixture
def sqlite_shelf(sqlite_databases: Databases, tmp_path: Path, clock: Any) -> Shelf:
    """A library on SQLite alone, for what does not depend on the database."""
    return Shelf(sqlite_databases, tmp_path / "blobs", clock)


@pytest.fixture
def new_document() -> Callable[..., NewDocument]:
    """document(text, …): a public document of a news feed."""
    return document


@pytest.fixture
def make_shelf(tmp_path: Path, clock: Any) -> Callable[[Databases], Shelf]:
    """make_shelf(databases): a library on databases that the test chose."""
    return lambda databases: Shelf(databases, tmp_path / "blobs", clock)
