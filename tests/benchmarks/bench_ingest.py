"""Articles a second into the library, on both databases: `python tests/benchmarks/bench_ingest.py`."""

from __future__ import annotations

import sys
import time

from libraries import DATA, documents, libraries


def main() -> None:
    """The Chinese news, in and once more."""
    if not DATA.exists():
        print(f"  skipped: the shared data are not at {DATA} (set BONAFIDE_DATA)")
        return
    news = documents("news/zh_news_corpus.jsonl")
    for kind in sys.argv[1:] or ("sqlite", "postgres"):
        with libraries(kind) as library:
            for what in ("new", "unchanged"):
                started = time.perf_counter()
                results = library.add_many(news)
                rate = len(results) / (time.perf_counter() - started)
                print(f"  {kind:9} {len(results):,} articles, {what}: {rate:,.0f} a second", flush=True)


if __name__ == "__main__":
    main()
