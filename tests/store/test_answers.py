"""Answers are kept once, found again, and judged."""

from __future__ import annotations

from uuid import uuid4

import pytest

from store.answers import Answers
from store.engine import reading, unit_of_work
from store.errors import UnknownSubject


def keep(book, request, conversation="T1/D1/1", **body):
    with unit_of_work(book.databases.write) as connection:
        return Answers(connection).save(
            {"id": request, "answer": "尚无逾期。", "claims": [], **body},
            request=request,
            conversation=conversation,
            at=book.clock.forward(seconds=1),
            actor="zhao@firm.cn",
            role="risk",
            audience="private",
            question="科达有没有逾期？",
            focus={"customers": ["C-1001"]},
        )


def test_asked_twice_is_answered_once(book):
    identity, code = keep(book, "r-1")
    assert keep(book, "r-1", answer="another text") == (identity, code) == (identity, "Q-1")
    with reading(book.databases.read) as connection:
        kept = Answers(connection).by_request("r-1")
        assert kept == Answers(connection).by_id(identity) == Answers(connection).by_code("q1")
        assert (kept.body["answer"], kept.body["code"]) == ("尚无逾期。", "Q-1")
        assert kept.focus == {"customers": ["C-1001"]}
        assert Answers(connection).by_id(uuid4()) is None
        assert Answers(connection).by_code("Q-99") is None
        assert Answers(connection).by_code("nonsense") is None


def test_the_turns_of_a_conversation_are_the_latest_in_order(book):
    for number in range(5):
        keep(book, f"r-{number}")
    keep(book, "elsewhere", conversation="T1/D2/1")
    with reading(book.databases.read) as connection:
        turns = Answers(connection).turns("T1/D1/1", 3)
    assert [turn.request for turn in turns] == ["r-2", "r-3", "r-4"]


def test_awkward_text_is_kept(book):
    identity, _ = keep(book, "r-1", answer="NUL \x00 and half a pair \ud83d")
    with reading(book.databases.read) as connection:
        assert Answers(connection).by_id(identity).body["answer"] == "NUL \ufffd and half a pair ?"


def test_feedback_is_one_a_person_and_the_last_word_counts(book, clock):
    identity, _ = keep(book, "r-1")
    with unit_of_work(book.databases.write) as connection:
        answers = Answers(connection)
        assert answers.save_feedback(identity, actor="a", verdict="bad", at=clock.now, reason="wrong year")
        assert not answers.save_feedback(
            identity, actor="a", verdict="bad", at=clock.now, reason="wrong year"
        )
        assert answers.save_feedback(identity, actor="a", verdict="good", at=clock.now)
        assert answers.save_feedback(identity, actor="b", verdict="good", at=clock.forward(seconds=1))
        assert [(one.actor, one.verdict, one.reason) for one in answers.feedback_of(identity)] == [
            ("a", "good", None),
            ("b", "good", None),
        ]
        with pytest.raises(ValueError, match="good or bad"):
            answers.save_feedback(identity, actor="a", verdict="meh", at=clock.now)
        with pytest.raises(UnknownSubject):
            answers.save_feedback(uuid4(), actor="a", verdict="good", at=clock.now)
