"""One run of LangChain's agent (智能体运行), in a thread that is left alone when time is up or Stop is pressed."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Any

from bot.assistant.agent.calling import Run, gate, watchman
from bot.assistant.agent.errors import AgentError, BadReply
from bot.assistant.agent.reply import reply_schema

if TYPE_CHECKING:
    from langchain_core.messages import HumanMessage

log = logging.getLogger(__name__)

#: Seconds between two looks at Stop and the clock.
_LOOK = 0.2


def run_agent(run: Run, system: str, messages: list[HumanMessage], tools: tuple[Any, ...]) -> Any:
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
