"""What the assistant may read from, as protocols; every reading carries the viewer (数据入口).

`StoreSources` reads the store and the library over one connection, so that one answer sees one state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from bot.assistant.naming import Directory
from store.access import Viewer
from store.changes import VersionStep
from store.dates import PartialDate
from store.evidence import Evidence, Tier
from store.ledger import Entry, Verification
from store.records import Dossier, RiskEvent

if TYPE_CHECKING:
    from store.alerts import Alert, AlertStep
    from store.checks import StoredCheck
    from store.hits import Hit as ListHit
    from store.hits import HitStep
    from store.portfolio import CheckMark, Recent
    from store.screening_batches import Covered
    from store.watchlists import ListState, ListVersion


class Hit(Protocol):
    """A passage that was found: evidence with its quote, and the text around it."""

    @property
    def evidence(self) -> Evidence: ...
    @property
    def score(self) -> float: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def block(self) -> str: ...
    @property
    def held(self) -> float: ...
    @property
    def share(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a document prints it, with the place; `value` is whole units, `printed` times `scale`.

    `calculated` says how it was worked out when the document prints only its parts; `beside` are the further
    lines that it then stands on.
    """

    evidence: Evidence
    label: str
    value: Decimal
    currency: str | None
    percent: bool
    period: Any
    printed: Decimal
    scale: int
    calculated: str | None = None
    beside: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of the conversation: what a follow-up may refer to, and the turn whole as it was kept."""

    focus: Mapping[str, Any]
    whole: Mapping[str, Any] = field(default_factory=dict)


class Sources(Protocol):
    """Everything that an answer is made from."""

    def directory(self) -> Directory:
        """The names of all customers."""

    def dossier(
        self, customer_id: UUID, *, viewer: Viewer, as_of: PartialDate | None, known_at: datetime | None
    ) -> Dossier:
        """One customer's file; raises UnknownSubject when it may not be seen."""

    def portfolio(
        self,
        aggregates: Iterable[str],
        *,
        viewer: Viewer,
        as_of: PartialDate | None,
        known_at: datetime | None,
        among: Collection[UUID] | None,
    ) -> Iterator[Dossier]:
        """Every customer that may be seen (or those among these), with these aggregates of its file and no others."""

    def people(self) -> Mapping[str, str | None]:
        """The names of our own people by their e-mail addresses."""

    def checks(self, *, since: datetime | None, until: datetime | None) -> Sequence[StoredCheck]:
        """The background checks that were made, newest first."""

    def last_checks(self, *, until: datetime | None) -> Mapping[UUID, CheckMark]:
        """The latest check of each customer that was ever checked."""

    def alerts(
        self, *, states: Sequence[str], since: datetime | None, customer_id: UUID | None
    ) -> Sequence[Alert]:
        """Alerts in these states, the gravest first."""

    def alert(self, code: str) -> tuple[Alert, Sequence[AlertStep]] | None:
        """An alert by its code, with what happened to it."""

    def list_hits(self, *, states: Sequence[str] = ()) -> Sequence[ListHit]:
        """Hits of screening in these states (none: all), the likeliest first."""

    def list_hit(self, code: str) -> tuple[ListHit, Sequence[HitStep]] | None:
        """A hit by its code, with what happened to it, oldest first."""

    def watchlists(self) -> Sequence[tuple[ListState, ListVersion | None]]:
        """Every watch list with its newest version, by name."""

    def covered(self, customer_id: UUID) -> Sequence[Covered]:
        """Of each watch list the newest version that a customer was compared with."""

    def changes_of_all(
        self, *, viewer: Viewer, since: datetime, until: datetime | None, limit: int
    ) -> Recent:
        """What changed in the files of all customers."""

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
        """Figures that documents print for what the text asks."""

    def ledger(
        self,
        *,
        viewer: Viewer,
        customer_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> Sequence[Entry]:
        """Who did or saw what about a customer, or about anything; raises Forbidden."""

    def holders(self, number: str) -> Sequence[UUID]:
        """The customers who have an invoice or a contract of this number."""

    def prove(self, *, most: int) -> Verification | None:
        """Whether the ledger is as it was written; None where it has more than so many entries."""

    def changes(
        self, *, viewer: Viewer, customer_id: UUID, since: datetime | None, until: datetime | None, limit: int
    ) -> Sequence[VersionStep]:
        """The versions of a customer's rows, newest first."""

    def turns(self, conversation: str, *, limit: int) -> Sequence[Turn]:
        """The last turns of a conversation, newest first."""
