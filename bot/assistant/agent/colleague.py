"""The colleague with a model (模型同事): from a question to a guarded answer through LangChain's agent.

The agent reads through tools and fills in a form; everything else is ours: who asks, what may be seen, what may be
spent, what was read, and which sentences may leave. It keeps no state: what it is reminded of comes from the store.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.assistant.agent.bench import Bench, narrowed
from bot.assistant.agent.budget import Budget
from bot.assistant.agent.calling import Run, gate, tools_hash, watchman
from bot.assistant.agent.errors import AgentError, BadReply, Withheld
from bot.assistant.agent.journal import Journal
from bot.assistant.agent.judging import judge
from bot.assistant.agent.masking import Mask
from bot.assistant.agent.memory import recollect
from bot.assistant.agent.models import Models
from bot.assistant.agent.reply import reply_schema
from bot.assistant.agent.toolbox import build_tools
from bot.assistant.answer import Answer, Question
from bot.assistant.planning import Planned, Understanding, finish, tools_for
from bot.assistant.sources import Sources, Turn
from bot.assistant.standards import Standards
from prompts.instructions import Instruction, load_instruction
from prompts.phrasebook import Phrasebook
from store.access import Permission, authorize
from store.engine import Databases
from store.policy.types import ModelSection

if TYPE_CHECKING:
    from langchain_core.messages import HumanMessage

log = logging.getLogger(__name__)

#: Seconds between two looks at Stop and the clock.
_LOOK = 0.2
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
        reply = self._ask(run, self._system(instruction, bench, book), self._messages(bench, grasped), tools)
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

    def _system(self, instruction: Instruction, bench: Bench, book: Phrasebook) -> str:
        viewer = bench.question.viewer
        place = "private" if viewer.audience.private else "shared"
        from bot.assistant.agent.arithmetic import OPERATIONS
        from bot.assistant.agent.material import PARTS

        return instruction.fill(
            today=bench.tools.today.isoformat(),
            role=book[f"slack.role.{viewer.role.value}"],
            place=book[f"agent.place.{place}"],
            fence=bench.fence,
            parts=", ".join(f"{part} ({bench.part_label(part)})" for part in PARTS),
            calculations=", ".join(OPERATIONS),
        )

    def _messages(self, bench: Bench, grasped: Understanding) -> list[HumanMessage]:
        """What the model is reminded of, as material, and the question."""
        from langchain_core.messages import HumanMessage

        mine = [
            turn for turn in reversed(grasped.turns[: self._limits.turns]) if _is_of(turn, bench.question)
        ]
        told = recollect(
            [turn.whole for turn in mine], bench.classes, characters=self._limits.turn_characters
        )
        messages = []
        if told:
            messages.append(HumanMessage(bench.say({"earlier_turns": told})))
        messages.append(HumanMessage(bench.mask.hide(bench.question.text)))
        return messages

    def _ask(self, run: Run, system: str, messages: list[HumanMessage], tools: tuple[Any, ...]) -> Any:
        """The form that the model filled in. It works in a thread of its own, which is left alone when time is up."""
        done: queue.Queue[Any] = queue.Queue()

        def work() -> None:
            try:
                done.put(_invoke(run, system, messages, tools))
            except BaseException as failure:  # noqa: BLE001 - handed over to the thread that waits
                done.put(failure)

        threading.Thread(target=work, name=f"model-{run.bench.question.id[-8:]}", daemon=True).start()
        try:
            while True:
                try:
                    found = done.get(timeout=_LOOK)
                    break
                except queue.Empty:
                    run.budget.alive()
        finally:
            run.budget.over = True
        if isinstance(found, AgentError):
            raise found
        if isinstance(found, BaseException):
            log.error("the agent broke", exc_info=found)
            raise BadReply(f"the agent broke ({type(found).__name__})") from found
        return found


def _invoke(run: Run, system: str, messages: list[HumanMessage], tools: tuple[Any, ...]) -> Any:
    from langchain.agents import create_agent
    from langchain.agents.structured_output import ToolStrategy

    book = run.bench.book

    def explain(wrong: Exception) -> str:
        run.misfits += 1
        return book.say("tools.unusable.not_a_form", reason=type(wrong).__name__)

    agent = create_agent(
        model=run.models.chat(run.names[0]),
        tools=list(tools),
        system_prompt=system,
        middleware=[gate()],
        response_format=ToolStrategy(
            reply_schema(book.language), tool_message_content="ok", handle_errors=explain
        ),
        context_schema=Run,
    )
    limits = run.budget.limits
    result = agent.invoke(
        {"messages": messages},
        context=run,
        config={
            "callbacks": [watchman(run.budget)],
            "recursion_limit": 4 * (limits.calls + limits.tool_uses) + 10,
        },
    )
    reply = result.get("structured_response")
    if reply is None:
        raise BadReply("the model gave no form")
    return reply


def _is_of(turn: Turn, question: Question) -> bool:
    return turn.whole.get("actor") == question.viewer.actor


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
