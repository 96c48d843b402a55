"""Tables as workbooks: typed, harmless, with their sources, and the same bytes each time."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.reports.cells import CELL_TEXT
from bot.reports.tables import Column, Kind, Money, Row, write_table
from store.dates import PartialDate

COLUMNS = (
    Column("客户"),
    Column("Overdue", Kind.MONEY),
    Column("Late invoices", Kind.COUNT),
    Column("On time", Kind.PERCENT),
    Column("Last payment", Kind.DATE),
)
EVIDENCE = (
    {
        "id": "e1",
        "ref": "rec-1",
        "kind": "record",
        "source": "ERP",
        "tier": "internal",
        "date": "2026-10-31",
        "quote": "amount: 120000",
        "customer": "C-1024",
        "title": None,
        "url": None,
        "locator": {},
    },
    {
        "id": "e2",
        "ref": "pas-2",
        "kind": "passage",
        "source": "宁波日报",
        "tier": "media",
        "date": "2026-11-02",
        "quote": '=HYPERLINK("http://evil.example","press")',
        "customer": "C-1024",
        "title": "海曙机电停产",
        "url": "https://news.example/1",
        "locator": {"page": 4},
    },
)


def opened(data: bytes):
    return load_workbook(io.BytesIO(data))


def portfolio(**options) -> bytes:
    rows = [
        Row(
            (
                "宁波海曙机电有限公司",
                Money(Decimal("1234567.80"), "CNY"),
                3,
                Decimal("62.5"),
                date(2026, 10, 31),
            ),
            ("e2", "e1"),
        ),
        Row(("Rheinblick Anlagenbau GmbH", Money(Decimal("0.10"), "EUR"), 0, None, PartialDate(2026, 3))),
    ]
    return write_table(COLUMNS, rows, "逾期最多的客户 / most overdue", ["As of 2026-11-28"], **options)


def test_figures_can_be_summed_and_dates_sorted() -> None:
    sheet = opened(portfolio(evidence=EVIDENCE, language="zh")).worksheets[0]
    assert sheet.title == "逾期最多的客户 most overdue"
    assert sheet["B2"].value == 1234567.8 and "CNY" in sheet["B2"].number_format
    assert (sheet["C2"].value, sheet["D2"].value, sheet["D2"].number_format) == (3, 0.625, "0.00%")
    assert sheet["E2"].value == datetime(2026, 10, 31) and sheet["E3"].value == "2026-03"
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:F3"


def test_chinese_columns_are_wide_enough() -> None:
    sheet = opened(portfolio()).worksheets[0]
    assert sheet.column_dimensions["A"].width >= 2 * len("宁波海曙机电有限公司")


def test_a_row_leads_to_its_sources() -> None:
    book = opened(portfolio(evidence=EVIDENCE, language="zh"))
    assert book.sheetnames == ["逾期最多的客户 most overdue", "来源", "说明"]
    cell = book.worksheets[0]["F2"]
    assert cell.value == "[1] [2]" and cell.hyperlink.location == "'来源'!A2"
    sources = book["来源"]
    assert [sources.cell(3, place).value for place in (1, 3, 4, 6)] == [
        2,
        "海曙机电停产",
        "宁波日报",
        "2026-11-02",
    ]
    assert book.worksheets[0]["F3"].value is None


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_text_is_never_a_formula(start: str) -> None:
    cell = opened(write_table([Column("Name")], [(start,)], "T")).worksheets[0]["A2"]
    assert cell.data_type == "s" and cell.quotePrefix and cell.value == start


def test_quotations_and_headings_are_never_formulas() -> None:
    book = opened(write_table([Column("=1")], [Row(("x",), ("e2",))], "=T", ["=N"], evidence=EVIDENCE))
    assert {cell.data_type for sheet in book for line in sheet for cell in line if cell.value} == {"s", "n"}


def test_a_number_too_long_for_a_cell_stays_exact() -> None:
    long = Decimal("12345678901234567.89")
    sheet = opened(
        write_table([Column("A", Kind.NUMBER), Column("B", Kind.MONEY)], [(long, Money(long, "CNY"))], "T")
    ).worksheets[0]
    assert sheet["A2"].value == "12345678901234567.89"
    assert sheet["B2"].value == "12,345,678,901,234,567.89 CNY"


def test_a_very_long_text_is_cut_visibly() -> None:
    value = opened(write_table([Column("A")], [("长" * 40_000,)], "T")).worksheets[0]["A2"].value
    assert len(value) == CELL_TEXT and value.endswith("…")


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells and the table 2 columns"):
        write_table([Column("A"), Column("B")], [("x",)], "T")


def test_the_same_table_has_the_same_bytes() -> None:
    at = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
    assert portfolio(made_at=at) == portfolio(made_at=at)
    assert opened(portfolio(made_at=at)).properties.modified == datetime(2026, 11, 28, 9, 30)


@given(st.text(), st.text(), st.text())
def test_any_text_can_be_written_and_read_again(title: str, head: str, value: str) -> None:
    sheet = opened(write_table([Column(head)], [(value,)], title, [title])).worksheets[0]
    assert sheet["A2"].data_type in ("s", "n")
