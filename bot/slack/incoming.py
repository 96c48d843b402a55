"""What Slack delivered, as one frozen value: a pure reading of its payloads.

Slack's shapes differ by kind (event, command, button); the rest of the surface knows only `Incoming`. What nobody
asked the bot (its own messages, edits, joins, talk among people) gives None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.identifiers import BAD, CHOOSE_OPTION, COMMAND, FEEDBACK, GOOD, Pointer, unpack

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[#!][^>|]*\|?([^>]*)|(https?://[^>|]+)(?:\|([^>]*))?|mailto:[^>|]+\|([^>]*))>")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that a person said or clicked.

    `addressed` is False for a message in a thread that does not name the bot: it counts only where the thread is
    a conversation with the bot. `kind` is question, command, choice or feedback.
    """

    kind: str
    team: str
    channel: str
    user: str
    text: str
    ts: str
    thread_ts: str | None = None
    private: bool = False
    addressed: bool = True
    pointer: Pointer | None = None
    response_url: str | None = None

    @property
    def conversation(self) -> str:
        """The key of the conversation: a thread, or the whole of a direct message."""
        if self.private and self.thread_ts is None:
            return f"{self.team}:{self.channel}"
        return f"{self.team}:{self.channel}:{self.thread_ts or self.ts}"

    @property
    def reply_thread(self) -> str | None:
        """Where the answer goes: the thread of a channel; a direct message stays flat unless it is a thread."""
        return self.thread_ts if self.private else (self.thread_ts or self.ts or None)


def read_incoming(body: Mapping[str, Any], bot_user: str) -> Incoming | None:
    """What a payload of Slack means for the bot; None when it means nothing."""
    if "event" in body:
        return _read_event(body, bot_user)
    if body.get("command") == COMMAND:
        return _read_command(body)
    if body.get("type") == "block_actions":
        return _read_action(body)
    return None


def _read_event(body: Mapping[str, Any], bot_user: str) -> Incoming | None:
    event = body["event"]
    if event.get("type") not in ("app_mention", "message") or event.get("subtype") not in (
        None,
        "file_share",
    ):
        return None
    user = event.get("user")
    if not user or user == bot_user or event.get("bot_id"):
        return None
    text = str(event.get("text") or "")
    private = event.get("channel_type") == "im"
    named = bot_user in _MENTION.findall(text) or event["type"] == "app_mention"
    thread = event.get("thread_ts")
    if not private and not named and not thread:
        return None
    return Incoming(
        kind="question",
        team=str(body.get("team_id") or event.get("team") or ""),
        channel=str(event.get("channel") or ""),
        user=str(user),
        text=plain_text(text, bot_user),
        ts=str(event.get("ts") or ""),
        thread_ts=thread,
        private=private,
        addressed=private or named,
    )


def _read_command(body: Mapping[str, Any]) -> Incoming:
    return Incoming(
        kind="command",
        team=str(body.get("team_id", "")),
        channel=str(body.get("channel_id", "")),
        user=str(body.get("user_id", "")),
        text=plain_text(str(body.get("text") or ""), ""),
        ts="",
        private=str(body.get("channel_id", "")).startswith("D"),
        response_url=body.get("response_url"),
    )


def _read_action(body: Mapping[str, Any]) -> Incoming | None:
    action = (body.get("actions") or [{}])[0]
    pointer = unpack(action.get("value"))
    if pointer is None:
        return None
    identifier = str(action.get("action_id", ""))
    if identifier.startswith(CHOOSE_OPTION):
        kind, text = "choice", pointer.choice
    elif identifier == FEEDBACK and pointer.choice in (GOOD, BAD):
        kind, text = "feedback", pointer.choice
    else:
        return None
    container = body.get("container") or {}
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    return Incoming(
        kind=kind,
        team=str((body.get("team") or {}).get("id") or ""),
        channel=channel,
        user=str((body.get("user") or {}).get("id") or ""),
        text=text,
        ts=str(message.get("ts") or container.get("message_ts") or ""),
        thread_ts=message.get("thread_ts"),
        private=channel.startswith("D"),
        pointer=pointer,
        response_url=body.get("response_url"),
    )


def plain_text(text: str, bot_user: str) -> str:
    """The words of a message: the bot's own mention gone, links and escapes as a person reads them."""
    text = _MENTION.sub(lambda match: "" if match[1] == bot_user else "@" + match[1], text)
    text = _LINK.sub(lambda match: match[3] or match[4] or match[2] or match[1] or "", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
