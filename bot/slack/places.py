"""Where alerts may stand (预警去处): a channel only if it is registered for suspicion and everybody in it may see it.

A channel that does not qualify gives way to direct messages with those who may act, and with the reason why. This asks
Slack who sits in a channel, so it happens before a unit of work, never inside one.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.slack.directory import Directory, Stranger
from store.access import FieldClass, Permission, Role
from store.engine import Databases, reading
from store.people import Channel, People, Person

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel, or the direct message with a person (then `channel` is the person's Slack id).

    `instead` names a channel that would have been the place, `because` the phrase that says why it is none.
    """

    team: str
    channel: str
    language: str
    is_person: bool = False
    instead: str = ""
    because: str = ""


class Places:
    """Finds the places of alerts."""

    def __init__(self, databases: Databases, directory: Directory, *, language: str = "") -> None:
        """`language`: that of channels; where it is empty, that of most of their members."""
        self._databases = databases
        self._directory = directory
        self._language = language

    def find(
        self, channels: Iterable[str], roles: Iterable[Role], emails: Iterable[str] = ()
    ) -> tuple[Spot, ...]:
        """The places for an alert that policy sends to these channels, roles and persons; never twice the same, and
        in the order of team and channel, in which all reserve them.

        Where a channel falls out, those stand in for it whom the alert is for anyway, or else risk and compliance.
        """
        spots: dict[tuple[str, str], Spot] = {}
        wanted, named = set(roles), {each.strip().lower() for each in emails}
        fallen: list[tuple[str, str]] = []
        for reference in channels:
            with reading(self._databases.read) as connection:
                known = People(connection).channel(None, reference)
            because = self._objection(known)
            if known is not None and not because:
                spots[known.team, known.channel] = Spot(known.team, known.channel, self._spoken(known))
            else:
                fallen.append((reference, because))
        if fallen:
            wanted = wanted or {Role.RISK, Role.COMPLIANCE}
        for person in self._entitled():
            if person.role in wanted or person.email in named:
                assert person.slack_team is not None and person.slack_user is not None
                instead, because = fallen[0] if fallen else ("", "")
                spots.setdefault(
                    (person.slack_team, person.slack_user),
                    Spot(
                        person.slack_team, person.slack_user, person.language or "en", True, instead, because
                    ),
                )
        return tuple(spots[key] for key in sorted(spots))

    def _objection(self, channel: Channel | None) -> str:
        """The phrase that says why a channel may hold no alert; empty when it may."""
        if channel is None:
            return "slack_alerts.because.unregistered"
        if channel.ceiling is not FieldClass.SUSPICION:
            return "slack_alerts.because.ceiling"
        try:
            audience = self._directory.audience(channel.team, channel.channel)
        except SlackApiError as refused:
            log.warning("nobody can tell who sits in %s: %s", channel.name, refused.response.get("error"))
            return "slack_alerts.because.unknown"
        # The ceiling of the audience is lowered to the least entitled member.
        return "" if audience.ceiling is FieldClass.SUSPICION else "slack_alerts.because.members"

    def _entitled(self) -> list[Person]:
        """Everybody who may act on alerts and whom Slack knows as a full member."""
        with reading(self._databases.read) as connection:
            everybody = People(connection).everybody()
        return [
            person
            for person in everybody
            if person.slack_team and person.slack_user and self._may(person.slack_team, person.slack_user)
        ]

    def _may(self, team: str, user: str) -> bool:
        person = self._directory.person(team, user)
        if isinstance(person, Stranger):
            return False
        viewer = self._directory.viewer(person, team=team, channel="", private=True)
        return viewer.may(Permission.ALERTS) and FieldClass.SUSPICION in viewer.classes

    def _spoken(self, channel: Channel) -> str:
        """The language of a channel: as it is set, else that of most of its members."""
        if self._language:
            return self._language
        with reading(self._databases.read) as connection:
            people = People(connection)
            members = people.members(channel.team, channel.channel)
            found = [people.by_slack(channel.team, user) for user in (members.members if members else ())]
        spoken = Counter(person.language for person in found if person is not None and person.language)
        return spoken.most_common(1)[0][0] if spoken else "en"
