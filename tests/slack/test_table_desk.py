"""The table of an answer as a file: a button for those who may export, a file for them alone, a word for the others."""

from __future__ import annotations

import io
import json
from typing import Any

from bot.gateway.parcels import UPLOAD
from bot.slack.identifiers import DOWNLOAD_TABLE
from store.access import Audience, Role, Viewer
from store.engine import reading
from store.ledger import read as read_ledger

SALES, RISK, COMPLIANCE = "U01SALES", "U01RISK", "U01COMPL"


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """The values of the buttons of a message by their ids."""
    blocks = message["payload"].get("blocks") or ()
    elements = [element for block in blocks for element in block.get("elements") or ()]
    return {each["action_id"]: each["value"] for each in elements if "action_id" in each and "value" in each}


def asked(surface: Any, user: str, question: str) -> dict[str, Any]:
    """The message that answers a question asked by command."""
    surface.send(surface.command(user, f"ask {question}"))
    (message,) = surface.work()
    return message


def exports(surface: Any) -> int:
    house = surface.house
    auditor = Viewer("role:auditor", Role.AUDITOR, Audience.alone(), house.policy.rights)
    with reading(house.databases.read) as connection:
        return len(read_ledger(connection, viewer=auditor, actions=["exported"], limit=1000))


def test_the_table_comes_to_whoever_may_export_and_to_nobody_else(surface: Any) -> None:
    from openpyxl import load_workbook

    message = asked(surface, COMPLIANCE, "top three by overdue amount")
    value = buttons(message)[DOWNLOAD_TABLE]
    assert exports(surface) == 0
    for user in (SALES, RISK):
        surface.send(surface.click(user, DOWNLOAD_TABLE, value))
        (told,) = surface.work()
        assert told["channel"] == user
        assert "may not" in told["payload"]["text"] or "不能" in told["payload"]["text"]
    assert exports(surface) == 0
    surface.send(surface.click(COMPLIANCE, DOWNLOAD_TABLE, value))
    sent = surface.work()
    assert [each["method"] for each in sent] == [UPLOAD]
    packed = json.dumps(sent[0]["payload"])
    assert COMPLIANCE in packed
    assert ".xlsx" in packed
    written = exports(surface)
    assert written > 0
    parcel = sent[0]["payload"]["files"][0]
    sheet = load_workbook(io.BytesIO(surface.house.blobs.get(parcel["sha256"]))).worksheets[0]
    assert sheet.max_row == written + 1


def test_who_may_not_export_gets_no_button(surface: Any) -> None:
    assert DOWNLOAD_TABLE not in buttons(asked(surface, SALES, "top three by overdue amount"))
    assert DOWNLOAD_TABLE not in buttons(asked(surface, COMPLIANCE, "Who is Nordhafen?"))


def test_a_button_of_an_answer_that_has_no_table_says_so(surface: Any) -> None:
    code = json.loads(next(iter(buttons(asked(surface, COMPLIANCE, "Who is Nordhafen?")).values())))["a"]
    gone = json.dumps({"v": 1, "a": code, "n": 0, "c": ""})
    surface.send(surface.click(COMPLIANCE, DOWNLOAD_TABLE, gone))
    (told,) = surface.work()
    assert "no table" in told["payload"]["text"]
