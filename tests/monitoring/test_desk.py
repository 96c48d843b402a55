"""What people do to alerts: each click acts once, and whoever may not, or comes late, hears why."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest

from store.access import Role
from store.alerts import AlertState
from store.people import Person

LIN = Person(uuid4(), "lin@firm.cn", Role.RISK, "林国栋")
HE = Person(uuid4(), "he@firm.cn", Role.RISK, "何静妍")
CHEN = Person(uuid4(), "chen@firm.cn", Role.SALES, "陈雨桐")


@pytest.fixture
def raised(risk: Any) -> Any:
    """A risk desk with the open alert A-1."""
    risk.suit(risk.customer(), "(2026)粤1972执9926号")
    risk.look()
    return risk


def test_from_open_to_closed(raised: Any) -> None:
    for word, state in (("acknowledge", "acknowledged"), ("take", "in_work"), ("close", "closed")):
        outcome = raised.act(word, "A-1", LIN, words="terms_changed" if word == "close" else "")
        assert (outcome.result, outcome.state, outcome.by) == ("done", state, "lin@firm.cn")
    (alert,) = raised.alerts()
    assert (alert.owner, alert.reason) == ("lin@firm.cn", "terms_changed")
    assert [step.act for step in raised.steps(alert)] == ["open", "acknowledge", "take", "close"]


def test_a_click_that_comes_twice_acts_once(raised: Any) -> None:
    for _ in range(2):
        assert raised.act("note", "A-1", LIN, words="called them", request="arrival-1").result == "done"
    (alert,) = raised.alerts()
    assert alert.notes == 1


def test_the_second_of_two_hears_who_was_first(raised: Any) -> None:
    raised.act("acknowledge", "A-1", LIN)
    second = raised.act("acknowledge", "A-1", HE)
    assert (second.result, second.state, second.by) == ("already", "acknowledged", "lin@firm.cn")
    raised.act("dismiss", "A-1", LIN, words="known")
    assert raised.act("close", "A-1", HE).result == "already"
    assert raised.act("take", "A-1", HE).result == "impossible"


def test_two_at_the_same_moment(raised: Any) -> None:
    outcomes: list[str] = []

    def click(person: Any) -> None:
        outcomes.append(raised.act("acknowledge", "A-1", person).result)

    threads = [threading.Thread(target=click, args=(person,)) for person in (LIN, HE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already", "done"]
    (alert,) = raised.alerts()
    assert [step.act for step in raised.steps(alert)] == ["open", "acknowledge"]


def test_without_the_right_nothing_is_done_and_nothing_told(raised: Any) -> None:
    outcome = raised.act("dismiss", "A-1", CHEN, words="not so bad")
    assert (outcome.result, outcome.state, outcome.by, outcome.at) == ("not_allowed", "", None, None)
    assert raised.act("dismiss", "A-999", CHEN) == outcome
    assert raised.alerts()[0].state is AlertState.OPEN


def test_what_is_not_there_is_gone(raised: Any) -> None:
    assert raised.act("acknowledge", "A-999").result == "gone"
    assert raised.act("explode", "A-1").result == "gone"


def test_sales_have_no_permission_at_all(raised: Any, viewer: Any) -> None:
    assert not viewer(Role.SALES).may("alerts")
