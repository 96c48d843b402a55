"""The vector index: in step with the store, never leaking, and made again whenever it is in doubt."""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
import pytest

from knowledge.passages import indexing
from knowledge.passages.embedding import embed
from knowledge.passages.indexing import drain, follow, nearest, rebuild
from knowledge.passages.neighbours import Neighbours
from knowledge.passages.vectors import IndexBroken, IndexOwned, VectorIndex
from store.access import FieldClass
from store.engine import Databases, open_databases
from store.migrate import upgrade

PUBLIC = {FieldClass.PUBLIC}


def test_every_passage_is_queued_with_itself_and_indexed_later(archive: Any) -> None:
    archive.bring(a="恒大地产逾期债务", b="Amcor net sales " * 400)
    assert archive.waiting() == archive.passages() > 2
    with VectorIndex(archive.folder) as index:
        archive.indexed(index)
        assert archive.waiting() == 0
        assert archive.count(index) == archive.passages()


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Amzcor flexibel packging", "amcor"),
        ("Costko financal oficer retier", "costco"),
        ("pfizzer antivral", "pfizer"),
        ("比业迪新能原汽车", "byd"),
        ("恒夫地产被执型人", "evergrande"),
        ("宁皮港集装厢码头", "port"),
    ],
)
def test_a_misspelt_question_finds_what_was_meant(
    press: Any, index: VectorIndex, query: str, meant: str
) -> None:
    found = nearest(index, query, 3, PUBLIC)
    assert press.named(found[0][0]) == meant
    assert 0 < found[0][1] <= 1


def test_what_a_class_finds_does_not_depend_on_another(press: Any, index: VectorIndex) -> None:
    before = nearest(index, "恒大地产逾期债务", 50, PUBLIC)
    for number in range(60):
        press.bring(
            field_class=FieldClass.SUSPICION, **{f"tip-{number}": f"恒大地产逾期债务 可疑交易 {number}"}
        )
    press.drain(index)
    assert nearest(index, "恒大地产逾期债务", 50, PUBLIC) == before
    everything = nearest(index, "恒大地产逾期债务", 50, {*PUBLIC, FieldClass.SUSPICION})
    assert press.named(everything[0][0]).startswith("tip-")
    assert nearest(index, "恒大地产逾期债务", 50, set()) == []


def test_what_is_removed_vanishes_from_the_index(press: Any, index: VectorIndex) -> None:
    passages = press.take_out("evergrande")
    assert press.waiting() == passages
    drain(press.databases, index)
    assert press.count(index) == press.passages() == len(press.ids)
    assert "evergrande" not in {press.named(number) for number, _ in nearest(index, "恒大地产", 50, PUBLIC)}


def test_a_key_that_is_given_again_in_another_class_leaves_its_old_shelf(
    press: Any, index: VectorIndex
) -> None:
    # The newest passage is removed, so the next one gets its key.
    press.take_out("port")
    press.bring(field_class=FieldClass.SUSPICION, tip="宁波港集团 可疑交易")
    press.drain(index)
    assert index.count("public") == len(press.ids) - 1
    assert index.count("suspicion") == 1
    assert press.count(index) == press.passages()


def test_doing_work_twice_changes_nothing(press: Any, index: VectorIndex) -> None:
    before = nearest(index, "net sales", 10, PUBLIC)
    rebuild(press.databases, index)
    assert press.waiting() == press.passages()
    press.drain(index, limit=2)
    with VectorIndexBeside(press) as held:
        assert held
    assert nearest(index, "net sales", 10, PUBLIC) == before


class VectorIndexBeside:
    """Somebody else who tries to open the same folder."""

    def __init__(self, press: Any) -> None:
        self.press = press

    def __enter__(self) -> bool:
        try:
            VectorIndex(self.press.folder)
        except IndexOwned:
            return True
        return False

    def __exit__(self, *_: object) -> None:
        pass


def test_another_version_of_the_vectors_begins_the_index_again(
    press: Any, index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert follow(press.databases, index) is False
    monkeypatch.setattr(indexing, "EMBEDDING_VERSION", "another")
    assert follow(press.databases, index) is True
    assert press.waiting() == press.passages()
    press.drain(index)
    assert press.count(index) == press.passages()
    assert follow(press.databases, index) is False


def test_an_index_of_another_store_is_not_used(
    press: Any, index: VectorIndex, tmp_path: Any, clock: Any
) -> None:
    other = open_databases(f"sqlite:///{tmp_path / 'other.sqlite'}")
    upgrade(other)
    assert not indexing.belongs(other, index)
    assert follow(other, index) is True
    assert index.count("public") == 0
    other.close()


def test_a_store_set_back_to_a_backup_begins_the_index_again(press: Any, tmp_path: Any) -> None:
    press.databases.close()
    for name in ("bonafide.sqlite",):
        shutil.copy(tmp_path / name, tmp_path / "backup")
    press.bring(later="后来的消息：平安银行发布年报")
    with VectorIndex(press.folder) as index:
        press.indexed(index)
        assert press.count(index) == 7
    press.databases.close()
    for leftover in tmp_path.glob("bonafide.sqlite*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup", tmp_path / "bonafide.sqlite")
    with VectorIndex(press.folder) as index:
        assert follow(press.databases, index) is True
        press.drain(index)
        assert press.count(index) == press.passages() == 6


def damage_database(folder: Any) -> None:
    for path in folder.rglob("chroma.sqlite3"):
        path.write_bytes(b"no database " * 1000)


def damage_note(folder: Any) -> None:
    (folder / "index.json").write_text("{half", encoding="utf-8")


def damage_vectors(folder: Any) -> None:
    for path in folder.rglob("*.sqlite3*"):
        path.unlink()


def delete_all(folder: Any) -> None:
    shutil.rmtree(folder)


def a_file_instead(folder: Any) -> None:
    shutil.rmtree(folder / next(entry.name for entry in folder.iterdir() if entry.is_dir()))


@pytest.mark.parametrize("damage", [damage_database, damage_note, damage_vectors, delete_all, a_file_instead])
def test_a_damaged_folder_is_made_again(press: Any, damage: Any) -> None:
    with VectorIndex(press.folder) as index:
        press.indexed(index)
    damage(press.folder)
    assert Neighbours(press.databases, press.folder).similar("Amzcor", 3, PUBLIC) == ()
    with VectorIndex(press.folder) as index:
        assert follow(press.databases, index) is True
        press.drain(index)
        assert press.count(index) == press.passages()
        assert press.named(nearest(index, "Amzcor", 1, PUBLIC)[0][0]) == "amcor"


def test_an_opening_that_did_not_survive_begins_the_index_again(press: Any) -> None:
    with VectorIndex(press.folder) as index:
        press.indexed(index)
    (press.folder / "opening").touch()
    with VectorIndex(press.folder) as index:
        assert follow(press.databases, index) is True


def test_a_folder_that_vanishes_under_its_owner_is_told_and_mended(press: Any, index: VectorIndex) -> None:
    shutil.rmtree(press.folder)
    press.bring(new="平安银行发布年报")
    with pytest.raises(IndexBroken):
        drain(press.databases, index)
    assert press.waiting() == 1
    assert follow(press.databases, index) is True
    press.drain(index)
    assert press.count(index) == press.passages()


def test_vectors_that_were_lost_are_noticed(press: Any, index: VectorIndex) -> None:
    index.remove("public", [1, 2])
    assert follow(press.databases, index) is True


def test_more_than_one_batch_is_written_and_nothing_is_asked_of_nothing(
    press: Any, index: VectorIndex
) -> None:
    small = np.random.default_rng(7).normal(size=(6000, 8)).astype(np.float32)
    index.upsert("internal", range(1, 6001), small)
    assert index.count("internal") == 6000
    index.remove("internal", range(1, 6001))
    assert index.count("internal") == 0
    assert index.query(np.zeros(1024, dtype=np.float32), 5, ["public"]) == []
    assert index.query(embed(["text"])[0], 5, []) == []


def test_a_postgres_store_is_followed_too(archive: Any, databases: Databases) -> None:
    archive.bring(one="比亚迪发布年报", two="Costco announced its results")
    neighbours = Neighbours(databases, archive.folder)
    assert neighbours.catch_up() == 2
    assert neighbours.catch_up() == 0
    assert len(neighbours.similar("比业迪年报", 5, PUBLIC)) == 2
    archive.take_out("one")
    assert neighbours.catch_up() == 1
    [(found, _)] = neighbours.similar("比业迪年报", 5, PUBLIC)
    neighbours.close()
    assert archive.named(found) == "two"
