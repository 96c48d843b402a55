"""The guard: no claim leaves that its evidence does not hold, figure by figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.assistant.draft import Draft, bullet, columns, heading, lead, note, quote
from bot.assistant.guard import guard
from bot.assistant.numerals import covers, read_numerals
from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook
from store.dates import PartialDate
from store.evidence import Calculation, Evidence, EvidenceKind

WORDINGS = [Wording(Phrasebook("en")), Wording(Phrasebook("zh"))]


def evidence(quoted: str, identity: str = "rec-1", **more: object) -> Evidence:
    return Evidence(identity, EvidenceKind.RECORD, "ERP", quoted, **more)  # type: ignore[arg-type]


REVENUE = evidence("period_end: 2025-12-31\nrevenue: 3642000000\ncurrency: CNY")


@pytest.mark.parametrize(
    "said",
    [
        "Revenue in 2025 was CNY 3,642 million.",
        "2025年收入36.42亿元",
        "Revenue was 3.642 billion.",
        "收入364,200万元，截至2025年12月31日",
        "Revenue ３，６４２ million at 31 December 2025",
        "about 36.4亿",
    ],
)
def test_a_figure_in_any_writing_is_found_in_its_evidence(said: str) -> None:
    assert guard(Draft((lead(said, REVENUE),)), {REVENUE.id: REVENUE}).dropped == ()


@pytest.mark.parametrize(
    "said",
    [
        "Revenue in 2025 was CNY 3,643 million.",
        "2025年收入36.52亿元",
        "Revenue in 2024 was CNY 3,642 million.",
        "收入36.42亿元，截至2025年11月30日",
        "Revenue was 3,642 million, up 8%.",
        "收入3642亿元",
    ],
)
def test_a_figure_that_is_not_there_drops_the_claim(said: str) -> None:
    guarded = guard(Draft((lead(said, REVENUE),)), {REVENUE.id: REVENUE})
    assert guarded.draft.lines == ()
    assert len(guarded.dropped) == 1


def test_evidence_that_was_not_read_in_this_turn_is_none() -> None:
    forged = evidence("revenue: 1", "rec-forged")
    draft = Draft((heading("Money"), lead("Revenue 3,642 million", REVENUE), bullet("Revenue 1", forged)))
    guarded = guard(draft, {REVENUE.id: REVENUE})
    assert [line.text for line in guarded.draft.lines] == ["Money", "Revenue 3,642 million"]
    assert "not read in this turn" in guarded.dropped[0]


def test_a_calculation_over_unread_evidence_is_none() -> None:
    calculation = Calculation("a / b", (("a", "rec-unread", Decimal(1)),), Decimal(5), "ratio")
    item = Evidence("cal-1", EvidenceKind.CALCULATION, "bonafide", "a / b = 5", calculation=calculation)
    assert guard(Draft((lead("It is 5.", item),)), {item.id: item}).dropped


def test_a_sentence_without_evidence_is_dropped_and_frames_do_not_stand_alone() -> None:
    draft = Draft((heading("Owners"), lead("They are rich."), columns("a", "b"), note("Have a nice day.")))
    assert [line.text for line in guard(draft, {}).draft.lines] == []


def test_a_quotation_must_be_in_its_evidence_word_for_word() -> None:
    page = evidence("The plant was closed in May.")
    kept = guard(Draft((quote("The plant was closed in May.", page, after="p. 1"),)), {page.id: page})
    lost = guard(Draft((quote("The plant was opened in May.", page, after="p. 1"),)), {page.id: page})
    assert kept.dropped == ()
    assert lost.dropped == ("a quotation is not in its evidence",)


def test_digits_of_names_and_numbers_of_cases_are_no_figures() -> None:
    item = evidence("record_number: (2026)粤1972执9926号之一\nauthority: Court 3")
    draft = Draft((bullet("360 Security: (2026)粤1972执9926号之一", item),))
    assert guard(draft, {item.id: item}, names=["360 Security"]).dropped == ()


AMOUNTS = st.decimals(min_value=-(10**13), max_value=10**13, places=2, allow_nan=False, allow_infinity=False)


@given(amount=AMOUNTS, currency=st.sampled_from(["CNY", "EUR", "USD", "JPY", "VND", "XAF"]))
def test_every_amount_as_we_write_it_is_covered_by_itself(amount: Decimal, currency: str) -> None:
    held = read_numerals(f"amount: {abs(amount):f}")
    for words in WORDINGS:
        assert covers(held, read_numerals(words.money(amount, currency)))


@given(amount=AMOUNTS, other=AMOUNTS)
def test_no_amount_is_covered_by_one_that_differs_in_the_third_digit(amount: Decimal, other: Decimal) -> None:
    assume(abs(abs(amount) - abs(other)) > max(abs(amount), abs(other)) / 200 + 1)
    held = read_numerals(f"amount: {abs(other):f}")
    for words in WORDINGS:
        assert not covers(held, read_numerals(words.money(amount, "CNY")))


@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_as_we_write_it_is_covered_by_itself_and_no_other_day(day: date) -> None:
    other = date.fromordinal(day.toordinal() + 1)
    for words in WORDINGS:
        assert covers(read_numerals(day.isoformat()), read_numerals(words.date(day)))
        assert not covers(read_numerals(other.isoformat()), read_numerals(words.date(day)))
        month = PartialDate(day.year, day.month)
        assert covers(read_numerals(day.isoformat()), read_numerals(words.date(month)))


@given(text=st.text(max_size=200))
def test_any_text_is_read_for_figures_without_an_error(text: str) -> None:
    found = read_numerals(text)
    assert covers(found, found)


def test_what_is_given_with_the_question_needs_no_evidence() -> None:
    item = evidence("count: 3")
    draft = Draft((lead("3 payments, 1 January 2025 to 31 March 2025", item),))
    assert guard(draft, {item.id: item}).dropped
    assert guard(draft, {item.id: item}, given=["2025-01-01", "2025-03-31"]).dropped == ()
