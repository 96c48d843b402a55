"""Files sent to the bot in private: read, asked about, filed once, and told in one clear sentence what is wrong."""

from __future__ import annotations

import base64
import importlib.util
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import build
from bot.settings import Settings
from store.engine import reading
from store.received import ReceivedFiles

_SPEC = importlib.util.spec_from_file_location(
    "pdf_tests", Path(__file__).parents[1] / "reading" / "test_pdf.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_PDF = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_PDF)

RISK, SALES, COMPLIANCE = "U01RISK", "U01SALES", "U01COMPL"
BOT = "U0BONAFIDE"
#: The day of the stage.
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NEWS = (
    "Nordhafen Logistik GmbH: court orders payment\n\n"
    "The district court of Hamburg ordered Nordhafen Logistik GmbH on 12 November 2026 to pay EUR 310,000 to a "
    "supplier of pallets. Nordhafen has appealed. The firm was fined in October for late filing of its accounts.\n"
)
CHINESE = (
    "瀚屿集团情况说明\n\n瀚屿集团有限公司于2026年11月10日收到法院传票，因买卖合同纠纷被起诉，"
    "涉案金额人民币120万元。\n"
)


def send(stage: Any, user: str, files: list[tuple[str, bytes]], text: str = "") -> dict[str, Any]:
    """Send files to the bot in private."""
    listed = [{"name": name, "content": base64.b64encode(data).decode()} for name, data in files]
    return stage.people.do("say", user=user, channel="dm", text=text, files=listed)


def told(
    stage: Any, user: str, said: dict[str, Any], count: int = 1, seconds: float = 20.0
) -> list[dict[str, Any]]:
    """The bot's messages after what was said, when there are so many."""

    def look() -> list[dict[str, Any]] | None:
        later = [each for each in stage.people.messages(user, said["channel"]) if each["ts"] > said["ts"]]
        ours = [each for each in later if each["user"] == BOT]
        return ours if len(ours) >= count else None

    found: list[dict[str, Any]] = stage.people.wait(look, seconds=seconds)
    return found


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        element
        for block in message.get("blocks") or ()
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def changed(stage: Any, user: str, message: dict[str, Any], seconds: float = 20.0) -> dict[str, Any]:
    """The same message when it has been drawn again."""

    def look() -> dict[str, Any] | None:
        now = [
            each for each in stage.people.messages(user, message["channel"]) if each["ts"] == message["ts"]
        ]
        return now[0] if now and now[0]["text"] != message["text"] else None

    found: dict[str, Any] = stage.people.wait(look, seconds=seconds)
    return found


def words(message: dict[str, Any]) -> str:
    parts = [message["text"]]
    for block in message.get("blocks") or ():
        if block["type"] == "section":
            parts.append(block["text"]["text"])
        elif block["type"] == "context":
            parts += [each["text"] for each in block["elements"]]
    return "\n".join(parts)


def test_a_file_is_asked_about_and_filed_with_the_customer_that_is_chosen(stage: Any) -> None:
    said = send(stage, RISK, [("court.txt", NEWS.encode())], "from the lawyer of Nordhafen")
    (question,) = told(stage, RISK, said)
    assert "court.txt" in question["text"]
    first, *_ = buttons(question)
    assert first["action_id"] == "papers_customer:1" and "Nordhafen" in first["text"]["text"]
    stage.people.click(RISK, question, "papers_customer:1")
    filed = changed(stage, RISK, question)
    assert "Nordhafen" in filed["text"] and "court.txt" in filed["text"]
    body = words(filed)
    assert "lin.guodong@demo.example" in body
    stage.people.click(RISK, filed, "papers_open")
    (modal,) = stage.people.wait(lambda: stage.people.modals(RISK))
    shown = str(modal["blocks"])
    assert "310,000" in shown
    _, answer = stage.ask(RISK, "dm", "What did the district court of Hamburg order Nordhafen to pay?")
    assert "310,000" in str(answer["blocks"])


def test_a_chinese_file_is_spoken_of_in_chinese_and_another_customer_can_be_chosen(stage: Any) -> None:
    said = send(stage, RISK, [("情况说明.txt", CHINESE.encode())], "请归档")
    (question,) = told(stage, RISK, said)
    assert "哪个客户" in question["text"]
    chooser = next(each for each in buttons(question) if each["type"] == "external_select")
    where = {"channel": question["channel"], "ts": question["ts"]}
    options = stage.people.do("options", user=RISK, action_id=chooser["action_id"], query="瀚屿", **where)
    assert any("瀚屿" in each["text"]["text"] for each in options["options"])
    stage.people.click(RISK, question, chooser["action_id"], options["options"][0])
    filed = changed(stage, RISK, question)
    assert "已归档" in filed["text"] and "瀚屿" in filed["text"]


def test_the_same_file_again_is_known_and_a_second_click_is_told_so(stage: Any) -> None:
    text = NEWS.replace("310,000", "410,000").encode()
    said = send(stage, RISK, [("a.txt", text), ("b.txt", text)])
    first, second = told(stage, RISK, said, 2)
    stage.people.click(RISK, first, "papers_customer:1")
    changed(stage, RISK, first)
    stage.people.click(RISK, first | {"ts": second["ts"]}, "papers_customer:1")
    again = changed(stage, RISK, second)
    assert "Nordhafen" in again["text"]
    said = send(stage, RISK, [("c.txt", text)])
    (known,) = told(stage, RISK, said)
    assert not buttons(known) and "Nordhafen" in known["text"]


def test_what_is_wrong_with_a_file_is_one_clear_sentence(stage: Any) -> None:
    ill = {
        "empty.txt": (b"   \n", "empty"),
        "locked.pdf": (_PDF.make_encrypted_pdf(b"secret"), "password"),
        "torn.pdf": (b"%PDF-1.7\n1 0 obj << /Type", "damaged"),
        "photo.bin": (bytes(range(256)) * 40, "kind"),
    }
    for name, (data, expected) in ill.items():
        said = send(stage, RISK, [(name, data)], "please file this")
        (reply,) = told(stage, RISK, said)
        assert name in reply["text"] and expected in reply["text"], reply["text"]
        assert not buttons(reply)


def test_sales_are_told_whom_to_ask(stage: Any) -> None:
    said = send(stage, SALES, [("court.txt", NEWS.encode())], "Nordhafen")
    (reply,) = told(stage, SALES, said)
    assert not buttons(reply)
    time.sleep(0.5)
    assert len(told(stage, SALES, said)) == 1


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "<!channel>*.txt", "年报\u202etxt.exe.txt", "x" * 240 + ".txt"]
)
def test_a_hostile_name_is_only_a_name(stage: Any, name: str) -> None:
    data = (NEWS + name).encode()
    said = send(stage, RISK, [(name, data)], "file this please")
    (question,) = told(stage, RISK, said)
    assert "<!channel>" not in question["text"] and "<!channel>" not in str(question["blocks"])
    stage.people.click(RISK, question, "papers_discard")
    gone = changed(stage, RISK, question)
    assert "thrown away" in gone["text"] and not buttons(gone)


def test_an_event_that_is_delivered_again_asks_once(stage: Any) -> None:
    said = send(stage, RISK, [("again.txt", (NEWS + "again").encode())], "file this please")
    (question,) = told(stage, RISK, said)
    event = next(
        each["payload"]
        for each in reversed(stage.people.deliveries())
        if each["payload"].get("event", {}).get("ts") == said["ts"]
    )
    stage.people.do("redeliver", event_id=event["event_id"], retry_num=1, retry_reason="http_timeout")
    stage.people.do("redeliver", event_id=event["event_id"])
    time.sleep(1.0)
    assert [each["ts"] for each in told(stage, RISK, said)] == [question["ts"]]


def test_a_killed_worker_asks_once_and_files_once(make_stage: Callable[..., Any]) -> None:
    stage = make_stage(watches=False)
    said = send(
        stage, RISK, [(f"{number}.txt", f"{NEWS}{number}".encode()) for number in range(4)], "please file"
    )
    time.sleep(0.15)
    stage.kill("worker")
    stage.start("worker")
    questions = told(stage, RISK, said, 4, seconds=60)
    assert len(questions) == 4
    for question in questions:
        stage.people.click(RISK, question, "papers_customer:1")
    time.sleep(0.1)
    stage.kill("worker")
    stage.start("worker")
    for question in questions:
        assert "Nordhafen" in changed(stage, RISK, question, seconds=60)["text"]
    time.sleep(1.0)
    assert len(told(stage, RISK, said, 4)) == 4


def test_a_file_that_nobody_claims_is_forgotten_with_its_bytes(stage: Any) -> None:
    said = send(stage, RISK, [("forgotten.txt", (NEWS + "forgotten").encode())], "please file this")
    (question,) = told(stage, RISK, said)
    chooser = next(each for each in buttons(question) if each["type"] == "external_select")
    environment = stage.environment
    later = build(
        Settings(
            home=stage.home,
            now=NOW + timedelta(days=4),
            slack_api_url=environment["SLACK_API_URL"],
            slack_bot_token=environment["SLACK_BOT_TOKEN"],
        )
    )
    with reading(later.databases.read) as connection:
        row = ReceivedFiles(connection).by_code("F-" + chooser["action_id"].rpartition(":")[2])
    assert row is not None and later.blobs.path(row.sha256).exists()
    assert later.surface.desks.taking_in.forget_overdue() >= 1
    assert not later.blobs.path(row.sha256).exists()
    later.databases.close()
    assert "nobody said" in changed(stage, RISK, question)["text"]
