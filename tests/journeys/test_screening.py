"""A hit from end to end: a list grows beside the running house, the right people hear of it, and two of them decide.

Over the real processes. The demo's list holds an owner behind Al Marsa Dune from the fifth day of its week on.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import build
from bot.demo.portfolio import write_watchlist
from bot.demo.screening import LIST
from bot.demo.week import WEEK
from bot.settings import Settings
from bot.slack.views.screening_forms import WORDS
from store.access import Audience, Role, Viewer
from store.engine import reading
from store.ledger import read as read_ledger

SALES, RISK, HE, COMPLIANCE = "U01SALES", "U01RISK", "U02RISK", "U01COMPL"
BOT, ENTRY = "U0BONAFIDE", "DCL-B-2231"


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Any]) -> Any:
    """A running installation whose rules look at what comes in."""
    return make_stage()


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def load(stage: Any, path: Path) -> subprocess.CompletedProcess[str]:
    """What a person does with a list: `bonafide lists load`, beside the running processes."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "lists", "load", "house", str(path), "--name", LIST],
        env=stage.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def newest(stage: Any, user: str, channel: str, *words: str) -> dict[str, Any] | None:
    """The newest message of the bot there that holds all these words."""
    found = [
        each
        for each in stage.people.messages(user, channel)
        if each["user"] == BOT and all(word in shown(each) for word in words)
    ]
    return found[-1] if found else None


def click(stage: Any, user: str, message: dict[str, Any], action: str) -> None:
    """Press the button whose id begins so."""
    for block in message["blocks"]:
        for each in block.get("elements", []):
            if str(each.get("action_id")).split(":")[0] == action:
                stage.people.click(user, message, each["action_id"], each["value"])
                return
    pytest.fail(f"no button {action} in {shown(message)}")


def test_a_hit_reaches_risk_and_two_people_clear_it_and_sales_hear_nothing(
    stage: Any, tmp_path: Path
) -> None:
    people = stage.people
    path = tmp_path / "list.csv"
    write_watchlist(path, WEEK / "watchlists" / "day-5.csv", build(Settings(home=stage.home)).clock().date())
    done = load(stage, path)
    assert done.returncode == 0, done.stdout + done.stderr

    # The worker compares what is new, and an alert with the button comes to the risk channel.
    alert = people.wait(lambda: newest(stage, RISK, "#risk", "Gleb Ardashev", "screening_show"), seconds=60)
    people.wait(lambda: people.command(COMPLIANCE, "C01SALES", "screen Al Marsa Dune")["acked"], seconds=30)
    card = people.wait(lambda: newest(stage, COMPLIANCE, "dm", ENTRY, "screening_false"), seconds=30)
    assert "Volkhov Marine Industries JSC" in shown(card), "what was decided before stands there too"

    # Risk opens the hits from the alert, in its thread; the first word is a proposal.
    click(stage, RISK, alert, "screening_show")
    thread = people.wait(
        lambda: [each for each in people.replies(RISK, alert) if "screening_false" in shown(each)], seconds=30
    )[0]
    click(stage, RISK, thread, "screening_false")
    form = people.wait(lambda: people.modals(RISK), seconds=15)[-1]
    people.submit(RISK, form, {WORDS: "another man: the register gives 1991 as his year of birth"})
    proposed = people.wait(
        lambda: newest(stage, COMPLIANCE, "dm", ENTRY, "screening_confirm", "1991"), seconds=30
    )

    # The second person confirms on a message of their own, and every message is drawn again.
    click(stage, COMPLIANCE, proposed, "screening_confirm")
    people.wait(
        lambda: [
            each
            for each in people.replies(RISK, alert)
            if ENTRY in shown(each) and "screening_confirm" not in shown(each) and "已排除" in shown(each)
        ],
        seconds=30,
    )

    for channel in ("#sales", "#general", "dm"):
        told = shown(people.messages(SALES, channel))
        assert "Ardashev" not in told and "screening_" not in told, channel
    people.command(SALES, "C01SALES", "screen Al Marsa Dune")
    refused = people.wait(lambda: [m for m in people.messages(SALES, "dm") if m["user"] == BOT], seconds=20)[
        -1
    ]
    assert not refused.get("blocks") and "H-" not in shown(refused)

    house = build(Settings(home=stage.home))
    viewer = Viewer("test", Role.COMPLIANCE, Audience.alone(), house.policy.rights)
    with reading(house.databases.read) as connection:
        entries = read_ledger(connection, viewer=viewer, limit=500)
    told = [(each.actor, each.action) for each in entries if each.action.startswith("hit.")]
    house.databases.close()
    assert ("lin.guodong@demo.example", "hit.decided") in told
    assert ("maria.keller@demo.example", "hit.confirmed") in told


def test_a_list_that_is_cut_off_is_refused_and_somebody_is_told(stage: Any, tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text("id,name,kind\nDCL-B-2209,Volkhov Marine Industries JSC,organisation\n", encoding="utf-8")
    assert load(stage, path).returncode != 0
    told = stage.people.wait(lambda: newest(stage, RISK, "#risk", LIST, "版继续有效"), seconds=30)
    assert not told.get("thread_ts")
