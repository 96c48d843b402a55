"""chat.*: posting, updating, deleting and whispering."""

from __future__ import annotations

from typing import Any

from . import talk
from .blocks import check_blocks
from .errors import SlackError
from .methods import Call, Method, writable
from .methods_files import check_pictures, shared_by
from .render import message_json
from .state import Channel, Message, Workspace
from .text import normalise

#: Characters of ``text``: a new message, an updated message, and ``markdown_text``.
TEXT_LIMIT, UPDATE_LIMIT, MARKDOWN_LIMIT = 40_000, 4_000, 12_000
METADATA_LIMIT = 16_000


def content(workspace: Workspace, request: Call, *, limit: int = TEXT_LIMIT) -> dict[str, Any]:
    """The text, blocks, attachments and metadata of a call, checked.

    ``markdown_text`` becomes a markdown block. Keys that the caller left out are left out here too.
    Raises SlackError no_text, msg_too_long, invalid_blocks …
    """
    found: dict[str, Any] = {}
    if request.args.get("text") is not None:
        found["text"] = normalise(request.text("text"))
        if len(found["text"]) > limit:
            raise SlackError("msg_too_long")
    if request.args.get("blocks") is not None:
        blocks = request.json("blocks", "invalid_blocks_format")
        found["blocks"] = check_blocks(blocks, surface="message")
        check_pictures(workspace, found["blocks"])
    if request.args.get("attachments") is not None:
        found["attachments"] = request.json("attachments", "invalid_attachments") or []
    markdown = request.text("markdown_text")
    if markdown:
        # Bolt's say() sends an empty text beside markdown_text, which Slack lets pass.
        if found.get("blocks") or found.get("text"):
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_LIMIT:
            raise SlackError("msg_too_long")
        found["text"] = markdown
        found["blocks"] = check_blocks([{"type": "markdown", "text": markdown}], surface="message")
    if request.args.get("metadata") is not None:
        found["metadata"] = _metadata(request.json("metadata", "invalid_metadata_format"))
    return found


def _metadata(metadata: Any) -> dict[str, Any] | None:
    if metadata in ({}, None):
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(str(metadata)) > METADATA_LIMIT:
        raise SlackError("metadata_too_large")
    return metadata


def _post(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel", "channel_not_found"))
    found = content(workspace, request)
    if not (found.get("text", "").strip() or found.get("blocks") or found.get("attachments")):
        raise SlackError("no_text")
    text = found.pop("text", "")
    message = talk.post(
        workspace,
        channel,
        workspace.bot_user,
        text,
        thread_ts=request.text("thread_ts") or None,
        bot=True,
        files=shared_by(workspace, text),
        username=request.text("username") or None,
        **found,
    )
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_json(workspace, message, metadata=True),
    }


def _whisper(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = writable(workspace, request.need("channel", "channel_not_found"))
    user = request.need("user", "invalid_arguments")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    found = content(workspace, request)
    found.pop("metadata", None)
    if not (found.get("text", "").strip() or found.get("blocks") or found.get("attachments")):
        raise SlackError("no_text")
    text = found.pop("text", "")
    thread_ts = request.text("thread_ts") or None
    message = talk.whisper(workspace, channel, user, text, thread_ts=thread_ts, **found)
    return {"message_ts": message.ts}


def own_message(workspace: Workspace, request: Call, refusal: str) -> tuple[Channel, Message]:
    """The bot's own message of a call. Raises SlackError, ``refusal`` for someone else's."""
    channel = workspace.channel(request.need("channel", "channel_not_found"))
    if channel.archived:
        raise SlackError("is_archived")
    message = workspace.message(channel.id, request.need("ts", "message_not_found"))
    if message.user != workspace.bot_user or message.subtype == "tombstone":
        raise SlackError(refusal)
    return channel, message


def _update(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel, message = own_message(workspace, request, "cant_update_message")
    if message.streaming and (channel.id, message.ts) in workspace.streams:
        workspace.streams.pop((channel.id, message.ts))
        message.streaming = False
    found = content(workspace, request, limit=UPDATE_LIMIT)
    if not found:
        raise SlackError("no_text")
    if "text" in found and "blocks" not in found:
        # Slack drops the old blocks when only a new text is given.
        found["blocks"] = []
    if not (found.get("text", message.text) or found.get("blocks", message.blocks)):
        raise SlackError("no_text")
    talk.edit(workspace, message, **found)
    shown = message_json(workspace, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def _delete(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel, message = own_message(workspace, request, "cant_delete_message")
    talk.delete(workspace, message)
    return {"channel": channel.id, "ts": message.ts}


def _permalink(workspace: Workspace, request: Call) -> dict[str, Any]:
    channel = workspace.channel(request.need("channel", "channel_not_found"))
    message = workspace.message(channel.id, request.need("message_ts", "message_not_found"))
    link = f"{request.base_url}/#/{channel.id}/{message.ts}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(_post, ("chat:write",), throttled=True),
    "chat.postEphemeral": Method(_whisper, ("chat:write",), throttled=True),
    "chat.update": Method(_update, ("chat:write",)),
    "chat.delete": Method(_delete, ("chat:write",)),
    "chat.getPermalink": Method(_permalink),
}
