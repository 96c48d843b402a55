"""Several writers, killed writers: numbers stay dense, nothing is half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from sqlalchemy import func, select

from store.engine import reading
from store.ledger import verify
from store.schema.history import subjects, versions
from store.schema.ledger import ledger

ROOT = Path(__file__).parents[2]

WRITER = """
    import sys
    from datetime import UTC, datetime
    from store.access import FieldClass
    from store.engine import open_databases, unit_of_work
    from store.evidence import Tier
    from store.history import History
    from store.ledger import Ledger

    address, name, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    databases = open_databases(address)
    for number in range(rounds):
        with unit_of_work(databases.write) as connection:
            book = Ledger(connection, lambda: datetime.now(UTC))
            entry = book.append(actor=name, action="import", detail={"round": number})
            for row in range(3):
                History(connection, entry).record(
                    "customers", f"{name}-{number}-{row}", {"legal_name": f"{name} {number} {row}"},
                    source="crm", tier=Tier.INTERNAL, field_class=FieldClass.PUBLIC, cause="import",
                )
        print(entry.seq, flush=True)
"""


def start_writer(databases, name, rounds):
    address = databases.write.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), address, name, str(rounds)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def totals(databases):
    with reading(databases.read) as connection:
        outcome = verify(connection)
        sequences = connection.execute(select(ledger.c.seq).order_by(ledger.c.seq)).scalars().all()
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (subjects, versions)
        ]
        codes = connection.execute(select(subjects.c.code)).scalars().all()
    return outcome, sequences, counts, codes


def test_four_writers_make_one_dense_sequence(databases):
    writers = [start_writer(databases, f"w{number}", 12) for number in range(4)]
    reported = [int(line) for writer in writers for line in writer.communicate(timeout=120)[0].split()]
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    outcome, sequences, counts, codes = totals(databases)
    assert outcome.ok
    assert sequences == sorted(reported) == list(range(1, 49))
    assert counts == [144, 144]
    assert sorted(int(code[2:]) for code in codes) == list(range(1001, 1145))


def test_a_writer_killed_at_any_moment_leaves_whole_transactions(databases):
    reported: list[int] = []
    for attempt, delay in enumerate((0.0, 0.013, 0.031, 0.057)):
        writer = start_writer(databases, f"k{attempt}", 10_000)
        assert writer.stdout is not None
        reported.append(int(writer.stdout.readline()))
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate(timeout=60)
        reported += [int(line) for line in rest.split()]
        assert writer.returncode == -signal.SIGKILL
        outcome, sequences, counts, _ = totals(databases)
        assert outcome.ok, outcome
        assert sequences == list(range(1, len(sequences) + 1))
        # Every entry with its three customers, or none of it; what was reported as committed is there.
        assert counts == [3 * len(sequences)] * 2
        assert set(reported) <= set(sequences)
