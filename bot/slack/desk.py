"""What the gateway says by itself: help, who somebody is, the status line, suggested prompts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.slack.directory import Directory, Stranger
from bot.slack.incoming import Incoming
from bot.slack.views.limits import escape
from knowledge.reading.language import detect_language
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Permission, Role, Viewer
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.model_calls import StopWishes

#: The suggested prompts of each role, by phrase.
_PROMPTS = {
    Role.SALES: ("sales_1", "sales_2"),
    Role.RISK: ("sales_1", "risk_1", "risk_2"),
    Role.COMPLIANCE: ("compliance_1", "compliance_2"),
    Role.AUDITOR: ("compliance_1", "compliance_2"),
}


class FrontDesk:
    """Answers of the moment; nothing here reads a dossier."""

    def __init__(self, databases: Databases, directory: Directory, *, takes_time: bool = False) -> None:
        """`takes_time`: a model answers, and people may want to stop it."""
        self._databases = databases
        self._directory = directory
        self.takes_time = takes_time

    def language(self, incoming: Incoming) -> str:
        """The language of the words, else the person's own, else English."""
        words = incoming.text.split(" ", 1)[-1] if incoming.kind == "command" else incoming.text
        found = detect_language(words)
        if found in ("en", "zh") and words.strip() not in ("", "help", "who", "ask"):
            return found
        person = self._directory.person(incoming.team, incoming.user)
        return (None if isinstance(person, Stranger) else person.language) or "en"

    def help(self, incoming: Incoming) -> str:
        phrases = Phrasebook(self.language(incoming))
        body = phrases["slack.help.body"]
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            return body
        viewer = self._directory.viewer(person, team=incoming.team, channel="", private=True)
        checks = phrases["slack.help.checks"] if viewer.may(Permission.CHECK) else ""
        ledger = phrases["slack.help.ledger"] if viewer.may(Permission.READ_LEDGER) else ""
        return body + checks + ledger

    def who(self, incoming: Incoming) -> str:
        phrases = Phrasebook(self.language(incoming))
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            return phrases[person.reason]
        viewer = self._directory.viewer(
            person, team=incoming.team, channel=incoming.channel, private=incoming.private
        )
        return phrases.say(
            "slack.who",
            name=escape(person.name or person.email),
            role=phrases[f"slack.role.{person.role.value}"],
            classes=_classes(viewer, phrases),
        )

    def private_notice(self, incoming: Incoming) -> str:
        return Phrasebook(self.language(incoming))["slack.private_here"]

    def status(self, incoming: Incoming) -> str:
        language = detect_language(incoming.text)
        return Phrasebook.nearest(language)["slack.status"]

    def stop(self, incoming: Incoming) -> None:
        """End what this person has asked in this conversation and is still answered; only their own."""
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            return
        viewer = self._directory.viewer(person, team=incoming.team, channel=incoming.channel, private=True)
        with unit_of_work(self._databases.write) as connection:
            for conversation in incoming.stopped:
                StopWishes(connection).put(conversation[:200], viewer.actor, datetime.now(UTC))

    def prompts(self, team: str, user: str) -> list[dict[str, str]]:
        person = self._directory.person(team, user)
        if isinstance(person, Stranger):
            return []
        with reading(self._databases.read) as connection:
            customers = Customers(connection).all()[:1]
        if not customers:
            return []
        phrases = Phrasebook(person.language or "en")
        suggested: list[dict[str, str]] = []
        for key in _PROMPTS.get(person.role, ()):
            text = phrases.say(f"slack.prompts.{key}", name=customers[0].legal_name)
            suggested.append({"title": text[:75], "message": text})
        return suggested


def _classes(viewer: Viewer, phrases: Phrasebook) -> str:
    said: list[Any] = [
        phrases[f"slack.class.{level.value}"] for level in FieldClass if level in viewer.classes
    ]
    return phrases["slack.list_separator"].join(said) or phrases["slack.class.nothing"]
