"""Hits of re-screening reach people as alerts; a refused list is told where grave alerts go."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.monitoring.rounds import Rounds
from bot.monitoring.telling import tell_alert
from bot.screening.hits import HitDesk
from bot.screening.rescreening import Rescreening
from bot.screening.service import ScreeningDesk
from bot.slack.alertbook import AlertBook
from bot.slack.alerting import AlertBoard
from bot.slack.places import Spot
from bot.slack.views.alert import SHOW_HITS, alert_message
from knowledge.watchlists.errors import ListRefused, ListUnreadable
from knowledge.watchlists.service import Lists
from knowledge.watchlists.syncing import ACTOR, Syncing
from prompts.phrasebook import Phrasebook
from store.access import Audience, Role, Viewer
from store.alerts import AlertState
from store.engine import reading
from store.hits import HitState
from store.policy.screening import ListSource
from store.schema.delivery import outbox
from tests.sources.publisher import Publisher

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
        self.hits = HitDesk(risk.databases, policy=risk.policy, clock=risk.clock)
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
            lookout.hits.decide("H-1", "false", "another firm", lookout.viewer(actor))
        else:
            lookout.hits.confirm("H-1", lookout.viewer(actor))
    assert lookout.hits.hit("H-1", lookout.viewer("lin@firm.cn")).state is HitState.FALSE
    risk.act("close", "A-1", words="no_action: cleared")
    lookout.load(f"W-2,{NAME},organisation,another programme")
    lookout.look()
    assert [alert.code for alert in risk.alerts(AlertState.OPEN)] == ["A-2"]


class Town:
    """A place for what goes to #risk."""

    def find(self, channels: Iterable[str], roles: Any, emails: Any = ()) -> tuple[Spot, ...]:
        return (Spot("T01", "C01RISK", "en"),) if "#risk" in tuple(channels) else ()


@pytest.fixture
def told(lookout: Lookout) -> Callable[[], list[str]]:
    """told(): what was said after another round."""
    risk = lookout.risk
    book = AlertBook(partial(tell_alert, risk.policy.alerts))
    board = AlertBoard(book.card_of, clock=risk.clock)
    rounds = Rounds(risk.databases, board, Town(), book.digest, policy=risk.policy, clock=risk.clock)

    def told() -> list[str]:
        rounds.go()
        with reading(risk.databases.read) as connection:
            rows = connection.execute(select(outbox.c.payload)).scalars().all()
        return [row["text"] for row in rows]

    return told


def test_a_refused_list_is_told_once_where_grave_alerts_go(
    lookout: Lookout, told: Callable[[], list[str]]
) -> None:
    lookout.load(*(f"W-{number},某某{number}号公司,organisation,x" for number in range(40)))
    assert told() == []
    with pytest.raises((ListRefused, ListUnreadable)):
        lookout.load("W-1,<!channel>公司,organisation,x")
    (text,) = told()
    assert "house" in text and "Version 1 stays in force" in text and "<!" not in text
    assert told() == [text]


def test_a_list_that_cannot_be_fetched_is_told_once_and_again_when_it_is_another_matter(
    lookout: Lookout, told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    risk = lookout.risk
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Publisher() as publisher:
        source = ListSource(name="ours", format="house", addresses=(publisher.address("/<!channel>.csv"),))
        lists = risk.policy.watchlists.model_copy(update={"sources": (source,)})
        policy = risk.policy.model_copy(update={"watchlists": lists})
        syncing = Syncing(risk.databases, policy=policy, clock=risk.clock, folder=lookout.folder / "in")
        said = []
        for _ in range(6):
            risk.clock.forward(days=1)
            syncing.sync(source, actor=ACTOR)
            said.append(len(told()))
        assert said == [0, 0, 1, 1, 1, 1]
        (text,) = told()
        assert "ours was not taken over: http://127.0.0.1" in text and "answers 404" in text
        assert "No version of it is in force" in text and "<!" not in text
        publisher.gives("/%3C!channel%3E.csv", "<html>Please sign in</html>")
        for _ in range(3):
            risk.clock.forward(days=1)
            syncing.sync(source, actor=ACTOR)
            assert len(told()) == 2
        assert "is a web page and not the list" in told()[1]
