"""Each message once, in order, whatever the network does to the replies."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.gateway.sender import Pace, Sender
from bot.slack.delivery import SlackDelivery
from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox, OutgoingMessage

QUICK = Pace(poll=0.01, mend=0.3, first=0.05, longest=0.2)


def put(
    databases: Databases, key: str, *, channel: str = "C1", method: str = "chat.postMessage", **payload: Any
) -> None:
    payload = payload or {"text": key}
    with unit_of_work(databases.write) as connection:
        Outbox(connection).put(key, "T1", channel, method, payload, now=datetime.now(UTC))


def state(databases: Databases, key: str) -> OutgoingMessage:
    with reading(databases.read) as connection:
        message = Outbox(connection).by_key(key)
    assert message is not None
    return message


@pytest.fixture
def sender(databases: Databases, slack: Any) -> Sender:
    return Sender(
        databases.write, databases.read, SlackDelivery("xoxb-1", base_url=slack.url, timeout=0.4), pace=QUICK
    )


def test_a_message_goes_out_once_with_an_opaque_id(databases: Databases, slack: Any, sender: Sender) -> None:
    put(databases, "answer:1", text="华兴贸易: B+", blocks=[{"type": "divider"}], thread_ts="1.1")
    assert sender.send_due() == 1
    assert sender.send_due() == 0
    (message,) = slack.messages
    sent = state(databases, "answer:1")
    assert (sent.state, sent.ts) == ("sent", message["ts"])
    assert message["metadata"] == {
        "event_type": "bonafide_message",
        "event_payload": {"outbox_id": str(sent.id)},
    }


@pytest.mark.parametrize(
    "ill",
    [
        {"accept": True, "drop": True},
        {"accept": True, "hang": 0.7},
        {"accept": True, "status": 500, "body": "<html>oops</html>"},
        {"accept": True, "status": 200, "body": '{"ok": tru'},
        {"accept": True, "status": 200, "body": "[]"},
        {"accept": True, "status": 200, "body": {"ok": False, "error": "fatal_error"}},
        {"accept": True, "status": 200, "body": {"ok": True}},
    ],
)
def test_a_message_whose_reply_was_lost_is_found_and_not_sent_again(
    databases: Databases, slack: Any, sender: Sender, ill: dict[str, Any], settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", ill)
    put(databases, "one")
    put(databases, "two")
    settle(sender)
    assert slack.texts() == ["one", "two"]
    assert state(databases, "one").ts == slack.messages[0]["ts"]


@pytest.mark.parametrize(
    "ill",
    [
        {"drop": True},
        {"hang": 0.7, "drop": True},
        {"status": 503, "body": "upstream"},
        {"status": 500, "body": {}},
    ],
)
def test_a_message_that_never_arrived_goes_out_again(
    databases: Databases, slack: Any, sender: Sender, ill: dict[str, Any], settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", ill, ill)
    put(databases, "one")
    put(databases, "two")
    settle(sender)
    assert slack.texts() == ["one", "two"]
    assert state(databases, "one").attempts == 3


def test_it_is_found_in_its_thread_and_behind_many_others(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"accept": True, "drop": True})
    put(databases, "one", text="one", thread_ts="1700000000.1")
    sender.send_due()
    assert state(databases, "one").state == "sending"
    for number in range(7):
        slack.messages.append(
            {
                "channel": "C1",
                "text": f"chatter {number}",
                "thread_ts": "1700000000.1",
                "ts": f"{time.time():.6f}",
            }
        )
    settle(sender)
    assert slack.texts().count("one") == 1
    assert [name for name, _ in slack.calls].count("conversations.replies") == 3, "page by page"


def test_small_pages_do_not_hide_it_behind_a_busy_channel(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"accept": True, "drop": True})
    for number in range(200):  # three a page, all within the seconds that the search looks back
        slack.messages.append({"channel": "C1", "text": f"chatter {number}", "ts": f"{time.time():.6f}"})
    put(databases, "one", text="one")
    sender.send_due()
    slack.messages.insert(0, slack.messages.pop())  # Slack's clock ran behind: ours is the oldest of them
    settle(sender, patience=30)
    assert state(databases, "one").state == "sent"
    assert slack.texts().count("one") == 1


def test_nobody_looks_before_the_post_can_have_arrived(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"accept": True, "drop": True})
    put(databases, "one")
    began = time.monotonic()
    looked = [name for name, _ in slack.calls]
    settle(sender)
    looked = [name for name, _ in slack.calls]
    assert looked == ["chat.postMessage", "conversations.history"]
    assert time.monotonic() - began > 0.4


def test_without_a_history_nothing_is_sent_again_and_the_channel_goes_on(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"accept": True, "drop": True})
    refusal = {"ok": False, "error": "missing_scope", "needed": "channels:history"}
    slack.script("conversations.history", {"body": refusal})
    put(databases, "one")
    put(databases, "two")
    settle(sender)
    assert slack.texts() == ["one", "two"]
    lost = state(databases, "one")
    assert lost.state == "unknown" and "channels:history" in str(lost.error)


def test_a_history_that_is_ill_is_asked_again(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"accept": True, "drop": True})
    limited = {
        "status": 429,
        "headers": {"Retry-After": "0.2"},
        "body": {"ok": False, "error": "ratelimited"},
    }
    slack.script("conversations.history", {"status": 502, "body": "bad gateway"}, limited, {"drop": True})
    put(databases, "one")
    settle(sender)
    assert slack.texts() == ["one"]
    assert state(databases, "one").state == "sent"


def test_retry_after_holds_its_channel_alone(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    limited = {"status": 429, "headers": {"Retry-After": "1"}, "body": {"ok": False, "error": "ratelimited"}}
    slack.script("chat.postMessage", limited)
    put(databases, "one")
    sender.send_due()
    put(databases, "two")
    put(databases, "elsewhere", channel="C2")
    held = state(databases, "one")
    assert held.state == "pending" and held.not_before is not None
    assert timedelta(seconds=0.5) < held.not_before - datetime.now(UTC) <= timedelta(seconds=1)
    sender.send_due()
    assert (slack.texts("C1"), slack.texts("C2")) == ([], ["elsewhere"])
    settle(sender)
    assert slack.texts("C1") == ["one", "two"]


def test_a_refusal_for_good_is_kept_with_its_reason(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"body": {"ok": False, "error": "is_archived"}})
    put(databases, "one")
    put(databases, "two")
    settle(sender)
    assert slack.texts() == ["two"]
    failed = state(databases, "one")
    assert (failed.state, failed.error, failed.attempts) == ("failed", "is_archived", 1)


def test_a_revoked_token_keeps_the_messages_until_it_is_mended(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    revoked = {"body": {"ok": False, "error": "token_revoked"}}
    slack.script("chat.postMessage", revoked, revoked)
    put(databases, "one")
    sender.send_due()
    assert (state(databases, "one").state, state(databases, "one").error) == ("pending", "token_revoked")
    settle(sender)
    assert slack.texts() == ["one"]


def test_a_message_that_waited_a_day_is_given_up(databases: Databases, slack: Any) -> None:
    poster = SlackDelivery("xoxb-1", base_url=slack.url, timeout=0.4)
    impatient = Sender(databases.write, databases.read, poster, pace=Pace(patience=0.0))
    slack.script("chat.postMessage", {"body": {"ok": False, "error": "invalid_auth"}})
    put(databases, "one")
    impatient.send_due()
    assert state(databases, "one").state == "failed"


def test_a_house_whose_clock_is_stopped_gives_nothing_up(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"status": 503}, {"status": 503})
    with unit_of_work(databases.write) as connection:
        Outbox(connection).put(
            "one", "T1", "C1", "chat.postMessage", {"text": "one"}, now=datetime.now(UTC) - timedelta(days=7)
        )
    settle(sender)
    assert state(databases, "one").state == "sent"


def test_blocks_that_slack_refuses_become_plain_text(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    said = {"messages": ["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text]"]}
    slack.script(
        "chat.postMessage", {"body": {"ok": False, "error": "invalid_blocks", "response_metadata": said}}
    )
    put(databases, "one", text="plain", blocks=[{"type": "section"}])
    settle(sender)
    assert slack.texts() == ["plain"]
    assert "blocks" not in slack.messages[0]
    sent = state(databases, "one")
    assert (
        sent.state == "sent"
        and str(sent.error).startswith("invalid_blocks")
        and "plain text" in str(sent.error)
    )


def test_when_slack_is_away_nothing_is_looked_for(databases: Databases) -> None:
    away = SlackDelivery("xoxb-1", base_url="http://127.0.0.1:9/api/", timeout=0.4)
    sender = Sender(databases.write, databases.read, away, pace=QUICK)
    put(databases, "one")
    sender.send_due()
    waiting = state(databases, "one")
    assert waiting.state == "pending" and "no connection" in str(waiting.error)


def test_a_direct_message_is_opened_once_and_found_there(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.postMessage", {"accept": True, "drop": True})
    put(databases, "one", channel="U42")
    put(databases, "two", channel="U42")
    settle(sender)
    assert slack.texts("D42") == ["one", "two"]
    assert [name for name, _ in slack.calls].count("conversations.open") == 1


def test_an_update_is_repeated_and_a_private_note_is_not(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    slack.script("chat.update", {"drop": True})
    slack.script("chat.postEphemeral", {"drop": True})
    put(databases, "card", method="chat.update", text="acknowledged", ts="1.1")
    put(databases, "note", method="chat.postEphemeral", channel="C2", text="for you alone", user="U1")
    settle(sender)
    assert [name for name, _ in slack.calls].count("chat.update") == 2
    assert [name for name, _ in slack.calls].count("chat.postEphemeral") == 1
    assert (state(databases, "card").state, state(databases, "note").state) == ("sent", "unknown")


def test_a_message_is_changed_by_the_key_under_which_it_was_put(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    put(databases, "alert:57", text="new")
    put(databases, "alert:57:2", method="chat.update", text="acknowledged", update_of="alert:57")
    put(databases, "reply", text="details", thread_of="alert:57")
    slack.script("chat.postMessage", {"accept": True}, {"accept": True, "drop": True})
    put(databases, "orphan", method="chat.update", text="?", update_of="never put")
    settle(sender)
    ts = state(databases, "alert:57").ts
    (update,) = [given for name, given in slack.calls if name == "chat.update"]
    assert update["ts"] == ts and "update_of" not in update
    assert slack.messages[1]["thread_ts"] == ts
    assert state(databases, "orphan").state == "failed"


def test_a_response_url_is_used_once(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    put(databases, "private", method="response_url", response_url=slack.url + "hook", text="in private")
    put(
        databases, "strange", method="response_url", channel="C2", response_url="file:///etc/passwd", text="x"
    )
    settle(sender)
    assert slack.calls == [("hook", {"text": "in private"})]
    assert (state(databases, "private").state, state(databases, "strange").state) == ("sent", "failed")


def test_a_sender_that_was_held_up_does_not_post(databases: Databases, slack: Any) -> None:
    """Frozen between the claim and the post for longer than its lease, a sender leaves the message to
    others.
    """
    calls = 0

    def now() -> datetime:
        nonlocal calls
        calls += 1
        # The first two are the look and the claim; then the machine slept for a minute.
        return datetime.now(UTC) + timedelta(seconds=0 if calls <= 2 else 60)

    sender = Sender(
        databases.write,
        databases.read,
        SlackDelivery("xoxb-1", base_url=slack.url, timeout=0.4),
        pace=QUICK,
        now=now,
    )
    put(databases, "one")
    sender.send_due()
    assert slack.messages == []
    assert state(databases, "one").state == "pending"


def test_a_change_that_a_later_one_has_overtaken_is_not_sent(
    databases: Databases, slack: Any, sender: Sender, settle: Callable[..., None]
) -> None:
    put(databases, "plan", text="0/6")
    now = datetime.now(UTC)
    with unit_of_work(databases.write) as connection:
        for number, key in enumerate("abc", start=1):
            payload, due = {"text": key, "update_of": "plan"}, now + timedelta(seconds=0.5 * number)
            Outbox(connection).put(key, "T1", "C1", "chat.update", payload, now=now, not_before=due)
    settle(sender)
    updates = [given["text"] for method, given in slack.calls if method == "chat.update"]
    assert updates == ["a", "b", "c"]
    with unit_of_work(databases.write) as connection:
        for key in ("e", "f", "g"):
            Outbox(connection).put(
                key, "T1", "C1", "chat.update", {"text": key, "update_of": "plan"}, now=now
            )
    settle(sender)
    updates = [given["text"] for method, given in slack.calls if method == "chat.update"]
    assert updates == ["a", "b", "c", "g"]
    assert {state(databases, key).state for key in "abcefg"} == {"sent"}
