"""The web page in a real Chromium: talking, threads, clicks, people, themes, keyboard, hostile text."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import talk

pytestmark = pytest.mark.browser

SALES, RISK = "U01SALES", "U01RISK"


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def alert_blocks() -> list[dict[str, Any]]:
    danger = {
        "confirm": {
            "title": plain("Escalate?"),
            "text": plain("Compliance is told."),
            "confirm": plain("Tell them"),
        }
    }
    return [
        {"type": "header", "text": plain("🔴 A-57 新增失信被执行人")},
        {
            "type": "actions",
            "block_id": "act",
            "elements": [
                {
                    "type": "button",
                    "action_id": "decide",
                    "text": plain("Decide"),
                    "style": "primary",
                    "value": "A-57",
                },
                {
                    "type": "button",
                    "action_id": "escalate",
                    "text": plain("Escalate"),
                    "style": "danger",
                    **danger,
                },
            ],
        },
    ]


def reason_view() -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "reason", "multiline": True}
    return {
        "type": "modal",
        "callback_id": "decision",
        "title": plain("决定 Decide"),
        "submit": plain("Save"),
        "blocks": [{"type": "input", "block_id": "why", "label": plain("Reason 理由"), "element": element}],
    }


@pytest.fixture
def colleague(app: Any, connect: Any) -> Any:
    """An app that answers, shows an alert's modal, whispers and publishes Home."""
    app.heard = []

    @app.event("app_mention")
    def mention(event: dict, say: Any) -> None:
        say(text=f"*收到*：{event['text']}", thread_ts=event["ts"])

    @app.event("message")
    def message(event: dict, say: Any, set_status: Any) -> None:
        if event.get("channel_type") != "im":
            return
        if "slow" in event["text"]:
            set_status("is checking registers …")
            return
        say(markdown_text=f"## 结论\n你问了 **{event['text']}**", thread_ts=event["ts"])

    @app.command("/dd")
    def command(ack: Any, command: dict) -> None:
        ack(f"Checking {command['text']}")

    @app.action("decide")
    def decide(ack: Any, body: dict, client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=reason_view())

    @app.action("escalate")
    def escalate(ack: Any, body: dict, client: Any) -> None:
        ack()
        client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="Escalated by hand", blocks=[]
        )

    @app.view("decision")
    def decided(ack: Any, view: dict) -> None:
        reason = view["state"]["values"]["why"]["reason"]["value"]
        if len(reason) < 5:
            ack(response_action="errors", errors={"why": "Too short 太短"})
            return
        ack()
        app.heard.append(reason)

    @app.event("app_home_opened")
    def home(event: dict, client: Any, set_suggested_prompts: Any) -> None:
        if event["tab"] == "messages":
            set_suggested_prompts(prompts=[{"title": "北风贸易的风险", "message": "北风贸易有什么风险？"}])
        else:
            view = {"type": "home", "blocks": [{"type": "header", "text": plain("My customers")}]}
            client.views_publish(user_id=event["user"], view=view)

    connect(app)
    return app


def test_chinese_question_is_answered_in_a_thread(open_page: Any, colleague: Any) -> None:
    page = open_page()
    page.get_by_role("textbox").first.click()
    page.keyboard.type("@Bona")
    page.keyboard.press("Enter")
    page.keyboard.type("华为技术有限公司的注册资本是多少？")
    page.keyboard.press("Enter")
    reply = page.locator("#replies article").nth(1)
    reply.wait_for()
    assert "收到：@Bonafide 华为技术有限公司的注册资本是多少？" in reply.inner_text()
    assert reply.locator("strong").inner_text() == "收到"
    assert page.locator("#messages article").count() == 1
    page.locator("#messages .reply-count").wait_for()
    assert page.locator("#composer-main").evaluate("node => document.activeElement === node")

    page.locator("#composer-thread").fill("谢谢\n第二行")
    page.locator("#composer-thread").press("Enter")
    page.locator("#replies article").nth(2).wait_for()
    assert page.locator("#messages article").count() == 1


def test_button_modal_and_confirmation(open_page: Any, colleague: Any, people: Any) -> None:
    colleague.client.chat_postMessage(channel="C01SALES", text="A-57", blocks=alert_blocks())
    page = open_page()
    page.get_by_role("button", name="Decide").click()
    page.locator("dialog textarea").wait_for()
    page.keyboard.type("no")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Too short 太短").wait_for()
    assert page.locator("dialog textarea").input_value() == "no"
    page.locator("dialog textarea").fill("资料齐全，可以放行")
    page.get_by_role("button", name="Save").click()
    page.locator("dialog").wait_for(state="detached")
    assert colleague.heard == ["资料齐全，可以放行"]

    page.get_by_role("button", name="Escalate").click()
    page.get_by_text("Compliance is told.").wait_for()
    page.keyboard.press("Escape")
    assert people.messages(SALES, "#sales")[0]["text"] == "A-57"
    page.get_by_role("button", name="Escalate").click()
    page.get_by_role("button", name="Tell them").click()
    page.get_by_text("Escalated by hand").wait_for()


def test_a_shortcut_on_a_message_and_a_menu_near_the_lower_edge(
    open_page: Any, app: Any, connect: Any, people: Any
) -> None:
    heard: list[str] = []

    @app.shortcut("check_company")
    def shortcut(ack: Any, body: dict, client: Any) -> None:
        ack()
        heard.append(body["message"]["text"])
        client.views_open(trigger_id=body["trigger_id"], view=reason_view())

    connect(app)
    for number in range(30):
        people.say(SALES, "#sales", f"北风贸易要六十天账期 {number}")
    page = open_page()
    last = page.locator("#messages article").last
    last.hover()
    last.get_by_role("button", name="更多操作").click()
    entry = last.get_by_role("menuitem", name="Check this company")
    entry.wait_for()
    below = page.evaluate(
        "() => { const box = (node) => document.querySelector(node).getBoundingClientRect();"
        " return box('.menu:not([hidden])').bottom - box('#messages').bottom }"
    )
    assert below <= 0, "the menu is cut off by the field below it"
    entry.click()
    page.locator("dialog textarea").wait_for()
    assert heard == ["北风贸易要六十天账期 29"]


def test_people_see_their_own_channels_whispers_and_unread_marks(
    open_page: Any, colleague: Any, people: Any
) -> None:
    page = open_page()
    assert page.locator(".rail-entry", has_text="risk").count() == 0
    page.locator("#composer-main").fill("/dd check 华为")
    page.locator("#composer-main").press("Enter")
    whisper = page.locator("article.ephemeral")
    whisper.wait_for()
    assert "仅您可见" in whisper.inner_text()

    people.say("U01COMPL", "#risk", "@林国栋 please look")
    page.locator('[data-person="U01RISK"] .count').wait_for()
    page.locator('[data-person="U01RISK"]').click()
    page.locator(".rail-entry", has_text="risk").locator(".count").wait_for()
    assert page.locator("article.ephemeral").count() == 0
    page.locator(".rail-entry", has_text="risk").click()
    page.get_by_text("please look").wait_for()
    page.locator(".rail-entry.unread").wait_for(state="detached")
    assert page.locator('[data-person="U01RISK"]').get_attribute("aria-checked") == "true"
    page.reload()
    page.get_by_text("please look").wait_for()


def delay(page: Any, part: str, milliseconds: int) -> None:
    """What the page asks for at an address with ``part`` in it arrives late."""
    page.evaluate(
        """([part, late]) => {
            const ask = window.fetch;
            window.fetch = async (address, options) => {
                if (String(address).includes(part)) await new Promise((done) => setTimeout(done, late));
                return ask(address, options);
            };
        }""",
        [part, milliseconds],
    )


@pytest.mark.parametrize("slow", ["state", "messages"])
def test_one_who_clicks_before_the_other_persons_channels_are_there_comes_to_their_own_direct_message(
    open_page: Any, bot: Any, slow: str
) -> None:
    channel = bot("conversations.open", users="U01RISK")["channel"]["id"]
    bot("chat.postMessage", channel=channel, text="for the risk officer alone")
    page = open_page()
    delay(page, f"{slow}?user=U01RISK", 400)
    page.locator('[data-person="U01RISK"]').click()
    page.locator(".rail-entry", has_text="Bonafide").click()
    page.get_by_text("for the risk officer alone").wait_for()
    page.locator('[data-person="U01RISK"][aria-checked="true"]').wait_for()


def test_of_two_persons_clicked_in_a_row_the_last_one_counts(open_page: Any) -> None:
    page = open_page()
    delay(page, "state?user=U01RISK", 400)
    page.locator('[data-person="U01RISK"]').click()
    page.locator('[data-person="U01COMPL"]').click()
    page.locator('[data-person="U01COMPL"][aria-checked="true"]').wait_for()
    page.wait_for_timeout(600)
    assert page.locator('[data-person="U01COMPL"]').get_attribute("aria-checked") == "true"
    page.locator(".rail-entry", has_text="Bonafide").click()
    page.locator(".rail-entry[aria-current]", has_text="Bonafide").wait_for()


def test_home_prompts_status_and_direct_answer(open_page: Any, colleague: Any, people: Any) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    page.locator('[data-person="U01COMPL"]').click()
    page.locator(".rail-entry", has_text="Bonafide").click()
    page.get_by_role("button", name="北风贸易的风险").click()
    page.locator("#replies h4", has_text="结论").wait_for()
    page.locator("#composer-main").fill("slow question")
    page.locator("#composer-main").press("Enter")
    page.locator("#messages .status", has_text="Bonafide is checking registers …").wait_for()
    people.do("clock/advance", seconds=121)
    page.locator("#messages .status").wait_for(state="detached")
    page.get_by_role("tab", name="Home").click()
    page.get_by_role("heading", name="My customers").wait_for()


def test_dark_and_light_follow_the_system_and_the_hand(open_page: Any) -> None:
    page = open_page(color_scheme="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = page.evaluate(ground)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("Alt+t")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate(ground) != dark
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


CONTRAST = """
([front, back]) => {
  const paint = (name) => {
    const node = document.createElement("i");
    node.style.color = `var(${name})`;
    document.body.append(node);
    const parts = getComputedStyle(node).color.match(/[0-9.]+/g).map(Number);
    node.remove();
    const linear = (each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = parts.map((each) => linear(each / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [paint(front), paint(back)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}
"""


READABLE = [
    *("ink/ground", "ink/raised", "quiet/ground", "quiet/raised", "quiet/info-soft", "link/ground"),
    *("accent-ink/accent", "accent/accent-soft", "danger/ground", "warn/warn-soft", "danger/danger-soft"),
    *("code/raised", "mention-ink/mention", "rail-ink/rail", "rail-strong/rail-here", "rail-ink/top"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_page: Any, theme: str) -> None:
    page = open_page(color_scheme=theme)
    pairs = [pair.split("/") for pair in READABLE]
    weak = [
        (front, back) for front, back in pairs if page.evaluate(CONTRAST, [f"--{front}", f"--{back}"]) < 4.5
    ]
    assert weak == []


def test_everything_works_from_the_keyboard(open_page: Any, colleague: Any) -> None:
    page = open_page()
    focus = "document.activeElement"
    page.keyboard.type("@bon")
    page.keyboard.press("Tab")
    page.keyboard.type("first")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two")
    page.keyboard.press("Enter")
    page.locator("#replies article").nth(1).wait_for()
    page.keyboard.press("Escape")
    page.locator("#thread").wait_for(state="hidden")

    page.keyboard.type("second")
    page.keyboard.press("Enter")
    page.locator("#messages article").nth(1).wait_for()
    page.keyboard.press("Shift+F6")
    assert "second" in page.evaluate(f"{focus}.innerText")
    page.keyboard.press("ArrowUp")
    assert "line two" in page.evaluate(f"{focus}.innerText")
    page.keyboard.press("Enter")
    page.locator("#replies article").nth(1).wait_for()
    page.wait_for_function(f"{focus}.id === 'composer-thread'")
    page.keyboard.press("Escape")
    assert "line two" in page.evaluate(f"{focus}.innerText")

    page.keyboard.press("?")
    page.locator("#help").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    assert page.evaluate(f"{focus}.id") == "composer-main"
    page.keyboard.press("Alt+3")
    page.locator('[data-person="U01COMPL"][aria-checked="true"]').wait_for()
    page.wait_for_function("document.documentElement.lang === 'en'")

    page.locator(".rail-entry[aria-current]").focus()
    page.keyboard.press("ArrowDown")
    assert "risk" in page.evaluate(f"{focus}.innerText")
    outline = page.evaluate(f"getComputedStyle({focus}).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="risk").wait_for()


def test_signs_that_are_written_out_are_shown_as_signs(open_page: Any, colleague: Any) -> None:
    page = open_page()
    text = (
        "Tolland &amp; Reeve, equity &lt; 0\n\n| firm |\n|---|\n| Tolland &amp; Reeve &lt;b&gt;x&lt;/b&gt; |"
    )
    colleague.client.chat_postMessage(
        channel="C01SALES", text="x", blocks=[{"type": "markdown", "text": text}]
    )
    told = page.locator("#messages article").last
    told.locator("td", has_text="Tolland & Reeve <b>x</b>").wait_for()
    assert "equity < 0" in told.inner_text()
    assert told.locator("td b").count() == 0


HOSTILE = [
    "<img src=x onerror=window.hit=1>",
    "[click](javascript:window.hit=1) and <javascript:window.hit=1|click>",
    "**bold** <script>window.hit=1</script>",
    "| a | b |\n|---|---|\n| <b onmouseover=window.hit=1>x</b> | `<i>` |",
    "*" * 400 + "_" * 400 + "[" * 200,
    "长" * 3000 + "x" * 3000,
]


def test_hostile_text_stays_text(open_page: Any, colleague: Any, people: Any) -> None:
    page = open_page()
    for text in HOSTILE:
        blocks = [{"type": "markdown", "text": text}]
        colleague.client.chat_postMessage(channel="C01SALES", text="x", blocks=blocks)
        section = {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}
        colleague.client.chat_postMessage(channel="C01SALES", text=text, blocks=[section])
        people.say(SALES, "#sales", text)
    page.locator("#messages article").nth(3 * len(HOSTILE) - 1).wait_for()
    assert page.evaluate("window.hit") is None
    inside = page.locator("#messages .message-body")
    assert inside.locator("img, script, b, iframe").count() == 0
    assert page.locator("#messages a[href^='javascript']").count() == 0
    assert page.locator("#messages code", has_text="<i>").count() >= 1


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_long_names_do_not_break_the_layout(open_page: Any, colleague: Any, width: int) -> None:
    name = "深圳市前海" + "某" * 60 + "国际供应链管理股份有限公司" + "Unbreakable" * 20
    button = {"type": "button", "action_id": "x", "text": plain(name[:75])}
    blocks = [
        {"type": "header", "text": plain(name[:150])},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{name}*"}, "accessory": button},
        {"type": "section", "fields": [plain(name), plain(name)]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": name}] * 3] * 2},
        {"type": "card", "title": name[:150], "actions": [button]},
        {"type": "plan", "title": name, "tasks": [{"type": "task_card", "task_id": "1", "title": name}]},
    ]
    colleague.client.chat_postMessage(channel="C01SALES", text="x", blocks=blocks)
    page = open_page(viewport={"width": width, "height": 740})
    page.locator("#messages .plan").wait_for()
    wide = page.evaluate(
        """() => [...document.querySelectorAll("#messages .block, .top, .pane-head, .composer")]
             .filter((node) => node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.className)"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_page_comes_back_after_a_reset(open_page: Any, people: Any) -> None:
    page = open_page()
    people.say(RISK, "#sales", "before the reset")
    said = page.locator("#messages article", has_text="before the reset")
    said.wait_for()
    people.do("reset")
    said.wait_for(state="detached")
    people.say(RISK, "#sales", "after the reset")
    page.locator("#messages article", has_text="after the reset").wait_for()
    assert page.locator("#messages article").count() == 1


def test_what_arrives_while_the_list_is_on_its_way_is_shown(open_page: Any, people: Any) -> None:
    page = open_page()

    def overtaken(route: Any) -> None:
        listed = route.fetch()
        people.say(RISK, "#general", "said meanwhile")
        time.sleep(0.5)  # the stream of changes is quicker than the list
        route.fulfill(response=listed)

    page.route("**/control/messages?*", overtaken, times=1)
    with page.expect_response("**/control/messages?*"):
        page.locator(".rail-entry", has_text="general").click()
    page.wait_for_timeout(500)  # it was shown before the list came, and must be there after it
    assert page.locator("#messages article", has_text="said meanwhile").count() == 1


def test_a_long_channel_opens_quickly_and_goes_back_by_steps(open_page: Any, handle: Any) -> None:
    workspace = handle.workspace
    room = workspace.channel("C01SALES")
    handle.inside(lambda: [talk.post(workspace, room, RISK, f"message {number}") for number in range(1000)])
    page = open_page()
    shown = page.locator("#messages article")
    assert shown.count() == 150
    assert "message 999" in shown.last.inner_text()
    assert shown.last.evaluate("node => node.getBoundingClientRect().bottom <= innerHeight")
    page.get_by_role("button", name="850").click()
    page.wait_for_function("document.querySelectorAll('#messages article').length === 450")
    assert "message 550" in shown.first.inner_text()


def test_a_file_goes_to_the_app_and_comes_back(
    open_page: Any, app: Any, connect: Any, people: Any, tmp_path: Any
) -> None:
    got: list[dict] = []

    @app.event("message")
    def take(event: dict) -> None:
        got.extend(event.get("files", []))

    connect(app)
    report = tmp_path / "年报 2025.txt"
    report.write_text("注册资本 4,104,113 万元", encoding="utf-8")
    page = open_page()
    page.locator("input[type=file]").first.set_input_files(report)
    page.locator(".chip", has_text="年报 2025.txt").wait_for()
    page.locator("#composer-main").press("Enter")
    with page.expect_download() as download:
        page.locator(".file", has_text="年报 2025.txt").click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == "注册资本 4,104,113 万元"
    file = people.wait(lambda: got)[0]
    assert file["name"] == "年报 2025.txt"
    assert file["url_private"].startswith(people.url)
