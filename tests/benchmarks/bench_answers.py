"""How long an answer takes: over a customer made by hand (no store, no search), and over the made-up portfolio.

Run: python tests/benchmarks/bench_answers.py
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bot.assembly import build
from bot.assistant.answer import Question
from bot.assistant.planning import answer_question
from bot.assistant.reading import Directories, StoreSources
from bot.assistant.standards import Standards
from bot.commands.viewing import viewer_of
from bot.demo.loading import load_portfolio
from bot.settings import Settings
from store.engine import reading

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def main() -> None:
    """Print milliseconds an answer, without and with the library."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        house = build(Settings(home=home, now=NOW))
        load_portfolio(house, home / "portfolio", today=date(2026, 11, 21))
        with (home / "portfolio" / "conversation.jsonl").open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        directories = Directories()
        for name, library in (("dossier only, no search", None), ("with the library", house.library)):
            times: list[float] = []
            for again in range(4):
                for row in rows:
                    question = Question(
                        row["id"], row["question"], viewer_of(house, row["as"], row["in"]), "", NOW
                    )
                    begun = time.perf_counter()
                    with reading(house.databases.read) as connection:
                        sources = StoreSources(connection, library, directories, now=NOW)
                        answer_question(question, sources, Standards.of(house.policy))
                    if again:
                        times.append((time.perf_counter() - begun) * 1000)
            ordered = sorted(times)
            p95 = ordered[int(len(ordered) * 0.95)]
            print(f"{name}: {len(times)} answers, p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms")
        house.databases.close()


if __name__ == "__main__":
    main()
