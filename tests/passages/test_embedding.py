"""The vectors with no download: the same everywhere, and near to each other for the same words written otherwise."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.passages.embedding import DIMENSIONS, embed


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_a_text_has_the_same_vector_whatever_stands_beside_it(texts: list[str]) -> None:
    together = embed(texts)
    assert together.shape == (len(texts), DIMENSIONS)
    assert together.dtype == np.float32
    for row, text in zip(together, texts, strict=True):
        alone = embed([text])[0]
        assert np.array_equal(row, alone)
        assert np.isclose(np.linalg.norm(row), 1.0, atol=1e-5) or not row.any()


def test_another_process_makes_the_same_vectors() -> None:
    text = "Amcor 的净销售额为 36.42 亿美元，同比下降 2%"
    program = (
        "import sys; from knowledge.passages.embedding import embed;"
        "sys.stdout.buffer.write(embed([sys.argv[1]]).tobytes())"
    )
    seeds = ("1", "2")
    made = {
        subprocess.run(
            [sys.executable, "-c", program, text],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in seeds
    }
    assert made == {embed([text]).tobytes()}


@pytest.mark.parametrize(
    ("written", "meant", "other"),
    [
        ("Amzcor flexibel packging", "Amcor flexible packaging", "Costco chief financial officer"),
        ("比业迪新能原汽车", "比亚迪新能源汽车", "宁波港自动化集装箱码头"),
        ("恒達地產", "恒达地产", "比亚迪汽车"),
    ],
)
def test_a_misspelt_name_is_nearer_to_what_was_meant(written: str, meant: str, other: str) -> None:
    vectors = embed([written, meant, other])
    assert vectors[0] @ vectors[1] > 0.3 + vectors[0] @ vectors[2]


def test_the_same_text_in_other_width_case_and_characters_is_the_same() -> None:
    plain, other = embed(["广东发展银行 ABC 2023", "廣東發展銀行 ａｂｃ ２０２３"])
    assert np.array_equal(plain, other)


def test_what_has_no_letter_has_no_vector_and_what_is_huge_is_cut() -> None:
    assert not embed(["—— … ·· 🙂"]).any()
    assert not embed([""]).any()
    assert embed(["逾期债务" * 100_000]).shape == (1, DIMENSIONS)
    assert embed([]).shape == (0, DIMENSIONS)


def test_broken_characters_do_no_harm() -> None:
    assert np.isclose(np.linalg.norm(embed(["\ud800broken\x00 text"])[0]), 1.0, atol=1e-5)
