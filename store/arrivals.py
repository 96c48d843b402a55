"""What arrived, and every way in which the same thing can arrive twice.

Slack delivers again after a missed acknowledgement (same event id), sends a mention twice by design
(`app_mention` and `message` with one ts), and people click twice. Each way is one key, and each key is
unique in the inbox. The functions are pure: the same body gives the same keys on every machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from store.errors import StoreError

#: The width of the key columns; a longer key is cut and ends in a hash of the whole.
_WIDTH = 255


class DeliveryUnreadable(StoreError):
    """What arrived has none of the shapes that Slack documents, or lacks the ids that make it unique."""


class ArrivalKind(StrEnum):
    """The kinds of thing that Slack delivers and that need an answer later."""

    EVENT = "event"
    COMMAND = "command"
    ACTION = "action"
    VIEW = "view"
    SHORTCUT = "shortcut"


class ArrivalState(StrEnum):
    """NEW is written down, QUEUED has a job, DONE and FAILED are finished (`error` says why it failed)."""

    NEW = "new"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Keys:
    """What makes one delivery unique; `content` is None where only the delivery itself can repeat."""

    kind: ArrivalKind
    team: str
    delivery: str
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One row of the inbox; `id` (UUIDv7 as text) is the idempotency key of all that follows from it."""

    id: str
    kind: ArrivalKind
    team: str
    delivery_key: str
    content_key: str | None
    body: dict[str, Any]
    received_at: datetime
    state: ArrivalState
    attempts: int
    finished_at: datetime | None
    error: str | None


def event_keys(body: Mapping[str, Any]) -> Keys:
    """The keys of anything that Slack sends; raises `DeliveryUnreadable` when it cannot be told apart."""
    if not isinstance(body, Mapping):
        raise DeliveryUnreadable("a delivery is a JSON object")
    match body.get("type"):
        case "event_callback":
            return _of_event(body)
        case "block_actions":
            return _of_action(body)
        case "view_submission" | "view_closed":
            return _of_view(body)
        case "shortcut" | "message_action":
            return _of_shortcut(body)
    if "command" in body:
        return _of_command(body)
    raise DeliveryUnreadable(f"no kind of delivery has the type {str(body.get('type'))[:40]!r}")


def _of_event(body: Mapping[str, Any]) -> Keys:
    team = _need(body, "team_id")
    event = body.get("event")
    if not isinstance(event, Mapping):
        raise DeliveryUnreadable("an event_callback has an object `event`")
    content = None
    # An edit or a deletion carries the ts of its own notice, and joins are no message that is answered.
    if event.get("type") == "app_mention" or (
        event.get("type") == "message" and event.get("subtype") in (None, "file_share", "thread_broadcast")
    ):
        channel, ts = event.get("channel"), event.get("ts")
        if isinstance(channel, str) and channel and isinstance(ts, str) and ts:
            content = _key("msg", team, channel, ts)
    return Keys(ArrivalKind.EVENT, team, _key("ev", team, _need(body, "event_id")), content)


def _of_command(body: Mapping[str, Any]) -> Keys:
    return Keys(ArrivalKind.COMMAND, _team(body), _key("cmd", _need(body, "trigger_id")))


def _of_action(body: Mapping[str, Any]) -> Keys:
    team, user = _team(body), _user(body)
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], Mapping):
        raise DeliveryUnreadable("block_actions has a list `actions`")
    first = actions[0]
    return Keys(
        ArrivalKind.ACTION,
        team,
        _key("act", team, user, _need(first, "action_ts"), _need(first, "action_id")),
    )


def _of_view(body: Mapping[str, Any]) -> Keys:
    view = body.get("view")
    if not isinstance(view, Mapping):
        raise DeliveryUnreadable("a view submission has an object `view`")
    state = view.get("state")
    # The same view with the same hash is submitted again after a validation error, with other values in it.
    filled = json.dumps(state, sort_keys=True).encode() if state else b""
    word = "view" if body.get("type") == "view_submission" else "view closed"
    parts = [word, _need(view, "id"), str(view.get("hash") or ""), _user(body)]
    if filled:
        parts.append(hashlib.sha256(filled).hexdigest()[:16])
    return Keys(ArrivalKind.VIEW, _team(body), _key(*parts))


def _of_shortcut(body: Mapping[str, Any]) -> Keys:
    return Keys(
        ArrivalKind.SHORTCUT,
        _team(body),
        _key("short", _need(body, "trigger_id"), _need(body, "callback_id")),
    )


def _team(body: Mapping[str, Any]) -> str:
    team = body.get("team")
    if isinstance(team, Mapping):
        return _need(team, "id")
    if body.get("team_id"):
        return _need(body, "team_id")
    user = body.get("user")
    if isinstance(user, Mapping) and user.get("team_id"):
        return _need(user, "team_id")
    raise DeliveryUnreadable("what arrived names no team")


def _user(body: Mapping[str, Any]) -> str:
    user = body.get("user")
    if not isinstance(user, Mapping):
        raise DeliveryUnreadable("what arrived names no user")
    return _need(user, "id")


def _need(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value:
        raise DeliveryUnreadable(f"what arrived lacks the id `{name}`")
    return value


def _key(*parts: str) -> str:
    """Parts joined by colons; a colon or a stray character within a part cannot imitate another key."""
    key = ":".join(part.replace("%", "%25").replace(":", "%3A").replace("\0", "%00") for part in parts)
    key = key.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(key) <= _WIDTH:
        return key
    return f"{key[: _WIDTH - 65]}:{hashlib.sha256(key.encode()).hexdigest()}"
