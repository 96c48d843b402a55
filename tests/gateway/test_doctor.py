"""The doctor names what is missing and what to do, and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.assembly import House, build
from bot.doctor import Finding, Level, examine
from bot.settings import Settings
from store.engine import unit_of_work
from store.heartbeats import Heartbeat, Heartbeats
from store.outbox import Outbox


def levels(findings: list[Finding]) -> set[Level]:
    return {finding.level for finding in findings}


def texts(findings: list[Finding]) -> str:
    return "\n".join(f"{finding.what} {finding.do}".strip() for finding in findings)


@pytest.fixture
def house(tmp_path: Path) -> House:
    tokens = {"slack_bot_token": SecretStr("xoxb-secret"), "slack_app_token": SecretStr("xapp-secret")}
    return build(Settings(home=tmp_path / "home", **tokens))


def test_before_first_use_nothing_is_created(house: House) -> None:
    said = texts(examine(house))
    assert "There is no database yet." in said
    assert not house.settings.home.exists()
    assert "secret" not in said


def test_a_house_that_is_well(house: House) -> None:
    now = datetime.now(UTC)
    for kind in ("gateway", "worker"):
        Heartbeats(house.databases.inbox).beat(Heartbeat(kind, kind, "here", 1, now, now))
    findings = examine(house)
    assert levels(findings) == {Level.FINE}, texts(findings)
    later = examine(house, now=now + timedelta(minutes=5))
    assert "gateway gateway has not been heard of for 5 min" in texts(later)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_that_waits_or_failed_is_named(tmp_path: Path, language: str) -> None:
    stopped = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    house = build(Settings(home=tmp_path / "home", language=language, now=stopped, slack_transport="http"))
    event: dict[str, Any] = {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "E1",
        "event": {"type": "x"},
    }
    house.inbox.accept(event, house.clock)
    failed = house.inbox.accept(event | {"event_id": "E2"}, house.clock)
    house.inbox.fail(str(failed), "ValueError", house.clock)
    put = datetime.now(UTC) - timedelta(minutes=7)
    with unit_of_work(house.databases.write) as connection:
        outbox = Outbox(connection)
        for channel in ("C1", "C2", "C3", "C4"):
            outbox.put(channel, "T1", channel, "chat.postMessage", {"text": "x"}, now=put)
        ends = {"C1": "mark_failed", "C2": "mark_unknown", "C3": "mark_pending"}
        for channel, end in ends.items():
            message = outbox.claim_next("T1", channel, now=put, until=put)
            assert message is not None
            options = {"error": "token_revoked"} if end == "mark_pending" else {"reason": "is_archived"}
            getattr(outbox, end)(message, **options)
    findings = examine(house)
    said = texts(findings)
    assert Level.MEND in levels(findings)
    for part in (
        "C1",
        "C2",
        "C3",
        "is_archived",
        "token_revoked",
        "SLACK_SIGNING_SECRET",
        "BONAFIDE_NOW",
        "7",
    ):
        assert part in said
    assert all(finding.do for finding in findings if finding.level is not Level.FINE)


def test_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    house = build(Settings(home=tmp_path, database_url="postgresql://nobody:hidden@127.0.0.1:9/none"))
    said = texts(examine(house))
    assert "The database cannot be used" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("language", "partly"), [("en", "is being made anew; 2"), ("zh", "正在重建，还剩 2")]
)
def test_an_index_of_another_version_names_the_command(tmp_path: Path, language: str, partly: str) -> None:
    from knowledge.library import NewDocument
    from knowledge.passages.reindexing import reindex
    from knowledge.passages.terms import index_terms

    house = build(Settings(home=tmp_path / "home", language=language))
    house.library.add_many(NewDocument(name="news", source="feed", text=f"Notice {at}.") for at in range(4))
    assert "reindex" not in texts(examine(house))
    old = [one for one in examine(house, terms_version="later") if "reindex" in one.do]
    assert [one.level for one in old] == [Level.MEND]
    assert "later" in old[0].what

    def stop(done: int, left: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(house.databases, house.clock, tokenise=index_terms, version="later", size=2, report=stop)
    begun = [one for one in examine(house, terms_version="later") if "reindex" in one.do]
    assert [one.level for one in begun] == [Level.MEND]
    assert partly in begun[0].what
    reindex(house.databases, house.clock, tokenise=index_terms, version="later")
    assert "reindex" not in texts(examine(house, terms_version="later"))


def test_alerts_that_reach_nobody_and_a_channel_that_may_hold_none(house: House) -> None:
    house.make_home()
    people = house.settings.home / "people.csv"
    people.write_text("email,role,name,language\nlin@firm.cn,risk,林国栋,zh\n", encoding="utf-8")
    house.intake.import_file("users", people, actor="admin@firm.cn")
    said = texts(examine(house))
    assert "#risk, which is not registered for suspicions" in said
    assert "bonafide channels #risk" in said
