"""Every kind of choice, made in the browser and through the control API, as the app gets it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.workspace.errors import ControlError

SALES = "U01SALES"


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(f"Option {value}"), "value": value}


ELEMENTS: list[dict[str, Any]] = [
    {
        "type": "static_select",
        "action_id": "term",
        "placeholder": plain("Term 账期"),
        "options": [option("30"), option("60")],
    },
    {"type": "overflow", "action_id": "rest", "options": [option("history"), option("assign")]},
    {"type": "datepicker", "action_id": "due", "initial_date": "2026-12-01", "placeholder": plain("Due")},
    {"type": "radio_buttons", "action_id": "grade", "options": [option("A"), option("B")]},
    {"type": "checkboxes", "action_id": "tell", "options": [option("risk"), option("sales")]},
    {"type": "users_select", "action_id": "owner", "placeholder": plain("Owner")},
]
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Helpful"), "value": "good"},
    "negative_button": {"text": plain("Wrong"), "value": "bad"},
}
BLOCKS = [
    {"type": "actions", "block_id": "choices", "elements": ELEMENTS},
    {"type": "context_actions", "block_id": "opinion", "elements": [FEEDBACK]},
]


@pytest.fixture
def actions(app: Any, connect: Any) -> list[dict[str, Any]]:
    """The bodies of the actions that the app got."""
    bodies: list[dict[str, Any]] = []

    @app.action(re.compile(".*"))
    def take(ack: Any, body: dict) -> None:
        ack()
        bodies.append(body)

    connect(app)
    app.client.chat_postMessage(channel="C01SALES", text="choices", blocks=BLOCKS)
    return bodies


@pytest.mark.parametrize(
    ("action_id", "value", "field", "seen"),
    [
        ("term", "60", "selected_option", option("60")),
        ("rest", "assign", "selected_option", option("assign")),
        ("due", "2027-01-31", "selected_date", "2027-01-31"),
        ("grade", "B", "selected_option", option("B")),
        ("tell", ["risk", "sales"], "selected_options", [option("risk"), option("sales")]),
        ("owner", "U01RISK", "selected_user", "U01RISK"),
        ("feedback", "bad", "value", "bad"),
    ],
)
def test_choice_reaches_the_app_as_slack_spells_it(
    people: Any, actions: list, action_id: str, value: Any, field: str, seen: Any
) -> None:
    message = people.messages(SALES, "#sales")[0]
    assert people.click(SALES, message, action_id, value)["acked"]
    body = people.wait(lambda: actions)[0]
    action = body["actions"][0]
    assert action["action_id"] == action_id
    assert action[field] == seen
    assert body["container"] == {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": "C01SALES",
        "is_ephemeral": False,
    }
    values = body["state"]["values"]["choices"]
    assert values["due"]["selected_date"] == ("2027-01-31" if action_id == "due" else "2026-12-01")


def test_impossible_choices_are_refused(people: Any, actions: list) -> None:
    message = people.messages(SALES, "#sales")[0]
    for action_id, value in (("term", "90"), ("feedback", "maybe"), ("gone", "x")):
        with pytest.raises(ControlError):
            people.click(SALES, message, action_id, value)
    assert actions == []


@pytest.mark.browser
def test_every_choice_works_in_the_browser(people: Any, actions: list, open_page: Any) -> None:
    page = open_page()

    def last(count: int) -> dict[str, Any]:
        people.wait(lambda: len(actions) >= count)
        return actions[count - 1]["actions"][0]

    page.locator("[data-action=term]").select_option("60")
    assert last(1)["selected_option"]["value"] == "60"
    page.locator("[data-action=rest] button").first.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert last(2)["selected_option"]["value"] == "assign"
    page.locator("[data-action=due]").fill("2027-01-31")
    assert last(3)["selected_date"] == "2027-01-31"
    page.get_by_label("Option B").check()
    assert last(4)["selected_option"]["value"] == "B"
    page.get_by_label("Option risk").check()
    assert last(5)["selected_options"][0]["value"] == "risk"
    page.locator("[data-action=owner]").select_option("U01COMPL")
    assert last(6)["selected_user"] == "U01COMPL"
    page.get_by_role("button", name="Wrong").click()
    assert last(7)["value"] == "bad"
    assert page.get_by_role("button", name="Wrong").get_attribute("aria-pressed") == "true"
    # What was chosen before goes along with every later action.
    assert actions[6]["state"]["values"]["choices"]["term"]["selected_option"]["value"] == "60"


@pytest.mark.browser
def test_modal_with_every_input_and_options_from_the_app(
    app: Any, connect: Any, people: Any, open_page: Any
) -> None:
    got: list[dict[str, Any]] = []

    def field(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}

    search = {"type": "external_select", "action_id": "x", "min_query_length": 1}
    view = {
        "type": "modal",
        "callback_id": "start",
        "title": plain("Start a check"),
        "submit": plain("Start"),
        "blocks": [
            field("customer", search),
            field("purpose", {"type": "plain_text_input", "action_id": "x", "initial_value": "review"}),
            field(
                "depth", {"type": "static_select", "action_id": "x", "options": [option("1"), option("2")]}
            ),
            field("day", {"type": "datepicker", "action_id": "x", "initial_date": "2026-12-24"}),
            field("tell", {"type": "checkboxes", "action_id": "x", "options": [option("r")]}, optional=True),
        ],
    }

    @app.shortcut("start")
    def open_view(ack: Any, body: dict, client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.options("x")
    def suggest(ack: Any, payload: dict) -> None:
        ack(options=[{"text": plain(f"{payload['value']}技术有限公司"), "value": "C-1024"}])

    @app.view("start")
    def submitted(ack: Any, view: dict) -> None:
        got.append(view["state"]["values"])
        ack(response_action="update", view={"type": "modal", "title": plain("Started"), "blocks": []})

    connect(app)
    page = open_page()
    people.do("shortcut", user=SALES, callback_id="start")
    dialog = page.locator("dialog")
    dialog.get_by_label("customer").fill("华为")
    dialog.get_by_role("option", name="华为技术有限公司").click()
    dialog.get_by_label("depth").select_option("2")
    dialog.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="Started").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")

    values = {block_id: each["x"] for block_id, each in got[0].items()}
    assert values["customer"]["selected_option"]["value"] == "C-1024"
    assert values["purpose"]["value"] == "review"
    assert values["depth"]["selected_option"]["value"] == "2"
    assert values["day"]["selected_date"] == "2026-12-24"
    assert values["tell"]["selected_options"] == []


@pytest.mark.browser
def test_data_table_sorts_filters_and_turns_pages(web: Any, open_page: Any) -> None:
    head = [{"type": "raw_text", "text": "Customer"}, {"type": "raw_text", "text": "Exposure"}]
    rows = [
        [
            {"type": "raw_text", "text": f"客户{n}"},
            {"type": "raw_number", "value": n * 100, "text": f"{n * 100:,}"},
        ]
        for n in (7, 12, 3, 1, 9, 2, 5)
    ]
    table = {"type": "data_table", "caption": "Watch list", "page_size": 3, "rows": [head, *rows]}
    web.chat_postMessage(channel="C01SALES", text="t", blocks=[table])
    page = open_page()
    first = page.locator(".data-table tbody tr td:first-child")
    first.first.wait_for()
    assert first.all_inner_texts() == ["客户7", "客户12", "客户3"]
    page.get_by_role("button", name="Exposure").click()
    assert first.all_inner_texts() == ["客户1", "客户2", "客户3"]
    page.get_by_role("button", name="Exposure").click()
    assert first.all_inner_texts() == ["客户12", "客户9", "客户7"]
    page.locator(".table-footer button").nth(1).click()
    assert first.all_inner_texts() == ["客户5", "客户3", "客户2"]
    page.locator(".data-table input").fill("12")
    assert first.all_inner_texts() == ["客户12"]


@pytest.mark.browser
def test_a_growing_answer_leaves_what_one_writes_alone(web: Any, people: Any, open_page: Any) -> None:
    page = open_page()
    said = people.say(SALES, "dm", "question")
    page.locator(".rail-entry", has_text="Bonafide").click()
    stream = web.chat_stream(
        channel=said["channel"], thread_ts=said["ts"], buffer_size=1, task_display_mode="plan"
    )
    stream.append(chunks=[{"type": "task_update", "id": "1", "title": "Register", "status": "in_progress"}])
    page.locator("#replies .task-in_progress").wait_for()
    page.locator("#composer-thread").fill("and one")
    for number in range(5):
        stream.append(markdown_text=f"part **{number}** ")
    stream.append(chunks=[{"type": "task_update", "id": "1", "title": "Register", "status": "complete"}])
    page.locator("#replies .task-complete").wait_for()
    page.keyboard.type(" more")
    assert page.locator("#composer-thread").input_value() == "and one more"
    assert page.locator("#replies article.streaming").count() == 1
    stream.stop()
    page.locator("#replies article.streaming").wait_for(state="detached")
    assert "part 4" in page.locator("#replies .markdown").inner_text()
