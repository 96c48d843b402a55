"""A question in one language finds evidence in the other: the glossary, the shared terms of dates, the ranking."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from knowledge.library import NewDocument
from knowledge.passages.expansion import expand, load_glossary, said_otherwise
from knowledge.passages.terms import index_terms, query_terms
from store.access import FieldClass

DATA = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data"))
QUESTIONS = [
    json.loads(line)
    for line in Path(__file__).with_name("cross_language.jsonl").read_text("utf-8").splitlines()
]

SPLIT = (
    "On August 23, 2023, the firm completed its split-off exchange offer of common stock."
    " The press was invited to the plant. Lunch was served at noon."
)
RATE = "The effective tax rate for the second quarter of 2023 is negative primarily due to tax benefits."


def concepts(text: str, language: str) -> Any:
    return expand(text, language, query_terms(text, language))


@pytest.mark.parametrize(
    ("term", "ways"),
    [
        (
            "d20230823",
            ("August 23, 2023", "23 August 2023", "2023-08-23", "2023年8月23日", "二〇二三年八月二十三日"),
        ),
        ("d0823", ("8月23日", "August 23", "2023年8月23日", "Aug. 23rd")),
        ("m202308", ("2023年8月", "August 2023", "in Aug. of 2023", "23 August 2023")),
        (
            "q2023_2",
            (
                "2023年第二季度",
                "2023年二季度",
                "second quarter of 2023",
                "second-quarter 2023",
                "Q2 2023",
                "23Q2",
                "2023Q2",
                "2Q23",
            ),
        ),
        ("q2", ("二季度", "the second quarter", "Q2")),
        ("h2023_1", ("2023年上半年", "first half of 2023", "H1 2023", "1H23")),
        ("fy2024", ("2024财年", "fiscal 2024", "fiscal year 2024", "FY24")),
    ],
)
def test_a_date_or_period_is_one_term_however_it_is_written(term: str, ways: tuple[str, ...]) -> None:
    for way in ways:
        assert term in index_terms(way), way


@pytest.mark.parametrize(
    "text", ["四季酒店", "2023年13月", "one quarter of the staff", "May the board decide"]
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert not [term for term in index_terms(text) if term[0] in "dmqh" and term[1:2].isdigit()]


def test_the_glossary_is_large_and_goes_both_ways() -> None:
    glossary = load_glossary()
    assert sum(map(len, glossary.english_of.values())) >= 600
    assert ("director",) in glossary.english_of["董事"]
    assert ("董事",) in glossary.chinese_of[("director",)]
    assert glossary.chinese_of[("appointed",)] == glossary.chinese_of[("appoint",)]


def test_the_longest_word_is_translated_and_where_words_are_parted() -> None:
    (rate,) = [one for one in concepts("有效税率", "zh") if "有效税率"[2:] in one.terms]
    assert rate.phrases[0] == ("effective", "tax", "rate")
    assert not any(("domestic",) in one.phrases for one in concepts("中国内地的公司", "zh"))
    assert not any(("negative",) in one.phrases for one in concepts("谁是负责人", "zh"))


def test_names_are_not_translated() -> None:
    assert not [one for one in concepts("Did Best Buy win?", "en") if "buy" in one.terms]
    assert [one for one in concepts("Did they buy it?", "en") if "buy" in one.terms]
    text = "国际重工的诉讼"
    named = expand(text, "zh", query_terms(text), names=[(0, 4)])
    assert [one.terms for one in named] == [("诉讼",)]


def test_amounts_are_found_in_the_units_of_the_other_language() -> None:
    assert ("3642", "million") in [way for one in concepts("收入36.42亿元", "zh") for way in one.phrases]
    assert ("36_42", "36_42亿") in [way for one in concepts("3,642 million", "en") for way in one.phrases]


def test_a_text_says_the_terms_of_a_question_in_its_own_language() -> None:
    asked = concepts("有效税率为负的原因", "zh")
    assert {"税率", "原因"} <= said_otherwise(RATE, asked)
    assert said_otherwise("Lunch was served at noon.", asked) == set()


def test_a_chinese_question_finds_and_quotes_the_english_sentence(shelf: Any, viewer: Any) -> None:
    shelf.add(SPLIT, external_id="split")
    shelf.add(RATE, external_id="rate")
    shelf.add("The canteen has a new menu.", external_id="menu")
    (hit, *_) = shelf.library.search("2023年8月23日完成了什么换股要约?", viewer=viewer())
    assert hit.external_id == "split"
    assert hit.evidence.quote.startswith("On August 23, 2023") and "Lunch" not in hit.evidence.quote
    assert shelf.found("有效税率为什么是负的", viewer())[0] == "rate"


def test_an_english_question_finds_the_chinese_document(shelf: Any, viewer: Any) -> None:
    shelf.add("法院判令被告支付违约金192500元。", external_id="judgment")
    shelf.add("公司食堂更换了菜单。", external_id="menu")
    assert shelf.found("Which penalty did the court order the defendant to pay?", viewer())[:1] == [
        "judgment"
    ]


def test_its_own_language_comes_first(shelf: Any, viewer: Any) -> None:
    shelf.add("The regulator imposed a fine on the company for illegal sales.", external_id="english")
    shelf.add("监管机构对公司违法销售处以罚款。", external_id="chinese")
    assert shelf.found("监管机构为什么罚款", viewer()) == ["chinese", "english"]
    assert shelf.found("Why did the regulator impose a fine?", viewer()) == ["english", "chinese"]


@pytest.mark.skipif(
    not (DATA / "reports").exists(), reason=f"the shared data are not at {DATA} (BONAFIDE_DATA)"
)
def test_chinese_questions_over_english_filings(sqlite_shelf: Any, viewer: Any) -> None:
    asked = [question for question in QUESTIONS if question["corpus"] == "reports"]
    for path in sorted((DATA / "reports").glob("*.pdf")):
        sqlite_shelf.library.add(
            NewDocument(
                name=path.name,
                source="filings",
                data=path.read_bytes(),
                part_of=path.name,
                field_class=FieldClass.PUBLIC,
            )
        )
    missed = [
        question["id"]
        for question in asked
        if not {
            hit.locator["page"]
            for hit in sqlite_shelf.library.search(
                question["query"], viewer=viewer(), parts_of={question["scope"]}, k=5
            )
        }
        & set(question["gold"])
    ]
    assert len(asked) == 20 and len(missed) <= 2, missed
