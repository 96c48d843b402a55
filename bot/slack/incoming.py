"""What Slack delivered, as one frozen value: a pure reading of its payloads.

Slack's shapes differ by kind (event, command, button); the rest of the surface knows only `Incoming`. What nobody
asked the bot (its own messages, edits, joins, talk among people) gives None, and so does what lacks the ids without
which nobody can be answered.
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
        return _read_event(body, _part(body, "event"), bot_user)
    if body.get("command") == COMMAND:
        return _read_command(body)
    if body.get("type") == "block_actions":
        return _read_action(body)
    return None


def _read_event(body: Mapping[str, Any], event: Mapping[str, Any], bot_user: str) -> Incoming | None:
    if event.get("type") not in ("app_mention", "message") or event.get("subtype") not in (
        None,
        "file_share",
    ):
        return None
    team, channel = _text(body, "team_id") or _text(event, "team"), _text(event, "channel")
    user, ts, text = _text(event, "user"), _text(event, "ts"), _text(event, "text")
    if not (team and channel and user and ts) or user == bot_user or event.get("bot_id"):
        return None
    private = event.get("channel_type") == "im"
    named = bot_user in _MENTION.findall(text) or event["type"] == "app_mention"
    thread = _text(event, "thread_ts") or None
    if not private and not named and not thread:
        return None
    return Incoming(
        kind="question",
        team=team,
        channel=channel,
        user=user,
        text=plain_text(text, bot_user),
        ts=ts,
        thread_ts=thread,
        private=private,
        addressed=private or named,
    )


def _read_command(body: Mapping[str, Any]) -> Incoming | None:
    team, channel, user = _text(body, "team_id"), _text(body, "channel_id"), _text(body, "user_id")
    if not (team and channel and user):
        return None
    return Incoming(
        kind="command",
        team=team,
        channel=channel,
        user=user,
        text=plain_text(_text(body, "text"), ""),
        ts="",
        private=channel.startswith("D"),
        response_url=_text(body, "response_url") or None,
    )


def _read_action(body: Mapping[str, Any]) -> Incoming | None:
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, Mapping):
        return None
    pointer, identifier = unpack(action.get("value")), _text(action, "action_id")
    if pointer is None:
        return None
    if identifier.startswith(CHOOSE_OPTION) and pointer.choice:
        kind, text = "choice", pointer.choice
    elif identifier == FEEDBACK and pointer.choice in (GOOD, BAD):
        kind, text = "feedback", pointer.choice
    else:
        return None
    container, message = _part(body, "container"), _part(body, "message")
    team, user = _text(_part(body, "team"), "id"), _text(_part(body, "user"), "id")
    channel = _text(_part(body, "channel"), "id") or _text(container, "channel_id")
    if not (team and user and channel):
        return None
    return Incoming(
        kind=kind,
        team=team,
        channel=channel,
        user=user,
        text=text,
        ts=_text(message, "ts") or _text(container, "message_ts"),
        thread_ts=_text(message, "thread_ts") or None,
        private=channel.startswith("D"),
        pointer=pointer,
        response_url=_text(body, "response_url") or None,
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within a payload; empty when it is none."""
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(part: Mapping[str, Any], name: str) -> str:
    """A text within a payload; empty when it is none."""
    value = part.get(name)
    return value if isinstance(value, str) else ""


def plain_text(text: str, bot_user: str) -> str:
    """The words of a message: the bot's own mention gone, links and escapes as a person reads them."""
    text = _MENTION.sub(lambda match: "" if match[1] == bot_user else "@" + match[1], text)
    text = _LINK.sub(lambda match: match[3] or match[4] or match[2] or match[1] or "", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
