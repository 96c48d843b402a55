"""What Slack could send and never should: broken, foreign, stale, huge. The app stays up and stores only what is meant.

The payloads go through the real Bolt app into a real inbox, and what was stored is worked off as the worker would.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import select

from bot.assembly import House
from bot.slack.app import build_app
from bot.slack.desk import FrontDesk
from bot.slack.identifiers import CHOOSE_OPTION, FEEDBACK, OPEN_SOURCE, Pointer
from bot.slack.sources import SourceDesk
from bot.workspace import Workspace, default_seed, serve
from store.arrivals import DeliveryUnreadable
from store.engine import reading, unit_of_work
from store.errors import StoreBusy, StoreDamaged
from store.outbox import Outbox
from store.people import People
from store.schema.answers import feedback
from store.schema.delivery import outbox

_SPEC = importlib.util.spec_from_file_location(
    "staged_house", Path(__file__).parents[1] / "journeys" / "conftest.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_STAGED = importlib.util.module_from_spec(_SPEC)
sys.modules["staged_house"] = _STAGED
_SPEC.loader.exec_module(_STAGED)
loaded_home = _STAGED.loaded_home

TEAM, SALES, RISK, GUEST, BOT = "T01BONAFIDE", "U01SALES", "U01RISK", "U01GUEST", "U0BONAFIDE"
_NUMBERS = itertools.count(1)


class Front:
    """The gateway's app on a house of its own, with a Slack behind it."""

    def __init__(self, house: House, receive: Callable[[Any], bool] | None = None) -> None:
        self.house = house
        self.app = build_app(
            token=default_seed().tokens.bot,
            api_url=house.settings.slack_api_url,
            receive=receive or self.receive,
            desk=FrontDesk(house.databases, house.surface.directory),
            sources=SourceDesk(
                house.databases, lambda: house.library, house.surface.directory, clock=lambda: _STAGED.NOW
            ),
        )

    def receive(self, body: Any) -> bool:
        try:
            return self.house.inbox.accept(body, self.house.clock) is not None
        except DeliveryUnreadable:
            return False

    def send(self, body: dict[str, Any]) -> tuple[int, int]:
        """Dispatch a payload; (status, how many rows were stored for it)."""
        before = sum(self.house.inbox.counts().values())
        response = self.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        return response.status, sum(self.house.inbox.counts().values()) - before

    def work(self) -> list[dict[str, Any]]:
        """Do what the worker does with everything that is stored; the messages that it decided on."""
        with reading(self.house.databases.read) as connection:
            before = set(connection.execute(select(outbox.c.id)).scalars())
        for arrival in self.house.inbox.unqueued(1000):
            self.house.surface.arrivals.handle(arrival.id)
            self.house.inbox.finish(arrival.id, self.house.clock)
        with reading(self.house.databases.read) as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.position)).mappings().all()
        return [dict(row) for row in rows if row["id"] not in before]


@pytest.fixture(scope="module")
def front(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    import shutil

    from bot.assembly import build
    from bot.settings import Settings

    seed = default_seed()
    handle = serve(Workspace(seed))
    home = tmp_path_factory.mktemp("front") / "home"
    shutil.copytree(loaded_home, home)
    house = build(
        Settings(
            home=home,
            now=_STAGED.NOW,
            slack_api_url=f"{handle.url}/api/",
            slack_bot_token=seed.tokens.bot,
        )
    )
    yield Front(house)
    house.databases.close()
    handle.stop()


def event(team: str | None = TEAM, **fields: Any) -> dict[str, Any]:
    number = next(_NUMBERS)
    body: dict[str, Any] = {
        "type": "message",
        "channel": "C01SALES",
        "channel_type": "channel",
        "user": SALES,
        "text": f"<@{BOT}> Who is Nordhafen?",
        "ts": f"1700000000.{number:06d}",
    }
    body = {key: value for key, value in (body | fields).items() if value is not ...}
    return {"type": "event_callback", "team_id": team, "event_id": f"EvP{number}", "event": body}


def direct(**fields: Any) -> dict[str, Any]:
    return event(**{"channel": "D01SALES", "channel_type": "im", "text": "Who is Nordhafen?", **fields})


def click(action_id: str, value: Any = None, **fields: Any) -> dict[str, Any]:
    number = next(_NUMBERS)
    action = {"action_id": action_id, "block_id": "b", "action_ts": f"{number}.0", "value": value}
    body: dict[str, Any] = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": SALES},
        "channel": {"id": "C01SALES"},
        "message": {"ts": "1700000000.000001"},
        "trigger_id": f"t{number}",
        "actions": [action],
    }
    return body | fields


def test_what_nobody_can_be_answered_for_is_acknowledged_and_not_stored(front: Front) -> None:
    for wrong in (None, {"id": "X"}, ["X"], "", ...):
        for name in ("channel", "user", "ts"):
            assert front.send(event(**{name: wrong})) == (200, 0), (name, wrong)
        for name in ("text", "type"):
            assert front.send(event(**{name: wrong})) == (200, 0), (name, wrong)
    assert front.send(event(team=None)) == (200, 0)
    no_id = event()
    del no_id["event_id"]
    assert front.send(no_id) == (200, 0)
    for wrong_thread in (3, {"ts": "1.1"}, ["1.1"]):
        assert front.send(event(text="and last year?", thread_ts=wrong_thread)) == (200, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "moon_landed"},
        {"type": "message", "text": "lunch?"},
        {"subtype": "message_changed", "message": {"text": f"<@{BOT}> x"}},
        {"subtype": "message_deleted", "previous_message": {"text": f"<@{BOT}> x"}},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"subtype": ["file_share"]},
        {"bot_id": "B9"},
        {"user": BOT},
        {"channel_type": "im", "channel": "D1", "user": BOT},
        {"channel_type": "im", "channel": "D1", "subtype": "message_changed"},
        {"type": "app_home_opened", "tab": "messages", "user": "U0NOBODY", "channel": "D1"},
        {"type": "app_home_opened", "tab": "messages", "user": ...},
        {"type": "member_joined_channel", "channel": ...},
    ],
)
def test_what_nobody_asked_is_acknowledged_and_not_stored(front: Front, fields: dict[str, Any]) -> None:
    assert front.send(event(**fields)) == (200, 0)


def test_payloads_that_have_no_shape_do_not_stop_the_next_one(front: Front) -> None:
    shapeless: list[Any] = [
        {},
        {"type": None},
        {"type": "event_callback", "team_id": TEAM, "event_id": "E", "event": "x"},
        {"type": "event_callback", "team_id": TEAM, "event_id": "E", "event": None},
        event(channel=5),
        event(user=5),
        {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": SALES}, "actions": []},
        {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": SALES}, "actions": {"a": 1}},
        {"type": "block_actions", "team": {"id": TEAM}, "user": {"id": SALES}, "actions": ["a"]},
        {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": SALES}, "view": None},
        {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": SALES}, "view": {"id": "V"}},
        {"type": "view_closed", "team": {"id": TEAM}, "user": {"id": SALES}, "view": {"id": "V"}},
        {"type": "shortcut", "team": {"id": TEAM}, "user": {"id": SALES}, "callback_id": "z"},
        {"type": "block_suggestion", "team": {"id": TEAM}, "user": {"id": SALES}, "action_id": "z"},
        {"command": "/dd", "team_id": TEAM, "text": "who", "trigger_id": "1"},
        {"command": "/else", "team_id": TEAM, "channel_id": "C1", "user_id": SALES, "text": "x"},
    ]
    before = sum(front.house.inbox.counts().values())
    for body in shapeless:
        # Bolt itself refuses some of these with an error; its Socket Mode client logs it and lives on.
        try:
            front.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        except (TypeError, KeyError, IndexError, AttributeError):
            continue
    assert sum(front.house.inbox.counts().values()) == before
    assert front.send(direct()) == (200, 1)


def test_odd_and_huge_words_are_kept_and_answered(front: Front) -> None:
    front.work()
    texts = [
        None,
        "",
        "a\0b\ud800 Nordhafen",
        "😀🏭",
        "Qui est Nordhafen ?",
        "من هو نوردهافن؟",
        "{" * 5000,
        "恒" * 40_000,
        "Who is Nordhafen? " * 12_000,
    ]
    for text in texts:
        began = time.monotonic()
        assert front.send(direct(text=text)) == (200, 1)
        assert time.monotonic() - began < 3  # Slack's own limit for an acknowledgement
    said = front.work()
    assert len(said) == len(texts)
    assert all(row["payload"]["text"].strip() for row in said)


def test_strangers_guests_and_other_firms_get_a_reason_and_nothing_else(front: Front) -> None:
    front.work()
    assert front.send(direct(user=GUEST, channel="D1")) == (200, 1)
    assert front.send(direct(user="U0NOBODY", channel="D2")) == (200, 1)
    assert front.send(event(team="T999")) == (200, 1)
    said = [row["payload"]["text"] for row in front.work()]
    assert len(said) == 3
    assert "guests" in said[0] and "don't know you" in said[1] and "other firms" in said[2]
    assert not any("Bremen" in text for text in said)


def test_one_message_is_one_arrival_however_it_comes(front: Front) -> None:
    first = event()
    twin = event(type="app_mention", ts=first["event"]["ts"])
    assert front.send(first) == (200, 1)
    assert front.send(first) == (200, 0)
    assert front.send(twin) == (200, 0)
    tapped = click(f"{CHOOSE_OPTION}:1", Pointer("Q-1", 1, "C-1001").pack())
    assert front.send(tapped) == (200, 1)
    assert front.send(tapped) == (200, 0)


RUBBISH = [
    None,
    "",
    "rubbish",
    "[" * 1999,
    '{"v":1,"a":"Q","n":' + "9" * 1900 + "}",
    "9" * 5000,
    7,
    {},
    "null",
]


def test_clicks_with_stale_foreign_or_forged_values(front: Front) -> None:
    front.work()
    for value in RUBBISH:
        assert front.send(click(f"{OPEN_SOURCE}:1", value)) == (200, 0), value
        assert front.send(click(f"{CHOOSE_OPTION}:1", value)) == (200, 0), value
        assert front.send(click(FEEDBACK, value)) == (200, 0), value
    for nowhere in ({"team": None}, {"user": "U"}, {"channel": {"id": 5}, "container": "x"}):
        assert front.send(click(f"{CHOOSE_OPTION}:1", Pointer("Q-1").pack(), **nowhere)) == (200, 0)
    assert front.send(click(FEEDBACK, Pointer("Q-404", 0, "bad").pack())) == (200, 1)
    assert front.send(click(FEEDBACK, Pointer("Q-404", 0, "superb").pack())) == (200, 0)
    forged = Pointer("Q-1", 1, "C-1001'; DROP TABLE answers; --").pack()
    assert front.send(click(f"{CHOOSE_OPTION}:1", forged)) == (200, 1)
    assert front.send(click(f"{CHOOSE_OPTION}:1", Pointer("Q-1", 1, "C-9999").pack())) == (200, 1)
    said = front.work()
    assert [row["payload"]["text"] != "" for row in said] == [True, True]
    with reading(front.house.databases.read) as connection:
        assert connection.execute(select(feedback)).all() == []


def test_a_click_on_the_answer_of_somebody_else_shows_only_what_the_clicker_may_see(front: Front) -> None:
    front.work()
    risky = "What notes do we have about 骏砾电子?"
    assert front.send(direct(user=RISK, channel="D01RISK", text=risky)) == (200, 1)
    (message,) = front.work()
    opens = [
        json.loads(element["value"])
        for block in message["payload"]["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith(OPEN_SOURCE)
    ]
    assert opens
    directory = front.house.surface.directory
    desk = SourceDesk(
        front.house.databases, lambda: front.house.library, directory, clock=lambda: _STAGED.NOW
    )
    for wanted in (
        *opens,
        {"a": "Q-404", "n": 1},
        {"a": opens[0]["a"], "n": 0},
        {"a": opens[0]["a"], "n": -1},
    ):
        for user in (GUEST, "U0NOBODY"):
            modal = desk.open(Pointer(wanted["a"], wanted["n"]), team=TEAM, user=user, channel="C01SALES")
            assert "骏砾" not in json.dumps(modal, ensure_ascii=False)
    gone = desk.open(Pointer("Q-404", 1), team=TEAM, user=RISK, channel="C01SALES")
    assert "这条来源已不在了" in json.dumps(gone, ensure_ascii=False)


def test_nothing_is_acknowledged_that_could_not_be_written_down(front: Front) -> None:
    reasons: list[Exception] = [
        StoreBusy("locked"),
        StoreDamaged("damaged"),
        OSError(28, "No space left on device"),
        RuntimeError("a fault of ours"),
    ]
    for reason in reasons:

        def fail(_body: Any, reason: Exception = reason) -> bool:
            raise reason

        broken = Front(front.house, receive=fail)
        status, _ = broken.send(direct())
        assert status >= 500, reason
        tapped, _ = broken.send(click(f"{CHOOSE_OPTION}:1", Pointer("Q-1", 1, "C-1001").pack()))
        assert tapped >= 500, reason


def test_a_channel_that_slack_does_not_show_is_forgotten_without_harm(front: Front) -> None:
    with unit_of_work(front.house.databases.write) as connection:
        People(connection).set_members(TEAM, "C01SALES", [SALES], _STAGED.NOW)
    assert front.send(event(type="member_left_channel", channel="C01SALES")) == (200, 0)

    def known() -> bool:
        with reading(front.house.databases.read) as connection:
            return People(connection).members(TEAM, "C01SALES") is not None

    deadline = time.monotonic() + 5
    while known() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not known()
    with reading(front.house.databases.read) as connection:
        assert Outbox(connection).counts()["failed"] == 0


def test_a_name_that_calls_a_channel_calls_nobody(front: Front, tmp_path: Path) -> None:
    rows = tmp_path / "users.jsonl"
    called = {
        "email": "maria.keller@demo.example",
        "role": "compliance",
        "name": "<!channel> <@U01RISK> Maria",
    }
    rows.write_text(json.dumps(called | {"slack_team": TEAM, "slack_user": "U01COMPL"}) + "\n")
    assert not front.house.intake.import_file("users", rows, actor="test").aside
    body = {"command": "/dd", "team_id": TEAM, "channel_id": "C01SALES", "user_id": "U01COMPL", "text": "who"}
    response = front.app.dispatch(BoltRequest(mode="socket_mode", body={**body, "trigger_id": "t-who"}))
    assert response.status == 200 and "Maria" in response.body
    assert "<!channel>" not in response.body and "<@U01RISK>" not in response.body
