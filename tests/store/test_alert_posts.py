"""Where an alert is shown, and a message that nobody has tried to send yet gets newer words."""

from __future__ import annotations

from datetime import timedelta

from store.alert_posts import AlertPosts
from store.engine import unit_of_work
from store.identity import new_id
from store.outbox import Outbox


def test_an_alert_knows_its_messages_and_what_was_drawn_there(databases) -> None:
    alert, other = new_id(), new_id()
    with unit_of_work(databases.write) as connection:
        posts = AlertPosts(connection)
        for channel, person in (("C01RISK", False), ("U01COMPL", True)):
            posts.add(
                alert,
                "T01",
                channel,
                is_person=person,
                language="zh",
                key=f"alert:{alert}:{channel}",
                drawn="a",
            )
        posts.add(other, "T01", "C01RISK", is_person=False, language="zh", key="alert:other", drawn="a")
        (channel, person) = posts.of(alert, hold=True)
        posts.mark_drawn(channel, "b", key=f"alert:{alert}:C01RISK:2")
        (channel, person) = posts.of(alert)
    assert (channel.channel, channel.drawn, channel.drawings, channel.is_person) == ("C01RISK", "b", 2, False)
    assert channel.drawing_key != channel.message_key == f"alert:{alert}:C01RISK"
    assert (person.channel, person.drawn, person.drawings, person.is_person) == ("U01COMPL", "a", 1, True)


def test_words_are_rewritten_as_long_as_nobody_tries_to_send_them(databases, clock) -> None:
    now = clock()
    with unit_of_work(databases.write) as connection:
        outbox = Outbox(connection)
        outbox.put("k", "T01", "C01RISK", "chat.update", {"text": "1 item"}, now=now)
        assert outbox.rewrite("k", {"text": "2 items"})
        assert not outbox.rewrite("unknown", {"text": "x"})
        message = outbox.claim_next("T01", "C01RISK", now=now, until=now + timedelta(seconds=20))
        assert message is not None and message.payload == {"text": "2 items"}
        assert not outbox.rewrite("k", {"text": "3 items"})
        # What surely did not arrive is tried again as it was: somebody may have seen the first try after all.
        outbox.mark_pending(message)
        assert not outbox.rewrite("k", {"text": "3 items"})


def test_a_message_that_shows_an_alert_is_not_forgotten(databases, clock) -> None:
    now = clock()
    with unit_of_work(databases.write) as connection:
        outbox = Outbox(connection)
        for key in ("alert:1:C01RISK", "reply:1"):
            outbox.put(key, "T01", "C01RISK", "chat.postMessage", {"text": key}, now=now)
            message = outbox.claim_next("T01", "C01RISK", now=now, until=now + timedelta(seconds=20))
            assert message is not None and outbox.mark_sent(message, "1.1", now=now)
        AlertPosts(connection).add(
            new_id(), "T01", "C01RISK", is_person=False, language="zh", key="alert:1:C01RISK", drawn="a"
        )
        assert outbox.forget(now + timedelta(days=365)) == 1
        kept = outbox.by_key("alert:1:C01RISK")
        assert kept is not None and kept.ts == "1.1"
        assert outbox.by_key("reply:1") is None
