"""State as the JSON that Slack's methods and events carry."""

from __future__ import annotations

from typing import Any

from .state import Channel, Message, View, Workspace


def user_json(workspace: Workspace, record: dict[str, Any]) -> dict[str, Any]:
    """A user object of ``users.info``; strangers of Slack Connect carry no e-mail address."""
    profile = {
        "real_name": record["real_name"],
        "real_name_normalized": record["real_name"],
        "display_name": record["display_name"],
        "display_name_normalized": record["display_name"],
        "title": record["title"],
        "team": record["team_id"],
    }
    if record["email"] and not record["is_stranger"]:
        profile["email"] = record["email"]
    if record["is_bot"]:
        profile |= {"bot_id": workspace.seed.bot.bot_id, "api_app_id": workspace.seed.bot.app_id}
    flags = ("is_admin", "is_restricted", "is_ultra_restricted", "is_bot")
    answer = {
        "id": record["id"],
        "team_id": record["team_id"],
        "name": record["name"],
        "deleted": False,
        "color": record["colour"].lstrip("#"),
        "real_name": record["real_name"],
        "tz": record["tz"],
        "tz_offset": record["tz_offset"],
        "locale": record["locale"],
        "profile": profile,
        "is_owner": False,
        "is_primary_owner": False,
        "is_app_user": False,
        "updated": 0,
        **{flag: record[flag] for flag in flags},
    }
    if record["is_stranger"]:
        answer["is_stranger"] = True
    return answer


def channel_json(workspace: Workspace, channel: Channel) -> dict[str, Any]:
    """A conversation object."""
    direct = channel.im_user is not None
    answer: dict[str, Any] = {
        "id": channel.id,
        "created": channel.created,
        "is_im": direct,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": workspace.seed.team.id,
    }
    if direct:
        return answer | {"user": channel.im_user, "is_user_deleted": False}
    return answer | {
        "name": channel.name,
        "name_normalized": channel.name,
        "creator": workspace.bot_user,
        "is_general": channel.name == "general",
        "is_member": workspace.bot_user in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def message_json(
    workspace: Workspace, message: Message, *, metadata: bool = False, thread: bool = True
) -> dict[str, Any]:
    """A message object; ``metadata`` adds what ``include_all_metadata`` asks for."""
    seed = workspace.seed
    answer: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": workspace.users.get(message.user, {}).get("team_id") or seed.team.id,
    }
    if answer["team"] != seed.team.id:
        # A person of another firm in a shared channel.
        answer |= {"user_team": answer["team"], "source_team": answer["team"]}
    if message.subtype:
        answer["subtype"] = message.subtype
    if message.bot:
        answer |= {
            "bot_id": seed.bot.bot_id,
            "app_id": seed.bot.app_id,
            "bot_profile": {
                "id": seed.bot.bot_id,
                "app_id": seed.bot.app_id,
                "name": message.username or seed.bot.display_name,
                "team_id": seed.team.id,
                "deleted": False,
            },
        }
    else:
        answer["client_msg_id"] = f"{int(message.ts.replace('.', '')):032x}"
    for key in ("blocks", "files", "attachments"):
        if getattr(message, key):
            answer[key] = getattr(message, key)
    if message.edited:
        answer["edited"] = {"user": message.user, "ts": message.edited}
    if message.reactions:
        answer["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.streaming:
        answer["streaming_state"] = "in_progress"
    if metadata and message.metadata:
        answer["metadata"] = message.metadata
    if message.thread_ts:
        answer["thread_ts"] = message.thread_ts
        if message.thread_ts != message.ts:
            parent = workspace.channels[message.channel].messages.get(message.thread_ts)
            answer["parent_user_id"] = parent.user if parent else message.user
        elif thread:
            answer |= _thread_summary(workspace, message)
    return answer


def replies_of(workspace: Workspace, root: Message) -> list[Message]:
    """The replies under a root message, oldest first."""
    channel = workspace.channels[root.channel]
    return [channel.messages[ts] for ts in channel.threads.get(root.ts, ())]


def _thread_summary(workspace: Workspace, root: Message) -> dict[str, Any]:
    replies = replies_of(workspace, root)
    if not replies:
        return {}
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
        "subscribed": False,
        "is_locked": False,
    }


def view_json(workspace: Workspace, view: View) -> dict[str, Any]:
    """A view object as the Web API and interaction payloads carry it."""
    body = view.body
    plain = {"type": "plain_text", "text": "", "emoji": True}
    return {
        "id": view.id,
        "team_id": workspace.seed.team.id,
        "type": body["type"],
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": body.get("title", plain),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": workspace.seed.bot.app_id,
        "app_installed_team_id": workspace.seed.team.id,
        "bot_id": workspace.seed.bot.bot_id,
    }
