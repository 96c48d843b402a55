"""Tables of a laid-out page: stacked headers, long labels, blank cells, per cents, footnotes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures.grid import ColumnKind
from knowledge.figures.periods import PeriodKind
from knowledge.figures.tables import read_scale, read_tables


def test_stacked_headers_become_one_path_with_a_period() -> None:
    (table,) = read_tables(
        "                          Three Months Ended December 31,     Six Months Ended December 31,\n"
        "($ in millions)                 2022            2021              2022            2021\n"
        "Net sales                    $ 3,642         $ 3,507           $ 7,354         $ 6,927\n"
        "Cost of sales                 (2,980)         (2,862)           (6,024)         (5,632)\n"
    )
    assert [column.period.kind for column in table.columns if column.period] == [
        PeriodKind.QUARTER, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.HALF,
    ]  # fmt: skip
    assert table.columns[1].period and table.columns[1].period.end == date(2021, 12, 31)
    assert (table.scale, table.currency) == (1_000_000, "USD")
    assert table.rows[1].figures[2].value == Decimal(-6024)


def test_month_and_year_on_lines_of_their_own() -> None:
    (table,) = read_tables(
        "                                        13 Weeks Ended\n"
        "                                  April 29,       April 30,\n"
        "(In thousands)                       2023            2022\n"
        "Net sales                        $ 2,634,263    $ 2,345,901\n"
    )
    assert [column.period.end for column in table.columns if column.period] == [
        date(2023, 4, 29),
        date(2022, 4, 30),
    ]
    assert table.scale == 1000


def test_columns_of_per_cents_and_of_changes_are_known_as_such() -> None:
    (table,) = read_tables(
        "                              Second-Quarter              % Incr. /\n"
        "                             2023       2022               (Decr.)\n"
        "Revenues                 $ 12,734   $ 27,742                 (54)\n"
        "Cost of sales(2)            3,237      8,648                 (63)\n"
    )
    assert [column.kind for column in table.columns] == [
        ColumnKind.VALUE,
        ColumnKind.VALUE,
        ColumnKind.CHANGE,
    ]
    assert table.columns[0].period and (table.columns[0].period.year, table.columns[0].period.number) == (
        2023,
        2,
    )
    assert table.rows[1].label == "Cost of sales"


def test_labels_over_two_lines_and_figures_on_a_line_of_their_own() -> None:
    (table,) = read_tables(
        "                                  2023       2022\n"
        "Operating expenses:\n"
        "Selling, general, and\n"
        "administrative expenses           (298)      (303)\n"
        "Effective Tax Rate on\n"
        "                                  6.7 %     21.0 %\n"
        "Reported Income\n"
    )
    assert table.rows[0].label == "Selling, general, and administrative expenses"
    assert table.rows[0].parents == ("Operating expenses",)
    assert table.rows[1].label == "Effective Tax Rate on Reported Income"
    assert table.rows[1].numbers == (4, 5, 6)


def test_a_blank_cell_leaves_the_others_in_their_columns() -> None:
    (table,) = read_tables(
        "                      2023        2022        2021\n"
        "Goodwill               100         200         300\n"
        "Impairment              15                      35\n"
    )
    assert {column: figure.value for column, figure in table.rows[1].figures.items()} == {0: 15, 2: 35}


def test_a_page_number_is_no_row() -> None:
    (table,) = read_tables(
        "              2023       2022\nRevenue        100        200\n\n                27\n"
    )
    assert [row.label for row in table.rows] == ["Revenue"]


def test_delimited_tables_are_read_the_same_way() -> None:
    (table,) = read_tables(
        "Years Ended September 30,\n2019 | 2018 | 2017\nFixed Price | $  1,452.4 | $  1,146.2 | $  1,036.9\n"
        "Other | 44.1 | 56.7 | 70.8\nTotal sales | $1,496.5 | $1,202.9 | $1,107.7"
    )
    assert [column.period.end for column in table.columns if column.period] == [
        date(2019, 9, 30), date(2018, 9, 30), date(2017, 9, 30),
    ]  # fmt: skip
    assert table.rows[2].figures[1].value == Decimal("1202.9")


def test_a_table_with_single_spaces_is_read_as_well() -> None:
    (table,) = read_tables(
        "CONSOLIDATED STATEMENTS OF OPERATIONS\n(in thousands, except per share amounts)\n"
        "For the Year Ended December 31,\n2022 2021\nRoyalty revenue 3,114 12,292\n"
        "Research and development (17,882 ) (18,994 )\nLoss from operations (28,641 ) (21,400 )\n"
        "Net income (loss) $ 8,027 $ (28,457 )\n"
    )
    assert [column.period.end for column in table.columns if column.period] == [
        date(2022, 12, 31),
        date(2021, 12, 31),
    ]
    assert (table.scale, table.rows[0].label, table.rows[3].figures[1].value) == (
        1000,
        "Royalty revenue",
        -28457,
    )


def test_long_lines_of_figures_come_to_an_end() -> None:
    assert isinstance(read_tables("\n".join(["label " + "1,234 " * 5000 + "x"] * 5)), tuple)
    assert isinstance(read_tables("\n".join(["( $ " * 3000] * 5)), tuple)


def test_scale_notes_in_both_languages() -> None:
    assert read_scale("($ in millions, except per share data)") == 10**6
    assert read_scale("(In thousands)") == 1000
    assert read_scale("单位:百万元") == 10**6
    assert read_scale("单位:万元") == 10**4
    assert read_scale("millions of customers love us since 1999") in (None, 10**6)
    assert read_scale("(unaudited)") is None


@given(st.text(alphabet=st.sampled_from("ab 1,2().%$|—\n年 季2023"), max_size=300))
def test_any_page_is_read_without_an_error(text: str) -> None:
    lines = text.split("\n")
    for table in read_tables(text):
        assert all(number < len(lines) for row in table.rows for number in row.numbers)
