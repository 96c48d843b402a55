"""Hits of re-screening reach people as alerts; a refused list is told where grave alerts go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.monitoring.rounds import Rounds
from bot.monitoring.telling import tell_alert
from bot.screening.rescreening import Rescreening
from bot.screening.service import ScreeningDesk
from bot.slack.alertbook import AlertBook
from bot.slack.alerting import AlertBoard
from bot.slack.places import Spot
from bot.slack.views.alert import SHOW_HITS, alert_message
from knowledge.watchlists.errors import ListRefused, ListUnreadable
from knowledge.watchlists.service import Lists
from prompts.phrasebook import Phrasebook
from store.access import Audience, Role, Viewer
from store.alerts import AlertState
from store.engine import reading
from store.schema.delivery import outbox
from store.screenings import HitState

NAME = "东莞市骏砾电子有限公司"


class Jobs(list[str]):
    """A queue that keeps what is to be done."""

    def enqueue(
        self, name: str, identity: str, *, queue: str = "", connection: Connection | None = None
    ) -> None:
        self.append(identity)


@dataclass
class Lookout:
    """Lists beside a risk desk: a list is loaded, everybody is looked at again, the rules look at what came of it."""

    risk: Any
    folder: Path

    def __post_init__(self) -> None:
        risk = self.risk
        self.lists = Lists(risk.databases, policy=risk.policy, clock=risk.clock)
        self.desk = ScreeningDesk(risk.databases, self.lists, policy=risk.policy, clock=risk.clock)
        self.again = Rescreening(risk.databases, self.lists, self.desk, policy=risk.policy, clock=risk.clock)

    def load(self, *rows: str) -> None:
        path = self.folder / "house.csv"
        path.write_text("\n".join(["id,name,kind,programme", *rows]) + "\n", encoding="utf-8")
        self.lists.load("house", [path], "house", actor="test")

    def look(self) -> None:
        jobs = Jobs()
        self.again.look(jobs)
        for job in jobs:
            self.again.run(job)
        self.risk.look()

    def viewer(self, actor: str) -> Viewer:
        return Viewer(actor, Role.RISK, Audience.alone(), self.risk.policy.rights)


@pytest.fixture
def lookout(risk: Any, tmp_path: Path) -> Lookout:
    return Lookout(risk, tmp_path)


def test_a_new_version_of_a_list_raises_one_grave_alert_with_its_evidence(lookout: Lookout) -> None:
    risk = lookout.risk
    risk.customer(NAME)
    lookout.load("W-1,另一家公司,organisation,x")
    lookout.look()
    assert risk.alerts() == []
    lookout.load("W-1,另一家公司,organisation,x", f"W-2,{NAME},organisation,x")
    lookout.look()
    lookout.look()
    (alert,) = risk.alerts()
    assert (alert.rule, alert.severity, alert.state, alert.items) == ("listed", "high", "open", 1)
    assert "entry: W-2" in alert.evidence[0]["quote"] and "version: 2" in alert.evidence[0]["quote"]
    assert alert.evidence[0]["class"] == "suspicion"
    for language, word in (("zh", "名单命中 H-1"), ("en", "Watch list hit H-1")):
        what, why = tell_alert(risk.policy.alerts, alert, language)
        assert word in what and NAME in what and why


def test_its_card_has_a_button_that_shows_the_hits(lookout: Lookout) -> None:
    risk = lookout.risk
    risk.customer(NAME)
    lookout.load(f"W-2,{NAME},organisation,x")
    lookout.look()
    book = AlertBook(partial(tell_alert, risk.policy.alerts))
    with reading(risk.databases.read) as connection:
        card = book.card(connection, "A-1", "en")
    assert card is not None
    actions = next(
        each for each in alert_message(card, Phrasebook("en"))["blocks"] if each["type"] == "actions"
    )
    assert SHOW_HITS in [each["action_id"] for each in actions["elements"]]


def test_what_a_person_finds_by_screening_raises_nothing(lookout: Lookout) -> None:
    customer = lookout.risk.customer(NAME)
    lookout.load(f"W-2,{NAME},organisation,x")
    lookout.desk.screen_customer(customer, lookout.viewer("lin@firm.cn"))
    lookout.look()
    assert lookout.risk.alerts() == []


def test_a_cleared_hit_that_opens_again_is_an_alert_though_the_last_one_has_just_ended(
    lookout: Lookout,
) -> None:
    risk = lookout.risk
    risk.customer(NAME)
    lookout.load(f"W-2,{NAME},organisation,x")
    lookout.look()
    for actor in ("lin@firm.cn", "he@firm.cn"):
        if actor.startswith("lin"):
            lookout.desk.decide("H-1", "false", "another firm", lookout.viewer(actor))
        else:
            lookout.desk.confirm("H-1", lookout.viewer(actor))
    assert lookout.desk.hit("H-1", lookout.viewer("lin@firm.cn")).state is HitState.FALSE
    risk.act("close", "A-1", words="no_action: cleared")
    lookout.load(f"W-2,{NAME},organisation,another programme")
    lookout.look()
    assert [alert.code for alert in risk.alerts(AlertState.OPEN)] == ["A-2"]


def test_a_refused_list_is_told_once_where_grave_alerts_go(lookout: Lookout) -> None:
    risk = lookout.risk
    lookout.load(*(f"W-{number},某某{number}号公司,organisation,x" for number in range(40)))

    class Town:
        def find(self, channels: Iterable[str], roles: Any, emails: Any = ()) -> tuple[Spot, ...]:
            return (Spot("T01", "C01RISK", "en"),) if "#risk" in tuple(channels) else ()

    book = AlertBook(partial(tell_alert, risk.policy.alerts))
    rounds = Rounds(
        risk.databases,
        AlertBoard(book.card_of, clock=risk.clock),
        Town(),
        book.digest,
        policy=risk.policy,
        clock=risk.clock,
    )

    def told() -> list[str]:
        rounds.go()
        with reading(risk.databases.read) as connection:
            rows = connection.execute(select(outbox.c.payload)).scalars().all()
        return [row["text"] for row in rows]

    assert told() == []
    with pytest.raises((ListRefused, ListUnreadable)):
        lookout.load("W-1,<!channel>公司,organisation,x")
    (text,) = told()
    assert "house" in text and "Version 1 stays in force" in text and "<!" not in text
    assert told() == [text]
