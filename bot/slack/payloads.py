"""A pure reading of Slack's payloads, whose shapes differ by kind: event, command, button, view, shortcut.

What nobody asked the bot (its own messages, edits, joins, talk among people) gives None, and so does what lacks the ids
without which nobody can be answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.identifiers import (
    BAD,
    CHOOSE_OPTION,
    COMMAND,
    FEEDBACK,
    GOOD,
    STOP,
    desk_of,
    read_command,
    unpack,
)
from bot.slack.incoming import Attachment, Incoming

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[#!][^>|]*\|?([^>]*)|(https?://[^>|]+)(?:\|([^>]*))?|mailto:[^>|]+\|([^>]*))>")


def read_incoming(body: Mapping[str, Any], bot_user: str) -> Incoming | None:
    """What a payload of Slack means for the bot; None when it means nothing."""
    if "event" in body:
        event = _part(body, "event")
        if event.get("type") == "app_home_opened":
            return _read_home(body, event)
        if event.get("type") == "agent_session_stopped":
            return _read_stop(body, event)
        return _read_event(body, event, bot_user)
    if body.get("command") == COMMAND:
        return _read_command(body)
    match body.get("type"):
        case "block_actions":
            return _read_action(body)
        case "view_submission":
            return _read_submission(body)
        case "message_action" | "shortcut":
            return _read_shortcut(body, bot_user)
    return None


def _read_home(body: Mapping[str, Any], event: Mapping[str, Any]) -> Incoming | None:
    team, user = _text(body, "team_id"), _text(event, "user")
    if event.get("tab") != "home" or not (team and user):
        return None
    return Incoming("home_opened", team, user, user, "", "", private=True)


def _read_stop(body: Mapping[str, Any], event: Mapping[str, Any]) -> Incoming | None:
    """Slack's own Stop, which stands at the session of a message."""
    team, user, channel = _text(body, "team_id"), _text(event, "user"), _text(event, "channel")
    if not (team and user and channel):
        return None
    thread, private = _text(event, "thread_ts") or None, channel.startswith("D")
    return Incoming("stop", team, channel, user, "", "", thread_ts=thread, private=private)


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
    files = tuple(_files(event)) if private else ()
    return Incoming(
        kind="file" if files else "question",
        team=team,
        channel=channel,
        user=user,
        text=plain_text(text, bot_user),
        ts=ts,
        thread_ts=thread,
        private=private,
        addressed=private or named,
        files=files,
    )


def _files(event: Mapping[str, Any]) -> Iterator[Attachment]:
    listed = event.get("files")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, Mapping) and _text(item, "id"):
            size = item.get("size")
            yield Attachment(
                _text(item, "id"),
                _text(item, "name") or _text(item, "title"),
                _text(item, "mimetype"),
                size if isinstance(size, int) else 0,
            )


def _read_command(body: Mapping[str, Any]) -> Incoming | None:
    team, channel, user = _text(body, "team_id"), _text(body, "channel_id"), _text(body, "user_id")
    if not (team and channel and user):
        return None
    text = plain_text(_text(body, "text"), "")
    return Incoming(
        kind="command",
        team=team,
        channel=channel,
        user=user,
        text=text,
        ts="",
        act=read_command(text)[0],
        private=channel.startswith("D"),
        response_url=_text(body, "response_url") or None,
    )


def _read_action(body: Mapping[str, Any]) -> Incoming | None:
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, Mapping):
        return None
    identifier = _text(action, "action_id")
    pointer = unpack(action.get("value")) or unpack(_text(_part(action, "selected_option"), "value"))
    desk = desk_of(identifier)
    if desk is not None:
        kind, text = f"{desk}_act", ""
    elif pointer is None:
        return None
    elif identifier.startswith(CHOOSE_OPTION) and pointer.choice:
        kind, text = "choice", pointer.choice
    elif identifier == STOP:
        kind, text = "stop", ""
    elif identifier == FEEDBACK and pointer.choice in (GOOD, BAD):
        kind, text = "feedback", pointer.choice
    else:
        return None
    container, message = _part(body, "container"), _part(body, "message")
    team, user = _text(_part(body, "team"), "id"), _text(_part(body, "user"), "id")
    channel = _text(_part(body, "channel"), "id") or _text(container, "channel_id")
    if container.get("type") == "view":
        channel = channel or user
    if not (team and user and channel):
        return None
    ts, thread = _text(message, "ts") or _text(container, "message_ts"), _text(message, "thread_ts")
    return Incoming(
        kind=kind,
        team=team,
        channel=channel,
        user=user,
        text=text,
        ts=ts,
        # A message under which a thread began is no part of that thread: whoever clicked it looks at the channel.
        thread_ts=thread if thread and thread != ts else None,
        private=channel.startswith("D") or channel == user,
        pointer=pointer,
        response_url=_text(body, "response_url") or None,
        act=identifier,
        values={identifier: _value(action)},
    )


def _read_submission(body: Mapping[str, Any]) -> Incoming | None:
    """A modal that was filled in; where it points stands in its `private_metadata`."""
    view = _part(body, "view")
    act, team, user = _text(view, "callback_id"), _team(body), _text(_part(body, "user"), "id")
    if not (team and user) or desk_of(act) is None:
        return None
    values = {
        action_id: _value(given)
        for block in _part(_part(view, "state"), "values").values()
        if isinstance(block, Mapping)
        for action_id, given in block.items()
        if isinstance(given, Mapping)
    }
    pointer = unpack(view.get("private_metadata"))
    return Incoming(
        "view_submission", team, user, user, "", "", private=True, pointer=pointer, act=act, values=values
    )


def _read_shortcut(body: Mapping[str, Any], bot_user: str) -> Incoming | None:
    """A shortcut on a message, whose words are `text`, or from anywhere."""
    act, team, user = _text(body, "callback_id"), _team(body), _text(_part(body, "user"), "id")
    if not (team and user) or desk_of(act) is None:
        return None
    said = plain_text(_text(_part(body, "message"), "text"), bot_user)
    return Incoming("shortcut", team, user, user, said, "", private=True, act=act)


def read_typing(body: Mapping[str, Any]) -> Incoming | None:
    """What somebody types in a select that asks for its options; `text` is what stands there so far."""
    act, team, user = _text(body, "action_id"), _team(body), _text(_part(body, "user"), "id")
    if not (team and user) or desk_of(act) is None:
        return None
    pointer = unpack(_part(body, "view").get("private_metadata"))
    typed = _text(body, "value")
    return Incoming("typing", team, user, user, typed, "", private=True, pointer=pointer, act=act)


def _team(body: Mapping[str, Any]) -> str:
    return _text(_part(body, "team"), "id") or _text(_part(body, "user"), "team_id")


def _value(given: Mapping[str, Any]) -> str:
    """What an element was given: words, the value of what was selected, an id, or several by line."""
    several = given.get("selected_options")
    if isinstance(several, list) and several:
        chosen = [_text(option, "value") for option in several if isinstance(option, Mapping)]
        return "\n".join(chosen)
    one = _text(_part(given, "selected_option"), "value")
    simple = ("value", "selected_user", "selected_date", "selected_time", "selected_conversation")
    return one or next((text for name in simple if (text := _text(given, name))), "")


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
