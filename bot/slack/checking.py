"""The desk of checks: a plan whose steps finish visibly, then the card, the report, and what people think of it (核查).

One check is one message: posted at once, changed as sections finish, changed into the card at the end. The card, the
check and its ledger entry are one unit of work keyed by the arrival, so a worker that dies in the middle does it again
and nobody sees it twice. A check is said to whoever asked, alone: it is suspicion.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from bot.slack.directory import Directory
from bot.slack.files import Parcel, file_name, share
from bot.slack.identifiers import BAD, GOOD
from bot.slack.incoming import Incoming
from bot.slack.progress import Progress
from bot.slack.saying import Voice
from bot.slack.sources import Holding
from bot.slack.views.check import (
    AGAIN,
    PICTURES,
    REPORT,
    VERDICT,
)
from prompts.phrasebook import Phrasebook
from store.access import FieldClass, Permission, Viewer
from store.blobs import Blobs
from store.checks import Checks
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.ledger import Ledger
from store.outbox import Outbox
from store.people import Person

if TYPE_CHECKING:
    from bot.checks.service import CheckDesk, KeptCheck
    from bot.reports.service import Reports

log = logging.getLogger(__name__)


class Checking:
    """Makes checks and shows them; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        blobs: Blobs,
        directory: Directory,
        voice: Voice,
        checks: Callable[[], CheckDesk],
        reports: Callable[[], Reports],
        *,
        clock: Callable[[], datetime],
        pause: timedelta,
        in_words: Callable[[KeptCheck, str, Viewer], dict[str, Any]] | None = None,
    ) -> None:
        """`pause` between two changes of a running check's message; `in_words` gives a check as its report has it."""
        self._databases = databases
        self._blobs = blobs
        self._directory = directory
        self._voice = voice
        self._checks = checks
        self._reports = reports
        self._clock = clock
        self._pause = pause
        self._in_words = in_words

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Check, check again, send the report, or keep a verdict."""
        place, viewer = self._place(incoming, person)
        phrases = self._phrases(incoming, person)
        pointer = incoming.pointer
        if not viewer.may(Permission.CHECK):
            self._voice.say(identity, place, phrases["slack_check.said.not_you"])
        elif incoming.kind == "command":
            self._check(identity, place, viewer, phrases, incoming.rest)
        elif pointer is None:
            self._voice.say(identity, place, phrases["slack_check.said.gone"])
        elif incoming.act == AGAIN:
            self._check(identity, place, viewer, phrases, pointer.code)
        elif incoming.act == REPORT:
            self._report(identity, place, viewer, phrases, pointer.code)
        elif incoming.act == PICTURES:
            self._pictures(identity, place, viewer, phrases, pointer.code)
        elif incoming.act == VERDICT and pointer.choice in (GOOD, BAD):
            self._verdict(identity, place, viewer, phrases, pointer.code, pointer.choice)

    def _place(self, incoming: Incoming, person: Person) -> tuple[Incoming, Viewer]:
        """Where the answer stands: where it was asked when everybody there may hear it, else alone with the asker."""
        if incoming.kind == "command" and not incoming.private:
            viewer = self._directory.viewer(
                person, team=incoming.team, channel=incoming.channel, private=False
            )
            if FieldClass.SUSPICION in viewer.classes:
                return incoming, viewer
        alone = incoming.alone()
        return alone, self._directory.viewer(person, team=alone.team, channel=alone.channel, private=True)

    def _phrases(self, incoming: Incoming, person: Person) -> Phrasebook:
        """The language that the check was asked for in, else the person's own."""
        return Phrasebook.nearest(incoming.values.get("language") or person.language or "en")

    def _check(self, identity: str, place: Incoming, viewer: Viewer, phrases: Phrasebook, code: str) -> None:
        with reading(self._databases.read) as connection:
            try:
                customer = Customers(connection).by_code(code)
                name = str(customer.legal_name)
            except UnknownSubject:
                customer = None
        if customer is None:
            self._voice.say(identity, place, phrases["slack.company.unknown"])
            return
        progress = Progress(
            self._databases, identity, place, name, phrases, clock=self._clock, pause=self._pause
        )
        if not progress.begin():
            return
        try:
            kept = self._checks().make(
                customer.id,
                viewer,
                on_step=progress.step,
                request=identity,
                also=lambda connection, kept: progress.finish(connection, body_of(kept, phrases)),
            )
        except Forbidden:
            progress.broken()
            self._voice.say(identity, place, phrases["slack_check.said.not_you"])
        except Exception:
            progress.broken()
            raise
        else:
            with unit_of_work(self._databases.write) as connection:
                if not progress.is_finished(connection):
                    progress.finish(connection, body_of(kept, phrases))

    def _report(self, identity: str, place: Incoming, viewer: Viewer, phrases: Phrasebook, code: str) -> None:
        kept = self._kept(code, viewer)
        if kept is None:
            self._voice.say(identity, place, phrases["slack_check.said.gone"])
            return
        from bot.reports.errors import FontMissing

        body = body_of(kept, phrases)
        if self._in_words is not None:
            body = self._in_words(kept, phrases.language, viewer)
        try:
            data = self._reports().render_pdf(body, phrases.language, asked_by=viewer.actor)
        except FontMissing as missing:
            log.error("no report: %s", missing)
            self._voice.say(identity, place, phrases["slack_check.said.no_font"])
            return
        title = f"{body['code']} {body['name']} {str(body['made_at'])[:10]}"
        parcel = Parcel(self._blobs.put(data), file_name(title, ".pdf"), title, len(data))
        with unit_of_work(self._databases.write) as connection:
            if Outbox(connection).by_key(f"report:{identity}") is not None:
                return
            self._remember(connection, viewer, kept.customer_id, kept.code, "check.report", {"format": "pdf"})
            share(
                connection,
                f"report:{identity}",
                place.team,
                place.channel,
                [parcel],
                {
                    "text": phrases.say(
                        "slack_check.said.report", code=kept.code, name=str(body["name"])[:200]
                    )
                },
                phrases=phrases,
                now=self._clock(),
            )

    def _verdict(
        self, identity: str, place: Incoming, viewer: Viewer, phrases: Phrasebook, code: str, verdict: str
    ) -> None:
        kept = self._kept(code, viewer)
        if kept is None:
            self._voice.say(identity, place, phrases["slack_check.said.gone"])
            return
        with unit_of_work(self._databases.write) as connection:
            if Outbox(connection).by_key(f"reply:{identity}") is not None:
                return
            self._remember(connection, viewer, kept.customer_id, kept.code, "feedback", {"verdict": verdict})
            thanks = phrases.say("slack_check.verdict.thanks", code=kept.code)
            self._voice.reply(connection, identity, place, {"text": thanks})

    def _kept(self, code: str, viewer: Viewer) -> KeptCheck | None:
        try:
            return self._checks().load(code, viewer)
        except (Forbidden, UnknownSubject):
            return None

    def _remember(
        self,
        connection: Connection,
        viewer: Viewer,
        customer_id: UUID,
        subject: str,
        action: str,
        detail: dict[str, Any],
    ) -> None:
        Ledger(connection, self._clock).append(
            actor=viewer.actor, action=action, customer_id=customer_id, subject=subject, detail=detail
        )


def shelf(connection: Connection, code: str) -> Holding | None:
    """What has sources that open: a check by its code."""
    stored = Checks(connection).by_code(code)
    return stored and Holding(stored.code, stored.body["evidence"])


def body_of(kept: KeptCheck, phrases: Phrasebook) -> Any:
    """The kept check as it is told in this language."""
    return kept.body_by_language[phrases.language]
