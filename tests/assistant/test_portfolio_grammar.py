"""What holds of every portfolio question: nothing raises, nothing is lost in keeping, no customer is told twice."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.portfolio.cutting import cut
from bot.assistant.portfolio.evaluate import evaluate
from bot.assistant.portfolio.grammar import read_question
from bot.assistant.portfolio.query import (
    Condition,
    Either,
    Every,
    Not,
    Query,
    Term,
    Test,
    query_json,
    read_query,
)
from bot.assistant.portfolio.readings import Setting
from bot.assistant.portfolio.tokens import lexicon
from bot.assistant.stretches import Period
from store.canonical import plain
from store.dates import PartialDate
from store.evidence import Tier
from store.identity import new_id
from store.records import Dossier, Invoice, Origin, Payment, Profile, Statement

TODAY = date(2026, 11, 21)
#: Every phrase of the grammar, in both languages.
PHRASES = sorted({*lexicon().chinese, *(" ".join(words) for words in lexicon().english)})

word = st.sampled_from(
    [*PHRASES, "2025", "30", "5%", "100万元", "Zhejiang", "浙江", "Chen Yutong", "§", "?", "，"]
)
period = st.dates(date(2020, 1, 1), date(2027, 1, 1)).map(lambda day: Period(day, day, "day"))
term = st.builds(
    Term,
    st.sampled_from(
        ["overdue", "open", "days_late", "on_time", "item", "records", "cases", "registered_capital"]
    ),
    st.sampled_from(["", "revenue", "debt_ratio"]),
    st.none() | period,
)
number = st.decimals(0, 10**9, places=2)
test = st.builds(
    Test,
    term.map(
        lambda one: (
            Term("item", one.detail or "revenue", one.period) if one.name == "item" else Term(one.name)
        )
    ),
    st.sampled_from(["gt", "ge", "lt", "le", "eq", "has"]),
    number,
    currency=st.sampled_from([None, "CNY", "EUR"]),
)
place = st.builds(
    Test, st.just(Term("place")), st.just("is"), words=st.sampled_from([("zhejiang",), ("DE",)])
)
condition: st.SearchStrategy[Condition] = st.recursive(
    test | place,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Either(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Every(tuple(parts)))
    ),
    max_leaves=4,
)


def origin() -> Origin:
    from datetime import UTC, datetime

    from store.access import FieldClass

    return Origin(
        new_id(), new_id(), 1, datetime(2026, 11, 1, tzinfo=UTC), 1, "ERP", Tier.INTERNAL, FieldClass.PUBLIC
    )


@st.composite
def dossiers(draw: st.DrawFn) -> list[Dossier]:
    """Up to five customers with or without address, invoices, payments and a statement."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        parts: dict[str, Any] = {}
        currency = draw(st.sampled_from(["CNY", "EUR"]))
        if draw(st.booleans()):
            due, amount = (
                PartialDate.parse(draw(st.sampled_from(["2026-03-01", "2026-12-01"]))),
                Decimal(1000),
            )
            parts["invoices"] = (Invoice(origin(), "I", PartialDate(2026, 1, 1), due, amount, currency),)
            if draw(st.booleans()):
                paid = PartialDate.parse(draw(st.sampled_from(["2026-02-20", "2026-03-30"])))
                parts["payments"] = (Payment(origin(), paid, amount, currency, "I"),)
        if draw(st.booleans()):
            items = {"revenue": Decimal(draw(st.integers(0, 10**9)))}
            parts["statements"] = (
                Statement(origin(), PartialDate(2025, 12, 31), "year", currency, items=items),
            )
        address = draw(st.sampled_from([None, "浙江省杭州市1号", "Bremen"]))
        profile = Profile(origin(), f"Firm {number}", address=address)
        made.append(Dossier(new_id(), f"C-{number + 1}", profile, None, None, 1, **parts))
    return made


@given(st.lists(word, min_size=1, max_size=9), st.sampled_from(["", " "]))
@settings(max_examples=300, deadline=None)
def test_any_words_make_a_query_or_none_and_every_word_has_its_token(words: list[str], joint: str) -> None:
    text = joint.join(words)
    tokens = cut(text, today=TODAY)
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    covered = "".join(text[token.start : token.end] for token in tokens)
    assert not [sign for sign in text if sign.isalnum() and sign not in covered]
    query = read_question(text, today=TODAY)
    if query is not None:
        assert read_query(json.loads(json.dumps(plain(query_json(query))))).where == query.where
        read_question("and in Jiangsu?", today=TODAY, before=query)


def test_words_of_the_press_before_a_name_that_nobody_knows_are_no_question_about_all_customers() -> None:
    assert (
        read_question("What has been in the news about Foobar in the last two months?", today=TODAY) is None
    )


@given(condition, term, st.sampled_from(["", "high", "low"]))
def test_a_kept_query_is_the_same_query(where: Condition, measure: Term, order: str) -> None:
    query = Query(where=(where,), measures=(measure,), order=order, limit=3, as_of=TODAY, aspects=("open",))
    assert read_query(json.loads(json.dumps(plain(query_json(query))))) == query


@given(condition, dossiers())
@settings(max_examples=200, deadline=None)
def test_each_customer_fits_or_does_not_or_is_not_known(where: Condition, listed: list[Dossier]) -> None:
    """A condition and its opposite share no customer, and what neither lists is told as unknown by both."""
    setting = Setting(TODAY)
    one = evaluate(Query(where=(where,)), listed, setting)
    other = evaluate(Query(where=(Not(where),)), listed, setting)
    fits = {row.card.id for row in one.rows}
    fails = {row.card.id for row in other.rows}
    lacking = {lack.card.id for lack in one.lacking}
    assert not fits & fails
    assert lacking == {lack.card.id for lack in other.lacking}
    assert fits | fails | lacking == {dossier.id for dossier in listed}
    assert one.seen == len(listed)
