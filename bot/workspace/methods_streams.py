"""chat.startStream, chat.appendStream, chat.stopStream: a message that grows while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import talk
from .blocks import check_blocks
from .errors import SlackError
from .methods import Call, Method, writable
from .methods_chat import MARKDOWN_LIMIT, content
from .render import message_json
from .state import Message, Workspace

TASK_STATES = ("pending", "in_progress", "complete", "error")
SESSION_STATES = ("active", "processing", "suspended", "closed")
BLOCK_LIMIT = 50


@dataclass(slots=True)
class Stream:
    """An open stream: its parts in order of arrival, and when it dies."""

    until: float
    plan: bool
    title: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    chunk_blocks: int = 0

    def text(self) -> str:
        """All the text so far."""
        return "".join(part["text"] for part in self.parts if part["type"] == "text")

    def blocks(self) -> list[dict[str, Any]]:
        """The parts as blocks; in plan mode all tasks stand in one plan at the place of the first."""
        tasks = [part["task"] for part in self.parts if part["type"] == "task"]
        shown: list[dict[str, Any]] = []
        planned = False
        if self.plan and self.title and not tasks:
            shown.append({"type": "plan", "title": self.title, "tasks": []})
        for part in self.parts:
            if part["type"] == "text":
                shown.append({"type": "markdown", "text": part["text"]})
            elif part["type"] == "block":
                shown.append(part["block"])
            elif not self.plan:
                shown.append(part["task"])
            elif not planned:
                planned = True
                shown.append({"type": "plan", "title": self.title or "Plan", "tasks": tasks})
        return shown

    def take(self, chunks: list[Any]) -> None:
        """Add chunks. Raises SlackError invalid_chunks, msg_too_long or invalid_blocks."""
        for chunk in chunks:
            kind = chunk.get("type") if isinstance(chunk, dict) else None
            if kind == "markdown_text":
                self._add_text(chunk.get("text") or "")
            elif kind == "task_update":
                self._update_task(chunk)
            elif kind == "plan_update":
                self.title = str(chunk.get("title") or "")
                self.plan = True
            elif kind == "blocks":
                blocks = check_blocks(chunk.get("blocks"), surface="message")
                self.chunk_blocks += len(blocks)
                if self.chunk_blocks > BLOCK_LIMIT:
                    raise SlackError(
                        "invalid_blocks", response_metadata={"messages": ["[ERROR] too many blocks"]}
                    )
                self.parts += [{"type": "block", "block": block} for block in blocks]
            else:
                raise SlackError("invalid_chunks")

    def _add_text(self, text: str) -> None:
        if len(text) > MARKDOWN_LIMIT or len(self.text()) + len(text) > MARKDOWN_LIMIT:
            raise SlackError("msg_too_long")
        if self.parts and self.parts[-1]["type"] == "text":
            self.parts[-1]["text"] += text
        elif text:
            self.parts.append({"type": "text", "text": text})

    def _update_task(self, chunk: dict[str, Any]) -> None:
        if not chunk.get("id") or not chunk.get("title") or chunk.get("status", "pending") not in TASK_STATES:
            raise SlackError("invalid_chunks")
        known = [
            part["task"]
            for part in self.parts
            if part["type"] == "task" and part["task"]["task_id"] == chunk["id"]
        ]
        if known:
            task = known[0]
        else:
            task = {"type": "task_card", "task_id": str(chunk["id"])}
            self.parts.append({"type": "task", "task": task})
        task |= {"title": chunk["title"], "status": chunk.get("status", "pending")}
        for key in ("details", "output"):
            if chunk.get(key):
                # Details and output of later updates are added to what is there.
                before = task.get(key, {}).get("elements", [])
                task[key] = {"type": "rich_text", "elements": [*before, _paragraph(str(chunk[key]))]}
        if chunk.get("sources"):
            task["sources"] = [*task.get("sources", []), *chunk["sources"]]


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}


def _chunks(request: Call) -> list[Any]:
    chunks = request.json("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list):
        raise SlackError("invalid_chunks")
    text = request.text("markdown_text")
    return [*([{"type": "markdown_text", "text": text}] if text else []), *chunks]


def _start(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel", "channel_not_found"))
    thread_ts = request.need("thread_ts")
    if channel.kind != "im" and not request.text("recipient_user_id"):
        raise SlackError("missing_recipient_user_id")
    if channel.kind != "im" and not request.text("recipient_team_id"):
        raise SlackError("missing_recipient_team_id")
    until = workspace.clock.now() + workspace.seed.rules.stream_seconds
    stream = Stream(until=until, plan=request.text("task_display_mode") == "plan")
    stream.take(_chunks(request))
    message = talk.post(
        workspace,
        channel,
        workspace.bot_user,
        stream.text(),
        thread_ts=thread_ts,
        bot=True,
        streaming=True,
        blocks=stream.blocks(),
        username=request.text("username") or None,
        metadata=content(workspace, request).get("metadata"),
    )
    workspace.streams[(channel.id, message.ts)] = stream
    return {"channel": channel.id, "ts": message.ts}


def _open_stream(workspace: Workspace, request: Call) -> tuple[Message, Stream]:
    channel = writable(workspace, request.need("channel", "channel_not_found"))
    message = workspace.message(channel.id, request.need("ts", "message_not_found"))
    stream = workspace.streams.get((channel.id, message.ts))
    if message.user != workspace.bot_user:
        raise SlackError("message_not_owned_by_app")
    if stream is None or workspace.clock.now() > stream.until:
        workspace.streams.pop((channel.id, message.ts), None)
        message.streaming = False
        raise SlackError("message_not_in_streaming_state")
    return message, stream


def _append(workspace: Workspace, request: Call) -> dict[str, Any]:
    message, stream = _open_stream(workspace, request)
    chunks = _chunks(request)
    if not chunks:
        raise SlackError("no_text")
    stream.take(chunks)
    message.text, message.blocks = stream.text(), stream.blocks()
    talk.show(workspace, message, "message_changed")
    return {"channel": message.channel, "ts": message.ts}


def _stop(workspace: Workspace, request: Call) -> dict[str, Any]:
    message, stream = _open_stream(workspace, request)
    status = request.text("session_status")
    if status and status not in SESSION_STATES:
        raise SlackError("invalid_arguments")
    stream.take(_chunks(request))
    extra = {key: request.args[key] for key in ("blocks", "metadata") if request.args.get(key) is not None}
    closing = content(workspace, Call(request.method, extra))
    workspace.streams.pop((message.channel, message.ts))
    parts = {
        "text": stream.text(),
        "blocks": [*stream.blocks(), *closing.get("blocks", [])],
        "streaming": False,
    }
    if "metadata" in closing:
        parts["metadata"] = closing["metadata"]
    talk.edit(workspace, message, **parts)
    message.edited = None
    talk.show(workspace, message, "message_changed")
    key = (message.channel, message.thread_ts or message.ts)
    if status and key in workspace.sessions:
        workspace.sessions[key]["status"] = status
    shown = message_json(workspace, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "message": shown}


METHODS = {
    "chat.startStream": Method(_start, ("chat:write",), throttled=True),
    "chat.appendStream": Method(_append, ("chat:write",)),
    "chat.stopStream": Method(_stop, ("chat:write",)),
}
