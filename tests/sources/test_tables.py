"""Rows out of the files that people really send."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.sources.errors import FileUnusable
from knowledge.sources.tables import read_rows


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_csv_from_a_chinese_excel(tmp_path: Path) -> None:
    path = write(tmp_path, "客户.csv", "legal_name,country\n杭州恒岳科技有限公司,CN\n".encode("gb18030"))
    assert [(row.line, row.cells) for row in read_rows(path)] == [
        (2, {"legal_name": "杭州恒岳科技有限公司", "country": "CN"})
    ]


def test_semicolons_tabs_and_a_byte_order_mark(tmp_path: Path) -> None:
    semicolons = write(tmp_path, "a.csv", b"\xef\xbb\xbfcustomer;amount\nK-1;12,50\n")
    assert next(iter(read_rows(semicolons))).cells == {"customer": "K-1", "amount": "12,50"}
    tabs = write(tmp_path, "b.csv", "customer\tamount\nK-1\t12.5\n")
    assert next(iter(read_rows(tabs))).cells == {"customer": "K-1", "amount": "12.5"}


def test_json_numbers_are_exact_and_lines_are_counted(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.jsonl", '{"amount": 0.1}\n\n{"amount": 12345678901234.56}\n{broken\n[1]\n{"a": NaN}\n'
    )
    rows = list(read_rows(path))
    assert [row.line for row in rows] == [1, 3, 4, 5, 6]
    assert rows[1].cells["amount"] == Decimal("12345678901234.56")
    assert [row.error is None for row in rows] == [True, True, False, False, False]


def test_a_workbook_with_dates_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["customer", "paid_on", "amount", None])
    book.active.append(["K-1", date(2026, 3, 31), 1200.1, "stray"])
    book.active.append([None, None, None, None])
    book.active.append(["K-2", "2026-04", 7, None])
    book.save(tmp_path / "payments.xlsx")
    rows = list(read_rows(tmp_path / "payments.xlsx"))
    assert [(row.line, row.cells) for row in rows] == [
        (2, {"customer": "K-1", "paid_on": "2026-03-31", "amount": Decimal("1200.1")}),
        (4, {"customer": "K-2", "paid_on": "2026-04", "amount": 7}),
    ]


def test_a_quote_that_is_never_closed_costs_its_rest_only(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'customer,note\nK-1,fine\nK-2,"never closed\nK-3,lost\n')
    rows = list(read_rows(path))
    assert rows[0].cells == {"customer": "K-1", "note": "fine"}
    assert rows[-1].error is not None and "CSV" in rows[-1].error


def test_an_unquoted_comma_is_noticed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "customer,address\nK-1,Main Street 1, Berlin\nK-2,Ring 2\n")
    first, second = read_rows(path)
    assert first.error is not None and "3 cells under 2 columns" in first.error
    assert second.cells["address"] == "Ring 2"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "is empty"),
        ("report.csv", b"%PDF-1.7 ...", "is a PDF"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old or an encrypted Excel"),
        ("half.xlsx", b"PK\x03\x04 half a zip", "cannot be read as XLSX"),
        ("noise.csv", bytes(range(256)) * 4, "neither text"),
        ("twice.csv", b"amount,amount\n1,2\n", "same name"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    with pytest.raises(FileUnusable, match=says):
        list(read_rows(write(tmp_path, name, data)))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnusable, match="there is no file"):
        read_rows(tmp_path / "gone.csv")
