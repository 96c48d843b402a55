"""The vector index (向量索引): ids and vectors in a Chroma folder, and nothing else.

VectorError
  ├─ IndexOwned         another process has the folder
  └─ IndexBroken        the folder cannot be read or written; it is made again from the store

Two processes on one Chroma folder corrupt it without either noticing, so a lock beside the folder is taken before
anything in it is opened, and is free again even after `kill -9`. Chroma itself is imported when vectors are first
touched. Each field class has a collection of its own: a query reads the classes that it is given, and what it finds
does not depend on what stands in the others.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

#: Says what the folder holds; it is written last, so a folder without it is made again.
_NOTE = "index.json"
#: There while a folder is being opened: found at the next opening, it says that the last one did not survive.
_OPENING = "opening"


class VectorError(Exception):
    """Base of what can go wrong with the vector index; it is never the truth, so searching goes on without it."""


class IndexOwned(VectorError):
    """Another process has the folder; leave the work to it."""


class IndexBroken(VectorError):
    """The folder cannot be used as it is; `clear` it and write everything again."""


class VectorIndex:
    """The vectors of one folder, owned by this object from its making until `close`.

    Raises IndexOwned, without having opened anything, when somebody else has it, and IndexBroken when there can be
    no lock. Methods may be called from several threads.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Beside the folder, so that the lock outlives the folder's deletion. A lock that is only a file would
            # outlive its owner, so none is better than that.
            self._lock = FileLock(
                folder.with_name(f"{folder.name}.lock"), thread_local=False, fallback_to_soft=False
            )
            self._lock.acquire(timeout=0)
        except Timeout:
            raise IndexOwned(f"another process has the vector index {folder}; it does the work") from None
        except (OSError, NotImplementedError) as wrong:
            raise IndexBroken(f"the vector index {folder} cannot be locked: {wrong}") from wrong
        self._client: Any = None
        self._collections: dict[str, Any] = {}

    def __enter__(self) -> VectorIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the folder back; doing it twice changes nothing."""
        self._shut()
        self._lock.release()

    @property
    def note(self) -> Mapping[str, Any]:
        """What was last written about the content by `annotate`; empty when the folder has to be made again."""
        if (self.folder / _OPENING).exists():
            return {}
        try:
            note = json.loads((self.folder / _NOTE).read_text(encoding="utf-8"))
            whole = isinstance(note, dict) and (self.folder / str(note["place"]) / "chroma.sqlite3").is_file()
        except (OSError, ValueError, KeyError):
            return {}
        return note if whole else {}

    def annotate(self, **values: Any) -> None:
        """Write down what the content follows, in place of what was written before."""
        place = self.note.get("place") or self._place().name
        with _chroma(self.folder):
            self._write_note({"place": place, **values})

    def clear(self) -> None:
        """Throw everything away and begin an empty index, without a note."""
        self._shut()
        with _chroma(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.folder / _NOTE).unlink(missing_ok=True)
            (self.folder / _OPENING).unlink(missing_ok=True)
            for old in self.folder.iterdir():
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            # A new name each time, because Chroma remembers by path what it has once opened.
            (self.folder / uuid4().hex).mkdir(mode=0o700)

    def upsert(self, shelf: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Write vectors under these passage ids, in place of what stood there."""
        keys = [str(number) for number in ids]
        with _chroma(self.folder):
            collection, size = self._collection(shelf), self._open().get_max_batch_size()
            for at in range(0, len(keys), size):
                collection.upsert(ids=keys[at : at + size], embeddings=vectors[at : at + size])

    def remove(self, shelf: str, ids: Sequence[int]) -> None:
        """Take passages out; ids that are not there are no error.

        Chroma keeps the vectors of removed ids in its files until the index is made again.
        """
        keys = [str(number) for number in ids]
        with _chroma(self.folder):
            collection, size = self._collection(shelf), self._open().get_max_batch_size()
            for at in range(0, len(keys), size):
                collection.delete(ids=keys[at : at + size])

    def query(self, vector: NDArray[np.float32], k: int, shelves: Collection[str]) -> list[tuple[int, float]]:
        """The nearest passages of these shelves with their cosine similarity (1 is the same), nearest first."""
        if k < 1 or not vector.any():
            return []
        found: list[tuple[int, float]] = []
        with _chroma(self.folder):
            for shelf in sorted(shelves):
                collection = self._collection(shelf)
                if not collection.count():
                    continue
                answer = collection.query(
                    query_embeddings=vector[None, :], n_results=k, include=["distances"]
                )
                ids, distances = answer["ids"][0], answer["distances"][0]
                found += [(int(key), 1.0 - float(far)) for key, far in zip(ids, distances, strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def count(self, shelf: str) -> int:
        """How many vectors a shelf holds."""
        with _chroma(self.folder):
            return self._collection(shelf).count()

    def probe(self, shelves: Collection[str]) -> int:
        """Open everything and look whether what is stored is found; the number of vectors.

        Raises IndexBroken when it is not. A crash of the process in here is remembered in the folder.
        """
        total = 0
        with _chroma(self.folder):
            (self.folder / _OPENING).touch()
        for shelf in shelves:
            total += (held := self.count(shelf))
            with _chroma(self.folder):
                some = self._collection(shelf).get(limit=1, include=["embeddings"]) if held else {"ids": []}
            if some["ids"] and not self.query(
                np.asarray(some["embeddings"][0], dtype=np.float32), 1, [shelf]
            ):
                raise IndexBroken(f"the vector index {self.folder} does not find what it holds")
        with _chroma(self.folder):
            (self.folder / _OPENING).unlink()
        return total

    def _open(self) -> Any:
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            self._client = chromadb.PersistentClient(
                path=str(self._place()), settings=Settings(anonymized_telemetry=False)
            )
        return self._client

    def _collection(self, shelf: str) -> Any:
        if shelf not in self._collections:
            # Without an embedding function of ours Chroma would fetch a model.
            self._collections[shelf] = self._open().get_or_create_collection(
                f"passages-{shelf}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return self._collections[shelf]

    def _place(self) -> Path:
        """The folder inside the folder that Chroma works in."""
        noted = self.note.get("place")
        if noted:
            return self.folder / str(noted)
        try:
            there = sorted(entry for entry in self.folder.iterdir() if entry.is_dir())
        except OSError:
            there = []
        if len(there) != 1:
            raise IndexBroken(f"the vector index {self.folder} is not there or not whole")
        return there[0]

    def _write_note(self, note: Mapping[str, Any]) -> None:
        path = self.folder / _NOTE
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(note, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _shut(self) -> None:
        client, self._client, self._collections = self._client, None, {}
        if client is not None:
            with suppress(VectorError), _chroma(self.folder):
                client.close()


@contextmanager
def _chroma(folder: Path) -> Iterator[None]:
    """Turn whatever Chroma, its Rust core or the disk raise into IndexBroken."""
    try:
        yield
    except VectorError:
        raise
    except (OSError, ImportError, ValueError, TypeError, KeyError, RuntimeError, AttributeError) as wrong:
        raise IndexBroken(f"the vector index {folder} cannot be used: {wrong}") from wrong
    except BaseException as wrong:
        # Chroma's own errors have no builtin base but Exception, and a panic of its core not even that.
        if type(wrong).__module__.startswith(("chromadb", "pyo3", "sqlite3")):
            raise IndexBroken(f"the vector index {folder} cannot be used: {wrong}") from wrong
        raise
