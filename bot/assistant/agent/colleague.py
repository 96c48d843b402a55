"""The colleague with a model (模型同事): from a question to a guarded answer through LangChain's agent.

The agent reads through tools and fills in a form; everything else is ours: who asks, what may be seen, what may be
spent, what was read, and which sentences may leave. It keeps no state: what it is reminded of comes from the store.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.assistant.agent.bench import Bench, narrowed
from bot.assistant.agent.briefing import opening_messages, system_text
from bot.assistant.agent.budget import Budget
from bot.assistant.agent.calling import Run, tools_hash
from bot.assistant.agent.errors import AgentError, Withheld
from bot.assistant.agent.journal import Journal
from bot.assistant.agent.judging import judge
from bot.assistant.agent.masking import Mask
from bot.assistant.agent.models import Models
from bot.assistant.agent.running import run_agent
from bot.assistant.agent.toolbox import build_tools
from bot.assistant.answer import Answer, Question
from bot.assistant.drafting import Planned, tools_for
from bot.assistant.planning import Understanding, finish
from bot.assistant.sources import Sources
from bot.assistant.standards import Standards
from prompts.instructions import load_instruction
from prompts.phrasebook import Phrasebook
from store.access import Permission, authorize
from store.engine import Databases
from store.policy.model import ModelSection

INSTRUCTION = "colleague"


class Watcher(Protocol):
    """Whoever shows the asker how far an answer is."""

    def step(self, text: str) -> None:
        """Something is being read; `text` is ours and in the language of the question."""
        ...


@dataclass(frozen=True, slots=True)
class Cast:
    """The models of an installation: those to try in order, and the one for what these may not see."""

    names: tuple[str, ...]
    local: str | None = None


class Colleague:
    """Answers with a model, or raises an `AgentError` that says why not."""

    def __init__(
        self,
        databases: Databases,
        models: Models,
        cast: Cast,
        limits: ModelSection,
        standards: Standards,
        open_sources: Callable[[datetime], AbstractContextManager[Sources]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`open_sources` gives the sources of one reading, as of the clock of a question."""
        self._databases = databases
        self._models = models
        self._cast = cast
        self._limits = limits
        self._standards = standards
        self._open_sources = open_sources
        self._clock = clock

    def answer(self, question: Question, grasped: Understanding, watcher: Watcher | None = None) -> Answer:
        """The guarded answer, with what it used; an answer without a claim is the caller's to replace."""
        authorize(question.viewer, Permission.ASK)
        assert grasped.request is not None
        journal = Journal(
            self._databases, self._clock, request=question.id, actor=question.viewer.actor, purpose="answer"
        )
        budget = self._budget(question, journal)
        try:
            try:
                return self._run(question, grasped, watcher, journal, budget, self._first())
            except Withheld:
                local = self._cast.local
                if local is None or local in self._cast.names:
                    raise
                return self._run(question, grasped, watcher, journal, budget, (local,))
        except AgentError as wrong:
            wrong.usage = usage_of(self._cast.names[0], budget)
            raise

    def _first(self) -> tuple[str, ...]:
        """The models to try: one that may see less than the first cannot stand in for it."""
        first = self._limits.classes_for(self._cast.names[0])
        return tuple(name for name in self._cast.names if first <= self._limits.classes_for(name))

    def _budget(self, question: Question, journal: Journal) -> Budget:
        before, used = journal.used_before()
        asked_at, conversation = datetime.now(UTC), question.conversation

        def stopped() -> bool:
            return bool(conversation) and journal.stop_wished(conversation, asked_at)

        return Budget(self._limits, before, used, stopped)

    def _run(
        self,
        question: Question,
        grasped: Understanding,
        watcher: Watcher | None,
        journal: Journal,
        budget: Budget,
        names: tuple[str, ...],
    ) -> Answer:
        request = grasped.request
        assert request is not None
        book = Phrasebook(request.language)
        bench = self._bench(question, grasped, book, budget, names[0], watcher)
        instruction = load_instruction(INSTRUCTION, book.language)
        tools = build_tools(book.language)
        prompts = {INSTRUCTION: instruction.label, "tools": tools_hash(tools)}
        budget.over = False  # a local model may go on where the first was given nothing
        run = Run(bench, budget, journal, self._models, names, prompts)
        messages = opening_messages(bench, grasped.turns, self._limits)
        reply = run_agent(run, system_text(instruction, bench), messages, tools)
        with bench.reading():
            judged = judge(reply, bench, grasped)
        answer = finish(
            question,
            request,
            Planned(request, judged.guarded, bench.tools),
            self._standards,
            book,
            grasped.focus,
        )
        answer.versions.update(
            {"model": run.used, **{f"prompt.{key}": text for key, text in prompts.items()}}
        )
        if customers := list(dict.fromkeys(item.customer for item in answer.evidence if item.customer)):
            answer.focus["customers"] = customers
        text = f"{answer.text}\n\n_{book['agent.by_model']}_" if answer.claims else answer.text
        return replace(answer, text=text, usage=usage_of(run.used, budget))

    def _bench(
        self,
        question: Question,
        grasped: Understanding,
        book: Phrasebook,
        budget: Budget,
        model: str,
        watcher: Watcher | None,
    ) -> Bench:
        classes = self._limits.classes_for(model)
        request = grasped.request
        assert request is not None
        narrow = replace(question, viewer=narrowed(question.viewer, classes))
        with self._open_sources(question.now) as sources:
            tools = tools_for(request, grasped.understood, narrow, sources)
        return Bench(
            question=question,
            standards=self._standards,
            book=book,
            classes=classes,
            mask=Mask(frozenset(self._limits.masked)),
            nonce=secrets.token_hex(4),
            budget=budget,
            open_sources=lambda: self._open_sources(question.now),
            tools=tools,
            on_step=watcher.step if watcher is not None else lambda text: None,
        )


def usage_of(model: str, budget: Budget) -> dict[str, Any]:
    """What an answer used, as plain JSON."""
    return {
        "model": model,
        "calls": budget.calls,
        "tokens_in": budget.tokens_in,
        "tokens_out": budget.tokens_out,
        "cost": f"{budget.cost:f}",
        "currency": budget.limits.currency,
        "milliseconds": int((budget.limits.seconds - budget.left) * 1000),
    }
