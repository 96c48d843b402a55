"""The assistant as a service (问答服务): `answer` reads; with a model it also writes down what it sends to it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.assistant.answer import Answer, Question
from bot.assistant.conversation import Act
from bot.assistant.draft import Draft, note, render
from bot.assistant.keeping import keep
from bot.assistant.planning import Understanding, answer_question, grasp
from bot.assistant.reading import Directories, StoreSources
from bot.assistant.sources import Sources
from bot.assistant.standards import Standards
from prompts.phrasebook import Phrasebook
from store.access import Permission
from store.engine import Databases, reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.assistant.agent.colleague import Cast, Colleague, Watcher
    from bot.assistant.agent.models import Models
    from knowledge.library import Library

log = logging.getLogger(__name__)


class Assistant:
    """Answers questions over the store and the library; `library` None leaves the texts out."""

    def __init__(
        self,
        databases: Databases,
        library: Library | None,
        *,
        policy: Any,
        clock: Callable[[], datetime],
        models: tuple[Models, Cast] | None = None,
    ) -> None:
        """`models` are those that answer; without any the built-in grammar does."""
        self._databases = databases
        self._library = library
        self._policy = policy
        self._clock = clock
        self._standards = Standards.of(policy)
        answers = getattr(policy, "answers", None)
        self._memory = timedelta(hours=getattr(answers, "memory_hours", 72))
        self._directories = Directories()
        self._models = models
        self._colleague: Colleague | None = None

    @property
    def has_model(self) -> bool:
        """Whether a model answers first."""
        return self._models is not None

    def answer(
        self, question: Question, *, watcher: Watcher | None = None, with_model: bool | None = None
    ) -> Answer:
        """The answer; without a model deterministic for one state of the store, and nothing is written.

        `with_model` False leaves the model out. Raises StoreBusy or StoreDamaged; whatever the question holds is
        answered.
        """
        if self._models is not None and with_model is not False and question.viewer.may(Permission.ASK):
            with self._sources(question.now) as sources:
                grasped = grasp(question, sources)
            if _is_for_a_model(grasped):
                return self._by_model(question, grasped, watcher)
        return self._by_grammar(question)

    def keep(self, answer: Answer, *, also: Callable[[Connection, Answer], None] | None = None) -> Answer:
        """Keep the answer and write the ledger, in one unit of work; the same question id is kept once."""
        return keep(answer, self._databases, self._clock, also=also)

    def _by_grammar(self, question: Question) -> Answer:
        with self._sources(question.now) as sources:
            return answer_question(question, sources, self._standards)

    def _by_model(self, question: Question, grasped: Understanding, watcher: Watcher | None) -> Answer:
        """The model's answer; where it gives none, the grammar's with a word about it."""
        from bot.assistant.agent.errors import AgentError, Stopped

        try:
            answer = self._with_model().answer(question, grasped, watcher)
        except Stopped:
            return self._stopped(question, grasped)
        except AgentError as wrong:
            log.warning("question %s is answered without the model: %s", question.id, wrong)
            return replace(self._with_a_word(self._by_grammar(question), wrong.word), usage=wrong.usage)
        if answer.clarify or any(item.kind != "search" for item in answer.evidence):
            return answer
        # Nothing found by the model: the grammar may know, and it knows whom to ask back.
        plain = self._by_grammar(question)
        stated = any(item.kind != "search" for item in plain.evidence)
        better = plain if stated or plain.clarify or plain.refused or not answer.text.strip() else answer
        return replace(better, usage=answer.usage)

    def _with_a_word(self, answer: Answer, word: str) -> Answer:
        """The grammar's answer, with one sentence that says why it is not the model's."""
        said = Phrasebook.nearest(answer.language)[f"agent.fallback.{word}"]
        answer.versions["fallback"] = word
        return replace(answer, text=f"{answer.text}\n\n_{said}_")

    def _stopped(self, question: Question, grasped: Understanding) -> Answer:
        request = grasped.request
        assert request is not None
        book = Phrasebook(request.language)
        draft = Draft((note(book["agent.fallback.stopped"]),))
        text = render(draft, book, offer=False).text
        versions = {"policy": self._standards.version, "fallback": "stopped"}
        return Answer(question, book.language, text, versions=versions, focus=grasped.focus)

    def _with_model(self) -> Colleague:
        if self._colleague is None:
            from bot.assistant.agent.colleague import Colleague

            assert self._models is not None
            models, cast = self._models
            self._colleague = Colleague(
                self._databases,
                models,
                cast,
                self._policy.model,
                self._standards,
                self._sources,
                clock=self._clock,
            )
        return self._colleague

    def warm(self) -> None:
        """Import what a model needs, which takes seconds, before the first question comes."""
        if self._models is not None:
            models, cast = self._models
            models.warm(cast.names[0])
            self._with_model()

    @contextmanager
    def _sources(self, now: datetime) -> Iterator[Sources]:
        with reading(self._databases.read) as connection:
            yield StoreSources(connection, self._library, self._directories, now=now, memory=self._memory)


def _is_for_a_model(grasped: Understanding) -> bool:
    """Opening a source, explaining an answer and help are the grammar's; everything else is a model's first."""
    request = grasped.request
    return request is not None and request.act is Act.ANSWER and request.topic != "help"
