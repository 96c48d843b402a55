"""A row becomes a body that the store can keep, or a sentence that says why not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.import_rows import KIND_NAMES, template
from knowledge.sources.kinds import KINDS
from knowledge.sources.preparation import PreparedRow, SetAside, prepare
from knowledge.sources.tables import RawRow


def one(kind: str, /, **cells: Any) -> PreparedRow | SetAside:
    return next(prepare(KINDS[kind], [RawRow(2, cells)]))


INVOICE = {
    "customer": "K-1",
    "invoice_number": "RE-7",
    "issued_on": "2026-01-05",
    "due_on": "2026-02-04",
    "amount": "1,234.50",
    "currency": "rmb",
}


def test_an_invoice_is_read_exactly() -> None:
    row = one("invoices", **INVOICE)
    assert isinstance(row, PreparedRow)
    assert row.body["amount"] == "1234.50" and row.body["currency"] == "CNY"
    assert row.amount == Decimal("1234.50")
    assert row.key == ("RE-7",)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"amount": "1.234,50"}, "not a plain number"),
        ({"amount": "12.34567"}, "four decimal places"),
        ({"amount": "NaN"}, "not a number that can be kept"),
        ({"amount": "1e30"}, "not a number that can be kept"),
        ({"amount": True}, "not yes or no"),
        ({"due_on": "2026-02-30"}, "not a day that exists"),
        ({"due_on": "2025-12-31"}, "before the invoice was issued"),
        ({"currency": "EURO"}, "ISO 4217"),
        ({"customer": ""}, "customer"),
        ({"class": "secret"}, "class"),
    ],
)
def test_a_bad_cell_is_named(changed: dict[str, Any], says: str) -> None:
    row = one("invoices", **(INVOICE | changed))
    assert isinstance(row, SetAside)
    assert says in row.reason


def test_lists_come_as_lists_or_with_semicolons() -> None:
    as_list = one("customers", legal_name="Amcor plc", other_names=["Amcor|short|en", "安姆科"])
    as_text = one("customers", legal_name="Amcor plc", other_names="Amcor|short|en; 安姆科")
    assert isinstance(as_list, PreparedRow) and isinstance(as_text, PreparedRow)
    assert as_list.body == as_text.body
    assert as_list.body["other_names"][1] == {"name": "安姆科", "kind": "alias"}


def test_a_statement_keeps_the_unit_that_was_printed() -> None:
    row = one(
        "statements",
        customer="K-1",
        period_end="2025",
        period_kind="year",
        currency="CNY",
        unit="1000",
        revenue="52000",
        x_rd="7",
        motto="?",
    )
    assert isinstance(row, PreparedRow)
    assert row.body["items"] == {"revenue": "52000", "x_rd": "7"}
    assert row.extra == {"motto": "?"}


def test_a_record_needs_a_dimension_of_the_catalogue() -> None:
    row = one("records", customer="K-1", dimension="rumour", title="?")
    assert isinstance(row, SetAside) and "not in the catalogue" in row.reason


def test_two_equal_payments_on_a_day_are_two() -> None:
    payment = {"customer": "K-1", "paid_on": "2026-03-01", "amount": "100", "currency": "EUR"}
    rows = list(prepare(KINDS["payments"], [RawRow(2, payment), RawRow(3, payment)]))
    keys = [row.key for row in rows if isinstance(row, PreparedRow)]
    assert len(keys) == 2 and keys[0] != keys[1]


def test_parties_keep_the_columns_of_the_contract() -> None:
    row = one(
        "parties",
        **{"customer": "K-1", "name": "王芳", "role": "shareholder", "from": "2020-05", "to": "2024"},
    )
    assert isinstance(row, PreparedRow)
    assert row.body["from"] == "2020-05" and row.valid_to == "2024"


@given(
    st.dictionaries(
        st.sampled_from([*INVOICE, "x", "class"]), st.text(max_size=40) | st.integers() | st.booleans()
    )
)
def test_whatever_comes_is_kept_or_set_aside(cells: dict[str, Any]) -> None:
    row = one("invoices", **cells)
    assert isinstance(row, SetAside) or row.amount is not None


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_every_template_can_be_imported(kind: str) -> None:
    head, example = template(kind).splitlines()
    import csv

    cells = dict(zip(next(csv.reader([head])), next(csv.reader([example])), strict=True))
    row = one(kind, **{name: value for name, value in cells.items() if value})
    assert isinstance(row, PreparedRow), row
