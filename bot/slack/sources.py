"""Opening a source from a message: the rights of whoever clicks are checked again (打开来源).

The answer, alert or check is read from the store by its code; nothing that was said in the message is trusted. What
is opened enters the ledger, for a look is remembered like an answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bot.assistant.answer import recall
from bot.slack.directory import Directory, Stranger
from bot.slack.identifiers import Pointer
from bot.slack.views.source import notice_modal, source_modal
from prompts.phrasebook import Phrasebook
from store.access import Permission, Viewer
from store.answers import Answers
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, StoreBusy, UnknownSubject
from store.evidence import Evidence, EvidenceKind
from store.ledger import Ledger

if TYPE_CHECKING:
    from knowledge.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holding:
    """What has sources that open: an answer, an alert, a check; its evidence as `describe` wrote it down."""

    code: str
    evidence: Sequence[Mapping[str, Any]]
    #: The language of what was said; None: that of whoever opens it.
    language: str | None = None


#: Reads what has this code; None when there is nothing.
Shelf = Callable[[Connection, str], Holding | None]


class SourceDesk:
    """Turns a click on a source into the modal that shows it, or says why it cannot."""

    def __init__(
        self,
        databases: Databases,
        library: Callable[[], Library],
        directory: Directory,
        *,
        clock: Callable[[], datetime],
        shelves: Mapping[str, tuple[Permission, Shelf]] | None = None,
    ) -> None:
        """`shelves` by the letter of a code, with what somebody must be allowed to do to see anything of it."""
        self.directory = directory
        self._shelves = shelves or {}
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
        person = self.directory.person(team, user)
        if isinstance(person, Stranger):
            phrases = Phrasebook("en")
            return notice_modal(phrases[person.reason], phrases)
        viewer = self.directory.viewer(person, team=team, channel="", private=True)
        holding = self._holding(pointer, viewer)
        phrases = Phrasebook.nearest((holding and holding.language) or person.language or "en")
        if holding is None or pointer is None or not 1 <= pointer.number <= len(holding.evidence):
            return notice_modal(phrases["slack.notice.gone"], phrases)
        described = holding.evidence[pointer.number - 1]
        evidence = recall(described)
        if not may_open(viewer, evidence):
            return notice_modal(phrases["slack.notice.withheld"], phrases)
        around = ("", "")
        if evidence.kind is EvidenceKind.PASSAGE:
            try:
                opened = self._library().open(evidence, viewer=viewer)
            except (Forbidden, UnknownSubject):
                return notice_modal(phrases["slack.notice.withheld"], phrases)
            around = (opened.before, opened.after)
        self._remember(viewer, holding, evidence)
        return source_modal(described, pointer.number, around, phrases)

    def _holding(self, pointer: Pointer | None, viewer: Viewer) -> Holding | None:
        """What the pointer names, as if it were not there for whoever may see nothing of it."""
        if pointer is None:
            return None
        permission, shelf = self._shelves.get(pointer.code[:1], (Permission.ASK, _answer))
        if not viewer.may(permission):
            return None
        with reading(self._databases.read) as connection:
            return shelf(connection, pointer.code)

    def _remember(self, viewer: Viewer, holding: Holding, evidence: Evidence) -> None:
        with unit_of_work(self._databases.write) as connection:
            customers = Customers(connection)
            Ledger(connection, self._clock).append(
                actor=viewer.actor,
                action="source.open",
                customer_id=customers.by_code(evidence.customer).id if evidence.customer else None,
                subject=holding.code,
                detail={"evidence": evidence.id},
            )


def _answer(connection: Connection, code: str) -> Holding | None:
    kept = Answers(connection).by_code(code)
    return kept and Holding(kept.code, kept.body["evidence"], str(kept.body["language"]))


def may_open(viewer: Viewer, evidence: Evidence) -> bool:
    """Whether this piece may be shown to this viewer now, whatever was allowed when it was cited."""
    if evidence.kind is EvidenceKind.LEDGER:
        return viewer.may(Permission.READ_LEDGER)
    return evidence.field_class in viewer.classes
