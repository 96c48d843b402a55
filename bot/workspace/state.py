"""The memory of the workspace: who is there, what was said, which views and streams are open.

Everything is kept in plain dictionaries and is touched by one thread only (the server's event loop, or
a test that holds a ``Workspace`` alone), so there are no locks. Two callbacks leave this module:
``emit`` takes an Events API event for the app, ``publish`` a change for people's pages.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import SlackError
from .seed import Seed, default_seed


@dataclass(slots=True)
class Clock:
    """Wall time plus an offset that tests may push forward."""

    offset: float = 0.0

    def now(self) -> float:
        """Seconds since 1970 in UTC."""
        return time.time() + self.offset


@dataclass(slots=True)
class Message:
    """One message; ``only_for`` makes it an ephemeral of that user."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    bot: bool = False
    metadata: dict[str, Any] | None = None
    edited: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    only_for: str | None = None
    subtype: str | None = None
    streaming: bool = False
    attachments: list[dict[str, Any]] = field(default_factory=list)
    username: str | None = None


@dataclass(slots=True)
class Channel:
    """A channel or a direct message (``im_user`` set), with its messages by ts in order of arrival."""

    id: str
    name: str
    is_private: bool = False
    is_ext_shared: bool = False
    topic: str = ""
    im_user: str | None = None
    archived: bool = False
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    #: Root ts → ts of its replies, so that a long channel stays quick.
    threads: dict[str, list[str]] = field(default_factory=dict)
    created: int = 0

    @property
    def kind(self) -> str:
        """Slack's ``channel_type``."""
        if self.im_user:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass(slots=True)
class View:
    """A modal or a Home tab as one user sees it; ``body`` is what the app sent."""

    id: str
    user: str
    body: dict[str, Any]
    root: str
    hash: str
    previous: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Trigger:
    """A short-lived right to open a modal for ``user``."""

    user: str
    expires: float
    used: bool = False
    view: str | None = None


@dataclass(slots=True)
class ResponseUrl:
    """Where an app may answer an interaction without a token."""

    channel: str
    user: str
    expires: float
    uses: int
    message_ts: str | None = None
    thread_ts: str | None = None


@dataclass(slots=True)
class Status:
    """The line "Bonafide is checking …" of one thread."""

    text: str
    loading: list[str]
    until: float


class Workspace:
    """A whole workspace in memory."""

    def __init__(self, seed: Seed | None = None) -> None:
        self.seed = seed or default_seed()
        self.clock = Clock()
        self.journal: list[dict[str, Any]] = []
        self.emit: Callable[[dict[str, Any]], None] = self.journal.append
        self.publish: Callable[[dict[str, Any]], None] = lambda change: None
        self.reset()

    def reset(self) -> None:
        """Back to the seed: nothing said, nothing open."""
        seed = self.seed
        bot = seed.bot
        self.users: dict[str, dict[str, Any]] = {}
        for person in seed.users:
            record = person.model_dump()
            record["team_id"] = record["team_id"] or seed.team.id
            self.users[person.id] = record
        self.users[bot.user_id] = {
            **dict.fromkeys(("is_admin", "is_restricted", "is_ultra_restricted", "is_stranger"), False),
            "id": bot.user_id,
            "name": bot.name,
            "real_name": bot.display_name,
            "is_bot": True,
            "display_name": bot.display_name,
            "email": "",
            "title": "",
            "team_id": seed.team.id,
            "locale": "en-US",
            "tz": "Etc/UTC",
            "tz_offset": 0,
            "colour": "#0b6e4f",
        }
        created = int(self.clock.now())
        self.channels: dict[str, Channel] = {
            room.id: Channel(
                id=room.id,
                name=room.name,
                is_private=room.is_private,
                is_ext_shared=room.is_ext_shared,
                topic=room.topic,
                members=list(room.members),
                created=created,
            )
            for room in seed.channels
        }
        self.views: dict[str, View] = {}
        self.modals: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.statuses: dict[tuple[str, str], Status] = {}
        self.sessions: dict[tuple[str, str], dict[str, Any]] = {}
        self.prompts: dict[tuple[str, str | None], dict[str, Any]] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.streams: dict[tuple[str, str], Any] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.read: dict[tuple[str, str], str] = {}
        self.revoked: set[str] = set()
        self._last = 0

    # -- identity -----------------------------------------------------------------------------------

    @property
    def bot_user(self) -> str:
        """The bot's user id."""
        return self.seed.bot.user_id

    def mint(self, prefix: str) -> str:
        """A new id of Slack's look, such as ``V0A1B2C3D4E``."""
        return prefix + "0" + secrets.token_hex(5).upper()

    def stamp(self) -> str:
        """A new message ts: microseconds of the clock, never the same twice."""
        moment = max(int(self.clock.now() * 1_000_000), self._last + 1)
        self._last = moment
        return f"{moment // 1_000_000}.{moment % 1_000_000:06d}"

    def user(self, user_id: str) -> dict[str, Any]:
        """The record of a user. Raises SlackError user_not_found."""
        try:
            return self.users[user_id]
        except KeyError:
            raise SlackError("user_not_found") from None

    def channel(self, channel_id: str) -> Channel:
        """A channel by id; a user id means the direct message of that user with the bot."""
        if channel_id in self.channels:
            return self.channels[channel_id]
        if channel_id in self.users and channel_id != self.bot_user:
            return self.open_direct(channel_id)
        raise SlackError("channel_not_found")

    def open_direct(self, user_id: str) -> Channel:
        """The direct message between a user and the bot, made on demand."""
        self.user(user_id)
        for channel in self.channels.values():
            if channel.im_user == user_id:
                return channel
        channel = Channel(
            id="D0" + user_id[1:],
            name=self.bot_user,
            im_user=user_id,
            is_private=True,
            members=[user_id, self.bot_user],
            created=int(self.clock.now()),
        )
        self.channels[channel.id] = channel
        self.publish({"type": "channel", "channel": channel.id, "for": [user_id]})
        return channel

    def message(self, channel_id: str, ts: str) -> Message:
        """A durable message. Raises SlackError message_not_found."""
        found = self.channel(channel_id).messages.get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def audience(self, channel: Channel) -> list[str]:
        """The people (not the bot) who see a channel."""
        return [user for user in channel.members if user != self.bot_user]

    # -- short-lived rights -------------------------------------------------------------------------

    def grant_trigger(self, user: str, *, view: str | None = None) -> str:
        """A new trigger id that lives for ``rules.trigger_seconds``."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        expires = self.clock.now() + self.seed.rules.trigger_seconds
        self.triggers[trigger_id] = Trigger(user=user, expires=expires, view=view)
        return trigger_id

    def take_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger once. Raises SlackError for an unknown, used or expired one."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() > trigger.expires:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def grant_response_url(self, channel: str, user: str, **where: Any) -> str:
        """A new key for a response_url of an interaction."""
        key = secrets.token_hex(12)
        rules = self.seed.rules
        self.response_urls[key] = ResponseUrl(
            channel=channel,
            user=user,
            expires=self.clock.now() + rules.response_url_seconds,
            uses=rules.response_url_uses,
            **where,
        )
        return key

    def forget_rights(self) -> None:
        """Let go of triggers and response_urls that ran out ten minutes ago (until then they say why)."""
        before = self.clock.now() - 600
        self.triggers = {key: each for key, each in self.triggers.items() if each.expires > before}
        self.response_urls = {key: each for key, each in self.response_urls.items() if each.expires > before}

    def expire_statuses(self) -> None:
        """Clear the status lines that no message came to replace in time."""
        now = self.clock.now()
        for key in [key for key, status in self.statuses.items() if now >= status.until]:
            self.clear_status(*key)

    def clear_status(self, channel_id: str, thread_ts: str) -> None:
        """Take away the status line of a thread, if it has one."""
        if self.statuses.pop((channel_id, thread_ts), None) is not None:
            audience = self.audience(self.channels[channel_id])
            change = {"type": "status", "channel": channel_id, "thread_ts": thread_ts, "status": ""}
            self.publish({**change, "loading_messages": [], "for": audience})
