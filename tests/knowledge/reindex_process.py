"""Reindexing in a process of its own: `python reindex_process.py DATABASE`, one line a slice of a few passages."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from knowledge.passages.reindexing import reindex
from knowledge.passages.terms import index_terms
from store.engine import open_databases

#: A tokeniser of a later version: it also knows the first three signs of every term.
VERSION = "later"


def later_terms(text: str) -> list[str]:
    """The terms of today, and their beginnings."""
    terms = index_terms(text)
    return [*terms, *(f"{term[:3]}_start" for term in terms if len(term) > 3)]


def main(address: str) -> None:
    """Reindex in slices of five, slowly enough to be killed in the middle."""

    def report(done: int, left: int) -> None:
        print(done, left, flush=True)
        time.sleep(0.02)

    reindex(
        open_databases(address),
        lambda: datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
        tokenise=later_terms,
        version=VERSION,
        size=5,
        report=report,
    )
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
