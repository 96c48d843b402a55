"""What arrived at the scripted model, and ways to read it in policies and assertions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: A character escaped in JSON, at whatever depth of JSON within JSON.
_ESCAPED = re.compile(r"(?:\\+u[0-9a-fA-F]{4})+")


@dataclass(frozen=True)
class Received:
    """One request; header names in lower case, `number` counts the requests of a server from 1."""

    path: str
    body: Any
    headers: Mapping[str, str]
    at: datetime
    number: int


@dataclass(frozen=True)
class ToolResult:
    """What a tool gave back, with the use of it that the model had asked for."""

    call_id: str
    name: str
    arguments: str
    text: str


def messages(received: Received) -> list[dict[str, Any]]:
    """The conversation as it was sent."""
    return received.body.get("messages") or []


def tools_offered(received: Received) -> dict[str, dict[str, Any]]:
    """The tools that the model may use: name to definition (description, parameters)."""
    functions = [tool["function"] for tool in received.body.get("tools") or [] if "function" in tool]
    return {function["name"]: function for function in functions}


def system_text(received: Received) -> str:
    """What the system or the developer told the model."""
    return "\n".join(content(each) for each in messages(received) if each["role"] in ("system", "developer"))


def question(received: Received) -> str:
    """The last words of the user."""
    return next((content(each) for each in reversed(messages(received)) if each["role"] == "user"), "")


def rounds(received: Received, *, of_turn: bool = False) -> int:
    """How many messages of the model there are so far; of this turn only: since the user's last words."""
    count = 0
    for message in reversed(messages(received)):
        if of_turn and message["role"] == "user":
            break
        count += message["role"] == "assistant"
    return count


def last_tool_results(received: Received) -> list[ToolResult]:
    """The tools' results that came after the model's last message, in order."""
    results: list[dict[str, Any]] = []
    for message in reversed(messages(received)):
        if message["role"] == "assistant":
            asked = {call["id"]: call["function"] for call in message.get("tool_calls") or []}
            return [_result(each, asked) for each in reversed(results)]
        if message["role"] == "tool":
            results.append(message)
    return []


def all_text(received: Received) -> str:
    """Everything that left for the model, names of tools and fields included, one scalar a line.

    Escaped characters are also given as themselves, so that a Chinese name within JSON within JSON is found.
    """
    lines = list(_scalars(received.body))
    lines += [_ESCAPED.sub(_unescape, line) for line in lines if _ESCAPED.search(line)]
    return "\n".join(lines)


def content(message: Mapping[str, Any]) -> str:
    """The words of a message, whether they came as one text or in parts."""
    given = message.get("content") or ""
    if isinstance(given, str):
        return given
    return "".join(part.get("text", "") for part in given)


def _result(message: dict[str, Any], asked: dict[str, dict[str, Any]]) -> ToolResult:
    call_id = message["tool_call_id"]
    use = asked.get(call_id, {"name": message.get("name", ""), "arguments": ""})
    return ToolResult(call_id, use["name"], use["arguments"], content(message))


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _scalars(each)
    elif isinstance(value, list):
        for each in value:
            yield from _scalars(each)
    elif value is not None:
        yield str(value)


def _unescape(found: re.Match[str]) -> str:
    units = [int(code, 16) for code in re.findall(r"u([0-9a-fA-F]{4})", found.group())]
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
