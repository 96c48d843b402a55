"""A running workspace with quick rules, and a real Bolt app connected to it."""

from __future__ import annotations

import json
import os
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.workspace import Handle, Remote, Workspace, default_seed, serve
from bot.workspace.seed import Rules, Seed, Shortcut

QUICK = Rules(ack_seconds=0.4, retry_delays=(0.02, 0.02, 0.02), trigger_seconds=3.0)


def quick_seed(**changes: Any) -> Seed:
    """The built-in seed with short deadlines, and a shortcut from anywhere beside that on a message."""
    seed = default_seed()
    anywhere = Shortcut(callback_id="start", name="Start", type="global")
    return seed.model_copy(update={"rules": QUICK, "shortcuts": (*seed.shortcuts, anywhere), **changes})


@pytest.fixture
def make_seed() -> Callable[..., Seed]:
    """Makes the built-in seed with short deadlines and the given changes."""
    return quick_seed


@pytest.fixture
def make_app() -> Callable[[str], Any]:
    """Makes an unmodified Bolt app for a workspace's address."""
    return bolt_app


@pytest.fixture
def handle() -> Iterator[Handle]:
    """A workspace on a free port."""
    running = serve(Workspace(quick_seed()))
    yield running
    running.stop()


@pytest.fixture
def people(handle: Handle) -> Remote:
    """The people of the workspace."""
    return Remote(handle.url)


@pytest.fixture
def web(handle: Handle) -> Any:
    """Slack's own client, with the bot's token."""
    from slack_sdk import WebClient

    return WebClient(token="xoxb-local-bonafide", base_url=f"{handle.url}/api/", retry_handlers=[])


@pytest.fixture
def bot(handle: Any) -> Callable[..., dict[str, Any]]:
    """Calls a method of the Web API as the bot."""
    token = handle.workspace.seed.tokens.bot

    def call(method: str, **arguments: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{handle.url}/api/{method}", data=json.dumps(arguments).encode(), headers=headers
        )
        with urllib.request.urlopen(request) as reply:
            found: dict[str, Any] = json.loads(reply.read())
        assert found["ok"], found
        return found

    return call


def bolt_app(url: str) -> Any:
    """An unmodified Bolt app that talks to the workspace at ``url``."""
    from slack_bolt import App
    from slack_sdk import WebClient

    return App(client=WebClient(token="xoxb-local-bonafide", base_url=f"{url}/api/"), signing_secret=None)


@pytest.fixture
def connect(handle: Handle, people: Remote) -> Iterator[Callable[[Any], Any]]:
    """Connects an app over Socket Mode and waits until it is there."""
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    open_handlers = []

    def start(app: Any) -> Any:
        web_client = WebClient(token="xapp-local-bonafide", base_url=f"{handle.url}/api/")
        connection = SocketModeHandler(app, "xapp-local-bonafide", web_client=web_client)
        before = people.look("state")["connections"]
        connection.connect()
        open_handlers.append(connection)
        people.wait(lambda: people.look("state")["connections"] > before)
        return connection

    yield start
    for connection in open_handlers:
        # The SDK needs three seconds to close its own threads; nothing here waits for that.
        connection.client.auto_reconnect_enabled = False
        threading.Thread(target=connection.close, daemon=True).start()


@pytest.fixture
def app(handle: Handle) -> Any:
    """A Bolt app without listeners; a test adds its own before it connects it."""
    return bolt_app(handle.url)


@pytest.fixture
def gate() -> threading.Event:
    """Something for a listener to set when it has run."""
    return threading.Event()


QUIET_CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; its absence is a failure in CI and a skip elsewhere."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("The browser tests need chromium, and CI has none on its PATH.")
        pytest.skip("chromium is not on the PATH: the page is not tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(QUIET_CHROMIUM))
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Any, handle: Handle) -> Iterator[Callable[..., Any]]:
    """Opens the page of the workspace; any script error in it fails the test."""
    contexts, errors = [], []

    def start(**options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.set_default_navigation_timeout(60_000)  # a busy machine loads a page late, and that is no fault
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(handle.url)
        page.wait_for_selector("html[data-ready]")
        return page

    yield start
    for context in contexts:
        context.close()
    assert errors == []
