"""Gateway and worker are killed at random: each question is answered once, on both databases."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from store.engine import Databases, reading
from store.inbox import Inbox
from store.outbox import Outbox

SCRIPT = Path(__file__).parent / "house_process.py"
QUESTIONS = 60


def question(number: int) -> dict[str, Any]:
    """A question in a channel, a ts of its own each."""
    event = {
        "type": "message",
        "channel": f"C{number % 3}",
        "ts": f"1700000000.{number:06d}",
        "text": str(number),
    }
    return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}


def test_every_question_is_answered_once_whoever_is_killed(
    databases: Databases, slack: Any, victims: Any, tmp_path: Path
) -> None:
    events, home = tmp_path / "events", tmp_path
    events.mkdir()
    slack.faults.drop, slack.faults.limited = 0.05, 0.03
    url = databases.write.url.render_as_string(hide_password=False).replace("+pysqlite", "")
    for role in ("gateway", "worker"):
        victims.start(SCRIPT, role, str(home), url, slack.url, str(events))
    asked = 0
    begun = time.monotonic()

    def answered() -> bool:
        nonlocal asked
        while asked < QUESTIONS and time.monotonic() - begun > asked * 0.2:
            path = events / f"{asked:03d}.json"
            path.with_suffix(".new").write_text(json.dumps(question(asked)))
            path.with_suffix(".new").rename(path)
            asked += 1
        if asked < QUESTIONS:
            return False
        with reading(databases.read) as connection:
            sent = Outbox(connection).counts()["sent"]
        return sent >= QUESTIONS and Inbox(databases.inbox).counts()["done"] == QUESTIONS

    victims.torment(answered, shortest=1.5, longest=4.0, patience=150)
    said = Counter(message["text"] for message in slack.messages)
    assert said == Counter(str(number) for number in range(QUESTIONS)), victims.said()
    assert Inbox(databases.inbox).counts() == {"new": 0, "queued": 0, "done": QUESTIONS, "failed": 0}
    assert victims.deaths >= 2
