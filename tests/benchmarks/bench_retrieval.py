"""Figures of retrieval beside a plain word BM25 in the same run: `python tests/benchmarks/bench_retrieval.py`.

Recall and reciprocal rank at ten over the shared questions, and the time of a query, on both databases.
"""

from __future__ import annotations

import math
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from libraries import DATA, documents, libraries, records, viewer

SETS = {
    "news, Chinese": ("news/zh_news_corpus.jsonl", "news/zh_news_questions_dev.jsonl"),
    "annual reports": ("reports/annual_report_pages.jsonl", "reports/annual_report_questions.jsonl"),
    "tables and text": ("reports/tatqa_passages.jsonl", "reports/tatqa_questions_dev.jsonl"),
}

Ask = Callable[[dict[str, Any]], Sequence[Any]]


class WordRanking:
    """The peer: BM25 over plain words (a dictionary's for Chinese), nothing else."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.lengths = []
        for number, row in enumerate(rows):
            terms = words(row["text"])
            self.lengths.append(len(terms))
            for term, times in Counter(terms).items():
                self.postings[term].append((number, times))
        self.mean = sum(self.lengths) / len(self.lengths)

    def ask(self, query: str, docs: Iterable[str] | None = None) -> list[str]:
        """The ids of the ten best."""
        allowed = None if docs is None else set(docs)
        scores: dict[int, float] = defaultdict(float)
        for term in dict.fromkeys(words(query)):
            found = self.postings.get(term, ())
            idf = math.log(1 + (len(self.lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for number, times in found:
                if allowed is None or self.rows[number].get("doc") in allowed:
                    length = 1.2 * (0.25 + 0.75 * self.lengths[number] / self.mean)
                    scores[number] += idf * times * 2.2 / (times + length)
        best = sorted(scores, key=lambda number: (-scores[number], number))[:10]
        return [self.rows[number]["id"] for number in best]


def words(text: str) -> list[str]:
    """Words as a dictionary parts them, in lower case."""
    import rjieba

    return [word for word in rjieba.cut(text.lower()) if re.search(r"\w", word)]


def measure(name: str, questions: Sequence[dict[str, Any]], ask: Ask) -> None:
    """Print one line: recall and reciprocal rank at ten, median and 95th percentile of the time."""
    times, found, reciprocal = [], 0, 0.0
    for question in questions:
        started = time.perf_counter()
        ids = list(ask(question))
        times.append(time.perf_counter() - started)
        rank = next((place for place, hit in enumerate(ids, 1) if hit in question["gold"]), 0)
        found += rank > 0
        reciprocal += 1 / rank if rank else 0
    times.sort()
    count = len(questions)
    print(
        f"  {name:36} R@10 {found / count:.3f}  MRR {reciprocal / count:.3f}"
        f"  p50 {times[count // 2] * 1000:6.1f} ms  p95 {times[int(count * 0.95)] * 1000:6.1f} ms",
        flush=True,
    )


def main() -> None:
    """Every set on both databases."""
    if not DATA.exists():
        print(f"  skipped: the shared data are not at {DATA} (set BONAFIDE_DATA)")
        return
    who = viewer()
    for name, (corpus, asked) in SETS.items():
        questions = records(asked)
        scoped = "docs" in questions[0]
        print(f"{name}: {len(questions)} questions")
        peer = WordRanking(records(corpus))
        measure("plain word BM25", questions, lambda q, peer=peer: peer.ask(q["query"]))
        if scoped:
            measure(
                "plain word BM25, scoped", questions, lambda q, peer=peer: peer.ask(q["query"], q["docs"])
            )
        for kind in sys.argv[1:] or ("sqlite", "postgres"):
            with libraries(kind) as library:
                library.add_many(documents(corpus))

                def ask(
                    question: dict[str, Any], docs: Any = None, library: Any = library
                ) -> list[str | None]:
                    return [
                        hit.external_id
                        for hit in library.search(question["query"], viewer=who, parts_of=docs)
                    ]

                measure(f"Bonafide on {kind}", questions, ask)
                if scoped:
                    measure(f"Bonafide on {kind}, scoped", questions, lambda q, ask=ask: ask(q, q["docs"]))


if __name__ == "__main__":
    main()
