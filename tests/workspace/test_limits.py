"""Block Kit's limits, the surface matrix, and the text that people type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace import Workspace
from bot.workspace.blocks import SURFACES, check_blocks, check_view
from bot.workspace.errors import SlackError
from bot.workspace.text import compose, escape, mentions, normalise, unescape


def plain(size: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "文" * size}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain(3), **changes}


def actions(count: int = 1, **changes: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [button(action_id=f"a{n}", **changes) for n in range(count)]}


def options(count: int, text: int = 3, value: int = 3) -> list[dict[str, Any]]:
    return [{"text": plain(text), "value": "v" * value} for _ in range(count)]


def select(**changes: Any) -> dict[str, Any]:
    return {
        "type": "actions",
        "elements": [{"type": "static_select", "action_id": "s", "options": options(1)} | changes],
    }


def cells(rows: int, columns: int = 2, size: int = 1) -> list[list[dict[str, str]]]:
    return [[{"type": "raw_text", "text": "x" * size} for _ in range(columns)] for _ in range(rows)]


def data_table(rows: int, **changes: Any) -> dict[str, Any]:
    return {"type": "data_table", "caption": "c", "rows": cells(rows)} | changes


def task(**changes: Any) -> dict[str, Any]:
    return {"type": "task_card", "task_id": "t", "title": "Register", "status": "complete"} | changes


def section(**changes: Any) -> dict[str, Any]:
    return {"type": "section", "text": plain(1)} | changes


LIMITS = [
    ("section text", lambda n: section(text=plain(n)), 3000),
    ("section fields", lambda n: section(fields=[plain(1)] * n), 10),
    ("section field text", lambda n: section(fields=[plain(n)]), 2000),
    ("header", lambda n: {"type": "header", "text": plain(n)}, 150),
    ("markdown", lambda n: {"type": "markdown", "text": "文" * n}, 12_000),
    ("actions elements", actions, 25),
    ("context elements", lambda n: {"type": "context", "elements": [plain(1)] * n}, 10),
    (
        "overflow options",
        lambda n: {"type": "actions", "elements": [button(type="overflow", options=options(n))]},
        5,
    ),
    ("select options", lambda n: select(options=options(n)), 100),
    ("option text", lambda n: select(options=options(1, text=n)), 75),
    ("option value", lambda n: select(options=options(1, value=n)), 150),
    ("button text", lambda n: actions(text=plain(n)), 75),
    ("button value", lambda n: actions(value="v" * n), 2000),
    ("button url", lambda n: actions(url="u" * n), 3000),
    ("block_id", lambda n: section(block_id="b" * n), 255),
    ("action_id", lambda n: {"type": "actions", "elements": [button(action_id="a" * n)]}, 255),
    ("agent_prompt", lambda n: actions(agent_prompt="p" * n), 4000),
    ("table rows", lambda n: {"type": "table", "rows": cells(n)}, 100),
    ("table columns", lambda n: {"type": "table", "rows": cells(2, n)}, 20),
    ("data_table rows", data_table, 101),
    ("data_table page", lambda n: data_table(3, page_size=n), 100),
    (
        "plan tasks",
        lambda n: {"type": "plan", "title": "p", "tasks": [task(task_id=str(i)) for i in range(n)]},
        50,
    ),
    ("card title", lambda n: {"type": "card", "title": plain(n)}, 150),
    ("card body", lambda n: {"type": "card", "body": plain(n)}, 200),
    ("card actions", lambda n: {"type": "card", "title": plain(1), "actions": actions(n)["elements"]}, 3),
]


@pytest.mark.parametrize(("name", "make", "most"), LIMITS, ids=[name for name, _, _ in LIMITS])
def test_at_the_limit_passes_and_one_more_is_refused(name: str, make: Any, most: int) -> None:
    assert check_blocks([make(most)], surface="message")
    with pytest.raises(SlackError) as caught:
        check_blocks([make(most + 1)], surface="message")
    assert caught.value.code == "invalid_blocks"
    messages = caught.value.extra["response_metadata"]["messages"]
    assert "[json-pointer:/blocks/0" in messages[0]


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_blocks_of_a_surface(surface: str, most: int) -> None:
    assert len(check_blocks([{"type": "divider"}] * most, surface=surface)) == most
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_blocks([{"type": "divider"}] * (most + 1), surface=surface)


def test_all_text_of_a_message_is_limited() -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_blocks([section(text=plain(2900))] * 5, surface="message")
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_blocks([{"type": "markdown", "text": "x" * 7000}] * 2, surface="message")


@pytest.mark.parametrize("kind", sorted(SURFACES))
@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_surface_matrix(kind: str, surface: str) -> None:
    def mistakes() -> str:
        try:
            check_blocks([{"type": kind}], surface=surface)
        except SlackError as error:
            return str(error.extra)
        return ""

    assert ("is not allowed in" in mistakes()) == (surface not in SURFACES[kind])


@pytest.mark.parametrize(
    "block",
    [
        {"type": "carpet"},
        "text",
        {"type": "section"},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "actions", "elements": [button(), button()]},
        {"type": "actions", "elements": [button(style="green")]},
        {"type": "table", "rows": [*cells(1, 2), *cells(1, 3)]},
        data_table(1),
        data_table(2, caption=""),
        task(status="pending"),
        {"type": "image", "image_url": "https://example.com/a.png"},
        {"type": "context_actions", "elements": [button()]},
    ],
)
def test_wrong_shapes_are_refused(block: Any) -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_blocks([block], surface="message")


def test_a_pending_task_may_wait_inside_a_plan() -> None:
    plan = {"type": "plan", "title": "核查", "tasks": [task(status="pending")]}
    assert check_blocks([plan], surface="message")[0]["block_id"] == "b0"


def test_views_are_checked_as_invalid_arguments() -> None:
    good = {"type": "modal", "title": plain(24), "blocks": []}
    assert check_view(good, ("modal",))["blocks"] == []
    element = {"type": "plain_text_input", "action_id": "a"}
    field = {"type": "input", "label": plain(1), "element": element}
    wrong = (
        {**good, "title": plain(25)},
        {**good, "private_metadata": "x" * 3001},
        {**good, "type": "home"},
        {**good, "blocks": [field]},
        {**good, "blocks": [{"type": "markdown", "text": "x"}]},
        {**good, "blocks": None},
    )
    for view in wrong:
        with pytest.raises(SlackError, match="invalid_arguments"):
            check_view(view, ("modal",))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "text",
                    "elements",
                    "element",
                    "accessory",
                    "fields",
                    "rows",
                    "options",
                    "tasks",
                    "label",
                ]
            ),
            inner | st.sampled_from(sorted(SURFACES)),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(blocks=st.lists(json_values, max_size=4), surface=st.sampled_from(["message", "modal", "home"]))
def test_any_json_is_either_taken_or_refused_with_a_code(blocks: list, surface: str) -> None:
    try:
        taken = check_blocks(blocks, surface=surface)
    except SlackError as error:
        assert error.code in ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long")
    else:
        assert all(block["block_id"] for block in taken)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("@Bonafide 你好", "<@U0BONAFIDE> 你好"),
        ("@bonafide你好", "<@U0BONAFIDE>你好"),
        ("请@陈雨桐看一下", "请@陈雨桐看一下"),
        ("请 @陈雨桐看一下", "请 <@U01SALES>看一下"),
        ("@Maria Keller: 1 < 2 & 3 > 2", "<@U01COMPL>: 1 &lt; 2 &amp; 3 &gt; 2"),
        ("mail a@Bonafide.example", "mail a@Bonafide.example"),
        ("see #risk", "see <#C01RISK|risk>"),
        ("见https://a.cn/x?a=1&b=2。好", "见<https://a.cn/x?a=1&amp;b=2>。好"),
        ("@here look", "<!here> look"),
    ],
)
def test_typed_text_becomes_message_text(typed: str, stored: str) -> None:
    assert compose(Workspace(), typed) == stored


@given(text=st.text())
def test_escaping_is_reversible_and_hides_every_mark(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not set(escape(text)) & {"<", ">"}
    assert normalise(escape(text)) == escape(text)


@given(text=st.text(alphabet="<>@U0BONAFIDE| a"))
def test_typed_angle_brackets_never_make_a_mention(text: str) -> None:
    assert mentions(compose(Workspace(), text.replace("@", "")), "U0BONAFIDE") is False
