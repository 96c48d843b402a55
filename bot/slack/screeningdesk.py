"""The desk of screening: `/dd screen NAME`, and what people click and fill in at a hit (名单筛查处理).

A hit is suspicion: it is said to whoever asked, alone, or in a place where everybody may hear it. Whoever may not
screen hears one sentence, whether there is anything or not. Rights and states are checked again by `bot.screening` in
the transaction that acts; here the outcome is told, and every message that shows the hit is drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.slack.asked import read_asked
from bot.slack.directory import Directory, Stranger
from bot.slack.finding import Finder
from bot.slack.forms import Form
from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from bot.slack.screeningboard import ScreeningBoard
from bot.slack.screeningbook import ScreeningBook
from bot.slack.views.alert import moment
from bot.slack.views.limits import escape
from bot.slack.views.screening_forms import FORMS, WORDS, WORDS_BLOCK, history_page, reason_form
from bot.slack.views.source import notice_modal
from bot.slack.wishes import read_screening_wish
from knowledge.names.keys import has_han
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Permission, Viewer
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.people import Person

if TYPE_CHECKING:
    from bot.screening.hits import HitDesk, Outcome
    from bot.screening.service import ScreeningDesk

#: Clicks that only show something.
_READING = ("more", "show")


class ScreeningClicks:
    """Takes `/dd screen`, clicks at hits and the forms about them; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        finder: Finder,
        voice: Voice,
        book: ScreeningBook,
        board: ScreeningBoard,
        screening: Callable[[], ScreeningDesk],
        hits: Callable[[], HitDesk],
    ) -> None:
        self._databases = databases
        self._directory = directory
        self._finder = finder
        self._voice = voice
        self._book = book
        self._board = board
        self._screening = screening
        self._hits = hits

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Screen, decide, confirm or show; and tell the one who clicked where nothing came of it."""
        place, viewer = self._place(incoming, person)
        phrases = self._phrases(incoming, person)
        pointer = incoming.pointer
        may = viewer.may(Permission.SCREEN) and FieldClass.SUSPICION in viewer.classes
        reads = may or viewer.may(Permission.READ_LEDGER)
        if incoming.kind in ("command", "question"):
            if may:
                self._screen(identity, incoming, place, viewer, phrases)
            else:
                self._voice.say(identity, incoming.alone(), phrases["slack_screening.said.not_you"])
        elif not (reads if incoming.word in _READING else may):
            self._whisper(identity, incoming, phrases["slack_screening.said.not_you"])
        elif pointer is None:
            self._whisper(identity, incoming, phrases["slack_screening.said.gone"])
        elif incoming.word in _READING:
            self._show(identity, incoming, place, pointer.code, max(0, pointer.number), phrases)
        else:
            self._act(identity, incoming, viewer, phrases, pointer.code)

    def _place(self, incoming: Incoming, person: Person) -> tuple[Incoming, Viewer]:
        """Where the answer stands: where it was asked when everybody there may hear it, else alone with the asker.

        A command is always answered alone, as is said under it.
        """
        if incoming.kind not in ("command", "view_submission") and not incoming.private:
            viewer = self._directory.viewer(
                person, team=incoming.team, channel=incoming.channel, private=False
            )
            if FieldClass.SUSPICION in viewer.classes:
                return incoming, viewer
        alone = incoming.alone()
        return alone, self._directory.viewer(person, team=alone.team, channel=alone.channel, private=True)

    def _phrases(self, incoming: Incoming, person: Person) -> Phrasebook:
        """The language of the command's first word or the person's own: a name tells nothing of it."""
        if incoming.kind == "question":
            spoken = "zh" if has_han(incoming.text[:2]) else person.language
        elif incoming.kind == "command" and has_han(incoming.text[:2]):
            spoken = "zh"
        else:
            spoken = person.language
        return Phrasebook.nearest(spoken or "en")

    def _screen(
        self, identity: str, incoming: Incoming, place: Incoming, viewer: Viewer, phrases: Phrasebook
    ) -> None:
        from bot.screening.errors import NothingToScreen

        words = incoming.rest
        if incoming.kind == "question":
            words = read_screening_wish(incoming.text) or ""
        if not words.strip():
            self._voice.say(identity, place, phrases["slack_screening.said.name_it"])
            return
        asked = read_asked(words)
        found = self._finder.named(asked.name) if asked.is_bare else None
        try:
            if found is not None and found.one is not None:
                with reading(self._databases.read) as connection:
                    customer_id = _customer_id(connection, found.one.code)
                kept = self._screening().screen_customer(customer_id, viewer, request=identity)
            else:
                kept = self._screening().screen_name(asked.subject(), viewer, request=identity)
        except NothingToScreen as nothing:
            because = escape(str(nothing))[:300]
            self._voice.say(identity, place, phrases.say("slack_screening.said.wrong", because=because))
            return
        except (Forbidden, UnknownSubject):
            self._voice.say(identity, incoming.alone(), phrases["slack_screening.said.not_you"])
            return
        if place.channel != incoming.channel and incoming.kind == "question":
            self._whisper(identity, incoming, phrases["slack.private_here"])
        if found is not None and found.several:
            codes = phrases["slack.list_separator"].join(each.code for each in found.several[:10])
            name = escape(asked.name[:120])
            told = phrases.say("slack_screening.said.which", name=name, codes=codes)
            self._voice.say(identity, place, told, part="which")
        with unit_of_work(self._databases.write) as connection:
            self._board.show(connection, identity, place, kept.code, 0, phrases.language)

    def _show(
        self,
        identity: str,
        incoming: Incoming,
        place: Incoming,
        shown: str,
        start: int,
        phrases: Phrasebook,
    ) -> None:
        with unit_of_work(self._databases.write) as connection:
            there = self._board.show(connection, identity, place, shown, start, phrases.language)
        if not there:
            self._whisper(identity, incoming, phrases["slack_screening.said.gone"])

    def _act(self, identity: str, incoming: Incoming, viewer: Viewer, phrases: Phrasebook, code: str) -> None:
        from bot.screening.errors import ReasonMissing

        verdict = _VERDICTS.get(incoming.act)
        try:
            if incoming.kind == "view_submission" and verdict is not None:
                said = incoming.values.get(WORDS, "")
                outcome = self._hits().decide(code, verdict, said, viewer, request=identity)
            elif incoming.word == "confirm":
                outcome = self._hits().confirm(code, viewer, request=identity)
            else:
                return
        except ReasonMissing:
            told: str | None = phrases["slack_screening.form.words_needed"]
        except Forbidden:
            told = phrases["slack_screening.said.not_you"]
        except UnknownSubject:
            told = phrases["slack_screening.said.gone"]
        else:
            with unit_of_work(self._databases.write) as connection:
                self._board.redraw(connection, outcome.hit.code)
            told = self._told(outcome, phrases)
        if told:
            self._whisper(identity, incoming, told)

    def _told(self, outcome: Outcome, phrases: Phrasebook) -> str | None:
        """What the one who clicked hears; None where the message itself shows what they did."""
        hit, result = outcome.hit, outcome.result.value
        state = phrases[f"slack_screening.state.{hit.state.value}"]
        if result == "done":
            return None
        if result in ("proposed", "second_person"):
            return phrases.say(f"slack_screening.said.{result}", code=hit.code)
        if result == "impossible":
            return phrases.say("slack_screening.said.impossible", code=hit.code, state=state)
        with reading(self._databases.read) as connection:
            who = self._book.who(connection, hit.by) or phrases["slack_screening.house"]
        values = {"code": hit.code, "state": state, "who": escape(who), "when": moment(hit.at, phrases)}
        return phrases.say("slack_screening.said.already", **values)

    def _whisper(self, identity: str, incoming: Incoming, text: str) -> None:
        with unit_of_work(self._databases.write) as connection:
            self._voice.whisper(connection, identity, incoming, text)


class ScreeningForms(Form):
    """The forms about a hit, opened while the click's trigger lives."""

    def __init__(self, databases: Databases, directory: Directory, book: ScreeningBook) -> None:
        self._databases = databases
        self._directory = directory
        self._book = book

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        if incoming.word not in ("true", "false", "unsure", "history"):
            return None
        person = self._directory.person(incoming.team, incoming.user)
        phrases = _of(person)
        if isinstance(person, Stranger) or not self._may(incoming, person):
            return notice_modal(phrases["slack_screening.said.not_you"], phrases)
        code = incoming.pointer.code if incoming.pointer else ""
        with reading(self._databases.read) as connection:
            hit = self._book.hit(connection, code, phrases.language)
            if hit is None:
                return notice_modal(phrases["slack_screening.said.gone"], phrases)
            if incoming.word == "history":
                return history_page(hit, self._book.steps(connection, code, phrases.language), phrases)
            needs_two = self._book.needs_two(connection, code)
        if hit.state == "closed":
            state = phrases["slack_screening.state.closed"]
            told = phrases.say("slack_screening.said.impossible", code=hit.code, state=state)
            return notice_modal(told, phrases)
        return reason_form(incoming.word, hit, phrases, needs_two=needs_two)

    def objections(self, incoming: Incoming) -> dict[str, str]:
        if incoming.act not in _VERDICTS or incoming.values.get(WORDS, "").strip():
            return {}
        phrases = _of(self._directory.person(incoming.team, incoming.user))
        return {WORDS_BLOCK: phrases["slack_screening.form.words_needed"]}

    def _may(self, incoming: Incoming, person: Person) -> bool:
        viewer = self._directory.viewer(person, team=incoming.team, channel="", private=True)
        screens = viewer.may(Permission.SCREEN) and FieldClass.SUSPICION in viewer.classes
        return screens or (incoming.word == "history" and viewer.may(Permission.READ_LEDGER))


_VERDICTS: Mapping[str, str] = {callback: verdict for verdict, callback in FORMS.items()}


def _of(person: Person | Stranger) -> Phrasebook:
    return Phrasebook.nearest((not isinstance(person, Stranger) and person.language) or "en")


def _customer_id(connection: Any, code: str) -> Any:
    from store.customers import Customers

    return Customers(connection).by_code(code).id
