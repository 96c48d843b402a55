"""Watching (监控): evaluates the rules over what changed since the last look, and raises or extends alerts.

A slice of changes, the alerts that come of it and the cursor are one short transaction: killed at any line, the next
look does the slice again and counts nothing twice. Invoices that grow old without any change are looked at once a day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.dossier.ageing import accounts
from bot.monitoring.hits import judge_hit
from bot.monitoring.owing import Owing, judge_owing
from bot.monitoring.rules import Context, is_settled, judge_event, judge_row, rules_over
from store.access import Audience, Role, Viewer
from store.alerts import EVIDENCE_KEPT, SEVERITIES, Alert, Alerts, AlertState, Draft, Severity
from store.customers import Customer, Customers
from store.dossier import read_dossier, record_evidence
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.events import Events
from store.evidence import Evidence
from store.ledger import Ledger
from store.policy.alerts import RuleSection
from store.policy.types import Policy
from store.records import Invoice
from store.screenings import Hits
from store.watching import ChangedRow, any_after, changed_after, score_before

log = logging.getLogger(__name__)

#: Changes that one transaction evaluates.
SLICE = 500
#: Customers whose invoices one transaction sweeps.
SWEPT = 100
#: Who looks again when a list or a customer changes (`bot.screening.rescreening`).
SCREENER = "rule:rescreening"
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
            if not any_after(connection, self._cursor(connection, "versions"), _ROWS):
                return None
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            alerts.take_turn()
            rows = changed_after(connection, alerts.cursor("versions") or 0, _ROWS, SLICE)
            if not rows:
                return None
            whose = self._contexts(connection, {row.customer_id for row in rows})
            rules = rules_over(self._policy.alerts, *_ROWS)
            drafts: list[Draft] = []
            for row in rows:
                if row.aggregate == "records" and row.number > 1 and is_settled(row, self._today):
                    self._repair(connection, alerts, row)
                if row.aggregate == "scores" and not row.stood:
                    row = replace(row, before=score_before(connection, row))
                context = whose.get(row.customer_id)
                if context:
                    drafts += judge_row(rules, row, context, self._policy.alerts.max_age_days)
            found = self._raise(connection, alerts, drafts)
            alerts.move("versions", rows[-1].recorded_seq)
            return replace(found, changes=len(rows))

    def _events(self) -> Looked | None:
        with reading(self._databases.read) as connection:
            if not Events(connection).events_after(self._cursor(connection, "events"), 1):
                return None
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            alerts.take_turn()
            told = Events(connection).events_after(alerts.cursor("events") or 0, SLICE)
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
            alerts.move("events", told[-1].event.added_seq)
            return replace(found, changes=len(told))

    def _hits(self) -> Looked | None:
        """Hits that nobody asked for: of a list's new version, or of a customer that changed."""
        with reading(self._databases.read) as connection:
            if not Hits(connection).opened_after(self._cursor(connection, "hits"), SCREENER, 1):
                return None
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            alerts.take_turn()
            found = Hits(connection).opened_after(alerts.cursor("hits") or 0, SCREENER, SLICE)
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
            alerts.move("hits", found[-1][1].seq)
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
            drafts = [
                draft for customer in customers for draft in self._overdue(connection, rules, customer, day)
            ]
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            alerts.take_turn()
            if (alerts.cursor("sweep") or 0) != cursor:
                return Looked()
            found = self._raise(connection, alerts, drafts)
            last = len(customers) < SWEPT
            alerts.move("sweep", day.toordinal() * 1_000_000 + (999_999 if last else done + SWEPT))
            return replace(found, changes=len(customers))

    def _overdue(
        self, connection: Connection, rules: Sequence[RuleSection], customer: Customer, day: date
    ) -> Iterable[Draft]:
        everything = Viewer("rule:watch", Role.COMPLIANCE, Audience.alone(), self._policy.rights)
        try:
            dossier = read_dossier(connection, customer.id, viewer=everything)
        except UnknownSubject:
            return
        shown = ("invoice_number", "due_on", "amount", "currency", "status")

        def show(invoice: Invoice) -> Evidence:
            return record_evidence(invoice, dossier, shown)

        owing = Owing(customer.id, accounts(dossier, day), day, show)
        yield from judge_owing(rules, owing, self._policy.alerts.max_age_days)

    def _raise(self, connection: Connection, alerts: Alerts, drafts: list[Draft]) -> Looked:
        """Open or extend the alerts of these drafts; what was counted before is left out."""
        opened = extended = 0
        by_rule: dict[str, list[Draft]] = {}
        for draft in drafts:
            by_rule.setdefault(draft.rule, []).append(draft)
        for rule, group in sorted(by_rule.items()):
            known = alerts.counted(rule, [draft.item for draft in group])
            fresh = {draft.item: draft for draft in group if draft.item not in known}
            by_customer: dict[UUID, list[Draft]] = {}
            for draft in fresh.values():
                by_customer.setdefault(draft.customer_id, []).append(draft)
            for customer_id, mine in sorted(by_customer.items()):
                alert = alerts.under_way(customer_id, rule)
                quiet = self._quiet(alerts, customer_id, rule) if alert is None else {}
                if alert is None:
                    mine = [each for each in mine if _gravity(each.severity) > quiet.get(each.story, -1)]
                    if not mine:
                        continue
                    alert = self._open(connection, alerts, mine.pop(0))
                    opened += 1
                if mine:
                    self._extend(alerts, alert, mine)
                    extended += len(mine)
        return Looked(0, opened, extended)

    def _quiet(self, alerts: Alerts, customer_id: UUID, rule: str) -> dict[str, int]:
        """How grave the stories were that ended so lately that they stay silent unless they become graver."""
        since = self._clock() - timedelta(days=self._policy.alerts.silent_days)
        quiet: dict[str, int] = {}
        for alert in alerts.ended(customer_id, rule, since):
            if alert.by is None:
                continue  # a repair ended it, and what comes back after that is worth a word
            for story in alert.stories:
                quiet[story] = max(quiet.get(story, -1), _gravity(alert.severity))
        return quiet

    def _open(self, connection: Connection, alerts: Alerts, draft: Draft) -> Alert:
        now = self._clock()
        ledger = Ledger(connection, self._clock)
        ledger.append(
            actor=f"rule:{draft.rule}",
            action="alert.open",
            customer_id=draft.customer_id,
            subject=draft.rule,
            detail={
                "severity": draft.severity.value,
                "item": draft.item,
                "evidence": str(draft.evidence["ref"]),
                "policy": self._policy.version,
            },
        )
        alert = alerts.open(draft, now=now, policy_version=self._policy.version)
        alerts.step(alert, at=now, actor=None, act="open", after=AlertState.OPEN)
        return alert

    def _extend(self, alerts: Alerts, alert: Alert, drafts: list[Draft]) -> None:
        """Add items; a graver one raises the alert, and opens it again where somebody had only acknowledged it."""
        alerts.count(alert, *drafts)
        worst = max(drafts, key=lambda draft: _gravity(draft.severity))
        worse = _gravity(worst.severity) > _gravity(alert.severity)
        known = {item["ref"] for item in alert.evidence}
        # The gravest stays on top, then what is newest.
        fresh = [dict(draft.evidence) for draft in reversed(drafts) if draft.evidence["ref"] not in known]
        top = [dict(worst.evidence)] if worse else [alert.evidence[0]]
        below = [item for item in (*fresh, *alert.evidence) if item["ref"] != top[0]["ref"]]
        changes: dict[str, Any] = {
            "items": alert.items + len(drafts),
            "evidence": [*top, *below][:EVIDENCE_KEPT],
            "stories": list(dict.fromkeys([*alert.stories, *(draft.story for draft in drafts)])),
            "sources": list(dict.fromkeys([*alert.sources, *(draft.source for draft in drafts)])),
            "latest_at": self._clock(),
            "stale": True,
        }
        if worse:
            now = self._clock()
            changes |= {"severity": worst.severity, "values": dict(worst.values), "snoozed_until": None}
            # A drawing is silent, and graver alerts may belong in other places: it is posted once more.
            changes |= {"posted_at": None, "escalated_at": None}
            if alert.state is AlertState.ACKNOWLEDGED:
                changes |= {
                    "state": AlertState.OPEN,
                    "by": None,
                    "at": now,
                    "reminders": 0,
                    "reminded_at": None,
                }
            after = AlertState(changes.get("state", alert.state))
            alerts.step(alert, at=now, actor=None, act="worse", after=after, words=worst.severity.value)
        alerts.change(alert, **changes)

    def _repair(self, connection: Connection, alerts: Alerts, row: ChangedRow) -> None:
        """A record was repaired: alerts that stand on it alone end, others say so."""
        now = self._clock()
        for alert in alerts.repaired(row.subject_id):
            over = alerts.standing(alert.id) == 0
            after = AlertState.CLOSED if over else alert.state
            alerts.step(alert, at=now, actor=None, act="repaired", after=after)
            if over:
                Ledger(connection, self._clock).append(
                    actor=f"rule:{alert.rule}",
                    action="alert.close",
                    customer_id=alert.customer_id,
                    subject=alert.code,
                    detail={"reason": "repaired", "policy": self._policy.version},
                )
                alerts.change(alert, state=after, by=None, at=now, reason="repaired", stale=True)
            else:
                alerts.change(alert, stale=True)

    def _contexts(self, connection: Connection, wanted: set[UUID]) -> dict[UUID, Context]:
        found, day = Customers(connection).by_ids(wanted), self._today
        return {key: Context(customer.code, customer.legal_name, day) for key, customer in found.items()}

    @staticmethod
    def _cursor(connection: Connection, name: str) -> int:
        return Alerts(connection).cursor(name, hold=False) or 0


def _gravity(severity: Severity) -> int:
    return SEVERITIES.index(severity)
