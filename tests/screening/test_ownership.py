"""Owned by whoever is listed: shares added up through layers, by the rules of OFAC, the EU and the UK."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screening.ownership import reached, share_unknown
from store.access import FieldClass
from store.dates import PartialDate
from store.evidence import Tier
from store.hits import HitState
from store.policy import load_policy
from store.records import Origin, Party
from tests.screening.conftest import Office

DAY = date(2026, 11, 21)
RULES = load_policy().screening.aggregates
_numbers = count(1)


def holds(name: str, percent: str | None, held_in: str | None = None, **more: object) -> Party:
    """A shareholder."""
    number = next(_numbers)

    origin = Origin(
        UUID(int=number), UUID(int=number), 1, datetime(2026, 1, 1, tzinfo=UTC), 1, "register", Tier.REGISTER,
        FieldClass.PUBLIC,
    )  # fmt: skip
    share = None if percent is None else Decimal(percent)
    return Party(origin, name, "shareholder", share_percent=share, held_in=held_in, **more)  # type: ignore[arg-type]


def rules(parties: list[Party], *listed: str) -> dict[str, str]:
    return {one.rule: str(one.percent) for one in reached(parties, ["云岭贸易"], listed, RULES, DAY)}


def test_a_listed_owner_of_half_reaches_ofacs_limit_and_not_europes() -> None:
    parties = [holds("甲", "50"), holds("乙", "50")]
    assert rules(parties, "甲") == {"ofac": "50"}
    assert rules(parties) == {}
    assert rules([holds("甲", "49.99")], "甲") == {}


def test_several_listed_owners_are_added_up_but_not_in_the_uk() -> None:
    parties = [holds("甲", "30"), holds("乙", "25"), holds("丙", "45")]
    assert rules(parties, "甲", "乙") == {"ofac": "55", "eu": "55"}
    assert rules([holds("甲", "51")], "甲") == {"ofac": "51", "eu": "51", "uk": "51"}


def test_half_of_a_half_counts_whole_through_a_firm_that_counts_as_listed() -> None:
    """X holds half of A and A half of the customer: A is blocked itself (OFAC FAQ 401), a quarter it is not."""
    parties = [holds("A控股", "50"), holds("X", "50", "A控股"), holds("Y", "50", "A控股"), holds("Z", "50")]
    (found,) = reached(parties, ["云岭贸易"], ["X"], RULES, DAY)
    assert (found.rule, found.percent, found.owners) == ("ofac", Decimal(50), ("X",))
    (path,) = found.paths
    assert [(each.holder, each.held, str(each.percent)) for each in path] == [
        ("X", "A控股", "50"),
        ("A控股", "云岭贸易", "50"),
    ]


def test_a_quarter_of_the_whole_owner_is_not_reached() -> None:
    """X holds a quarter of A, and A all of the customer: A does not count, so nothing does."""
    assert rules([holds("A控股", "100"), holds("X", "25", "A控股")], "X") == {}


def test_in_aggregate_through_two_layers() -> None:
    parties = [
        holds("A控股", "30"),
        holds("B投资", "20"),
        holds("丙", "50"),
        holds("X", "35", "A控股"),
        holds("Y", "15", "A控股"),
        holds("C公司", "60", "B投资"),
        holds("X", "100", "C公司"),
    ]
    (found,) = [one for one in reached(parties, ["云岭贸易"], ["X", "Y"], RULES, DAY) if one.rule == "ofac"]
    assert (found.percent, set(found.owners)) == (Decimal(50), {"X", "Y"})
    assert [[each.holder for each in path] for path in found.paths] == [
        ["X", "A控股"],
        ["Y", "A控股"],
        ["X", "C公司", "B投资"],
    ]


def test_circles_doubles_and_former_owners() -> None:
    circle = [holds("A控股", "60"), holds("B投资", "60", "A控股"), holds("A控股", "60", "B投资")]
    assert rules(circle, "X") == {}
    assert rules([*circle, holds("X", "50", "B投资")], "X")["ofac"] == "60"
    # The same share from two registers is one share.
    assert rules([holds("甲", "30"), holds("甲", "28")], "甲") == {}
    past = holds("甲", "80", until=PartialDate.parse("2025"))
    assert rules([past], "甲") == {}
    # A firm that holds itself is not its own owner.
    assert rules([holds("云岭贸易", "60")], "云岭贸易") == {}


def test_a_listed_shareholder_whose_share_nobody_knows_is_named() -> None:
    assert share_unknown([holds("甲", None), holds("乙", None)], ["云岭贸易"], ["甲"], DAY) == ["甲"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"),
            st.sampled_from(["", *"abcdef"]),
            st.integers(min_value=1, max_value=100),
        ),
        max_size=14,
    ),
    st.sets(st.sampled_from("abcdef")),
    st.sampled_from("abcdef"),
)
def test_more_listed_owners_never_reach_less(
    shares: list[tuple[str, str, int]], listed: set[str], also: str
) -> None:
    parties = [holds(name, str(percent), held or None) for name, held, percent in shares]
    before, after = rules(parties, *listed), rules(parties, *listed, also)
    assert before.keys() <= after.keys()
    assert all(Decimal(after[rule]) >= Decimal(before[rule]) for rule in before)


@pytest.mark.parametrize("verdict", ["true", "false"])
def test_a_firm_on_no_list_is_told_by_its_owners(office: Office, verdict: str) -> None:
    office.load([{"id": "x", "name": "Konstantin Zaytsev", "kind": "person"}])
    firm = office.customer(
        "云岭贸易有限公司",
        {"name": "霁川控股有限公司", "role": "shareholder", "kind": "organisation", "share_percent": "50"},
        {
            "name": "Konstantin Zaytsev",
            "role": "shareholder",
            "kind": "person",
            "share_percent": "50",
            "held_in": "霁川控股有限公司",
        },
    )
    kept = office.desk.screen_customer(firm, office.person())
    (hit,) = kept.hits
    assert hit.roles == ["shareholder", "beneficial_owner"]
    (told,) = kept.told("en")["owned"]
    assert (told["rule"], told["certain"], told["percent"], told["hits"]) == ("ofac", False, "50", [hit.code])
    assert "Konstantin Zaytsev 50 % → 霁川控股有限公司 50 % → 云岭贸易有限公司" in told["text"]
    outcome = office.hits.decide(hit.code, verdict, "passport seen", office.person())
    if outcome.hit.state is HitState.PROPOSED:
        office.hits.confirm(hit.code, office.person("chen@firm.cn"))
    after = office.desk.owned(firm, office.person())
    assert [one["certain"] for one in after] == ([True] if verdict == "true" else [])
