"""App Home: each role sees what is theirs, nothing breaks Slack's limits, and it is drawn again when it changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.identifiers import Pointer, unpack
from bot.slack.views.alert import BUTTONS, AlertCard
from bot.slack.views.home import (
    ABOUT,
    ABOUT_WORDS,
    ASK,
    DIGEST,
    LANGUAGE,
    TURN,
    CheckLine,
    CustomerLine,
    DecisionLine,
    HomePage,
    LedgerLine,
    Suggestion,
    home_view,
)
from bot.workspace.blocks import check_view
from prompts.phrasebook import Phrasebook

SALES, RISK, COMPLIANCE, GUEST = "U01SALES", "U01RISK", "U01COMPL", "U01GUEST"
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WORDS = st.text(max_size=2000)
CUSTOMERS = st.builds(CustomerLine, st.just("C-999999"), WORDS, st.lists(WORDS, max_size=3).map(tuple))
ALERTS = st.builds(
    AlertCard,
    code=st.integers(1, 10**6).map("A-{}".format),
    severity=st.sampled_from(["high", "warn", "info"]),
    state=st.sampled_from([state for state, buttons in BUTTONS.items() if buttons]),
    customer=WORDS,
    customer_code=st.just("C-1"),
    what=WORDS,
    why=WORDS,
)
PAGES = st.builds(
    HomePage,
    name=WORDS,
    role=st.sampled_from(["sales", "risk", "compliance", "auditor", "admin"]),
    questions=st.lists(st.builds(Suggestion, WORDS, st.just("C-1"), st.just("who")), max_size=9).map(tuple),
    alerts=st.none() | st.lists(ALERTS, max_size=15, unique_by=lambda card: card.code).map(tuple),
    open_alerts=st.none() | st.dictionaries(st.sampled_from(["high", "warn"]), st.integers(0, 10**6)),
    customers=st.none() | st.lists(CUSTOMERS, max_size=25).map(tuple),
    customer_count=st.integers(0, 10**6),
    waiting_hits=st.none() | st.integers(0, 10**6),
    checks=st.none()
    | st.lists(
        st.builds(
            CheckLine,
            st.just("B-1"),
            CUSTOMERS,
            st.sampled_from(["pass", "warn", "fail", "unknown"]),
            st.just(AT),
        ),
        max_size=9,
    ).map(tuple),
    unchecked=st.lists(CUSTOMERS, max_size=12).map(tuple),
    unchecked_count=st.integers(0, 10**6),
    decisions=st.none()
    | st.lists(
        st.builds(
            DecisionLine,
            st.just(AT),
            WORDS,
            st.sampled_from(["closed", "dismissed"]),
            st.just("A-999999"),
            WORDS,
            WORDS,
        ),
        max_size=12,
    ).map(tuple),
    ledger=st.none() | st.builds(LedgerLine, st.integers(0, 10**9), st.none() | st.just(AT), st.integers(0)),
    page=st.integers(1, 10**6),
    language=st.sampled_from([None, "zh", "en"]),
    digest_hour=st.none() | st.integers(0, 23),
    takes_digest=st.booleans(),
)


@pytest.mark.parametrize("language", ["en", "zh"])
@given(page=PAGES)
def test_no_home_breaks_a_limit_or_calls_anybody(language: str, page: HomePage) -> None:
    view = home_view(page, Phrasebook(language))
    check_view(view, ("home",))
    for text in texts(view):
        assert "<" not in text.replace("<!date^", "")


def texts(value: Any) -> list[str]:
    """Every text in which Slack would look for mentions."""
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            return []
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() for text in texts(part)]
    return [text for part in value for text in texts(part)] if isinstance(value, list) else []


def opened(surface: Any, user: str, event: str) -> dict[str, Any]:
    """Home as it is published after this person has opened it."""
    body = {
        "type": "event_callback",
        "team_id": "T01BONAFIDE",
        "event_id": event,
        "event": {"type": "app_home_opened", "user": user, "channel": "D01", "tab": "home"},
    }
    assert surface.send(body) == (200, 1)
    return published(surface.work(), user)


def published(messages: list[dict[str, Any]], user: str) -> dict[str, Any]:
    """The last view that was published to this person."""
    views = [
        each["payload"]
        for each in messages
        if each["method"] == "views.publish" and each["payload"]["user_id"] == user
    ]
    assert views
    return views[-1]["view"]


def elements(view: dict[str, Any], action: str) -> list[dict[str, Any]]:
    """The buttons, menus and selects of a view whose id begins so."""
    found = [
        element
        for block in view["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
    ]
    return [each for each in found if each.get("action_id", "").split(":")[0] == action]


def test_sales_see_their_customers_and_nothing_of_suspicion(surface: Any) -> None:
    view = opened(surface, SALES, "EvHomeSales")
    assert len(elements(view, ABOUT)) == 20
    assert len(elements(view, ASK)) == 3
    assert elements(view, DIGEST) == []
    told = json.dumps(view, ensure_ascii=False)
    for word in ("预警", "核查", "alert", "check_", "Alert", "风险", "台账"):
        assert word not in told, word


def test_a_long_list_is_turned_page_by_page(surface: Any) -> None:
    view = opened(surface, SALES, "EvHomePages")
    (later,) = elements(view, TURN)
    first = {each["options"][0]["value"] for each in elements(view, ABOUT)}
    surface.send(surface.click(SALES, TURN + ":2", later["value"], channel={}, container={"type": "view"}))
    second = published(surface.work(), SALES)
    assert not first & {each["options"][0]["value"] for each in elements(second, ABOUT)}
    (back,) = elements(second, TURN)
    assert unpack(back["value"]) == Pointer("", 1, "turn")


def test_one_click_asks_a_question_and_the_answer_comes_in_private(surface: Any) -> None:
    view = opened(surface, SALES, "EvHomeAsk")
    button = elements(view, ASK)[0]
    surface.send(
        surface.click(SALES, button["action_id"], button["value"], channel={}, container={"type": "view"})
    )
    answers = [each for each in surface.work() if each["method"] == "chat.postMessage"]
    assert len(answers) == 1 and answers[0]["channel"].startswith("D")
    name = button["text"]["text"].removesuffix("是谁？")
    assert name in answers[0]["payload"]["text"]


def test_every_question_of_a_customers_menu_has_words(surface: Any) -> None:
    view = opened(surface, SALES, "EvHomeMenu")
    menu = elements(view, ABOUT)[0]
    pointers = [unpack(each["value"]) for each in menu["options"]]
    assert [pointer.choice for pointer in pointers if pointer] == list(ABOUT_WORDS)
    assert all(f"home.question.{word}" in Phrasebook("en") for word in ABOUT_WORDS)


def test_the_language_that_is_chosen_is_spoken_at_once(surface: Any) -> None:
    view = opened(surface, COMPLIANCE, "EvHomeLanguage")
    assert view["blocks"][0]["text"]["text"] == "Good day, Maria Keller"
    action = {
        "action_id": LANGUAGE,
        "action_ts": "7.0",
        "type": "static_select",
        "selected_option": {"value": "zh"},
    }
    click = surface.click(
        COMPLIANCE, LANGUAGE, None, channel={}, container={"type": "view"}, actions=[action]
    )
    surface.send(click)
    view = published(surface.work(), COMPLIANCE)
    assert view["blocks"][0]["text"]["text"] == "您好，Maria Keller"
    (chooser,) = elements(view, LANGUAGE)
    assert chooser["initial_option"]["value"] == "zh"


def test_risk_and_compliance_choose_the_hour_of_their_digest(surface: Any) -> None:
    opened(surface, RISK, "EvHomeDigest")
    action = {
        "action_id": DIGEST,
        "action_ts": "8.0",
        "type": "static_select",
        "selected_option": {"value": "17"},
    }
    surface.send(surface.click(RISK, DIGEST, None, channel={}, container={"type": "view"}, actions=[action]))
    (chooser,) = elements(published(surface.work(), RISK), DIGEST)
    assert chooser["initial_option"]["value"] == "17"


def test_home_is_drawn_again_only_when_something_of_it_has_changed(surface: Any, tmp_path: Any) -> None:
    opened(surface, SALES, "EvHomeAgain")
    desk = surface.house.surface.desks.homes
    assert desk is not None
    surface.work()
    desk.refresh()
    assert desk.refresh() == 0
    row = {"customer_key": "fresh", "legal_name": "新衡包装有限公司", "owner": "chen.yutong@demo.example"}
    path = tmp_path / "customers.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False))
    assert not surface.house.intake.import_file("customers", path, actor="test").aside
    assert desk.refresh() >= 1
    assert desk.refresh() == 0


def test_risk_see_whose_check_is_due_and_one_click_makes_it(surface: Any) -> None:
    view = opened(surface, RISK, "EvHomeChecks")
    due = elements(view, "check_pick")
    assert len(due) == 8
    (wanted,) = [pointer for pointer in [unpack(due[0]["value"])] if pointer]
    action = {"action_id": "check_pick:1", "action_ts": "9.0", "value": due[0]["value"]}
    click = surface.click(
        RISK, "check_pick:1", None, channel={}, container={"type": "view"}, actions=[action]
    )
    assert surface.send(click) == (200, 1)
    assert [each for each in surface.work() if each["method"] == "chat.postMessage"]
    surface.house.surface.desks.homes.refresh()
    view = published(surface.outgoing(), RISK)
    assert wanted.code not in [unpack(each["value"]).code for each in elements(view, "check_pick")]
    assert "B-1" in json.dumps(view)
    # Sales know nothing of it.
    assert "B-1" not in json.dumps(opened(surface, SALES, "EvHomeNoChecks"))


def test_a_guest_is_told_why_there_is_no_home(surface: Any) -> None:
    view = opened(surface, GUEST, "EvHomeGuest")
    assert len(view["blocks"]) == 1 and "guests" in view["blocks"][0]["text"]["text"]
