"""Keeping an answer (留存): its row and the ledger's entries in one unit of work, once for each question id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from bot.assistant.answer import Answer
from store.answers import Answers
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.ledger import Ledger


def keep(
    answer: Answer,
    databases: Databases,
    clock: Callable[[], datetime],
    *,
    also: Callable[[Connection, Answer], None] | None = None,
) -> Answer:
    """The answer with its key and code; kept again under the same question id, nothing is written.

    The ledger gets one entry for each customer that was looked at, or one without a customer, so that "who looked
    at X" is a plain look-up. The question's text stands in the answers row, not in the ledger. `also` is what must
    happen with it or not at all (the message that carries it); it runs last in the same unit of work.
    """
    with reading(databases.read) as connection:
        known = Answers(connection).by_request(answer.question.id)
    if known is not None:
        return answer.stored_as(known.id, known.code)
    with unit_of_work(databases.write) as connection:
        answers = Answers(connection)
        known = answers.by_request(answer.question.id)
        if known is not None:
            return answer.stored_as(known.id, known.code)
        viewer = answer.question.viewer
        customers = Customers(connection)
        looked = [_found(customers, code) for code in looked_at(answer)]
        identities = [key for key in looked if key is not None]
        ledger = Ledger(connection, clock)
        for customer in identities or [None]:
            ledger.append(
                actor=viewer.actor,
                action="asked",
                customer_id=customer,
                subject=answer.question.id,
                detail={
                    "audience": viewer.audience.name,
                    "conversation": answer.question.conversation,
                    "evidence": len(answer.evidence),
                    "refused": answer.refused is not None,
                    "role": viewer.role.value,
                    **{
                        name: answer.versions[name]
                        for name in ("model", "fallback")
                        if name in answer.versions
                    },
                    "topic": str(answer.focus.get("topic") or ""),
                },
            )
        identity, code = answers.save(
            answer.as_json(),
            request=answer.question.id,
            conversation=answer.question.conversation,
            at=answer.question.now,
            actor=viewer.actor,
            role=viewer.role.value,
            audience=viewer.audience.name,
            question=answer.question.text[:20_000],
            focus=answer.focus,
        )
        kept = answer.stored_as(identity, code)
        if also is not None:
            also(connection, kept)
    return kept


def looked_at(answer: Answer) -> list[str]:
    """The codes of the customers that an answer shows something of."""
    cited = [item.customer for item in answer.evidence if item.customer]
    return list(dict.fromkeys(cited))


def _found(customers: Customers, code: str) -> UUID | None:
    try:
        return customers.by_code(code).id
    except UnknownSubject:
        return None
