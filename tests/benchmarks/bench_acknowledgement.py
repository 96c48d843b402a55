"""How long the inbox takes to write an arrival down while a bulk writer fills the main database.

Prints p50 and p99 in milliseconds: alone, beside the writer, and with ten threads receiving at once. On
PostgreSQL when BONAFIDE_TEST_DATABASE_URL names an empty database.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from store.engine import open_databases
from store.inbox import Inbox
from store.migrate import upgrade

ARRIVALS = 600
PER_SECOND = 50

WRITER = """
import sys, time
from sqlalchemy import text
from store.engine import open_databases, unit_of_work
databases = open_databases(sys.argv[1])
with unit_of_work(databases.write) as connection:
    connection.execute(text("CREATE TABLE IF NOT EXISTS ballast (line TEXT)"))
print("writing", flush=True)
row = {"line": "x" * 1000}
while True:
    with unit_of_work(databases.write) as connection:
        connection.execute(text("INSERT INTO ballast VALUES (:line)"), [row] * 500)
"""


def event(number: int) -> dict[str, object]:
    """A mention of about half a kilobyte."""
    said = {"type": "app_mention", "channel": "C1", "ts": f"1.{number}", "text": "华兴贸易的信用等级？ " * 20}
    return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": said}


def measure(inbox: Inbox, first: int, *, threads: int) -> list[float]:
    """Milliseconds of each receive, at PER_SECOND in all."""
    clock = lambda: datetime.now(UTC)  # noqa: E731 - a clock is a function
    begun = time.perf_counter()

    def receive(number: int) -> float:
        due = begun + (number - first) / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        start = time.perf_counter()
        inbox.accept(event(number), clock)
        return (time.perf_counter() - start) * 1000

    with ThreadPoolExecutor(threads) as pool:
        return sorted(pool.map(receive, range(first, first + ARRIVALS)))


def show(name: str, times: list[float]) -> None:
    """One line of figures."""
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"{name:<44} p50 {p50:6.2f} ms   p99 {p99:7.2f} ms   max {times[-1]:7.2f} ms")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("BONAFIDE_TEST_DATABASE_URL") or f"sqlite:///{Path(folder) / 'bonafide.sqlite'}"
        databases = open_databases(url)
        upgrade(databases)
        inbox = Inbox(databases.inbox)
        print(f"{databases.dialect}, {ARRIVALS} arrivals at {PER_SECOND}/s")
        show("alone, one thread", measure(inbox, 0, threads=1))
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            show("beside a bulk writer of 1 KB rows, one thread", measure(inbox, ARRIVALS, threads=1))
            show("beside it, ten threads", measure(inbox, 2 * ARRIVALS, threads=10))
        finally:
            writer.kill()
            writer.communicate()
        databases.close()


if __name__ == "__main__":
    main()
