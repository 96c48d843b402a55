"""Quotes are exact stretches of their text, and are found again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.passages.quoting import LONGEST_QUOTE, choose_quote, locate

TEXT = "公司成立于2001年。2024年3月因排放超标被罚款85万元。整改已于4月完成，罚款已缴纳。其他事项无。"


def quoted(text: str, **weights: float) -> str:
    start, end = choose_quote(text, weights)
    return text[start:end]


def test_the_sentence_with_the_words_is_quoted() -> None:
    assert quoted(TEXT, 罚款=1.0, 排放=2.0) == "2024年3月因排放超标被罚款85万元。"


def test_a_neighbour_is_taken_along_for_what_it_adds() -> None:
    assert quoted(TEXT, 排放=2.0, 缴纳=1.0).endswith("罚款已缴纳。")


def test_a_number_is_found_with_its_separators() -> None:
    text = "First line.\nNet sales were $14,694 million.\nLast line."
    assert quoted(text, **{"14694": 1.0}) == "Net sales were $14,694 million."


def test_a_sentence_without_end_is_cut_around_its_words() -> None:
    text = "padding " * 200 + "the fraud was found " + "padding " * 200
    quote = quoted(text, fraud=1.0)
    assert "fraud" in quote
    assert len(quote) <= LONGEST_QUOTE


def test_a_quote_is_found_again_with_other_blanks_and_width() -> None:
    text = "净利润　为 1,234\n万元（未经审计）"
    assert locate(text, "1,234") == (6, 11)
    place = locate(text, "为1,234 万元(未经审计)")
    assert place is not None
    assert text[slice(*place)] == "为 1,234\n万元（未经审计）"
    assert locate(text, "1,235") is None
    assert locate(text, " ") is not None
    assert locate("abc", "\n") is None


@given(st.text(alphabet="罚款ab 。.\n1,", max_size=900))
def test_a_quote_is_never_longer_than_allowed_and_has_no_blank_ends(text: str) -> None:
    start, end = choose_quote(text, {"罚款": 2.0, "ab": 1.0})
    quote = text[start:end]
    assert len(quote) <= LONGEST_QUOTE
    assert quote == quote.strip()
    assert quote or not text.strip(" \n")
