"""Acknowledgement, redelivery, waiting events and closed sockets; signed requests in HTTP mode."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.workspace import Remote, Workspace, serve
from bot.workspace.seed import Rules
from bot.workspace.webhooks import encode, sign

SALES = "U01SALES"


class Listener:
    """A bare Socket Mode client that acknowledges only when it is told to."""

    def __init__(self, url: str, *, answer: bool = True) -> None:
        from slack_sdk import WebClient
        from slack_sdk.socket_mode import SocketModeClient
        from slack_sdk.socket_mode.response import SocketModeResponse

        self.seen: list[Any] = []
        self.answer = answer
        web = WebClient(token="xapp-local-bonafide", base_url=f"{url}/api/")
        self.client = SocketModeClient(app_token="xapp-local-bonafide", web_client=web)

        def take(client: Any, request: Any) -> None:
            self.seen.append(request)
            if self.answer:
                client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        self.client.socket_mode_request_listeners.append(take)
        self.client.connect()

    def close(self) -> None:
        self.client.auto_reconnect_enabled = False
        threading.Thread(target=self.client.close, daemon=True).start()


@pytest.fixture
def listen(handle: Any, people: Remote) -> Iterator[Any]:
    listeners = []

    def start(**options: Any) -> Listener:
        before = people.look("state")["connections"]
        listeners.append(Listener(handle.url, **options))
        people.wait(lambda: people.look("state")["connections"] > before)
        return listeners[-1]

    yield start
    for each in listeners:
        each.close()


def test_unacknowledged_event_comes_again_with_the_same_event_id(listen: Any, people: Remote) -> None:
    app = listen(answer=False)
    people.say(SALES, "dm", "hello")
    people.wait(lambda: len(app.seen) == 4)
    assert [request.retry_attempt for request in app.seen] == [0, 1, 2, 3]
    assert [request.retry_reason for request in app.seen] == ["", "timeout", "timeout", "timeout"]
    assert len({request.payload["event_id"] for request in app.seen}) == 1
    assert len({request.envelope_id for request in app.seen}) == 4
    people.wait(lambda: people.deliveries()[0]["state"] == "failed")


def test_one_event_goes_to_exactly_one_of_two_connections(listen: Any, people: Remote) -> None:
    first, second = listen(), listen()
    for number in range(10):
        people.say(SALES, "dm", f"message {number}")
    people.wait(lambda: len(first.seen) + len(second.seen) >= 10)
    people.wait(lambda: all(row["state"] == "acknowledged" for row in people.deliveries()))
    texts = [request.payload["event"]["text"] for request in first.seen + second.seen]
    assert sorted(texts) == sorted(f"message {number}" for number in range(10))
    assert first.seen and second.seen


def test_events_wait_in_order_until_somebody_connects(listen: Any, people: Remote) -> None:
    for number in range(5):
        people.say(SALES, "dm", str(number))
    assert {row["state"] for row in people.deliveries()} == {"waiting"}
    app = listen()
    people.wait(lambda: len(app.seen) == 5)
    assert [request.payload["event"]["text"] for request in app.seen] == list("01234")


def test_waiting_queue_is_bounded_and_the_oldest_gives_way(make_seed: Any) -> None:
    handle = serve(Workspace(make_seed(rules=Rules(waiting_events=2))))
    people = Remote(handle.url)
    for number in range(4):
        people.say(SALES, "dm", str(number))
    states = [row["state"] for row in people.deliveries()]
    handle.stop()
    assert states == ["dropped", "dropped", "waiting", "waiting"]


def test_redelivery_repeats_the_envelope_with_or_without_retry_fields(listen: Any, people: Remote) -> None:
    app = listen()
    people.say(SALES, "#sales", "@Bonafide hello")
    people.wait(lambda: len(app.seen) == 2)
    mention = next(row for row in people.deliveries("app_mention"))
    assert people.do("redeliver", event_id=mention["id"])["acked"]
    assert people.do("redeliver", event_id=mention["id"], retry_num=2, retry_reason="timeout")["acked"]
    again = [request for request in app.seen if request.payload["event_id"] == mention["id"]]
    assert [request.retry_attempt for request in again] == [0, None, 2]
    assert again[0].payload == again[1].payload == again[2].payload


def test_event_survives_a_socket_that_is_cut_before_the_acknowledgement(listen: Any, people: Remote) -> None:
    app = listen(answer=False)
    people.say(SALES, "dm", "do not lose me")
    people.wait(lambda: app.seen)
    assert people.do("sockets/close")["closed"] == 1
    app.answer = True
    # The SDK's client reconnects by itself; a new connection gets the event, too.
    again = listen()
    people.wait(lambda: people.deliveries()[0]["state"] == "acknowledged")
    first = app.seen[0].payload["event_id"]
    assert first in {request.payload["event_id"] for request in again.seen + app.seen[1:]}
    assert people.deliveries()[0]["attempts"][0]["outcome"] in ("connection_failed", "timeout")


def test_pushed_event_is_wrapped_and_sent(listen: Any, people: Remote) -> None:
    app = listen()
    sent = people.do("event", event={"type": "app_uninstalled"})
    people.wait(lambda: app.seen)
    assert app.seen[0].payload["event_id"] == sent["event_id"]
    assert app.seen[0].payload["event"]["type"] == "app_uninstalled"


class Door(BaseHTTPRequestHandler):
    """A request URL: hands the request to the Bolt app of its server."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((dict(self.headers.items()), body))
        if self.server.failures:
            self.server.failures -= 1
            self.send_response(500)
            self.end_headers()
            return
        from slack_bolt import BoltRequest

        answer = self.server.app.dispatch(BoltRequest(body=body.decode(), headers=dict(self.headers.items())))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.first_headers().get("content-type", "text/plain"))
        self.end_headers()
        self.wfile.write((answer.body or "").encode())

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def door() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.seen, server.failures = [], 0
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_http_mode_signs_retries_and_takes_answers(door: Any, make_seed: Any, make_app: Any) -> None:
    url = f"http://127.0.0.1:{door.server_port}/slack/events"
    handle = serve(Workspace(make_seed(request_url=url)))
    people = Remote(handle.url)
    app = make_app(handle.url)
    from slack_bolt import App

    door.app = App(client=app.client, signing_secret="local-signing-secret")

    @door.app.event("app_mention")
    def answer(event: dict, say: Any) -> None:
        say(text="heard", thread_ts=event["ts"])

    @door.app.event("message")
    def ignore() -> None:
        """Nothing to do."""

    @door.app.command("/dd")
    def run(ack: Any, command: dict) -> None:
        ack(f"you said {command['text']}")

    door.failures = 1
    said = people.say(SALES, "#sales", "@Bonafide 你好")
    people.wait(lambda: people.replies(SALES, said))
    people.command(SALES, "#sales", "check 华为 & ZTE")
    whisper = people.wait(
        lambda: [each for each in people.messages(SALES, "#sales") if each.get("is_ephemeral")]
    )
    handle.stop()

    assert whisper[0]["text"] == "you said check 华为 &amp; ZTE"
    verifier = SignatureVerifier("local-signing-secret")
    assert all(verifier.is_valid_request(body.decode(), headers) for headers, body in door.seen)
    retried = [headers for headers, _ in door.seen if "X-Slack-Retry-Num" in headers]
    assert retried[0]["X-Slack-Retry-Num"] == "1"
    assert retried[0]["X-Slack-Retry-Reason"] == "http_error"


def test_signature_covers_body_and_time() -> None:
    stamp = str(int(time.time()))
    body = b'{"type":"event_callback"}'
    verifier = SignatureVerifier("secret")
    assert verifier.is_valid(body.decode(), stamp, sign("secret", stamp, body))
    assert not verifier.is_valid(body.decode() + " ", stamp, sign("secret", stamp, body))
    old = str(int(time.time()) - 301)
    assert not verifier.is_valid(body.decode(), old, sign("secret", old, body))


def test_interactions_are_forms_with_a_json_payload() -> None:
    kind, body = encode("interactive", {"type": "block_actions", "name": "林国栋"})
    assert kind == "application/x-www-form-urlencoded"
    assert json.loads(parse_qs(body.decode())["payload"][0])["name"] == "林国栋"
