"""A check from the first word to the document: steps that finish, a card that works, and never a word to sales."""

from __future__ import annotations

import io
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest

from bot.assembly import House, build
from bot.checks.result import SectionName
from bot.settings import Settings
from prompts.phrasebook import Phrasebook
from store.access import Audience, Role, Viewer
from store.checks import Checks
from store.customers import Customers
from store.dossier import read_dossier
from store.engine import reading

RISK, SALES, COMPLIANCE = "U01RISK", "U01SALES", "U01COMPL"
BOT = "U0BONAFIDE"


def bots(stage: Any, user: str, channel: str = "dm") -> list[dict[str, Any]]:
    """What the bot said there."""
    return [each for each in stage.people.messages(user, channel) if each["user"] == BOT]


def command(stage: Any, user: str, words: str) -> None:
    """Type `/dd …`; a command that finds the gateway not yet connected is lost in Slack too, and typed again."""
    stage.people.wait(lambda: stage.people.command(user, "C01SALES", words)["acked"], seconds=30)


def elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [element for block in message.get("blocks") or () for element in block.get("elements") or ()]


def ids(message: dict[str, Any]) -> set[str]:
    return {str(each.get("action_id")) for each in elements(message)}


def card(
    stage: Any, user: str, after: str = "0", channel: str = "dm", seconds: float = 30.0
) -> dict[str, Any]:
    """The next card of a check that stands in the conversation."""

    def look() -> dict[str, Any] | None:
        found = [
            each for each in bots(stage, user, channel) if each["ts"] > after and "check_report" in ids(each)
        ]
        return found[0] if found else None

    found: dict[str, Any] = stage.people.wait(look, seconds=seconds)
    return found


def last(stage: Any, user: str) -> str:
    return max((each["ts"] for each in stage.people.messages(user, "dm")), default="0")


def text(message: dict[str, Any]) -> str:
    return str(message.get("blocks")) + message["text"]


def opened(stage: Any) -> House:
    return build(Settings(home=stage.home))


def kept(stage: Any) -> int:
    house = opened(stage)
    with reading(house.databases.read) as connection:
        count = len(Checks(connection).newest(1000))
    house.databases.close()
    return count


def test_a_check_becomes_a_card_with_sections_and_sources_that_open(stage: Any) -> None:
    before = last(stage, RISK)
    command(stage, RISK, "check Nordhafen")
    seen: list[int] = []

    def look() -> bool:
        new = [each for each in bots(stage, RISK) if each["ts"] > before]
        plans = [block for each in new for block in each["blocks"] if block["type"] == "plan"]
        if plans:
            done = sum(task["status"] == "complete" for task in plans[0]["tasks"])
            if not seen or seen[-1] != done:
                seen.append(done)
        return any("check_report" in ids(each) for each in new)

    stage.people.wait(look, seconds=60)
    # A machine that is busy leaves steps out; it never goes back.
    assert len(seen) >= 2 and seen == sorted(seen), seen
    found = card(stage, RISK, before)
    (only,) = [each for each in bots(stage, RISK) if each["ts"] > before]
    assert only["ts"] == found["ts"]
    said, phrases = text(found), Phrasebook("zh")
    assert "Nordhafen" in said
    assert all(phrases[f"checks.section.{each.value}"] in said for each in SectionName)
    source = next(each for each in elements(found) if str(each.get("action_id")).startswith("open_source"))
    stage.people.click(RISK, found, source["action_id"])
    (modal,) = stage.people.wait(lambda: stage.people.modals(RISK))
    assert modal["title"]["text"]
    stage.people.do("close", user=RISK, view_id=modal["id"], everything=True)


@pytest.mark.parametrize("words", ["核查苏州允棠精密机械", "请给宁波瀚屿控股做个背调"])
def test_the_language_of_the_wish_is_the_language_of_the_card(stage: Any, words: str) -> None:
    # Maria Keller of compliance reads English unless she writes Chinese.
    before = last(stage, COMPLIANCE)
    stage.people.say(COMPLIANCE, "dm", words)
    assert "完整报告" in text(card(stage, COMPLIANCE, before))


def test_the_report_comes_as_a_document_once_for_each_click(stage: Any) -> None:
    before = last(stage, RISK)
    command(stage, RISK, "check Nordhafen")
    found = card(stage, RISK, before)
    stage.people.click(RISK, found, "check_report")

    def files() -> list[dict[str, Any]]:
        return [
            file for each in bots(stage, RISK) if each["ts"] > found["ts"] for file in each.get("files") or ()
        ]

    (file,) = stage.people.wait(files, seconds=40)
    assert file["name"].endswith(".pdf") and "Nordhafen" in file["title"]
    request = urllib.request.Request(
        file["url_private"], headers={"Authorization": f"Bearer {stage.environment['SLACK_BOT_TOKEN']}"}
    )
    with urllib.request.urlopen(request) as reply:
        pages = pypdfium2.PdfDocument(io.BytesIO(reply.read()))
    assert "Nordhafen" in "".join(page.get_textpage().get_text_range() for page in pages)
    time.sleep(0.5)
    assert len(files()) == 1


def test_checking_again_is_a_new_check_in_a_new_message(stage: Any) -> None:
    first = card(stage, RISK, "0")
    before = last(stage, RISK)
    stage.people.click(RISK, first, "check_again")
    second = card(stage, RISK, before)
    assert second["ts"] > first["ts"]


def test_papers_are_asked_for_by_a_letter_that_is_kept_and_not_told_to_sales(stage: Any) -> None:
    before = last(stage, RISK)
    command(stage, RISK, "check Sahra Gear Services")
    found = card(stage, RISK, before)
    stage.people.click(RISK, found, "papers_ask")
    (form,) = stage.people.wait(lambda: stage.people.modals(RISK))
    inputs = {block["element"]["action_id"]: block for block in form["blocks"]}
    boxes = inputs["papers_request:1"]["element"]
    assert len(boxes["options"]) == 10 and "papers_request:2" in inputs
    values = {
        inputs["papers_request:1"]["block_id"]: {"papers_request:1": [boxes["options"][0]["value"]]},
        inputs["papers_request:2"]["block_id"]: {"papers_request:2": []},
        inputs["papers_extra"]["block_id"]: {"papers_extra": "the lease of the warehouse"},
        inputs["papers_language"]["block_id"]: {"papers_language": "zh"},
    }
    answer = stage.people.submit(RISK, form, values)
    assert not answer["errors"]

    def letter() -> dict[str, Any] | None:
        return next(
            (each for each in bots(stage, RISK) if each["ts"] > found["ts"] and "rich_text" in text(each)),
            None,
        )

    said = text(stage.people.wait(letter, seconds=20))
    first, second = (each["text"]["text"][:30] for each in boxes["options"][:2])
    assert "the lease of the warehouse" in said and first in said and second not in said
    # The firm has an English name, so the letter began in English; who changes the language gets all of it so.
    assert "尊敬的客户" in said and "Dear" not in said
    house = opened(stage)
    customer = house.surface.desks.finder.find("Sahra Gear Services").one
    assert customer is not None
    seen = {}
    for role in (Role.RISK, Role.SALES):
        viewer = Viewer(f"role:{role}", role, Audience.alone(), house.policy.rights)
        with reading(house.databases.read) as connection:
            key = Customers(connection).by_code(customer.code).id
            seen[role] = [note.text for note in read_dossier(connection, key, viewer=viewer).notes]
    assert any("the lease of the warehouse" in each for each in seen[Role.RISK])
    assert not any("the lease of the warehouse" in each for each in seen[Role.SALES])
    house.databases.close()


def test_in_an_open_channel_the_check_comes_in_private(stage: Any) -> None:
    before = last(stage, RISK)
    said = stage.people.say(RISK, "C01SALES", "@Bonafide check Nordhafen")
    found = card(stage, RISK, before)
    assert found["channel"] != said["channel"]
    for each in stage.people.replies(SALES, said):
        assert each["user"] != BOT


def test_sales_get_no_check_and_no_hint_of_one(stage: Any) -> None:
    answers = []
    for name in ("Nordhafen", "Zzyzx Unlimited"):
        before = last(stage, SALES)
        command(stage, SALES, f"check {name}")
        reply = stage.people.wait(
            lambda before=before: next((each for each in bots(stage, SALES) if each["ts"] > before), None),
            seconds=20,
        )
        answers.append(text(reply))
        assert "check_report" not in ids(reply)
    assert answers[0] == answers[1]
    before = last(stage, SALES)
    _, reply = stage.ask(SALES, "dm", "Who is Nordhafen?")
    assert "B-" not in text(reply)


def test_a_question_that_begins_like_a_wish_is_answered(stage: Any) -> None:
    _, reply = stage.ask(RISK, "dm", "check how Nordhafen pays")
    assert "check_report" not in ids(reply) and "answer_feedback" in text(reply)


@pytest.mark.parametrize("pause", [0.2, 0.8])
def test_a_worker_that_dies_in_the_middle_leaves_one_message_and_one_check(
    make_stage: Callable[..., Any], pause: float
) -> None:
    stage = make_stage(watches=False)
    command(stage, RISK, "check Nordhafen")
    time.sleep(pause)
    stage.kill("worker")
    stage.start("worker")
    found = card(stage, RISK, "0", seconds=60)
    time.sleep(1.0)
    (only,) = bots(stage, RISK)
    assert only["ts"] == found["ts"] and "plan" not in {block["type"] for block in only["blocks"]}
    assert kept(stage) == 1
    stage.stop()


def test_after_a_check_its_customer_need_not_be_named(stage: Any) -> None:
    before = last(stage, RISK)
    command(stage, RISK, "check 骏砾电子")
    found = card(stage, RISK, before)
    _, reply = stage.ask(RISK, "dm", "它的股东是谁？")
    assert "东莞市骏砾电子有限公司" in reply["text"] and "罗启晟" in reply["text"]
    said = stage.people.say(RISK, "dm", "它有哪些诉讼？", thread_ts=found["ts"])
    beneath = stage.people.wait(lambda: stage.people.replies(RISK, said), seconds=20)
    assert "东莞市骏砾电子有限公司" in beneath[-1]["text"]
