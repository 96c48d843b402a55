"""How long a report takes and how large it is: an ordinary check, and one with 400 sources and 144 findings.

Run: python tests/benchmarks/bench_reports.py
"""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.reports.service import Reports

SAMPLE = Path(__file__).parents[1] / "reports" / "sample.zh.json"


def main() -> None:
    """Print milliseconds and kilobytes of each document."""
    reports = Reports()
    ordinary = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for name, check in (("ordinary check", ordinary), ("400 sources, 144 findings", swollen(ordinary))):
        for form, render in (
            ("page", lambda: reports.render_html(check, "zh").encode()),  # noqa: B023
            ("PDF", lambda: reports.render_pdf(check, "zh")),  # noqa: B023
            ("picture", lambda: reports.render_picture("owners", check, "zh")),  # noqa: B023
        ):
            first, p50, size = timed(render)
            print(f"{name}, {form}: first {first:.0f} ms, then p50 {p50:.0f} ms, {size / 1024:.0f} KB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at its highest: {peak:.0f} MB")


def swollen(check: dict[str, Any]) -> dict[str, Any]:
    """The same check with many more sources and findings."""
    evidence = check["evidence"]
    many = [
        evidence[place % len(evidence)] | {"id": f"e{place + 1}", "ref": f"x-{place}"} for place in range(400)
    ]
    sections = [
        section
        | {
            "findings": [
                section["findings"][place % len(section["findings"])]
                | {"evidence": [f"e{(place * 17 + number * 5) % 400 + 1}" for number in range(4)]}
                for place in range(24)
            ]
        }
        for section in check["sections"]
    ]
    return check | {"evidence": many, "sections": sections}


def timed(render: Callable[[], bytes | None], rounds: int = 5) -> tuple[float, float, int]:
    """The first time, the median of the others, and the size."""
    times, size = [], 0
    for _ in range(rounds + 1):
        begun = time.perf_counter()
        size = len(render() or b"")
        times.append((time.perf_counter() - begun) * 1000)
    return times[0], statistics.median(times[1:]), size


if __name__ == "__main__":
    main()
