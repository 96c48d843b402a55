"""The scripted model, right: what LangChain's real client makes of it, and what a test can see of the requests."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from tests.modelserver.policies import in_turn, looping
from tests.modelserver.received import (
    Received,
    all_text,
    last_tool_results,
    messages,
    question,
    rounds,
    system_text,
    tools_offered,
)
from tests.modelserver.replies import Call, Empty, Length, RawCall, Reply, Say, ToolUse, Usage
from tests.modelserver.server import ModelServer, PolicyError
from tests.modelserver.vectors import vector

Client = Callable[..., Any]

SEARCH = {
    "type": "function",
    "function": {
        "name": "search",
        "description": "Passages about a customer.",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]},
    },
}


class Finding(BaseModel):
    """One statement about a customer."""

    text: str
    evidence: list[str]


def test_a_plain_answer_arrives_whole_and_streamed(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Say("营业收入为 36.42 亿元 [1]。", usage=Usage(prompt=70, completion=9)))
    whole = chat().invoke("营业收入是多少？")
    assert whole.content == "营业收入为 36.42 亿元 [1]。"
    assert whole.response_metadata["finish_reason"] == "stop"
    assert (whole.usage_metadata["input_tokens"], whole.usage_metadata["output_tokens"]) == (70, 9)

    chunks = list(chat(stream_usage=True).stream("营业收入是多少？"))
    assert "".join(chunk.content for chunk in chunks) == whole.content
    assert sum(bool(chunk.content) for chunk in chunks) > 3
    total = sum(chunks[1:], chunks[0])
    assert total.response_metadata["finish_reason"] == "stop"
    assert total.usage_metadata["total_tokens"] == 79
    assert [each.body.get("stream") for each in server.chats] == [None, True] or server.chats[1].body[
        "stream"
    ]


def test_usage_is_streamed_only_when_it_is_asked_for(server: ModelServer) -> None:
    def events(**options: Any) -> list[str]:
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": True} | options
        reply = httpx.post(f"{server.url}/chat/completions", json=body)
        assert reply.headers["content-type"] == "text/event-stream"
        return [line.removeprefix("data: ") for line in reply.text.split("\n\n") if line]

    plain, counted = events(), events(stream_options={"include_usage": True})
    assert plain[-1] == counted[-1] == "[DONE]"
    assert json.loads(plain[0])["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert all("usage" not in json.loads(event) for event in plain[:-1])
    last = json.loads(counted[-2])
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] == 2  # "ready"
    assert all(json.loads(event)["usage"] is None for event in counted[:-2])


def test_usage_counts_each_chinese_character(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Say("该客户有三项未决诉讼"), Say("abcdefgh"))
    assert chat().invoke("问").usage_metadata["output_tokens"] == 10
    assert chat().invoke("问").usage_metadata["output_tokens"] == 2


@pytest.mark.parametrize("streamed", [False, True])
def test_several_tools_in_one_message_come_with_their_arguments(
    server: ModelServer, chat: Client, streamed: bool
) -> None:
    uses = (ToolUse("search", {"query": "华南重工 诉讼"}), ToolUse("search", {"query": "South heavy {}"}))
    server.policy = in_turn(Call(*uses, text="Let me look."))
    model = chat().bind_tools([SEARCH])
    if streamed:
        chunks = list(model.stream("?"))
        assert sum(len(chunk.tool_call_chunks) for chunk in chunks) > 6
        message = sum(chunks[1:], chunks[0])
    else:
        message = model.invoke("?")
    assert [(call["name"], call["args"]) for call in message.tool_calls] == [
        (use.name, use.arguments) for use in uses
    ]
    assert len({call["id"] for call in message.tool_calls}) == 2
    assert message.content == "Let me look."
    assert message.response_metadata["finish_reason"] == "tool_calls"
    assert tools_offered(server.chats[0])["search"]["description"] == "Passages about a customer."


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("broken", ['{"query": "华南', "[1, 2]", "null", ""])
def test_broken_arguments_reach_the_client_as_they_are(
    server: ModelServer, chat: Client, broken: str, streamed: bool
) -> None:
    server.policy = in_turn(RawCall("search", broken))
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": streamed}
    reply = httpx.post(f"{server.url}/chat/completions", json=body)
    if streamed:
        events = [json.loads(line[6:]) for line in reply.text.split("\n\n") if line.startswith("data: {")]
        calls = [each for event in events for each in event["choices"][0]["delta"].get("tool_calls", [])]
        assert "".join(call["function"]["arguments"] for call in calls) == broken
    else:
        [call] = reply.json()["choices"][0]["message"]["tool_calls"]
        assert call["function"]["arguments"] == broken
    if broken.startswith("{"):
        message = chat().bind_tools([SEARCH]).invoke("?")
        assert not message.tool_calls
        assert message.invalid_tool_calls[0]["args"] == broken


def test_an_agent_goes_through_its_rounds_and_sees_what_tools_gave(server: ModelServer, chat: Client) -> None:
    from langchain.agents import create_agent

    def search(query: str) -> str:
        """Passages about a customer."""
        return f"三项诉讼 for {query}"

    seen: list[tuple[int, list[str]]] = []

    def policy(received: Received) -> Reply:
        results = last_tool_results(received)
        seen.append((rounds(received, of_turn=True), [f"{each.name}: {each.text}" for each in results]))
        if not results:
            return Call(ToolUse("search", {"query": question(received)}))
        assert json.loads(results[0].arguments) == {"query": question(received)}
        return Say(f"It has {results[0].text}.")

    server.policy = policy
    agent = create_agent(chat(), [search], system_prompt="You only read.")
    said = agent.invoke({"messages": [("user", "before"), ("assistant", "yes"), ("user", "Huanan")]})
    assert said["messages"][-1].content == "It has 三项诉讼 for Huanan."
    assert seen == [(0, []), (1, ["search: 三项诉讼 for Huanan"])]
    assert [rounds(each) for each in server.chats] == [1, 2]
    assert all(system_text(each) == "You only read." for each in server.chats)
    assert [each["role"] for each in messages(server.chats[1])][-2:] == ["assistant", "tool"]

    server.policy = policy
    text = "".join(
        chunk.content
        for chunk, _ in agent.stream({"messages": [("user", "Huanan")]}, stream_mode="messages")
        if chunk.type == "AIMessageChunk"
    )
    assert text == "It has 三项诉讼 for Huanan."


def test_results_of_several_tools_come_in_the_order_of_their_uses(server: ModelServer, chat: Client) -> None:
    from langchain_core.messages import AIMessage, ToolMessage

    uses = [("search", "1"), ("dossier", "2"), ("search", "3")]
    asked = [{"name": name, "args": {"n": n}, "id": n, "type": "tool_call"} for name, n in uses]
    earlier = [AIMessage("", tool_calls=[asked[0] | {"id": "0"}]), ToolMessage("old", tool_call_id="0")]
    results = [ToolMessage(f"result {n}", tool_call_id=n) for _, n in uses]
    chat().invoke([*earlier, AIMessage("", tool_calls=asked), *results])
    assert [(each.name, each.text) for each in last_tool_results(server.chats[0])] == [
        ("search", "result 1"),
        ("dossier", "result 2"),
        ("search", "result 3"),
    ]


def test_structured_output_comes_by_a_tool_and_not_by_response_format(
    server: ModelServer, chat: Client
) -> None:
    finding = {"text": "三项未决诉讼", "evidence": ["E1"]}
    server.policy = in_turn(Call(ToolUse("Finding", finding)))
    asked = chat().with_structured_output(Finding, method="function_calling")
    assert asked.invoke("?") == Finding(**finding)

    server.policy = in_turn(Say("I would rather talk."))
    with pytest.raises(ValueError, match=r"rather talk|JSON"):
        chat().with_structured_output(Finding, method="json_schema").invoke("?")


def test_the_agent_repeats_a_structured_answer_of_the_wrong_shape(server: ModelServer, chat: Client) -> None:
    from langchain.agents import create_agent
    from langchain.agents.structured_output import ToolStrategy

    server.policy = in_turn(
        Call(ToolUse("Finding", {"text": "no evidence"})),
        RawCall("Finding", '{"text": "cut'),
        Call(ToolUse("Finding", {"text": "right", "evidence": ["E1"]})),
    )
    agent = create_agent(chat(), [], response_format=ToolStrategy(Finding))
    said = agent.invoke({"messages": [("user", "?")]})
    assert said.get("structured_response") == Finding(text="right", evidence=["E1"])


@pytest.mark.parametrize("streamed", [False, True])
def test_silence_and_an_answer_that_is_cut_for_length(
    server: ModelServer, chat: Client, streamed: bool
) -> None:
    server.policy = in_turn(Empty(), Length("营业收入为 36"))

    def ask() -> Any:
        if not streamed:
            return chat().invoke("?")
        chunks = list(chat().stream("?"))
        return sum(chunks[1:], chunks[0])

    empty, cut = ask(), ask()
    assert (empty.content, empty.tool_calls) == ("", [])
    assert empty.response_metadata["finish_reason"] == "stop"
    assert (cut.content, cut.response_metadata["finish_reason"]) == ("营业收入为 36", "length")


def test_asynchronous_clients_are_served_alike(server: ModelServer, chat: Client) -> None:
    server.policy = in_turn(Say("华南重工有三项诉讼"))

    async def ask() -> list[str]:
        model = chat()
        whole = (await model.ainvoke("?")).content
        return [whole, "".join([chunk.content async for chunk in model.astream("?")])]

    assert asyncio.run(ask()) == ["华南重工有三项诉讼"] * 2


def test_a_looping_model_calls_for_ever_and_may_vary(server: ModelServer, chat: Client) -> None:
    server.policy = looping(lambda round: Call(ToolUse("search", {"query": f"page {round}"})))
    asked = [chat().invoke("?").tool_calls[0]["args"]["query"] for _ in range(5)]
    assert asked == [f"page {n}" for n in range(5)]
    server.policy = looping(RawCall("search", "{"))
    assert {chat().invoke("?").invalid_tool_calls[0]["args"] for _ in range(3)} == {"{"}


def test_embeddings_are_the_same_each_time_as_floats_and_packed(server: ModelServer, embeddings: Any) -> None:
    texts = ["华南重工涉及三项未决诉讼", "华南重工有三项未决的诉讼", "The weather in Lisbon is mild"]
    packed = embeddings.embed_documents(texts)
    assert server.requests[-1].body["encoding_format"] == "base64"
    plain = httpx.post(f"{server.url}/embeddings", json={"model": "m", "input": texts}).json()
    for one, item in zip(packed, plain["data"], strict=True):
        assert one == pytest.approx(item["embedding"], abs=1e-6)
        assert sum(x * x for x in one) == pytest.approx(1, abs=1e-5)
    near, far = (sum(a * b for a, b in zip(packed[0], other, strict=True)) for other in packed[1:])
    assert near > far + 0.2
    assert embeddings.embed_query(texts[0]) == packed[0]
    assert vector(texts[0]) == pytest.approx(packed[0], abs=1e-6)
    short = httpx.post(f"{server.url}/embeddings", json={"input": "x", "dimensions": 8}).json()
    assert len(short["data"][0]["embedding"]) == 8


def test_all_text_holds_whatever_left_however_it_was_escaped(server: ModelServer, chat: Client) -> None:
    nested = json.dumps({"name": "张三𠮷", "inner": json.dumps({"id": "身份证"})})
    assert "张三" not in nested
    model = chat(model_kwargs={"user": "officer-7"}).bind_tools([SEARCH])
    model.invoke([("system", "Only read."), ("user", [{"type": "text", "text": nested}])])
    shown = all_text(server.chats[0])
    for part in (
        "张三𠮷",
        "身份证",
        "Only read.",
        "officer-7",
        "Passages about a customer.",
        "query",
        nested,
    ):
        assert part in shown
    assert "李四" not in shown


def test_many_clients_at_once_get_each_their_own_and_a_policy_is_asked_once_at_a_time(
    server: ModelServer, chat: Client
) -> None:
    inside: list[int] = []
    crowds: list[int] = []

    def policy(received: Received) -> Reply:
        inside.append(received.number)
        time.sleep(0.002)
        crowds.append(len(inside))
        inside.remove(received.number)
        return Say(question(received)[::-1])

    server.policy = policy
    model = chat()
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda n: model.invoke(f"question {n}").content, range(48)))
    assert said == [f"question {n}"[::-1] for n in range(48)]
    assert crowds == [1] * 48
    assert sorted(each.number for each in server.chats) == list(range(1, 49))
    server.clear()
    assert server.requests == []


@pytest.mark.usefixtures("openai")
def test_another_process_finds_it_by_its_environment(server: ModelServer) -> None:
    program = "from openai import OpenAI; print([m.id for m in OpenAI().models.list()])"
    environment = os.environ | {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "['scripted']", done.stderr
    assert server.requests[0].path == "/v1/models"
    assert server.requests[0].headers["authorization"] == "Bearer none"


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_a_provider_string_is_enough_where_the_environment_names_the_server(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    chat_models = pytest.importorskip("langchain.chat_models")
    monkeypatch.setenv(name, server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    assert chat_models.init_chat_model("openai:scripted").invoke("?").content == "ready"
    assert server.chats[0].body["model"] == "scripted"


def test_a_policy_that_fails_is_told_at_the_end_and_not_hidden_by_a_fall_back(chat: Client) -> None:
    def policy(received: Received) -> Reply:
        assert "nonsense" in tools_offered(received), "no such tool was offered"
        return Say("never")

    server = ModelServer(policy)
    server.start()
    reply = httpx.post(
        f"{server.url}/chat/completions", json={"messages": [{"role": "user", "content": "x"}]}
    )
    assert reply.status_code == 400
    with pytest.raises(PolicyError, match="no such tool was offered"):
        server.stop()

    with (
        pytest.raises(PolicyError, match="no reply"),
        ModelServer(lambda _: "just a text") as server,  # type: ignore[arg-type,return-value]
    ):
        httpx.post(f"{server.url}/chat/completions", json={"messages": [{"role": "user", "content": "x"}]})


def test_nothing_of_it_is_left_when_it_has_stopped() -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        with ModelServer(in_turn(Say("ready"))) as server, httpx.Client() as kept_alive:
            assert kept_alive.get(f"{server.url}/models").status_code == 200
            server.stop()
            assert set(threading.enumerate()) <= before
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{server.url}/models")


def test_what_it_does_not_speak_is_refused_in_the_shape_of_the_api(server: ModelServer) -> None:
    assert httpx.post(f"{server.url}/responses", json={"input": "x"}).status_code == 404
    for content in (b"", b"{", b"[]", b'"text"', b"{}"):
        reply = httpx.post(f"{server.url}/chat/completions", content=content)
        assert reply.status_code == 400
        assert "messages" in reply.json()["error"]["message"]
    assert httpx.post(f"{server.url}/embeddings", json={}).status_code == 400
    assert len(server.requests) == 7
