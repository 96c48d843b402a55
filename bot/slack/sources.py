"""Opening a source from a message: the rights of whoever clicks are checked again (打开来源).

The answer is read from the store by its code; nothing that was said in the message is trusted. What is opened
enters the ledger, for a look is remembered like an answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.assistant.answer import recall
from bot.slack.directory import Directory, Stranger
from bot.slack.identifiers import Pointer
from bot.slack.views.source import notice_modal, source_modal
from prompts.phrasebook import Phrasebook
from store.access import Permission, Viewer
from store.answers import Answers, KeptAnswer
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, StoreBusy, UnknownSubject
from store.evidence import Evidence, EvidenceKind
from store.ledger import Ledger

if TYPE_CHECKING:
    from knowledge.library import Library

log = logging.getLogger(__name__)


class SourceDesk:
    """Turns a click on a source into the modal that shows it, or says why it cannot."""

    def __init__(
        self,
        databases: Databases,
        library: Callable[[], Library],
        directory: Directory,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self.directory = directory
        self._databases = databases
        self._library = library
        self._clock = clock

    def open(self, pointer: Pointer | None, *, team: str, user: str, channel: str) -> dict[str, Any]:
        """The modal for this click. A modal is seen by one person, so their own rights decide, not the channel's."""
        try:
            return self._open(pointer, team, user)
        except StoreBusy:
            phrases = Phrasebook("en")
            return notice_modal(phrases["slack.notice.busy"], phrases)

    def _open(self, pointer: Pointer | None, team: str, user: str) -> dict[str, Any]:
        answer = self._answer(pointer)
        language = str(answer.body["language"]) if answer else "en"
        phrases = Phrasebook.nearest(language)
        person = self.directory.person(team, user)
        if isinstance(person, Stranger):
            return notice_modal(phrases[person.reason], phrases)
        items = answer.body["evidence"] if answer else []
        if answer is None or pointer is None or not 1 <= pointer.number <= len(items):
            return notice_modal(phrases["slack.notice.gone"], phrases)
        viewer = self.directory.viewer(person, team=team, channel="", private=True)
        evidence = recall(items[pointer.number - 1])
        if not may_open(viewer, evidence):
            return notice_modal(phrases["slack.notice.withheld"], phrases)
        around = ("", "")
        if evidence.kind is EvidenceKind.PASSAGE:
            try:
                opened = self._library().open(evidence, viewer=viewer)
            except (Forbidden, UnknownSubject):
                return notice_modal(phrases["slack.notice.withheld"], phrases)
            around = (opened.before, opened.after)
        self._remember(viewer, answer, evidence)
        return source_modal(items[pointer.number - 1], pointer.number, around, phrases)

    def _answer(self, pointer: Pointer | None) -> KeptAnswer | None:
        if pointer is None:
            return None
        with reading(self._databases.read) as connection:
            return Answers(connection).by_code(pointer.code)

    def _remember(self, viewer: Viewer, answer: KeptAnswer, evidence: Evidence) -> None:
        with unit_of_work(self._databases.write) as connection:
            customers = Customers(connection)
            Ledger(connection, self._clock).append(
                actor=viewer.actor,
                action="source.open",
                customer_id=customers.by_code(evidence.customer).id if evidence.customer else None,
                subject=answer.code,
                detail={"evidence": evidence.id},
            )


def may_open(viewer: Viewer, evidence: Evidence) -> bool:
    """Whether this piece may be shown to this viewer now, whatever was allowed when it was cited."""
    if evidence.kind is EvidenceKind.LEDGER:
        return viewer.may(Permission.READ_LEDGER)
    return evidence.field_class in viewer.classes
