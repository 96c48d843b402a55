"""Whose a file is, answered: filed once through the library, thrown away, or forgotten in time (归档).

Every step is a compare-and-set on the file's row, and the change of its message is keyed by the click that decided it:
whatever dies in between, the file is filed once and said once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from bot.slack.views.limits import cut, escape
from bot.slack.views.papers import CUSTOMER, DISCARD, OTHER, Filed, filed_message, plain_message
from knowledge.passages.adding import Outcome
from knowledge.passages.preparing import NewDocument, content_address
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Viewer
from store.blobs import Blobs
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.events import Events
from store.evidence import Tier
from store.outbox import Outbox
from store.policy.types import SurfaceSection
from store.received import Received, ReceivedFiles, ReceivedState
from store.shelf import DocumentHead, DocumentReader

if TYPE_CHECKING:
    from knowledge.library import Library

#: What a document of a customer's own names as its source, before who sent it.
SOURCE = "customer_supplied"


class Filing:
    """Files what waits; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        blobs: Blobs,
        voice: Voice,
        library: Callable[[], Library],
        *,
        limits: SurfaceSection,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._blobs = blobs
        self._voice = voice
        self._library = library
        self._limits = limits
        self._clock = clock

    def answer(self, identity: str, incoming: Incoming, viewer: Viewer, phrases: Phrasebook) -> None:
        """A click said whose a file is, or that it is nobody's."""
        with reading(self._databases.read) as connection:
            if Outbox(connection).by_key(_answered(identity)) is not None:
                return
        row, customer_code = self._meant(incoming)
        if row is None or row.actor != viewer.actor:
            self._voice.say(identity, incoming.alone(), phrases["slack_check.file.gone"])
        elif incoming.act == DISCARD:
            if not self.forget(row, ReceivedState.DISCARDED, key=_answered(identity)):
                self._too_late(identity, incoming, row, phrases)
        elif customer_code and not self._file(identity, row, customer_code, viewer):
            self._too_late(identity, incoming, row, phrases)

    def _too_late(self, identity: str, incoming: Incoming, row: Received, phrases: Phrasebook) -> None:
        """Another click was first, or the file is gone."""
        with reading(self._databases.read) as connection:
            now = ReceivedFiles(connection).by_code(row.code)
        said = phrases["slack_check.file.gone"]
        if now is not None and now.state in (ReceivedState.TAKING, ReceivedState.TAKEN):
            name, customer = escape(cut(row.name, 120)), escape(self._name_by_id(now.customer_id))
            said = phrases.say("slack_check.file.answered", name=name, customer=customer)
        self._voice.say(identity, incoming.alone(), said)

    def _meant(self, incoming: Incoming) -> tuple[Received | None, str]:
        """The file and the customer of a click: of a button both, of the select the file stands in its id."""
        pointer = incoming.pointer
        if incoming.act.startswith(OTHER):
            code, customer = f"F-{incoming.act.rpartition(':')[2]}", pointer.code if pointer else ""
        else:
            code, customer = (pointer.code, pointer.choice) if pointer else ("", "")
            customer = customer if incoming.act.startswith(CUSTOMER) else ""
        with reading(self._databases.read) as connection:
            return ReceivedFiles(connection).by_code(code), customer

    def _file(self, identity: str, row: Received, customer_code: str, viewer: Viewer) -> bool:
        """File it with this customer; False when another click was first or there is no such customer."""
        with unit_of_work(self._databases.write) as connection:
            try:
                customer = Customers(connection).by_code(customer_code)
            except UnknownSubject:
                return False
            if not ReceivedFiles(connection).claim(row, customer.id):
                return False
        phrases = Phrasebook.nearest(row.language)
        document = NewDocument(
            name=row.name,
            source=f"{SOURCE} · {row.actor}",
            data=self._blobs.get(row.sha256),
            tier=Tier.CUSTOMER_SUPPLIED,
            field_class=FieldClass.INTERNAL,
            customers=(customer.code,),
            media_type=row.media_type or None,
        )
        before = known(self._databases, row.name, document.data or b"", viewer)
        added = self._library().add(document, actor=viewer.actor)
        if added.outcome is Outcome.SET_ASIDE or added.document_id is None:
            raise ValueError(f"{row.code} could be read and now cannot: {added.reason}")
        was_there = before is not None and before.source != document.source
        with unit_of_work(self._databases.write) as connection:
            if not ReceivedFiles(connection).take(row, added.document_id):
                return False
            filed = self._filed(
                connection, row, customer.id, added.document_id, viewer, phrases, known=was_there
            )
            self._redraw(connection, row, filed_message(filed, phrases), key=_answered(identity))
        return True

    def _filed(
        self,
        connection: Connection,
        row: Received,
        customer_id: UUID,
        document_id: UUID,
        viewer: Viewer,
        phrases: Phrasebook,
        *,
        known: bool,
    ) -> Filed:
        from knowledge.events.taxonomy import taxonomy

        customers = Customers(connection)
        customer = customers.by_id(customer_id)
        head = DocumentReader(connection, viewer.classes).heads([document_id]).get(document_id)
        named = head.customers if head else ()
        kinds = taxonomy().kinds
        events = [
            each.event
            for code in named
            for each in Events(connection).of_customer(customers.by_code(code).id, viewer=viewer)
            if each.event.document_id == document_id
        ]
        return Filed(
            code=row.code,
            name=row.name,
            customer=str(customer.legal_name),
            customer_code=customer.code,
            what=extent(row, phrases),
            mentioned=tuple(str(customers.by_code(code).legal_name) for code in named),
            events=tuple(dict.fromkeys(getattr(kinds[each.kind], phrases.language) for each in events)),
            warnings=tuple(str(each) for each in row.seen.get("warnings") or ()),
            field_class=(head.field_class if head else FieldClass.INTERNAL).value,
            sender=row.actor,
            known=known,
        )

    # ── nobody wants it ─────────────────────────────────────────────────────────────────────────────────

    def forget(self, row: Received, state: ReceivedState, *, key: str) -> bool:
        """Throw a waiting file away and say so in its message; its bytes go when nothing else lies on them.

        False when it does not wait any more.
        """
        phrases = Phrasebook.nearest(row.language)
        word = "discarded" if state is ReceivedState.DISCARDED else "expired"
        with unit_of_work(self._databases.write) as connection:
            files = ReceivedFiles(connection)
            if not files.give_up(row, state):
                return False
            needed = files.is_needed(row.sha256)
            said = phrases.say(f"slack_check.file.{word}", name=escape(cut(row.name, 120)))
            self._redraw(connection, row, plain_message(said), key=key)
        if not needed:
            self._blobs.remove(row.sha256)
        return True

    def forget_overdue(self) -> int:
        """Throw away what nobody has claimed in time; how many files. The worker calls it from time to time."""
        before = self._clock() - timedelta(hours=self._limits.file_wait_hours)
        with reading(self._databases.read) as connection:
            overdue = ReceivedFiles(connection).overdue(before)
        for row in overdue:
            self.forget(row, ReceivedState.EXPIRED, key=_answered(str(row.id)))
        return len(overdue)

    def _redraw(self, connection: Connection, row: Received, message: dict[str, Any], *, key: str) -> None:
        """Change the question into its answer; the last thing of the unit of work."""
        question = f"reply:{row.arrival}:{part_of(row.place)}"
        asked = Outbox(connection).by_key(question)
        if asked is None:
            return
        payload = {**message, "update_of": question}
        Outbox(connection).put(key, row.team, asked.channel, "chat.update", payload, now=self._clock())

    def _name_by_id(self, customer_id: UUID | None) -> str:
        names = self._library().names()
        return names.legal[customer_id].name if customer_id in names.legal else "–"


def known(databases: Databases, name: str, data: bytes, viewer: Viewer) -> DocumentHead | None:
    """The document with just these bytes, as far as this viewer may know of it."""
    address = content_address(NewDocument(name=name, source=SOURCE, data=data))
    with reading(databases.read) as connection:
        return DocumentReader(connection, viewer.classes).by_hash(address)


def part_of(place: int) -> str:
    """The part of the answer to an arrival that speaks of its file at this place."""
    return f"file{place}"


def _answered(identity: str) -> str:
    """The key of the change that answers a question: by the click, so that its job may run twice."""
    return f"filed:{identity}"


def extent(row: Received, phrases: Phrasebook) -> str:
    """Three pages, Chinese – as it is said in brackets."""
    seen = row.seen
    language = str(seen.get("language") or "")
    spoken = (
        phrases[f"slack_check.file.language_{language}"]
        if language in ("zh", "en")
        else phrases.say("slack_check.file.language_other", code=language or "–")
    )
    extent = phrases.count(f"slack_check.file.{seen['kind']}", int(seen["count"]))
    return phrases["slack_check.file.separator"].join((extent, spoken))
