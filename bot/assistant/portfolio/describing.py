"""Conditions and measures in words (条件的说法): every condition that was applied is told in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.attributes import industry_forms
from bot.assistant.portfolio.dues import trailing
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.places import load_places
from bot.assistant.portfolio.query import Condition, Either, Every, Not, Query, Term, Test, tests_of
from bot.assistant.portfolio.readings import Reading
from bot.assistant.portfolio.records import stands
from bot.assistant.stretches import Period
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook


@dataclass(frozen=True, slots=True)
class Describing:
    """The words of one language for queries; `day` is the day of the picture, `people` the names of colleagues."""

    book: Phrasebook
    words: Wording
    day: date
    people: Mapping[str, str | None] = field(default_factory=dict)

    def say(self, key: str, **values: str | int) -> str:
        """A phrase of the portfolio room."""
        return self.book.say(f"portfolio.{key}", **values)

    def who(self, actor: str | None) -> str:
        """Who did something: a colleague by name where it is known, or our rules."""
        if actor is None:
            return self.book["portfolio.watch.rules"]
        return self.people.get(actor) or actor

    def query(self, query: Query) -> str:
        """Which customers: "Customers in Zhejiang and with overdue amount above 0"."""
        if not query.where:
            said = self.book["portfolio.all"]
        else:
            parts = [self._part(condition, alone=len(query.where) == 1) for condition in query.where]
            last = self.book["portfolio.join.and_last"]
            comma = self.book["portfolio.join.and"]
            joined = comma.join(parts[:-1]) + last + parts[-1] if len(parts) > 1 else parts[0]
            said = self.say("described", subject=self.book["portfolio.customers"], conditions=joined)
        if query.currency:
            said = self.say("in_currency", what=said, currency=query.currency)
        if query.as_of is not None:
            said = self.say("as_of", day=self.words.date(query.as_of), what=said)
        return said

    def _part(self, condition: Condition, *, alone: bool) -> str:
        """One of several conditions; alternatives of different kinds stand in brackets."""
        said = self.condition(condition)
        mixed = isinstance(condition, Either) and len({test.term.name for test in tests_of(condition)}) > 1
        return self.say("join.together", what=said) if mixed and not alone else said

    def condition(self, condition: Condition, *, negated: bool = False) -> str:
        """One condition in words."""
        match condition:
            case Not():
                return self.condition(condition.part, negated=not negated)
            case Either() | Every():
                joint = self.book[
                    "portfolio.join.or" if isinstance(condition, Either) else "portfolio.join.and_last"
                ]
                said = joint.join(self.condition(part) for part in condition.parts)
                return self.say("op.not_that", what=said) if negated else said
        return self._test(condition, negated)

    def _test(self, test: Test, negated: bool) -> str:
        name = test.term.name
        if test.op == "is":
            joint = self.book["portfolio.join.or"]
            shown = joint.join(dict.fromkeys(self._word(name, word) for word in test.words))
            return self.say(f"{'isnt' if negated else 'is'}.{name}", value=shown)
        if test.op in ("before", "since"):
            assert test.day is not None
            said = self.say(f"{test.op}.{name}", day=self.words.date(test.day))
        elif test.op == "has":
            key = f"portfolio.ever.{name}"
            what = self.book[key] if key in self.book else self.term(test.term)
            return self.say("op.hasnt" if negated else "op.has", what=what)
        else:
            values = {"what": self.term(test.term), "value": self._value(test, test.value)}
            if test.op == "between":
                values["upper"] = self._value(test, test.upper)
            counted = unit_of(test.term) == "count" and test.term.name != "item"
            said = self.say(f"{'op_count' if counted else 'op'}.{test.op}", **values)
        return self.say("op.not_that", what=said) if negated else said

    def _word(self, name: str, word: str) -> str:
        if name == "place" and (place := load_places().get(word)):
            return place.label(self.book.language)
        if name == "stage":
            return self.book.get(f"labels.stage.{word}", word)
        if name == "owner":
            return self.people.get(word) or word
        if name == "legal_form":
            return self.book.get(f"portfolio.form.{word}", word)
        if name == "industry" and (forms := industry_forms(word)):
            chinese = self.book.language == "zh"
            fitting = [form for form in forms if form.isascii() is not chinese]
            return fitting[0] if fitting else word
        return word

    def _value(self, test: Test, value: Decimal | None) -> str:
        number = value if value is not None else Decimal(0)
        unit = unit_of(test.term)
        if unit == "money":
            if test.currency:
                return self.words.money(number, test.currency)
            return self.say("op.any_currency", value=self.words.number(number)) if number else "0"
        return self.plain(unit, number)

    def term(self, term: Term) -> str:
        """What a measure is called, with the time that it is read over."""
        said = self.bare(term)
        period = term.period
        if period is None and term.name in ("days_late", "on_time"):
            period = trailing(self.day)
        return said if period is None else self.say("measured", what=said, period=self.period(period))

    def bare(self, term: Term) -> str:
        """What a measure is called."""
        kind, *flags = term.detail.split("+")
        if term.name == "item":
            return self.book.get(
                f"labels.item.{term.detail}", term.detail.removeprefix("x_").replace("_", " ")
            )
        if term.name == "growth":
            return self.say("what.growth", item=self.book.get(f"labels.item.{term.detail}", term.detail))
        if term.name == "claimed" and kind:
            return self.say("what.claimed_of", what=self._records(kind))
        if term.name == "overdue_count" and kind:
            return self.say("what.overdue_count_beyond", number=kind)
        if term.name == "field":
            return self.book.get(f"labels.field.{term.detail}", term.detail.replace("_", " "))
        if term.name == "records":
            said = self._records(kind)
            if stands(term):
                said = self.say("what.standing_flag", what=said)
        else:
            key = f"portfolio.what.{term.name}_{kind}"
            said = self.book[key] if kind and key in self.book else self.book[f"portfolio.what.{term.name}"]
        for flag in flags:
            key = f"what.{flag}_flag"
            if f"portfolio.{key}" in self.book:
                said = self.say(key, what=said)
        return said

    def _records(self, kind: str) -> str:
        if kind == "suits":
            return self.book["portfolio.what.suits"]
        if kind in ("litigation", "penalty", "any", ""):
            return self.book[f"labels.record_kind.{kind or 'any'}"]
        return self.words.list([self.book.get(f"labels.dimension.{one}", one) for one in kind.split(",")])

    def period(self, period: Period) -> str:
        """A period in words."""
        return self.words.period(None if period.grain == "until" else period.first, period.last)

    def reading(self, reading: Reading) -> str:
        """A value as people read it."""
        value = reading.value
        if isinstance(value, date):
            return self.words.date(value)
        if isinstance(value, str):
            return value
        if reading.unit == "money":
            return self.words.money(value, reading.currency)
        return self.plain(reading.unit, value)

    def plain(self, unit: str, value: Decimal) -> str:
        """A value that is no money."""
        match unit:
            case "days":
                return self.words.days(value)
            case "percent":
                return self.words.percent(value, 1)
            case "ratio":
                return self.words.ratio(value)
        return self.words.number(value)

    def text(self, term: Term, value: str) -> str:
        """An attribute of a profile: stages, countries and colleagues by their names."""
        if term.name == "check_outcome":
            return self.book.get(f"portfolio.outcome.{value}", value)
        if term.name == "stage":
            return self.book.get(f"labels.stage.{value}", value)
        if term.name == "owner":
            return self.people.get(value) or value
        return value

    def group(self, group: str, key: str | None) -> str:
        """The name of a group."""
        if key is None:
            return self.book["portfolio.group_unknown"]
        if group in ("region", "country") and (place := load_places().get(key)):
            return place.label(self.book.language)
        return self.text(Term(group), key)
