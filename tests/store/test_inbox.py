"""What arrives is written down once, whatever way it arrives twice."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.arrivals import ArrivalState, DeliveryUnreadable, event_keys
from store.engine import Databases, open_databases
from store.errors import StoreBusy
from store.inbox import Inbox
from store.migrate import upgrade


def mention(
    *, event: str = "Ev1", ts: str = "1700000000.000100", kind: str = "app_mention"
) -> dict[str, Any]:
    """A question in a channel, as Slack delivers it."""
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": event,
        "event": {
            "type": kind,
            "channel": "C1",
            "user": "U1",
            "ts": ts,
            "text": "<@UBOT> 华兴贸易 的信用等级？",
        },
    }


def click(*, action_ts: str = "1700000001.5", user: str = "U1") -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": user},
        "actions": [{"action_id": "acknowledge", "action_ts": action_ts, "value": "A-57"}],
    }


def submission(values: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": {"id": "V1", "hash": "h1", "state": {"values": values}},
    }


def test_a_redelivery_and_the_twin_of_a_mention_are_written_once(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    first = inbox.accept(mention(), clock)
    assert first is not None
    assert inbox.accept(mention(), clock) is None, "Slack delivered the same event again"
    twin = mention(event="Ev2", kind="message")
    assert inbox.accept(twin, clock) is None, "the message event of the same mention"
    assert inbox.accept(mention(event="Ev3", ts="1700000000.000200"), clock) is not None
    assert inbox.counts() == {"new": 2, "queued": 0, "done": 0, "failed": 0}


def test_an_edit_of_a_message_is_no_twin_of_it(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    edit = mention(event="Ev9", kind="message")
    edit["event"]["subtype"] = "message_changed"
    assert inbox.accept(mention(), clock) is not None
    assert inbox.accept(edit, clock) is not None


def test_double_clicks_commands_and_forms_have_keys_of_their_own(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    command = {"command": "/dd", "team_id": "T1", "trigger_id": "1.2.3", "text": "C-1024"}
    shortcut = {"type": "shortcut", "team": {"id": "T1"}, "trigger_id": "9.9", "callback_id": "check"}
    for body in (click(), command, shortcut, submission({"reason": "paid late"})):
        assert inbox.accept(body, clock) is not None
        assert inbox.accept(body, clock) is None
    assert inbox.accept(click(action_ts="1700000002.5"), clock) is not None
    assert inbox.accept(click(user="U2"), clock) is not None
    corrected = submission({"reason": "paid late, twice"})
    assert inbox.accept(corrected, clock) is not None, "the same form, corrected after a validation error"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "event_callback"},
        {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"},
        {"type": "event_callback", "team_id": "T1", "event_id": 7, "event": {}},
        {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "actions": []},
        {"type": "block_actions", "team": None, "user": {"id": "U1"}, "actions": [{}]},
        {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": "V1"},
        {"type": "something_new", "team_id": "T1"},
        {"command": "/dd", "team_id": "T1"},
    ],
)
def test_what_cannot_be_told_apart_is_refused_in_one_sentence(body: dict[str, Any]) -> None:
    with pytest.raises(DeliveryUnreadable) as wrong:
        event_keys(body)
    assert "\n" not in str(wrong.value)


_ids = st.text(min_size=1, max_size=400)


@given(team=_ids, event=_ids, channel=_ids, ts=_ids)
def test_keys_fit_their_column_and_are_the_same_every_time(
    team: str, event: str, channel: str, ts: str
) -> None:
    body = {"type": "event_callback", "team_id": team, "event_id": event}
    body["event"] = {"type": "message", "channel": channel, "ts": ts}
    keys = event_keys(body)
    assert keys == event_keys(body)
    assert keys.content is not None
    assert len(keys.delivery) <= 255 and len(keys.content) <= 255
    keys.delivery.encode()


@given(left=st.tuples(_ids, _ids), right=st.tuples(_ids, _ids))
def test_different_ids_never_share_a_key(left: tuple[str, str], right: tuple[str, str]) -> None:
    def key(pair: tuple[str, str]) -> str:
        body = {"type": "event_callback", "team_id": pair[0], "event_id": pair[1], "event": {"type": "x"}}
        return event_keys(body).delivery

    assert (key(left) == key(right)) == (left == right)


def test_stray_characters_are_stored_rather_than_lost(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    body = mention()
    body["event"]["text"] = "nul \x00 and half a pair \ud83d, 漢字 😀"
    identity = inbox.accept(body, clock)
    assert identity is not None
    arrival = inbox.get(identity)
    assert arrival is not None
    assert arrival.body["event"]["text"].endswith("漢字 😀")
    assert "\x00" not in arrival.body["event"]["text"]


def test_what_is_no_json_is_refused(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    body = mention()
    body["event"]["amount"] = float("nan")
    with pytest.raises(DeliveryUnreadable):
        inbox.accept(body, clock)
    assert inbox.counts()["new"] == 0


def test_twenty_threads_receiving_the_same_things_write_each_once(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    start = threading.Barrier(20)

    def receive(_: int) -> int:
        start.wait()
        bodies = [mention(event=f"Ev{n}", ts=f"1700000000.{n:06d}") for n in range(25)]
        bodies += [mention(event=f"Tw{n}", ts=f"1700000000.{n:06d}", kind="message") for n in range(25)]
        return sum(inbox.accept(body, clock) is not None for body in bodies)

    with ThreadPoolExecutor(20) as pool:
        written = sum(pool.map(receive, range(20)))
    assert written == 25
    assert inbox.counts()["new"] == 25


def test_the_life_of_an_arrival(databases: Databases, clock: Any) -> None:
    inbox = Inbox(databases.inbox)
    ids = [inbox.accept(mention(event=f"Ev{n}", ts=f"1.{n}"), clock) for n in range(3)]
    assert [arrival.id for arrival in inbox.unqueued()] == ids, "in the order of arrival"
    assert inbox.oldest_open() == clock.now
    inbox.mark_queued(str(identity) for identity in ids)
    assert inbox.unqueued() == []
    assert [arrival.id for arrival in inbox.queued()] == ids
    assert inbox.finish(str(ids[0]), clock)
    assert inbox.fail(str(ids[1]), "ValueError", clock)
    assert not inbox.finish(str(ids[1]), clock), "what failed stays failed"
    inbox.mark_queued([str(ids[0])])
    arrival = inbox.get(str(ids[0]))
    assert arrival is not None and arrival.state is ArrivalState.DONE
    assert inbox.counts() == {"new": 0, "queued": 1, "done": 1, "failed": 1}
    clock.forward(days=8)
    assert inbox.forget(clock.now - timedelta(days=7)) == 2
    assert inbox.counts() == {"new": 0, "queued": 1, "done": 0, "failed": 0}, (
        "what is open is never forgotten"
    )


def test_a_locked_or_full_inbox_is_busy_and_nothing_is_acknowledged(tmp_path: Any, clock: Any) -> None:
    databases = open_databases(f"sqlite:///{tmp_path / 'bonafide.sqlite'}", patience=0.2)
    upgrade(databases)
    inbox = Inbox(databases.inbox)
    other = sqlite3.connect(tmp_path / "inbox.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusy):
        inbox.accept(mention(), clock)
    other.execute("ROLLBACK")
    other.close()
    with databases.inbox.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = mention()
    large["event"]["text"] = "长" * 100_000
    with pytest.raises(StoreBusy):
        inbox.accept(large, clock)
    assert inbox.counts()["new"] == 0
    with databases.inbox.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    assert inbox.accept(large, clock) is not None, "delivered again when there is room"
    databases.close()


def test_the_forwarding_thread_is_woken(sqlite_databases: Databases, clock: Any) -> None:
    inbox = Inbox(sqlite_databases.inbox)
    assert not inbox.arrived.is_set()
    inbox.accept(mention(), clock)
    assert inbox.arrived.is_set()
