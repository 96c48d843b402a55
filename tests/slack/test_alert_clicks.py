"""Clicks at alerts: each is done by monitoring or explained to the one who clicked, alone; forms ask for reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from bot.slack.alertdesk import AlertClicks, AlertForms
from bot.slack.alerting import AlertBoard
from bot.slack.identifiers import Pointer
from bot.slack.incoming import Incoming
from bot.slack.views.alert import AlertCard
from bot.slack.views.alert_forms import CHOICE, DISMISS, NOTE, WORDS, Step
from store.identity import new_id
from store.people import Person

SALES, RISK, HE, COMPLIANCE = "U01SALES", "U01RISK", "U02RISK", "U01COMPL"
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CARD = AlertCard(
    "A-7", "high", "open", "Nordhafen Maschinenbau GmbH", "C-1009", "insolvency filing", "open orders"
)


@dataclass(frozen=True)
class Came:
    """What an act came to."""

    result: str
    state: str = "acknowledged"
    by: str | None = None
    at: datetime | None = AT


@dataclass
class Monitoring:
    """The other side of the port: one alert, and every deed that it was told, once by arrival."""

    key: UUID = field(default_factory=new_id)
    shown: AlertCard = CARD
    result: Came = Came("done")
    deeds: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)

    def act(
        self,
        word: str,
        code: str,
        person: Person,
        *,
        request: str,
        words: str = "",
        until: datetime | None = None,
    ) -> Came:
        self.deeds.setdefault(request, (word, code, person.email, words))
        return self.result

    def card(self, _connection: Connection, code: str, _language: str) -> AlertCard | None:
        return self.shown if code == "A-7" else None

    def steps(self, _connection: Connection, _code: str, _language: str) -> list[Step]:
        return [Step(AT, "opened", "rule insolvency")]

    def open_cards(
        self, _connection: Connection, _language: str, *, limit: int, offset: int = 0
    ) -> list[AlertCard]:
        return [self.shown][offset:limit]

    def open_counts(self, _connection: Connection) -> Mapping[str, int]:
        return {"high": 1}

    def identity(self, _connection: Connection, code: str) -> UUID | None:
        return self.key if code == "A-7" else None

    def who(self, _connection: Connection, email: str | None) -> str | None:
        return {"he.jingyan@demo.example": "何静妍"}.get(email or "")


@dataclass
class Checks:
    told: set[str] = field(default_factory=set)

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        self.told.add(incoming.rest)


@pytest.fixture
def monitoring(surface: Any, monkeypatch: pytest.MonkeyPatch) -> Monitoring:
    house, other, checks = surface.house, Monitoring(), Checks()
    other.checks = checks  # type: ignore[attr-defined]
    surface.work()
    board = AlertBoard(
        lambda connection, _, language: other.card(connection, "A-7", language), clock=house.clock
    )
    desk = AlertClicks(
        house.databases,
        house.surface.directory,
        house.surface.voice,
        other,
        board,
        other,
        checks,
        clock=house.clock,
    )
    monkeypatch.setitem(house.surface.desks.by_name, "alert", desk)
    return other


def click(surface: Any, user: str, word: str, code: str = "A-7") -> list[dict[str, Any]]:
    """Click at an alert in #risk; what leaves for it."""
    surface.send(surface.click(user, f"alert_{word}", Pointer(code, 0, word).pack()))
    return surface.work()


def test_what_the_message_shows_needs_no_words(surface: Any, monitoring: Monitoring) -> None:
    assert click(surface, RISK, "acknowledge") == []
    assert list(monitoring.deeds.values()) == [("acknowledge", "A-7", "lin.guodong@demo.example", "")]


def test_a_click_that_comes_second_is_told_who_was_first_and_nobody_else_hears_it(
    surface: Any, monitoring: Monitoring
) -> None:
    monitoring.result = Came("already", by="he.jingyan@demo.example")
    (told,) = click(surface, RISK, "acknowledge")
    assert (told["method"], told["payload"]["user"], told["channel"]) == (
        "chat.postEphemeral",
        RISK,
        "C01RISK",
    )
    assert "何静妍" in told["payload"]["text"] and "没有改变" in told["payload"]["text"]


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (Came("gone"), "已不在了"),
        (Came("not_allowed"), "只有风控和合规"),
        (Came("impossible", state="closed"), "“已关闭”"),
        (Came("already"), "已是“已确认”状态"),
    ],
)
def test_whatever_comes_of_a_click_is_told(
    surface: Any, monitoring: Monitoring, came: Came, said: str
) -> None:
    monitoring.result = came
    (told,) = click(surface, RISK, "acknowledge")
    assert said in told["payload"]["text"]


def test_who_may_not_act_is_told_so_and_monitoring_is_not_asked(surface: Any, monitoring: Monitoring) -> None:
    (told,) = click(surface, SALES, "acknowledge")
    assert told["payload"]["user"] == SALES and "只有风控和合规" in told["payload"]["text"]
    assert "Nordhafen" not in str(told["payload"]) and "A-7" not in told["payload"]["text"]
    assert monitoring.deeds == {}


def test_an_alert_is_quiet_until_the_morning_and_comes_back(surface: Any, monitoring: Monitoring) -> None:
    (told,) = click(surface, RISK, "snooze")
    assert "A-7 静默至" in told["payload"]["text"]


def test_check_now_checks_the_customer_of_the_alert(surface: Any, monitoring: Monitoring) -> None:
    assert click(surface, RISK, "check") == []
    assert monitoring.checks.told == {"C-1009"}  # type: ignore[attr-defined]
    (told,) = click(surface, RISK, "check", "A-404")
    assert "已不在了" in told["payload"]["text"]


def opened(surface: Any, monitoring: Monitoring, user: str, word: str, code: str = "A-7") -> dict[str, Any]:
    """The modal that the gateway opens for a click."""
    forms = AlertForms(surface.house.databases, surface.house.surface.directory, monitoring)
    pointer = Pointer(code, 0, word)
    view = forms.modal(
        Incoming("alert_act", "T01BONAFIDE", "C01RISK", user, "", "1.1", pointer=pointer, act="alert_more")
    )
    assert view is not None
    return view


def test_a_dismissal_asks_for_its_reason_and_the_form_is_the_deed(
    surface: Any, monitoring: Monitoring
) -> None:
    assert surface.send(surface.click(RISK, "alert_dismiss", Pointer("A-7", 0, "dismiss").pack())) == (200, 0)
    view = opened(surface, monitoring, RISK, "dismiss")
    assert view["callback_id"] == DISMISS
    body = surface.submit(
        RISK, DISMISS, {CHOICE: "select:not_ours", WORDS: "the one in Kiel"}, view["private_metadata"]
    )
    assert surface.send(body) == (200, 1)
    surface.work()
    assert list(monitoring.deeds.values()) == [
        ("dismiss", "A-7", "lin.guodong@demo.example", "not_ours: the one in Kiel")
    ]


def test_another_reason_and_a_note_need_words(surface: Any, monitoring: Monitoring) -> None:
    forms = AlertForms(surface.house.databases, surface.house.surface.directory, monitoring)

    def objections(act: str, **values: str) -> dict[str, str]:
        return forms.objections(
            Incoming("view_submission", "T01BONAFIDE", RISK, RISK, "", "", act=act, values=values)
        )

    assert objections(DISMISS, **{CHOICE: "other", WORDS: "  "})
    assert objections(NOTE, **{WORDS: ""})
    assert not objections(DISMISS, **{CHOICE: "other", WORDS: "seen it"})
    assert not objections(DISMISS, **{CHOICE: "known", WORDS: ""})


def test_a_form_about_an_alert_that_is_over_is_not_opened(surface: Any, monitoring: Monitoring) -> None:
    monitoring.shown = replace(CARD, state="closed", by="何静妍", at=AT)
    assert "submit" not in opened(surface, monitoring, RISK, "dismiss")
    assert "submit" not in opened(surface, monitoring, RISK, "close")
    # Its history can be read and a note be added for ever.
    assert "rule insolvency" in str(opened(surface, monitoring, RISK, "history"))
    assert "submit" in opened(surface, monitoring, RISK, "note")


def test_no_form_shows_anything_to_those_who_may_not_act(surface: Any, monitoring: Monitoring) -> None:
    for word in ("dismiss", "close", "note", "history"):
        for user in (SALES, "U01GUEST"):
            assert "Nordhafen" not in str(opened(surface, monitoring, user, word))


def test_the_command_lists_what_is_open_and_shows_one_of_it(surface: Any, monitoring: Monitoring) -> None:
    surface.send(surface.command(COMPLIANCE, "alerts"))
    (listed,) = surface.work()
    assert listed["channel"] == COMPLIANCE
    show = listed["payload"]["blocks"][1]["accessory"]
    assert show["text"]["text"] == "Show A-7"
    surface.send(surface.click(COMPLIANCE, show["action_id"], show["value"], channel={"id": "D01COMPL"}))
    (shown,) = surface.work()
    assert shown["channel"] == COMPLIANCE and "alert_acknowledge" in str(shown["payload"]["blocks"])


def test_sales_who_ask_for_alerts_learn_nothing(surface: Any, monitoring: Monitoring) -> None:
    surface.send(surface.command(SALES, "预警"))
    (told,) = surface.work()
    assert "Nordhafen" not in str(told["payload"]) and told["channel"] == SALES
