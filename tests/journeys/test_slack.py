"""People talk with Bonafide in the workspace: over the real Bolt app, gateway, worker and database."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bot.slack.identifiers import CHOOSE_OPTION, FEEDBACK, OPEN_SOURCE

SALES, RISK, COMPLIANCE, GUEST = "U01SALES", "U01RISK", "U01COMPL", "U01GUEST"


def buttons(message: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    return [
        element
        for block in message["blocks"]
        if block["type"] in ("actions", "context_actions")
        for element in block["elements"]
        if element["action_id"].startswith(prefix)
    ]


def all_text(value: Any) -> str:
    if isinstance(value, dict):
        own = value["text"] if isinstance(value.get("text"), str) else ""
        return own + " ".join(all_text(part) for part in value.values())
    if isinstance(value, list):
        return " ".join(all_text(part) for part in value)
    return ""


def test_a_mention_is_answered_in_its_thread_with_sources_that_open(stage: Any) -> None:
    _, reply = stage.ask(SALES, "#sales", "@Bonafide 允棠精密是谁?")
    assert "苏州允棠精密机械有限公司" in reply["text"]
    opens = buttons(reply, OPEN_SOURCE)
    assert opens
    stage.people.click(SALES, reply, opens[0]["action_id"])
    modal = stage.people.wait(lambda: stage.people.modals(SALES))[-1]
    assert "legal_name" in all_text(modal["blocks"]) or "允棠" in all_text(modal["blocks"])
    stage.people.do("close", user=SALES, view_id=modal["id"], everything=True)


def test_a_source_behind_the_tenth_opens_from_the_menu(stage: Any) -> None:
    _, reply = stage.ask(SALES, "dm", "Briefing on Nordhafen")
    (menu,) = [each for each in buttons(reply, OPEN_SOURCE) if each["type"] == "static_select"]
    stage.people.click(SALES, reply, menu["action_id"], menu["options"][2]["value"])
    modal = stage.people.wait(lambda: stage.people.modals(SALES))[-1]
    assert modal["title"]["text"] == "Source 13"
    stage.people.do("close", user=SALES, view_id=modal["id"], everything=True)


def test_a_follow_up_needs_no_new_mention(stage: Any) -> None:
    said, reply = stage.ask(SALES, "#sales", "@Bonafide Who is Nordhafen?")
    assert "Bremen" in reply["text"]
    _, second = stage.ask(SALES, "#sales", "And how do they pay?", thread_ts=said["ts"])
    assert "Nordhafen" in all_text(second["blocks"])
    assert second["ts"] != reply["ts"]


def test_talk_among_people_is_left_alone(stage: Any) -> None:
    said = stage.people.say(SALES, "#sales", "午饭吃什么？")
    stage.people.say(RISK, "#general", "Nordhafen is nice", thread_ts=None)
    time.sleep(1.5)
    assert stage.people.replies(SALES, said) == []


def test_a_direct_message_in_english(stage: Any) -> None:
    _, reply = stage.ask(COMPLIANCE, "dm", "Who is Nordhafen?")
    assert "Bremen" in reply["text"] and reply.get("thread_ts") in (None, reply["ts"])


def test_the_same_question_twice_gets_two_answers_and_the_same_event_one(stage: Any) -> None:
    said, _ = stage.ask(RISK, "dm", "Who is Straitfin?")
    event = next(
        each
        for each in stage.people.deliveries("message")
        if each["payload"]["event"].get("ts") == said["ts"]
    )
    before = len(stage.people.messages(RISK, said["channel"]))
    stage.people.do("redeliver", event_id=event["id"])
    stage.people.do("redeliver", event_id=event["id"], retry_num=1, retry_reason="timeout")
    time.sleep(1.5)
    assert len(stage.people.messages(RISK, said["channel"])) == before
    stage.ask(RISK, "dm", "Who is Straitfin?")
    assert len(stage.people.messages(RISK, said["channel"])) == before + 2


def test_an_ambiguous_name_brings_a_choice_back_and_a_click_decides(stage: Any) -> None:
    _, reply = stage.ask(RISK, "dm", "恒岳科技是谁？")
    choices = buttons(reply, CHOOSE_OPTION)
    assert len(choices) >= 2
    before = len(stage.people.messages(RISK, reply["channel"]))
    chosen = next(choice for choice in choices if "深圳" in choice["text"]["text"])
    stage.people.click(RISK, reply, chosen["action_id"])
    stage.people.wait(lambda: len(stage.people.messages(RISK, reply["channel"])) > before, seconds=20)
    last = stage.people.messages(RISK, reply["channel"])[-1]
    assert "深圳" in last["text"]


def test_feedback_is_kept_once(stage: Any) -> None:
    from sqlalchemy import select

    from bot.assembly import build
    from bot.settings import Settings
    from store.engine import reading
    from store.schema.answers import feedback

    _, reply = stage.ask(SALES, "dm", "Who is Nordhafen?")
    value = next(
        element
        for block in reply["blocks"]
        if block["type"] == "context_actions"
        for element in block["elements"]
    )["negative_button"]["value"]
    stage.people.click(SALES, reply, FEEDBACK, value)
    stage.people.click(SALES, reply, FEEDBACK, value)
    databases = build(Settings(home=stage.home)).databases

    def kept() -> list[Any]:
        with reading(databases.read) as connection:
            return list(connection.execute(select(feedback.c.verdict)).scalars())

    stage.people.wait(kept, seconds=10)
    time.sleep(1.0)
    assert kept() == ["bad"]
    databases.close()


def test_commands_answer_the_one_who_typed_them(stage: Any) -> None:
    people = stage.people
    channel = people.say(SALES, "#sales", "…")["channel"]
    people.command(SALES, "#sales", "help")
    people.command(SALES, "#sales", "who")
    seen = people.wait(lambda: [each for each in people.messages(SALES, channel) if "陈雨桐" in each["text"]])
    assert seen
    assert not [each for each in people.messages(RISK, channel) if "*陈雨桐*" in each["text"]]
    before = len(people.messages(SALES, "dm"))
    people.command(SALES, "#sales", "ask Who is Nordhafen?")
    people.wait(lambda: len(people.messages(SALES, "dm")) > before, seconds=20)
    assert "Bremen" in people.messages(SALES, "dm")[-1]["text"]


def test_guests_and_strangers_get_a_reason_and_nothing_else(stage: Any) -> None:
    _, reply = stage.ask(GUEST, "dm", "Who is Nordhafen?")
    assert "guests" in reply["text"] and "Bremen" not in all_text(reply)


def test_an_open_channel_hears_public_facts_only(stage: Any) -> None:
    _, private = stage.ask(SALES, "dm", "骏砾电子欠我们多少钱?")
    assert "461,034" in private["text"]
    _, public = stage.ask(SALES, "#general", "@Bonafide 骏砾电子欠我们多少钱?")
    assert "461,034" not in all_text(public) and "461034" not in all_text(public)


def test_what_is_planted_calls_nobody(stage: Any) -> None:
    _, reply = stage.ask(
        SALES, "#sales", "@Bonafide <!channel> who is &lt;@U01RISK&gt; Nordhafen? <https://evil.example|x>"
    )
    shown = all_text(reply["blocks"])
    assert "<!channel>" not in shown and "<@U01RISK>" not in shown


def test_the_other_transport_is_signed_http(make_stage: Callable[..., Any], free_port: int) -> None:
    stage = make_stage(transport="http", port=free_port, watches=False)
    _, reply = stage.ask(SALES, "dm", "Who is Nordhafen?")
    assert "Bremen" in reply["text"]
    import urllib.error
    import urllib.request

    forged = urllib.request.Request(
        f"http://127.0.0.1:{free_port}/slack/events",
        data=b'{"type":"event_callback","team_id":"T","event_id":"E","event":{}}',
        headers={"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "1"},
    )
    try:
        urllib.request.urlopen(forged)
        status = 200
    except urllib.error.HTTPError as refused:
        status = refused.code
    assert status == 401


def test_questions_in_one_breath_are_answered_in_their_order(stage: Any) -> None:
    asked = ["瀚屿集团是谁？", "付款情况呢？", "股东是谁？", "有哪些诉讼？"]
    said = [stage.people.say(COMPLIANCE, "dm", text) for text in asked]
    channel = said[0]["channel"]

    def replies() -> list[dict[str, Any]]:
        later = [each for each in stage.people.messages(COMPLIANCE, channel) if each["ts"] > said[0]["ts"]]
        return [each for each in later if each["user"] == "U0BONAFIDE"]

    stage.people.wait(lambda: len(replies()) == len(asked), seconds=30)
    first, second, third, fourth = (each["text"] for each in replies())
    assert "注册" in first
    assert "付款" in second or "发票" in second
    assert "股东" in third
    assert "诉讼" in fourth
    assert all("瀚屿" in text for text in (first, second, third, fourth))
