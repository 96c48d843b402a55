"""Alerts over all customers (预警): those that are under way or of a time, and the course of a single one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bot.assistant.answer import recall
from bot.assistant.draft import Draft, Line, bullet, columns, lead, quote
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.query import Query
from bot.assistant.replies.figures import place
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from store.access import FieldClass
from store.evidence import Evidence, EvidenceKind, record_id
from store.records import Dossier

if TYPE_CHECKING:
    from store.alerts import Alert, AlertStep

#: States of an alert that is not over.
UNDER_WAY = ("open", "acknowledged", "in_work")
_EVERY = (*UNDER_WAY, "closed", "dismissed")
#: Pieces of evidence of one alert that are cited.
_QUOTED = 2
#: Characters of what an alert says that a row shows.
_WHAT = 160


@dataclass(frozen=True, slots=True)
class Alerts:
    """Answers about what was raised; `cards` are the customers that the viewer may see."""

    tools: Tools
    words: Describing
    standards: Standards
    cards: Mapping[UUID, Dossier]

    def listed(
        self, query: Query, wanted: Collection[UUID], since: datetime | None, until: datetime | None
    ) -> Draft:
        """The alerts that a query asks for; of the customers `wanted` where there are any."""
        cards = self.cards
        states = _states(query.aspects, timed=query.period is not None)
        found = [
            alert
            for alert in self.tools.sources.alerts(states=states, since=since, customer_id=None)
            if alert.customer_id in cards
            and (not wanted or alert.customer_id in wanted)
            and (until is None or alert.opened_at < until)
            and ("high" not in query.aspects or alert.severity == "high")
        ]
        if not found:
            looked = self.tools.nothing("alerts", ", ".join(states))
            return Draft((lead(self.words.book["portfolio.watch.alerts_none"], looked),))
        evidence = [self._alert(alert, cards[alert.customer_id]) for alert in found]
        counted = self.tools.count("alerts", evidence)
        lines: list[Line] = [lead(self.words.say("watch.alerts", number=len(found)), counted)]
        if query.group:
            lines += self._by_severity(found, evidence)
        book = self.words.book
        heads = ("code", "severity_head", "state_head", "rule_head", "day_head")
        lines.append(
            columns(book["portfolio.customer"], *(book[f"portfolio.watch.{head}"] for head in heads))
        )
        for alert, item in list(zip(found, evidence, strict=True))[: self.standards.tabled * 2]:
            card = cards[alert.customer_id]
            cells = (
                self.words.say("name_cell", name=card.profile.legal_name, code=card.code),
                alert.code,
                book[f"portfolio.severity.{alert.severity}"],
                book[f"portfolio.state.{alert.state}"],
                self._rule(alert),
                self.words.words.date(alert.opened_at.date()),
            )
            lines.append(table_row(*cells, evidence=(item,), text=self._said(alert, card)))
        return Draft(tuple(lines))

    def _said(self, alert: Alert, card: Dossier) -> str:
        book = self.words.book
        return self.words.say(
            "watch.alert",
            code=alert.code,
            severity=book[f"portfolio.severity.{alert.severity}"],
            state=book[f"portfolio.state.{alert.state}"],
            name=card.profile.legal_name,
            rule=self._rule(alert),
            day=self.words.words.date(alert.opened_at.date()),
        )

    def _by_severity(self, found: Sequence[Alert], evidence: Sequence[Evidence]) -> list[Line]:
        book = self.words.book
        lines = [columns(book["portfolio.watch.severity_head"], book["portfolio.watch.number"])]
        for severity in ("high", "warn", "info"):
            rows = [item for alert, item in zip(found, evidence, strict=True) if alert.severity == severity]
            counted = self.tools.count(f"alerts of severity {severity}", rows)
            label = book[f"portfolio.severity.{severity}"]
            text = self.words.say("group_cell", group=label, value=str(len(rows)))
            lines.append(table_row(label, str(len(rows)), evidence=(counted,), text=text))
        return lines

    def _rule(self, alert: Alert) -> str:
        """What the alert says, else the name of its rule."""
        what = ""
        if self.standards.alerts is not None:
            from bot.monitoring.telling import tell_alert

            what, _ = tell_alert(self.standards.alerts, alert, self.words.book.language)
        return " ".join(what.split())[:_WHAT] or alert.rule.replace("_", " ")

    def one(self, code: str) -> Draft:
        """What an alert says and stands on, and the steps that were taken."""
        found = self.tools.sources.alert(code)
        if found is None or found[0].customer_id not in self.cards:
            looked = self.tools.nothing("alerts", code)
            return Draft((lead(self.words.say("watch.gone", code=code), looked),))
        alert, steps = found
        card = self.cards[alert.customer_id]
        item = self._alert(alert, card, steps)
        state = self.words.book[f"portfolio.state.{alert.state}"]
        last = next((step for step in reversed(steps) if step.after != step.before), None)
        if last is None:
            name = card.profile.legal_name
            said = self.words.say("watch.standing", code=code, state=state, name=name, rule=self._rule(alert))
        else:
            values = {
                "code": code,
                "state": state,
                "who": self.words.who(last.actor),
                "at": self.words.words.instant(last.at),
            }
            said = (
                self.words.say("watch.reason", reason=last.words, **values)
                if last.words
                else self.words.say("watch.no_reason", **values)
            )
        kept = [described for described in alert.evidence if "ref" in described]
        stands_on = [recall(described) for described in kept[:_QUOTED]]
        shown = [self.tools.passage(one) for one in stands_on if one.field_class in self._classes]
        lines = [lead(said, item, *shown)]
        if self.standards.alerts is not None:
            from bot.monitoring.telling import tell_alert

            _, why = tell_alert(self.standards.alerts, alert, self.words.book.language)
            lines.append(bullet(self.words.say("watch.why", why=why), self._alert(alert, card, steps, why)))
        lines += [
            quote(one.quote, one, after=place(one, self.words.book, self.words.words))
            for one in shown
            if one.kind is EvidenceKind.PASSAGE
        ]
        for step in steps[-self.standards.listed :]:
            act = self.words.book.get(f"portfolio.act.{step.act}", step.act.replace("_", " "))
            values = {"at": self.words.words.instant(step.at), "who": self.words.who(step.actor), "act": act}
            text = (
                self.words.say("watch.step_words", words=step.words, **values)
                if step.words
                else self.words.say("watch.step", **values)
            )
            lines.append(bullet(text, item))
        return Draft(tuple(lines))

    @property
    def _classes(self) -> frozenset[FieldClass]:
        return self.tools.question.viewer.classes

    def _alert(self, alert: Alert, card: Dossier, steps: Sequence[AlertStep] = (), why: str = "") -> Evidence:
        lines = [f"code: {alert.code}", f"rule: {alert.rule}", f"severity: {alert.severity}"]
        lines += [f"state: {alert.state}", f"opened_at: {alert.opened_at.isoformat()}"]
        lines += [f"what: {self._rule(alert)}", *([f"why: {why}"] if why else [])]
        lines += [f"reason: {alert.reason}"] if alert.reason else []
        lines += [
            f"{step.at.isoformat()} {step.actor or 'rule'}: {step.act} {step.words}".strip() for step in steps
        ]
        return self.tools.own(record_id(alert.id), "alerts", lines, card, alert.opened_at)


def _states(aspects: Sequence[str], *, timed: bool) -> tuple[str, ...]:
    """Which states are asked for; without any, what is under way, and over a time all of them."""
    chosen = [state for state in ("dismissed", "acknowledged", "closed") if state in aspects]
    if "untaken" in aspects:
        return ("open",)
    if "open" in aspects:
        return UNDER_WAY
    return tuple(chosen) or (_EVERY if timed else UNDER_WAY)
