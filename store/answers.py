"""Answers as they were given, the thread of a conversation, and what people thought of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from store.canonical import mend, mended, plain
from store.codes import take_codes
from store.errors import UnknownSubject
from store.identity import new_id, read_code
from store.schema.answers import answers, feedback


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer in the store: `body` has the shape that every surface prints, `focus` what a follow-up may use."""

    id: UUID
    code: str
    request: str
    conversation: str
    at: datetime
    actor: str
    role: str
    audience: str
    question: str
    body: Mapping[str, Any]
    focus: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person thought of an answer; verdict is good or bad."""

    answer_id: UUID
    actor: str
    verdict: str
    reason: str | None
    at: datetime


class Answers:
    """Keeps answers on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def save(
        self,
        body: Mapping[str, Any],
        *,
        request: str,
        conversation: str,
        at: datetime,
        actor: str,
        role: str,
        audience: str,
        question: str,
        focus: Mapping[str, Any] | None = None,
    ) -> tuple[UUID, str]:
        """Keep an answer and give its key and code; the same `request` again gives those of the first.

        The code is written into the kept body. Append the ledger entry first: its lock makes two savers of one
        request wait for each other.
        """
        known = self.by_request(request)
        if known is not None:
            return known.id, known.code
        identity, code = new_id(), take_codes(self._connection, "Q")[0]
        self._connection.execute(
            answers.insert(),
            {
                "id": identity,
                "code": code,
                "request": request,
                "conversation": conversation,
                "at": at,
                "actor": actor,
                "role": role,
                "audience": audience,
                "question": mended(question),
                "body": plain(mend({**body, "code": code})),
                "focus": plain(mend(focus or {})),
            },
        )
        return identity, code

    def by_id(self, answer_id: UUID) -> KeptAnswer | None:
        """The answer with this key."""
        return self._one(answers.c.id == answer_id)

    def by_code(self, code: str) -> KeptAnswer | None:
        """The answer `Q-7` (also written q7)."""
        canonical = read_code(code, "Q")
        return None if canonical is None else self._one(answers.c.code == canonical)

    def by_request(self, request: str) -> KeptAnswer | None:
        """The answer to this inbox row or command-line call."""
        return self._one(answers.c.request == request)

    def turns(self, conversation: str, limit: int = 6) -> list[KeptAnswer]:
        """The latest turns of a conversation, oldest of them first."""
        query = (
            select(answers)
            .where(answers.c.conversation == conversation)
            .order_by(answers.c.at.desc(), answers.c.id.desc())
            .limit(limit)
        )
        return [_read(row) for row in self._connection.execute(query)][::-1]

    def save_feedback(
        self, answer_id: UUID, *, actor: str, verdict: str, at: datetime, reason: str | None = None
    ) -> bool:
        """Keep what somebody thought of an answer; saying it again replaces it. False when nothing changed.

        Raises ValueError for a verdict other than good or bad, UnknownSubject when there is no such answer.
        """
        if verdict not in ("good", "bad"):
            raise ValueError(f"“{verdict}” is not a verdict; it is good or bad")
        held = select(answers.c.id).where(answers.c.id == answer_id).with_for_update()
        if self._connection.execute(held).scalar() is None:
            raise UnknownSubject("there is no such answer")
        mine = (feedback.c.answer_id == answer_id) & (feedback.c.actor == actor)
        known = self._connection.execute(select(feedback).where(mine)).one_or_none()
        reason = None if reason is None else mended(reason)
        if known is None:
            row = {"id": new_id(), "answer_id": answer_id, "actor": actor}
            self._connection.execute(
                feedback.insert(), {**row, "verdict": verdict, "reason": reason, "at": at}
            )
            return True
        if (known.verdict, known.reason) == (verdict, reason):
            return False
        changed = {"verdict": verdict, "reason": reason, "at": at}
        self._connection.execute(feedback.update().where(mine), changed)
        return True

    def feedback_of(self, answer_id: UUID) -> list[Feedback]:
        """What people thought of an answer, earliest first."""
        query = (
            select(feedback).where(feedback.c.answer_id == answer_id).order_by(feedback.c.at, feedback.c.id)
        )
        return [
            Feedback(row.answer_id, row.actor, row.verdict, row.reason, row.at)
            for row in self._connection.execute(query)
        ]

    def _one(self, condition: Any) -> KeptAnswer | None:
        row = self._connection.execute(select(answers).where(condition)).one_or_none()
        return None if row is None else _read(row)


def _read(row: Row[Any]) -> KeptAnswer:
    return KeptAnswer(
        id=row.id,
        code=row.code,
        request=row.request,
        conversation=row.conversation,
        at=row.at,
        actor=row.actor,
        role=row.role,
        audience=row.audience,
        question=row.question,
        body=row.body,
        focus=row.focus,
    )
