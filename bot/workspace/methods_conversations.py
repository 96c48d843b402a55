"""conversations.* and reactions.*: channels, members, history and threads."""

from __future__ import annotations

import re
from typing import Any

from . import talk
from .errors import SlackError
from .methods import Call, Method, page_of, readable
from .render import channel_json, message_json, replies_of
from .state import Channel, Message, Workspace

_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


def _list(workspace: Workspace, request: Call) -> dict[str, Any]:
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    asked = [kind.strip() for kind in (request.text("types") or "public_channel").split(",")]
    if not set(asked) <= set(kinds):
        raise SlackError("invalid_types")
    wanted = {kinds[kind] for kind in asked}
    member = request.text("user") if request.method == "users.conversations" else ""
    member = member or (workspace.bot_user if request.method == "users.conversations" else "")
    found = [
        channel
        for channel in workspace.channels.values()
        if channel.kind in wanted
        and (channel.kind == "channel" or workspace.bot_user in channel.members)
        and not (request.flag("exclude_archived") and channel.archived)
        and (not member or member in channel.members)
    ]
    page, cursor = page_of(found, request)
    shown = [channel_json(workspace, channel) for channel in page]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def _known(workspace: Workspace, request: Call) -> Channel:
    """A channel whose existence the bot may know of."""
    channel = workspace.channel(request.need("channel", "channel_not_found"))
    if channel.is_private and workspace.bot_user not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def _info(workspace: Workspace, request: Call) -> dict[str, Any]:
    shown = channel_json(workspace, _known(workspace, request))
    if not request.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def _members(workspace: Workspace, request: Call) -> dict[str, Any]:
    page, cursor = page_of(_known(workspace, request).members, request)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _open(workspace: Workspace, request: Call) -> dict[str, Any]:
    if request.text("channel"):
        channel = workspace.channel(request.text("channel"))
    else:
        users = [user for user in request.need("users").split(",") if user != workspace.bot_user]
        if len(users) != 1:
            raise SlackError("not_enough_users" if not users else "method_not_supported_for_channel_type")
        channel = workspace.open_direct(users[0])
    shown = channel_json(workspace, channel) if request.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


def _join(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = workspace.channel(request.need("channel", "channel_not_found"))
    if channel.archived:
        raise SlackError("is_archived")
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    talk.join(workspace, channel, workspace.bot_user)
    return {"channel": channel_json(workspace, channel)}


def _within(request: Call, messages: list[Message]) -> list[Message]:
    """The messages between ``oldest`` and ``latest``; the ends count only with ``inclusive``."""
    oldest, latest = request.text("oldest"), request.text("latest")
    for name, value in (("oldest", oldest), ("latest", latest)):
        if value and not _TS.fullmatch(value):
            raise SlackError(f"invalid_ts_{name}")
    low, high, both = _moment(oldest or "0"), _moment(latest or "999999999999"), request.flag("inclusive")
    return [
        message
        for message in messages
        if low < _moment(message.ts) < high or (both and _moment(message.ts) in (low, high))
    ]


def _moment(ts: str) -> tuple[int, int]:
    # Compared as whole numbers: a float has too few digits for microseconds since 1970.
    seconds, _, micro = ts.partition(".")
    return int(seconds), int((micro or "0").ljust(6, "0"))


def _history(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = readable(workspace, request.need("channel", "channel_not_found"))
    roots = [each for each in channel.messages.values() if each.thread_ts in (None, each.ts)]
    found = list(reversed(_within(request, roots)))
    return _messages(workspace, request, found)


def _replies(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = readable(workspace, request.need("channel", "channel_not_found"))
    asked = channel.messages.get(request.need("ts", "thread_not_found"))
    if asked is None:
        raise SlackError("thread_not_found")
    root = channel.messages.get(asked.thread_ts or asked.ts, asked)
    # The root heads every answer, whatever the time window.
    return _messages(workspace, request, [root, *_within(request, replies_of(workspace, root))])


def _messages(workspace: Workspace, request: Call, found: list[Message]) -> dict[str, Any]:
    page, cursor = page_of(found, request, highest=999)
    metadata = request.flag("include_all_metadata")
    answer: dict[str, Any] = {
        "messages": [message_json(workspace, message, metadata=metadata) for message in page],
        "has_more": bool(cursor),
        "pin_count": 0,
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def _react(workspace: Workspace, request: Call) -> dict[str, Any]:
    name = request.need("name", "invalid_name")
    if not re.fullmatch(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    channel = readable(workspace, request.need("channel", "channel_not_found"))
    message = workspace.message(channel.id, request.need("timestamp", "no_item_specified"))
    talk.react(workspace, message, workspace.bot_user, name, add=request.method == "reactions.add")
    return {}


_READ = ("channels:read", "groups:read", "im:read")
_HISTORY = ("channels:history", "groups:history", "im:history")

METHODS = {
    "conversations.list": Method(_list, _READ),
    "users.conversations": Method(_list, _READ),
    "conversations.info": Method(_info, _READ),
    "conversations.members": Method(_members, _READ),
    "conversations.open": Method(_open, ("im:write",)),
    "conversations.join": Method(_join, ("channels:join",)),
    "conversations.history": Method(_history, _HISTORY),
    "conversations.replies": Method(_replies, _HISTORY),
    "reactions.add": Method(_react, ("reactions:write",)),
    "reactions.remove": Method(_react, ("reactions:write",)),
}
