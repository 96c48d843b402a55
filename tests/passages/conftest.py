"""A library on real databases with a real vector index beside it, and a small press archive in two languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.library import Library
from knowledge.passages.indexing import drain, follow
from knowledge.passages.preparing import NewDocument
from knowledge.passages.vectors import VectorIndex
from store.access import FieldClass, Role, Viewer
from store.blobs import Blobs
from store.documents import Documents
from store.engine import Databases, reading, unit_of_work
from store.indexwork import IndexWork

PRESS = {
    "amcor": "Amcor reported net sales of 3,642 million for the quarter, with flexible packaging leading growth.",
    "pfizer": "Pfizer lowered its full-year guidance because demand for the antiviral tablets has fallen sharply.",
    "costco": "Costco announced that its chief financial officer will retire after nearly forty years of service.",
    "byd": "比亚迪发布三季度报告，新能源汽车销量同比增长三成，毛利率有所提升。",
    "evergrande": "恒大地产因逾期债务被列入被执行人名单，法院要求其限期披露财产状况。",
    "port": "宁波港集团与中远海运签署战略合作协议，共同投资建设自动化集装箱码头。",
}


class Archive:
    """Documents in a store, and the index that follows it."""

    def __init__(self, databases: Databases, folder: Path, clock: Any) -> None:
        self.databases, self.clock = databases, clock
        self.folder = folder / "vectors"
        self.library = Library(databases, Blobs(folder / "blobs"), clock=clock)
        self.ids: dict[str, Any] = {}

    def bring(self, *, field_class: FieldClass = FieldClass.PUBLIC, **texts: str) -> None:
        for name, text in texts.items():
            added = self.library.add(
                NewDocument(
                    name=name,
                    source="press",
                    text=text,
                    title=name,
                    external_id=name,
                    field_class=field_class,
                )
            )
            assert added.document_id is not None, added.reason
            self.ids[name] = added.document_id

    def take_out(self, name: str) -> int:
        with unit_of_work(self.databases.write) as connection:
            return Documents(connection).remove(self.ids.pop(name))

    def drain(self, index: VectorIndex, *, limit: int = 256) -> int:
        done = 0
        while (drained := drain(self.databases, index, limit=limit)).rows:
            done += drained.rows
        return done

    def indexed(self, index: VectorIndex) -> VectorIndex:
        follow(self.databases, index)
        self.drain(index)
        return index

    def count(self, index: VectorIndex) -> int:
        return sum(index.count(field_class.value) for field_class in FieldClass)

    def work(self, ask: Callable[[IndexWork], Any]) -> Any:
        with reading(self.databases.read) as connection:
            return ask(IndexWork(connection))

    def passages(self) -> int:
        return self.work(IndexWork.passages)

    def waiting(self) -> int:
        return self.work(IndexWork.waiting)

    def named(self, passage_id: int) -> str:
        """The document a passage is of."""
        from sqlalchemy import select

        from store.schema.documents import documents, passages

        with reading(self.databases.read) as connection:
            return connection.scalar(
                select(documents.c.external_id).join(passages).where(passages.c.id == passage_id)
            )


@pytest.fixture
def archive(databases: Databases, tmp_path: Path, clock: Any) -> Archive:
    """An empty archive, once a kind of database."""
    return Archive(databases, tmp_path, clock)


@pytest.fixture
def press(sqlite_databases: Databases, tmp_path: Path, clock: Any) -> Archive:
    """The press archive on SQLite."""
    archive = Archive(sqlite_databases, tmp_path, clock)
    archive.bring(**PRESS)
    return archive


@pytest.fixture
def index(press: Archive) -> Iterator[VectorIndex]:
    """The press archive's index, in step with it."""
    with VectorIndex(press.folder) as index:
        yield press.indexed(index)


@pytest.fixture
def sales(viewer: Callable[..., Viewer]) -> Viewer:
    """Somebody of sales, alone."""
    return viewer(Role.SALES)
