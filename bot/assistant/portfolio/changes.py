"""Changes of all customers in a time (变更): each in the words of its fields, and how many rows are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.portfolio.describing import Describing
from bot.assistant.standards import Standards
from bot.assistant.stretches import Period
from bot.assistant.tools import Tools
from store.records import Dossier

#: Changes that are read at most.
_CHANGES = 200


@dataclass(frozen=True, slots=True)
class Changes:
    """Answers about what was changed; `cards` are the customers that the viewer may see."""

    tools: Tools
    words: Describing
    standards: Standards
    cards: Mapping[UUID, Dossier]

    def draft(self, period: Period, since: datetime, until: datetime | None) -> Draft:
        """The changes of a period, of which `since` and `until` are the bounds."""
        tools, cards = self.tools, self.cards
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
        new = tools.calculate("count(new rows)", [], Decimal(sum(fresh.values())), "rows")
        values = {"period": said, "number": len(steps), "fresh": sum(fresh.values())}
        lines: list[Line] = [lead(self.words.say("changed.lead", **values), counted, new)]
        for (card, step), item in list(zip(steps, evidence, strict=True))[: self.standards.tabled * 2]:
            lines.append(bullet(self._change(card, step), item))
        if recent.cut:
            shown = tools.calculate("changes listed at most", [], Decimal(_CHANGES), "rows")
            lines.append(note(self.words.say("changed.cut", number=_CHANGES), shown))
        lines += self._fresh(fresh)
        return Draft(tuple(lines))

    def _fresh(self, fresh: Mapping[tuple[Any, str], int]) -> list[Line]:
        """How many rows of which kind are new, customer by customer."""
        tools = self.tools
        lines: list[Line] = []
        by_customer: dict[Any, Counter[str]] = {}
        for (key, aggregate), number in fresh.items():
            by_customer.setdefault(key, Counter())[aggregate] += number
        for key, kinds in list(by_customer.items())[: self.standards.tabled]:
            card = self.cards[key]
            counts = [
                tools.calculate(f"{card.code}: count(new {kind})", [], Decimal(number), "rows")
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
            more = tools.calculate("customers not shown", [], Decimal(rest), "rows")
            lines.append(note(self.words.say("more", number=rest), more))
        return lines

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
            at=self.words.words.instant(step.recorded_at),
            name=card.profile.legal_name,
            what=self._kind(step.aggregate),
            called=step.called,
            changes=book["answers.source.joint"].join(changes) or book["portfolio.changed.removed"],
        )
