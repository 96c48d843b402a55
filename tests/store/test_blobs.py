"""Bytes under their own hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from store.blobs import Blobs
from store.errors import StoreDamaged


def test_bytes_are_kept_once_under_their_hash(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put("年报".encode())
    assert name == hashlib.sha256("年报".encode()).hexdigest()
    assert blobs.put("年报".encode()) == name
    assert blobs.get(name) == "年报".encode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [blobs.path(name)]


def test_changed_or_missing_bytes_are_noticed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put(b"report")
    blobs.path(name).write_bytes(b"repor7")
    with pytest.raises(StoreDamaged, match="changed"):
        blobs.get(name)
    blobs.path(name).unlink()
    with pytest.raises(StoreDamaged, match="missing"):
        blobs.get(name)


def test_half_a_file_of_a_broken_run_is_written_anew(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put(b"whole")
    blobs.path(name).write_bytes(b"wh")
    assert blobs.put(b"whole") == name
    assert blobs.get(name) == b"whole"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_only_a_hash_names_a_blob(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Blobs(tmp_path).get(name)
