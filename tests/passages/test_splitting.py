"""Splitting: nothing lost, nothing cut through, nothing endless."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.passages.splitting import STRETCH, Piece, measure, split
from knowledge.reading.shapes import Block

TEXTS = st.one_of(
    st.text(max_size=3_000),
    st.text(alphabet="江南重工，。\n abc1.5,0", min_size=200, max_size=4_000),
    st.builds(lambda unit, times: unit * times, st.text(min_size=1, max_size=8), st.integers(1, 1_500)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["text", "table"])), max_size=3), st.integers(50, 900))
def test_every_visible_character_is_in_a_piece_in_order_and_in_bounds(texts: list, size: int) -> None:
    blocks = [Block(text, {"line": 1}, kind) for text, kind in texts]
    pieces = split(blocks, size=size, overlap=size // 8)
    covered = [set() for _ in blocks]
    for before, after in pairwise(pieces):
        assert before.block < after.block or (before.start < after.start and before.end <= after.end)
    for piece in pieces:
        text = blocks[piece.block].text
        assert 0 <= piece.start < piece.end <= len(text)
        assert measure(text[piece.start : piece.end]) <= size * STRETCH + 2
        assert not text[piece.start].isspace() and not text[piece.end - 1].isspace()
        covered[piece.block].update(range(piece.start, piece.end))
    for block, held in zip(blocks, covered, strict=True):
        assert all(at in held for at, character in enumerate(block.text) if not character.isspace())


def test_a_news_article_of_seven_hundred_characters_stays_one_piece() -> None:
    article = Block("江南重工因合同纠纷被起诉，标的额三千万元。" * 33, {"line": 1})
    assert split([article]) == (Piece(0, 0, len(article.text)),)


def test_a_long_report_is_cut_after_sentences() -> None:
    text = "江南重工2023年营业收入为1,234.50万元，同比下降12.5%。" * 200
    pieces = split([Block(text, {"line": 1})])
    assert len(pieces) > 5
    assert all(text[piece.start : piece.end].endswith("。") for piece in pieces)
    assert all(text[piece.start] == "江" or text[piece.start - 1] in "，。" for piece in pieces)


def test_neither_a_number_nor_a_word_is_cut() -> None:
    text = " ".join(f"revenue {n},234.50 million-dollar" for n in range(1_000))
    words = set(text.split())
    for piece in split([Block(text, {"line": 1})]):
        assert set(text[piece.start : piece.end].split()) <= words


def test_a_table_is_cut_between_rows_without_overlap() -> None:
    rows = [f"客户{n} | {n},000.00 | 2024-03-01" for n in range(300)]
    block = Block("\n".join(rows), {"row": 1}, "table")
    pieces = split([block])
    assert [row for piece in pieces for row in block.text[piece.start : piece.end].split("\n")] == rows


@pytest.mark.parametrize("unit", ["a", "汉", "1", " ", ".", "\n", "a,", "\U0001f600", "1 |"])
def test_a_million_characters_without_a_good_cut_come_to_an_end(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    pieces = split([Block(text, {"line": 1})])
    assert len(pieces) <= 4_000
    assert bool(pieces) == bool(re.search(r"\S", text))


def test_a_size_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 50"):
        split([], size=10)
