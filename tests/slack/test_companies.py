"""Whom somebody wants checked: by command, by shortcut, by choice; and never anybody whom they did not mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.slack.companies import Companies
from bot.slack.identifiers import Pointer, unpack
from bot.slack.incoming import Incoming
from bot.slack.views.companies import CHECK_COMPANY, CUSTOMER, PICK
from store.people import Person

SALES, RISK, GUEST = "U01SALES", "U01RISK", "U01GUEST"


@dataclass
class Checks:
    """The desk behind: it notes whom it was told to check, and for whom."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        told = (incoming.rest, person.email)
        if told not in self.told:  # it is safe to call twice
            self.told.append(told)


@pytest.fixture
def checks(surface: Any, monkeypatch: pytest.MonkeyPatch) -> Checks:
    house, checks = surface.house, Checks()
    surface.work()
    monkeypatch.setitem(
        house.surface.desks.by_name,
        "check",
        Companies(
            house.databases,
            house.surface.directory,
            house.surface.desks.finder,
            house.surface.voice,
            checks,
            clock=house.clock,
        ),
    )
    return checks


def code_of(surface: Any, name: str) -> str:
    found = surface.house.surface.desks.finder.find(name).one
    assert found is not None
    return found.code


def test_a_name_that_one_customer_has_is_checked_at_once(surface: Any, checks: Checks) -> None:
    assert surface.send(surface.command(RISK, "check Nordhafen")) == (200, 1)
    assert surface.work() == []
    assert checks.told == [(code_of(surface, "Nordhafen"), "lin.guodong@demo.example")]


def test_a_name_that_several_have_brings_a_select_and_the_choice_decides(
    surface: Any, checks: Checks
) -> None:
    surface.send(surface.command(RISK, "核查恒岳科技"))
    (asked,) = surface.work()
    assert checks.told == [] and asked["channel"] == RISK
    chooser = asked["payload"]["blocks"][1]["elements"][0]
    assert chooser["action_id"] == PICK and len(chooser["options"]) >= 2
    chosen = chooser["options"][1]["value"]
    action = {"action_id": PICK, "action_ts": "5.0", "selected_option": {"value": chosen}}
    surface.send(surface.click(RISK, PICK, None, channel={"id": "D01"}, actions=[action]))
    surface.work()
    pointer = unpack(chosen)
    assert pointer is not None and [code for code, _ in checks.told] == [pointer.code]


@pytest.mark.parametrize(
    ("typed", "said"), [("check", "whom to check"), ("check Zzyzx Unlimited", "no customer")]
)
def test_nobody_and_somebody_unknown_are_answered(
    surface: Any, checks: Checks, typed: str, said: str
) -> None:
    # Maria Keller of compliance speaks English.
    surface.send(surface.command("U01COMPL", typed))
    (reply,) = surface.work()
    assert said in reply["payload"]["text"] and checks.told == []


def test_sales_are_told_who_checks(surface: Any, checks: Checks) -> None:
    surface.send(surface.command(SALES, "check 恒岳科技"))
    (reply,) = surface.work()
    assert "风控" in reply["payload"]["text"] and checks.told == []
    assert (
        surface.house.surface.desks.openers["check"].modal(
            Incoming("shortcut", "T01BONAFIDE", SALES, SALES, "恒岳科技", "", act=CHECK_COMPANY)
        )["blocks"][0]["type"]
        == "section"
    )


def test_a_shortcut_on_a_message_that_names_one_company_checks_it(surface: Any, checks: Checks) -> None:
    body = surface.shortcut(RISK, CHECK_COMPANY, "Nordhafen wants 60 days instead of 30, what do we say?")
    assert surface.send(body) == (200, 1)
    assert surface.send(body) == (200, 0)
    surface.work()
    assert [code for code, _ in checks.told] == [code_of(surface, "Nordhafen")]
    assert surface.people.modals(RISK) == []


def shown(surface: Any, user: str, text: str) -> dict[str, Any] | None:
    """The modal that the gateway opens for the shortcut on these words."""
    return surface.house.surface.desks.openers["check"].modal(
        Incoming("shortcut", "T01BONAFIDE", user, user, text, "", act=CHECK_COMPANY)
    )


def test_where_several_or_nobody_is_named_the_form_asks(surface: Any, checks: Checks) -> None:
    several = shown(surface, RISK, "Compare Nordhafen with 瀚屿集团 before Friday")
    assert several is not None
    select = several["blocks"][-1]["element"]
    assert select["type"] == "static_select" and len(select["options"]) == 2
    nobody = shown(surface, RISK, "lunch?")
    assert nobody is not None and nobody["blocks"][-1]["element"]["type"] == "external_select"
    assert shown(surface, RISK, "Nordhafen again") is None
    surface.send(surface.shortcut(RISK, CHECK_COMPANY, "lunch?"))
    assert surface.work() == [] and checks.told == []


def test_what_was_chosen_in_the_form_is_checked(surface: Any, checks: Checks) -> None:
    code = code_of(surface, "Nordhafen")
    assert surface.send(
        surface.submit(RISK, CHECK_COMPANY, {CUSTOMER: "select:" + Pointer(code, 0, "pick").pack()})
    ) == (200, 1)
    surface.work()
    assert [told for told, _ in checks.told] == [code]


def test_a_form_without_a_choice_stays_open(surface: Any, checks: Checks) -> None:
    assert surface.send(surface.submit(RISK, CHECK_COMPANY, {CUSTOMER: "rubbish"})) == (200, 0)
    assert surface.work() == [] and checks.told == []


def test_typing_finds_customers_by_what_their_names_hold(surface: Any) -> None:
    suggest = surface.house.surface.desks.openers["check"].suggest
    typing = Incoming("typing", "T01BONAFIDE", RISK, RISK, "", "", act=CUSTOMER)
    assert any("Nordhafen" in each["text"]["text"] for each in suggest(typing, "nordh"))
    assert any("恒岳" in each["text"]["text"] for each in suggest(typing, "恒岳"))
    assert len(suggest(typing, "")) > 5
    for user in (SALES, GUEST):
        other = Incoming("typing", "T01BONAFIDE", user, user, "", "", act=CUSTOMER)
        assert suggest(other, "nordh") == []
