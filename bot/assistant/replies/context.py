"""What a reply works with: the request, one customer's dossier, the tools, and the words of the language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, note
from bot.assistant.naming import Named
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording, partial
from prompts.phrasebook import Phrasebook
from store.access import FieldClass
from store.dates import PartialDate
from store.evidence import Evidence, EvidenceKind
from store.records import Dossier


def _tight(text: str) -> str:
    """No blank before full-width punctuation."""
    return re.sub(r" (?=[：，。（；、])", "", text)


@dataclass(frozen=True, slots=True)
class Context:
    """One customer's part of a question."""

    request: Request
    customer: Named
    dossier: Dossier
    tools: Tools
    book: Phrasebook
    words: Wording
    standards: Standards

    @property
    def name(self) -> str:
        """The customer's legal name; in Chinese a Latin name keeps its distance from what follows."""
        name = self.dossier.profile.legal_name
        return f"{name} " if self.words.chinese and name[-1:].isascii() else name

    @property
    def day(self) -> date:
        """The day that the answer is about: the asked day, else today."""
        return self.tools.as_of.last if self.tools.as_of else self.tools.today

    def say(self, key: str, **values: str | int) -> str:
        """A phrase of the answers room."""
        return _tight(self.book.say(f"answers.{key}", **values))

    def label(self, table: str, name: str) -> str:
        """The name of an item, field, role, dimension or state; what has none is shown as it is written."""
        key = f"labels.{table}.{name}"
        return self.book[key] if key in self.book else name.removeprefix("x_").replace("_", " ")

    def cite(self, row: Any, *names: str) -> Evidence:
        """Evidence of a row of this customer's dossier."""
        return self.tools.cite(row, self.dossier, *names)

    def calculate(
        self, formula: str, inputs: Sequence[tuple[str, Evidence, Decimal]], result: Decimal, unit: str
    ) -> Evidence:
        """A calculation about this customer."""
        return self.tools.calculate(formula, inputs, result, unit, customer=self.customer.code)

    def within(self, day: PartialDate | None) -> bool:
        """Whether a date lies in the period that was asked for; without a period every date does."""
        period = self.request.period
        if period is None:
            return True
        return day is not None and day.first <= period.last and day.last >= period.first

    def span(self) -> str:
        """The asked period in words."""
        period = self.request.period
        assert period is not None
        if period.grain == "until":
            return self.words.period(None, period.last)
        return self.words.period(period.first, period.last)

    def window(self) -> str:
        """The asked period as calculations name it; empty where none was asked for."""
        period = self.request.period
        return "" if period is None else f" [{period.first}..{period.last}]"

    def timed(self, key: str, **values: str) -> str:
        """A phrase that has a second form, `…_in`, which names the period that was asked for."""
        if self.request.period is None:
            return self.say(key, **values)
        return self.say(f"{key}_in", period=self.span(), **values)

    def missing(self, what: str, *places: str) -> Draft:
        """That something is not on file, with where was looked."""
        where = self.words.list([self.label("place", place) for place in places])
        restricted = FieldClass.INTERNAL not in self.tools.question.viewer.classes
        key = "missing.public" if restricted else "missing.plain"
        if self.request.period is not None:
            sentence = self.say(f"{key}_in", what=what, name=self.name, period=self.span())
        else:
            sentence = self.say(key, what=what, name=self.name)
        looked = self.tools.nothing(", ".join(places), what, customer=self.customer.code)
        until = self.words.date(self.tools.today)
        return Draft(
            lines=(note(self.say("missing.looked", where=where, date=until), looked),), unknown=(sentence,)
        )

    def sourced(self, items: Iterable[Evidence]) -> list[Line]:
        """The line that names sources with their newest days, and whether even the newest is out of date."""
        newest: dict[str, Evidence] = {}
        for item in items:
            if item.kind not in (EvidenceKind.RECORD, EvidenceKind.PASSAGE):
                continue
            held = newest.get(item.source)
            if held is None or self.seen(item) > self.seen(held):
                newest[item.source] = item
        if not newest:
            return []
        listed = sorted(newest.values(), key=lambda item: (self.seen(item), item.source), reverse=True)[:3]
        texts = [
            self.say("source.dated", source=item.source, date=self.words.date(self.seen(item)))
            for item in listed
        ]
        line = note(self.say("source.line", sources=self.book["answers.source.joint"].join(texts)), *listed)
        return [line, *self._stale(listed[0])]

    def seen(self, item: Evidence) -> date:
        """The day that a piece of evidence speaks of: observed, else published, else recorded."""
        if item.id in self.tools.observed:
            return self.tools.observed[item.id]
        if item.date:
            return partial(item.date).last
        return item.recorded_at.date() if item.recorded_at else self.day

    def _stale(self, item: Evidence) -> list[Line]:
        allowed = self.standards.freshness.get(str(item.locator.get("aggregate", "")))
        if allowed is None or self.request.period is not None:
            return []
        seen = self.seen(item)
        age = (self.day - seen).days
        if age <= allowed:
            return []
        basis = self.calculate(f"{self.day} - {seen}", [], Decimal(age), "days")
        limit = self.calculate("freshness limit of policy", [], Decimal(allowed), "days")
        said = self.say(
            "source.stale", source=item.source, age=self.words.days(age), limit=self.words.days(allowed)
        )
        return [note(said, item, basis, limit)]
