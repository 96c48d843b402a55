"""assistant.threads.* and agents.sessions.*: status lines, prompts, titles and sessions."""

from __future__ import annotations

from typing import Any

from .errors import SlackError
from .methods import Call, Method, writable
from .methods_streams import SESSION_STATES
from .state import Status, Workspace

LOADING_LIMIT, PROMPT_LIMIT, TITLE_LIMIT = 10, 4, 200


def _status(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel_id", "channel_not_found"))
    thread_ts = request.need("thread_ts")
    if thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    loading = request.json("loading_messages") or []
    if not isinstance(loading, list) or len(loading) > LOADING_LIMIT:
        raise SlackError("invalid_arguments")
    text = request.text("status")
    if not text:
        workspace.clear_status(channel.id, thread_ts)
        return {}
    until = workspace.clock.now() + workspace.seed.rules.status_seconds
    loading = [str(line) for line in loading]
    workspace.statuses[(channel.id, thread_ts)] = Status(text=text, loading=loading, until=until)
    change = {"type": "status", "channel": channel.id, "thread_ts": thread_ts, "status": text}
    audience = workspace.audience(channel)
    workspace.publish({**change, "loading_messages": loading, "for": audience})
    return {}


def _prompts(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel_id", "channel_not_found"))
    prompts = request.json("prompts")
    usable = isinstance(prompts, list) and all(
        isinstance(prompt, dict) and prompt.get("title") and prompt.get("message") for prompt in prompts
    )
    if not usable or not 1 <= len(prompts) <= PROMPT_LIMIT:
        raise SlackError("invalid_arguments")
    thread_ts = request.text("thread_ts") or None
    shown = {"title": request.text("title"), "prompts": prompts}
    workspace.prompts[(channel.id, thread_ts)] = shown
    change = {"type": "prompts", "channel": channel.id, "thread_ts": thread_ts, **shown}
    workspace.publish({**change, "for": workspace.audience(channel)})
    return {}


def _title(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel_id", "channel_not_found"))
    workspace.titles[(channel.id, request.need("thread_ts"))] = request.need("title")[:TITLE_LIMIT]
    return {}


def _session(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel_id", "channel_not_found"))
    status, title = request.need("status"), request.text("title")
    if status not in SESSION_STATES or len(title) > TITLE_LIMIT:
        raise SlackError("invalid_arguments")
    thread_ts = request.text("thread_ts")
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    session = workspace.sessions.setdefault((channel.id, thread_ts), {})
    session |= {"status": status, "initiator_user_id": request.text("initiator_user_id")}
    if title:
        session["title"] = title
    if status in ("active", "closed"):
        workspace.clear_status(channel.id, thread_ts)
    change = {"type": "session", "channel": channel.id, "thread_ts": thread_ts, **session}
    workspace.publish({**change, "for": workspace.audience(channel)})
    return {"session": {"channel_id": channel.id, "thread_ts": thread_ts, **session}}


_SCOPES = ("assistant:write", "chat:write")

METHODS = {
    "assistant.threads.setStatus": Method(_status, _SCOPES),
    "assistant.threads.setSuggestedPrompts": Method(_prompts, ("assistant:write",)),
    "assistant.threads.setTitle": Method(_title, ("assistant:write",)),
    "agents.sessions.setStatus": Method(_session, _SCOPES),
}
