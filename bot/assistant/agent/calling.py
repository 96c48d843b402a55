"""Around every call of the model (调用关口): limits, writing down, trying again, another model; LangChain's middleware.

The run travels as the agent's context. It is made by our code, checked once at the entry, and no message can reach it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.assistant.agent.bench import Bench
from bot.assistant.agent.budget import Budget
from bot.assistant.agent.errors import AgentError, ModelUnavailable
from bot.assistant.agent.journal import Journal
from bot.assistant.agent.models import Models, estimate_tokens, reading_of, retry_after
from store.canonical import digest

if TYPE_CHECKING:
    from langchain.agents.middleware import AgentMiddleware
    from langchain_core.callbacks import BaseCallbackHandler

log = logging.getLogger(__name__)

#: The longest pause between two tries, in seconds; a provider that asks for more is given up.
_LONGEST_PAUSE = 8.0


@dataclass(slots=True)
class Run:
    """What one run of the agent carries, unseen by the model. `names` are the models to try, in order."""

    bench: Bench
    budget: Budget
    journal: Journal
    models: Models
    names: tuple[str, ...]
    prompts: Mapping[str, str]
    #: The model that answered last.
    used: str = ""
    #: Calls and arguments of the model that could not be used.
    misfits: int = 0


def gate() -> AgentMiddleware:
    """The middleware that lets a call through only when it may leave and is written down."""
    from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse

    class Gate(AgentMiddleware):
        """Every call of the model goes through here."""

        def wrap_model_call(
            self, request: ModelRequest, handler: Callable[[ModelRequest], ModelResponse]
        ) -> ModelResponse:
            run: Run = request.runtime.context
            messages = (
                [request.system_message, *request.messages] if request.system_message else request.messages
            )
            sent = plain_messages(messages)
            failure: AgentError = ModelUnavailable("no model is set")
            for name in run.names:
                chosen = request.override(model=run.models.chat(name))
                try:
                    response = tried(
                        run.budget,
                        run.journal,
                        run.prompts,
                        name,
                        sent,
                        lambda chosen=chosen: handler(chosen),
                        spoken=_spoken,
                    )
                    run.used = name
                    return response
                except ModelUnavailable as gone:
                    failure = gone
                except AgentError as wrong:
                    if wrong.word != "missetting":
                        raise
                    log.error("%s: %s", name, wrong)
                    failure = wrong
            raise failure

    return Gate()


def tried(
    budget: Budget,
    journal: Journal,
    prompts: Mapping[str, str],
    name: str,
    sent: Sequence[dict[str, Any]],
    call: Callable[[], Any],
    *,
    spoken: Callable[[Any], Any] = lambda response: response,
) -> Any:
    """Call one model as often as policy allows, each call written down first; raises an `AgentError`.

    `spoken` finds the model's own message in what `call` gives.
    """
    tokens = estimate_tokens("".join(message["text"] for message in sent))
    for attempt in range(1, budget.limits.attempts + 1):
        budget.check(name, tokens)
        budget.begin_call()
        identity = journal.sending(name, prompts, sent)
        try:
            response = call()
            if not _is_whole(spoken(response), name):
                raise ModelUnavailable("the answer was cut off")
        except Exception as failure:
            wrong = reading_of(failure)
            outcome = "stopped" if wrong.word == "stopped" else "failed"
            journal.ended(identity, outcome, error=_kind(failure))
            pause = retry_after(failure)
            pause = 0.5 * 2 ** (attempt - 1) if pause is None else pause
            last = attempt == budget.limits.attempts or pause > min(_LONGEST_PAUSE, budget.left)
            if not isinstance(wrong, ModelUnavailable) or last:
                raise wrong from failure
            log.warning("%s failed (%s); trying again in %.1f s", name, wrong, pause)
            _wait(budget, pause)
            continue
        used = _usage(spoken(response), tokens)
        cost = budget.end_call(name, *used)
        journal.ended(identity, "done", tokens_in=used[0], tokens_out=used[1], cost=cost)
        return response
    raise AssertionError("the loop returns or raises")


def _spoken(response: Any) -> Any:
    """The model's own message; behind a filled-in form stands our receipt for it."""
    return next(message for message in response.result if message.type == "ai")


def _is_whole(message: Any, name: str) -> bool:
    """Whether the provider says that the model had finished.

    Half of a tool's arguments, closed by the client, are a valid call with half of a sentence in it: only the reason
    to finish tells (observed with streams of langchain-openai 1.7.3 that end early or at the limit of tokens).
    """
    told = getattr(message, "response_metadata", None) or {}
    reason = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
    if reason is None:
        return not name.startswith("openai:")
    return str(reason).lower() not in ("length", "max_tokens", "content_filter", "safety", "incomplete")


def _kind(failure: Exception) -> str:
    """The class of an error; its text is from outside and is kept nowhere."""
    status = getattr(failure, "status_code", None)
    return f"{type(failure).__name__} {status}" if status else type(failure).__name__


def _wait(budget: Budget, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        budget.alive()
        time.sleep(min(left, 0.1))


def _usage(message: Any, estimated: int) -> tuple[int, int]:
    """Tokens in and out as the provider counts them, else as we estimate."""
    usage = getattr(message, "usage_metadata", None)
    if usage:
        return int(usage.get("input_tokens") or estimated), int(usage.get("output_tokens") or 0)
    written = str(message.text) + str(getattr(message, "tool_calls", ""))
    return estimated, estimate_tokens(written)


def plain_messages(messages: Sequence[Any]) -> list[dict[str, Any]]:
    """Messages as plain JSON: who speaks, the text, which tools were called with which arguments."""
    import json

    told = []
    for message in messages:
        calls = [
            {"name": call["name"], "arguments": json.dumps(call["args"], ensure_ascii=False, default=str)}
            for call in getattr(message, "tool_calls", None) or ()
        ]
        told.append({"role": message.type, "text": str(message.text), **({"calls": calls} if calls else {})})
    return told


def tools_hash(tools: Sequence[Any]) -> str:
    """A short hash over names, descriptions and arguments of the tools, which are part of what is sent."""
    return digest([[tool.name, tool.description, tool.args_schema.model_json_schema()] for tool in tools])[
        :12
    ]


def watchman(budget: Budget) -> BaseCallbackHandler:
    """Ends a call in the middle of its stream when nobody waits for it any more."""
    from langchain_core.callbacks import BaseCallbackHandler

    class Watchman(BaseCallbackHandler):
        """Looks at the clock and at Stop with every piece that arrives."""

        raise_error = True
        run_inline = True

        def on_llm_new_token(self, token: str, **_: Any) -> None:
            budget.alive()

    return Watchman()
