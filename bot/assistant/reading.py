"""The real sources of an answer: the store over one connection, and the library (读取存储与资料库)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from bot.assistant.directories import KeyedDirectory, NameDirectory
from bot.assistant.naming import Directory
from bot.assistant.portfolio.remembering import Remembered
from bot.assistant.printed import Filings
from bot.assistant.sources import Figure, Hit, Turn
from store.access import Viewer
from store.answers import Answers
from store.changes import VersionStep, versions_of
from store.customers import Customers
from store.dates import PartialDate
from store.dossier import read_dossier
from store.errors import AmbiguousSubject, UnknownSubject
from store.events import events_of_all
from store.evidence import Tier
from store.ledger import Entry, Verification, verify
from store.ledger import read as read_ledger
from store.people import People
from store.portfolio import (
    CheckMark,
    Recent,
    changed_since,
    checks_made,
    head_of,
    holders_of,
    latest_checks,
    read_portfolio,
    recent_changes,
)
from store.records import Dossier, RiskEvent

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from knowledge.library import Library
    from store.alerts import Alert, AlertStep
    from store.checks import StoredCheck
    from store.customers import CustomerName
    from store.hits import Hit as ListHit
    from store.hits import HitStep
    from store.screening_batches import Covered
    from store.watchlists import ListState, ListVersion


#: Alerts that one answer looks at.
_ALERTS = 500


class Directories:
    """Keeps the directory until the names in the store change, and filings that were read."""

    def __init__(self) -> None:
        self._names: list[CustomerName] | None = None
        self._directory: NameDirectory | None = None
        self.filings = Filings()
        self.remembered = Remembered()

    def of(self, connection: Connection) -> NameDirectory:
        """The directory of the names as they are now."""
        names = Customers(connection).names(identifiers=True)
        if self._directory is None or names != self._names:
            self._names, self._directory = names, NameDirectory(names)
        return self._directory


class StoreSources:
    """What one answer reads, over one connection."""

    def __init__(
        self,
        connection: Connection,
        library: Library | None,
        directories: Directories,
        *,
        now: datetime,
        memory: timedelta = timedelta(hours=72),
        pages: int = 400,
    ) -> None:
        self._connection = connection
        self._library = library
        self._directories = directories
        self._since = now - memory
        self._pages = pages

    def directory(self) -> Directory:
        """The names of all customers, and their keys."""
        return KeyedDirectory(self._directories.of(self._connection), self._by_key)

    def _by_key(self, key: str) -> str | None:
        try:
            return Customers(self._connection).find(key).code
        except (UnknownSubject, AmbiguousSubject):
            return None

    def dossier(
        self, customer_id: UUID, *, viewer: Viewer, as_of: PartialDate | None, known_at: datetime | None
    ) -> Dossier:
        """One customer's file."""
        return read_dossier(self._connection, customer_id, viewer=viewer, as_of=as_of, known_at=known_at)

    def portfolio(
        self,
        aggregates: Iterable[str],
        *,
        viewer: Viewer,
        as_of: PartialDate | None,
        known_at: datetime | None,
        among: Collection[UUID] | None,
    ) -> Iterator[Dossier]:
        """Every customer that may be seen, with these aggregates of its file."""
        return read_portfolio(
            self._connection, aggregates, viewer=viewer, as_of=as_of, known_at=known_at, among=among
        )

    def events_of_all(
        self,
        *,
        viewer: Viewer,
        tiers: Collection[Tier],
        severities: Collection[str],
        as_of: PartialDate | None,
        known_at: datetime | None,
    ) -> Mapping[UUID, tuple[RiskEvent, ...]]:
        """What documents of these tiers tell of customers, as far as the viewer may see them."""
        return events_of_all(
            self._connection,
            classes=viewer.classes,
            tiers=tiers,
            severities=severities,
            day=as_of.last if as_of else None,
            known_seq=head_of(self._connection, known_at) if known_at else None,
        )

    @property
    def remembered(self) -> Remembered:
        """Readings of earlier questions over all customers."""
        return self._directories.remembered

    def head(self) -> int:
        """The number of the ledger as of which everything here is read."""
        return head_of(self._connection)

    def owing_changed(self, seq: int) -> set[UUID]:
        """Of whom a row of their own, an invoice or a payment was recorded after a number of the ledger."""
        return changed_since(self._connection, seq, ("customers", "invoices", "payments"))

    def checks(self, *, since: datetime | None, until: datetime | None) -> Sequence[StoredCheck]:
        """The background checks that were made, newest first."""
        return checks_made(self._connection, since=since, until=until)

    def last_checks(self, *, until: datetime | None) -> Mapping[UUID, CheckMark]:
        """The latest check of each customer that was ever checked."""
        return latest_checks(self._connection, until=until)

    def alerts(
        self, *, states: Sequence[str], since: datetime | None, customer_id: UUID | None
    ) -> Sequence[Alert]:
        """Alerts in these states, the gravest first."""
        from store.alerts import Alerts, AlertState

        wanted = [AlertState(state) for state in states]
        return Alerts(self._connection).listed(
            states=wanted, since=since, customer_id=customer_id, limit=_ALERTS
        )

    def alert(self, code: str) -> tuple[Alert, Sequence[AlertStep]] | None:
        """An alert by its code, with what happened to it."""
        from store.alerts import Alerts

        alerts = Alerts(self._connection)
        found = alerts.by_code(code)
        return None if found is None else (found, alerts.steps(found.id))

    def list_hits(self, *, states: Sequence[str] = ()) -> Sequence[ListHit]:
        """Hits of screening in these states (none: all), the likeliest first."""
        from store.hits import Hits, HitState

        return Hits(self._connection).listed(states=[HitState(state) for state in states])

    def list_hit(self, code: str) -> tuple[ListHit, Sequence[HitStep]] | None:
        """A hit by its code, with what happened to it, oldest first."""
        from store.hits import Hits

        hits = Hits(self._connection)
        found = hits.by_code(code)
        return None if found is None else (found, hits.steps(found))

    def watchlists(self) -> Sequence[tuple[ListState, ListVersion | None]]:
        """Every watch list with its newest version, by name."""
        from store.watchlists import Watchlists

        kept = Watchlists(self._connection)
        return [(state, kept.version(state.name, state.version)) for state in kept.all()]

    def covered(self, customer_id: UUID) -> Sequence[Covered]:
        """Of each watch list the newest version that a customer was compared with."""
        from store.screening_batches import Batches

        return Batches(self._connection).covered(customer_id)

    def changes_of_all(
        self, *, viewer: Viewer, since: datetime, until: datetime | None, limit: int
    ) -> Recent:
        """What changed in the files of all customers."""
        return recent_changes(self._connection, viewer=viewer, since=since, until=until, limit=limit)

    def people(self) -> Mapping[str, str | None]:
        """The names of our own people by their e-mail addresses."""
        return {person.email: person.name for person in People(self._connection).everybody()}

    def search(
        self,
        text: str,
        *,
        viewer: Viewer,
        customer_ids: Sequence[UUID] | None,
        since: date | None,
        until: date | None,
        k: int,
        known_at: datetime | None,
    ) -> Sequence[Hit]:
        """Passages that fit, best first."""
        if self._library is None:
            return ()
        return self._library.search(
            text, viewer=viewer, customer_ids=customer_ids, since=since, until=until, k=k, known_at=known_at
        )

    def figures(
        self,
        text: str,
        *,
        viewer: Viewer,
        customer_ids: Sequence[UUID] | None,
        names: Sequence[str],
        today: date,
        known_at: datetime | None,
        as_of: date | None = None,
    ) -> Sequence[Figure]:
        """Figures printed in the customers' documents, or in those that a search finds."""
        from bot.assistant.printed import find_printed

        if self._library is None:
            return ()
        return find_printed(
            self._library,
            text,
            viewer=viewer,
            customer_ids=customer_ids,
            today=today,
            known_at=known_at,
            as_of=as_of,
            limit=self._pages,
            names=names,
            shelf=self._directories.filings,
        )

    def ledger(
        self,
        *,
        viewer: Viewer,
        customer_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> Sequence[Entry]:
        """Who did or saw what about a customer, or about anything."""
        return read_ledger(
            self._connection, viewer=viewer, customer_id=customer_id, since=since, until=until, limit=limit
        )

    def holders(self, number: str) -> Sequence[UUID]:
        """The customers who have an invoice or a contract of this number."""
        return holders_of(self._connection, ("invoices", "contracts"), number)

    def prove(self, *, most: int) -> Verification | None:
        """Whether the ledger is as it was written; None where it has more than so many entries."""
        if head_of(self._connection) > most:
            return None
        return verify(self._connection)

    def changes(
        self, *, viewer: Viewer, customer_id: UUID, since: datetime | None, until: datetime | None, limit: int
    ) -> Sequence[VersionStep]:
        """The versions of a customer's rows, newest first."""
        return versions_of(
            self._connection, customer_id, viewer=viewer, since=since, until=until, limit=limit
        )

    def turns(self, conversation: str, *, limit: int) -> Sequence[Turn]:
        """The last turns of a conversation, newest first; what is too long ago is forgotten."""
        if not conversation:
            return ()
        kept = Answers(self._connection).turns(conversation, limit)
        return [
            Turn(item.focus, {"question": item.question, "actor": item.actor, "body": item.body})
            for item in reversed(kept)
            if item.at >= self._since
        ]
