"""The desk of alerts: what people click and fill in at an alert, and what they hear about it (预警处理).

Whether somebody may act, and whether the alert is still in a state for it, is decided by `bot.monitoring` in the
transaction that acts; here the outcome is told to the one who clicked, alone, and nobody else is bothered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from bot.slack.alerting import AlertBoard
from bot.slack.arrivals import Desk
from bot.slack.directory import Directory, Stranger
from bot.slack.forms import Form
from bot.slack.incoming import Incoming
from bot.slack.places import Spot
from bot.slack.saying import Voice
from bot.slack.views.alert import AlertCard, moment
from bot.slack.views.alert_forms import (
    CHOICE,
    CLOSE,
    DISMISS,
    NOTE,
    OTHER,
    OUTCOMES,
    REASONS,
    WORDS,
    WORDS_BLOCK,
    Step,
    close_form,
    dismiss_form,
    history_page,
    note_form,
)
from bot.slack.views.alert_list import LINES, alert_list
from bot.slack.views.limits import escape
from bot.slack.views.source import notice_modal
from prompts.phrasebook import Phrasebook
from store.access import Permission
from store.engine import Databases, reading, unit_of_work
from store.people import Person


class Result(StrEnum):
    """What came of a click."""

    DONE = "done"
    ALREADY = "already"  # it is in that state, through this click's earlier run or through somebody else
    IMPOSSIBLE = "impossible"  # its state allows it no more: closed, dismissed
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"


class Outcome(Protocol):
    """What an act came to, with the alert as it is after it."""

    @property
    def result(self) -> str:
        """One of `Result`."""

    @property
    def state(self) -> str:
        """The state that the alert is in."""

    @property
    def by(self) -> str | None:
        """Who brought it there, by e-mail; None: a rule."""

    @property
    def at(self) -> datetime | None:
        """Since when it is there."""


class AlertActs(Protocol):
    """What people do to alerts: `bot.monitoring.desk`. Each checks rights and state in the transaction that acts,
    writes the ledger, and draws every message again; `request` is the arrival, and the same one acts once."""

    def act(
        self,
        word: str,
        code: str,
        person: Person,
        *,
        request: str,
        words: str = "",
        until: datetime | None = None,
    ) -> Outcome:
        """`word` is acknowledge, take, snooze (`until`), dismiss, close (`words`: reason, outcome) or note."""


class Alerts(Protocol):
    """What the surface reads of alerts: `bot.slack.alertbook`."""

    def card(self, connection: Connection, code: str, language: str) -> AlertCard | None:
        """The alert with this code."""

    def steps(self, connection: Connection, code: str, language: str) -> list[Step]:
        """What happened to it."""

    def open_cards(
        self, connection: Connection, language: str, *, limit: int, offset: int = 0
    ) -> list[AlertCard]:
        """Those that are open, the gravest and then the oldest first."""

    def open_counts(self, connection: Connection) -> Mapping[str, int]:
        """How many are open, by severity."""

    def identity(self, connection: Connection, code: str) -> UUID | None:
        """The key of the alert with this code."""

    def who(self, connection: Connection, email: str | None) -> str | None:
        """The name of a person as people are shown."""


class AlertClicks:
    """Takes clicks at alerts, the forms about them, and `/dd alerts`; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        voice: Voice,
        book: Alerts,
        board: AlertBoard,
        acts: AlertActs,
        checking: Desk,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`checking` is the desk that a click on “Check now” is handed to."""
        self._databases = databases
        self._directory = directory
        self._voice = voice
        self._book = book
        self._board = board
        self._acts = acts
        self._checking = checking
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Act, and tell the one who clicked where nothing came of it."""
        phrases = Phrasebook.nearest(person.language or "en")
        viewer = self._directory.viewer(person, team=incoming.team, channel="", private=True)
        pointer = incoming.pointer
        may = viewer.may(Permission.ALERTS)
        if incoming.kind == "command":
            if may:
                self._list(identity, incoming.alone(), phrases)
            else:
                self._voice.say(identity, incoming.alone(), phrases["slack_alerts.said.not_you"])
        elif not may:
            self._whisper(identity, incoming, phrases["slack_alerts.said.not_allowed"])
        elif pointer is None:
            self._whisper(identity, incoming, phrases["slack_alerts.said.gone"])
        elif incoming.word == "show":
            self._show(identity, incoming, person, pointer.code)
        elif incoming.word == "check":
            self._check(identity, incoming, person, phrases, pointer.code)
        else:
            self._act(identity, incoming, person, phrases, pointer.code)

    def _act(self, identity: str, incoming: Incoming, person: Person, phrases: Phrasebook, code: str) -> None:
        word, words, until = _deed(incoming), "", None
        if incoming.kind == "view_submission":
            words = _said(incoming)
        elif word == "snooze":
            until = next_morning(self._clock())
        outcome = self._acts.act(word, code, person, request=identity, words=words, until=until)
        told = self._told(outcome, word, code, until, phrases)
        if told:
            self._whisper(identity, incoming, told)

    def _told(
        self, outcome: Outcome, word: str, code: str, until: datetime | None, phrases: Phrasebook
    ) -> str | None:
        """What the one who clicked hears; None where the message itself shows what they did."""
        result = Result(outcome.result)
        if result is Result.DONE:
            if word == "note":
                return phrases.say("slack_alerts.said.noted", code=code)
            if word == "snooze":
                return phrases.say("slack_alerts.said.snoozed", code=code, when=moment(until, phrases))
            return None
        if result in (Result.NOT_ALLOWED, Result.GONE):
            return phrases[f"slack_alerts.said.{result.value}"]
        state = phrases[f"slack_alerts.word.{outcome.state}"]
        if result is Result.IMPOSSIBLE and outcome.by is None:
            return phrases.say("slack_alerts.said.nothing", code=code, state=state)
        with reading(self._databases.read) as connection:
            who = self._book.who(connection, outcome.by)
        when = moment(outcome.at, phrases)
        if who is None:
            return phrases.say("slack_alerts.said.already_by_rule", code=code, state=state, when=when)
        return phrases.say("slack_alerts.said.already", code=code, state=state, who=escape(who), when=when)

    def _check(
        self, identity: str, incoming: Incoming, person: Person, phrases: Phrasebook, code: str
    ) -> None:
        """Hand over to the desk that checks; the check comes to the one who clicked, alone."""
        with reading(self._databases.read) as connection:
            card = self._book.card(connection, code, phrases.language)
        if card is None or not card.customer_code:
            self._whisper(identity, incoming, phrases["slack_alerts.said.gone"])
            return
        asked = replace(
            incoming.alone(), kind="command", act="check", text=f"check {card.customer_code}", pointer=None
        )
        self._checking.handle(identity, asked, person)

    def _list(self, identity: str, place: Incoming, phrases: Phrasebook) -> None:
        with reading(self._databases.read) as connection:
            cards = self._book.open_cards(connection, phrases.language, limit=LINES)
            count = sum(self._book.open_counts(connection).values())
        with unit_of_work(self._databases.write) as connection:
            self._voice.reply(connection, identity, place, alert_list(cards, count, phrases))

    def _show(self, identity: str, incoming: Incoming, person: Person, code: str) -> None:
        """Post the alert into the direct message with the one who asks to see it, where it is drawn again too."""
        spot = Spot(incoming.team, incoming.user, person.language or "en", is_person=True)
        with unit_of_work(self._databases.write) as connection:
            alert_id = self._book.identity(connection, code)
            if alert_id is not None:
                self._board.show(connection, alert_id, spot, again=identity)

    def _whisper(self, identity: str, incoming: Incoming, text: str) -> None:
        with unit_of_work(self._databases.write) as connection:
            self._voice.whisper(connection, identity, incoming, text)


class AlertForms(Form):
    """The forms about an alert, opened while the click's trigger lives."""

    def __init__(self, databases: Databases, directory: Directory, book: Alerts) -> None:
        self._databases = databases
        self._directory = directory
        self._book = book

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        person = self._directory.person(incoming.team, incoming.user)
        phrases = Phrasebook.nearest((not isinstance(person, Stranger) and person.language) or "en")
        if isinstance(person, Stranger) or not self._may(incoming, person):
            return notice_modal(phrases["slack_alerts.said.not_allowed"], phrases)
        code = incoming.pointer.code if incoming.pointer else ""
        with reading(self._databases.read) as connection:
            card = self._book.card(connection, code, phrases.language)
            steps = self._book.steps(connection, code, phrases.language) if card else []
        if card is None:
            return notice_modal(phrases["slack_alerts.said.gone"], phrases)
        if incoming.word == "history":
            return history_page(card, steps, phrases)
        if incoming.word == "note":
            return note_form(card, phrases)
        if card.is_over:
            state = phrases[f"slack_alerts.word.{card.state}"]
            return notice_modal(
                phrases.say("slack_alerts.said.nothing", code=card.code, state=state), phrases
            )
        return dismiss_form(card, phrases) if incoming.word == "dismiss" else close_form(card, phrases)

    def objections(self, incoming: Incoming) -> dict[str, str]:
        needs_words = incoming.act == NOTE or incoming.values.get(CHOICE) == OTHER
        if not needs_words or incoming.values.get(WORDS, "").strip():
            return {}
        person = self._directory.person(incoming.team, incoming.user)
        phrases = Phrasebook.nearest((not isinstance(person, Stranger) and person.language) or "en")
        return {WORDS_BLOCK: phrases["slack_alerts.form.words_needed"]}

    def _may(self, incoming: Incoming, person: Person) -> bool:
        viewer = self._directory.viewer(person, team=incoming.team, channel="", private=True)
        return viewer.may(Permission.ALERTS)


def next_morning(now: datetime) -> datetime:
    """When a quiet alert speaks again: about a night later, at a full hour."""
    return (now + timedelta(hours=18)).replace(minute=0, second=0, microsecond=0)


def _deed(incoming: Incoming) -> str:
    """What is to be done, by the word of a click or the id of a form."""
    forms = {DISMISS: "dismiss", CLOSE: "close", NOTE: "note"}
    return forms.get(incoming.act, incoming.word)


def _said(incoming: Incoming) -> str:
    """The reason, outcome or note as it is kept: the word that was chosen, then what was written behind a colon."""
    words = incoming.values.get(WORDS, "").strip()
    choice = incoming.values.get(CHOICE, "")
    if incoming.act == NOTE:
        return words
    known = REASONS if incoming.act == DISMISS else OUTCOMES
    return f"{choice if choice in known else OTHER}: {words}".rstrip(": ")
