"""Raising, extending and ending alerts (预警的产生与结束) inside somebody's transaction; each step is in the ledger.

An alert ends by itself when nothing that it counted still holds: the record was repaired, the invoice was paid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.monitoring.owing import Owing, judge_owing
from store.alert_items import AlertItems
from store.alerts import EVIDENCE_KEPT, SEVERITIES, Alert, Alerts, AlertState, Draft, Severity
from store.ledger import Ledger
from store.policy.alerts import RuleSection
from store.policy.types import Policy


class Raising:
    """What becomes of drafts, and of what does not hold any more."""

    def __init__(
        self, connection: Connection, alerts: Alerts, policy: Policy, clock: Callable[[], datetime]
    ) -> None:
        self._connection, self._alerts, self._items = connection, alerts, AlertItems(connection)
        self._policy, self._clock = policy, clock

    def raise_all(self, drafts: Sequence[Draft]) -> tuple[int, int]:
        """Open or extend the alerts of these drafts; how many. What was counted before is left out."""
        opened = extended = 0
        by_rule: dict[str, list[Draft]] = {}
        for draft in drafts:
            by_rule.setdefault(draft.rule, []).append(draft)
        for rule, group in sorted(by_rule.items()):
            known = self._items.counted(rule, [draft.item for draft in group])
            fresh = {draft.item: draft for draft in group if draft.item not in known}
            by_customer: dict[UUID, list[Draft]] = {}
            for draft in fresh.values():
                by_customer.setdefault(draft.customer_id, []).append(draft)
            for customer_id, mine in sorted(by_customer.items()):
                alert = self._alerts.under_way(customer_id, rule)
                quiet = self._quiet(customer_id, rule) if alert is None else {}
                if alert is None:
                    mine = [each for each in mine if _gravity(each.severity) > quiet.get(each.story, -1)]
                    if not mine:
                        continue
                    alert = self._open(mine.pop(0))
                    opened += 1
                if mine:
                    self._extend(alert, mine)
                    extended += len(mine)
        return opened, extended

    def repair(self, subject_id: UUID) -> None:
        """A record was repaired: alerts that stand on it alone end, others say so."""
        held = [self._alerts.by_id(key, hold=True) for key in self._items.repaired(subject_id)]
        for alert in held:
            if alert is not None and not alert.is_over:
                self._less(alert, "repaired")

    def settle(self, rules: Sequence[RuleSection], owing: Owing) -> None:
        """Invoices were paid: alerts under way on them alone end, others say so; a share or an average that is
        not so bad any more ends its alert."""
        paid = {account.invoice.origin.subject for account in owing.accounts if not account.open}
        for rule in rules:
            alert = self._alerts.under_way(owing.customer_id, rule.id)
            if alert is None:
                continue
            if rule.days_overdue is not None:
                gone = self._items.take_away(alert.id, paid)
            elif next(judge_owing([rule], owing, self._policy.alerts.max_age_days), None) is None:
                gone = self._items.take_away(alert.id)
            else:
                gone = 0
            if gone:
                self._less(alert, "settled")

    def _less(self, alert: Alert, why: str) -> None:
        """Something that an alert counted does not hold any more; without anything else it ends."""
        now = self._clock()
        over = self._items.standing(alert.id) == 0
        after = AlertState.CLOSED if over else alert.state
        self._alerts.step(alert, at=now, actor=None, act=why, after=after)
        if not over:
            self._alerts.change(alert, stale=True)
            return
        Ledger(self._connection, self._clock).append(
            actor=f"rule:{alert.rule}",
            action="alert.close",
            customer_id=alert.customer_id,
            subject=alert.code,
            detail={"reason": why, "policy": self._policy.version},
        )
        self._alerts.change(alert, state=after, by=None, at=now, reason=why, stale=True)

    def _quiet(self, customer_id: UUID, rule: str) -> dict[str, int]:
        """How grave the stories were that ended so lately that they stay silent unless they become graver."""
        since = self._clock() - timedelta(days=self._policy.alerts.silent_days_of(rule))
        quiet: dict[str, int] = {}
        for alert in self._alerts.ended(customer_id, rule, since):
            if alert.by is None:
                continue  # a repair ended it, and what comes back after that is worth a word
            for story in alert.stories:
                quiet[story] = max(quiet.get(story, -1), _gravity(alert.severity))
        return quiet

    def _open(self, draft: Draft) -> Alert:
        now = self._clock()
        ledger = Ledger(self._connection, self._clock)
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
        alert = self._alerts.open(draft, now=now, policy_version=self._policy.version)
        self._alerts.step(alert, at=now, actor=None, act="open", after=AlertState.OPEN)
        return alert

    def _extend(self, alert: Alert, drafts: list[Draft]) -> None:
        """Add items; a graver one raises the alert, and opens it again where somebody had only acknowledged it."""
        self._items.count(alert.id, *drafts)
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
            self._alerts.step(alert, at=now, actor=None, act="worse", after=after, words=worst.severity.value)
        self._alerts.change(alert, **changes)


def _gravity(severity: Severity) -> int:
    return SEVERITIES.index(severity)
