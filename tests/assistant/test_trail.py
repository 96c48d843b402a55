"""The ledger of the whole house in a talk: who did what, how often, and whether it is as it was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.assistant.answer import Answer, Question
from bot.assistant.service import Assistant
from knowledge.sources.intake import Intake
from store.access import Audience, Viewer
from store.engine import Databases, unit_of_work
from store.identity import new_id
from store.ledger import Ledger
from store.policy import Policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LIN, CHEN = "lin.guodong@demo.example", "chen.yutong@demo.example"


class Archive:
    """A ledger of a week in which two colleagues worked, and an assistant that is asked about it."""

    def __init__(self, databases: Databases, policy: Policy) -> None:
        self.databases = databases
        self.assistant = Assistant(databases, None, policy=policy, clock=lambda: NOW)

    def write(self, actor: str, action: str, *, days_ago: int = 0, subject: str = "", **detail: Any) -> None:
        at = NOW - timedelta(days=days_ago, hours=1)
        with unit_of_work(self.databases.write) as connection:
            ledger = Ledger(connection, lambda: at)
            ledger.append(actor=actor, action=action, subject=subject or None, detail=detail)

    def ask(self, words: str, viewer: Viewer) -> Answer:
        return self.assistant.answer(Question(f"q-{new_id()}", words, viewer, "", NOW))


@pytest.fixture
def archive(databases: Databases, policy: Policy, tmp_path: Path) -> Iterator[Archive]:
    made = Archive(databases, policy)
    people = tmp_path / "users.jsonl"
    rows = [
        {"email": email, "name": name, "role": "compliance"}
        for email, name in ((LIN, "林国栋"), (CHEN, "陈雨桐"))
    ]
    people.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    intake = Intake(databases, policy=policy, clock=lambda: NOW - timedelta(days=30))
    assert intake.import_file("users", people, actor="setup").aside == []
    made.write(CHEN, "asked", days_ago=20, audience="private")
    made.write(LIN, "hit.decided", days_ago=3, subject="H-7", verdict="false", words="born in another year")
    made.write(CHEN, "hit.confirmed", days_ago=2, subject="H-7", verdict="false", words="")
    made.write(LIN, "alert.dismiss", days_ago=1, subject="A-3", words="a firm of the same name")
    made.write(CHEN, "exported", subject="portfolio", format="xlsx", rows=40)
    for _ in range(3):
        made.write(CHEN, "asked", audience="private")
    yield made


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        (
            "Who dismissed alerts this week?",
            ["林国栋: dismissed the alert (A-3): a firm of the same name"],
            ["H-7"],
        ),
        (
            "本周谁排除了命中？",
            ["林国栋：判定了命中——排除（H-7）：born in another year", "陈雨桐：复核了命中"],
            ["A-3"],
        ),
        (
            "Which decisions were made with four eyes?",
            ["陈雨桐: confirmed the decision on the hit (H-7)"],
            ["A-3"],
        ),
        ("Which hits were cleared and by whom?", ["– cleared (H-7)"], ["A-3", "exported"]),
        ("谁导出过数据？", ["陈雨桐：导出（portfolio）"], ["H-7", "提问"]),
        ("What did Chen Yutong do today?", ["of 陈雨桐, 21 November 2026: 4", "exported"], ["林国栋", "H-7"]),
        ("林国栋这周做了什么？", ["林国栋在2026年11月16日至2026年11月22日的台账记录：2条"], ["陈雨桐"]),
        ("How many questions were asked this week?", ["| 陈雨桐 | asked about it | 3 "], ["林国栋"]),
        ("谁在12月导出过数据？", ["没有这样的记录"], ["陈雨桐"]),
    ],
)
def test_who_did_what_is_told_with_person_act_and_reason(
    archive: Archive, viewer: Callable[..., Viewer], words: str, said: list[str], unsaid: list[str]
) -> None:
    told = archive.ask(words, viewer("compliance"))
    assert all(each in told.text for each in said), told.text
    assert not any(each in told.text for each in unsaid), told.text
    assert told.versions["dropped"] == "0"
    assert all(claim.evidence for claim in told.claims)


@pytest.mark.parametrize("who", ["sales", "risk"])
def test_whoever_may_not_read_the_ledger_hears_the_same_whatever_is_in_it(
    archive: Archive, viewer: Callable[..., Viewer], who: str
) -> None:
    for words in (
        "Who exported data?",
        "Who imported data?",
        "Is the ledger intact?",
        "林国栋这周做了什么？",
    ):
        told = archive.ask(words, viewer(who))
        assert told.refused and not told.claims and not told.evidence, told.text


def test_in_an_open_channel_nobody_hears_of_it(archive: Archive, viewer: Callable[..., Viewer]) -> None:
    told = archive.ask("Who dismissed alerts this week?", viewer("compliance", Audience.channel("#general")))
    assert told.refused and "A-3" not in told.text


def test_an_intact_ledger_is_called_so_and_one_that_was_changed_is_not(
    archive: Archive, viewer: Callable[..., Viewer]
) -> None:
    told = archive.ask("Is the ledger intact?", viewer("compliance"))
    assert told.text.startswith("The ledger is intact: ")
    with unit_of_work(archive.databases.write) as connection:
        # Whoever owns the database can take the guard away, and is found out all the same.
        guard = (
            "DROP TRIGGER ledger_no_update"
            if connection.dialect.name == "sqlite"
            else "ALTER TABLE ledger DISABLE TRIGGER ALL"
        )
        connection.execute(text(guard))
        connection.execute(
            text("update ledger set actor = :who where action = 'exported'"), {"who": "mallory@demo.example"}
        )
    told = archive.ask("台账完整吗？", viewer("compliance"))
    assert "不完整" in told.text and "is not what was written" in told.text


def test_many_entries_are_summed_up_by_person_and_kind(
    archive: Archive, viewer: Callable[..., Viewer]
) -> None:
    for number in range(250):
        archive.write(LIN, "source.open", subject=f"Q-{number}")
    told = archive.ask("What did Lin Guodong do today?", viewer("compliance"))
    assert "of 林国栋, 21 November 2026: 250" in told.text
    assert "| 林国栋 | opened a source | 250 " in told.text
    assert "… and 230 more" in told.text or "more" in told.text
    assert len(told.evidence) < 60
