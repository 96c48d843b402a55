"""Alert messages in the outbox: posted once a place, drawn again everywhere, and a storm is one change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from bot.slack.alerting import AlertBoard
from bot.slack.places import Spot
from bot.slack.views.alert import AlertCard
from store.clock import Clock
from store.engine import Databases, unit_of_work
from store.identity import new_id
from store.outbox import Outbox
from store.schema.delivery import outbox

RISK_CHANNEL = Spot("T01", "C01RISK", "zh")
MARIA = Spot("T01", "U01COMPL", "en", True, "#compliance", "slack_alerts.because.members")
CARD = AlertCard("A-7", "high", "open", "恒岳科技", "C-1001", "新增失信被执行人", "额度仍在使用")


@dataclass
class Record:
    """The record of one alert, as the board reads it."""

    alert_id: UUID = field(default_factory=new_id)
    card: AlertCard = CARD

    def read(self, _connection: Connection, alert_id: UUID, _language: str) -> AlertCard:
        assert alert_id == self.alert_id
        return self.card


@dataclass
class Stand:
    """A board on a database, and the record that it draws from."""

    databases: Databases
    clock: Clock
    record: Record = field(default_factory=Record)

    def __post_init__(self) -> None:
        self.board = AlertBoard(self.record.read, clock=self.clock)

    def show(self, *spots: Spot, again: str = "") -> None:
        for spot in spots:
            with unit_of_work(self.databases.write) as connection:
                self.board.show(connection, self.record.alert_id, spot, again=again)

    def change(self, **values: Any) -> int:
        """Something happens to the alert; how many messages came out differently."""
        self.record.card = replace(self.record.card, **values)
        with unit_of_work(self.databases.write) as connection:
            return self.board.redraw(connection, self.record.alert_id)

    def sent(self, now: datetime) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Send what is due as the sender does; (channel, method, payload)."""
        for channel in ("C01RISK", "U01COMPL"):
            while True:
                with unit_of_work(self.databases.write) as connection:
                    box = Outbox(connection)
                    message = box.claim_next("T01", channel, now=now, until=now + timedelta(seconds=20))
                    if message is None:
                        break
                    box.mark_sent(message, f"{message.position}.0", now=now)
                yield channel, message.method, message.payload

    def rows(self) -> list[Any]:
        with unit_of_work(self.databases.write) as connection:
            return list(connection.execute(select(outbox).order_by(outbox.c.id)))


@pytest.fixture
def stand(databases: Databases, clock: Clock) -> Stand:
    return Stand(databases, clock)


def told(payload: dict[str, Any]) -> str:
    """All words of a message."""
    return str(payload["blocks"])


def test_an_alert_is_posted_once_in_each_place_in_its_language(stand: Stand, clock: Clock) -> None:
    stand.show(RISK_CHANNEL, MARIA, RISK_CHANNEL)
    messages = list(stand.sent(clock()))
    assert [(channel, method) for channel, method, _ in messages] == [
        ("C01RISK", "chat.postMessage"),
        ("U01COMPL", "chat.postMessage"),
    ]
    (_, _, channel), (_, _, person) = messages
    assert "确认收到" in told(channel) and "Acknowledge" in told(person)
    # Who gets it instead of the channel is told why; the channel is not.
    assert "#compliance is no place for alerts, because somebody in it" in told(person)
    assert "#compliance" not in told(channel)
    assert channel["unfurl_links"] is False


def test_every_message_is_drawn_again_and_only_where_something_changed(stand: Stand, clock: Clock) -> None:
    stand.show(RISK_CHANNEL, MARIA)
    list(stand.sent(clock()))
    assert stand.change() == 0
    assert stand.change(state="acknowledged", by="林国栋", at=clock()) == 2
    messages = list(stand.sent(clock()))
    assert [(channel, method) for channel, method, _ in messages] == [
        ("C01RISK", "chat.update"),
        ("U01COMPL", "chat.update"),
    ]
    for _, _, payload in messages:
        assert "alert_acknowledge" not in told(payload) and "林国栋" in told(payload)
        assert payload["update_of"].startswith("alert:")
    # The reason for the place stays with the message.
    assert "#compliance" in told(messages[1][2])


def test_a_storm_of_items_is_one_change_of_each_message(stand: Stand, clock: Clock) -> None:
    stand.show(RISK_CHANNEL)
    list(stand.sent(clock()))
    for number in range(2, 200):
        stand.change(items=number)
    assert len(stand.rows()) == 2
    ((_, method, payload),) = stand.sent(clock())
    assert method == "chat.update" and "199 条信息" in told(payload)
    # What is under way is not touched: the next change is a drawing of its own.
    stand.change(items=200)
    ((_, _, payload),) = stand.sent(clock())
    assert "200 条信息" in told(payload)


def test_a_change_before_the_message_left_comes_after_it(stand: Stand, clock: Clock) -> None:
    stand.show(RISK_CHANNEL)
    stand.change(items=5)
    methods = [method for _, method, _ in stand.sent(clock())]
    assert methods == ["chat.postMessage", "chat.update"]


def test_a_reminder_stands_once_in_the_thread_of_every_message(stand: Stand, clock: Clock) -> None:
    stand.show(RISK_CHANNEL, MARIA)
    for _ in range(2):
        with unit_of_work(stand.databases.write) as connection:
            stand.board.remark(
                connection,
                stand.record.alert_id,
                "remind:1",
                lambda phrases: phrases.say("slack_alerts.remind.again", code="A-7", age="2 h"),
            )
    replies = [payload for _, _, payload in stand.sent(clock()) if "thread_of" in payload]
    assert [payload["text"][:3] for payload in replies] == ["A-7", "A-7"]
    assert "尚无人确认" in replies[0]["text"] and "nobody has acknowledged" in replies[1]["text"]


def test_who_asks_to_see_it_again_gets_it_once_more_and_both_are_drawn(stand: Stand, clock: Clock) -> None:
    stand.show(MARIA)
    stand.show(MARIA, again="arrival-1")
    stand.show(MARIA, again="arrival-1")
    assert len(list(stand.sent(clock()))) == 2
    assert stand.change(state="closed", by="林国栋", reason="no_action") == 2
