"""A warning from end to end: bad news comes in, the right people hear of it, and what they do shows everywhere.

Over the real processes: the news is ingested beside the running house, the worker looks at what changed, and the
people of the workspace click.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.assembly import build
from bot.settings import Settings
from bot.slack.views.alert_forms import CHOICE, WORDS
from store.access import Audience, Role, Viewer
from store.engine import reading
from store.ledger import read as read_ledger

SALES, RISK, HE, COMPLIANCE, GUEST = "U01SALES", "U01RISK", "U02RISK", "U01COMPL", "U01GUEST"
BONAFIDE = "U0BONAFIDE"

NEWS = {
    "id": "news-nordhafen-1",
    "title": "Insolvency proceedings opened against Nordhafen Maschinenbau",
    "text": "Bremen. The Bremen district court opened insolvency proceedings against Nordhafen Maschinenbau GmbH "
    "on 20 November 2026. The packaging machinery maker owes suppliers several million euros.",
    "published": "2026-11-20",
    "source": "Weser Courier",
}


def ingest(stage: Any, *documents: dict[str, Any]) -> None:
    """What a person does with news: `bonafide ingest`, beside the running processes."""
    path = stage.home / f"{documents[0]['id']}.jsonl"
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents))
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "ingest", str(path)],
        env=stage.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def alerts_in(stage: Any, user: str, channel: str) -> list[dict[str, Any]]:
    """The messages in a channel that show an alert, as this person sees them."""
    return [
        each
        for each in stage.people.messages(user, channel)
        if each["user"] == BONAFIDE and "alert_more" in json.dumps(each.get("blocks"))
    ]


def about(stage: Any, name: str, user: str = RISK, channel: str = "#risk") -> dict[str, Any] | None:
    """The newest alert message about a customer."""
    found = [each for each in alerts_in(stage, user, channel) if name in json.dumps(each, ensure_ascii=False)]
    return found[-1] if found else None


def actions(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Buttons and menus of a message by id."""
    return {
        element["action_id"]: element
        for block in message["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if "action_id" in element
    }


def press(stage: Any, user: str, message: dict[str, Any], action: str) -> None:
    stage.people.click(user, message, action, actions(message)[action]["value"])


def entry(message: dict[str, Any], word: str) -> str:
    """The value of an entry of the menu."""
    options = actions(message)["alert_more"]["options"]
    return next(each["value"] for each in options if json.loads(each["value"])["c"] == word)


def whispers(stage: Any, user: str, channel: str = "#risk") -> list[str]:
    return [each["text"] for each in stage.people.messages(user, channel) if each.get("is_ephemeral")]


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Any]) -> Any:
    """A running installation whose rules look at what comes in."""
    return make_stage()


@pytest.fixture(scope="module")
def warned(stage: Any) -> dict[str, Any]:
    """The alert in #risk after the news has come in."""
    ingest(stage, NEWS)
    message: dict[str, Any] = stage.people.wait(lambda: about(stage, "Nordhafen"), seconds=40)
    return message


def test_bad_news_is_an_alert_in_the_risk_channel(stage: Any, warned: dict[str, Any]) -> None:
    head = warned["blocks"][0]["text"]["text"]
    assert "Nordhafen Maschinenbau GmbH" in head and "C-" in head
    assert {"alert_acknowledge", "alert_check", "alert_dismiss", "alert_more"} <= actions(warned).keys()


def test_nobody_else_hears_of_it(stage: Any, warned: dict[str, Any]) -> None:
    people = stage.people
    for user in (SALES, GUEST):
        for channel in ("#general", "dm") if user == GUEST else ("#general", "#sales", "dm"):
            shown = json.dumps(people.messages(user, channel), ensure_ascii=False)
            assert "insolvency" not in shown and "alert_" not in shown, (user, channel)
    # What others have published stays public; that we look at it does not.
    _, reply = stage.ask(SALES, "dm", "Is there an alert about Nordhafen?")
    assert not re.search(r"\bA-\d", json.dumps(reply, ensure_ascii=False))
    people.do("home", user=SALES, tab="home")
    home = people.wait(lambda: people.home(SALES), seconds=15)
    told = json.dumps(home, ensure_ascii=False)
    assert "alert" not in told and "预警" not in told and "insolvency" not in told


def test_its_source_opens_for_risk(stage: Any, warned: dict[str, Any]) -> None:
    people = stage.people
    press(stage, RISK, warned, "open_source:1")
    modal = people.wait(lambda: people.modals(RISK), seconds=10)[-1]
    assert "insolvency" in json.dumps(modal["blocks"])
    people.do("close", user=RISK, view_id=modal["id"], everything=True)


def test_who_asks_in_its_thread_need_not_name_the_customer(stage: Any, warned: dict[str, Any]) -> None:
    _, reply = stage.ask(RISK, "#risk", "@Bonafide 这家公司的法定代表人是谁？", thread_ts=warned["ts"])
    assert "Hinrich Petersen-Brandt" in reply["text"]
    _, reply = stage.ask(HE, "#risk", "@Bonafide what do they owe us?", thread_ts=warned["ts"])
    assert "Nordhafen" in reply["text"] and "owes" in reply["text"]
    _, reply = stage.ask(RISK, "#risk", "@Bonafide why was this alert raised?", thread_ts=warned["ts"])
    assert "opened insolvency proceedings against Nordhafen" in reply["text"]
    assert "why it matters" in reply["text"]


def test_two_people_acknowledge_at_once_and_one_is_told_of_the_other(
    stage: Any, warned: dict[str, Any]
) -> None:
    both = [
        threading.Thread(target=press, args=(stage, user, warned, "alert_acknowledge")) for user in (RISK, HE)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    redrawn = stage.people.wait(
        lambda: (found := about(stage, "Nordhafen")) and "alert_take" in actions(found) and found, seconds=20
    )
    assert "alert_acknowledge" not in actions(redrawn)
    told = stage.people.wait(lambda: whispers(stage, RISK) + whispers(stage, HE), seconds=20)
    assert len(told) == 1 and "没有改变" in told[0]


def test_home_shows_it_to_risk_with_its_next_step(stage: Any, warned: dict[str, Any]) -> None:
    people = stage.people
    people.do("home", user=HE, tab="home")
    home = people.wait(lambda: next_step(people.home(HE), warned, "alert_take"), seconds=15)
    people.do("click", user=HE, action_id="alert_take", **home)
    # One click on Home, and the message in the channel and Home itself are drawn again.
    people.wait(lambda: "alert_close" in actions(about(stage, "Nordhafen") or {"blocks": []}), seconds=20)
    people.wait(lambda: next_step(people.home(HE), warned, "alert_close"), seconds=20)


def next_step(home: dict[str, Any] | None, message: dict[str, Any], action: str) -> dict[str, str] | None:
    """Where the button of this alert stands on Home: what a click on it says."""
    code = json.loads(actions(message)["alert_acknowledge"]["value"])["a"]
    for block in (home or {"blocks": []})["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id") == action and json.loads(element["value"])["a"] == code:
                return {"view_id": home["id"], "block_id": block["block_id"], "value": element["value"]}  # type: ignore[index]
    return None


def test_closing_asks_how_it_ended_and_what_is_over_collapses(stage: Any, warned: dict[str, Any]) -> None:
    people = stage.people
    stale = about(stage, "Nordhafen")
    assert stale is not None
    press(stage, HE, stale, "alert_close")
    form = people.wait(lambda: people.modals(HE), seconds=10)[-1]
    people.submit(HE, form, {CHOICE: "stopped", WORDS: "no deliveries before payment"})
    over = people.wait(
        lambda: (found := about(stage, "Nordhafen")) and len(found["blocks"]) == 2 and found, seconds=20
    )
    assert "no deliveries before payment" in json.dumps(over)
    # A click on what it looked like before is explained, to the one who clicked.
    before = len(whispers(stage, RISK))
    people.do(
        "click",
        user=RISK,
        channel=over["channel"],
        ts=over["ts"],
        action_id="alert_more",
        value=entry(over, "history"),
    )
    page = people.wait(lambda: people.modals(RISK), seconds=10)[-1]
    told = json.dumps(page["blocks"], ensure_ascii=False)
    assert "何静妍" in told and "no deliveries before payment" in told
    people.do("close", user=RISK, view_id=page["id"], everything=True)
    assert len(whispers(stage, RISK)) == before


def test_the_ledger_knows_who_decided_what(stage: Any, warned: dict[str, Any]) -> None:
    house = build(Settings(home=stage.home))
    viewer = Viewer("test", Role.COMPLIANCE, Audience.alone(), house.policy.rights)
    with reading(house.databases.read) as connection:
        entries = read_ledger(connection, viewer=viewer, limit=500)
    decided = [(each.actor, each.action) for each in entries if each.action.startswith("alert")]
    house.databases.close()
    assert ("he.jingyan@demo.example", "alert.close") in decided
    acknowledged = [actor for actor, action in decided if action == "alert.acknowledge"]
    assert len(acknowledged) == 1
