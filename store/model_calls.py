"""Calls of models (模型调用): what was sent, when, for whom, and what it cost; written before anything leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session

from store.canonical import mend, plain
from store.identity import new_id
from store.schema.model_calls import model_calls, stop_wishes

#: Costs are kept in millionths of the currency.
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls have used: how many for how many questions, tokens in and out, cost in the policy's currency."""

    questions: int = 0
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)

    @property
    def tokens(self) -> int:
        """Both ways."""
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call: `sent` are the messages that it added to the `earlier` ones of the calls before it."""

    id: UUID
    request: str
    number: int
    purpose: str
    actor: str
    model: str
    prompts: Mapping[str, str]
    at: datetime
    earlier: int
    sent: Sequence[Any]
    sha256: str
    finished_at: datetime | None
    outcome: str
    error: str | None
    tokens_in: int
    tokens_out: int
    cost: Decimal


class ModelCalls:
    """Keeps calls on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def begin(
        self,
        *,
        request: str,
        purpose: str,
        actor: str,
        model: str,
        prompts: Mapping[str, str],
        at: datetime,
        messages: Sequence[Any],
        earlier: int = 0,
    ) -> tuple[UUID, int, str]:
        """Write down what is about to be sent; gives the call's key, its number and the hash of all messages.

        `earlier` of the messages stand in the rows of the calls before it and are not written again. Append the
        ledger entry first: its lock makes two callers of one request wait for each other.
        """
        highest = select(func.max(model_calls.c.number)).where(model_calls.c.request == request)
        number = (self._connection.execute(highest).scalar() or 0) + 1
        identity, digest = new_id(), digest_of(messages)
        self._connection.execute(
            model_calls.insert(),
            {
                "id": identity,
                "request": request,
                "number": number,
                "purpose": purpose,
                "actor": actor,
                "model": model,
                "prompts": dict(prompts),
                "at": at,
                "earlier": earlier,
                "sent": plain(mend(list(messages[earlier:]))),
                "sha256": digest,
                "outcome": "pending",
                "tokens_in": 0,
                "tokens_out": 0,
                "cost": 0,
            },
        )
        return identity, number, digest

    def finish(
        self,
        identity: UUID,
        *,
        at: datetime,
        outcome: str,
        error: str | None = None,
        tokens_in: int = 0,
        tokens_out: int = 0,
        cost: Decimal = Decimal(0),
    ) -> None:
        """Say how a call ended: done, failed or stopped; `error` is a class of error, never a text from outside."""
        self._connection.execute(
            model_calls.update().where(model_calls.c.id == identity),
            {
                "finished_at": at,
                "outcome": outcome,
                "error": error and error[:80],
                "tokens_in": tokens_in,
                "tokens_out": tokens_out,
                "cost": int((cost * MILLION).to_integral_value()),
            },
        )

    def of_request(self, request: str) -> list[ModelCall]:
        """The calls of one question, in order."""
        query = select(model_calls).where(model_calls.c.request == request).order_by(model_calls.c.number)
        return [_read(row) for row in self._connection.execute(query)]

    def spent(self, *, actor: str, day: datetime) -> Spent:
        """What one person's questions have used on the UTC day of `day`."""
        start = datetime.combine(day.astimezone(UTC).date(), time(), UTC)
        query = select(
            func.count(func.distinct(model_calls.c.request)),
            func.count(),
            func.coalesce(func.sum(model_calls.c.tokens_in), 0),
            func.coalesce(func.sum(model_calls.c.tokens_out), 0),
            func.coalesce(func.sum(model_calls.c.cost), 0),
        ).where(
            model_calls.c.actor == actor,
            model_calls.c.at >= start,
            model_calls.c.at < start + timedelta(days=1),
        )
        questions, calls, tokens_in, tokens_out, cost = self._connection.execute(query).one()
        return Spent(questions, calls, int(tokens_in), int(tokens_out), Decimal(int(cost)) / MILLION)

    def forget(self, before: datetime, limit: int = 500) -> int:
        """Empty what was sent before then; the hash, the cost and the ledger's entry stay. How many were emptied."""
        old = (
            select(model_calls.c.id)
            .where(model_calls.c.at < before, model_calls.c.earlier >= 0)
            .order_by(model_calls.c.at)
            .limit(limit)
        )
        keys = [row.id for row in self._connection.execute(old)]
        if keys:
            emptied = model_calls.update().where(model_calls.c.id.in_(keys))
            self._connection.execute(emptied, {"sent": [], "earlier": -1})
        return len(keys)


class StopWishes:
    """Who wished the answer under way in a conversation to stop, and when last."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def put(self, conversation: str, asker: str, at: datetime) -> None:
        """Somebody has pressed Stop; pressing again only moves the time."""
        mine = (stop_wishes.c.conversation == conversation) & (stop_wishes.c.asker == asker)
        changed = self._connection.execute(stop_wishes.update().where(mine), {"at": at})
        if not changed.rowcount:
            row = {"conversation": conversation, "asker": asker, "at": at}
            self._connection.execute(stop_wishes.insert(), row)

    def since(self, conversation: str, asker: str, at: datetime) -> bool:
        """Whether this person has pressed Stop there at or after a moment."""
        query = select(stop_wishes.c.at).where(
            stop_wishes.c.conversation == conversation,
            stop_wishes.c.asker == asker,
            stop_wishes.c.at >= at,
        )
        return self._connection.execute(query).first() is not None

    def forget(self, before: datetime) -> None:
        """Wishes of long ago."""
        self._connection.execute(stop_wishes.delete().where(stop_wishes.c.at < before))


def digest_of(messages: Sequence[Any]) -> str:
    """SHA-256 of messages as canonical JSON; whoever has them can show that these were sent."""
    text = json.dumps(plain(mend(list(messages))), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def whole(calls: Sequence[ModelCall], number: int) -> list[Any]:
    """Everything that call `number` sent, put together from the rows of the calls before it.

    A call that began anew (another model, or a run after a crash) has `earlier` 0. Raises LookupError when what
    was sent has been forgotten by retention.
    """
    found = {call.number: call for call in calls}
    call = found[number]
    if call.earlier < 0:
        raise LookupError(f"what call {number} of {call.request} sent is past retention; its hash is kept")
    if call.earlier == 0:
        return list(call.sent)
    return [*whole(calls, number - 1)[: call.earlier], *call.sent]


def _read(row: Row[Any]) -> ModelCall:
    values = row._asdict()
    return ModelCall(**{**values, "cost": Decimal(values["cost"]) / MILLION})
