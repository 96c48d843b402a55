"""The Slack surface on a house of its own: the demo's portfolio, a workspace behind it, and the worker's hands."""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from sqlalchemy import select

from bot.assembly import House, build
from bot.settings import Settings
from bot.slack.app import build_app
from bot.slack.desk import FrontDesk
from bot.slack.sources import SourceDesk
from bot.workspace import Handle, Remote, Workspace, default_seed, serve
from store.engine import reading, unit_of_work
from store.outbox import Outbox
from store.schema.delivery import outbox

_SPEC = importlib.util.spec_from_file_location(
    "staged_house", Path(__file__).parents[1] / "journeys" / "conftest.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_STAGED = importlib.util.module_from_spec(_SPEC)
sys.modules["staged_house"] = _STAGED
_SPEC.loader.exec_module(_STAGED)
loaded_home = _STAGED.loaded_home

TEAM = "T01BONAFIDE"


@dataclass
class Surface:
    """The gateway's app and the worker's desks on one house; a Slack stands behind them."""

    house: House
    handle: Handle
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        house = self.house
        self.app = build_app(
            token=default_seed().tokens.bot,
            api_url=house.settings.slack_api_url,
            receive=lambda body: house.inbox.accept(body, house.clock) is not None,
            desk=FrontDesk(house.databases, house.surface.directory),
            sources=SourceDesk(
                house.databases, lambda: house.library, house.surface.directory, clock=house.clock
            ),
            openers=house.surface.desks.openers,
        )

    @property
    def people(self) -> Remote:
        """The people of the workspace, who see the modals that are opened."""
        return Remote(self.handle.url)

    def send(self, body: dict[str, Any]) -> tuple[int, int]:
        """Dispatch a payload through Bolt; (status, how many arrivals were written down for it)."""
        before = sum(self.house.inbox.counts().values())
        response = self.app.dispatch(BoltRequest(mode="socket_mode", body=body))
        return response.status, sum(self.house.inbox.counts().values()) - before

    def work(self) -> list[dict[str, Any]]:
        """Do what the worker does with everything that is open; the messages that it decided on."""
        with reading(self.house.databases.read) as connection:
            before = set(connection.execute(select(outbox.c.id)).scalars())
        for arrival in self.house.inbox.unqueued(1000):
            self.house.surface.arrivals.handle(arrival.id)
            self.house.surface.arrivals.handle(arrival.id)  # a job may run twice
            self.house.inbox.finish(arrival.id, self.house.clock)
        with reading(self.house.databases.read) as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.position)).mappings().all()
        return [dict(row) for row in rows if row["id"] not in before]

    def outgoing(self) -> list[dict[str, Any]]:
        """Everything in the outbox, in the order in which it was put there."""
        with reading(self.house.databases.read) as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.id)).mappings().all()
        return [dict(row) for row in rows]

    def deliver(self) -> None:
        """Send what is in the outbox, as far as the outbox can tell."""
        now = datetime.now(UTC)
        while True:
            with unit_of_work(self.house.databases.write) as connection:
                box = Outbox(connection)
                due = box.due(now, limit=50)
                for message in due:
                    claimed = box.claim(message, now=now, until=now + timedelta(seconds=20))
                    assert claimed is not None
                    box.mark_sent(claimed, f"{message.position}.0", now=now)
            if not due:
                return

    def _common(self, kind: str, user: str, fields: dict[str, Any]) -> dict[str, Any]:
        number = next(self.numbers)
        return {
            "type": kind,
            "team": {"id": TEAM},
            "user": {"id": user},
            "trigger_id": f"no-trigger-{number}",
        } | fields

    def command(self, user: str, text: str) -> dict[str, Any]:
        """The payload of `/dd`."""
        return {
            "command": "/dd",
            "team_id": TEAM,
            "channel_id": "C01SALES",
            "user_id": user,
            "text": text,
            "trigger_id": f"cmd{next(self.numbers)}",
        }

    def click(self, user: str, action_id: str, value: Any, **fields: Any) -> dict[str, Any]:
        """The payload of a click on a button of a message in #risk."""
        action = {
            "action_id": action_id,
            "block_id": "b",
            "action_ts": f"{next(self.numbers)}.0",
            "value": value,
        }
        place = {"channel": {"id": "C01RISK"}, "message": {"ts": "1700000000.000001"}, "actions": [action]}
        return self._common("block_actions", user, place | fields)

    def submit(self, user: str, callback: str, values: dict[str, Any], metadata: str = "") -> dict[str, Any]:
        """The payload of a modal that was filled in; `values` by action id, selected values as `select:…`."""
        state: dict[str, Any] = {}
        for number, (action_id, value) in enumerate(values.items()):
            chosen = value.removeprefix("select:") if isinstance(value, str) else value
            given = (
                {"type": "static_select", "selected_option": {"value": chosen}}
                if chosen != value
                else {"type": "plain_text_input", "value": value}
            )
            state[f"block{number}"] = {action_id: given}
        number = next(self.numbers)
        view = {
            "id": f"V{number}",
            "hash": f"{number}.h",
            "type": "modal",
            "callback_id": callback,
            "private_metadata": metadata,
            "state": {"values": state},
        }
        return self._common("view_submission", user, {"view": view})

    def shortcut(self, user: str, callback: str, text: str) -> dict[str, Any]:
        """The payload of a shortcut on a message with these words."""
        fields = {
            "callback_id": callback,
            "channel": {"id": "C01SALES"},
            "message": {"text": text, "ts": "1700000000.000002"},
        }
        return self._common("message_action", user, fields)


@pytest.fixture(scope="module")
def surface(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surface]:
    """The surface of a module, on a copy of the loaded data."""
    seed = default_seed()
    handle = serve(Workspace(seed))
    home = tmp_path_factory.mktemp("surface") / "home"
    shutil.copytree(loaded_home, home)
    policy = home / "policy.toml"
    policy.write_text('[alerts.roles]\nhigh = ["risk"]\n')
    house = build(
        Settings(
            home=home,
            now=_STAGED.NOW,
            policy=policy,
            slack_api_url=f"{handle.url}/api/",
            slack_bot_token=seed.tokens.bot,
        )
    )
    yield Surface(house, handle)
    house.databases.close()
    handle.stop()
