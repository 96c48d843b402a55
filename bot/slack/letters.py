"""Letters that ask a customer for what a check found missing: worded here, sent by people (索取材料).

Bonafide writes to no customer. The letter is given back to copy, kept as a note on the customer and entered in the
ledger. The note is suspicion like the check that it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.slack.directory import Directory
from bot.slack.identifiers import Pointer
from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from bot.slack.views.papers import LANGUAGE, OPENING, chosen, letter_message
from knowledge.names.keys import has_han
from prompts.phrasebook import LANGUAGES, Phrasebook
from store.access import FieldClass, Permission, Viewer
from store.engine import Databases, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.outbox import Outbox
from store.people import Person

if TYPE_CHECKING:
    from bot.checks.service import CheckDesk, KeptCheck


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter may ask for, in the language of `phrases`."""

    kept: KeptCheck
    name: str
    requests: tuple[str, ...]


class Letters:
    """Makes letters; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        voice: Voice,
        checks: Callable[[], CheckDesk],
        *,
        reply_days: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._directory = directory
        self._voice = voice
        self._checks = checks
        self._reply_days = reply_days
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """The modal was filled in: make the letter and keep it."""
        phrases = Phrasebook.nearest(person.language or "en")
        viewer = self._directory.viewer(person, team=incoming.team, channel=incoming.channel, private=True)
        language = incoming.values.get(LANGUAGE, "")
        language = language if language in LANGUAGES else phrases.language
        draft = self.draft(incoming.pointer, viewer, language)
        if not viewer.may(Permission.CHECK):
            self._voice.say(identity, incoming, phrases["slack_check.letter.not_you"])
        elif draft is None:
            self._voice.say(identity, incoming, phrases["slack_check.letter.gone"])
        else:
            asked = chosen(incoming.values, draft.requests)
            letter = self._word(draft, asked, incoming.values.get(OPENING, ""), Phrasebook(language))
            self._keep(identity, incoming, viewer, draft, asked, letter, phrases)

    def draft(self, pointer: Pointer | None, viewer: Viewer, language: str) -> Draft | None:
        """What can be asked for; None where the check is gone or this viewer may not have it."""
        try:
            kept = self._checks().load(pointer.code if pointer else "", viewer)
        except (Forbidden, UnknownSubject):
            return None
        if kept is None:
            return None
        body = kept.body_by_language[language]
        return Draft(kept, str(body["name"]), tuple(str(each) for each in body.get("requests") or ()))

    def greeting(self, name: str, phrases: Phrasebook) -> str:
        """How a letter begins unless somebody words it otherwise."""
        return phrases.say("slack_check.letter.greeting", name=name[:200], day=self._due())

    def _due(self) -> str:
        return (self._clock() + timedelta(days=self._reply_days)).date().isoformat()

    def _word(self, draft: Draft, asked: Sequence[str], opening: str, words: Phrasebook) -> str:
        untouched = {self.greeting(draft.name, Phrasebook(each)).strip() for each in LANGUAGES}
        if not opening.strip() or opening.strip() in untouched:
            # Whoever changes the language and nothing else wants all of it in that language.
            opening = self.greeting(draft.name, words)
        listed = "\n".join(f"{number}. {text}" for number, text in enumerate(asked, start=1))
        subject = words.say("slack_check.letter.subject", name=draft.name[:200])
        return "\n\n".join((subject, opening.strip(), listed, words["slack_check.letter.closing"]))

    def _keep(
        self,
        identity: str,
        incoming: Incoming,
        viewer: Viewer,
        draft: Draft,
        asked: Sequence[str],
        letter: str,
        phrases: Phrasebook,
    ) -> None:
        lead = phrases.say("slack_check.letter.note", day=self._due())
        now = self._clock()
        with unit_of_work(self._databases.write) as connection:
            if Outbox(connection).by_key(f"reply:{identity}") is not None:
                return
            entry = Ledger(connection, self._clock).append(
                actor=viewer.actor,
                action="letter",
                customer_id=draft.kept.customer_id,
                subject=draft.kept.code,
                detail={"requests": len(asked)},
            )
            History(connection, entry).record(
                "notes",
                f"letter:{identity}",
                {
                    "at": now.date().isoformat(),
                    "text": "\n".join((lead, *(f"• {each}" for each in asked))),
                    "channel": "mail",
                    "by": viewer.actor,
                },
                source="internal",
                tier=Tier.INTERNAL,
                field_class=FieldClass.SUSPICION,
                cause="letter",
                customer_id=draft.kept.customer_id,
            )
            self._voice.reply(connection, identity, incoming, letter_message(draft.name, letter, phrases))


def likely_language(name: str) -> str:
    """The language that a customer of this name is written to in."""
    return "zh" if has_han(name) else "en"
