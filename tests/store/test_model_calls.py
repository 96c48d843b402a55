"""Calls of models: written before they leave, counted by person and day, put together again, emptied in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.engine import unit_of_work
from store.identity import new_id
from store.model_calls import ModelCalls, Spent, StopWishes, digest_of, whole

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def begin(
    calls: ModelCalls,
    messages: list[Any],
    *,
    request: str,
    at: datetime = NOON,
    earlier: int = 0,
    actor: str = "role:sales",
) -> Any:
    return calls.begin(
        request=request,
        purpose="answer",
        actor=actor,
        model="openai:x",
        prompts={"colleague": "1/zh/abc"},
        at=at,
        messages=messages,
        earlier=earlier,
    )


def test_a_call_is_pending_until_it_is_finished_and_numbers_follow_each_other(databases: Any) -> None:
    with unit_of_work(databases.write) as connection:
        calls = ModelCalls(connection)
        first, number, digest = begin(calls, [{"role": "human", "text": "谁是允棠?"}], request="r1")
        assert number == 1 and digest == digest_of([{"role": "human", "text": "谁是允棠?"}])
        calls.finish(first, at=NOON, outcome="done", tokens_in=10, tokens_out=3, cost=Decimal("0.000123"))
        second, number, _ = begin(calls, [{"role": "human", "text": "x"}], request="r1")
        assert number == 2
        calls.finish(second, at=NOON, outcome="failed", error="OpenAIRateLimitError 429" * 9)
        done, failed = calls.of_request("r1")
    assert (done.outcome, done.cost, done.tokens_in) == ("done", Decimal("0.000123"), 10)
    assert failed.outcome == "failed" and len(failed.error or "") == 80


def test_what_a_person_used_is_counted_by_the_day_in_utc(databases: Any) -> None:
    with unit_of_work(databases.write) as connection:
        calls = ModelCalls(connection)
        for request, at, actor in (
            ("a", NOON, "role:sales"),
            ("a", NOON, "role:sales"),
            ("b", NOON.replace(hour=0), "role:sales"),
            ("c", NOON - timedelta(hours=12, seconds=1), "role:sales"),
            ("d", NOON, "role:risk"),
        ):
            identity, _, _ = begin(calls, [], request=request, at=at, actor=actor)
            calls.finish(identity, at=at, outcome="done", tokens_in=5, tokens_out=1, cost=Decimal("0.5"))
        spent = calls.spent(actor="role:sales", day=NOON)
    assert spent == Spent(questions=2, calls=3, tokens_in=15, tokens_out=3, cost=Decimal("1.5"))
    assert spent.tokens == 18


_MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["human", "ai", "tool"]), "text": st.text(max_size=20)}),
    min_size=1,
    max_size=4,
)


@given(st.lists(_MESSAGES, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_grew_call_by_call_is_put_together_again(sqlite_databases: Any, parts: list[list[Any]]) -> None:
    request = str(new_id())
    sent: list[Any] = []
    with unit_of_work(sqlite_databases.write) as connection:
        calls = ModelCalls(connection)
        for part in parts:
            before = len(sent)
            sent = sent + part
            begin(calls, sent, request=request, earlier=before)
        kept = calls.of_request(request)
    for number, call in enumerate(kept, start=1):
        assert digest_of(whole(kept, number)) == call.sha256


def test_what_is_emptied_cannot_be_put_together_and_says_so(databases: Any) -> None:
    with unit_of_work(databases.write) as connection:
        calls = ModelCalls(connection)
        begin(calls, [{"role": "human", "text": "old"}], request="old", at=NOON - timedelta(days=200))
        begin(calls, [{"role": "human", "text": "new"}], request="new")
        assert calls.forget(NOON - timedelta(days=180)) == 1 and calls.forget(NOON - timedelta(days=180)) == 0
        old, new = calls.of_request("old"), calls.of_request("new")
    assert old[0].sent == [] and len(old[0].sha256) == 64 and whole(new, 1)[0]["text"] == "new"
    with pytest.raises(LookupError, match="past retention"):
        whole(old, 1)


def test_a_wish_to_stop_counts_from_its_moment_for_its_person_and_place(databases: Any) -> None:
    with unit_of_work(databases.write) as connection:
        wishes = StopWishes(connection)
        wishes.put("T:C:1", "a@firm.cn", NOON)
        wishes.put("T:C:1", "a@firm.cn", NOON + timedelta(seconds=5))
        assert wishes.since("T:C:1", "a@firm.cn", NOON + timedelta(seconds=3))
        assert not wishes.since("T:C:1", "a@firm.cn", NOON + timedelta(seconds=6))
        assert not wishes.since("T:C:1", "b@firm.cn", NOON) and not wishes.since("T:C:2", "a@firm.cn", NOON)
        wishes.forget(NOON + timedelta(days=1))
        assert not wishes.since("T:C:1", "a@firm.cn", NOON)
