"""The token goes to Slack and nowhere else, and no file is larger than it may be."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.slack.directory import reading_client
from bot.slack.fetching import Fetcher, NotFetched
from bot.workspace import Handle, Workspace, default_seed, serve
from bot.workspace.methods_files import new_file

TOKEN = default_seed().tokens.bot


@pytest.fixture
def slack() -> Iterator[Handle]:
    handle = serve(Workspace(default_seed()))
    yield handle
    handle.stop()


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that is not Slack, and what it was sent."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(str(self.headers.get("Authorization")))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    server.server_close()


def put(slack: Handle, data: bytes, **changed: Any) -> str:
    """A file that somebody sent; `changed` is what Slack says of it otherwise."""

    def add() -> str:
        record = new_file(
            slack.workspace, name="report.txt", size=len(data), user="U01RISK", base_url=slack.url
        )
        record["content"] = data
        record.update(changed)
        return str(record["id"])

    identity: str = slack.inside(add)
    return identity


def fetcher(slack: Handle) -> Fetcher:
    api = f"{slack.url}/api/"
    return Fetcher(reading_client(TOKEN, api), TOKEN, api)


def test_a_file_comes_as_it_was_sent(slack: Handle) -> None:
    fetched = fetcher(slack).fetch(put(slack, b"Nordhafen"), limit=100)
    assert (fetched.name, fetched.data, fetched.media_type) == ("report.txt", b"Nordhafen", "text/plain")


def test_the_limit_holds_for_what_is_said_and_for_what_comes(slack: Handle) -> None:
    for said in (200, 1):
        identity = put(slack, b"x" * 200, size=said)
        with pytest.raises(NotFetched) as wrong:
            fetcher(slack).fetch(identity, limit=100)
        assert wrong.value.reason == "too_large"
    assert len(fetcher(slack).fetch(put(slack, b"x" * 100), limit=100).data) == 100


def test_the_token_is_sent_to_nobody_else(slack: Handle, elsewhere: tuple[str, list[str]]) -> None:
    url, heard = elsewhere
    host = url.removeprefix("http://")
    for address in (
        url,
        f"{url}/files.slack.com/a",
        f"http://files.slack.com@{host}/a",
        f"{slack.url.replace('http://', 'http://user@')}/files/x",
        "https://files.slack.com.evil.example/a",
        "http://files.slack.com/a",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ):
        identity = put(slack, b"x", url_private=address, url_private_download=address)
        with pytest.raises(NotFetched) as wrong:
            fetcher(slack).fetch(identity, limit=100)
        assert wrong.value.reason == "unreachable", address
    assert heard == []


def test_a_file_that_slack_does_not_give_is_unreachable(slack: Handle) -> None:
    for identity in ("F0NOBODY", put(slack, b"x", content=None)):
        with pytest.raises(NotFetched) as wrong:
            fetcher(slack).fetch(identity, limit=100)
        assert wrong.value.reason == "unreachable"
