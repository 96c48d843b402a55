"""Recall of questions in one language over documents in the other: `python tests/benchmarks/bench_cross_language.py`.

The questions are in tests/knowledge/cross_language.jsonl; with and without the expansion of the question.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from libraries import DATA, documents, libraries, viewer

from knowledge.library import Library, NewDocument
from store.access import FieldClass

TESTS = Path(__file__).parents[1]
PORTFOLIO = TESTS.parent / "bot" / "demo" / "portfolio"
K = 5


def reports() -> Iterator[NewDocument]:
    """The six filings, each found by its name."""
    for path in sorted((DATA / "reports").glob("*.pdf")):
        yield NewDocument(
            name=path.name,
            source="filings",
            data=path.read_bytes(),
            part_of=path.name,
            field_class=FieldClass.PUBLIC,
        )


def portfolio() -> Iterator[NewDocument]:
    """The texts of the demo's made-up customers, in both languages, as they are kept; by their first customer."""
    index = [
        json.loads(line) for line in (PORTFOLIO / "documents" / "index.jsonl").read_text("utf-8").splitlines()
    ]
    for row in index:
        path = PORTFOLIO / "documents" / row["path"]
        if path.suffix in (".md", ".txt", ".eml", ".csv"):
            yield _text(path, row["title"], path.read_text("utf-8"), row["customers"][0])
    for path in sorted((PORTFOLIO / "news").glob("*.txt")):
        head, _, body = path.read_text("utf-8").partition("\n\n")
        fields = dict(line.partition(": ")[::2] for line in head.splitlines())
        yield _text(
            path, fields["title"], body, fields.get("customers", "").split(",")[0].strip() or "nobody"
        )


def _text(path: Path, title: str, text: str, customer: str) -> NewDocument:
    return NewDocument(
        name=path.name,
        source="portfolio",
        text=text,
        title=title,
        external_id=path.name,
        part_of=customer,
        field_class=FieldClass.PUBLIC,
    )


def questions() -> list[dict[str, Any]]:
    """The questions of both halves."""
    lines = (TESTS / "knowledge" / "cross_language.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def rank_of(library: Library, question: dict[str, Any], k: int = K) -> int:
    """The place of the first hit that answers, 0 when there is none among the first `k`."""
    scope = {question["scope"]} if question["scope"] else None
    hits = library.search(question["query"], viewer=viewer(), parts_of=scope, k=k)
    found = [hit.locator.get("page") if question["corpus"] == "reports" else hit.external_id for hit in hits]
    return next((place for place, name in enumerate(found, 1) if name in question["gold"]), 0)


def main() -> None:
    """Every corpus with the expansion and without it."""
    if not DATA.exists():
        print(f"  skipped: the shared data are not at {DATA} (set BONAFIDE_DATA)")
        return
    import knowledge.library as door

    expand = door.expand
    ranks: dict[tuple[str, str], list[int]] = defaultdict(list)
    corpora = {
        "reports": reports,
        "portfolio": portfolio,
        "news": lambda: documents("news/zh_news_corpus.jsonl"),
    }
    for corpus, read in corpora.items():
        asked = [question for question in questions() if question["corpus"] == corpus]
        with libraries("sqlite") as library:
            library.add_many(list(read()))
            for way, used in (("without", lambda *_, **__: ()), ("with", expand)):
                door.expand = used
                for question in asked:
                    started = time.perf_counter()
                    rank = rank_of(library, question)
                    spent = (time.perf_counter() - started) * 1000
                    ranks[(f"{question['half']} {question['id'][:2]}", way)].append(rank)
                    if way == "with" and "-v" in sys.argv:
                        print(f"    {question['id']} rank {rank}  {spent:5.1f} ms  {question['query']}")
    for (name, way), found in sorted(ranks.items()):
        print(f"  {name:12} {way:8} R@{K} {sum(map(bool, found))}/{len(found)}")


if __name__ == "__main__":
    main()
