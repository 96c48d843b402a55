"""Writing down what is sent to a model before it leaves (发送留痕): the call's row and the ledger's entry, together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.model_calls import ModelCalls, Spent, StopWishes, digest_of


class Journal:
    """The calls of one request; each write is a short transaction of its own."""

    def __init__(
        self,
        databases: Databases,
        clock: Callable[[], datetime],
        *,
        request: str,
        actor: str,
        purpose: str = "answer",
    ) -> None:
        self._databases = databases
        self._clock = clock
        self._request = request
        self._actor = actor
        self._purpose = purpose
        #: Messages of the call before, by which the next one writes only what is new.
        self._sent: list[str] = []

    def sending(self, model: str, prompts: Mapping[str, str], messages: Sequence[Mapping[str, Any]]) -> UUID:
        """Write down a call that is about to leave."""
        marks = [digest_of([message]) for message in messages]
        earlier = len(self._sent) if marks[: len(self._sent)] == self._sent else 0
        with unit_of_work(self._databases.write) as connection:
            Ledger(connection, self._clock).append(
                actor=self._actor,
                action="model.sent",
                subject=self._request,
                detail={
                    "messages": len(messages),
                    "model": model,
                    "prompts": dict(prompts),
                    "purpose": self._purpose,
                    "sha256": digest_of(messages),
                },
            )
            identity, _, _ = ModelCalls(connection).begin(
                request=self._request,
                purpose=self._purpose,
                actor=self._actor,
                model=model,
                prompts=prompts,
                at=self._clock(),
                messages=messages,
                earlier=earlier,
            )
        self._sent = marks
        return identity

    def ended(
        self,
        identity: UUID,
        outcome: str,
        *,
        error: str | None = None,
        tokens_in: int = 0,
        tokens_out: int = 0,
        cost: Decimal = Decimal(0),
    ) -> None:
        """Write down how it ended."""
        with unit_of_work(self._databases.write) as connection:
            ModelCalls(connection).finish(
                identity,
                at=self._clock(),
                outcome=outcome,
                error=error,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost=cost,
            )

    def used_before(self) -> tuple[Spent, Spent]:
        """What this person used today for other questions, and what this request used in an earlier life."""
        with reading(self._databases.read) as connection:
            calls = ModelCalls(connection)
            today = calls.spent(actor=self._actor, day=self._clock())
            mine = calls.of_request(self._request)
        own = Spent(
            questions=1 if mine else 0,
            calls=len(mine),
            tokens_in=sum(call.tokens_in for call in mine),
            tokens_out=sum(call.tokens_out for call in mine),
            cost=sum((call.cost for call in mine), Decimal(0)),
        )
        others = Spent(
            questions=today.questions - own.questions,
            calls=today.calls - own.calls,
            tokens_in=today.tokens_in - own.tokens_in,
            tokens_out=today.tokens_out - own.tokens_out,
            cost=today.cost - own.cost,
        )
        return others, own

    def stop_wished(self, conversation: str, since: datetime) -> bool:
        """Whether the asker has pressed Stop in this conversation since then."""
        with reading(self._databases.read) as connection:
            return StopWishes(connection).since(conversation, self._actor, since)
