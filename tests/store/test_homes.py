"""Home tabs and preferences: kept once a person, and the chosen language is the one that people are spoken to in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.engine import reading, unit_of_work
from store.homes import Homes
from store.identity import new_id
from store.people import People
from store.preferences import NO_DIGEST, Preference, Preferences
from store.schema.people import users

TEAM, LIN = "T01", "U01RISK"


@pytest.fixture
def lin(databases):
    """Lin Guodong of risk, entered as a speaker of Chinese."""
    identity = new_id()
    row = {
        "id": identity,
        "email": "lin@demo.example",
        "role": "risk",
        "name": "林国栋",
        "slack_team": TEAM,
        "slack_user": LIN,
        "language": "zh",
    }
    with unit_of_work(databases.write) as connection:
        connection.execute(users.insert(), row)
    return identity


def test_opening_home_begins_at_its_first_page_and_counts_as_not_drawn(databases, clock) -> None:
    with unit_of_work(databases.write) as connection:
        homes = Homes(connection)
        home = homes.open(TEAM, LIN, clock())
        homes.turn(home, 3)
        assert homes.mark_drawn(home, "abc") == 1
    with unit_of_work(databases.write) as connection:
        homes = Homes(connection)
        known = homes.get(TEAM, LIN, hold=True)
        assert known is not None and (known.page, known.drawn, known.drawings) == (3, "abc", 1)
        again = homes.open(TEAM, LIN, clock() + timedelta(hours=1))
    # The number of drawings goes on: it tells one published view from the next.
    assert (again.page, again.drawn, again.drawings) == (1, "", 1)
    with reading(databases.read) as connection:
        assert [each.slack_user for each in Homes(connection).opened_since(clock())] == [LIN]
        assert Homes(connection).opened_since(clock() + timedelta(hours=2)) == []


def test_the_language_that_somebody_chose_goes_before_the_one_that_was_entered(databases, lin) -> None:
    def language() -> str | None:
        with reading(databases.read) as connection:
            person = People(connection).by_slack(TEAM, LIN)
        assert person is not None
        return person.language

    assert language() == "zh"
    with unit_of_work(databases.write) as connection:
        Preferences(connection).choose_language(lin, "en")
    assert language() == "en"
    with unit_of_work(databases.write) as connection:
        Preferences(connection).choose_language(lin, None)
    assert language() == "zh"


def test_the_hour_of_the_digest_is_an_hour_of_a_day_or_none(databases, lin) -> None:
    with unit_of_work(databases.write) as connection:
        chosen = Preferences(connection)
        assert chosen.of(lin) == Preference()
        chosen.choose_digest(lin, 8)
        chosen.choose_language(lin, "en")
        assert chosen.of(lin) == Preference("en", 8)
        chosen.choose_digest(lin, NO_DIGEST)
        assert chosen.everybody() == {lin: Preference("en", NO_DIGEST)}
        with pytest.raises(ValueError, match="no hour"):
            chosen.choose_digest(lin, 24)
