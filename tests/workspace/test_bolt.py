"""An unmodified Bolt app over Socket Mode: mentions, direct messages, commands, clicks, modals."""

from __future__ import annotations

from typing import Any

SALES, RISK = "U01SALES", "U01RISK"


def test_mention_in_a_channel_is_heard_twice_and_answered_in_its_thread(
    app: Any, connect: Any, people: Any
) -> None:
    heard = []

    @app.event("app_mention")
    def answer(event: dict, say: Any) -> None:
        heard.append("app_mention")
        say(text=f"收到: {event['text']}", thread_ts=event["ts"])

    @app.event("message")
    def listen(event: dict) -> None:
        heard.append("message")

    connect(app)
    said = people.say(SALES, "#sales", "@Bonafide 华为 & ZTE?")
    reply = people.wait(lambda: people.replies(SALES, said))[0]
    people.wait(lambda: len(heard) >= 2)
    assert reply["text"] == "收到: <@U0BONAFIDE> 华为 &amp; ZTE?"
    assert reply["bot_id"] == "B0BONAFIDE"
    assert heard.count("app_mention") == 1
    root = people.messages(SALES, "#sales")[0]
    assert root["reply_count"] == 1
    assert len(people.messages(SALES, "#sales")) == 1


def test_direct_message_gets_status_stream_and_answer(app: Any, connect: Any, people: Any) -> None:
    seen = []

    @app.event("message")
    def answer(event: dict, set_status: Any, say_stream: Any) -> None:
        assert event["channel_type"] == "im"
        set_status("is checking registers …")
        seen.extend(people.look("statuses")["statuses"])
        stream = say_stream(task_display_mode="plan")
        tasks = [
            {"type": "task_update", "id": "r", "title": "Register", "status": "complete", "output": "active"}
        ]
        stream.append(chunks=tasks)
        stream.append(markdown_text="**北风贸易** is active.")
        stream.stop()

    connect(app)
    said = people.say(SALES, "dm", "北风贸易还在吗？")
    people.wait(
        lambda: people.replies(SALES, said) and not people.replies(SALES, said)[0].get("streaming_state")
    )
    reply = people.replies(SALES, said)[0]
    assert [block["type"] for block in reply["blocks"]] == ["plan", "markdown"]
    assert reply["text"] == "**北风贸易** is active."
    assert seen[0]["status"] == "is checking registers …"
    assert people.look("statuses")["statuses"] == []


def test_slash_command_answers_only_the_caller(app: Any, connect: Any, people: Any) -> None:
    @app.command("/dd")
    def run(ack: Any, command: dict, respond: Any) -> None:
        ack(f"Looking at {command['text']}")
        respond(text="Done", response_type="ephemeral")

    connect(app)
    answer = people.command(SALES, "#sales", "check 华为")
    assert answer["acked"]
    own = people.wait(lambda: len(found := people.messages(SALES, "#sales")) == 2 and found)
    assert {message["text"] for message in own} == {"Looking at check 华为", "Done"}
    assert all(message["is_ephemeral"] for message in own)
    assert people.messages(RISK, "#sales") == []


def test_unanswered_command_says_so(people: Any) -> None:
    answer = people.command(SALES, "#sales", "check")
    assert answer["reason"] == "no_connection"
    assert "dispatch_failed" in people.messages(SALES, "#sales")[0]["text"]


def test_button_updates_the_message_and_modal_reports_errors_then_closes(
    app: Any, connect: Any, people: Any
) -> None:
    submitted = []

    @app.action("decide")
    def decide(ack: Any, body: dict, client: Any) -> None:
        ack()
        element = {"type": "plain_text_input", "action_id": "reason", "multiline": True}
        label = {"type": "plain_text", "text": "Reason 理由"}
        view = {
            "type": "modal",
            "callback_id": "decision",
            "title": {"type": "plain_text", "text": "Decide"},
            "submit": {"type": "plain_text", "text": "Save"},
            "private_metadata": body["container"]["message_ts"],
            "blocks": [{"type": "input", "block_id": "why", "label": label, "element": element}],
        }
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("decision")
    def save(ack: Any, body: dict, view: dict, client: Any) -> None:
        reason = view["state"]["values"]["why"]["reason"]["value"]
        if len(reason) < 5:
            ack(response_action="errors", errors={"why": "Too short 太短"})
            return
        ack()
        submitted.append(reason)
        client.chat_update(channel="C01RISK", ts=view["private_metadata"], text=f"Decided: {reason}")

    connect(app)
    button = {
        "type": "button",
        "action_id": "decide",
        "text": {"type": "plain_text", "text": "Decide"},
        "value": "A-57",
    }
    posted = app.client.chat_postMessage(
        channel="C01RISK", text="A-57", blocks=[{"type": "actions", "block_id": "act", "elements": [button]}]
    )
    alert = people.messages(RISK, "#risk")[0]
    assert people.click(RISK, alert, "decide")["acked"]
    modal = people.wait(lambda: people.modals(RISK))[0]

    assert people.submit(RISK, modal, {"reason": ""})["errors"] == {
        "why": "Please complete this required field."
    }
    assert people.submit(RISK, modal, {"reason": "no"})["errors"] == {"why": "Too short 太短"}
    assert people.modals(RISK)
    assert people.submit(RISK, modal, {"reason": "资料齐全，可以放行"})["errors"] == {}
    assert people.modals(RISK) == []
    people.wait(lambda: people.messages(RISK, "#risk")[0]["text"] == "Decided: 资料齐全，可以放行")
    assert people.messages(RISK, "#risk")[0]["ts"] == posted["ts"]
    assert submitted == ["资料齐全，可以放行"]


def test_ephemeral_by_response_url_is_replaced_and_removed(app: Any, connect: Any, people: Any) -> None:
    @app.command("/dd")
    def run(ack: Any) -> None:
        button = {
            "type": "button",
            "action_id": "hide",
            "text": {"type": "plain_text", "text": "Hide"},
            "value": "1",
        }
        ack(text="private", blocks=[{"type": "actions", "elements": [button]}])

    @app.action("hide")
    def hide(ack: Any, body: dict, respond: Any) -> None:
        ack()
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        respond(delete_original=True)

    connect(app)
    people.command(SALES, "#sales", "x")
    whisper = people.wait(lambda: people.messages(SALES, "#sales"))[0]
    people.click(SALES, whisper, "hide")
    people.wait(lambda: people.messages(SALES, "#sales") == [])
    assert app.client.conversations_history(channel="C01SALES")["messages"] == []


def test_home_tab_and_suggested_prompts(app: Any, connect: Any, people: Any) -> None:
    @app.event("app_home_opened")
    def opened(event: dict, client: Any, set_suggested_prompts: Any) -> None:
        if event["tab"] == "messages":
            set_suggested_prompts(prompts=[{"title": "Check", "message": "Check 华为"}])
            return
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "*My cases*"}}
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

    connect(app)
    people.do("home", user=RISK, tab="home")
    people.do("home", user=RISK, tab="messages")
    assert people.wait(lambda: people.home(RISK))["blocks"][0]["text"]["text"] == "*My cases*"
    assert people.wait(lambda: people.look("statuses")["prompts"])[0]["prompts"][0]["title"] == "Check"


def test_stop_button_reaches_the_app(app: Any, connect: Any, people: Any, gate: Any) -> None:
    @app.event("message")
    def start(event: dict, client: Any) -> None:
        client.agents_sessions_setStatus(
            channel_id=event["channel"], thread_ts=event["ts"], status="processing"
        )

    @app.event("agent_session_stopped")
    def stopped(event: dict, client: Any) -> None:
        client.agents_sessions_setStatus(
            channel_id=event["channel"], thread_ts=event["thread_ts"], status="active"
        )
        gate.set()

    connect(app)
    said = people.say(SALES, "dm", "long work")
    people.wait(lambda: people.look("statuses")["sessions"])
    people.do("stop", user=SALES, channel="dm", thread_ts=said["ts"])
    assert gate.wait(3)
    people.wait(lambda: people.look("statuses")["sessions"][0]["status"] == "active")
