"""The outbox: what leaves is written down before it is sent (发件箱).

A message is put in the transaction that decided it, and takes its place in its channel's order there.
Sending is

    pending ──claim──▶ sending ──▶ sent | failed | unknown
       ▲                  │
       └──────────────────┘  proven that it did not arrive

`claim` is committed before the post. Within a channel nothing overtakes an unsent earlier message, so the
row in `sending` is also the channel's lease: `not_before` says until when nobody else may touch it, and
`attempts` fences a sender that woke up too late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, exists, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from store.canonical import mend
from store.identity import new_id
from store.schema.alert_posts import alert_posts
from store.schema.delivery import outbox


class OutboxState(StrEnum):
    """PENDING and SENDING are unsent; SENT, FAILED (refused for good) and UNKNOWN (nobody can tell) are
    final.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


#: Messages among which the last one outside a thread is looked for.
_LOOKED_AT = 20
_UNSENT = (OutboxState.PENDING.value, OutboxState.SENDING.value)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One row of the outbox; `channel` is where its order counts, `ts` is Slack's name for it once it is
    sent.
    """

    id: UUID
    key: str
    team: str
    channel: str
    position: int
    method: str
    payload: dict[str, Any]
    state: OutboxState
    attempts: int
    attempt_at: datetime | None
    not_before: datetime | None
    created_at: datetime
    sent_at: datetime | None
    ts: str | None
    error: str | None

    @property
    def age(self) -> timedelta:
        """How long it waits by the machine's own clock, which its id carries; `created_at` is the house's clock."""
        return datetime.now(UTC) - datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)


class Outbox:
    """The outbox within one unit of work; nothing is committed here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self,
        key: str,
        team: str,
        channel: str,
        method: str,
        payload: Mapping[str, Any],
        *,
        now: datetime,
        not_before: datetime | None = None,
    ) -> UUID:
        """Put a message behind all others of its channel; the same key again changes nothing.

        `not_before` holds it, and what comes behind it, until then, by the machine's own clock.

        Returns the row's id either way. Let it be the last thing that a transaction does: on PostgreSQL the
        channel stays reserved until the commit, which is what makes the order of positions the order of
        decisions.
        """
        lite = self._connection.dialect.name == "sqlite"
        if not lite:
            self._connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:channel, 7))"),
                {"channel": f"{team}:{channel}"},
            )
        last = (
            select(func.coalesce(func.max(outbox.c.position), 0) + 1)
            .where(outbox.c.team == team, outbox.c.channel == channel)
            .scalar_subquery()
        )
        identity = new_id()
        insert = (sqlite if lite else postgresql).insert(outbox)
        self._connection.execute(
            insert.values(
                id=identity,
                key=key,
                team=team,
                channel=channel,
                position=last,
                method=method,
                payload=mend(payload),
                state=OutboxState.PENDING.value,
                attempts=0,
                not_before=not_before,
                created_at=now,
            ).on_conflict_do_nothing(index_elements=["key"])
        )
        return self._connection.execute(select(outbox.c.id).where(outbox.c.key == key)).scalar_one()

    def get(self, identity: UUID) -> OutgoingMessage | None:
        """One message, or None."""
        return self._one(outbox.c.id == identity)

    def by_key(self, key: str) -> OutgoingMessage | None:
        """The message that was put under this key, or None."""
        return self._one(outbox.c.key == key)

    def shown_at(self, team: str, channels: Collection[str], ts: str) -> OutgoingMessage | None:
        """The message that stands at this place under Slack's name for it, as it was drawn last; None where it is
        none of ours.
        """
        found = (outbox.c.team == team) & outbox.c.channel.in_(list(channels)) & (outbox.c.ts == ts)
        drawn = outbox.c.method.in_(("chat.postMessage", "chat.update"))
        query = select(outbox).where(found, drawn).order_by(outbox.c.position.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _message(row)

    def last_in(self, team: str, channels: Collection[str]) -> OutgoingMessage | None:
        """The newest message of ours in these channels and in no thread, as it was first posted."""
        newest = []
        for channel in channels:
            # Channel by channel the order of positions is that of an index, however much was sent before.
            found = (outbox.c.team == team) & (outbox.c.channel == channel)
            query = select(outbox).where(found, outbox.c.method == "chat.postMessage")
            rows = self._connection.execute(query.order_by(outbox.c.position.desc()).limit(_LOOKED_AT))
            flat = next((_message(row) for row in rows if not row.payload.get("thread_ts")), None)
            newest += [flat] if flat else []
        return max(newest, key=lambda message: message.id.int, default=None)

    def rewrite(self, key: str, payload: Mapping[str, Any]) -> bool:
        """Give a message that nobody has tried to send yet other words; False when it is too late for that."""
        rewritten = self._connection.execute(
            update(outbox)
            .where(
                outbox.c.key == key,
                outbox.c.state == OutboxState.PENDING.value,
                outbox.c.attempts == 0,
            )
            .values(payload=mend(payload))
        )
        return rewritten.rowcount == 1

    def due(self, now: datetime, limit: int = 100) -> list[OutgoingMessage]:
        """The first unsent message of each channel that may be tried now, those that wait longest first."""
        heads = (
            select(outbox.c.team, outbox.c.channel, func.min(outbox.c.position).label("position"))
            .where(outbox.c.state.in_(_UNSENT))
            .group_by(outbox.c.team, outbox.c.channel)
            .subquery()
        )
        rows = self._connection.execute(
            select(outbox)
            .join(
                heads,
                (outbox.c.team == heads.c.team)
                & (outbox.c.channel == heads.c.channel)
                & (outbox.c.position == heads.c.position),
            )
            .where(
                outbox.c.state == OutboxState.PENDING.value,
                (outbox.c.not_before.is_(None)) | (outbox.c.not_before <= now),
            )
            .order_by(outbox.c.created_at, outbox.c.id)
            .limit(limit)
        ).all()
        return [_message(row) for row in rows]

    def stale(self, now: datetime, limit: int = 100) -> list[OutgoingMessage]:
        """Messages whose post has an outcome that nobody knows: their lease is over, they must be looked
        for.
        """
        rows = self._connection.execute(
            select(outbox)
            .where(outbox.c.state == OutboxState.SENDING.value, outbox.c.not_before <= now)
            .order_by(outbox.c.attempt_at)
            .limit(limit)
        ).all()
        return [_message(row) for row in rows]

    def claim_next(
        self, team: str, channel: str, *, now: datetime, until: datetime
    ) -> OutgoingMessage | None:
        """Take the channel's first unsent message for one attempt, leased until `until`; None when none may
        be tried.

        Commit before the post.
        """
        first = self._first_unsent(team, channel)
        if first is None or first.state is not OutboxState.PENDING:
            return None
        if first.not_before is not None and first.not_before > now:
            return None
        return self.claim(first, now=now, until=until)

    def claim(self, message: OutgoingMessage, *, now: datetime, until: datetime) -> OutgoingMessage | None:
        """Take this message for one attempt; None when another sender was faster or an earlier one is
        unsent.
        """
        earlier = outbox.alias("earlier")
        overtaken = exists().where(
            earlier.c.state.in_(_UNSENT),
            earlier.c.team == message.team,
            earlier.c.channel == message.channel,
            earlier.c.position < message.position,
        )
        taken = self._connection.execute(
            update(outbox)
            .where(outbox.c.id == message.id, outbox.c.state == OutboxState.PENDING.value, ~overtaken)
            .values(
                state=OutboxState.SENDING.value,
                attempts=outbox.c.attempts + 1,
                attempt_at=now,
                not_before=until,
                error=None,
            )
        )
        return self.get(message.id) if taken.rowcount == 1 else None

    def hold(self, message: OutgoingMessage, *, until: datetime) -> OutgoingMessage | None:
        """Keep a message that was just taken until then, for a post that may last longer than others; None when
        this attempt is no longer the current one.
        """
        held = self._connection.execute(update(outbox).where(self._fence(message)).values(not_before=until))
        return replace(message, not_before=until) if held.rowcount == 1 else None

    def is_overtaken(self, message: OutgoingMessage, *, now: datetime) -> bool:
        """Whether a later change of the same message waits in this channel and may be sent by now."""
        changed = message.payload.get("update_of")
        if not changed or message.method != "chat.update":
            return False
        later = select(outbox.c.payload).where(
            outbox.c.state == OutboxState.PENDING.value,
            outbox.c.team == message.team,
            outbox.c.channel == message.channel,
            outbox.c.position > message.position,
            outbox.c.method == message.method,
            (outbox.c.not_before.is_(None)) | (outbox.c.not_before <= now),
        )
        return any(payload.get("update_of") == changed for payload in self._connection.scalars(later))

    def claim_check(self, message: OutgoingMessage, *, now: datetime, until: datetime) -> bool:
        """Take a stale message to look for it, until `until`; False when another sender was faster."""
        taken = self._connection.execute(
            update(outbox).where(self._fence(message), outbox.c.not_before <= now).values(not_before=until)
        )
        return taken.rowcount == 1

    def mark_sent(
        self, message: OutgoingMessage, ts: str | None, *, now: datetime, note: str | None = None
    ) -> bool:
        """It arrived as `ts`; False when this attempt is no longer the current one."""
        return self._move(message, OutboxState.SENT, ts=ts, sent_at=now, not_before=None, error=note)

    def mark_pending(
        self, message: OutgoingMessage, *, not_before: datetime | None = None, error: str | None = None
    ) -> bool:
        """It surely did not arrive: try again, not before the given instant."""
        return self._move(message, OutboxState.PENDING, not_before=not_before, error=error)

    def mark_ambiguous(self, message: OutgoingMessage, *, check_at: datetime, error: str) -> bool:
        """Nobody knows whether it arrived: it stays with its channel and is looked for at `check_at`."""
        return self._move(message, OutboxState.SENDING, not_before=check_at, error=error)

    def mark_unknown(self, message: OutgoingMessage, reason: str) -> bool:
        """Nobody can find out whether it arrived; a person has to look, and the channel goes on."""
        return self._move(message, OutboxState.UNKNOWN, not_before=None, error=reason)

    def mark_failed(self, message: OutgoingMessage, reason: str) -> bool:
        """It was refused for good; the channel goes on."""
        return self._move(message, OutboxState.FAILED, not_before=None, error=reason)

    def counts(self) -> dict[str, int]:
        """How many messages are in each state; every state is there."""
        found = self._connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
        return {state.value: 0 for state in OutboxState} | {row.state: row[1] for row in found}

    def oldest_unsent(self) -> datetime | None:
        """When the oldest unsent message was put; None when all is sent."""
        return self._connection.execute(
            select(func.min(outbox.c.created_at)).where(outbox.c.state.in_(_UNSENT))
        ).scalar_one_or_none()

    def troubled(self, limit: int = 20) -> list[OutgoingMessage]:
        """The newest messages that failed, that nobody can account for, or that Slack keeps refusing for
        now.
        """
        rows = self._connection.execute(
            select(outbox)
            .where(
                outbox.c.state.in_([OutboxState.FAILED.value, OutboxState.UNKNOWN.value])
                | ((outbox.c.state == OutboxState.PENDING.value) & outbox.c.error.is_not(None))
            )
            .order_by(outbox.c.id.desc())
            .limit(limit)
        ).all()
        return [_message(row) for row in rows]

    def files(self, method: str, *, before: datetime | None = None) -> set[str]:
        """The hashes of all files that rows of this method carry; with `before` only of those sent before it."""
        query = select(outbox.c.payload).where(outbox.c.method == method)
        if before is not None:
            query = query.where(outbox.c.state == OutboxState.SENT.value, outbox.c.sent_at < before)
        return {
            str(file["sha256"]) for payload in self._connection.scalars(query) for file in payload["files"]
        }

    def forget(self, before: datetime, limit: int = 500) -> int:
        """Delete one slice of what was sent before this instant and is not needed any more; how many rows went."""
        # A message that shows an alert may have to be drawn again after any time, and only its row knows its ts.
        shown = exists().where(alert_posts.c.message_key == outbox.c.key)
        old = select(outbox.c.id).where(
            outbox.c.state == OutboxState.SENT.value, outbox.c.sent_at < before, ~shown
        )
        return self._connection.execute(delete(outbox).where(outbox.c.id.in_(old.limit(limit)))).rowcount

    def _first_unsent(self, team: str, channel: str) -> OutgoingMessage | None:
        # A minimum a state, so that each is one step down the index however much was sent before.
        found: Sequence[int | None] = [
            self._connection.execute(
                select(func.min(outbox.c.position)).where(
                    outbox.c.state == state, outbox.c.team == team, outbox.c.channel == channel
                )
            ).scalar_one()
            for state in _UNSENT
        ]
        positions = [position for position in found if position is not None]
        if not positions:
            return None
        return self._one(
            (outbox.c.team == team) & (outbox.c.channel == channel) & (outbox.c.position == min(positions))
        )

    def _one(self, condition: Any) -> OutgoingMessage | None:
        row = self._connection.execute(select(outbox).where(condition)).one_or_none()
        return None if row is None else _message(row)

    def _fence(self, message: OutgoingMessage) -> Any:
        return (
            (outbox.c.id == message.id)
            & (outbox.c.state == OutboxState.SENDING.value)
            & (outbox.c.attempts == message.attempts)
        )

    def _move(self, message: OutgoingMessage, state: OutboxState, **values: Any) -> bool:
        moved = self._connection.execute(
            update(outbox).where(self._fence(message)).values(state=state.value, **values)
        )
        return moved.rowcount == 1


def _message(row: Row[Any]) -> OutgoingMessage:
    return OutgoingMessage(**row._asdict() | {"state": OutboxState(row.state)})
