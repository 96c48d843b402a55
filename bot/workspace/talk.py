"""What happens in a conversation: posting, editing, deleting, reacting, joining.

Each function changes the state, emits the events that Slack would send to the app, and publishes the
change to the pages of the people who may see it.
"""

from __future__ import annotations

from typing import Any

from .errors import SlackError
from .render import message_json
from .state import Channel, Message, Workspace
from .text import mentions


def post(
    workspace: Workspace,
    channel: Channel,
    user: str,
    text: str,
    *,
    thread_ts: str | None = None,
    bot: bool = False,
    **parts: Any,
) -> Message:
    """Add a message and tell the app and the pages of it.

    ``parts`` are further fields of :class:`Message`. A mention of the bot in a channel produces both an
    ``app_mention`` and a ``message`` event, in that order, as Slack does.
    """
    if thread_ts:
        root = channel.messages.get(thread_ts)
        if root is None:
            raise SlackError("thread_not_found")
        # A reply to a reply goes to the root of the thread.
        thread_ts = root.thread_ts or root.ts
        root = channel.messages.get(thread_ts, root)
        root.thread_ts = root.ts
    message = Message(
        ts=workspace.stamp(),
        channel=channel.id,
        user=user,
        text=text,
        thread_ts=thread_ts,
        bot=bot,
        **parts,
    )
    channel.messages[message.ts] = message
    if thread_ts:
        channel.threads.setdefault(thread_ts, []).append(message.ts)
    if bot:
        workspace.clear_status(channel.id, thread_ts or message.ts)
    else:
        workspace.read[(user, channel.id)] = message.ts
    show(workspace, message, "message")
    if thread_ts:
        show(workspace, channel.messages[thread_ts], "message_changed")
    announce(workspace, channel, message)
    return message


def announce(workspace: Workspace, channel: Channel, message: Message) -> None:
    """Emit the events of a new message, if the app is in the channel."""
    if workspace.bot_user not in channel.members:
        return
    event = message_json(workspace, message, thread=False) | {
        "channel": channel.id,
        "event_ts": message.ts,
    }
    if not message.bot and channel.kind != "im" and mentions(message.text, workspace.bot_user):
        workspace.emit(event | {"type": "app_mention"})
    workspace.emit(event | {"channel_type": channel.kind})


def edit(workspace: Workspace, message: Message, **parts: Any) -> None:
    """Change fields of a message (``text``, ``blocks``, ``metadata`` …) and emit ``message_changed``."""
    channel = workspace.channels[message.channel]
    before = message_json(workspace, message)
    for name, value in parts.items():
        setattr(message, name, value)
    message.edited = workspace.stamp()
    show(workspace, message, "message_changed")
    _emit_hidden(
        workspace,
        channel,
        "message_changed",
        message=message_json(workspace, message),
        previous_message=before,
    )


def delete(workspace: Workspace, message: Message) -> None:
    """Remove a message; a root with replies leaves a tombstone."""
    channel = workspace.channels[message.channel]
    before = message_json(workspace, message)
    has_replies = bool(channel.threads.get(message.ts))
    if has_replies:
        message.subtype, message.text, message.blocks = "tombstone", "This message was deleted.", []
        message.metadata, message.files, message.attachments = None, [], []
        show(workspace, message, "message_changed")
    else:
        del channel.messages[message.ts]
        if message.thread_ts in channel.threads:
            channel.threads[message.thread_ts].remove(message.ts)
        audience = workspace.audience(channel)
        change = {"type": "message_deleted", "channel": channel.id, "ts": message.ts}
        workspace.publish({**change, "thread_ts": message.thread_ts, "for": audience})
        root = channel.messages.get(message.thread_ts or "")
        if root:
            show(workspace, root, "message_changed")
    _emit_hidden(workspace, channel, "message_deleted", deleted_ts=message.ts, previous_message=before)


def whisper(
    workspace: Workspace,
    channel: Channel,
    user: str,
    text: str,
    *,
    thread_ts: str | None = None,
    **parts: Any,
) -> Message:
    """An ephemeral message: one person sees it, history never holds it, no event is sent."""
    message = Message(
        ts=workspace.stamp(),
        channel=channel.id,
        user=workspace.bot_user,
        text=text,
        thread_ts=thread_ts,
        bot=True,
        only_for=user,
        **parts,
    )
    channel.ephemerals[message.ts] = message
    show(workspace, message, "message")
    return message


def react(workspace: Workspace, message: Message, user: str, name: str, *, add: bool) -> None:
    """Add or take away a reaction. Raises SlackError already_reacted or no_reaction."""
    users = message.reactions.get(name, [])
    if add:
        if user in users:
            raise SlackError("already_reacted")
        message.reactions[name] = [*users, user]
    else:
        if user not in users:
            raise SlackError("no_reaction")
        message.reactions[name] = [each for each in users if each != user]
        if not message.reactions[name]:
            del message.reactions[name]
    show(workspace, message, "message_changed")
    if workspace.bot_user in workspace.channels[message.channel].members:
        workspace.emit(
            {
                "type": "reaction_added" if add else "reaction_removed",
                "user": user,
                "reaction": name,
                "item_user": message.user,
                "item": {"type": "message", "channel": message.channel, "ts": message.ts},
                "event_ts": workspace.stamp(),
            }
        )


def join(workspace: Workspace, channel: Channel, user: str, *, inviter: str | None = None) -> bool:
    """Make a user a member; False if they were one already."""
    if user in channel.members:
        return False
    channel.members.append(user)
    _membership(workspace, channel, user, "member_joined_channel", inviter)
    return True


def leave(workspace: Workspace, channel: Channel, user: str) -> bool:
    """Take a user out of a channel; False if they were not in it."""
    if user not in channel.members:
        return False
    # The leaving bot still hears of its own departure, so the event goes out before the change.
    _membership(workspace, channel, user, "member_left_channel", None)
    channel.members.remove(user)
    return True


def show(workspace: Workspace, message: Message, kind: str) -> None:
    """Publish a message to the pages of those who may see it."""
    channel = workspace.channels[message.channel]
    audience = [message.only_for] if message.only_for else workspace.audience(channel)
    workspace.publish(
        {"type": kind, "channel": channel.id, "message": page_message(workspace, message), "for": audience}
    )


def page_message(workspace: Workspace, message: Message) -> dict[str, Any]:
    """A message for the page and the control API: with metadata and the ephemeral mark."""
    answer = message_json(workspace, message, metadata=True) | {"channel": message.channel}
    if message.only_for:
        answer |= {"is_ephemeral": True, "only_for": message.only_for}
    return answer


def _membership(workspace: Workspace, channel: Channel, user: str, kind: str, inviter: str | None) -> None:
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": workspace.seed.team.id,
        "event_ts": workspace.stamp(),
    }
    if inviter:
        event["inviter"] = inviter
    if workspace.bot_user in channel.members:
        workspace.emit(event)
    audience = [*workspace.audience(channel), user]
    workspace.publish({"type": "channel", "channel": channel.id, "for": audience})


def _emit_hidden(workspace: Workspace, channel: Channel, subtype: str, **parts: Any) -> None:
    if workspace.bot_user not in channel.members:
        return
    stamp = workspace.stamp()
    workspace.emit(
        {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": channel.kind,
            "ts": stamp,
            "event_ts": stamp,
            **parts,
        }
    )
