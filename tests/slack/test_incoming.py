"""What Slack delivers, as the bot understands it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.identifiers import CHOOSE_OPTION, FEEDBACK, Pointer, unpack
from bot.slack.incoming import plain_text, read_incoming

BOT = "U0BOT"


def event(**fields: object) -> dict:
    body = {
        "type": "message",
        "user": "U01SALES",
        "channel": "C01SALES",
        "ts": "1.1",
        "text": "hello",
    } | fields
    return {"team_id": "T01", "event_id": "Ev1", "type": "event_callback", "event": body}


def test_a_mention_in_a_channel_is_a_question_in_a_thread() -> None:
    incoming = read_incoming(event(type="app_mention", text=f"<@{BOT}> 恒岳科技付款怎么样？"), BOT)
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.addressed) == ("question", "恒岳科技付款怎么样？", True)
    assert incoming.reply_thread == "1.1"
    assert incoming.conversation == "T01:C01SALES:1.1"


def test_the_message_twin_of_a_mention_means_the_same() -> None:
    mention = read_incoming(event(type="app_mention", text=f"<@{BOT}> hi"), BOT)
    twin = read_incoming(event(text=f"<@{BOT}> hi"), BOT)
    assert mention == twin


def test_a_direct_message_stays_flat_and_is_one_conversation() -> None:
    first = read_incoming(event(channel="D1", channel_type="im", ts="1.1"), BOT)
    second = read_incoming(event(channel="D1", channel_type="im", ts="2.2"), BOT)
    assert first and second
    assert first.private and first.reply_thread is None
    assert first.conversation == second.conversation


def test_a_follow_up_in_a_thread_is_kept_but_not_addressed() -> None:
    incoming = read_incoming(event(thread_ts="1.0", text="and last year?"), BOT)
    assert incoming is not None and not incoming.addressed
    assert incoming.conversation == "T01:C01SALES:1.0"


@pytest.mark.parametrize(
    "fields",
    [
        {},  # talk among people in a channel
        {"user": BOT, "channel_type": "im"},
        {"bot_id": "B1", "channel_type": "im"},
        {"subtype": "message_changed", "channel_type": "im"},
        {"subtype": "channel_join"},
        {"type": "reaction_added"},
        {"user": None, "channel_type": "im"},
    ],
)
def test_what_nobody_asked_means_nothing(fields: dict) -> None:
    assert read_incoming(event(**fields), BOT) is None


def test_a_command_and_a_button() -> None:
    command = read_incoming(
        {
            "command": "/dd",
            "team_id": "T01",
            "channel_id": "C1",
            "user_id": "U1",
            "text": "ask who is Amcor?",
        },
        BOT,
    )
    assert command is not None and command.kind == "command" and command.text == "ask who is Amcor?"
    action = {
        "type": "block_actions",
        "team": {"id": "T01"},
        "user": {"id": "U1"},
        "channel": {"id": "D1"},
        "message": {"ts": "3.3"},
        "actions": [{"action_id": f"{CHOOSE_OPTION}:2", "value": Pointer("Q-7", 2, "C-1002").pack()}],
    }
    choice = read_incoming(action, BOT)
    assert choice is not None and (choice.kind, choice.text) == ("choice", "C-1002")
    action["actions"] = [{"action_id": FEEDBACK, "value": Pointer("Q-7", 0, "bad").pack()}]
    feedback = read_incoming(action, BOT)
    assert feedback is not None and (feedback.kind, feedback.text) == ("feedback", "bad")
    action["actions"] = [{"action_id": FEEDBACK, "value": "not ours"}]
    assert read_incoming(action, BOT) is None


def test_words_are_read_as_people_wrote_them() -> None:
    text = f"<@{BOT}> see <https://example.com/a|the filing> &amp; <#C1|sales> &lt;b&gt;"
    assert plain_text(text, BOT) == "see the filing & sales <b>"


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_incoming(event(text=text, channel_type="im"), BOT)
    assert unpack(text) is None or text.lstrip().startswith("{")


@given(st.text(max_size=40), st.integers(0, 100), st.text(max_size=40))
def test_a_pointer_survives_the_button(answer: str, number: int, choice: str) -> None:
    assert unpack(Pointer(answer, number, choice).pack()) == Pointer(answer, number, choice)
