"""Whatever a model says: streamed and whole are the same, a cut never looks complete, and nothing shown is hidden."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.modelserver.received import Received, all_text
from tests.modelserver.replies import Call, Cut, Drip, Empty, Length, RawCall, Reply, Say, Stall, ToolUse
from tests.modelserver.tokens import tokens
from tests.modelserver.wire import Break, Head, Part, Pause, parts

_words = st.text(max_size=60)
_arguments = st.dictionaries(
    st.text(max_size=8), st.text(max_size=20) | st.integers() | st.none(), max_size=3
)
_uses = st.builds(ToolUse, st.sampled_from(["search", "dossier"]), _arguments | _words)
spoken = st.one_of(
    st.builds(Say, _words),
    st.builds(Length, _words),
    st.builds(RawCall, st.just("search"), _words, finish=st.sampled_from(["tool_calls", "length"])),
    st.builds(lambda uses, text: Call(*uses, text=text), st.lists(_uses, min_size=1), st.none() | _words),
    st.just(Empty()),
)


def asked(**options: Any) -> Received:
    """A request for a chat completion."""
    body = {"model": "scripted", "messages": [{"role": "user", "content": "问"}]} | options
    return Received("/v1/chat/completions", body, {}, datetime(2026, 11, 21, 9, 0, tzinfo=UTC), 7)


def body_of(sent: list[Part]) -> bytes:
    """What arrives of the body."""
    return b"".join(part for part in sent if isinstance(part, bytes))


def put_together(stream: bytes) -> tuple[str, list[dict[str, Any]], str | None]:
    """Words, calls and reason of a stream, as a client adds them up."""
    words, calls, finish = "", [], None
    for line in stream.decode().split("\n\n"):
        if not line or line == "data: [DONE]":
            continue
        [choice] = json.loads(line.removeprefix("data: "))["choices"]
        delta, finish = choice["delta"], choice["finish_reason"]
        words += delta.get("content") or ""
        for call in delta.get("tool_calls", []):
            if "id" in call:
                calls.append({"id": call["id"], "name": call["function"]["name"], "arguments": ""})
            calls[call["index"]]["arguments"] += call["function"]["arguments"]
    return words, calls, finish


@given(spoken)
def test_streamed_and_whole_say_the_same(reply: Reply) -> None:
    [choice] = json.loads(body_of(parts(reply, asked())))["choices"]
    message = choice["message"]
    calls = [{"id": call["id"], **call["function"]} for call in message.get("tool_calls", [])]
    streamed = put_together(body_of(parts(reply, asked(stream=True))))
    assert streamed == (message["content"] or "", calls, choice["finish_reason"])


@given(
    spoken,
    st.integers(0, 100),
    st.sampled_from(["drop", "end"]),
    st.booleans(),
    st.sampled_from([lambda reply: Stall(0.1, reply), lambda reply: Drip(reply, 0.1)]),
)
def test_a_cut_is_a_beginning_and_never_complete(
    reply: Reply, after: int, how: Any, streamed: bool, spoil: Any
) -> None:
    request = asked(stream=streamed)
    whole = body_of(parts(reply, request))
    sent = parts(Cut(spoil(reply), after_events=after, how=how), request)
    assert whole.startswith(body_of(sent))
    assert any(isinstance(part, Pause) for part in sent) or not after
    assert isinstance(sent[-1], Break) == (how == "drop")
    if streamed:
        assert put_together(body_of(sent))[2] is None
        assert not body_of(sent).endswith(b"data: [DONE]\n\n")
    else:
        with pytest.raises(ValueError, match="line 1"):
            json.loads(body_of(sent))
    if how == "end" and not streamed:
        [head] = [part for part in sent if isinstance(part, Head)]
        assert head.length == len(body_of(sent))


@pytest.mark.parametrize("streamed", [False, True])
def test_arguments_are_json_text_with_chinese_as_itself(streamed: bool) -> None:
    reply = Call(ToolUse("search", {"query": "诉讼"}))
    body = body_of(parts(reply, asked(stream=streamed)))
    if streamed:
        assert put_together(body)[1][0]["arguments"] == '{"query": "诉讼"}'
    else:
        [call] = json.loads(body)["choices"][0]["message"]["tool_calls"]
        assert call["function"]["arguments"] == '{"query": "诉讼"}'


@given(st.text(st.characters(categories=["L", "Nd", "So"]), min_size=1), st.integers(0, 3))
def test_what_was_shown_is_found_at_any_depth_of_json(secret: str, depth: int) -> None:
    text = secret
    for _ in range(depth):
        text = json.dumps({"name": text})
    assert secret in all_text(asked(messages=[{"role": "tool", "content": [{"type": "text", "text": text}]}]))


@given(st.text(max_size=200))
def test_tokens_lie_between_a_quarter_and_all_of_the_characters(text: str) -> None:
    assert len(text) / 4 <= tokens(text) <= len(text)
