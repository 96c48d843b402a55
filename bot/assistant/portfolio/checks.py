"""Checks over all customers (核查): those of a time or an outcome, and the latest of customers by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bot.assistant.draft import Draft, Line, columns, lead
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.query import Query
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from store.evidence import Evidence, record_id
from store.records import Dossier

if TYPE_CHECKING:
    from store.checks import StoredCheck


@dataclass(frozen=True, slots=True)
class Checks:
    """Answers about what was checked; `cards` are the customers that the viewer may see."""

    tools: Tools
    words: Describing
    standards: Standards
    cards: Mapping[UUID, Dossier]

    def listed(self, query: Query, since: datetime | None, until: datetime | None) -> Draft:
        """The checks that a query asks for, by outcome and section."""
        cards = self.cards
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
            at, who = self.words.words.instant(check.made_at), self.words.who(check.actor)
            name = self.words.say("name_cell", name=card.profile.legal_name, code=card.code)
            text = self.words.say(
                "watch.check", code=check.code, name=card.profile.legal_name, status=outcome, at=at, who=who
            )
            lines.append(table_row(name, check.code, outcome, at, who, evidence=(item,), text=text))
        return Draft(tuple(lines))

    def latest(self, wanted: Sequence[Dossier]) -> Draft:
        """What the latest check of each customer came to."""
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
            at, who = self.words.words.instant(mark.made_at), self.words.who(mark.actor)
            values = {"at": at, "who": who, "status": outcome}
            lines.append(lead(self.words.say("watch.latest", name=name, code=mark.code, **values), item))
        return Draft(tuple(lines))

    def _check(self, check: StoredCheck, card: Dossier) -> Evidence:
        sections = check.body.get("sections") or ()
        quote = [f"code: {check.code}", f"made_at: {check.made_at.isoformat()}", f"status: {check.status}"]
        quote += [f"{section['name']}: {section['status']}" for section in sections]
        quote.append(f"actor: {check.actor}")
        return self.tools.own(record_id(check.id), "checks", quote, card, check.made_at)


def _outcome(check: StoredCheck, section: str) -> str:
    if not section:
        return check.status
    sections = check.body.get("sections") or ()
    return next((one["status"] for one in sections if one["name"] == section), "unknown")
