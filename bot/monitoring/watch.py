"""Watching (监控): evaluates the rules over what changed since the last look, and raises or extends alerts.

A slice of changes, the alerts that come of it and the cursor are one short transaction: killed at any line, the next
look does the slice again and counts nothing twice. Invoices that grow old without any change are looked at once a day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.dossier.ageing import accounts
from bot.monitoring.hits import judge_hit
from bot.monitoring.owing import Owing, judge_owing
from bot.monitoring.raising import Raising
from bot.monitoring.rules import Context, is_settled, judge_event, judge_row, rules_over
from store.access import Audience, Role, Viewer
from store.alert_cursors import AlertCursors
from store.alerts import Alerts, Draft
from store.customers import Customers
from store.dossier import read_dossier, record_evidence
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.events import Events
from store.evidence import Evidence
from store.hits import Hits
from store.policy.types import Policy
from store.records import Invoice
from store.watching import any_after, changed_after, score_before

log = logging.getLogger(__name__)

#: Changes that one transaction evaluates.
SLICE = 500
#: Customers whose invoices one transaction sweeps.
SWEPT = 100
#: Who looks again when a list or a customer changes (`bot.screening.rescreening`).
SCREENER = "rule:rescreening"
#: What may end an alert over invoices at once.
_PAID = ("invoices", "payments")
_ROWS = ("records", "parties", "customers", "facts", "scores", "statements", "contracts", "cases")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to."""

    changes: int = 0
    opened: int = 0
    extended: int = 0

    def __add__(self, other: Looked) -> Looked:
        return Looked(
            self.changes + other.changes, self.opened + other.opened, self.extended + other.extended
        )


class Watch:
    """Looks at what changed; several at once take turns at the cursor."""

    def __init__(self, databases: Databases, *, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._policy = policy
        self._clock = clock
        self._zone = ZoneInfo(policy.alerts.time_zone)

    def look(self) -> Looked:
        """Evaluate everything that changed; cheap when nothing did."""
        total = Looked()
        for step in (self._rows, self._events, self._hits, self._sweep):
            while True:
                found = step()
                if found is None:
                    break
                total += found
        return total

    @property
    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def _rows(self) -> Looked | None:
        """The next slice of changed rows; None when there is none."""
        with reading(self._databases.read) as connection:
            if not any_after(connection, self._cursor(connection, "versions"), (*_ROWS, *_PAID)):
                return None
        with unit_of_work(self._databases.write) as connection:
            alerts, cursors = Alerts(connection), AlertCursors(connection)
            alerts.take_turn()
            rows = changed_after(connection, cursors.cursor("versions") or 0, (*_ROWS, *_PAID), SLICE)
            if not rows:
                return None
            self._settle(connection, alerts, {row.customer_id for row in rows if row.aggregate in _PAID})
            whose = self._contexts(connection, {row.customer_id for row in rows})
            rules = rules_over(self._policy.alerts, *_ROWS)
            drafts: list[Draft] = []
            for row in rows:
                if row.aggregate in _PAID:
                    continue  # what grows old is looked at once a day
                if row.aggregate == "records" and row.number > 1 and is_settled(row, self._today):
                    self._raising(connection, alerts).repair(row.subject_id)
                if row.aggregate == "scores" and not row.stood:
                    row = replace(row, before=score_before(connection, row))
                context = whose.get(row.customer_id)
                if context:
                    drafts += judge_row(rules, row, context, self._policy.alerts.max_age_days)
            found = self._raise(connection, alerts, drafts)
            cursors.move("versions", rows[-1].recorded_seq)
            return replace(found, changes=len(rows))

    def _events(self) -> Looked | None:
        with reading(self._databases.read) as connection:
            if not Events(connection).events_after(self._cursor(connection, "events"), 1):
                return None
        with unit_of_work(self._databases.write) as connection:
            alerts, cursors = Alerts(connection), AlertCursors(connection)
            alerts.take_turn()
            told = Events(connection).events_after(cursors.cursor("events") or 0, SLICE)
            if not told:
                return None
            whose = self._contexts(connection, {each.customer_id for each in told})
            rules = rules_over(self._policy.alerts, "events")
            max_age = self._policy.alerts.max_age_days
            order = {rule.id: place for place, rule in enumerate(rules)}
            # An article is one item, however many things it tells: under the rule that stands first.
            first: dict[tuple[UUID, UUID], Draft] = {}
            for each in told:
                context = whose.get(each.customer_id)
                draft = context and judge_event(rules, each, context, max_age)
                if draft:
                    key = (each.customer_id, each.event.document_id)
                    known = first.get(key)
                    if known is None or order[draft.rule] < order[known.rule]:
                        first[key] = draft
            drafts = list(first.values())
            found = self._raise(connection, alerts, drafts)
            cursors.move("events", told[-1].event.added_seq)
            return replace(found, changes=len(told))

    def _hits(self) -> Looked | None:
        """Hits that nobody asked for: of a list's new version, or of a customer that changed."""
        with reading(self._databases.read) as connection:
            if not Hits(connection).opened_after(self._cursor(connection, "hits"), SCREENER, 1):
                return None
        with unit_of_work(self._databases.write) as connection:
            alerts, cursors = Alerts(connection), AlertCursors(connection)
            alerts.take_turn()
            found = Hits(connection).opened_after(cursors.cursor("hits") or 0, SCREENER, SLICE)
            if not found:
                return None
            whose = self._contexts(connection, {hit.customer_id for hit, _ in found if hit.customer_id})
            rules = rules_over(self._policy.alerts, "hits")
            drafts = []
            for hit, step in found:
                context = whose.get(hit.customer_id) if hit.customer_id else None
                draft = context and judge_hit(rules, hit, step, context)
                if draft:
                    drafts.append(draft)
            # The likeliest of a customer stands first.
            drafts.sort(key=lambda draft: Decimal(draft.values["score"][1]), reverse=True)
            looked = self._raise(connection, alerts, drafts)
            cursors.move("hits", found[-1][1].seq)
            return replace(looked, changes=len(found))

    def _sweep(self) -> Looked | None:
        """Invoices that grew old, once a day, slice by slice; the cursor is day × 10⁶ + customers done."""
        rules = rules_over(self._policy.alerts, "invoices")
        day = self._today
        with reading(self._databases.read) as connection:
            cursor = self._cursor(connection, "sweep")
            done = cursor % 1_000_000 if cursor // 1_000_000 == day.toordinal() else 0
            if not rules or (cursor // 1_000_000 == day.toordinal() and done == 999_999):
                return None
            customers = Customers(connection).all()[done : done + SWEPT]
            owed = [owing for each in customers if (owing := self._owing(connection, each.id))]
        max_age = self._policy.alerts.max_age_days
        drafts = [draft for owing in owed for draft in judge_owing(rules, owing, max_age)]
        with unit_of_work(self._databases.write) as connection:
            alerts, cursors = Alerts(connection), AlertCursors(connection)
            alerts.take_turn()
            if (cursors.cursor("sweep") or 0) != cursor:
                return Looked()
            for owing in owed:
                self._raising(connection, alerts).settle(rules, owing)
            found = self._raise(connection, alerts, drafts)
            last = len(customers) < SWEPT
            cursors.move("sweep", day.toordinal() * 1_000_000 + (999_999 if last else done + SWEPT))
            return replace(found, changes=len(customers))

    def _settle(self, connection: Connection, alerts: Alerts, customers: set[UUID]) -> None:
        """End what payments and corrected invoices have ended; only customers with such an alert are read."""
        rules = rules_over(self._policy.alerts, "invoices")
        for customer_id in sorted(alerts.with_rules(customers, [rule.id for rule in rules])):
            if owing := self._owing(connection, customer_id):
                self._raising(connection, alerts).settle(rules, owing)

    def _owing(self, connection: Connection, customer_id: UUID) -> Owing | None:
        """What a customer owes today; None for one that is gone."""
        everything = Viewer("rule:watch", Role.COMPLIANCE, Audience.alone(), self._policy.rights)
        try:
            dossier = read_dossier(connection, customer_id, viewer=everything)
        except UnknownSubject:
            return None
        shown = ("invoice_number", "due_on", "amount", "currency", "status")

        def show(invoice: Invoice) -> Evidence:
            return record_evidence(invoice, dossier, shown)

        return Owing(customer_id, accounts(dossier, self._today), self._today, show)

    def _raising(self, connection: Connection, alerts: Alerts) -> Raising:
        return Raising(connection, alerts, self._policy, self._clock)

    def _raise(self, connection: Connection, alerts: Alerts, drafts: list[Draft]) -> Looked:
        return Looked(0, *self._raising(connection, alerts).raise_all(drafts))

    def _contexts(self, connection: Connection, wanted: set[UUID]) -> dict[UUID, Context]:
        found, day = Customers(connection).by_ids(wanted), self._today
        return {key: Context(customer.code, customer.legal_name, day) for key, customer in found.items()}

    @staticmethod
    def _cursor(connection: Connection, name: str) -> int:
        return AlertCursors(connection).cursor(name, hold=False) or 0
