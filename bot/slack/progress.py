"""One message that says how far a check is, and at last what it found (核查进度)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bot.slack.incoming import Incoming
from bot.slack.saying import QUIET
from bot.slack.views.check import check_message, plan_message
from prompts.phrasebook import Phrasebook
from store.engine import Databases, unit_of_work
from store.identity import new_id
from store.outbox import Outbox

if TYPE_CHECKING:
    from bot.checks.result import SectionName, Status


class Progress:
    """Changes the message of one check, for one life of its job.

    A check is quicker than the eye: its changes are sent one after the other with a pause between them, so that steps
    are seen to finish. Where Slack is slower than that, the outbox leaves out what has been overtaken.
    """

    def __init__(
        self,
        databases: Databases,
        identity: str,
        place: Incoming,
        name: str,
        phrases: Phrasebook,
        *,
        clock: Callable[[], datetime],
        pause: timedelta,
    ) -> None:
        self._databases = databases
        self._key = f"check:{identity}"
        self._place = place
        self._name = name
        self._phrases = phrases
        self._clock = clock
        self._pause = pause
        self._finished: dict[str, str] = {}
        self._due = datetime.now(UTC)

    def begin(self) -> bool:
        """Post the message; False when the card stands there already."""
        with unit_of_work(self._databases.write) as connection:
            if self.is_finished(connection):
                return False
            payload: dict[str, Any] = {**plan_message(self._name, {}, self._phrases), **QUIET}
            if not self._place.private and self._place.reply_thread:
                payload["thread_ts"] = self._place.reply_thread
            place = self._place
            Outbox(connection).put(
                self._key, place.team, place.channel, "chat.postMessage", payload, now=self._clock()
            )
        return True

    def step(self, section: SectionName, status: Status) -> None:
        """A section is finished."""
        self._finished[str(section)] = str(status)
        self._change(plan_message(self._name, self._finished, self._phrases))

    def broken(self) -> None:
        """It stopped on the way."""
        self._change(plan_message(self._name, self._finished, self._phrases, broken=True))

    def finish(self, connection: Connection, body: Any) -> None:
        """The card in place of the plan; in the caller's unit of work, as its last thing."""
        self._put(connection, f"{self._key}:card", check_message(body, self._phrases))

    def is_finished(self, connection: Connection) -> bool:
        """Whether the card was put, by this life or an earlier one."""
        return Outbox(connection).by_key(f"{self._key}:card") is not None

    def _change(self, message: dict[str, Any]) -> None:
        with unit_of_work(self._databases.write) as connection:
            # A worker that was thought dead and has been replaced changes nothing behind the card.
            if not self.is_finished(connection):
                self._put(connection, f"{self._key}:{new_id().hex[-12:]}", message)

    def _put(self, connection: Connection, key: str, message: dict[str, Any]) -> None:
        # Sending lives by the machine's clock, whatever the house's clock says.
        self._due = max(datetime.now(UTC), self._due + self._pause)
        Outbox(connection).put(
            key,
            self._place.team,
            self._place.channel,
            "chat.update",
            {**message, "update_of": self._key},
            now=self._clock(),
            not_before=self._due,
        )
