"""What a question means in its conversation (多轮对话): what it leaves out is taken from the turn before.

A `Request` is complete: customers, topic, items, period. It is also what a later turn may refer to, so it goes
into the answer's focus as JSON and comes back from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.assistant.naming import Directory, Mention, Named, distinct
from bot.assistant.portfolio.query import Query, query_json, read_query
from bot.assistant.sources import Turn
from bot.assistant.stretches import Period
from bot.assistant.topics import VAGUE
from bot.assistant.understanding import Understood


class Act(StrEnum):
    """What is wanted: an answer, how an answer came about, or one of its sources."""

    ANSWER = "answer"
    EXPLAIN = "explain"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Request:
    """A question with everything that it refers to. `topic` None means: look in the texts."""

    text: str
    language: str
    act: Act = Act.ANSWER
    customers: tuple[Named, ...] = ()
    topic: str | None = None
    items: tuple[str, ...] = ()
    aspects: frozenset[str] = frozenset()
    residual: tuple[str, ...] = ()
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    period: Period | None = None
    periods: tuple[Period, ...] = ()
    as_of: date | None = None
    known_on: date | None = None
    stranger: str | None = None
    ambiguous: Mention | None = None
    source_number: int | None = None
    previous: Request | None = None
    cited: tuple[str, ...] = ()
    #: A question about all customers at once; the rest then says nothing more.
    portfolio: Query | None = None

    def focus(self) -> dict[str, Any]:
        """What a later turn may refer to, as plain JSON."""
        return {
            "text": self.text,
            "language": self.language,
            "customers": [named.code for named in self.customers],
            "topic": self.topic,
            "items": list(self.items),
            "aspects": sorted(self.aspects),
            "residual": list(self.residual),
            "also": [[topic, list(items)] for topic, items in self.also],
            "period": _period_json(self.period),
            "as_of": self.as_of and self.as_of.isoformat(),
            "known_on": self.known_on and self.known_on.isoformat(),
            **({"portfolio": query_json(self.portfolio)} if self.portfolio is not None else {}),
        }


def _period_json(period: Period | None) -> list[Any] | None:
    return period and [period.first.isoformat(), period.last.isoformat(), period.grain, period.relative]


def restore(focus: Mapping[str, Any], directory: Directory) -> Request | None:
    """The request of an earlier turn; None when there was none or its customers are gone."""
    if not focus.get("text"):
        return None
    named = [directory.by_code(code) for code in focus.get("customers", ())]
    period = focus.get("period")
    return Request(
        text=focus["text"],
        language=focus.get("language", "en"),
        customers=tuple(customer for customer in named if customer),
        topic=focus.get("topic"),
        items=tuple(focus.get("items", ())),
        aspects=frozenset(focus.get("aspects", ())),
        residual=tuple(focus.get("residual", ())),
        also=tuple((topic, tuple(items)) for topic, items in focus.get("also", ())),
        period=Period(date.fromisoformat(period[0]), date.fromisoformat(period[1]), *period[2:])
        if period
        else None,
        as_of=date.fromisoformat(focus["as_of"]) if focus.get("as_of") else None,
        known_on=date.fromisoformat(focus["known_on"]) if focus.get("known_on") else None,
        cited=tuple(focus.get("evidence", ())),
        portfolio=read_query(focus["portfolio"]) if focus.get("portfolio") else None,
    )


def complete(understood: Understood, turns: Sequence[Turn], directory: Directory) -> Request:
    """The request that a question makes in its conversation."""
    focus = turns[0].focus if turns else {}
    before = restore(focus, directory)
    if before and (chosen := _chosen(understood, focus.get("options") or (), directory)):
        return replace(before, customers=chosen, language=_spoken(understood, before), cited=())
    matter = understood.matter
    if understood.source_number is not None or understood.option_number is not None:
        number = understood.source_number or understood.option_number
        language = understood.language if before is None else _spoken(understood, before)
        return Request(understood.text, language, act=Act.OPEN, source_number=number, previous=before)
    if (
        "why" in matter.words
        and before
        and not understood.mentions
        and len(matter.residual) <= 1
        and not matter.topic
    ):
        return Request(understood.text, understood.language, act=Act.EXPLAIN, previous=before)
    return _inherit(understood, None if before is not None and before.portfolio is not None else before)


def _spoken(understood: Understood, before: Request) -> str:
    """A bare number or code has no language of its own."""
    spoken = any(sign.isalpha() for sign in understood.text) and not understood.mentions
    return understood.language if spoken and understood.option_number is None else before.language


def _inherit(understood: Understood, before: Request | None) -> Request:
    matter, times = understood.matter, understood.times
    customers, ambiguous = _customers(understood, before)
    elliptic = understood.refers_back
    topic, items, aspects, residual = matter.topic, matter.items, matter.aspects, matter.residual
    text, period = understood.text, times.period
    told = bool(customers or ambiguous)
    vague = topic is None or (topic in VAGUE and not items)
    stranger = understood.stranger
    if before and not told and not stranger:
        goes_on = topic not in (None, "help") or period is not None or bool(aspects)
        continues = elliptic or (understood.bare and goes_on) or (topic is None and _is_short(understood))
        if continues and topic != "help" and before.customers:
            customers = before.customers
    if (
        before
        and vague
        and understood.bare
        and (elliptic or (topic is None and not told and (period or aspects)))
    ):
        if told or period or times.as_of or customers:
            topic, items, text = before.topic, before.items, before.text
            aspects, residual = aspects | before.aspects, before.residual
            period = period or before.period
    elif before and topic == before.topic and elliptic and not understood.mentions:
        items = items or before.items
        period = period or before.period
    if topic is None and (customers or ambiguous) and understood.bare:
        topic = "profile"
    return Request(
        text=text,
        language=understood.language,
        customers=customers,
        topic=topic,
        items=items,
        aspects=aspects,
        residual=residual,
        also=matter.also if topic == matter.topic else (),
        period=period,
        periods=times.periods,
        as_of=times.as_of,
        known_on=times.known_on,
        stranger=stranger if not customers else None,
        ambiguous=ambiguous,
    )


def _is_short(understood: Understood) -> bool:
    """Whether a text says so little of its own that it goes on about whoever was spoken of: 占比多少?"""
    residual = understood.matter.residual
    return len(residual) == 1 and len(residual[0]) <= 12 and len(understood.text) <= 24


def _customers(understood: Understood, before: Request | None) -> tuple[tuple[Named, ...], Mention | None]:
    """The customers that are named, and the first name that fits several."""
    mentions = distinct(understood.mentions)
    clear = [mention for mention in mentions if len(mention.customers) == 1]
    open_ = [mention for mention in mentions if len(mention.customers) > 1]
    known = {named.id for named in before.customers} if before else set()
    known |= {mention.customers[0].id for mention in clear}
    named = {mention.customers[0].id: mention.customers[0] for mention in clear}
    doubtful = None
    for mention in open_:
        fitting = [customer for customer in mention.customers if customer.id in known]
        if len(fitting) == 1:
            named.setdefault(fitting[0].id, fitting[0])
        elif not fitting:
            doubtful = doubtful or mention
    return tuple(named.values()), doubtful


def _chosen(understood: Understood, options: Sequence[str], directory: Directory) -> tuple[Named, ...]:
    """The option that a short reply picks: its number, its code, or (a part of) its name."""
    if not options:
        return ()
    number = understood.option_number
    if number is not None and (number == -1 or 1 <= number <= len(options)):
        chosen = directory.by_code(options[number - 1 if number > 0 else -1])
        return (chosen,) if chosen else ()
    if understood.matter.topic not in (None, *VAGUE) or len(understood.text) > 40:
        return ()
    for mention in understood.mentions:
        fitting = [customer for customer in mention.customers if customer.code in options]
        if len(fitting) == 1:
            return (fitting[0],)
    return _by_part(understood.text, options, directory)


def _by_part(text: str, options: Sequence[str], directory: Directory) -> tuple[Named, ...]:
    """The one option whose name holds the words of a short reply: 杭州的, "the one in Shenzhen"."""
    plain = re.sub(r"的|那家|那个|这家|这个|公司|就是|是", " ", text.casefold())
    words = re.findall(r"[\u3400-\u9fff]{2,}|[a-z0-9]{3,}", plain)
    words = [word for word in words if word not in ("the", "one", "from", "company", "mean")]
    fitting = []
    for code in options:
        named = directory.by_code(code)
        names = " ".join(directory.names_of(named)).casefold() if named else ""
        if named and words and all(word in names for word in words):
            fitting.append(named)
    return (fitting[0],) if len(fitting) == 1 else ()
