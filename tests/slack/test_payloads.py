"""Payloads of clicks, forms and shortcuts that are broken, late or come twice: acknowledged, done once or not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.identifiers import FEEDBACK, Pointer
from bot.slack.payloads import read_incoming, read_typing
from bot.slack.views.companies import CHECK_COMPANY, CUSTOMER
from bot.slack.views.feedback import CALLBACK, NOTE, REASON
from store.engine import reading
from store.schema.answers import feedback

BOT, RISK = "U0BONAFIDE", "U01RISK"

SIMPLE = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
JSON = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
#: The fields that are read, each with anything in it.
NAMES = re.findall(
    r"\w+",
    """actions action_id action_ts block_id callback_id channel channel_id command container event event_id files id
    message message_ts private_metadata selected_option selected_options state tab team team_id text thread_ts ts
    trigger_id type user user_id value values view view_id""",
)
KINDS = st.sampled_from(
    ["block_actions", "view_submission", "message_action", "shortcut", "event_callback", "block_suggestion"]
)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Something in the shape of a payload, with rubbish where ids and values should be."""
    part = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6)
    body = draw(part) | {"type": draw(KINDS)}
    for name in ("view", "message", "event", "team", "user", "channel", "container"):
        if draw(st.booleans()):
            body[name] = draw(part)
    if draw(st.booleans()):
        body["actions"] = [
            draw(part) | {"action_id": draw(st.sampled_from(["alert_act", "check_x:1", FEEDBACK]))}
        ]
    if draw(st.booleans()):
        body["view"] = draw(part) | {
            "callback_id": "alert_dismiss",
            "state": {"values": {"b": {"x": draw(part)}}},
        }
    return body


@settings(max_examples=300)
@given(body=bodies())
def test_no_payload_is_too_odd_to_be_read(body: dict[str, Any]) -> None:
    incoming = read_incoming(body, BOT)
    read_typing(body)
    if incoming is not None:
        # What is read has the ids without which nobody can be answered, and a desk that takes it.
        assert incoming.team and incoming.user and incoming.channel and incoming.desk
        assert all(isinstance(value, str) for value in incoming.values.values())
        assert isinstance(incoming.needs_work, bool) and isinstance(incoming.opens, bool)


@pytest.mark.parametrize(
    "value", [None, "", "rubbish", "[" * 1999, "9" * 5000, 7, "null", '{"v":99,"a":"A-1"}']
)
def test_a_click_at_a_desk_with_a_value_of_nobody_changes_nothing(surface: Any, value: Any) -> None:
    surface.work()
    for action in ("alert_acknowledge", "alert_more", "check_pick", "home_ask:1", "home_turn:2", "papers_x"):
        status, _ = surface.send(surface.click(RISK, action, value))
        assert status == 200
    said = [each["payload"].get("text", "") for each in surface.work() if each["method"] != "views.publish"]
    # Who clicks is told something or nothing, but nothing is done and nobody is shown an error.
    assert not any("Traceback" in text or "Error" in text for text in said)


def test_the_same_form_twice_is_one_deed(surface: Any) -> None:
    surface.work()
    body = {
        "type": "event_callback",
        "team_id": "T01BONAFIDE",
        "event_id": "EvPay1",
        "event": {
            "type": "message",
            "channel": "D01RISK",
            "channel_type": "im",
            "user": RISK,
            "text": "Who is Nordhafen?",
            "ts": "1700000001.000001",
        },
    }
    surface.send(body)
    (answer,) = surface.work()
    code = next(
        json.loads(block["elements"][0]["negative_button"]["value"])["a"]
        for block in answer["payload"]["blocks"]
        if block["type"] == "context_actions"
    )
    form = surface.submit(
        RISK, CALLBACK, {REASON: "select:wrong", NOTE: "it is in Bremen"}, Pointer(code).pack()
    )
    assert surface.send(form) == (200, 1)
    assert surface.send(form) == (200, 0)
    # The click on Bad that opened the form is worked off after it: it takes no reason away.
    surface.send(surface.click(RISK, FEEDBACK, Pointer(code, 0, "bad").pack()))
    surface.work()
    with reading(surface.house.databases.read) as connection:
        kept = [(row.verdict, row.reason) for row in connection.execute(feedback.select())]
    assert kept == [("bad", "wrong: it is in Bremen")]


def test_a_form_about_nothing_is_taken_without_harm(surface: Any) -> None:
    surface.work()
    for metadata in ("", "rubbish", Pointer("Q-404").pack(), Pointer("C-1").pack()):
        assert surface.send(surface.submit(RISK, CALLBACK, {REASON: "select:wrong"}, metadata))[0] == 200
    assert surface.send(surface.submit(RISK, "check_other", {CUSTOMER: "x"}))[0] == 200
    surface.work()


def test_a_late_click_whose_trigger_has_died_is_taken_all_the_same(surface: Any) -> None:
    # The form cannot be opened any more; the verdict is kept, and the shortcut is acknowledged.
    assert surface.send(surface.click(RISK, FEEDBACK, Pointer("Q-1", 0, "bad").pack())) == (200, 1)
    assert surface.send(surface.shortcut(RISK, CHECK_COMPANY, "who is late?")) == (200, 1)
    surface.work()
