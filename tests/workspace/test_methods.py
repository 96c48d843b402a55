"""Slack's own client against the Web API: answers, error codes, history, files, faults."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.workspace import Remote, Workspace, serve
from bot.workspace.errors import ControlError
from bot.workspace.seed import Rules

SALES, RISK, GUEST = "U01SALES", "U01RISK", "U01GUEST"


def refusal(call: Any, **args: Any) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    return caught.value.response["error"]


def test_auth_test_tolerates_an_empty_json_body(handle: Any) -> None:
    headers = {"Authorization": "Bearer xoxb-local-bonafide", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{handle.url}/api/auth.test", data=b"", headers=headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        assert b'"ok":true' in answer.read()


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-local-bonafide", "not_allowed_token_type")],
)
def test_tokens_are_checked(handle: Any, token: str, code: str) -> None:
    web = WebClient(token=token, base_url=f"{handle.url}/api/")
    assert refusal(web.chat_postMessage, channel="C01SALES", text="x") == code


def test_revoked_token_and_its_event(web: Any, people: Remote) -> None:
    people.do("token/revoke")
    assert refusal(web.auth_test) == "token_revoked"
    assert people.deliveries("tokens_revoked")[0]["payload"]["event"]["tokens"]["bot"] == ["U0BONAFIDE"]
    people.do("token/restore")
    assert web.auth_test()["user_id"] == "U0BONAFIDE"


def test_missing_scope_names_what_is_needed(make_seed: Any) -> None:
    handle = serve(Workspace(make_seed(scopes=("chat:write",))))
    web = WebClient(token="xoxb-local-bonafide", base_url=f"{handle.url}/api/")
    with pytest.raises(SlackApiError) as caught:
        web.users_list()
    posted = web.chat_postMessage(channel="C01SALES", text="allowed")
    handle.stop()
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "users:read"
    assert posted["ok"]
    assert posted.headers["x-oauth-scopes"] == "chat:write"


def test_unknown_method(web: Any) -> None:
    assert refusal(web.api_call, api_method="canvases.create") == "unknown_method"


@pytest.mark.filterwarnings("ignore:The top-level `text`")
def test_posting_refusals(web: Any, people: Remote) -> None:
    post = web.chat_postMessage
    assert refusal(post, channel="C404", text="x") == "channel_not_found"
    assert refusal(post, channel="C01SALES", text="  ") == "no_text"
    assert refusal(post, channel="C01SALES", text="长" * 40_001) == "msg_too_long"
    assert refusal(post, channel="C01SALES", text="x", thread_ts="1.000001") == "thread_not_found"
    assert (
        refusal(post, channel="C01SALES", text="x", metadata={"event_type": "a"}) == "invalid_metadata_format"
    )
    people.do("leave", user="U0BONAFIDE", channel="#sales")
    people.do("leave", user="U0BONAFIDE", channel="#risk")
    assert refusal(post, channel="C01SALES", text="x") == "not_in_channel"
    assert refusal(post, channel="C01RISK", text="x") == "channel_not_found"
    web.conversations_join(channel="C01SALES")
    people.do("channel/archive", channel="#sales")
    assert refusal(post, channel="C01SALES", text="x") == "is_archived"


def test_updating_and_deleting(web: Any, people: Remote) -> None:
    ts = web.chat_postMessage(channel="C01SALES", text="first", blocks=[{"type": "divider"}])["ts"]
    web.chat_update(channel="C01SALES", ts=ts, text="第二")
    shown = people.messages(SALES, "#sales")[0]
    assert shown["text"] == "第二"
    assert "blocks" not in shown
    theirs = people.say(SALES, "#sales", "mine")["ts"]
    assert refusal(web.chat_update, channel="C01SALES", ts=theirs, text="x") == "cant_update_message"
    assert refusal(web.chat_update, channel="C01SALES", ts="1.000001", text="x") == "message_not_found"
    assert refusal(web.chat_delete, channel="C01SALES", ts=theirs) == "cant_delete_message"
    web.chat_delete(channel="C01SALES", ts=ts)
    assert [message["text"] for message in people.messages(SALES, "#sales")] == ["mine"]


def test_history_is_paged_bounded_and_carries_metadata(web: Any) -> None:
    stamps = [
        web.chat_postMessage(
            channel="C01SALES",
            text=str(number),
            metadata={"event_type": "outbox", "event_payload": {"key": f"k{number}"}},
        )["ts"]
        for number in range(7)
    ]
    reply = web.chat_postMessage(channel="C01SALES", text="reply", thread_ts=stamps[0])["ts"]
    pages = web.conversations_history(channel="C01SALES", limit=3, include_all_metadata=True)
    found = [message for page in pages for message in page["messages"]]
    assert [message["text"] for message in found] == ["6", "5", "4", "3", "2", "1", "0"]
    assert found[0]["metadata"]["event_payload"] == {"key": "k6"}
    assert "metadata" not in web.conversations_history(channel="C01SALES")["messages"][0]
    window = web.conversations_history(channel="C01SALES", oldest=stamps[2], latest=stamps[5])["messages"]
    assert [message["text"] for message in window] == ["4", "3"]
    window = web.conversations_history(channel="C01SALES", oldest=stamps[2], latest=stamps[5], inclusive=True)
    assert len(window["messages"]) == 4
    thread = web.conversations_replies(channel="C01SALES", ts=reply)["messages"]
    assert [message["text"] for message in thread] == ["0", "reply"]
    assert thread[0]["reply_count"] == 1


def test_people_channels_and_direct_messages(web: Any, people: Remote) -> None:
    assert web.users_lookupByEmail(email="LIN.guodong@northwind.example")["user"]["id"] == RISK
    assert web.users_info(user=GUEST)["user"]["is_restricted"] is True
    assert web.users_info(user=SALES, include_locale=True)["user"]["locale"] == "zh-CN"
    direct = web.conversations_open(users=SALES)["channel"]["id"]
    assert direct == web.conversations_open(users=[SALES])["channel"]["id"]
    assert web.conversations_info(channel=direct)["channel"]["user"] == SALES
    names = {
        channel["name"]
        for channel in web.conversations_list(types="public_channel,private_channel")["channels"]
    }
    assert names == {"general", "sales", "risk", "compliance"}
    assert GUEST in web.conversations_members(channel="C01GENERAL")["members"]
    people.do("join", user=GUEST, channel="#risk")
    joined = people.deliveries("member_joined_channel")[0]["payload"]["event"]
    assert (joined["user"], joined["channel"]) == (GUEST, "C01RISK")


def test_ephemeral_is_seen_by_one_and_never_in_history(web: Any, people: Remote) -> None:
    web.chat_postEphemeral(channel="C01SALES", user=SALES, text="for your eyes")
    assert people.messages(SALES, "#sales")[0]["is_ephemeral"]
    assert people.messages(RISK, "#sales") == []
    assert web.conversations_history(channel="C01SALES")["messages"] == []
    assert refusal(web.chat_postEphemeral, channel="C01SALES", user=GUEST, text="x") == "user_not_in_channel"


def test_trigger_works_once_and_for_three_seconds(web: Any, people: Remote) -> None:
    people.command(SALES, "#sales", "x")
    trigger = people.deliveries("/dd")[0]["payload"]["trigger_id"]
    section = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [section]}
    assert refusal(web.views_open, trigger_id="1.2.3", view=view) == "invalid_trigger_id"
    web.views_open(trigger_id=trigger, view=view)
    assert refusal(web.views_open, trigger_id=trigger, view=view) == "exchanged_trigger_id"
    people.command(SALES, "#sales", "y")
    late = people.deliveries("/dd")[1]["payload"]["trigger_id"]
    people.do("clock/advance", seconds=3.1)
    assert refusal(web.views_open, trigger_id=late, view=view) == "expired_trigger_id"


def test_view_updates_check_the_hash(web: Any) -> None:
    section = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
    first = web.views_publish(user_id=SALES, view={"type": "home", "blocks": [section]})["view"]
    second = web.views_publish(user_id=SALES, view={"type": "home", "blocks": []}, hash=first["hash"])["view"]
    assert second["id"] == first["id"]
    stale = {"type": "home", "blocks": []}
    assert refusal(web.views_publish, user_id=SALES, view=stale, hash=first["hash"]) == "hash_conflict"


def test_response_url_lasts_five_uses(people: Remote, web: Any) -> None:
    from slack_sdk.webhook import WebhookClient

    people.command(SALES, "#sales", "x")
    hook = WebhookClient(people.deliveries("/dd")[0]["payload"]["response_url"])
    answers = [hook.send(text=f"answer {number}", response_type="in_channel") for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body
    assert len(web.conversations_history(channel="C01SALES")["messages"]) == 5


def test_status_clears_itself_after_two_minutes(web: Any, people: Remote) -> None:
    said = people.say(SALES, "dm", "question")
    web.assistant_threads_setStatus(channel_id=said["channel"], thread_ts=said["ts"], status="is thinking")
    people.do("clock/advance", seconds=119)
    assert people.look("statuses")["statuses"]
    people.do("clock/advance", seconds=1.1)
    assert people.look("statuses")["statuses"] == []


def test_stream_dies_after_its_lifetime_and_can_then_be_updated(web: Any, people: Remote) -> None:
    said = people.say(SALES, "dm", "long question")
    stream = web.chat_stream(channel=said["channel"], thread_ts=said["ts"], buffer_size=1)
    stream.append(markdown_text="half ")
    people.do("clock/advance", seconds=301)
    assert refusal(stream.append, markdown_text="an answer") == "message_not_in_streaming_state"
    web.chat_update(channel=said["channel"], ts=stream.ts, text="half an answer")
    assert people.replies(SALES, said)[0]["text"] == "half an answer"
    assert refusal(web.chat_startStream, channel="C01SALES", thread_ts="1.0") == "missing_recipient_user_id"


def test_files_go_up_in_two_steps_and_come_down_with_the_token(web: Any, people: Remote) -> None:
    web.files_upload_v2(channel="C01SALES", filename="报告.txt", content="内容", title="报告")
    file = people.messages(SALES, "#sales")[0]["files"][0]
    assert file["title"] == "报告"
    request = urllib.request.Request(file["url_private"])
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(request)
    request.add_header("Authorization", "Bearer xoxb-local-bonafide")
    with urllib.request.urlopen(request) as answer:
        assert answer.read().decode() == "内容"


def test_dropped_reply_is_posted_all_the_same(web: Any, people: Remote) -> None:
    people.do("fault", method="chat.postMessage", kind="drop")
    with pytest.raises(RemoteDisconnected):
        web.chat_postMessage(channel="C01SALES", text="twice?")
    assert [message["text"] for message in people.messages(SALES, "#sales")] == ["twice?"]
    # With the SDK's default retry the same message stands there a second time.
    people.do("fault", method="chat.postMessage", kind="drop")
    WebClient(token=web.token, base_url=web.base_url).chat_postMessage(channel="C01SALES", text="again")
    assert [message["text"] for message in people.messages(SALES, "#sales")] == ["twice?", "again", "again"]


def test_faults_are_counted_down(web: Any, people: Remote) -> None:
    people.do("fault", method="chat.postMessage", kind="rate_limit", count=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            web.chat_postMessage(channel="C01SALES", text="x")
        assert caught.value.response.headers["Retry-After"] == "7"
        assert caught.value.response.status_code == 429
    people.do("fault", method="*", kind="error", status=503)
    with pytest.raises(SlackApiError) as caught:
        web.auth_test()
    assert caught.value.response.status_code == 503
    people.do("fault", method="chat.postMessage", kind="refuse", code="internal_error")
    assert refusal(web.chat_postMessage, channel="C01SALES", text="x") == "internal_error"
    assert web.chat_postMessage(channel="C01SALES", text="x")["ok"]
    assert len(people.messages(SALES, "#sales")) == 1


def test_one_message_a_second_when_the_rules_say_so(make_seed: Any) -> None:
    handle = serve(Workspace(make_seed(rules=Rules(post_per_second=1, post_burst=2))))
    web = WebClient(token="xoxb-local-bonafide", base_url=f"{handle.url}/api/")
    for _ in range(2):
        web.chat_postMessage(channel="C01SALES", text="x")
    code = refusal(web.chat_postMessage, channel="C01SALES", text="x")
    other = web.chat_postMessage(channel="C01GENERAL", text="x")
    handle.stop()
    assert code == "ratelimited"
    assert other["ok"]


def test_reset_forgets_everything(web: Any, people: Remote) -> None:
    web.chat_postMessage(channel="C01SALES", text="x")
    people.do("fault", method="*", kind="error")
    people.do("reset")
    assert people.messages(SALES, "#sales") == []
    assert people.deliveries() == []
    assert web.auth_test()["ok"]


@pytest.mark.parametrize(
    ("verb", "fields", "sentence"),
    [
        ("fly", {}, "There is no control verb 'fly'."),
        ("say", {"user": SALES}, "The field 'channel' is missing."),
        ("say", {"user": SALES, "channel": "#moon", "text": "x"}, "There is no channel #moon."),
        ("say", {"user": SALES, "channel": "#risk", "text": "x"}, "U01SALES is not a member of risk."),
        ("say", {"user": SALES, "channel": "#sales", "text": " "}, "There is nothing to send."),
        ("command", {"user": SALES, "channel": "#sales", "command": "/rm"}, "/rm is not a command"),
        ("fault", {"method": "*", "kind": "meteor"}, "There is no fault 'meteor'"),
        ("redeliver", {"event_id": "Ev0"}, "No event with this event_id was sent."),
    ],
)
def test_control_says_in_one_sentence_what_is_wrong(
    people: Remote, verb: str, fields: dict, sentence: str
) -> None:
    with pytest.raises(ControlError, match=sentence.replace(".", r"\.")):
        people.do(verb, **fields)


def test_foreign_pages_cannot_use_the_server(handle: Any) -> None:
    plain = urllib.request.Request(
        f"{handle.url}/control/reset", data=b"{}", headers={"Content-Type": "text/plain"}
    )
    with pytest.raises(urllib.error.HTTPError, match="415"):
        urllib.request.urlopen(plain)
    rebound = urllib.request.Request(f"{handle.url}/control/state", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(rebound)
