"""Files, pictures, plans and searching selects on the page, in a real Chromium."""

from __future__ import annotations

import base64
import urllib.request
from typing import Any

import pytest

pytestmark = pytest.mark.browser

RISK = "U01RISK"
#: A picture of one red dot.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def upload(bot: Any, name: str, data: bytes, title: str) -> dict[str, Any]:
    """Put a file into the workspace; the file as files.info knows it."""
    announced = bot("files.getUploadURLExternal", filename=name, length=str(len(data)))
    with urllib.request.urlopen(urllib.request.Request(announced["upload_url"], data=data, method="POST")):
        pass
    bot("files.completeUploadExternal", files=[{"id": announced["file_id"], "title": title}])
    found: dict[str, Any] = bot("files.info", file=announced["file_id"])["file"]
    return found


def direct(open_page: Any) -> Any:
    """The page of the risk officer at the direct message with the bot."""
    page = open_page()
    page.locator(f'[data-person="{RISK}"]').click()
    page.locator(".rail-entry", has_text="Bonafide").click()
    return page


def test_a_shared_file_is_a_card_that_downloads_what_was_uploaded(bot: Any, open_page: Any) -> None:
    file = upload(bot, "B-12.pdf", b"%PDF-1.7 report", "B-12 Nordhafen <b>")
    channel = bot("conversations.open", users=RISK)["channel"]["id"]
    bot("chat.postMessage", channel=channel, text=f"Here: <{file['permalink']}|B-12>")
    page = direct(open_page)
    card = page.locator("a.file")
    card.wait_for()
    assert "B-12 Nordhafen <b>" in card.inner_text() and "PDF" in card.inner_text()
    with page.expect_download() as downloading:
        card.click()
    assert downloading.value.path().read_bytes() == b"%PDF-1.7 report"


def test_a_picture_of_a_file_is_drawn(bot: Any, open_page: Any) -> None:
    file = upload(bot, "matrix.png", DOT, "Risk matrix")
    channel = bot("conversations.open", users=RISK)["channel"]["id"]
    block = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "Risk matrix"}
    bot("chat.postMessage", channel=channel, text="matrix", blocks=[block])
    page = direct(open_page)
    picture = page.locator("img.picture")
    picture.wait_for()
    page.wait_for_function("document.querySelector('img.picture').naturalWidth === 1")
    assert picture.get_attribute("alt") == "Risk matrix"


def test_a_plan_that_is_updated_shows_its_steps_and_then_the_card(bot: Any, open_page: Any) -> None:
    channel = bot("conversations.open", users=RISK)["channel"]["id"]

    def plan(*states: str) -> list[dict[str, Any]]:
        tasks = [
            {"type": "task_card", "task_id": str(number), "title": f"Step {number}", "status": state}
            for number, state in enumerate(states)
        ]
        return [{"type": "plan", "title": "Checking Nordhafen", "tasks": tasks}]

    posted = bot("chat.postMessage", channel=channel, text="…", blocks=plan("in_progress", "pending"))
    page = direct(open_page)
    page.locator(".plan", has_text="0/2").wait_for()
    where = {"channel": channel, "ts": posted["ts"], "text": "…"}
    bot("chat.update", **where, blocks=plan("complete", "in_progress"))
    page.locator(".plan", has_text="1/2").wait_for()
    assert page.locator(".task-complete").count() == 1 and page.locator(".task-in_progress").count() == 1
    bot("chat.update", **where, blocks=[{"type": "header", "text": {"type": "plain_text", "text": "Done"}}])
    page.locator("h3", has_text="Done").wait_for()
    assert page.locator(".plan").count() == 0


def test_a_select_in_a_message_asks_the_app_and_the_keyboard_chooses(
    app: Any, connect: Any, bot: Any, open_page: Any
) -> None:
    chosen: list[str] = []

    @app.options("papers_other:3")
    def options(ack: Any, body: dict[str, Any]) -> None:
        names = ["Nordhafen Logistik GmbH", "Nordwind AG"]
        found = [name for name in names if body["value"].lower() in name.lower()]
        ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in found])

    @app.action("papers_other:3")
    def act(ack: Any, action: dict[str, Any]) -> None:
        ack()
        chosen.append(action["selected_option"]["value"])

    connect(app)
    channel = bot("conversations.open", users=RISK)["channel"]["id"]
    select = {
        "type": "external_select",
        "action_id": "papers_other:3",
        "min_query_length": 1,
        "placeholder": {"type": "plain_text", "text": "Another customer …"},
    }
    bot(
        "chat.postMessage", channel=channel, text="whose?", blocks=[{"type": "actions", "elements": [select]}]
    )
    page = direct(open_page)
    field = page.get_by_role("searchbox", name="Another customer …")
    field.fill("nord")
    page.get_by_role("option", name="Nordwind AG").wait_for()
    field.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert chosen == ["Nordwind AG"]
