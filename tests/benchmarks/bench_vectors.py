"""What the vector index costs and what it finds for misspelt questions, on the shared real news. Run by hand:

python tests/benchmarks/bench_vectors.py [number of documents]

A misspelt question has one random character wrong in each long word (Latin of five letters and more, Chinese of as
many as is said), seeded.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import rjieba

from knowledge.library import Library, NewDocument
from knowledge.passages.embedding import DIMENSIONS, EMBEDDING_VERSION, embed
from knowledge.passages.neighbours import Neighbours
from store.access import Audience, FieldClass, Role, Viewer
from store.blobs import Blobs
from store.engine import Databases, open_databases
from store.migrate import upgrade
from store.policy import load_policy

DATA = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data")) / "news"


def records(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def misspell(question: str, rng: random.Random, characters: list[str], *, long: int) -> str:
    """The question with one character of each long word replaced by another."""
    words = []
    for word in rjieba.cut(question):
        han = "\u4e00" <= word[0] <= "\u9fff"
        if (han and len(word) >= long) or (word.isascii() and word.isalpha() and len(word) >= 5):
            at = rng.randrange(len(word))
            put = rng.choice(characters if han else "abcdefghijklmnopqrstuvwxyz")
            word = word[:at] + put + word[at + 1 :]
        words.append(word)
    return "".join(words)


def measure_embedding(texts: list[str]) -> None:
    embed(texts[:64])
    cut = [text[:700] for text in texts if len(text) >= 700]
    started, worked = time.perf_counter(), time.process_time()
    embed(cut)
    spent, worked = time.perf_counter() - started, time.process_time() - worked
    per_second = f"{len(cut) / spent:,.0f}/s, {len(cut) / worked:,.0f} a second of processor time"
    print(f"embedding: {len(cut)} passages of 700 characters, {per_second}")


def measure_recall(databases: Databases, folder: Path, neighbours: Neighbours, corpus: list[dict]) -> None:
    viewer = Viewer("role:risk", Role.RISK, Audience.alone(), load_policy().rights)
    blobs, questions = Blobs(folder / "blobs"), records("zh_news_questions_dev.jsonl")
    there = {row["id"] for row in corpus}
    questions = [row for row in questions if there.intersection(row["gold"])]
    characters = sorted({c for row in corpus[:1500] for c in row["text"] if "\u4e00" <= c <= "\u9fff"})
    libraries = {
        "lexical": Library(databases, blobs, clock=now),
        "with the fall-back": Library(databases, blobs, clock=now, similar=neighbours.similar),
    }
    for kind, long in (("as asked", 99), ("words of 3 and more", 3), ("words of 2 and more", 2)):
        rng = random.Random(20261121)
        asked = [misspell(row["query"], rng, characters, long=long) for row in questions]
        figures = []
        for name, library in libraries.items():
            found, times, similar = 0, [], 0
            for text, row in zip(asked, questions, strict=True):
                started = time.perf_counter()
                hits = library.search(text, viewer=viewer)
                times.append(1000 * (time.perf_counter() - started))
                found += any(hit.external_id in row["gold"] for hit in hits)
                similar += any(hit.because.value == "similar" for hit in hits)
            ms = f"{statistics.median(times):.0f} ms p50, {statistics.quantiles(times, n=20)[-1]:.0f} ms p95"
            figures.append(f"{name} R@10 {found / len(questions):.3f} ({ms}, {similar} similar)")
        print(f"{kind}: {'; '.join(figures)}")


def now() -> datetime:
    return datetime.now(UTC)


def main(limit: int) -> None:
    corpus = records("zh_news_corpus.jsonl")[:limit]
    print(f"{EMBEDDING_VERSION}, {DIMENSIONS} dimensions, {len(corpus)} documents")
    measure_embedding([row["text"] for row in corpus])
    with tempfile.TemporaryDirectory(prefix="bonafide-vectors-") as name:
        folder = Path(name)
        databases = open_databases(f"sqlite:///{folder / 'bonafide.sqlite'}")
        upgrade(databases)
        library = Library(databases, Blobs(folder / "blobs"), clock=now)
        started = time.perf_counter()
        library.add_many(
            NewDocument(
                name=row["id"],
                source="news",
                text=row["text"],
                published=row["date"],
                external_id=row["id"],
                field_class=FieldClass.PUBLIC,
            )
            for row in corpus
        )
        print(f"ingest without vectors: {time.perf_counter() - started:.1f} s")
        neighbours = Neighbours(databases, folder / "vectors")
        started = time.perf_counter()
        done = neighbours.catch_up() or 0
        spent = time.perf_counter() - started
        size = sum(path.stat().st_size for path in (folder / "vectors").rglob("*") if path.is_file())
        print(f"indexing: {done} passages in {spent:.1f} s, {done / spent:,.0f}/s, {size / 1e6:.0f} MB")
        measure_looks(neighbours, corpus)
        stop = threading.Event()
        keeper = threading.Thread(target=neighbours.run, args=(stop,))
        keeper.start()
        while not neighbours.similar("年报", 1, {FieldClass.PUBLIC}):
            time.sleep(0.05)
        times = []
        for row in corpus[:300]:
            started = time.perf_counter()
            neighbours.similar(row["text"][30:60], 50, set(FieldClass))
            times.append(1000 * (time.perf_counter() - started))
        p50, longest = statistics.median(times), max(times)
        print(f"query in the worker, 50 of all classes: {p50:.1f} ms p50, {longest:.0f} ms at most")
        measure_recall(databases, folder, neighbours, corpus)
        stop.set()
        keeper.join()
        databases.close()


def measure_looks(neighbours: Neighbours, corpus: list[dict]) -> None:
    times = []
    for row in corpus[:20]:
        started = time.perf_counter()
        neighbours.similar(row["text"][30:60], 50, {FieldClass.PUBLIC})
        times.append(1000 * (time.perf_counter() - started))
    neighbours.close()
    print(
        f"a command's first look: {times[0]:.0f} ms, the next ones {statistics.median(times[1:]):.1f} ms p50"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11_000)
