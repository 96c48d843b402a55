"""Files sent to the bot in private become documents of a customer, once somebody has said whose they are (收件).

A file is fetched and read when it comes, so that what is wrong with it is said at once; its bytes lie in the blob
folder and its row waits. The answer files it through the library, which recognises what is there already: whatever
dies in between, the file is filed once and said once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from bot.slack.directory import Directory
from bot.slack.fetching import Fetched, Fetcher, NotFetched
from bot.slack.incoming import Attachment, Incoming
from bot.slack.saying import Voice
from bot.slack.views.limits import cut, escape
from bot.slack.views.papers import (
    CUSTOMER,
    DISCARD,
    GUESSES,
    OTHER,
    Filed,
    filed_message,
    plain_message,
    question_message,
)
from knowledge.passages.adding import Outcome
from knowledge.passages.preparing import NewDocument, content_address
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Permission, Viewer
from store.blobs import Blobs
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.events import Events
from store.evidence import Tier
from store.outbox import Outbox
from store.people import Person
from store.policy.types import SurfaceSection
from store.received import Received, ReceivedFiles, ReceivedState
from store.shelf import DocumentHead, DocumentReader

if TYPE_CHECKING:
    from knowledge.library import Library
    from knowledge.reading import ReadDocument

log = logging.getLogger(__name__)

#: Characters of a file that are looked through for customers.
_LOOKED_THROUGH = 200_000
#: What a mention weighs: in the words that came with the file, in its name, in its text (at most so often).
_IN_WORDS, _IN_NAME, _OFTEN = 100.0, 50.0, 20
_SOURCE = "customer_supplied"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What reading a file told: its parts by kind, its language, what to be warned of, whose it may be."""

    kind: str
    count: int
    language: str
    warnings: tuple[str, ...]
    guesses: tuple[str, ...]


class TakingIn:
    """Takes files and the answers whose they are; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        blobs: Blobs,
        directory: Directory,
        voice: Voice,
        library: Callable[[], Library],
        fetcher: Callable[[], Fetcher],
        *,
        limits: SurfaceSection,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._blobs = blobs
        self._directory = directory
        self._voice = voice
        self._library = library
        self._fetcher = fetcher
        self._limits = limits
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Take files in, or file one."""
        phrases = self._voice.phrases(incoming, person)
        viewer = self._directory.viewer(person, team=incoming.team, channel=incoming.channel, private=True)
        if not viewer.may(Permission.INGEST):
            self._voice.say(identity, incoming.alone(), phrases["slack_check.file.not_you"])
        elif incoming.kind == "file":
            self._receive_all(identity, incoming, viewer, phrases)
        else:
            self._answer(identity, incoming, viewer, phrases)

    # ── a file comes ────────────────────────────────────────────────────────────────────────────────────

    def _receive_all(self, identity: str, incoming: Incoming, viewer: Viewer, phrases: Phrasebook) -> None:
        most = self._limits.files_a_message
        for place, file in enumerate(incoming.files[:most]):
            self._receive(identity, place, file, incoming, viewer, phrases)
        if len(incoming.files) > most:
            self._say(identity, "more", incoming, phrases.say("slack_check.file.too_many", count=most))

    def _receive(
        self,
        identity: str,
        place: int,
        file: Attachment,
        incoming: Incoming,
        viewer: Viewer,
        phrases: Phrasebook,
    ) -> None:
        part = _part(place)
        with reading(self._databases.read) as connection:
            if Outbox(connection).by_key(f"reply:{identity}:{part}") is not None:
                return
        shown = escape(cut(" ".join((file.name or file.id).split()), 120))
        try:
            fetched = self._fetcher().fetch(file.id, limit=self._limits.file_megabytes * 1_000_000)
            seen = self._read(fetched, incoming.text)
        except NotFetched as wrong:
            log.warning("a file was not fetched: %s", wrong)
            limit = {"limit": self._limits.file_megabytes} if wrong.reason == "too_large" else {}
            said = phrases.say(f"slack_check.file.{wrong.reason}", name=shown, **limit)
            self._say(identity, part, incoming, said)
            return
        known = self._known(fetched, viewer)
        if known is not None and known.customers:
            names = phrases["slack_check.file.separator"].join(map(self._name_of, known.customers[:5]))
            said = phrases.say("slack_check.file.known_for", name=shown, names=escape(cut(names, 400)))
            self._say(identity, part, incoming, said)
            return
        self._ask(identity, place, fetched, seen, incoming, viewer, phrases)

    def _ask(
        self,
        identity: str,
        place: int,
        fetched: Fetched,
        seen: _Seen,
        incoming: Incoming,
        viewer: Viewer,
        phrases: Phrasebook,
    ) -> None:
        """Keep the bytes, the row and the question; the bytes first, for a row without them is of no use."""
        sha256 = self._blobs.put(fetched.data)
        guesses = [(code, self._name_of(code)) for code in seen.guesses]
        with unit_of_work(self._databases.write) as connection:
            row = ReceivedFiles(connection).add(
                arrival=identity,
                place=place,
                team=incoming.team,
                slack_user=incoming.user,
                actor=viewer.actor,
                language=phrases.language,
                name=fetched.name,
                media_type=fetched.media_type,
                size=len(fetched.data),
                sha256=sha256,
                seen={
                    "kind": seen.kind,
                    "count": seen.count,
                    "language": seen.language,
                    "warnings": list(seen.warnings),
                    "guesses": list(seen.guesses),
                },
                at=self._clock(),
            )
            question = question_message(
                row.code,
                row.name,
                _what(row, phrases),
                guesses,
                phrases,
                warnings=seen.warnings,
            )
            self._voice.reply(connection, identity, incoming, question, part=_part(place))

    def _read(self, fetched: Fetched, said: str) -> _Seen:
        """Read the file once; raises `NotFetched` with what is wrong with it."""
        from knowledge.reading import read
        from knowledge.reading.errors import ReadingError

        try:
            document = read(fetched.data, name=fetched.name, media_type=fetched.media_type or None)
        except ReadingError as wrong:
            raise NotFetched(_reason(wrong), str(wrong)) from None
        kind, count = _extent(document)
        guesses = self._guess(fetched.name, said, document)
        return _Seen(kind, count, document.language, document.warnings, guesses)

    def _guess(self, name: str, said: str, document: ReadDocument) -> tuple[str, ...]:
        """The codes of the customers that are named, the likeliest first."""
        names = self._library().names()
        score: Counter[UUID] = Counter()
        for weight, text in ((_IN_WORDS, said), (_IN_NAME, name.replace("_", " ").replace("-", " "))):
            for mention in names.mentions.find(text):
                score[mention.customer_id] += int(weight / (2 if mention.shared else 1))
        if said and (meant := self._library().resolve(said)).match is not None:
            score[meant.match.customer_id] += int(_IN_WORDS)
        inside = Counter(
            mention.customer_id for mention in names.mentions.find(document.text[:_LOOKED_THROUGH])
        )
        for customer, count in inside.items():
            score[customer] += min(count, _OFTEN)
        best = sorted(score, key=lambda customer: (-score[customer], names.legal[customer].code))
        return tuple(names.legal[customer].code for customer in best[:GUESSES])

    def _known(self, fetched: Fetched, viewer: Viewer) -> DocumentHead | None:
        """The document with just these bytes, as far as the sender may know of it."""
        address = content_address(NewDocument(name=fetched.name, source=_SOURCE, data=fetched.data))
        with reading(self._databases.read) as connection:
            return DocumentReader(connection, viewer.classes).by_hash(address)

    # ── the answer ──────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, identity: str, incoming: Incoming, viewer: Viewer, phrases: Phrasebook) -> None:
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
            source=f"{_SOURCE} · {row.actor}",
            data=self._blobs.get(row.sha256),
            tier=Tier.CUSTOMER_SUPPLIED,
            field_class=FieldClass.INTERNAL,
            customers=(customer.code,),
            media_type=row.media_type or None,
        )
        before = self._known(Fetched(row.name, row.media_type, document.data or b""), viewer)
        added = self._library().add(document, actor=viewer.actor)
        if added.outcome is Outcome.SET_ASIDE or added.document_id is None:
            raise ValueError(f"{row.code} could be read and now cannot: {added.reason}")
        known = before is not None and before.source != document.source
        with unit_of_work(self._databases.write) as connection:
            if not ReceivedFiles(connection).take(row, added.document_id):
                return False
            filed = self._filed(connection, row, customer.id, added.document_id, viewer, phrases, known=known)
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
            what=_what(row, phrases),
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

    # ── words ───────────────────────────────────────────────────────────────────────────────────────────

    def _redraw(self, connection: Connection, row: Received, message: dict[str, Any], *, key: str) -> None:
        """Change the question into its answer; the last thing of the unit of work."""
        question = f"reply:{row.arrival}:{_part(row.place)}"
        asked = Outbox(connection).by_key(question)
        if asked is None:
            return
        payload = {**message, "update_of": question}
        Outbox(connection).put(key, row.team, asked.channel, "chat.update", payload, now=self._clock())

    def _say(self, identity: str, part: str, place: Incoming, text: str) -> None:
        with unit_of_work(self._databases.write) as connection:
            self._voice.reply(connection, identity, place, {"text": text}, part=part)

    def _name_of(self, code: str) -> str:
        names = self._library().names()
        found = names.codes.get(code)
        return names.legal[found.customer_id].name if found else code

    def _name_by_id(self, customer_id: UUID | None) -> str:
        names = self._library().names()
        return names.legal[customer_id].name if customer_id in names.legal else "–"


def _part(place: int) -> str:
    return f"file{place}"


def _answered(identity: str) -> str:
    """The key of the change that answers a question: by the click, so that its job may run twice."""
    return f"filed:{identity}"


def _what(row: Received, phrases: Phrasebook) -> str:
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


def _extent(document: ReadDocument) -> tuple[str, int]:
    """What a file consists of: pages, sheets, or parts."""

    def different(key: str) -> set[Any]:
        return {block.locator[key] for block in document.blocks if key in block.locator}

    for key, kind in (("page", "pages"), ("sheet", "sheets")):
        if found := different(key):
            return kind, len(found)
    return "parts", len(document.blocks)


def _reason(wrong: Exception) -> str:
    """The phrase for what is wrong with a file."""
    from knowledge.reading import errors

    reasons: Iterable[tuple[type[Exception], str]] = (
        (errors.EmptyFile, "empty"),
        (errors.EncryptedFile, "encrypted"),
        (errors.FileTooLarge, "too_large"),
        (errors.UnknownFormat, "unknown_format"),
        (errors.NoText, "no_text"),
    )
    return next((word for kind, word in reasons if isinstance(wrong, kind)), "broken")
