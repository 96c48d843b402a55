"""What Slack delivers, as the bot understands it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.identifiers import CHOOSE_OPTION, FEEDBACK, Pointer, desk_of, read_command, unpack
from bot.slack.payloads import plain_text, read_incoming

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


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ("help", "")),
        ("check Nordhafen Logistik GmbH", ("check", "Nordhafen Logistik GmbH")),
        ("Check  C-1024", ("check", "C-1024")),
        ("核查 恒岳科技", ("check", "恒岳科技")),
        ("背调恒岳科技", ("check", "恒岳科技")),
        ("alerts", ("alerts", "")),
        ("预警", ("alerts", "")),
        ("ask who is Nordhafen?", ("ask", "who is Nordhafen?")),
        ("who", ("who", "")),
        ("who is Nordhafen?", ("ask", "who is Nordhafen?")),
        ("恒岳科技付款怎么样？", ("ask", "恒岳科技付款怎么样？")),
    ],
)
def test_the_first_word_of_a_command_says_what_is_wanted(typed: str, read: tuple[str, str]) -> None:
    assert read_command(typed) == read


def test_a_command_goes_to_its_desk() -> None:
    def command(text: str) -> tuple[str, bool]:
        body = {"command": "/dd", "team_id": "T01", "channel_id": "C1", "user_id": "U1", "text": text}
        incoming = read_incoming(body, BOT)
        assert incoming is not None
        return incoming.desk, incoming.needs_work

    assert command("check Nordhafen") == ("check", True)
    assert command("alerts") == ("alert", True)
    assert command("ask who is Nordhafen?") == ("question", True)
    assert command("help") == ("question", False)


def tap(action: dict, **fields: object) -> dict:
    return {
        "type": "block_actions",
        "team": {"id": "T01"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"ts": "3.3"},
        "actions": [action],
    } | fields


def test_a_click_at_a_desk_and_an_entry_of_an_overflow_menu() -> None:
    value = Pointer("A-7", 0, "acknowledge").pack()
    button = read_incoming(tap({"action_id": "alert_acknowledge", "value": value}), BOT)
    assert button is not None
    assert (button.kind, button.desk, button.word) == ("alert_act", "alert", "acknowledge")
    assert button.needs_work and not button.opens
    chosen = {"action_id": "alert_more", "selected_option": {"value": Pointer("A-7", 0, "history").pack()}}
    entry = read_incoming(tap(chosen), BOT)
    assert entry is not None and entry.word == "history"
    # A click that only opens a modal leaves nothing for the worker; what is submitted there is the deed.
    assert entry.opens and not entry.needs_work


def test_a_bad_answer_is_kept_at_once_and_asked_about() -> None:
    action = {"action_id": FEEDBACK, "value": Pointer("Q-7", 0, "bad").pack()}
    bad = read_incoming(tap(action), BOT)
    assert bad is not None and bad.needs_work and bad.opens


def test_a_modal_brings_what_was_filled_in() -> None:
    body = {
        "type": "view_submission",
        "team": {"id": "T01"},
        "user": {"id": "U1"},
        "view": {
            "callback_id": "alert_dismiss",
            "private_metadata": Pointer("A-7").pack(),
            "state": {
                "values": {
                    "why": {"reason": {"type": "static_select", "selected_option": {"value": "known"}}},
                    "words": {"note": {"type": "plain_text_input", "value": "settled in May"}},
                    "empty": {"other": {"type": "plain_text_input", "value": None}},
                }
            },
        },
    }
    filled = read_incoming(body, BOT)
    assert filled is not None
    assert (filled.kind, filled.desk, filled.act) == ("view_submission", "alert", "alert_dismiss")
    assert filled.values == {"reason": "known", "note": "settled in May", "other": ""}
    assert filled.pointer == Pointer("A-7") and filled.channel == "U1" and filled.private


def test_a_shortcut_brings_the_words_of_its_message() -> None:
    body = {
        "type": "message_action",
        "callback_id": "check_company",
        "team": {"id": "T01"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"text": f"<@{BOT}> what about Nordhafen &amp; Co?", "ts": "1.1"},
    }
    shortcut = read_incoming(body, BOT)
    assert shortcut is not None
    assert (shortcut.desk, shortcut.text) == ("check", "what about Nordhafen & Co?")
    assert read_incoming(body | {"callback_id": "somebody_elses"}, BOT) is None


def test_files_in_private_are_for_the_desk_of_files_and_elsewhere_they_are_not() -> None:
    files = [{"id": "F1", "name": "report.pdf", "mimetype": "application/pdf", "size": 9}, "rubbish"]
    private = read_incoming(event(subtype="file_share", channel_type="im", files=files), BOT)
    assert private is not None and private.desk == "file"
    assert [(each.id, each.name, each.size) for each in private.files] == [("F1", "report.pdf", 9)]
    public = read_incoming(event(subtype="file_share", text=f"<@{BOT}> look", files=files), BOT)
    assert public is not None and public.desk == "question" and public.files == ()


def test_home_is_opened_by_a_person_alone() -> None:
    opened = read_incoming(event(type="app_home_opened", tab="home", channel="D1"), BOT)
    assert opened is not None and opened.desk == "home" and opened.needs_work
    assert read_incoming(event(type="app_home_opened", tab="messages"), BOT) is None


@given(st.text(max_size=60))
def test_any_id_belongs_to_one_desk_or_to_none(identifier: str) -> None:
    assert desk_of(identifier) in (None, "alert", "check", "home", "feedback", "papers")
