"""What people do to alerts (预警处理): acknowledge, take, snooze, note, dismiss with a reason, close with an outcome.

Rights and the present state are checked in the transaction that acts, which also writes the ledger and draws every
message again. A click acts once: its arrival is kept with the step that it made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from store.access import Audience, Permission, Viewer
from store.alerts import Alert, Alerts, AlertState
from store.engine import Databases, unit_of_work
from store.ledger import Ledger
from store.people import Person
from store.policy.types import Policy

#: What each act makes of each state; an act that is not here is impossible in that state.
_AFTER: dict[str, dict[AlertState, AlertState]] = {
    "acknowledge": {AlertState.OPEN: AlertState.ACKNOWLEDGED},
    "take": dict.fromkeys((AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_WORK), AlertState.IN_WORK),
    "snooze": {state: state for state in (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_WORK)},
    "dismiss": dict.fromkeys(
        (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_WORK), AlertState.DISMISSED
    ),
    "close": dict.fromkeys((AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_WORK), AlertState.CLOSED),
    "note": {state: state for state in AlertState},
}
ACTS = tuple(_AFTER)


class Redraws(Protocol):
    """Draws the messages of an alert again, in the transaction that changed it."""

    def redraw(self, connection: Connection, alert_id: UUID) -> int:
        """How many messages came out differently."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act came to: result is done, already, impossible, not_allowed or gone; then how the alert stands."""

    result: str
    state: str = ""
    by: str | None = None
    at: datetime | None = None


class AlertDesk:
    """Carries out what people do to alerts; without a `board` (the command line) messages follow later."""

    def __init__(
        self,
        databases: Databases,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        board: Callable[[], Redraws | None] = lambda: None,
    ) -> None:
        self._databases = databases
        self._policy = policy
        self._clock = clock
        self._board = board

    def act(
        self,
        word: str,
        code: str,
        person: Person,
        *,
        request: str,
        words: str = "",
        until: datetime | None = None,
    ) -> Outcome:
        """Do one of ACTS; `words` is the reason, the outcome or the note, `until` the end of a quiet time."""
        viewer = Viewer(person.email, person.role, Audience.alone(), self._policy.rights)
        if not viewer.may(Permission.ALERTS):
            return Outcome("not_allowed")
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            # The ledger's lock is taken first everywhere, so that two clicks wait for each other and never in a circle.
            alerts.take_turn()
            alert = alerts.by_code(code, hold=True)
            if alert is None or word not in _AFTER:
                return Outcome("gone")
            if alerts.done(request):
                return _outcome("done", alert)
            after = _AFTER[word].get(alert.state)
            if after is None:
                return _outcome("already" if _is_done(word, alert) else "impossible", alert)
            if word == "take" and alert.state is AlertState.IN_WORK and alert.owner == person.email:
                return _outcome("already", alert)
            return self._do(connection, alerts, alert, word, after, person, request, words.strip(), until)

    def _do(
        self,
        connection: Connection,
        alerts: Alerts,
        alert: Alert,
        word: str,
        after: AlertState,
        person: Person,
        request: str,
        words: str,
        until: datetime | None,
    ) -> Outcome:
        now = self._clock()
        Ledger(connection, self._clock).append(
            actor=person.email,
            action=f"alert.{word}",
            customer_id=alert.customer_id,
            subject=alert.code,
            detail={
                "before": alert.state.value,
                "after": after.value,
                "words": words,
                "rule": alert.rule,
                "policy": self._policy.version,
            },
        )
        alerts.step(alert, at=now, actor=person.email, act=word, after=after, words=words, request=request)
        changes: dict[str, Any] = {}
        if after is not alert.state:
            changes |= {"state": after, "by": person.email, "at": now}
        match word:
            case "take":
                changes |= {"owner": person.email, "by": person.email, "at": now}
            case "snooze":
                changes["snoozed_until"] = until
            case "note":
                changes["notes"] = alert.notes + 1
            case "dismiss" | "close":
                changes |= {"reason": words, "snoozed_until": None}
        changed = alerts.change(alert, **changes)
        if (board := self._board()) is not None:
            board.redraw(connection, alert.id)
            alerts.change(changed, stale=False, drawn_at=now)
        else:
            alerts.change(changed, stale=True)
        return _outcome("done", changed)


def _is_done(word: str, alert: Alert) -> bool:
    """Whether the alert is where the act would bring it, or further on."""
    if alert.is_over:
        return word in ("dismiss", "close")
    return word == "acknowledge"


def _outcome(result: str, alert: Alert) -> Outcome:
    return Outcome(result, alert.state.value, alert.by, alert.at)
