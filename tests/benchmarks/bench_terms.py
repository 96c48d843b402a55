"""Recall and speed of the tokeniser under a plain BM25, on the shared real data. Run by hand:

python tests/benchmarks/bench_terms.py
"""

from __future__ import annotations

import json
import math
import os
import time
from collections import Counter, defaultdict
from pathlib import Path

from knowledge.passages.terms import TERMS_VERSION, index_terms, query_weights

DATA = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data"))
SETS = {
    "news zh": ("news/zh_news_corpus.jsonl", "news/zh_news_questions_dev.jsonl", "zh"),
    "annual reports en": ("reports/annual_report_pages.jsonl", "reports/annual_report_questions.jsonl", "en"),
    "tables and text en": ("reports/tatqa_passages.jsonl", "reports/tatqa_questions_dev.jsonl", "en"),
}


class Ranking:
    """BM25 over posting lists in memory: idf = ln(1 + (N - df + 0.5) / (df + 0.5))."""

    def __init__(self, documents: list[list[str]]) -> None:
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.lengths = [len(terms) for terms in documents]
        for number, terms in enumerate(documents):
            for term, times in Counter(terms).items():
                self.postings[term].append((number, times))

    def best(self, weights: dict[str, float], *, k1: float, b: float, count: int) -> list[int]:
        mean = sum(self.lengths) / len(self.lengths)
        scores: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            rows = self.postings.get(term, ())
            idf = math.log(1 + (len(self.lengths) - len(rows) + 0.5) / (len(rows) + 0.5))
            for number, times in rows:
                share = times + k1 * (1 - b + b * self.lengths[number] / mean)
                scores[number] += weight * idf * times * (k1 + 1) / share
        return sorted(scores, key=lambda number: (-scores[number], number))[:count]


def records(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(name: str, *, settings=((1.2, 0.75), (0.8, 0.6), (0.6, 0.6), (0.4, 0.5))) -> None:
    corpus_file, questions_file, language = SETS[name]
    corpus, questions = records(corpus_file), records(questions_file)
    started = time.perf_counter()
    documents = [index_terms(row["text"]) for row in corpus]
    spent = time.perf_counter() - started
    ranking = Ranking(documents)
    ids = [row["id"] for row in corpus]
    speed, length = len(corpus) / spent, sum(map(len, documents)) / len(corpus)
    print(
        f"{name}: {len(corpus)} documents, {speed:.0f}/s, {length:.0f} terms each, {len(questions)} questions"
    )
    asked = [(query_weights(row["query"], language), set(row["gold"])) for row in questions]
    for k1, b in settings:
        found = reciprocal = at_twenty = 0.0
        for weights, gold in asked:
            best = ranking.best(weights, k1=k1, b=b, count=20)
            rank = next((i for i, number in enumerate(best, 1) if ids[number] in gold), 0)
            found += 0 < rank <= 10
            at_twenty += rank > 0
            reciprocal += 1 / rank if 0 < rank <= 10 else 0
        n = len(asked)
        figures = f"R@10 {found / n:.3f}  R@20 {at_twenty / n:.3f}  MRR@10 {reciprocal / n:.3f}"
        print(f"  k1={k1} b={b}: {figures}")


if __name__ == "__main__":
    print("terms version", TERMS_VERSION)
    for name in SETS:
        measure(name)
