"""Two senders on one outbox are killed at random while replies are dropped and posts refused: each message
exactly once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox

SCRIPT = Path(__file__).parent / "sending_process.py"
MESSAGES = 300
CHANNELS = ("C1", "C2", "U7")


def test_each_of_300_messages_arrives_once_and_in_order(
    databases: Databases, slack: Any, victims: Any
) -> None:
    for number in range(MESSAGES):
        channel = CHANNELS[number % len(CHANNELS)]
        with unit_of_work(databases.write) as connection:
            Outbox(connection).put(
                f"m{number}", "T1", channel, "chat.postMessage", {"text": str(number)}, now=datetime.now(UTC)
            )
    slack.faults.drop, slack.faults.drop_before, slack.faults.limited = 0.05, 0.02, 0.03

    def all_sent() -> bool:
        with reading(databases.read) as connection:
            counts = Outbox(connection).counts()
        assert counts["failed"] + counts["unknown"] == 0
        return counts["sent"] == MESSAGES

    url = databases.write.url.render_as_string(hide_password=False)
    for name in ("first", "second"):
        victims.start(SCRIPT, url, slack.url, name)
    victims.torment(all_sent, shortest=1.5, longest=3.0, patience=240)
    for number, channel in enumerate(CHANNELS):
        arrived = [int(text) for text in slack.texts(channel.replace("U", "D"))]
        assert arrived == list(range(number, MESSAGES, len(CHANNELS))), victims.said()
    assert victims.deaths >= 2
