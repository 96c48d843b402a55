"""The tools of an answer: each only reads, carries the viewer, and remembers what it read (只读工具).

The guard asks the same object what was read in this turn; nothing that was not read can be cited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.assistant.answer import Question
from bot.assistant.exhibits import change_evidence, entry_evidence, highest
from bot.assistant.naming import Named
from bot.assistant.sources import Figure, Hit, Sources
from bot.assistant.stretches import Period
from store.access import FieldClass, Permission, authorize
from store.changes import VersionStep
from store.dates import PartialDate
from store.dossier import record_evidence
from store.errors import UnknownSubject
from store.evidence import Calculation, Evidence, EvidenceKind, Tier, calculation_id, search_id
from store.ledger import Entry, Verification
from store.records import Dossier


@dataclass(slots=True)
class Tools:
    """The reading side of one turn; `read` holds every evidence that was read or computed in it."""

    sources: Sources
    question: Question
    as_of: PartialDate | None = None
    known_at: datetime | None = None
    #: The names of all customers that the question names: they restrict no figure.
    spoken: tuple[str, ...] = ()
    read: dict[str, Evidence] = field(default_factory=dict)
    opened: dict[UUID, Dossier | None] = field(default_factory=dict)
    #: When what a record says was last seen to be so: the day of observation, else the day we recorded it.
    observed: dict[str, date] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day of the question, in UTC."""
        return self.question.now.astimezone(UTC).date()

    @property
    def _picture(self) -> date | None:
        """The day whose picture is asked for as a whole: what was published later is not in it.

        A day within the words ("total assets as of June 30") is that of a figure, which is printed later.
        """
        return self.question.as_of.last if self.question.as_of else None

    def dossier(self, customer: Named) -> Dossier | None:
        """The customer's file, or None when the viewer may see nothing of it."""
        if customer.id not in self.opened:
            try:
                self.opened[customer.id] = self.sources.dossier(
                    customer.id, viewer=self.question.viewer, as_of=self.as_of, known_at=self.known_at
                )
            except UnknownSubject:
                self.opened[customer.id] = None
        return self.opened[customer.id]

    def portfolio(
        self,
        aggregates: Iterable[str],
        *,
        as_of: PartialDate | None = None,
        among: Collection[UUID] | None = None,
    ) -> Iterator[Dossier]:
        """Every customer that the viewer may see, with these aggregates; `as_of` overrules the question's day."""
        return self.sources.portfolio(
            aggregates,
            viewer=self.question.viewer,
            as_of=as_of or self.as_of,
            known_at=self.known_at,
            among=among,
        )

    def people(self) -> Mapping[str, str | None]:
        """The names of our own people by their e-mail addresses."""
        return self.sources.people()

    def cite(self, row: Any, dossier: Dossier, *names: str) -> Evidence:
        """Evidence of a row, quoting the columns that matter; cited twice, the quotes are joined."""
        item = record_evidence(row, dossier, names)
        origin = row.origin
        self.observed[item.id] = origin.observed_on.last if origin.observed_on else origin.recorded_at.date()
        before = self.read.get(item.id)
        if before is not None:
            lines = [*before.quote.splitlines(), *(line for line in item.quote.splitlines())]
            item = replace(item, quote="\n".join(dict.fromkeys(lines)))
        return self._keep(item)

    def calculate(
        self,
        formula: str,
        inputs: Sequence[tuple[str, Evidence, Decimal]],
        result: Decimal,
        unit: str,
        *,
        customer: str | None = None,
    ) -> Evidence:
        """Evidence of a calculation; its class is the highest of what went into it."""
        calculation = Calculation(
            formula=formula,
            inputs=tuple((name, item.id, value) for name, item, value in inputs),
            result=result,
            unit=unit,
        )
        shown = ", ".join(f"{name} = {value}" for name, _, value in inputs[:12])
        more = f", … ({len(inputs)})" if len(inputs) > 12 else ""
        return self._worked(
            calculation, shown + more, customer, highest([item.field_class for _, item, _ in inputs])
        )

    def derive(
        self,
        formula: str,
        inputs: Sequence[tuple[str, str, Decimal]],
        result: Decimal,
        unit: str,
        *,
        customer: str | None = None,
        field_class: FieldClass = FieldClass.INTERNAL,
    ) -> Evidence:
        """Evidence of a calculation over rows that were read and are named by their ids alone: a part of a sum over
        many customers, which is an input of another calculation and is not cited itself."""
        return self._worked(Calculation(formula, tuple(inputs), result, unit), "", customer, field_class)

    def _worked(
        self, calculation: Calculation, shown: str, customer: str | None, field_class: FieldClass
    ) -> Evidence:
        said = f"{calculation.formula} = {calculation.result} {calculation.unit}"
        item = Evidence(
            id=calculation_id(calculation),
            kind=EvidenceKind.CALCULATION,
            source="bonafide",
            quote=f"{said}\n{shown}" if shown else said,
            tier=Tier.INTERNAL,
            date=self.today.isoformat(),
            customer=customer,
            recorded_at=self.question.now,
            field_class=field_class,
            calculation=calculation,
        )
        return self._keep(item)

    def count(self, what: str, rows: Sequence[Evidence], *, customer: str | None = None) -> Evidence:
        """How many there are, as a calculation over what was counted."""
        inputs = [(f"#{number}", item, Decimal(1)) for number, item in enumerate(rows, start=1)]
        return self.calculate(f"count({what})", inputs, Decimal(len(rows)), "rows", customer=customer)

    def nothing(self, where: str, what: str, *, customer: str | None = None) -> Evidence:
        """Evidence that was looked and nothing found: where, for what, until when.

        Whoever may see public matters alone has looked among those alone, and that nothing was there is public too.
        """
        inside = FieldClass.INTERNAL in self.question.viewer.classes
        until = self.question.now.isoformat(timespec="minutes")
        item = Evidence(
            id=search_id(where, what, until),
            kind=EvidenceKind.SEARCH,
            source=where,
            quote=f"{where}: {what}: 0",
            tier=Tier.INTERNAL,
            date=self.today.isoformat(),
            customer=customer,
            recorded_at=self.question.now,
            field_class=FieldClass.INTERNAL if inside else FieldClass.PUBLIC,
        )
        return self._keep(item)

    def search(
        self, text: str, *, customers: Sequence[Named] = (), period: Period | None = None, k: int = 8
    ) -> list[Hit]:
        """Passages that fit, best first; with customers only what is about them. None that came after the asked day."""
        if not text.strip():
            return []
        days = [day for day in (period and period.last, self._picture) if day]
        hits = self.sources.search(
            text,
            viewer=self.question.viewer,
            customer_ids=[named.id for named in customers] or None,
            since=period.first if period else None,
            until=min(days, default=None),
            k=k,
            known_at=self.known_at,
        )
        return list(hits)

    def passage(self, item: Evidence) -> Evidence:
        """Take a passage that a search gave into what was read."""
        return self._keep(item)

    def figures(
        self, text: str, *, customers: Sequence[Named] = (), called: str | None = None
    ) -> list[Figure]:
        """Figures printed in documents for what the text asks; `called` is a firm's name that is no customer's."""
        names = [*self.spoken, *([called] if called else [])]
        found = self.sources.figures(
            text,
            viewer=self.question.viewer,
            customer_ids=[named.id for named in customers] or None,
            names=names,
            today=self._picture or self.today,
            known_at=self.known_at,
            as_of=self._picture,
        )
        for figure in found:
            for item in (figure.evidence, *figure.beside):
                self._keep(item)
        return list(found)

    def ledger(self, customer: Named, *, period: Period | None, limit: int) -> list[tuple[Entry, Evidence]]:
        """Who did or saw what about a customer, newest first; raises Forbidden, whether or not there is any."""
        authorize(self.question.viewer, Permission.READ_LEDGER)
        since, until = _instants(period)
        entries = self.sources.ledger(
            viewer=self.question.viewer, customer_id=customer.id, since=since, until=until, limit=limit
        )
        return [
            (entry, self._keep(entry_evidence(entry, customer, self._who(entry.actor)))) for entry in entries
        ]

    def trail(self, *, period: Period | None, limit: int) -> list[Entry]:
        """Who did or saw what in the whole house, newest first; raises Forbidden, whether or not there is any."""
        authorize(self.question.viewer, Permission.READ_LEDGER)
        since, until = _instants(period)
        return list(
            self.sources.ledger(
                viewer=self.question.viewer, customer_id=None, since=since, until=until, limit=limit
            )
        )

    def entry(self, entry: Entry) -> Evidence:
        """Evidence of one entry of the ledger."""
        named = self.sources.directory().by_id(entry.customer_id) if entry.customer_id else None
        return self._keep(entry_evidence(entry, named, self._who(entry.actor)))

    def listed(self, name: str, said: str) -> Evidence:
        """Evidence of what is known of a watch list."""
        item = Evidence(
            id=search_id("watchlists", name, self.question.now.isoformat(timespec="minutes")),
            kind=EvidenceKind.SEARCH,
            source="watchlists",
            quote=f"list: {name}\n{said}",
            tier=Tier.INTERNAL,
            date=self.today.isoformat(),
            field_class=FieldClass.SUSPICION,
        )
        return self._keep(item)

    def prove(self, *, most: int) -> tuple[Verification, Evidence] | None:
        """Whether the whole ledger is as it was written; None where it is too long to go through in a talk."""
        authorize(self.question.viewer, Permission.READ_LEDGER)
        found = self.sources.prove(most=most)
        if found is None:
            return None
        wrong = "" if found.ok else f"; first wrong {found.first_bad}: {found.because}"
        formula = f"verify(ledger): root {found.root[:16]} … ({found.root}){wrong}"
        entries = Decimal(found.entries)
        return found, self.derive(formula, [], entries, "rows", field_class=FieldClass.SUSPICION)

    def changes(
        self, customer: Named, *, period: Period | None, limit: int
    ) -> list[tuple[VersionStep, Evidence]]:
        """What changed in a customer's file and who did it, newest first; raises Forbidden like the ledger."""
        authorize(self.question.viewer, Permission.READ_LEDGER)
        since, until = _instants(period)
        steps = self.sources.changes(
            viewer=self.question.viewer, customer_id=customer.id, since=since, until=until, limit=limit
        )
        return [(step, self.changed(step, customer.code, customer.name)) for step in steps]

    def own(
        self, identity: str, aggregate: str, lines: Sequence[str], card: Dossier, at: datetime
    ) -> Evidence:
        """Evidence of a row of our own suspicion about a customer: an alert, a check."""
        item = Evidence(
            id=identity,
            kind=EvidenceKind.RECORD,
            source="bonafide",
            quote="\n".join(lines),
            tier=Tier.INTERNAL,
            date=at.date().isoformat(),
            customer=card.code,
            title=card.profile.legal_name,
            locator={"aggregate": aggregate},
            recorded_at=at,
            field_class=FieldClass.SUSPICION,
        )
        return self._keep(item)

    def changed(self, step: VersionStep, code: str, name: str) -> Evidence:
        """Evidence of one change in a customer's file."""
        return self._keep(change_evidence(step, code, name, self._who(step.actor)))

    def _who(self, actor: str) -> str:
        """An actor as the evidence says it: the name that people know beside the address of the account."""
        name = self.people().get(actor)
        return f"{actor} ({name})" if name else actor

    def _keep(self, item: Evidence) -> Evidence:
        self.read[item.id] = item
        return item


def _instants(period: Period | None) -> tuple[datetime | None, datetime | None]:
    if period is None:
        return None, None
    first = datetime.combine(period.first, time(), UTC)
    return first, datetime.combine(period.last + timedelta(days=1), time(), UTC)
