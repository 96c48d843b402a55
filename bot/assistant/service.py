"""The assistant as a service: `answer` only reads (问答服务)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.assistant.answer import Answer, Question
from bot.assistant.keeping import keep
from bot.assistant.planning import answer_question
from bot.assistant.reading import Directories, StoreSources
from bot.assistant.standards import Standards
from store.engine import Databases, reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from knowledge.library import Library


class Assistant:
    """Answers questions over the store and the library; `library` None leaves the texts out."""

    def __init__(
        self,
        databases: Databases,
        library: Library | None,
        *,
        policy: Any,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._library = library
        self._clock = clock
        self._standards = Standards.of(policy)
        answers = getattr(policy, "answers", None)
        self._memory = timedelta(hours=getattr(answers, "memory_hours", 72))
        self._directories = Directories()

    def answer(self, question: Question) -> Answer:
        """The answer, without writing anything; deterministic for one state of the store.

        Raises StoreBusy or StoreDamaged; whatever the question holds is answered.
        """
        with reading(self._databases.read) as connection:
            sources = StoreSources(
                connection, self._library, self._directories, now=question.now, memory=self._memory
            )
            return answer_question(question, sources, self._standards)

    def keep(self, answer: Answer, *, also: Callable[[Connection, Answer], None] | None = None) -> Answer:
        """Keep the answer and write the ledger, in one unit of work; the same question id is kept once."""
        return keep(answer, self._databases, self._clock, also=also)
