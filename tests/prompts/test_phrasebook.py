"""The phrasebook: strict about values, equal in both languages, with a version that follows its files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.phrasebook import Phrasebook, PhraseUnknown, PromptError, differences, load_book, read_phrase


def write(folder: Path, english: str, chinese: str, room: str = "payments") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{room}.en.toml").write_text(english, encoding="utf-8")
    (folder / f"{room}.zh.toml").write_text(chinese, encoding="utf-8")
    return folder


ENGLISH = """
title = "Payments"
[overdue]
sum = "{amount} is overdue from {name}."
[days]
one = "{number} day late"
other = "{number} days late"
"""
CHINESE = """
title = "回款"
[overdue]
sum = "{name}逾期未付{amount}。"
[days]
one = "逾期{number}天"
other = "逾期{number}天"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "phrases", ENGLISH, CHINESE)


def test_a_phrase_is_said_in_the_word_order_of_each_language(folder: Path) -> None:
    values = {"amount": "EUR 3,400", "name": "Nordhafen"}
    assert (
        Phrasebook("en", folder=folder).say("payments.overdue.sum", **values)
        == "EUR 3,400 is overdue from Nordhafen."
    )
    assert (
        Phrasebook("zh", folder=folder).say("payments.overdue.sum", **values)
        == "Nordhafen逾期未付EUR 3,400。"
    )


def test_one_day_and_two_days(folder: Path) -> None:
    english = Phrasebook("en", folder=folder)
    assert [english.count("payments.days", number) for number in (1, 2, 0)] == [
        "1 day late",
        "2 days late",
        "0 days late",
    ]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"amount": "1"}, "misses name"),
        ({"amount": "1", "name": "x", "date": "y"}, "has no place for date"),
        ({"amount": Decimal("1.5"), "name": "x"}, "ready to be read"),
        ({"amount": True, "name": "x"}, "ready to be read"),
    ],
)
def test_a_value_too_few_too_many_or_not_yet_worded_is_an_error(
    folder: Path, values: dict, complaint: str
) -> None:
    with pytest.raises(PromptError, match=complaint):
        Phrasebook("en", folder=folder).say("payments.overdue.sum", **values)


def test_an_unknown_phrase_and_an_unknown_language_say_what_to_do(folder: Path) -> None:
    with pytest.raises(PhraseUnknown, match="add it to prompts/phrases"):
        Phrasebook("zh", folder=folder).say("payments.nothing")
    with pytest.raises(PromptError, match="use one of en, zh"):
        Phrasebook("fr", folder=folder)


def test_values_that_look_like_placeholders_are_left_alone(folder: Path) -> None:
    said = Phrasebook("en", folder=folder).say("payments.overdue.sum", amount="{name}", name="{amount}")
    assert said == "{name} is overdue from {amount}."


def test_what_one_language_lacks_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "odd", 'a = "{x}"\nb = "b"\n', 'a = "{y}"\nc = "c"\n', room="room")
    assert differences(load_book(folder)) == [
        "room.a has the values ['x'] in en and ['y'] in zh",
        "room.b is missing in zh",
        "room.c is missing in en",
    ]


def test_the_version_follows_every_character(tmp_path: Path) -> None:
    one = load_book(write(tmp_path / "one", 'a = "x"', 'a = "甲"')).version
    two = load_book(write(tmp_path / "two", 'a = "x"', 'a = "乙"')).version
    assert one != two
    assert one == load_book(write(tmp_path / "three", 'a = "x"', 'a = "甲"')).version


@pytest.mark.parametrize("text", ["{", "{a.b}", "{a[0]}", "{a:>4}", "{a!r}", "{}", "{0}"])
def test_only_plain_names_are_values(text: str) -> None:
    with pytest.raises(PromptError):
        read_phrase("room.key", text)


@given(st.text())
def test_any_text_is_kept_when_its_braces_are_written_twice(text: str) -> None:
    phrase = read_phrase("room.key", text.replace("{", "{{").replace("}", "}}"))
    assert "".join(before for before, _ in phrase.pieces) == text
    assert phrase.names == frozenset()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "broken", "a = ", 'a = "x"')
    with pytest.raises(PromptError, match=r"payments\.en\.toml"):
        load_book(folder)
    with pytest.raises(PromptError, match="a phrase is text"):
        load_book(write(tmp_path / "number", "a = 1", "a = 1"))


def test_both_languages_of_the_program_have_the_same_phrases_and_values() -> None:
    book = load_book()
    assert differences(book) == []
    assert all(phrase.text.strip() for phrases in book.phrases.values() for phrase in phrases.values())
