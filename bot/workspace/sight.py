"""What a person sees: the answers to the control API's reading requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .delivery import Delivery
from .errors import ControlError
from .render import channel_json, user_json, view_json
from .state import Channel, Workspace
from .talk import page_message


def state(workspace: Workspace, user: str, *, connections: int) -> dict[str, Any]:
    """Team, people and the channels of one person with unread counts."""
    record = workspace.user(user)
    if not record["is_bot"]:
        workspace.open_direct(user)
    people = [
        user_json(workspace, each) | {"display_name": each["display_name"], "colour": each["colour"]}
        for each in workspace.users.values()
    ]
    bot = workspace.seed.bot
    return {
        "team": workspace.seed.team.model_dump(),
        "bot": bot.model_dump(),
        "commands": list(workspace.seed.commands),
        "shortcuts": [each.model_dump() for each in workspace.seed.shortcuts],
        "users": people,
        "people": [person.id for person in workspace.seed.users if not person.is_bot],
        "connections": connections,
        "channels": [
            _channel(workspace, channel, user)
            for channel in workspace.channels.values()
            if user in channel.members
        ],
        "now": workspace.clock.now(),
    }


def _channel(workspace: Workspace, channel: Channel, user: str) -> dict[str, Any]:
    seen = workspace.read.get((user, channel.id), "0")
    fresh = [each for each in channel.messages.values() if each.ts > seen and each.user != user]
    called = [each for each in fresh if channel.im_user or f"<@{user}>" in each.text]
    shown = channel_json(workspace, channel) | {"members": channel.members, "kind": channel.kind}
    return shown | {"unread": len(fresh), "mentions": len(called), "topic": channel.topic}


def messages(
    workspace: Workspace, channel: Channel, user: str, thread_ts: str | None
) -> list[dict[str, Any]]:
    """The messages of a channel or thread from old to new, with the person's ephemerals."""
    if user not in channel.members:
        raise ControlError(f"{user} is not a member of {channel.name}.", status=403)
    mine = [each for each in channel.ephemerals.values() if each.only_for == user]
    if thread_ts:
        known = [
            channel.messages[ts]
            for ts in [thread_ts, *channel.threads.get(thread_ts, ())]
            if ts in channel.messages
        ]
        chosen = [*known, *(each for each in mine if each.thread_ts == thread_ts)]
    else:
        every = [*channel.messages.values(), *mine]
        chosen = [each for each in every if each.thread_ts in (None, each.ts)]
    chosen.sort(key=lambda each: each.ts)
    return [page_message(workspace, each) for each in chosen]


def views(workspace: Workspace, user: str) -> dict[str, Any]:
    """The open modals from bottom to top, and the Home view or None."""
    stack = [workspace.views[view_id] for view_id in workspace.modals.get(user, [])]
    home = workspace.views.get(workspace.homes.get(user, ""))
    return {
        "views": [view_json(workspace, view) for view in stack],
        "home": view_json(workspace, home) if home else None,
    }


def statuses(workspace: Workspace) -> dict[str, Any]:
    """Status lines, sessions and suggested prompts."""
    workspace.expire_statuses()
    return {
        "statuses": [
            {"channel": channel, "thread_ts": ts, "status": each.text, "loading_messages": each.loading}
            for (channel, ts), each in workspace.statuses.items()
        ],
        "sessions": [
            {"channel": channel, "thread_ts": ts, **session}
            for (channel, ts), session in workspace.sessions.items()
        ],
        "prompts": [
            {"channel": channel, "thread_ts": ts, **prompts}
            for (channel, ts), prompts in workspace.prompts.items()
        ],
    }


def deliveries(delivery: Delivery, query: Mapping[str, str]) -> dict[str, Any]:
    """Every event and interaction with its attempts, oldest first."""
    wanted, last = query.get("type"), query.get("last", "")
    rows = [record.as_json() | {"payload": record.payload} for record in delivery.records]
    found = [row for row in rows if not wanted or row["type"] == wanted]
    return {"deliveries": found[-int(last) :] if last.isdigit() and int(last) else found}
