"""From a reply to what goes over the line: a head, pieces of body, pauses, and perhaps a break.

The shapes are those of the OpenAI API's reference for chat completions and their streams.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .received import Received, all_text
from .replies import Call, Cut, Drip, Empty, Fail, Garbage, Hangup, Length, RawCall, Reply, Say, Spoken, Stall
from .tokens import tokens

#: Characters a delta of words, characters a fragment of arguments, bytes a piece of a JSON body.
DELTA, FRAGMENT, PIECE = 4, 8, 32

_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded", 500: "server_error", 503: "overloaded"}


@dataclass(frozen=True)
class Head:
    """Status and headers; without a length the body is chunked. The last `tail` pieces make it complete."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    tail: int = 1


@dataclass(frozen=True)
class Pause:
    """Nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Break:
    """The connection ends here."""


Part = Head | Pause | Break | bytes


def parts(reply: Reply, received: Received) -> list[Part]:
    """What to send, in order."""
    streamed = isinstance(received.body, dict) and bool(received.body.get("stream"))
    match reply:
        case Fail():
            headers = {} if reply.retry_after is None else {"Retry-After": f"{reply.retry_after:g}"}
            return document(_error(reply), status=reply.status, headers=headers)
        case Garbage():
            kind = "text/event-stream" if streamed else "application/json"
            head = Head(200, {"Content-Type": kind}, None if streamed else len(reply.content))
            return [head, *_pieces(reply.content)]
        case Hangup():
            return [Break()]
        case Stall():
            return _stall(reply, parts(reply.then, received))
        case Cut():
            if reply.how == "error" and not streamed:
                return parts(Fail(500, "The model failed while it answered."), received)
            return _cut(reply, parts(reply.reply, received))
        case Drip():
            spoiled: list[Part] = []
            for part in parts(reply.reply, received):
                spoiled += [Pause(reply.pause), part] if isinstance(part, bytes) else [part]
            return spoiled
        case Say() | Call() | RawCall() | Empty() | Length():
            return _stream(reply, received) if streamed else document(_completion(reply, received))
    raise TypeError(f"A policy gave {reply!r}, which is no reply.")


def document(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> list[Part]:
    """A JSON document with its length."""
    encoded = json.dumps(content).encode()
    head = Head(status, {"Content-Type": "application/json", **(headers or {})}, len(encoded))
    return [head, *_pieces(encoded)]


def _completion(reply: Spoken, received: Received) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": _words(reply), "refusal": None}
    if calls := _calls(reply, received):
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(reply)}
    return _envelope("chat.completion", received) | {"choices": [choice], "usage": _usage(reply, received)}


def _stream(reply: Spoken, received: Received) -> list[Part]:
    with_usage = bool((received.body.get("stream_options") or {}).get("include_usage"))
    envelope = _envelope("chat.completion.chunk", received) | ({"usage": None} if with_usage else {})

    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(envelope | {"choices": [choice]})

    ending = [event({}, _finish(reply))]
    if with_usage:
        ending.append(_event(envelope | {"choices": [], "usage": _usage(reply, received)}))
    ending.append(b"data: [DONE]\n\n")
    head = Head(200, {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}, tail=len(ending))
    return [head, *(event(delta) for delta in _deltas(reply, received)), *ending]


def _deltas(reply: Spoken, received: Received) -> Iterator[dict[str, Any]]:
    words, calls = _words(reply), _calls(reply, received)
    yield {"role": "assistant", "content": None if calls and words is None else ""}
    for start in range(0, len(words or ""), DELTA):
        yield {"content": (words or "")[start : start + DELTA]}
    for index, call in enumerate(calls):
        text = call["function"]["arguments"]
        function = {"name": call["function"]["name"], "arguments": ""}
        yield {"tool_calls": [{"index": index} | call | {"function": function}]}
        for start in range(0, len(text), FRAGMENT):
            fragment = {"arguments": text[start : start + FRAGMENT]}
            yield {"tool_calls": [{"index": index, "function": fragment}]}


def _stall(stall: Stall, whole: list[Part]) -> list[Part]:
    if stall.after_events is None:
        return [Pause(stall.seconds), *whole]
    place = _place(whole, stall.after_events)
    return [*whole[:place], Pause(stall.seconds), *whole[place:]]


def _cut(cut: Cut, whole: list[Part]) -> list[Part]:
    head = next((part for part in whole if isinstance(part, Head)), None)
    if head is None:
        return whole
    bodies = sum(isinstance(part, bytes) for part in whole)
    kept = whole[: _place(whole, max(0, min(cut.after_events, bodies - head.tail)))]
    if cut.how == "drop" or (cut.how == "error" and head.length is not None):
        return [*kept, Break()]
    if cut.how == "error":
        return [*kept, _event(_error(Fail(500, "The model failed while it answered.")))]
    length = None if head.length is None else sum(len(part) for part in kept if isinstance(part, bytes))
    return [replace(part, length=length) if isinstance(part, Head) else part for part in kept]


def _place(whole: list[Part], events: int) -> int:
    """Where so many pieces of the body have passed, the head in any case."""
    place = next((index + 1 for index, part in enumerate(whole) if isinstance(part, Head)), len(whole))
    while events and place < len(whole):
        events -= isinstance(whole[place], bytes)
        place += 1
    return place


def _words(reply: Spoken) -> str | None:
    return reply.text if isinstance(reply, Say | Length | Call) else None


def _calls(reply: Spoken, received: Received) -> list[dict[str, Any]]:
    uses: list[tuple[str, str]] = []
    if isinstance(reply, RawCall):
        uses = [(reply.name, reply.arguments_text)]
    elif isinstance(reply, Call):
        uses = [
            (use.name, use.arguments)
            if isinstance(use.arguments, str)
            else (use.name, json.dumps(use.arguments, ensure_ascii=False))
            for use in reply.uses
        ]
    return [
        {
            "id": f"call_{received.number}_{index}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for index, (name, arguments) in enumerate(uses)
    ]


def _finish(reply: Spoken) -> str:
    if isinstance(reply, Length):
        return "length"
    if isinstance(reply, RawCall):
        return reply.finish
    return "tool_calls" if isinstance(reply, Call) else "stop"


def _usage(reply: Spoken, received: Received) -> dict[str, int]:
    given = reply.usage
    prompt = given.prompt if given and given.prompt is not None else tokens(all_text(received))
    functions = [call["function"] for call in _calls(reply, received)]
    spoken = (_words(reply) or "") + "".join(each["name"] + each["arguments"] for each in functions)
    completion = given.completion if given and given.completion is not None else tokens(spoken)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _envelope(kind: str, received: Received) -> dict[str, Any]:
    created = int(received.at.timestamp())
    model = received.body.get("model", "")
    return {"id": f"chatcmpl-{received.number}", "object": kind, "created": created, "model": model}


def _error(fail: Fail) -> dict[str, Any]:
    kind = "server_error" if fail.status >= 500 else "invalid_request_error"
    code = fail.code or _CODES.get(fail.status)
    return {"error": {"message": fail.message, "type": kind, "param": None, "code": code}}


def _event(content: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"


def _pieces(content: bytes) -> list[bytes]:
    return [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
