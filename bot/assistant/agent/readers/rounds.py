"""The rounds of the second reader (复读轮次): new documents in order, the doubtful texts among them, a few a round.

It reads what the rules have read already and keeps an opinion beside theirs. Whatever the provider does, a round ends,
the cursor says what was done, and the next one goes on from there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.assistant.agent.errors import AgentError, BadReply, LimitReached, OutOfTime, Withheld
from bot.assistant.agent.readers.events import INSTRUCTION, Text, read_again, told_by_rules
from bot.assistant.agent.readers.forms import Sittings, named_as
from knowledge.events.collecting import Telling
from knowledge.events.doubts import Doubt, doubts
from prompts.instructions import load_instruction
from prompts.phrasebook import LANGUAGES
from store.access import FieldClass
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.opinions import Opinion, Opinions, Place, ReaderCursors
from store.shelf import DocumentHead, DocumentReader, StoredBlock

if TYPE_CHECKING:
    from knowledge.library import Library
    from store.policy.model import ReadersSection

log = logging.getLogger(__name__)

PURPOSE, ACTOR = "events", "reader:events"
#: What came of a text: an opinion that is held, one that is refused, or one that was there before.
HELD, REFUSED, KNOWN = "held", "refused", "known"
#: Documents that one round looks through at most.
LOOKED = 300
#: Seconds before the first round and between two, and the rest when the provider is away: at first, at most.
SOON, PAUSE, FIRST_REST, LONGEST_REST = 1.0, 30.0, 60.0, 1800.0
_EVERYTHING = frozenset(FieldClass)


@dataclass(frozen=True, slots=True)
class Went:
    """What a round came to: documents looked at, texts asked about, opinions held and refused; why it ended early."""

    looked: int = 0
    asked: int = 0
    held: int = 0
    refused: int = 0
    ended: str | None = None


class EventRounds:
    """Reads doubtful texts again; makes, changes and ends nothing."""

    def __init__(
        self,
        databases: Databases,
        library: Library,
        sittings: Sittings,
        section: ReadersSection,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._library = library
        self._sittings = sittings
        self._section = section
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Round after round until `stop`; rests longer and longer while the provider is away."""
        rest, pause = FIRST_REST, SOON
        while not stop.wait(pause):
            try:
                went = self.go(stop)
            except Exception:
                # A reader must not end the worker, which answers people.
                log.exception("a round of the second reader failed")
                went = Went(ended="failed")
            if went.ended is None:
                pause, rest = PAUSE, FIRST_REST
            else:
                log.warning("the second reader rests for %.0f s: %s", rest, went.ended)
                pause, rest = rest, min(LONGEST_REST, 2 * rest)

    def go(self, stop: threading.Event | None = None) -> Went:
        """One round. The first ever only takes its place: what was there before is not read again."""
        with reading(self._databases.read) as connection:
            cursors = ReaderCursors(connection)
            place = cursors.place(PURPOSE)
            end = cursors.end()
            coming = [] if place is None else cursors.after(place, LOOKED)
        if place is None:
            self._move(end)
            return Went()
        count: Counter[str] = Counter()
        done, ended = place, None
        try:
            for then in coming:
                for head, doubt in self._doubts(then):
                    if count["asked"] >= self._section.texts_a_round or (stop is not None and stop.is_set()):
                        return _went(count)
                    outcome = self._ask(head, doubt)
                    count[outcome] += 1
                    count["asked"] += outcome != KNOWN
                done = then
                count["looked"] += 1
        except AgentError as wrong:
            ended = str(wrong)
        finally:
            if done != place:
                self._move(done)
        return _went(count, ended)

    def _doubts(self, place: Place) -> list[tuple[DocumentHead, Doubt]]:
        """The doubtful texts of one document, one a customer."""
        assert place.document_id is not None
        with reading(self._databases.read) as connection:
            shelf = DocumentReader(connection, _EVERYTHING)
            head = shelf.heads([place.document_id]).get(place.document_id)
            if head is None or not head.customers:
                return []
            blocks: list[StoredBlock] = shelf.text([head.id])[head.id]
            customers = [Customers(connection).by_code(code).id for code in head.customers]
        telling = Telling(
            head.id,
            head.title,
            head.field_class,
            head.published,
            head.language,
            [(block.locator, block.text) for block in blocks],
        )
        found = doubts(
            telling,
            customers,
            self._library.names().mentions,
            between=self._section.doubtful,
            today=self._clock().date(),
        )
        return [(head, doubt) for doubt in found]

    def _ask(self, head: DocumentHead, doubt: Doubt) -> str:
        """Ask about one text and keep what came of it: held, refused, or known before.

        Raises the `AgentError` where a later try may go better: the provider is away, or the day's share is used.
        """
        with reading(self._databases.read) as connection:
            code = Customers(connection).by_id(doubt.customer_id).code
            names, classes = named_as(connection, doubt.customer_id)
            subject = f"{head.id.hex}/{code}"
            if Opinions(connection).on(PURPOSE, subject):
                return KNOWN
        request = f"events:{subject}"
        language = head.language if head.language in LANGUAGES else "en"
        label = load_instruction(INSTRUCTION, language).label
        body: dict[str, object] = {}
        reason, model = None, ""
        began = time.monotonic()
        try:
            sitting = self._sittings.open(
                request, actor=ACTOR, purpose=PURPOSE, classes={head.field_class, *classes}
            )
            model = sitting.names[0]
            text = Text(names, doubt.title, doubt.text, language, head.published)
            body, _ = read_again(sitting, text)
            model = sitting.used
        except OutOfTime:
            raise
        except (BadReply, Withheld, LimitReached) as wrong:
            # Asked again, or as often as one text may be, it would not go better.
            reason = wrong.word
        opinion = Opinion(
            purpose=PURPOSE,
            subject=subject,
            state=HELD if reason is None else REFUSED,
            reason=reason,
            document_id=head.id,
            customer_id=doubt.customer_id,
            field_class=head.field_class,
            body={**body, "locator": dict(doubt.locator)},
            rule=told_by_rules(doubt.classified),
            model=model,
            prompt=label,
            request=request,
            at=self._clock(),
        )
        with unit_of_work(self._databases.write) as connection:
            Opinions(connection).keep(opinion)
        log.info("%s about %s: %s in %.1f s", request, code, opinion.state, time.monotonic() - began)
        return opinion.state

    def _move(self, place: Place) -> None:
        with unit_of_work(self._databases.write) as connection:
            ReaderCursors(connection).move(PURPOSE, place)


def _went(count: Counter[str], ended: str | None = None) -> Went:
    return Went(count["looked"], count["asked"], count[HELD], count[REFUSED], ended)
