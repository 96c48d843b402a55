"""Files, folders and lines of JSON on their way into the library."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knowledge.reading import ReadingLimits
from knowledge.sources.files import ingest
from knowledge.sources.records import Defaults, Findings, Unusable, document_of
from store.access import FieldClass
from store.engine import open_databases, reading
from store.passages import Passages

OPEN = Defaults(field_class=FieldClass.PUBLIC)


def write_lines(path: Path, *records: Any) -> Path:
    lines = [
        record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode()
        for record in records
    ]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_good_lines_go_in_and_broken_ones_are_named(shelf: Any, viewer: Any, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "news.jsonl",
        {"id": 1, "date": "2024-03-18T16:12:00", "text": "恒岳科技被罚款85万元。", "mood": "bad"},
        b"{not json",
        b"[1, 2]",
        {"id": 2, "title": "no text"},
        b"\xff\xfe\x00",
        b'{"id": 3, "text": ' + b"[" * 100_000 + b"}",
        b"",
        {
            "id": 4,
            "text": "Amcor was fined.\x00",
            "published": "someday",
            "page": 7,
            "doc": "10-K",
            "tier": "rumour",
        },
        {"id": 5, "text": "x", "class": "top secret"},
        b'{"id": ' + b"9" * 6000 + b', "text": "x"}',
    )
    report = ingest(shelf.library, [file], defaults=OPEN)
    assert (report.read, [row.line for row in report.aside]) == (2, [2, 3, 4, 5, 6, 9, 10])
    assert any("mood" in note for note in report.notes)
    assert any("someday" in note for note in report.notes)
    (hit, other) = shelf.library.search("罚款", viewer=viewer("sales"))
    assert other.external_id == "4"  # “was fined”: the other language, after its own
    assert (hit.external_id, hit.published, hit.source) == ("1", "2024-03-18", "news.jsonl")
    (page,) = shelf.library.search("Amcor fined", viewer=viewer("sales"), parts_of=["10-K"])
    assert (page.external_id, dict(page.locator), page.published) == ("4", {"page": 7}, None)
    again = ingest(shelf.library, [file], defaults=OPEN)
    assert (again.read, again.unchanged) == (0, 2)


def test_a_folder_is_read_with_what_its_index_says(sqlite_shelf: Any, viewer: Any, tmp_path: Path) -> None:
    sqlite_shelf.customer("恒岳科技（杭州）有限公司", customer_key="K-1")
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "fine.txt").write_text("处罚决定：罚款85万元。", encoding="utf-8")
    (folder / ".hidden.txt").write_text("罚款秘密", encoding="utf-8")
    (folder / "large.txt").write_text("罚款" * 5000, encoding="utf-8")
    (folder / "empty.txt").touch()
    outside = tmp_path / "outside.txt"
    outside.write_text("罚款外部", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    write_lines(
        folder / "index.jsonl",
        {
            "path": "deep/fine.txt",
            "title": "行政处罚决定书",
            "published": "2024-03",
            "source": "杭州市生态环境局",
            "tier": "government",
            "class": "internal",
            "customers": ["K-1"],
        },
        {"path": "gone.txt"},
        b"broken",
    )
    report = ingest(sqlite_shelf.library, [folder], defaults=OPEN, limits=ReadingLimits(max_bytes=20_000))
    assert report.read == 1
    reasons = {row.file: row.reason for row in report.aside}
    assert set(reasons) == {"large.txt", "empty.txt", "link.txt", "loop", "pipe", "index.jsonl"}
    assert "leads out" in reasons["link.txt"]
    assert any(".hidden.txt" in note for note in report.notes)
    (hit,) = sqlite_shelf.library.search("罚款", viewer=viewer())
    assert (hit.title, hit.source, hit.published) == ("行政处罚决定书", "杭州市生态环境局", "2024-03")
    assert (hit.evidence.tier.value, hit.evidence.field_class) == ("government", FieldClass.INTERNAL)
    assert len(hit.customers) == 1


def test_a_class_that_is_asked_for_is_a_floor() -> None:
    record = {"text": "x", "class": "public"}
    given = {"name": "n", "source": "s", "findings": Findings()}
    assert document_of(record, defaults=Defaults(), **given).field_class is FieldClass.PUBLIC
    floor = Defaults(field_class=FieldClass.PERSONAL)
    assert document_of(record, defaults=floor, **given).field_class is FieldClass.PERSONAL
    assert document_of({"text": "x"}, defaults=Defaults(), **given).field_class is FieldClass.INTERNAL
    with pytest.raises(Unusable, match="class"):
        document_of({"text": "x", "class": "Public"}, defaults=Defaults(), **given)


def test_a_path_that_is_not_there_is_named(sqlite_shelf: Any, tmp_path: Path) -> None:
    report = ingest(sqlite_shelf.library, [tmp_path / "absent"])
    assert [row.reason for row in report.aside] == ["there is no such file or folder"]


KILLED = """
import os, signal, sys
from pathlib import Path
from knowledge.library import Library, NewDocument
from store.blobs import Blobs
from store.clock import system_clock
from store.engine import open_databases
from store.migrate import upgrade
databases = open_databases(sys.argv[1])
upgrade(databases)
library = Library(databases, Blobs(Path(sys.argv[2])), clock=system_clock())
def dying():
    for number in range(450):
        if number == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        yield NewDocument(name="n", source="feed", text=f"第{number}号公告", external_id=str(number))
library.add_many(dying())
"""


def test_a_killed_run_doubles_nothing_when_it_is_run_again(tmp_path: Path, viewer: Any) -> None:
    url = f"sqlite:///{tmp_path / 'bonafide.sqlite'}"
    for stop, status in ((150, -signal.SIGKILL), (260, -signal.SIGKILL), (430, -signal.SIGKILL), (999, 0)):
        run = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(tmp_path / "blobs"), str(stop)],
            cwd=Path(__file__).parents[2],
            timeout=120,
            check=False,
        )
        assert run.returncode == status
    databases = open_databases(url)
    with reading(databases.read) as connection:
        passages = Passages(connection)
        assert passages.statistics(viewer().classes).passages == 450
        assert passages.frequencies(["公告"], viewer().classes) == {"公告": 450}
    databases.close()
