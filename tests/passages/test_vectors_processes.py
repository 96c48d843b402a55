"""One owner of the vector index: others are refused, and the death of the owner at any line loses nothing."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from knowledge.passages.indexing import follow, nearest
from knowledge.passages.neighbours import Neighbours
from knowledge.passages.vectors import IndexOwned, VectorIndex
from store.access import FieldClass

PUBLIC = {FieldClass.PUBLIC}
PROGRAM = Path(__file__).with_name("vector_process.py")


def start(archive: Any, mode: str) -> subprocess.Popen[str]:
    address = archive.databases.write.url.render_as_string(hide_password=False)
    command = [sys.executable, str(PROGRAM), address, str(archive.folder), mode]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_a_second_owner_is_refused_and_nothing_is_corrupted(press: Any) -> None:
    owner = start(press, "own")
    assert owner.stdout.readline() == "ready\n"
    with pytest.raises(IndexOwned, match="another process has"):
        VectorIndex(press.folder)
    beside = Neighbours(press.databases, press.folder)
    assert beside.catch_up() is None
    assert beside.similar("Amzcor", 3, PUBLIC) == ()
    second, _ = start(press, "drain").communicate(timeout=60)
    assert second == "owned\n"
    assert press.waiting() == press.passages()
    owner.communicate("stop\n", timeout=60)
    assert owner.returncode == 0
    assert beside.catch_up() == press.passages()
    with VectorIndex(press.folder) as index:
        assert follow(press.databases, index) is False
        assert press.count(index) == press.passages()


def test_an_owner_that_is_killed_in_mid_drain_loses_and_doubles_nothing(press: Any) -> None:
    rng = random.Random(20261121)
    press.bring(**{f"news-{n}": f"第{n}号公告：供应商交货延迟，涉及合同 {n * 37}。" for n in range(240)})
    for life in range(3):
        owner = start(press, "drain")
        assert owner.stdout.readline() == "ready\n"
        for _ in range(rng.randint(1, 9)):
            assert owner.stdout.readline()
        time.sleep(rng.random() / 50)
        owner.kill()
        owner.wait()
        owner.stdout.close()
        owner.stdin.close()
        press.take_out(f"news-{life}")
    assert 0 < press.waiting() < press.passages()
    with VectorIndex(press.folder) as index:
        assert follow(press.databases, index) is False
        press.drain(index)
        assert press.waiting() == 0
        assert press.count(index) == press.passages() == len(press.ids)
        assert press.named(nearest(index, "第77号公号：供应商", 1, PUBLIC)[0][0])


def test_an_owner_that_is_killed_while_it_begins_the_index_begins_it_again(press: Any) -> None:
    owner = start(press, "drain")
    time.sleep(0.9)
    owner.kill()
    owner.communicate()
    with VectorIndex(press.folder) as index:
        follow(press.databases, index)
        press.drain(index)
        assert press.count(index) == press.passages()


def test_the_worker_keeps_the_index_in_step_and_gives_it_back(press: Any) -> None:
    neighbours = Neighbours(press.databases, press.folder)
    stop = threading.Event()
    worker = threading.Thread(target=neighbours.run, args=(stop,))
    worker.start()
    try:
        assert until(lambda: press.waiting() == 0)
        assert until(lambda: neighbours.similar("恒夫地产被执型人", 1, PUBLIC))
        assert Neighbours(press.databases, press.folder).catch_up() == 0
        press.bring(later="平安银行发布年报，不良贷款率下降。")
        assert until(lambda: press.waiting() == 0)
        [(found, _)] = neighbours.similar("平桉银行 不良贷款率", 1, PUBLIC)
        assert press.named(found) == "later"
    finally:
        stop.set()
        worker.join(timeout=30)
    assert not worker.is_alive()
    with VectorIndex(press.folder) as index:
        assert press.count(index) == press.passages()


def test_a_command_without_a_worker_catches_up_and_looks(press: Any) -> None:
    neighbours = Neighbours(press.databases, press.folder)
    assert neighbours.similar("Amzcor", 3, PUBLIC) == ()
    assert neighbours.waiting() == 6
    assert neighbours.catch_up() == 6
    [(found, _)] = neighbours.similar("Amzcor", 1, PUBLIC)
    assert press.named(found) == "amcor"
    assert neighbours.catch_up() == 0


def test_a_look_sees_what_another_process_wrote_since_the_last_one(press: Any) -> None:
    neighbours = Neighbours(press.databases, press.folder)
    assert neighbours.catch_up() == 6
    assert neighbours.similar("平桉银行 不良贷款率", 1, PUBLIC)
    assert start(press, "drain").communicate(timeout=60)[0] == "owned\n"
    neighbours.close()
    press.bring(later="平安银行发布年报，不良贷款率下降。")
    said, _ = start(press, "drain").communicate(timeout=60)
    assert said.endswith("done\n")
    [(found, _)] = neighbours.similar("平桉银行 不良贷款率", 1, PUBLIC)
    assert press.named(found) == "later"


def test_a_folder_that_was_deleted_is_made_again_by_the_next_command(press: Any) -> None:
    assert Neighbours(press.databases, press.folder).catch_up() == 6
    shutil.rmtree(press.folder)
    assert Neighbours(press.databases, press.folder).catch_up() == 6


def test_a_look_before_there_is_an_index_does_not_import_chroma(press: Any) -> None:
    address = press.databases.write.url.render_as_string(hide_password=False)
    program = (
        "import sys; from pathlib import Path; from store.engine import open_databases;"
        "from store.access import FieldClass; from knowledge.passages.neighbours import Neighbours;"
        "n = Neighbours(open_databases(sys.argv[1]), Path(sys.argv[2]));"
        "n.waiting(); print(n.similar('Amzcor', 3, {FieldClass.PUBLIC}), 'chromadb' in sys.modules)"
    )
    command = [sys.executable, "-c", program, address, str(press.folder)]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    ).stdout
    assert said == "() False\n"


def until(holds: Any, *, seconds: float = 40.0) -> bool:
    """Whether it comes to hold within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False
