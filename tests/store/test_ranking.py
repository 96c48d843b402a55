"""The one scoring function: pure, stable, and without surprises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.ranking import (
    CANDIDATE_BUDGET,
    CANDIDATE_TERMS,
    Candidate,
    Statistics,
    ask,
    local_statistics,
    rank,
)

COLLECTION = Statistics(passages=1000, length=10_000)


def passage(
    number: int, body: str, *, title: str = "", block: int | None = None, published: str | None = None
) -> Candidate:
    return Candidate(
        passage_id=number,
        document_id=number,
        block_id=block or number,
        start=0,
        end=1,
        length=len(body.split()),
        terms=f"{title} | {body}".strip(),
        published=published,
    )


def order(query: str, candidates: list[Candidate], frequencies: dict[str, int] | None = None) -> list[int]:
    asked = ask(query.split(), frequencies or dict.fromkeys(query.split(), 10), COLLECTION)
    return [scored.candidate.passage_id for scored in rank(asked, candidates, COLLECTION)]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    both = [passage(1, "common other words"), passage(2, "rare other words")]
    assert order("common rare", both, {"common": 800, "rare": 3}) == [2, 1]


def test_who_covers_the_whole_question_comes_before_who_repeats_half_of_it() -> None:
    assert order(
        "debt court", [passage(1, "debt debt debt filler"), passage(2, "debt court filler filler")]
    ) == [2, 1]


def test_words_side_by_side_come_before_words_apart() -> None:
    assert order(
        "net sales", [passage(1, "sales of the net maker"), passage(2, "of the net sales maker")]
    ) == [2, 1]


def test_a_title_tips_the_scale() -> None:
    assert order("fine", [passage(1, "fine a b"), passage(2, "fine a b", title="fine")]) == [2, 1]


def test_equal_scores_put_the_newer_first_and_then_the_earlier_kept() -> None:
    same = [
        passage(n, "fine a", published=day)
        for n, day in ((3, "2023"), (2, "2024-05"), (1, "2023"), (4, None))
    ]
    assert order("fine", same) == [2, 1, 3, 4]


def test_passages_of_one_page_are_one_hit_by_the_best_of_them() -> None:
    page = [passage(1, "fine x y", block=7), passage(2, "fine court x", block=7), passage(3, "z", block=7)]
    assert order("fine court", page) == [2]


def test_what_shares_no_word_is_no_hit() -> None:
    assert order("fine", [passage(1, "nothing")]) == []
    assert order("absent", [passage(1, "absent")], {"absent": 0}) == []


def test_only_the_rarest_terms_give_candidates() -> None:
    frequencies = {f"t{n}": 100 + n * 100 for n in range(60)}
    chosen = ask(frequencies, frequencies, COLLECTION).rarest(frequencies)
    assert len(chosen) <= CANDIDATE_TERMS
    assert sum(frequencies[term] for term, _ in chosen) <= CANDIDATE_BUDGET
    assert [term for term, _ in chosen] == [f"t{n}" for n in range(len(chosen))]
    # The rarest one is asked for however common it is.
    assert ask(["the"], {"the": 10**6}, COLLECTION).rarest({"the": 10**6})


def test_a_scope_that_is_read_whole_has_its_own_statistics() -> None:
    scope = [passage(1, "acme fine"), passage(2, "acme court"), passage(3, "acme")]
    frequencies, statistics = local_statistics(scope)
    assert (frequencies["acme"], frequencies["fine"], statistics.passages, statistics.length) == (3, 1, 3, 5)


_TERMS = st.sampled_from(["a", "b", "c", "d", "罚款", "诉讼"])
_BODIES = st.lists(st.lists(_TERMS, max_size=12), min_size=1, max_size=12)


@given(bodies=_BODIES, query=st.lists(_TERMS, min_size=1, max_size=5, unique=True), seed=st.randoms())
def test_the_order_of_candidates_never_changes_the_ranking(
    bodies: list[list[str]], query: list[str], seed: object
) -> None:
    candidates = [passage(number, " ".join(body)) for number, body in enumerate(bodies, 1)]
    shuffled = list(candidates)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert order(" ".join(query), candidates) == order(" ".join(query), shuffled)


@given(frequency=st.integers(0, 10**7), passages=st.integers(0, 10**6))
def test_no_weight_is_ever_negative(frequency: int, passages: int) -> None:
    assert Statistics(passages, passages * 3).inverse_frequency(frequency) >= 0
