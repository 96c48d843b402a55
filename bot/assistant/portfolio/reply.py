"""The reply to a question about all customers (总览答复): settle its words, read, evaluate, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from bot.assistant.draft import Draft, note
from bot.assistant.portfolio.alerts import UNDER_WAY
from bot.assistant.portfolio.attributes import settle
from bot.assistant.portfolio.comparing import compare
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.gathering import gather
from bot.assistant.portfolio.parts import ASKER
from bot.assistant.portfolio.query import Query, Term, Test, mapped, tests_of
from bot.assistant.portfolio.readings import Setting
from bot.assistant.portfolio.stories import read_stories
from bot.assistant.portfolio.telling import tell
from bot.assistant.portfolio.watching import may_know, watch
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.access import FieldClass
from store.dates import PartialDate
from store.errors import Forbidden
from store.portfolio import CheckMark


def reply(query: Query, tools: Tools, book: Phrasebook, standards: Standards) -> Draft:
    """What a query gives for this viewer; asks back where a word of it means nothing to us."""
    day = PartialDate.of(query.as_of) if query.as_of else tools.as_of
    people = dict(tools.people()) if FieldClass.INTERNAL in tools.question.viewer.classes else {}
    words = Describing(book, Wording(book), day.last if day else tools.today, people)
    if query.subject != "customers":
        return watch(query, tools, words, standards)
    if query.ask == "compare":
        return compare(query, tools, words, standards, day)
    if "risk" in query.aspects:
        query = _at_risk(query, tools)
    names = {term.name for term in query.terms}
    names |= {"last_check"} if "check_outcome" in names else set()
    for subject in sorted(names & {"last_check", "alerts"}):
        may_know(tools.question.viewer, subject)
    if query.doubtful:
        return _strange(query.doubtful, words)
    if query.order and not query.measures:
        return Draft((note(book["portfolio.ask_back.measure"]),))
    actor = tools.question.viewer.actor
    if actor not in people and any(ASKER in test.words for one in query.where for test in tests_of(one)):
        return Draft((), unknown=(book["portfolio.ask_back.asker"],))
    query = replace(query, where=tuple(mapped(one, lambda test: _own(test, actor)) for one in query.where))
    open_words = [
        test
        for condition in query.where
        for test in tests_of(condition)
        if test.term.name in ("text", "owner")
    ]
    if open_words:
        cards = tools.portfolio(("parties",), as_of=day)
        where, strange = settle(query.where, cards, people, parties=True)
        if strange:
            return _strange(strange, words)
        query = replace(query, where=where)
    if query.as_of is None and tools.as_of is not None:
        query = replace(query, as_of=tools.as_of.last)
    setting = _setting(names, tools, words, standards, day)
    result = gather(query, tools, setting, day)
    return tell(result, tools, words, standards)


def _setting(
    names: set[str], tools: Tools, words: Describing, standards: Standards, day: PartialDate | None
) -> Setting:
    """What the measures need beside the dossiers; checks and alerts only where they are asked for."""
    checked: Mapping[UUID, CheckMark] = {}
    alerts: dict[UUID, tuple[Any, ...]] = {}
    if "last_check" in names:
        until = datetime.combine(words.day + timedelta(days=1), time(), UTC)
        checked = tools.sources.last_checks(until=until)
    if "alerts" in names:
        for alert in tools.sources.alerts(states=UNDER_WAY, since=None, customer_id=None):
            alerts[alert.customer_id] = (*alerts.get(alert.customer_id, ()), alert)
    events = read_stories(tools, day) if "events" in names else {}
    inside = FieldClass.INTERNAL in tools.question.viewer.classes
    return Setting(words.day, standards, checked, alerts, events, inside)


def _at_risk(query: Query, tools: Tools) -> Query:
    """Whom to worry about: by open alerts for those who may know of them, else by what is overdue."""
    try:
        may_know(tools.question.viewer, "alerts")
    except Forbidden:
        return replace(query, measures=(Term("overdue"), Term("overdue_days")), aspects=())
    return replace(query, measures=(Term("alerts", "high"), Term("alerts")))


def _own(test: Test, actor: str) -> Test:
    """A condition in which "my customers" are those of the one who asks."""
    return replace(test, words=tuple(actor if word == ASKER else word for word in test.words))


def _strange(strange: tuple[str, ...], words: Describing) -> Draft:
    """Ask back: which words mean nothing here, and what can be asked by."""
    said = words.say("ask_back.strange", words=words.words.list(list(strange)))
    return Draft((note(words.book["portfolio.ask_back.can"]),), unknown=(said,))
