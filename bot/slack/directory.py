"""Who is asking, and who may ever see the answer (听众).

A person counts when the firm registered them and Slack says that they are a full member of the same workspace:
guests, bots and people of other firms are refused, and a foreign e-mail address is never trusted. A channel has
the ceiling that a person registered; its members are a second check, because a channel is only as safe as the
least entitled person in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from store.access import CEILINGS, Audience, FieldClass, Rights, Role, Viewer
from store.engine import Databases, reading, unit_of_work
from store.people import People, Person

#: How long what Slack said of a person or a channel is believed.
BELIEF = timedelta(minutes=10)
_MEMBERS_PAGE = 200
#: What Slack says of a user whom it does not show to us.
_NOBODY = ("user_not_found", "user_not_visible", "users_not_found")


#: The client that looks things up; other rooms need not import Slack's SDK to name it.
SlackReader = WebClient


def reading_client(token: str, api_url: str) -> SlackReader:
    """A client for look-ups: these may be repeated, so a dropped connection is tried again."""
    from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

    return WebClient(
        token=token,
        base_url=api_url,
        timeout=10,
        retry_handlers=[
            ConnectionErrorRetryHandler(max_retry_count=2),
            RateLimitErrorRetryHandler(max_retry_count=2),
        ],
    )


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who gets no answer; `reason` is the phrase that tells them why."""

    reason: str


class Directory:
    """Looks people and channels up; remembers what Slack said for ten minutes."""

    def __init__(
        self, databases: Databases, client: SlackReader, *, rights: Rights, clock: Callable[[], datetime]
    ) -> None:
        self._databases = databases
        self._client = client
        self._rights = rights
        self._clock = clock
        self._lock = threading.Lock()
        self._profiles: dict[tuple[str, str], tuple[datetime, Mapping[str, Any]]] = {}
        self._own_id: str | None = None

    def person(self, team: str, user: str) -> Person | Stranger:
        """The registered person behind a Slack user; a stranger with the reason otherwise."""
        profile = self._profile(team, user)
        foreign = bool(profile.get("team_id")) and profile["team_id"] != team
        if foreign or any(
            profile.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger")
        ):
            return Stranger("slack.notice.guest")
        if profile.get("is_bot") or profile.get("deleted"):
            return Stranger("slack.notice.stranger")
        with reading(self._databases.read) as connection:
            people = People(connection)
            known = people.by_slack(team, user)
            if known is None and (email := (profile.get("profile") or {}).get("email")):
                known = people.by_email(str(email).lower())
                # An address that is already tied to another Slack account is not taken over by this one.
                if (
                    known is not None
                    and known.slack_user
                    and (known.slack_team, known.slack_user) != (team, user)
                ):
                    known = None
        return known or Stranger("slack.notice.stranger")

    def viewer(self, person: Person, *, team: str, channel: str, private: bool) -> Viewer:
        """The person as a viewer in this place."""
        audience = Audience.alone() if private else self.audience(team, channel)
        return Viewer(actor=person.email, role=Role(person.role), audience=audience, rights=self._rights)

    def audience(self, team: str, channel: str) -> Audience:
        """What may be said in a channel: its registered ceiling, lowered to its least entitled member."""
        with reading(self._databases.read) as connection:
            known = People(connection).channel(team, channel)
        if known is None:
            return Audience.channel(channel)
        allowed = CEILINGS[FieldClass(known.ceiling)]
        for member in self._members(team, channel):
            person = self.person(team, member)
            role = Role.UNKNOWN if isinstance(person, Stranger) else Role(person.role)
            allowed &= self._rights.classes.get(role, frozenset()) | {FieldClass.PUBLIC}
        ceiling = next(level for level in reversed(FieldClass) if CEILINGS[level] <= allowed)
        return Audience.channel(known.name, ceiling)

    def forget_members(self, team: str, channel: str) -> None:
        """Somebody joined or left: ask Slack again before the next answer there."""
        with unit_of_work(self._databases.write) as connection:
            People(connection).forget_members(team, channel)

    def direct_channel(self, user: str) -> str:
        """The direct message with a person; opening it twice gives the same one."""
        return str(self._client.conversations_open(users=user)["channel"]["id"])

    def _members(self, team: str, channel: str) -> tuple[str, ...]:
        now = self._clock()
        with reading(self._databases.read) as connection:
            known = People(connection).members(team, channel)
        if known is not None and now - known.checked_at < BELIEF:
            return known.members
        members: list[str] = []
        cursor = ""
        while True:
            page = self._client.conversations_members(channel=channel, limit=_MEMBERS_PAGE, cursor=cursor)
            members += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        found = tuple(member for member in members if member != self.bot_user())
        with unit_of_work(self._databases.write) as connection:
            People(connection).set_members(team, channel, found, now)
        return found

    def _profile(self, team: str, user: str) -> Mapping[str, Any]:
        now = self._clock()
        with self._lock:
            known = self._profiles.get((team, user))
        if known is not None and now - known[0] < BELIEF:
            return known[1]
        try:
            profile: Mapping[str, Any] = self._client.users_info(user=user)["user"]
        except SlackApiError as refused:
            if refused.response.get("error") not in _NOBODY:
                raise
            profile = {"deleted": True}
        with self._lock:
            self._profiles[(team, user)] = (now, profile)
        return profile

    def bot_user(self) -> str:
        """The bot's own user id."""
        if self._own_id is None:
            self._own_id = str(self._client.auth_test()["user_id"])
        return self._own_id
