"""Neighbours (近邻): the vector index of one installation as the rest of the house meets it.

One process owns the index. The worker's thread takes it and keeps it in step with the store; a command beside the
worker leaves the work to it; a command with no worker running takes it until it ends. Nobody waits for it
and nothing depends on it: without an index a search is lexical alone.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from store.access import FieldClass
from store.engine import Databases, reading
from store.errors import StoreError
from store.indexwork import IndexWork

if TYPE_CHECKING:
    from knowledge.passages.vectors import VectorIndex

log = logging.getLogger(__name__)

#: Seconds between two looks at an empty queue, and after something went wrong.
PAUSE = 2.0
SETBACK = 30.0


class Neighbours:
    """Passages like a text, from the vector index in `folder`; nothing is opened or imported before it is needed."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases = databases
        self._folder = folder
        self._index: VectorIndex | None = None
        self._borrowed: VectorIndex | None = None
        self._opening = threading.Lock()
        self._kept = False
        self._failed = threading.Event()

    def similar(self, text: str, k: int, classes: Collection[FieldClass]) -> Sequence[tuple[int, float]]:
        """The `k` passages of these classes that look most like a text, with their similarity up to 1.

        Empty when there is no index to be had at once: another process has it, or it is being made. The caller has to
        check each passage against the store, which may have gone on.
        """
        from knowledge.passages.vectors import VectorError

        try:
            index = self._index or (None if self._kept else self._borrow())
            if index is None:
                return ()
            from knowledge.passages.indexing import nearest

            return nearest(index, text, k, classes)
        except VectorError as wrong:
            log.warning("no similar passages: %s", wrong)
            self._failed.set()
            self.close()
            return ()

    def close(self) -> None:
        """Give back what a command has opened to look; the next look opens it again."""
        with self._opening:
            if self._borrowed is not None:
                self._borrowed.close()
                self._index = self._borrowed = None

    def catch_up(self) -> int | None:
        """Do all that waits in the queue; how many passages were done, None when another process does it.

        Raises IndexBroken when the index cannot even be made anew; the work stays in the queue then.
        """
        if not self._wanted():
            return 0
        from knowledge.passages.indexing import belongs, drain, follow
        from knowledge.passages.vectors import IndexOwned, VectorIndex

        done = 0
        self.close()
        try:
            with VectorIndex(self._folder) as index:
                if not self.waiting() and belongs(self._databases, index):
                    return 0
                follow(self._databases, index)
                while (drained := drain(self._databases, index)).rows:
                    done += drained.rows
        except IndexOwned:
            return None if self.waiting() else 0
        return done

    def waiting(self) -> int:
        """How many passages are not indexed yet."""
        with reading(self._databases.read) as connection:
            return IndexWork(connection).waiting()

    def run(self, stop: threading.Event) -> None:
        """Own the index and keep it in step with the store until `stop`; whatever goes wrong is tried again."""
        from knowledge.passages.vectors import IndexOwned, VectorError

        self._kept = True
        self.close()
        try:
            while not stop.is_set():
                pause = PAUSE
                try:
                    self._keep(stop)
                except IndexOwned:
                    # A command has it for a moment.
                    pass
                except (VectorError, StoreError) as wrong:
                    log.warning("the vector index waits: %s", wrong)
                    pause = SETBACK
                stop.wait(pause)
        finally:
            self._kept = False

    def _keep(self, stop: threading.Event) -> None:
        from knowledge.passages.vectors import VectorIndex

        # The lock first, and Chroma only when there is something to do or to find: it costs seconds and memory.
        with VectorIndex(self._folder) as index:
            while not self._wanted():
                if stop.wait(PAUSE):
                    return
            from knowledge.passages.indexing import follow

            self._failed.clear()
            if follow(self._databases, index):
                log.info("the vector index is made anew")
            self._index = index
            try:
                self._follow(index, stop)
            finally:
                self._index = None

    def _follow(self, index: VectorIndex, stop: threading.Event) -> None:
        """Drain until `stop`, or until a search has failed."""
        from knowledge.passages.indexing import drain
        from knowledge.passages.vectors import IndexBroken

        while not stop.is_set() and not self._failed.is_set():
            started = time.monotonic()
            try:
                drained = drain(self._databases, index)
            except IndexBroken:
                index.clear()
                raise
            # As long a rest as the slice took: answers come first.
            stop.wait(time.monotonic() - started if drained.rows else PAUSE)

    def _wanted(self) -> bool:
        with reading(self._databases.read) as connection:
            work = IndexWork(connection)
            return work.waiting() > 0 or work.passages() > 0

    def _borrow(self) -> VectorIndex | None:
        """The index for the looks of a command while nobody owns it; what is out of step is left to its owner.

        It stays open until `close` or the end of the process: opening it takes longer than many looks.
        """
        from knowledge.passages.indexing import belongs
        from knowledge.passages.vectors import IndexOwned, VectorIndex

        with self._opening:
            if self._borrowed is None:
                try:
                    index = VectorIndex(self._folder)
                except IndexOwned:
                    return None
                if not belongs(self._databases, index):
                    index.close()
                    return None
                self._index = self._borrowed = index
            return self._borrowed
