"""An owner of the vector index in a process of its own: `python vector_process.py DATABASE FOLDER MODE`.

`drain` drains in small slices and says each one on standard output; `own` takes the index and holds it until it is
told to stop by a line on standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from knowledge.passages.indexing import drain, follow
from knowledge.passages.vectors import IndexOwned, VectorIndex
from store.engine import open_databases


def main(address: str, folder: str, mode: str) -> None:
    """Do what the mode says; prints `owned` and nothing else when somebody else has the index."""
    databases = open_databases(address)
    try:
        index = VectorIndex(Path(folder))
    except IndexOwned:
        print("owned", flush=True)
        return
    with index:
        follow(databases, index)
        print("ready", flush=True)
        if mode == "own":
            sys.stdin.readline()
            return
        while (drained := drain(databases, index, limit=7)).rows:
            print(drained.rows, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
