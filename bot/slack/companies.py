"""Which company is to be checked: before the check desk stands the question whom somebody means (选择客户).

`/dd check 恒岳` names several, the shortcut on a message names whom the message names. Where one customer is meant
the check begins; where several may be, the person chooses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.slack.arrivals import Desk
from bot.slack.directory import Directory, Stranger
from bot.slack.finding import Finder
from bot.slack.forms import Form
from bot.slack.identifiers import unpack
from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from bot.slack.views.companies import (
    CHECK_COMPANY,
    CUSTOMER,
    CUSTOMER_BLOCK,
    company_form,
    company_options,
    pick_message,
)
from bot.slack.views.source import notice_modal
from bot.slack.wishes import read_wish
from knowledge.names.keys import has_han
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Permission
from store.engine import Databases, unit_of_work
from store.people import Person


class Companies:
    """The desk `check`: finds the company, then hands over to the desk that checks it."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        finder: Finder,
        voice: Voice,
        checking: Desk | None,
        *,
        questions: Desk | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        """`questions` takes what begins like a wish for a check and asks something else."""
        self._databases = databases
        self._directory = directory
        self._finder = finder
        self._voice = voice
        self._checking = checking
        self._questions = questions
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Check the one that is meant, or ask which."""
        if incoming.kind == "question":
            self._by_wish(identity, incoming, person)
            return
        place = incoming.alone()
        viewer = self._directory.viewer(person, team=place.team, channel=place.channel, private=True)
        if not viewer.may(Permission.CHECK):
            self._say(identity, place, person, "slack.company.not_you")
        elif incoming.kind == "command":
            # Who writes the command in Chinese reads Chinese, whatever the name is written in.
            spoken = {"language": "zh"} if has_han(incoming.text.split(" ", 1)[0]) else {}
            self._by_words(identity, replace(place, values=spoken), person, incoming.rest)
        elif incoming.kind == "shortcut":
            # Where not exactly one company is named, the gateway has opened the form that asks.
            found = self._finder.find(incoming.text)
            if found.one is not None:
                self._check(identity, place, person, found.one.code)
        elif incoming.act == CHECK_COMPANY:
            if (chosen := unpack(incoming.values.get(CUSTOMER))) is not None:
                self._check(identity, place, person, chosen.code)
        elif incoming.word == "pick" and incoming.pointer is not None:
            self._check(identity, place, person, incoming.pointer.code)
        else:
            self._hand_over(identity, incoming, person)

    def _by_wish(self, identity: str, incoming: Incoming, person: Person) -> None:
        """A message that asks for a check: answered there where everybody may hear it, else in private."""
        found = self._finder.named(read_wish(incoming.text) or "")
        if found is None and self._questions is not None:
            self._questions.handle(identity, incoming, person)
            return
        viewer = self._directory.viewer(
            person, team=incoming.team, channel=incoming.channel, private=incoming.private
        )
        place = incoming if FieldClass.SUSPICION in viewer.classes else incoming.alone()
        if not viewer.may(Permission.CHECK):
            self._say(identity, incoming.alone(), person, "slack.company.not_you")
            return
        if place.channel != incoming.channel:
            phrases = self._voice.phrases(incoming, person)
            with unit_of_work(self._databases.write) as connection:
                self._voice.whisper(connection, identity, incoming, phrases["slack.private_here"])
        spoken = {"language": self._voice.phrases(incoming, person).language}
        if found is not None and found.one is not None:
            self._check(identity, replace(place, values=spoken), person, found.one.code)
        elif found is not None and found.several:
            phrases = self._voice.phrases(incoming, person)
            with unit_of_work(self._databases.write) as connection:
                message = pick_message(read_wish(incoming.text) or "", found.several, phrases)
                self._voice.reply(connection, identity, incoming.alone(), message)

    def _by_words(self, identity: str, place: Incoming, person: Person, name: str) -> None:
        if not name:
            self._say(identity, place, person, "slack.company.name_it")
            return
        found = self._finder.find(name)
        if found.one is not None:
            self._check(identity, place, person, found.one.code)
        elif found.several:
            phrases = self._phrases(place, person)
            with unit_of_work(self._databases.write) as connection:
                message = pick_message(name, found.several, phrases)
                self._voice.reply(connection, identity, place, message)
        else:
            self._say(identity, place, person, "slack.company.unknown")

    def _check(self, identity: str, place: Incoming, person: Person, code: str) -> None:
        self._hand_over(
            identity, replace(place, kind="command", act="check", text=f"check {code}", pointer=None), person
        )

    def _hand_over(self, identity: str, incoming: Incoming, person: Person) -> None:
        if self._checking is None:
            self._say(identity, incoming.alone(), person, "slack.notice.no_desk")
        else:
            self._checking.handle(identity, incoming, person)

    def _say(self, identity: str, place: Incoming, person: Person, phrase: str) -> None:
        self._voice.say(identity, place, self._phrases(place, person)[phrase])

    def _phrases(self, place: Incoming, person: Person) -> Phrasebook:
        """A command is answered in the language of its first word or the person's own: a name tells nothing of it."""
        if place.kind != "command":
            return self._voice.phrases(place, person)
        return Phrasebook.nearest(place.values.get("language") or person.language or "en")


class CompanyForm(Form):
    """The form of the shortcut “check this company”, where the message names not exactly one.

    What else the desk opens is left to `checking`.
    """

    def __init__(self, directory: Directory, finder: Finder, checking: Form | None = None) -> None:
        self._directory = directory
        self._finder = finder
        self._checking = checking or Form()

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        if incoming.act != CHECK_COMPANY:
            return self._checking.modal(incoming)
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            phrases = Phrasebook("en")
            return notice_modal(phrases[person.reason], phrases)
        phrases = Phrasebook.nearest(person.language or "en")
        viewer = self._directory.viewer(person, team=incoming.team, channel="", private=True)
        if not viewer.may(Permission.CHECK):
            return notice_modal(phrases["slack.company.not_you"], phrases)
        found = self._finder.find(incoming.text)
        return None if found.one else company_form(incoming.text, found.several, phrases)

    def objections(self, incoming: Incoming) -> dict[str, str]:
        if incoming.act != CHECK_COMPANY:
            return self._checking.objections(incoming)
        if unpack(incoming.values.get(CUSTOMER)) is not None:
            return {}
        person = self._directory.person(incoming.team, incoming.user)
        language = None if isinstance(person, Stranger) else person.language
        return {CUSTOMER_BLOCK: Phrasebook.nearest(language or "en")["slack.company.choose"]}

    def suggest(self, incoming: Incoming, typed: str) -> list[dict[str, Any]]:
        if incoming.act != CUSTOMER:
            return self._checking.suggest(incoming, typed)
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            return []
        viewer = self._directory.viewer(person, team=incoming.team, channel="", private=True)
        if not viewer.may(Permission.CHECK):
            return []
        return company_options(self._finder.suggest(typed))
