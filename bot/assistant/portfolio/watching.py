"""Alerts, checks and changes over all customers (预警、核查与变更): only for those who may know of them.

Rights are asked before anything is looked up, so the refusal is the same whether there is something or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.assistant.answer import recall
from bot.assistant.draft import Draft, Line, bullet, columns, lead, note, quote
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.query import Query
from bot.assistant.replies.figures import place
from bot.assistant.standards import Standards
from bot.assistant.stretches import Period
from bot.assistant.tools import Tools
from store.access import FieldClass, Permission, Viewer, authorize
from store.errors import Forbidden
from store.evidence import Evidence, EvidenceKind, record_id
from store.records import Dossier

if TYPE_CHECKING:
    from store.alerts import Alert, AlertStep
    from store.checks import StoredCheck

#: States of an alert that is not over.
UNDER_WAY = ("open", "acknowledged", "in_work")
_EVERY = (*UNDER_WAY, "closed", "dismissed")
_PERMISSIONS = {
    "alerts": Permission.ALERTS,
    "checks": Permission.CHECK,
    "changes": Permission.READ_LEDGER,
    "last_check": Permission.CHECK,
}
_CHANGES = 200
#: Pieces of evidence of one alert that are cited.
_QUOTED = 2
#: Characters of what an alert says that a row shows.
_WHAT = 160


def may_know(viewer: Viewer, subject: str) -> None:
    """Raise Forbidden unless the viewer may hear of alerts, checks or changes in this place."""
    authorize(viewer, _PERMISSIONS[subject])
    if FieldClass.SUSPICION not in viewer.classes:
        raise Forbidden(f"nothing is said of {subject} here")


@dataclass(frozen=True, slots=True)
class Watching:
    """Answers about what was raised, checked and changed."""

    query: Query
    tools: Tools
    words: Describing
    standards: Standards

    def draft(self) -> Draft:
        """The answer; raises Forbidden."""
        may_know(self.tools.question.viewer, self.query.subject)
        cards = {card.id: card for card in self.tools.portfolio(())}
        if self.query.subject == "alerts":
            code = next((code for code in self.query.codes if code.startswith("A-")), None)
            return self._one_alert(code, cards) if code else self._alerts(cards)
        return self._checks(cards) if self.query.subject == "checks" else self._changes(cards)

    def _customers(self, cards: Mapping[Any, Dossier]) -> list[Dossier]:
        wanted = {code for code in self.query.codes if code.startswith("C-")}
        return [card for card in cards.values() if card.code in wanted]

    def _alerts(self, cards: Mapping[Any, Dossier]) -> Draft:
        query, sources = self.query, self.tools.sources
        since, until = _bounds(query.period)
        states = _states(query.aspects, timed=query.period is not None)
        wanted = {card.id for card in self._customers(cards)}
        found = [
            alert
            for alert in sources.alerts(states=states, since=since, customer_id=None)
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

    def _one_alert(self, code: str, cards: Mapping[Any, Dossier]) -> Draft:
        found = self.tools.sources.alert(code)
        if found is None or found[0].customer_id not in cards:
            looked = self.tools.nothing("alerts", code)
            return Draft((lead(self.words.say("watch.gone", code=code), looked),))
        alert, steps = found
        card = cards[alert.customer_id]
        item = self._alert(alert, card, steps)
        state = self.words.book[f"portfolio.state.{alert.state}"]
        last = next((step for step in reversed(steps) if step.after != step.before), None)
        if last is None:
            name = card.profile.legal_name
            said = self.words.say("watch.standing", code=code, state=state, name=name, rule=self._rule(alert))
        else:
            values = {"code": code, "state": state, "who": self._who(last.actor), "at": self._at(last.at)}
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
            values = {"at": self._at(step.at), "who": self._who(step.actor), "act": act}
            text = (
                self.words.say("watch.step_words", words=step.words, **values)
                if step.words
                else self.words.say("watch.step", **values)
            )
            lines.append(bullet(text, item))
        return Draft(tuple(lines))

    def _who(self, actor: str | None) -> str:
        if actor is None:
            return self.words.book["portfolio.watch.rules"]
        return self.words.people.get(actor) or actor

    def _at(self, at: datetime) -> str:
        return self.words.words.instant(at)

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

    def _checks(self, cards: Mapping[Any, Dossier]) -> Draft:
        query = self.query
        wanted = self._customers(cards)
        if wanted:
            return self._latest(wanted)
        since, until = _bounds(query.period)
        status = "fail" if "failed" in query.aspects else "warn" if "warned" in query.aspects else ""
        section = next((one for one in query.aspects if one.startswith("section:")), "").removeprefix(
            "section:"
        )
        found = [
            check
            for check in self.tools.sources.checks(since=since, until=until)
            if check.customer_id in cards and (not status or _outcome(check, section) == status)
        ]
        if not found:
            looked = self.tools.nothing("checks", f"{status} {section}".strip() or "all")
            return Draft((lead(self.words.book["portfolio.watch.checks_none"], looked),))
        book = self.words.book
        evidence = [self._check(check, cards[check.customer_id]) for check in found]
        counted = self.tools.count("checks", evidence)
        if section and status:
            values = {
                "status": book[f"portfolio.outcome.{status}"],
                "section": book[f"portfolio.section.{section}"],
            }
            said = self.words.say("watch.checks_in", number=len(found), **values)
        else:
            said = self.words.say("watch.checks", number=len(found))
        heads = ("code", "outcome", "made", "by")
        lines: list[Line] = [
            lead(said, counted),
            columns(book["portfolio.customer"], *(book[f"portfolio.watch.{head}"] for head in heads)),
        ]
        for check, item in list(zip(found, evidence, strict=True))[: self.standards.tabled * 2]:
            card = cards[check.customer_id]
            outcome = book[f"portfolio.outcome.{_outcome(check, section)}"]
            at, who = self._at(check.made_at), self._who(check.actor)
            name = self.words.say("name_cell", name=card.profile.legal_name, code=card.code)
            text = self.words.say(
                "watch.check", code=check.code, name=card.profile.legal_name, status=outcome, at=at, who=who
            )
            lines.append(table_row(name, check.code, outcome, at, who, evidence=(item,), text=text))
        return Draft(tuple(lines))

    def _latest(self, wanted: Sequence[Dossier]) -> Draft:
        held = self.tools.sources.last_checks(until=None)
        lines: list[Line] = []
        for card in wanted:
            mark = held.get(card.id)
            name = card.profile.legal_name
            if mark is None:
                looked = self.tools.nothing("checks", card.code, customer=card.code)
                lines.append(lead(self.words.say("watch.never", name=name), looked))
                continue
            quote = [f"code: {mark.code}", f"made_at: {mark.made_at.isoformat()}", f"status: {mark.status}"]
            item = self.tools.own(
                record_id(mark.id), "checks", [*quote, f"actor: {mark.actor}"], card, mark.made_at
            )
            outcome = self.words.book[f"portfolio.outcome.{mark.status}"]
            values = {"at": self._at(mark.made_at), "who": self._who(mark.actor), "status": outcome}
            lines.append(lead(self.words.say("watch.latest", name=name, code=mark.code, **values), item))
        return Draft(tuple(lines))

    def _check(self, check: StoredCheck, card: Dossier) -> Evidence:
        sections = check.body.get("sections") or ()
        quote = [f"code: {check.code}", f"made_at: {check.made_at.isoformat()}", f"status: {check.status}"]
        quote += [f"{section['name']}: {section['status']}" for section in sections]
        quote.append(f"actor: {check.actor}")
        return self.tools.own(record_id(check.id), "checks", quote, card, check.made_at)

    def _changes(self, cards: Mapping[Any, Dossier]) -> Draft:
        tools, period = self.tools, self.query.period
        assert period is not None
        since, until = _bounds(period)
        assert since is not None
        recent = tools.sources.changes_of_all(
            viewer=tools.question.viewer, since=since, until=until, limit=_CHANGES
        )
        steps = [(cards[key], step) for key, step in recent.steps if key in cards]
        fresh = {key: number for key, number in recent.fresh.items() if key[0] in cards}
        said = self.words.period(period)
        if not steps and not fresh:
            looked = tools.nothing("changes", said)
            return Draft((lead(self.words.say("changed.none", period=said), looked),))
        evidence = [tools.changed(step, card.code, card.profile.legal_name) for card, step in steps]
        counted = tools.count("changes", evidence)
        new = tools.calculate("count(new rows)", [], _decimal(sum(fresh.values())), "rows")
        values = {"period": said, "number": len(steps), "fresh": sum(fresh.values())}
        lines: list[Line] = [lead(self.words.say("changed.lead", **values), counted, new)]
        for (card, step), item in list(zip(steps, evidence, strict=True))[: self.standards.tabled * 2]:
            lines.append(bullet(self._change(card, step), item))
        if recent.cut:
            shown = tools.calculate("changes listed at most", [], _decimal(_CHANGES), "rows")
            lines.append(note(self.words.say("changed.cut", number=_CHANGES), shown))
        by_customer: dict[Any, Counter[str]] = {}
        for (key, aggregate), number in fresh.items():
            by_customer.setdefault(key, Counter())[aggregate] += number
        for key, kinds in list(by_customer.items())[: self.standards.tabled]:
            card = cards[key]
            counts = [
                tools.calculate(f"{card.code}: count(new {kind})", [], _decimal(number), "rows")
                for kind, number in kinds.items()
            ]
            told = self.words.book["wording.list.comma"].join(
                self.words.say("changed.kind", what=self._kind(kind), number=number)
                for kind, number in kinds.items()
            )
            lines.append(
                bullet(self.words.say("changed.fresh", name=card.profile.legal_name, what=told), *counts)
            )
        if len(by_customer) > self.standards.tabled:
            rest = len(by_customer) - self.standards.tabled
            more = tools.calculate("customers not shown", [], _decimal(rest), "rows")
            lines.append(note(self.words.say("more", number=rest), more))
        return Draft(tuple(lines))

    def _kind(self, aggregate: str) -> str:
        name = "profile" if aggregate == "customers" else aggregate
        return self.words.book.get(f"labels.place.{name}", aggregate)

    def _change(self, card: Dossier, step: Any) -> str:
        book = self.words.book
        changes = [
            book.say(
                "answers.ledger.change",
                field=book.get(
                    f"labels.field.{change.field}", book.get(f"labels.column.{change.field}", change.field)
                ),
                before="–" if change.before is None else str(change.before),
                after="–" if change.after is None else str(change.after),
            )
            for change in step.changes[:3]
        ]
        return self.words.say(
            "changed.item",
            at=self._at(step.recorded_at),
            name=card.profile.legal_name,
            what=self._kind(step.aggregate),
            called=step.called,
            changes=book["answers.source.joint"].join(changes) or book["portfolio.changed.removed"],
        )


def _decimal(number: int) -> Any:
    from decimal import Decimal

    return Decimal(number)


def _states(aspects: Sequence[str], *, timed: bool) -> tuple[str, ...]:
    """Which states are asked for; without any, what is under way, and over a time all of them."""
    chosen = [state for state in ("dismissed", "acknowledged", "closed") if state in aspects]
    if "untaken" in aspects:
        return ("open",)
    if "open" in aspects:
        return UNDER_WAY
    return tuple(chosen) or (_EVERY if timed else UNDER_WAY)


def _outcome(check: StoredCheck, section: str) -> str:
    if not section:
        return check.status
    sections = check.body.get("sections") or ()
    return next((one["status"] for one in sections if one["name"] == section), "unknown")


def _bounds(period: Period | None) -> tuple[datetime | None, datetime | None]:
    if period is None:
        return None, None
    first = datetime.combine(period.first, time(), UTC)
    return first, datetime.combine(period.last + timedelta(days=1), time(), UTC)
