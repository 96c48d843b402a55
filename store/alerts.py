"""Alerts (预警): raised by rules, handled by people, each step remembered.

    open ──▶ acknowledged ──▶ in_work ──▶ closed | dismissed

At most one alert of a rule is under way for a customer: what comes meanwhile extends it. What was counted once is
never counted again, so a look that is repeated after a crash changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select, update
from sqlalchemy.orm import Session

from store.alert_items import AlertItems
from store.canonical import mended, plain
from store.codes import take_codes
from store.identity import new_id, read_code
from store.schema.alerts import alert_steps, alerts
from store.schema.ledger import ledger_head


class Severity(StrEnum):
    """How bad it is, from a hint to what must be looked at now."""

    INFO = "info"
    WARN = "warn"
    HIGH = "high"


class AlertState(StrEnum):
    """Where an alert stands; CLOSED and DISMISSED are its ends."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_WORK = "in_work"
    CLOSED = "closed"
    DISMISSED = "dismissed"


SEVERITIES = tuple(Severity)
UNDER_WAY = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_WORK)
_GOING = tuple(state.value for state in UNDER_WAY)
#: So much evidence is kept with an alert; the rest is in the customer's file.
EVIDENCE_KEPT = 20


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it stands. `values` and `evidence` are those of its gravest and newest items; `by` is an e-mail, or
    None for a rule.
    """

    id: UUID
    code: str
    customer_id: UUID
    rule: str
    severity: Severity
    state: AlertState
    values: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    stories: Sequence[str]
    sources: Sequence[str]
    items: int
    opened_at: datetime
    latest_at: datetime
    policy_version: str
    by: str | None
    at: datetime
    reason: str
    owner: str | None
    snoozed_until: datetime | None
    notes: int
    posted_at: datetime | None
    stale: bool
    drawn_at: datetime | None
    reminded_at: datetime | None
    reminders: int
    escalated_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.state not in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Draft:
    """What a rule says of one change: enough to open an alert or to extend one. `item` is what is counted."""

    customer_id: UUID
    rule: str
    severity: Severity
    item: str
    story: str
    values: Mapping[str, Any]
    evidence: Mapping[str, Any]
    source: str
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AlertStep:
    """Something that was done to an alert, by a person or (actor None) by a rule."""

    at: datetime
    actor: str | None
    act: str
    before: str
    after: str
    words: str


class Alerts:
    """Alerts on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def by_code(self, code: str, *, hold: bool = False) -> Alert | None:
        """The alert `A-57` (also written a57); `hold` keeps others from it until the commit."""
        canonical = read_code(code, "A")
        return None if canonical is None else self._one(alerts.c.code == canonical, hold=hold)

    def by_id(self, alert_id: UUID, *, hold: bool = False) -> Alert | None:
        """The alert with this key."""
        return self._one(alerts.c.id == alert_id, hold=hold)

    def under_way(self, customer_id: UUID, rule: str) -> Alert | None:
        """The alert of this rule that is under way for a customer."""
        here = (alerts.c.customer_id == customer_id) & (alerts.c.rule == rule) & alerts.c.state.in_(_GOING)
        return self._one(here, hold=True)

    def ended(self, customer_id: UUID, rule: str, since: datetime) -> list[Alert]:
        """The alerts of this rule that ended for a customer since then."""
        here = (alerts.c.customer_id == customer_id) & (alerts.c.rule == rule) & ~alerts.c.state.in_(_GOING)
        return [
            _read(row) for row in self._connection.execute(select(alerts).where(here, alerts.c.at >= since))
        ]

    def open(self, draft: Draft, *, now: datetime, policy_version: str) -> Alert:
        """Open an alert with its first item; append the ledger entry first."""
        row = {
            "id": new_id(),
            "code": take_codes(self._connection, "A")[0],
            "customer_id": draft.customer_id,
            "rule": draft.rule,
            "severity": draft.severity.value,
            "state": AlertState.OPEN.value,
            "values": plain(draft.values),
            "evidence": [plain(draft.evidence)],
            "stories": [draft.story],
            "sources": [draft.source],
            "items": 1,
            "opened_at": now,
            "latest_at": now,
            "policy_version": policy_version,
            "by": None,
            "at": now,
            "reason": "",
            "owner": None,
            "snoozed_until": None,
            "notes": 0,
            "posted_at": None,
            "stale": False,
            "drawn_at": None,
            "reminded_at": None,
            "reminders": 0,
            "escalated_at": None,
        }
        self._connection.execute(alerts.insert(), row)
        opened = _read_values(row)
        AlertItems(self._connection).count(opened.id, draft)
        return opened

    def change(self, alert: Alert, **values: Any) -> Alert:
        """Write new values of some columns; gives the alert as it is then."""
        written = {
            name: value.value if isinstance(value, StrEnum) else value for name, value in values.items()
        }
        self._connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**written))
        found = self.by_id(alert.id)
        assert found is not None
        return found

    def step(
        self,
        alert: Alert,
        *,
        at: datetime,
        actor: str | None,
        act: str,
        after: AlertState,
        words: str = "",
        request: str | None = None,
    ) -> None:
        """Remember what was done."""
        self._connection.execute(
            alert_steps.insert(),
            {
                "id": new_id(),
                "alert_id": alert.id,
                "at": at,
                "actor": actor,
                "act": act,
                "before": alert.state.value,
                "after": after.value,
                "words": mended(words),
                "request": request,
            },
        )

    def done(self, request: str) -> bool:
        """Whether this click has done what it does."""
        query = select(alert_steps.c.id).where(alert_steps.c.request == request)
        return self._connection.execute(query).first() is not None

    def steps(self, alert_id: UUID) -> list[AlertStep]:
        """What happened to an alert, in order."""
        query = select(alert_steps).where(alert_steps.c.alert_id == alert_id)
        rows = self._connection.execute(query.order_by(alert_steps.c.at, alert_steps.c.id))
        return [AlertStep(r.at, r.actor, r.act, r.before, r.after, r.words) for r in rows]

    def listed(
        self,
        *,
        states: Iterable[AlertState] = UNDER_WAY,
        customer_id: UUID | None = None,
        since: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Alert]:
        """Alerts in these states, the gravest and then the oldest first."""
        query = select(alerts).where(alerts.c.state.in_([state.value for state in states]))
        if customer_id is not None:
            query = query.where(alerts.c.customer_id == customer_id)
        if since is not None:
            query = query.where(alerts.c.opened_at >= since)
        query = query.order_by(_GRAVITY.desc(), alerts.c.opened_at, alerts.c.id).limit(limit).offset(offset)
        return [_read(row) for row in self._connection.execute(query)]

    def open_counts(self) -> dict[str, int]:
        """How many are under way, by severity; every severity is there."""
        query = (
            select(alerts.c.severity, func.count())
            .where(alerts.c.state.in_(_GOING))
            .group_by(alerts.c.severity)
        )
        return {severity.value: 0 for severity in Severity} | {
            row[0]: row[1] for row in self._connection.execute(query)
        }

    def counts_since(self, since: datetime) -> tuple[int, int]:
        """How many opened since then, and how many ended."""
        new = select(func.count()).where(alerts.c.opened_at >= since)
        ended = select(func.count()).where(alerts.c.at >= since, ~alerts.c.state.in_(_GOING))
        return self._connection.execute(new).scalar_one(), self._connection.execute(ended).scalar_one()

    def decided(self, limit: int = 20) -> list[tuple[Alert, AlertStep]]:
        """What people decided last, newest first."""
        query = (
            select(alert_steps)
            .where(alert_steps.c.actor.is_not(None), alert_steps.c.act.in_(["dismiss", "close"]))
            .order_by(alert_steps.c.at.desc(), alert_steps.c.id.desc())
            .limit(limit)
        )
        found = []
        for row in self._connection.execute(query).all():
            alert = self.by_id(row.alert_id)
            assert alert is not None
            found.append((alert, AlertStep(row.at, row.actor, row.act, row.before, row.after, row.words)))
        return found

    def unposted(self, limit: int = 500) -> list[Alert]:
        """Alerts that no message shows yet, or not since they became worse; the gravest and then the oldest first."""
        query = select(alerts).where(alerts.c.posted_at.is_(None), alerts.c.state.in_(_GOING))
        query = query.order_by(_GRAVITY.desc(), alerts.c.opened_at, alerts.c.id)
        return [_read(row) for row in self._connection.execute(query.limit(limit))]

    def stale(self, before: datetime, limit: int = 50) -> list[Alert]:
        """Alerts whose messages show less than the record, and that were not drawn since `before`."""
        query = select(alerts).where(
            alerts.c.stale,
            alerts.c.posted_at.is_not(None),
            (alerts.c.drawn_at.is_(None)) | (alerts.c.drawn_at <= before),
        )
        return [_read(row) for row in self._connection.execute(query.limit(limit))]

    def waiting(self, limit: int = 500) -> list[Alert]:
        """Posted alerts that nobody has acknowledged."""
        query = select(alerts).where(alerts.c.state == AlertState.OPEN.value, alerts.c.posted_at.is_not(None))
        return [
            _read(row) for row in self._connection.execute(query.order_by(alerts.c.opened_at).limit(limit))
        ]

    def snoozed(self, now: datetime) -> list[Alert]:
        """Alerts whose quiet time is over."""
        query = select(alerts).where(alerts.c.snoozed_until <= now, alerts.c.state.in_(_GOING))
        return [_read(row) for row in self._connection.execute(query)]

    def with_rules(self, customers: Collection[UUID], rules: Collection[str]) -> set[UUID]:
        """Those of some customers for whom an alert of these rules is under way."""
        if not customers or not rules:
            return set()
        query = select(alerts.c.customer_id).where(
            alerts.c.state.in_(_GOING),
            alerts.c.rule.in_(list(rules)),
            alerts.c.customer_id.in_(list(customers)),
        )
        return set(self._connection.execute(query).scalars())

    def take_turn(self) -> None:
        """Keep other looks away until the commit; they wait at the head of the ledger, which they write too."""
        self._connection.execute(select(ledger_head.c.seq).with_for_update())

    def _one(self, condition: Any, *, hold: bool = False) -> Alert | None:
        query = select(alerts).where(condition)
        row = self._connection.execute(query.with_for_update() if hold else query).one_or_none()
        return None if row is None else _read(row)


_GRAVITY = case({severity.value: place for place, severity in enumerate(SEVERITIES)}, value=alerts.c.severity)


def _read(row: Row[Any]) -> Alert:
    return _read_values(row._asdict())


def _read_values(values: Mapping[str, Any]) -> Alert:
    return Alert(**{**values, "severity": Severity(values["severity"]), "state": AlertState(values["state"])})
