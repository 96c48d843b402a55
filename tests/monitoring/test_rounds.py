"""Rounds: alerts reach people once, somebody is reminded and others are told, and a digest comes once a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.monitoring.rounds import Rounds
from bot.monitoring.telling import tell_alert
from bot.slack.alertbook import AlertBook
from bot.slack.alerting import AlertBoard
from bot.slack.places import Spot
from store.access import FieldClass, Role
from store.alerts import Alerts, Severity
from store.engine import reading, unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.ledger import read as read_ledger
from store.people import People
from store.policy import Policy
from store.policy.alerts import RouteSection
from store.preferences import NO_DIGEST, Preferences
from store.schema.delivery import outbox

RISK = Spot("T01", "C01RISK", "zh")
COMPLIANCE = Spot("T01", "U01COMPL", "en", True)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Town:
    """What Slack answers when it is asked who sits where: a channel by its name, a person by their role."""

    asked: list[Any] = field(default_factory=list)
    emails: set[str] = field(default_factory=set)

    def find(
        self, channels: Iterable[str], roles: Iterable[Role], emails: Iterable[str] = ()
    ) -> tuple[Spot, ...]:
        self.asked.append((tuple(channels), tuple(roles)))
        self.emails.update(emails)
        spots = [RISK] if "#risk" in self.asked[-1][0] else []
        return (*spots, *([COMPLIANCE] if Role.COMPLIANCE in self.asked[-1][1] else []))


@dataclass
class Post:
    """The post room: rounds over a risk desk, and what leaves."""

    risk: Any
    policy: Policy

    def __post_init__(self) -> None:
        self.town = Town()
        self.book = AlertBook(partial(tell_alert, self.policy.alerts))
        self.board = AlertBoard(self.book.card_of, clock=self.risk.clock)

    def rounds(self, draw: Callable[..., dict[str, Any]] | None = None) -> Rounds:
        return Rounds(
            self.risk.databases,
            self.board,
            self.town,
            draw or self.book.digest,
            policy=self.policy,
            clock=self.risk.clock,
        )

    def go(self, **later: float) -> None:
        """Some time later a worker that has just been started goes its round twice."""
        self.risk.clock.forward(**later)
        self.rounds().go()
        self.rounds().go()

    def sent(self, part: str = "") -> list[Any]:
        with reading(self.risk.databases.read) as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.id)).all()
        return [row for row in rows if part in row.key]

    def person(self, email: str, role: Role, user: str) -> None:
        body = {"email": email, "role": role.value, "slack_team": "T01", "slack_user": user, "language": "en"}
        with unit_of_work(self.risk.databases.write) as connection:
            entry = Ledger(connection, self.risk.clock).append(actor="it@firm.cn", action="import", detail={})
            History(connection, entry).record(
                "users",
                email,
                body,
                source="internal",
                tier=Tier.INTERNAL,
                field_class=FieldClass.INTERNAL,
                cause="told in a test",
            )

    def prefers(self, email: str, hour: int) -> None:
        with unit_of_work(self.risk.databases.write) as connection:
            person = People(connection).by_email(email)
            assert person is not None
            Preferences(connection).choose_digest(person.id, hour)


@pytest.fixture
def post(risk: Any, policy: Policy) -> Post:
    return Post(risk, policy)


@pytest.fixture
def raised(post: Post) -> Post:
    post.risk.suit(post.risk.customer(), "(2026)粤1972执9926号")
    post.risk.look()
    return post


def test_an_alert_is_posted_once_however_often_workers_start(raised: Post) -> None:
    for _ in range(3):
        raised.go()
    assert Counter(row.channel for row in raised.sent("alert:")) == {"C01RISK": 1}


def test_what_goes_nowhere_does_not_keep_others_back(lite: Any, policy: Policy) -> None:
    section = policy.alerts.model_copy(
        update={"channels": {"info": (), "warn": ("#gone",), "high": ("#risk",)}}
    )
    post = Post(lite, policy.model_copy(update={"alerts": section}))
    for number in range(60):
        customer = lite.customer(f"第{number}号机械有限公司")
        lite.suit(customer, f"pledge-{number}", dimension="equity_pledge")
        lite.suit(customer, f"penalty-{number}", dimension="admin_penalty")
    lite.suit(customer, "execution")
    lite.look()
    post.go()
    assert [row.channel for row in post.sent("alert:")] == ["C01RISK"]
    waiting = {alert.severity for alert in lite.alerts() if alert.posted_at is None}
    # Those that policy sends nowhere are settled; those whose channel is gone wait for it.
    assert waiting == {Severity.WARN}


def test_a_route_for_some_customers_counts_before_the_severity(lite: Any, policy: Policy) -> None:
    routes = (
        RouteSection(tags=("出口",), roles=(Role.COMPLIANCE,), owner=True),
        RouteSection(regions=("Bremen",), severities=("info",), roles=(Role.COMPLIANCE,)),
    )
    post = Post(
        lite, policy.model_copy(update={"alerts": policy.alerts.model_copy(update={"routes": routes})})
    )
    owned = {"owner": "Chen@firm.cn", "tags": ["出口"]}
    for name, columns in (
        ("东莞市恒岳科技有限公司", owned),
        ("Nordhafen GmbH", {"address": "Kai 3, Bremen"}),
    ):
        lite.suit(lite.customer(name, **columns), f"of {name}")
    lite.look()
    post.go()
    assert sorted(row.channel for row in post.sent("alert:")) == ["C01RISK", "U01COMPL"]
    # Whether the owner may see it at all is for the places to say: here a sales person, who is none.
    assert "chen@firm.cn" in post.town.emails


def test_reminders_come_until_somebody_acknowledges(raised: Post) -> None:
    raised.go()
    raised.go(minutes=59)
    assert raised.sent(":remind:") == []
    raised.go(minutes=2)
    assert len(raised.sent(":remind:")) == 1
    # A clock that jumps by hours makes one reminder, not one an hour.
    raised.go(minutes=150)
    assert len(raised.sent(":remind:")) == 2
    raised.risk.act("acknowledge", "A-1")
    raised.go(days=3)
    assert len(raised.sent(":remind:")) == 2 and raised.sent(":escalate") == []


def test_reminders_have_an_end(raised: Post) -> None:
    raised.go()
    for _ in range(9):
        raised.go(hours=2)
    assert len(raised.sent("C01RISK:remind:")) == raised.policy.alerts.reminders


def test_what_nobody_acknowledges_goes_to_others_once(raised: Post, viewer: Any) -> None:
    raised.go()
    raised.go(minutes=241)
    raised.go(minutes=241)
    assert [row.channel for row in raised.sent("alert:") if row.key.endswith("U01COMPL")] == ["U01COMPL"]
    assert len({row.key for row in raised.sent("C01RISK:escalate")}) == 1
    with reading(raised.risk.databases.read) as connection:
        entries = read_ledger(
            connection, viewer=viewer("compliance"), customer_id=raised.risk.alerts()[0].customer_id
        )
    assert [entry.action for entry in entries].count("alert.escalate") == 1
    assert raised.risk.alerts()[0].escalated_at is not None


def test_quiet_until_the_hour_that_somebody_chose(raised: Post) -> None:
    raised.go()
    until = raised.risk.clock.now.replace(hour=20)
    raised.risk.act("snooze", "A-1", until=until)
    raised.go(hours=5)
    assert raised.sent(":remind:") == []
    raised.go(hours=7)
    assert raised.risk.alerts()[0].snoozed_until is None
    assert raised.sent(":remind:") != []


def test_what_gets_worse_is_shown_again_and_reminded_of_anew(raised: Post, policy: Policy) -> None:
    risk = raised.risk
    with unit_of_work(risk.databases.write) as connection:
        alerts = Alerts(connection)
        alert = alerts.by_code("A-1")
        assert alert is not None
        alerts.change(alert, severity=Severity.WARN)
    raised.go()
    raised.go(minutes=481)
    assert len(raised.sent(":remind:")) == 1
    risk.act("acknowledge", "A-1")
    risk.suit(risk.alerts()[0].customer_id, "(2026)粤1972执10001号")
    risk.look()
    (alert,) = risk.alerts()
    assert (alert.severity, alert.state, alert.items) == ("high", "open", 2)
    raised.go()
    posts = [
        row for row in raised.sent("alert:") if row.method == "chat.postMessage" and ":remind:" not in row.key
    ]
    assert [row.key.rsplit(":", 1)[-1] for row in posts] == ["C01RISK", "high"]
    raised.go(minutes=61)
    stamps = {row.key.split(":remind:")[1] for row in raised.sent(":remind:")}
    assert len(stamps) == 2


def test_the_digest_comes_once_a_day_at_the_hour_that_each_likes(raised: Post) -> None:
    raised.person("lin@firm.cn", Role.RISK, "U01RISK")
    raised.person("keller@firm.de", Role.COMPLIANCE, "U01COMPL")
    raised.person("vogt@firm.de", Role.AUDITOR, "U01AUDIT")
    raised.person("chen@firm.cn", Role.SALES, "U01SALES")
    raised.prefers("keller@firm.de", 18)
    raised.prefers("vogt@firm.de", NO_DIGEST)
    assert raised.risk.clock.now.astimezone(SHANGHAI).hour == 17
    raised.go()
    assert [row.channel for row in raised.sent("digest:")] == ["U01RISK"]
    raised.go(hours=1)
    assert [row.channel for row in raised.sent("digest:")] == ["U01RISK", "U01COMPL"]
    raised.go(hours=5)
    assert len(raised.sent("digest:")) == 2
    # At eight in the morning it is too early, at nine the next one comes.
    raised.go(hours=9)
    assert len(raised.sent("digest:")) == 2
    raised.go(hours=1)
    assert [row.channel for row in raised.sent("digest:")][2:] == ["U01RISK"]
    # A clock that is set back a day says nothing twice.
    raised.go(days=-1)
    assert len(raised.sent("digest:")) == 3


def test_nothing_to_say_at_the_hour_is_no_digest_later_that_day(post: Post) -> None:
    post.person("lin@firm.cn", Role.RISK, "U01RISK")
    post.go()
    post.risk.suit(post.risk.customer(), "1")
    post.risk.look()
    post.go(hours=1)
    assert post.sent("digest:") == []
    post.go(days=1)
    assert len(post.sent("digest:")) == 1


def test_a_worker_that_dies_over_a_digest_sends_it_once_after_all(raised: Post) -> None:
    raised.person("lin@firm.cn", Role.RISK, "U01RISK")

    def dies(*_: Any) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        raised.rounds(dies).go()
    assert raised.sent("digest:") == []
    raised.go()
    assert len(raised.sent("digest:")) == 1
