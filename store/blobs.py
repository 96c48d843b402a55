"""Blobs: bytes under their own hash, in a folder; the same bytes are kept once."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from store.errors import StoreDamaged

_HASH = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Content-addressed files under `folder`, two levels deep so that no directory grows large."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where these bytes lie or would lie; raises ValueError for what is not a SHA-256 in hex."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("a blob is named by the 64 hex digits of its SHA-256")
        return self._folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256; they are on the disk when this returns.

        They are written beside and renamed, so that a crash leaves no half file under a good name.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if target.exists() and target.stat().st_size == len(data):
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
        _sync(target.parent)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raises StoreDamaged when they are gone or are no longer what they were."""
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise StoreDamaged(
                f"the file {sha256[:12]}… is missing from the blob folder; restore it"
            ) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreDamaged(f"the file {sha256[:12]}… in the blob folder was changed; restore it")
        return data

    def remove(self, sha256: str) -> None:
        """Forget the bytes, if they are there; whether nobody needs them is the caller's to know."""
        self.path(sha256).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
