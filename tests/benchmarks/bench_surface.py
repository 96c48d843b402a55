"""How fast the surface is: `--help`, acknowledgement under load, time to an answer, the demo's start and memory.

Run by hand or by `make bench`; prints figures and asserts none. The acknowledgement is measured where Slack measures
it, at the workspace: from sending an envelope to receiving its acknowledgement, over a real socket to the real
gateway, while 20 events a second arrive for a minute, two people at a time wait for answers and an ingest of news
runs into the same data folder.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from bot.workspace import Remote

PROGRAM = [sys.executable, "-m", "bot.cli"]
SECONDS, RATE = 60, 20
ASKED = {"U01RISK": "沂磐重工付款怎么样？", "U01COMPL": "How does Nordhafen pay?"}
DATA = Path(os.environ.get("BONAFIDE_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


def measure_help() -> None:
    times = []
    for _ in range(10):
        began = time.perf_counter()
        subprocess.run(
            [Path(sys.executable).with_name("bonafide"), "--help"], capture_output=True, check=True
        )
        times.append(time.perf_counter() - began)
    print(f"bonafide --help          median {statistics.median(times):.3f} s, worst {max(times):.3f} s")


class Demo:
    """A demo in a folder of its own, and the processes below it."""

    def __init__(self, home: Path) -> None:
        self.environment = {**os.environ, "BONAFIDE_HOME": str(home)}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [*PROGRAM, "demo", "--no-browser", "--port", "0"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.url = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"is ready: (http://\S+)", line):
                self.url = found[1]
                break
        self.start = time.perf_counter() - began
        self.home = next((home / "demo").iterdir())
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def memory(self) -> dict[str, float]:
        """Resident megabytes by process (the proportional set size where the system tells it)."""
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            name = next(
                (word for word in ("workspace", "gateway", "worker") if word in " ".join(child.cmdline())),
                "?",
            )
            found[name] = child.memory_full_info().uss / 1e6
        return found

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure_acknowledgement(demo: Demo) -> None:
    people = Remote(demo.url)
    stop = threading.Event()
    answers: list[float] = []

    def wait_for_answers(user: str) -> None:
        # In a thread of a channel, so that looking for the answer stays cheap for the workspace.
        while not stop.is_set():
            began = time.perf_counter()
            said = people.say(user, "#risk", f"@Bonafide {ASKED[user]}")
            while not stop.is_set():
                if people.replies(user, said):
                    answers.append(time.perf_counter() - began)
                    break
                time.sleep(0.1)

    ingest = None
    corpus = DATA / "news" / "zh_news_corpus.jsonl"
    if corpus.is_file():
        environment = demo.environment | {"BONAFIDE_HOME": str(demo.home)}
        ingest = subprocess.Popen(
            [*PROGRAM, "ingest", str(corpus)], env=environment, stdout=subprocess.DEVNULL
        )
    waiters = [threading.Thread(target=wait_for_answers, args=(user,)) for user in ("U01RISK", "U01COMPL")]
    for waiter in waiters:
        waiter.start()
    began = time.perf_counter()
    for number in range(SECONDS * RATE):
        time.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        # Talk in a thread: written down like everything that may be meant for the bot, answered by nobody.
        people.do("event", event=follow_up(number))
    time.sleep(2)
    stop.set()
    for waiter in waiters:
        waiter.join()
    taken = [
        attempt["milliseconds"]
        for record in people.deliveries()
        for attempt in record["attempts"]
        if attempt["outcome"] == "acknowledged"
    ]
    note = "with an ingest of 11,000 articles" if ingest else f"WITHOUT an ingest: no {corpus}"
    print(
        f"acknowledgement ({note}) of {len(taken)} envelopes: "
        f"p50 {percentile(taken, 0.5):.1f} ms, p99 {percentile(taken, 0.99):.1f} ms, worst {max(taken):.1f} ms"
    )
    if answers:
        print(f"answers meanwhile        {len(answers)}: p50 {percentile(answers, 0.5):.2f} s")
    if ingest is not None:
        ingest.terminate()
        ingest.wait()


def follow_up(number: int) -> dict[str, str]:
    ts = f"{1_700_000_000 + number}.000100"
    return {
        "type": "message",
        "channel": "C01SALES",
        "channel_type": "channel",
        "user": "U01SALES",
        "text": f"note {number}",
        "ts": ts,
        "event_ts": ts,
        "thread_ts": "1700000000.000000",
    }


def main() -> None:
    measure_help()
    with tempfile.TemporaryDirectory(prefix="bonafide-bench-") as folder:
        demo = Demo(Path(folder))
        print(f"demo ready after         {demo.start:.1f} s (portfolio loaded, three processes)")
        measure_acknowledgement(demo)
        memory = demo.memory()
        both = memory.get("gateway", 0) + memory.get("worker", 0)
        print(
            f"memory, gateway + worker {both:.0f} MB {json.dumps({key: round(value) for key, value in memory.items()})}"
        )
        demo.stop()


if __name__ == "__main__":
    main()
