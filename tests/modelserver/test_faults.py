"""The scripted model, wrong: errors, stalls, broken lines and its going away, through LangChain's real client."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.modelserver.policies import in_turn
from tests.modelserver.replies import (
    Call,
    Cut,
    Drip,
    Fail,
    Garbage,
    Hangup,
    RawCall,
    Reply,
    Say,
    Stall,
    ToolUse,
)
from tests.modelserver.server import ModelServer

Client = Callable[..., Any]

LONG = Say("华南重工 2025 年营业收入为 36.42 亿元，净利润 1.08 亿元 [1]。")


def ask(model: Any, streamed: bool) -> Any:
    """The answer, whole or put together from its stream."""
    if not streamed:
        return model.invoke("?")
    chunks = list(model.stream("?"))
    return sum(chunks[1:], chunks[0])


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (404, "NotFoundError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
    ],
)
def test_an_error_is_the_clients_own_kind_of_error(
    server: ModelServer, chat: Client, openai: Any, status: int, error: str, streamed: bool
) -> None:
    server.policy = in_turn(Fail(status, "额度不足"))
    with pytest.raises(getattr(openai, error), match="额度不足") as caught:
        ask(chat(), streamed)
    assert caught.value.status_code == status


def test_the_client_waits_as_long_as_it_is_told_and_asks_again(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Fail(429, "slow down", retry_after=0.2), Say("now"))
    assert chat(max_retries=1).invoke("?").content == "now"
    first, second = server.chats
    assert 0.19 < (second.at - first.at).total_seconds() < 5


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("reply", [LONG, Call(ToolUse("search", {"query": "华南重工", "limit": 10}))])
def test_a_dropped_connection_is_an_error_and_no_short_answer(
    server: ModelServer, chat: Client, openai: Any, reply: Reply, streamed: bool
) -> None:
    for after in (0, 3, 10_000):
        server.policy = in_turn(Cut(reply, after_events=after))
        with pytest.raises((openai.APIConnectionError, httpx.TransportError)):
            ask(chat(), streamed)


def test_a_stream_that_is_cut_gives_what_came_before(server: ModelServer, chat: Client, openai: Any) -> None:
    server.policy = in_turn(Cut(LONG, after_events=4))
    came: list[str] = []
    with pytest.raises((openai.APIConnectionError, httpx.TransportError)):
        came.extend(chunk.content for chunk in chat().stream("?"))
    assert "".join(came) == LONG.text[:12]


def test_a_stream_that_ends_properly_but_early_lacks_only_the_reason(
    server: ModelServer, chat: Client
) -> None:
    server.policy = in_turn(Cut(LONG, after_events=8, how="end"))
    said = ask(chat(), True)
    assert said.content == LONG.text[:28]
    assert "finish_reason" not in said.response_metadata
    with pytest.raises(ValueError, match=r"JSON|Expecting|delimiter|[Uu]nterminated"):
        chat().invoke("?")


def test_arguments_that_are_cut_in_a_stream_are_completed_by_the_client(
    server: ModelServer, chat: Client
) -> None:
    """What a caller must know: only the reason to finish tells these from what the model meant to ask."""
    whole = '{"customer": "C-1024", "query": "三项未决诉讼以及担保"}'
    cuts = (
        (RawCall("search", whole[:34], finish="length"), "length", "三"),
        (Cut(RawCall("search", whole), after_events=7, how="end"), None, "三项未决诉讼以"),
    )
    for reply, finish, query in cuts:
        server.policy = in_turn(reply)
        said = ask(chat(), True)
        assert [call["args"] for call in said.tool_calls] == [{"customer": "C-1024", "query": query}]
        assert said.response_metadata.get("finish_reason") == finish


@pytest.mark.parametrize("streamed", [False, True])
def test_an_error_within_the_stream(server: ModelServer, chat: Client, openai: Any, streamed: bool) -> None:
    server.policy = in_turn(Cut(LONG, how="error"))
    with pytest.raises(openai.APIError, match="failed while it answered"):
        ask(chat(), streamed)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    "content", [b"<html>502 Bad Gateway</html>", b"", b"data: {oops\n\n", b"\xff\xfe\x00"]
)
def test_garbage_is_an_error_of_some_kind(
    server: ModelServer, chat: Client, content: bytes, streamed: bool
) -> None:
    server.policy = in_turn(Garbage(content))
    with pytest.raises(Exception) as caught:
        ask(chat(), streamed)
    assert not isinstance(caught.value, AssertionError)
    assert (
        httpx.post(
            f"{server.url}/chat/completions", json={"messages": [{"role": "user"}], "stream": streamed}
        ).content
        == content
    )


def test_a_connection_that_is_closed_without_a_word(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Hangup(), Say("again"))
    assert chat(max_retries=1).invoke("?").content == "again"


@pytest.mark.parametrize("streamed", [False, True])
def test_a_stalling_model_runs_into_the_clients_time_limit(
    server: ModelServer, chat: Client, openai: Any, streamed: bool
) -> None:
    server.policy = in_turn(Stall(60, LONG))
    began = time.monotonic()
    with pytest.raises((openai.APITimeoutError, httpx.TimeoutException)):
        ask(chat(timeout=0.3), streamed)
    server.wait_for_abandoned(1, timeout=2)
    assert time.monotonic() - began < 5


def test_a_stream_may_stall_in_its_middle(server: ModelServer, chat: Client, openai: Any) -> None:
    server.policy = in_turn(Stall(60, LONG, after_events=5))
    came: list[str] = []
    with pytest.raises((openai.APITimeoutError, httpx.TimeoutException)):
        came.extend(chunk.content for chunk in chat(timeout=0.3).stream("?"))
    assert "".join(came) == LONG.text[:16]
    server.wait_for_abandoned(1, timeout=2)


def test_after_a_short_stall_the_answer_is_whole(server: ModelServer, chat: Client) -> None:
    for stalled in (Stall(0.1, LONG), Stall(0.1, LONG, after_events=3)):
        server.policy = in_turn(stalled)
        for streamed in (False, True):
            began = time.monotonic()
            assert ask(chat(), streamed).content == LONG.text
            assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("streamed", [False, True])
def test_a_dripping_model_outlasts_every_read_time_limit(
    server: ModelServer, chat: Client, streamed: bool
) -> None:
    server.policy = in_turn(Drip(LONG, pause=0.06))
    began = time.monotonic()
    assert ask(chat(timeout=0.6), streamed).content == LONG.text
    assert time.monotonic() - began > 0.6


def test_who_stops_reading_a_stream_is_seen_to_leave(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Stall(60, LONG, after_events=3))
    stream = chat().stream("?")
    assert next(stream) is not None
    stream.close()
    [left] = server.wait_for_abandoned(1)
    assert left == server.chats[0]


def test_stopping_ends_every_stall_at_once_and_the_model_is_gone(
    server: ModelServer, chat: Client, openai: Any
) -> None:
    server.policy = in_turn(Stall(60, LONG))
    ends: list[BaseException] = []

    def wait_for_answer() -> None:
        try:
            chat().invoke("?")
        except openai.APIConnectionError as error:
            ends.append(error)

    clients = [threading.Thread(target=wait_for_answer) for _ in range(3)]
    for client in clients:
        client.start()
    server.wait_for_requests(3)
    began = time.monotonic()
    server.stop()
    for client in clients:
        client.join(5)
    assert time.monotonic() - began < 2
    assert len(ends) == 3
    assert server.abandoned == []  # it was the server that left
    with pytest.raises(openai.APIConnectionError):
        chat().invoke("?")

    server.policy = in_turn(Say("back"))
    server.start()
    assert chat().invoke("?").content == "back"


def test_spoiled_replies_nest(server: ModelServer, chat: Client, openai: Any) -> None:
    server.policy = in_turn(
        Stall(0.05, Cut(Drip(LONG, 0.01), after_events=2)), Stall(0.05, Fail(503, "full"))
    )
    with pytest.raises((openai.APIConnectionError, httpx.TransportError)):
        ask(chat(), True)
    with pytest.raises(openai.InternalServerError, match="full"):
        chat().invoke("?")


def test_a_task_that_is_cancelled_breaks_its_connection(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Stall(60, LONG))

    async def ask_and_stop() -> None:
        task = asyncio.create_task(chat().ainvoke("?"))
        await asyncio.to_thread(server.wait_for_requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask_and_stop())
    assert len(server.wait_for_abandoned(1)) == 1


def test_embeddings_can_fail_too(server: ModelServer, embeddings: Any, openai: Any) -> None:
    server.embedding_fault = Fail(429, "slow down")
    with pytest.raises(openai.RateLimitError):
        embeddings.embed_query("x")
    server.embedding_fault = None
    assert len(embeddings.embed_query("x")) == 64
