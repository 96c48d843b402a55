"""Where alerts may stand: only where everybody may see suspicion; elsewhere the right people get them alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.places import Places
from store.access import Role

TEAM, SALES, RISK, HE, COMPLIANCE = "T01BONAFIDE", "U01SALES", "U01RISK", "U02RISK", "U01COMPL"


@pytest.fixture
def places(surface: Any) -> Places:
    return Places(surface.house.databases, surface.house.surface.directory)


def spots(
    places: Places, *channels: str, roles: tuple[Role, ...] = (), emails: tuple[str, ...] = ()
) -> set[str]:
    return {spot.channel for spot in places.find(channels, roles, emails)}


def test_the_risk_channel_is_a_place_and_speaks_its_members_language(places: Places) -> None:
    (spot,) = places.find(["#risk"], [])
    assert (spot.team, spot.channel, spot.language, spot.is_person) == (TEAM, "C01RISK", "zh", False)


def test_a_channel_below_suspicion_gives_way_to_those_who_may_act(places: Places) -> None:
    found = places.find(["#sales"], [])
    assert {spot.channel for spot in found} == {RISK, HE, COMPLIANCE}
    assert all(spot.is_person and spot.instead == "#sales" for spot in found)
    assert {spot.because for spot in found} == {"slack_alerts.because.ceiling"}
    # Whom the alert is for anyway stands in, where policy names them.
    assert spots(places, "#sales", roles=(Role.COMPLIANCE,)) == {COMPLIANCE}


def test_an_unregistered_channel_is_no_place(places: Places) -> None:
    found = places.find(["#nowhere"], [Role.RISK])
    assert {spot.channel for spot in found} == {RISK, HE}
    assert {spot.because for spot in found} == {"slack_alerts.because.unregistered"}


def test_one_member_who_may_not_see_it_spoils_a_channel(surface: Any, places: Places) -> None:
    assert spots(places, "#compliance") == {"C01COMPL"}
    surface.people.do("join", user=SALES, channel="C01COMPL")
    try:
        surface.house.surface.directory.forget_members(TEAM, "C01COMPL")
        found = places.find(["#compliance"], [Role.COMPLIANCE])
        assert [spot.channel for spot in found] == [COMPLIANCE]
        assert found[0].because == "slack_alerts.because.members"
    finally:
        surface.people.do("leave", user=SALES, channel="C01COMPL")
        surface.house.surface.directory.forget_members(TEAM, "C01COMPL")
    assert spots(places, "#compliance") == {"C01COMPL"}


def test_a_person_who_is_named_is_a_place_only_if_they_may_act(places: Places) -> None:
    assert spots(places, emails=("Lin.Guodong@demo.example", "chen.yutong@demo.example")) == {RISK}
    assert spots(places, roles=(Role.SALES,)) == set()


def test_nobody_gets_it_twice(places: Places) -> None:
    found = places.find(["#risk", "#risk"], [Role.RISK], ["lin.guodong@demo.example"])
    assert [spot.channel for spot in found] == ["C01RISK", RISK, HE]


def test_places_come_in_one_order_however_they_are_asked_for(places: Places) -> None:
    one = places.find(["#risk", "#compliance"], [Role.RISK, Role.COMPLIANCE])
    other = places.find(["#compliance", "#risk"], [Role.COMPLIANCE, Role.RISK])
    assert one == other and len(one) == 5
    assert [spot.channel for spot in one] == sorted(spot.channel for spot in one)
