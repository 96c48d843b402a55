"""Files sent to the bot in private become documents of a customer, once somebody has said whose they are (收件).

A file is fetched and read when it comes, so that what is wrong with it is said at once; its bytes lie in the blob
folder and its row waits for the answer, which `bot.slack.filing` takes.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bot.slack.directory import Directory
from bot.slack.fetching import Fetched, Fetcher, NotFetched
from bot.slack.filing import Filing, extent, known, part_of
from bot.slack.incoming import Attachment, Incoming
from bot.slack.saying import Voice
from bot.slack.views.limits import cut, escape
from bot.slack.views.papers import (
    GUESSES,
    question_message,
)
from prompts.phrasebook import Phrasebook
from store.access import Permission, Viewer
from store.blobs import Blobs
from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox
from store.people import Person
from store.policy.types import SurfaceSection
from store.received import ReceivedFiles

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
        filing: Filing,
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
        self._filing = filing
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
            self._filing.answer(identity, incoming, viewer, phrases)

    def forget_overdue(self) -> int:
        """Throw away what nobody has claimed in time; how many files. The worker calls it from time to time."""
        return self._filing.forget_overdue()

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
        part = part_of(place)
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
        there = known(self._databases, fetched.name, fetched.data, viewer)
        if there is not None and there.customers:
            names = phrases["slack_check.file.separator"].join(map(self._name_of, there.customers[:5]))
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
                extent(row, phrases),
                guesses,
                phrases,
                warnings=seen.warnings,
            )
            self._voice.reply(connection, identity, incoming, question, part=part_of(place))

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

    def _say(self, identity: str, part: str, place: Incoming, text: str) -> None:
        with unit_of_work(self._databases.write) as connection:
            self._voice.reply(connection, identity, place, {"text": text}, part=part)

    def _name_of(self, code: str) -> str:
        names = self._library().names()
        found = names.codes.get(code)
        return names.legal[found.customer_id].name if found else code


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
