"""The desk of papers: files that people send in, and letters that ask customers for more (材料).

Its part in the gateway opens what must be instant: the form of a letter, the beginning of a document that was filed,
and the names of customers while somebody types.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.slack.directory import Directory, Stranger
from bot.slack.finding import Finder
from bot.slack.forms import Form
from bot.slack.incoming import Incoming
from bot.slack.letters import Letters, likely_language
from bot.slack.taking_in import TakingIn
from bot.slack.views.companies import company_options
from bot.slack.views.papers import EXTRA_BLOCK, LETTER, OTHER, chosen, document_modal, letter_form
from bot.slack.views.source import notice_modal
from prompts.phrasebook import Phrasebook
from store.access import Permission, Viewer
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.people import Person
from store.received import ReceivedFiles
from store.shelf import DocumentReader

#: Blocks of a document that are shown when it is opened.
_SHOWN = 3


class Papers:
    """Hands on to who takes it; safe to run twice with the same identity."""

    def __init__(self, taking_in: TakingIn, letters: Letters) -> None:
        self._taking_in = taking_in
        self._letters = letters

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """A letter that was filled in, or the answer whose a file is."""
        if incoming.act == LETTER:
            self._letters.handle(identity, incoming, person)
        else:
            self._taking_in.handle(identity, incoming, person)


class PapersForm(Form):
    """The form of a letter, the beginning of a filed document, and customers by what is typed."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        finder: Finder,
        letters: Letters,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._directory = directory
        self._finder = finder
        self._letters = letters
        self._clock = clock

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        viewer, phrases, refusal = self._who(incoming)
        if viewer is None:
            return notice_modal(refusal, phrases)
        return (
            self._letter(incoming, viewer, phrases)
            if incoming.word == "ask"
            else self._open(incoming, viewer, phrases)
        )

    def objections(self, incoming: Incoming) -> dict[str, str]:
        if incoming.act != LETTER:
            return {}
        viewer, phrases, _ = self._who(incoming)
        draft = self._letters.draft(incoming.pointer, viewer, phrases.language) if viewer else None
        if draft is None or chosen(incoming.values, draft.requests):
            return {}
        return {EXTRA_BLOCK: phrases["slack_check.letter.nothing"]}

    def suggest(self, incoming: Incoming, typed: str) -> list[dict[str, Any]]:
        viewer, _, _ = self._who(incoming)
        if viewer is None or not viewer.may(Permission.INGEST) or not incoming.act.startswith(OTHER):
            return []
        return company_options(self._finder.suggest(typed))

    def _who(self, incoming: Incoming) -> tuple[Viewer | None, Phrasebook, str]:
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            phrases = Phrasebook("en")
            return None, phrases, phrases[person.reason]
        phrases = Phrasebook.nearest(person.language or "en")
        return self._directory.viewer(person, team=incoming.team, channel="", private=True), phrases, ""

    def _letter(self, incoming: Incoming, viewer: Viewer, phrases: Phrasebook) -> dict[str, Any]:
        if not viewer.may(Permission.CHECK):
            return notice_modal(phrases["slack_check.letter.not_you"], phrases)
        draft = self._letters.draft(incoming.pointer, viewer, phrases.language)
        if draft is None or incoming.pointer is None:
            return notice_modal(phrases["slack_check.letter.gone"], phrases)
        language = likely_language(draft.name)
        opening = self._letters.greeting(draft.name, Phrasebook(language))
        return letter_form(incoming.pointer.code, draft.requests, language, opening, phrases)

    def _open(self, incoming: Incoming, viewer: Viewer, phrases: Phrasebook) -> dict[str, Any]:
        code = incoming.pointer.code if incoming.pointer else ""
        with reading(self._databases.read) as connection:
            row = ReceivedFiles(connection).by_code(code)
            shelf = DocumentReader(connection, viewer.classes)
            key = row.document_id if row else None
            head = shelf.heads([key]).get(key) if key else None
            blocks = shelf.text([key])[key][:_SHOWN] if head and key else []
        if head is None:
            return notice_modal(phrases["slack_check.file.gone"], phrases)
        with unit_of_work(self._databases.write) as connection:
            Ledger(connection, self._clock).append(
                actor=viewer.actor, action="source.open", subject=code, detail={"document": head.sha256}
            )
        text = "\n\n".join(block.text for block in blocks)
        about = [head.source, head.published or "", phrases[f"slack.tier.{head.tier.value}"]]
        return document_modal(head.title, [" · ".join(each for each in about if each)], text, phrases)
