"""Alerts as messages and forms: within every limit of Slack's whatever is in them, and telling what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.identifiers import OPEN_SOURCE, OPENING, unpack
from bot.slack.views.alert import BUTTONS, MENU, AlertCard, alert_message
from bot.slack.views.alert_forms import Step, close_form, dismiss_form, history_page, note_form
from bot.slack.views.alert_list import alert_list
from bot.slack.views.digest import digest_message
from bot.workspace.blocks import check_blocks, check_view
from prompts.phrasebook import Phrasebook

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LANGUAGES = ["en", "zh"]
STATES = list(BUTTONS)
WORDS = st.text(max_size=4000)


def source(quote: str = "被列为失信被执行人", title: str | None = "法院公告") -> dict[str, Any]:
    return {
        "id": "e1",
        "kind": "passage",
        "source": "court.example",
        "tier": "court",
        "date": "2026-11-20",
        "quote": quote,
        "customer": "C-1001",
        "title": title,
        "url": None,
        "locator": {},
        "class": "public",
    }


CARD = AlertCard(
    code="A-7",
    severity="high",
    state="open",
    customer="恒岳科技（深圳）有限公司",
    customer_code="C-1001",
    what="新增失信被执行人记录",
    why="欠款 1,200,000 元未到期，额度仍在使用",
    evidence=(source(), source()),
    items=3,
    sources=2,
    opened_at=AT,
    latest_at=AT + timedelta(minutes=40),
)


@st.composite
def cards(draw: st.DrawFn) -> AlertCard:
    evidence = st.builds(source, WORDS, st.none() | WORDS)
    return AlertCard(
        code="A-999999999",
        severity=draw(st.sampled_from(["high", "warn", "info"])),
        state=draw(st.sampled_from(STATES)),
        customer=draw(WORDS),
        customer_code=draw(st.sampled_from(["C-1001", ""])),
        what=draw(WORDS),
        why=draw(WORDS),
        evidence=tuple(draw(st.lists(evidence, max_size=40))),
        items=draw(st.integers(0, 5000)),
        sources=draw(st.integers(0, 5000)),
        opened_at=AT,
        latest_at=draw(st.none() | st.just(AT)),
        by=draw(st.none() | WORDS),
        at=draw(st.none() | st.just(AT)),
        owner=draw(st.none() | WORDS),
        reason=draw(WORDS),
        snoozed_until=draw(st.none() | st.just(AT)),
        escalated=draw(st.booleans()),
        notes=draw(st.integers(0, 99)),
    )


def texts(value: Any) -> list[str]:
    """Every text in which Slack would look for mentions."""
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            return []
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() for text in texts(part)]
    return [text for part in value for text in texts(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("language", LANGUAGES)
@given(card=cards())
def test_no_alert_breaks_a_limit_or_calls_anybody(language: str, card: AlertCard) -> None:
    phrases = Phrasebook(language)
    message = alert_message(card, phrases)
    check_blocks(message["blocks"], surface="message")
    assert 0 < len(message["text"]) <= 3000
    # The only thing in angle brackets is an instant of ours.
    for text in [message["text"], *texts(message["blocks"])]:
        assert "<" not in text.replace("<!date^", "")


@pytest.mark.parametrize("language", LANGUAGES)
@given(card=cards(), said=st.lists(WORDS, max_size=80))
def test_no_form_breaks_a_limit(language: str, card: AlertCard, said: list[str]) -> None:
    phrases = Phrasebook(language)
    steps = [Step(AT, "closed", each, each) for each in said]
    for view in (
        dismiss_form(card, phrases),
        close_form(card, phrases),
        note_form(card, phrases),
        history_page(card, steps, phrases),
    ):
        check_view(view, ("modal",))


@pytest.mark.parametrize("language", LANGUAGES)
@given(open_ones=st.lists(cards(), max_size=20), counts=st.tuples(*[st.integers(0, 10**6)] * 3))
def test_no_list_and_no_digest_breaks_a_limit(
    language: str, open_ones: list[AlertCard], counts: tuple[int, int, int]
) -> None:
    phrases = Phrasebook(language)
    new, closed, more = counts
    count = len(open_ones) + more
    for message in (
        alert_list(open_ones, count, phrases),
        digest_message("2026-11-21", new, closed, open_ones, count, phrases),
    ):
        check_blocks(message["blocks"], surface="message")
        assert 0 < len(message["text"]) <= 3000
        shown = [message["text"], *texts(message["blocks"])]
        assert all("<" not in text.replace("<!date^", "") for text in shown)


def test_a_digest_says_what_came_what_is_open_and_what_ended() -> None:
    message = digest_message("2026-11-21", 2, 1, [CARD], 3, Phrasebook("en"))
    assert message["text"] == (
        "Your alerts, 2026-11-21: 2 new alerts since the last digest · 3 open · one closed\n"
        "🔴 High · A-7 · 恒岳科技（深圳）有限公司 (C-1001)"
    )
    assert "2 more" in texts(message["blocks"])[-1]
    quiet = digest_message("2026-11-21", 0, 0, [], 0, Phrasebook("zh"))
    assert "没有" in quiet["text"] and len(quiet["blocks"]) == 2


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """action_id → style of the buttons in the row of actions."""
    (row,) = [block for block in message["blocks"] if block["type"] == "actions"]
    return {each["action_id"]: each.get("style", "") for each in row["elements"] if each["type"] == "button"}


def menu(message: dict[str, Any]) -> list[str]:
    found = [
        element
        for block in message["blocks"]
        for element in [*block.get("elements", []), block.get("accessory", {})]
        if element.get("type") == "overflow"
    ]
    assert len(found) == 1
    pointers = [unpack(each["value"]) for each in found[0]["options"]]
    assert all(pointer is not None and pointer.code == "A-7" for pointer in pointers)
    return [pointer.choice for pointer in pointers if pointer is not None]


def test_one_glance_says_how_bad_who_and_what() -> None:
    message = alert_message(CARD, Phrasebook("zh"))
    assert message["blocks"][0]["text"]["text"] == "🔴 高风险 · A-7 · 恒岳科技（深圳）有限公司（C-1001）"
    story = message["blocks"][1]["text"]["text"]
    assert "*新增失信被执行人记录*" in story and "为何重要：欠款" in story
    opens = [block["accessory"]["action_id"] for block in message["blocks"] if "accessory" in block]
    assert opens == [f"{OPEN_SOURCE}:1", f"{OPEN_SOURCE}:2"]
    assert "3 条信息 · 2 个独立来源" in texts(message["blocks"])[-2]
    assert message["text"].startswith("🔴 高风险 · A-7")


def test_the_next_step_is_the_prominent_one_and_what_is_done_is_no_button() -> None:
    shown = {
        state: buttons(alert_message(replace(CARD, state=state), Phrasebook("en"))) for state in STATES[:3]
    }
    assert shown["open"] == {"alert_acknowledge": "primary", "alert_check": "", "alert_dismiss": ""}
    assert shown["acknowledged"] == {"alert_take": "primary", "alert_check": "", "alert_dismiss": ""}
    assert shown["in_work"] == {"alert_close": "primary", "alert_check": "", "alert_dismiss": ""}
    assert menu(alert_message(CARD, Phrasebook("en"))) == ["take", "snooze", "close", "note", "history"]


@pytest.mark.parametrize(("state", "word"), [("closed", "Closed"), ("dismissed", "Dismissed")])
def test_what_is_over_collapses_to_what_became_of_it(state: str, word: str) -> None:
    over = replace(CARD, state=state, by="林国栋", at=AT, reason="known: settled in May <!here>")
    message = alert_message(over, Phrasebook("en"))
    assert len(message["blocks"]) == 2
    assert menu(message) == ["note", "history"]
    shown = texts(message["blocks"])[-1]
    assert (
        f"{word} by 林国栋" in shown and "Already known and dealt with: settled in May &lt;!here&gt;" in shown
    )


def test_what_only_opens_a_form_is_declared_so() -> None:
    words = {word for table in (BUTTONS, MENU) for state in table.values() for word in state}
    assert words == {"acknowledge", "check", "dismiss", "take", "snooze", "close", "note", "history"}
    assert {word for desk, word in OPENING if desk == "alert"} == {"dismiss", "close", "note", "history"}


def test_the_history_tells_who_did_what_in_order() -> None:
    steps = [Step(AT, "opened", "rule"), Step(AT + timedelta(hours=1), "acknowledged", "何静妍", "on it")]
    page = history_page(CARD, steps, Phrasebook("en"))
    told = "\n".join(texts(page["blocks"]))
    assert told.index("opened") < told.index("acknowledged") and "何静妍: on it" in told
