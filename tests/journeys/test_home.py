"""Home, the reason after “Bad”, and the shortcut on a message, over the real processes."""

from __future__ import annotations

import json
from typing import Any

from bot.assembly import build
from bot.settings import Settings
from bot.slack.identifiers import FEEDBACK
from bot.slack.views.companies import CHECK_COMPANY, CUSTOMER
from bot.slack.views.feedback import NOTE, REASON
from bot.slack.views.home import ASK, LANGUAGE
from store.engine import reading
from store.schema.answers import feedback

SALES, RISK, COMPLIANCE = "U01SALES", "U01RISK", "U01COMPL"


def control(view: dict[str, Any], action: str) -> dict[str, Any]:
    """The first button, menu or select of a view whose id begins so."""
    return next(
        element
        for block in view["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if element.get("action_id", "").startswith(action)
    )


def test_home_is_there_when_it_is_opened_and_asks_with_one_click(stage: Any) -> None:
    people = stage.people
    people.do("home", user=SALES, tab="home")
    home = people.wait(lambda: people.home(SALES), seconds=15)
    assert "陈雨桐" in home["blocks"][0]["text"]["text"]
    ask = control(home, ASK)
    before = len(people.messages(SALES, "dm"))
    people.do("click", user=SALES, view_id=home["id"], action_id=ask["action_id"], value=ask["value"])
    people.wait(lambda: len(people.messages(SALES, "dm")) > before, seconds=20)
    assert ask["text"]["text"].removesuffix("是谁？") in people.messages(SALES, "dm")[-1]["text"]


def test_a_language_that_is_chosen_on_home_changes_home(stage: Any) -> None:
    people = stage.people
    people.do("home", user=COMPLIANCE, tab="home")
    home = people.wait(lambda: people.home(COMPLIANCE), seconds=15)
    assert "Good day" in home["blocks"][0]["text"]["text"]
    people.do("click", user=COMPLIANCE, view_id=home["id"], action_id=LANGUAGE, value="zh")
    people.wait(lambda: "您好" in people.home(COMPLIANCE)["blocks"][0]["text"]["text"], seconds=15)
    people.do("click", user=COMPLIANCE, view_id=home["id"], action_id=LANGUAGE, value="auto")
    people.wait(lambda: "Good day" in people.home(COMPLIANCE)["blocks"][0]["text"]["text"], seconds=15)


def test_bad_asks_what_was_wrong_and_the_reason_is_kept(stage: Any) -> None:
    people = stage.people
    _, reply = stage.ask(RISK, "dm", "Who is Nordhafen?")
    (buttons,) = [
        element
        for block in reply["blocks"]
        if block["type"] == "context_actions"
        for element in block["elements"]
    ]
    people.click(RISK, reply, FEEDBACK, buttons["negative_button"]["value"])
    form = people.wait(lambda: people.modals(RISK), seconds=10)[-1]
    people.submit(RISK, form, {REASON: "outdated", NOTE: "They moved to Hamburg in May"})
    databases = build(Settings(home=stage.home)).databases

    def kept() -> list[tuple[str, str | None]]:
        with reading(databases.read) as connection:
            return [(row.verdict, row.reason) for row in connection.execute(feedback.select())]

    people.wait(lambda: ("bad", "outdated: They moved to Hamburg in May") in kept(), seconds=10)
    databases.close()


def test_the_shortcut_on_a_message_asks_which_company_when_none_is_named(stage: Any) -> None:
    people = stage.people
    said = people.say(RISK, "#general", "they pay late again")
    people.do("shortcut", user=RISK, channel=said["channel"], ts=said["ts"], callback_id=CHECK_COMPANY)
    form = people.wait(lambda: people.modals(RISK), seconds=10)[-1]
    assert "they pay late again" in json.dumps(form["blocks"])
    found = people.do("options", user=RISK, view_id=form["id"], action_id=CUSTOMER, query="nordhafen")
    assert [each["text"]["text"].split(" ")[0] for each in found["options"]] == ["Nordhafen"]
    people.do("close", user=RISK, view_id=form["id"], everything=True)


def test_the_shortcut_is_not_for_sales(stage: Any) -> None:
    people = stage.people
    said = people.say(SALES, "#sales", "what about Nordhafen?")
    people.do("shortcut", user=SALES, channel=said["channel"], ts=said["ts"], callback_id=CHECK_COMPANY)
    notice = people.wait(lambda: people.modals(SALES), seconds=10)[-1]
    assert "风控" in notice["blocks"][0]["text"]["text"]
    people.do("close", user=SALES, view_id=notice["id"], everything=True)
