"""The right figure for a question, with its printed line; and silence where the report does not print it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from knowledge.figures import PageText, Want, read_question
from knowledge.figures.periods import PeriodKind


@pytest.mark.parametrize(
    ("question", "amount", "page"),
    [
        ("What were Northwind's net sales in the three months ended July 29, 2023?", "1200000000", 3),
        ("北风2024财年第二季度的收入是多少?", "1200000000", 3),
        ("北风2024财年上半年的营业收入是多少?", "2300000000", 3),
        ("What was Northwind's revenue in the second quarter of fiscal 2023?", "1000000000", 3),
        ("What was Northwind's revenue?", "1200000000", 3),
        ("北风最近一季的毛利是多少?", "400000000", 3),
        ("How much did Northwind spend on SG&A in the second quarter of fiscal 2024?", "250000000", 3),
        ("What was the diluted EPS of Northwind for the six months ended July 29, 2023?", "2.56", 3),
        ("北风2024财年第二季度非GAAP每股收益是多少?", "1.31", 2),
        (
            "What were the Flexibles net sales of Northwind in the second quarter of fiscal 2024?",
            "700000000",
            5,
        ),
        ("北风Flexibles分部2024财年第二季度可比销售额变化多少?", "-6.3", 5),
        ("How much inventory did Northwind have as of January 28, 2023?", "870000000", 4),
        ("北风在2024财年第二季度末的总资产是多少?", "4000000000", 4),
        ("What was Northwind's goodwill as of July 29, 2023?", "0", 4),
        ("What was Northwind's effective tax rate in the second quarter of fiscal 2024?", "20.0", 6),
        ("How many stores does Northwind operate?", "412", 6),
        ("北风在加拿大有多少家门店?", "12", 6),
        ("Northwind net sales FY24Q2", "1200000000", 3),
        ("北风 24Q2 毛利大概多少", "400000000", 3),
        ("北风7月末应付账款余额", "500000000", 4),
        ("Northwind inventory at quarter end", "900000000", 4),
        ("北风上半财年净利润", "256000000", 3),
        ("How many stores does Northwind operate in Spain?", "5", 6),
    ],
)
def test_the_figure_that_is_printed(ask, question: str, amount: str, page: int) -> None:
    found = ask(question)
    assert found is not None
    assert (found.amount, found.page, found.document) == (Decimal(amount), page, "northwind-10q")
    assert found.quote


@pytest.mark.parametrize(
    "question",
    [
        "What was Northwind's revenue in the third quarter of fiscal 2024?",
        "北风2023年全年的收入是多少?",
        "What were Northwind's total assets as of July 30, 2022?",
        "What were Northwind's research and development expenses in the second quarter of fiscal 2024?",
        "北风欧洲2024财年第二季度的收入是多少?",
        "What were Northwind's Rigid Packaging net sales in the second quarter of fiscal 2024?",
        "What was Northwind's adjusted net income in the second quarter of fiscal 2024?",
        "What are Northwind's expected net sales for fiscal 2024?",
        "How many stores does Northwind operate in Japan?",
        "How many employees does Northwind have?",
        "北风截至2023年7月29日止九个月的收入是多少?",
        "Northwind toy sales FY24Q2",
        "北风疫苗收入",
    ],
)
def test_nothing_where_the_report_does_not_print_it(ask, question: str) -> None:
    assert ask(question) is None


def test_the_quote_is_the_printed_line_of_the_page(ask) -> None:
    found = ask("What were Northwind's SG&A expenses in the second quarter of fiscal 2024?")
    assert found.quote.split("\n")[0] == "Selling, general, and"
    assert "administrative expenses" in found.quote
    assert "brackets" in found.because


def test_the_period_is_said_when_the_question_names_none(ask) -> None:
    found = ask("What is Northwind's operating income?")
    assert found.period.kind is PeriodKind.QUARTER
    assert (found.period.end, found.period.year, found.period.number) == (date(2023, 7, 29), 2024, 2)
    assert "2024 Q2" in found.period.label()


def test_ratios_are_worked_out_from_printed_lines(ask) -> None:
    margin = ask("北风2024财年第二季度的毛利率是多少?")
    assert (margin.value, margin.is_percent, margin.calculated) == (Decimal("33.3"), True, True)
    assert "Gross profit" in margin.quote
    assert "Net sales" in margin.quote
    ratio = ask("What was Northwind's current ratio as of July 29, 2023?")
    assert (ratio.value, ratio.is_percent) == (Decimal("2.00"), False)


def test_changes_are_worked_out_from_the_year_before(ask) -> None:
    percent = ask("北风2024财年第二季度收入同比增长率是多少?")
    assert (percent.value, percent.is_percent, percent.calculated) == (Decimal("20.0"), True, True)
    change = ask("How much did Northwind's net sales increase in the second quarter of fiscal 2024?")
    assert (change.amount, change.is_percent) == (Decimal("200000000"), False)


def test_two_statements_that_disagree_give_no_figure(ask) -> None:
    page = "          ($ in millions)     Three Months Ended July 29, 2023\nNet sales            {}\n"
    pages = [
        PageText(page.format("$ 1,200"), 1, "a"),
        PageText(page.format("$ 1,300"), 2, "a"),
    ]
    assert ask("What were Northwind's net sales in the three months ended July 29, 2023?", pages) is None
    assert (
        ask("What were Northwind's net sales in the three months ended July 29, 2023?", pages[:1]) is not None
    )


def test_a_chinese_statement_answers_an_english_question(ask) -> None:
    page = (
        "                    合并利润表\n"
        "                  单位:百万元 人民币\n"
        "项目              2023年度        2022年度\n"
        "营业收入             3,642           3,507\n"
        "营业成本             2,980           2,862\n"
        "净利润                 461             229\n"
    )
    found = ask("What was Northwind's revenue in fiscal 2023?", [PageText(page, 7, "annual")])
    assert found is not None
    assert (found.amount, found.currency, found.page) == (Decimal(3_642_000_000), "CNY", 7)


@pytest.mark.parametrize(
    "question", ["", "Who is the chief executive?", "北风的董事长是谁?", "x" * 5000, "Hello there."]
)
def test_a_question_for_no_figure_is_none(question: str, lexicon) -> None:
    assert read_question(question, today=date(2023, 10, 1), lexicon=lexicon) is None


def test_what_is_wanted_is_read_from_the_words(lexicon) -> None:
    def want(text: str) -> Want:
        query = read_question(text, today=date(2023, 10, 1), lexicon=lexicon)
        assert query is not None
        return query.want

    assert want("What was revenue in 2023?") is Want.VALUE
    assert want("By what percent did revenue grow in 2023?") is Want.PERCENT_CHANGE
    assert want("2023年收入同比下降多少?") is Want.PERCENT_CHANGE
    assert want("How much did revenue increase in 2023?") is Want.CHANGE
    assert want("2023年毛利率是多少?") is Want.RATIO


def test_the_lexicon_is_large_and_whole(lexicon) -> None:
    assert len(lexicon.items) >= 60
    assert lexicon.items["revenue"].statement == "revenue"
    assert all(
        any("\u4e00" <= char <= "\u9fff" for char in "".join(item.labels)) for item in lexicon.items.values()
    )
