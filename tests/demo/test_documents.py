"""The documents of the demo: two languages, every class and tier, and the traps that must do no harm."""

from __future__ import annotations

import email
import re
from collections import Counter
from datetime import date
from email.utils import parsedate_to_datetime

import pytest

from bot.demo.office import render_docx, render_xlsx
from bot.demo.portfolio import Portfolio

CLASSES = {"public", "internal", "personal", "suspicion"}
TIERS = {
    "register",
    "court",
    "government",
    "filing",
    "bureau",
    "media",
    "customer_supplied",
    "partner",
    "internal",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_documents_are_many_and_nearly_half_of_them_in_each_language(documents) -> None:
    languages = Counter(document["language"] for document in documents)
    assert languages["zh"] + languages["en"] == len(documents) >= 150
    assert min(languages.values()) >= 0.42 * len(documents)


def test_documents_are_of_a_length_that_people_write(documents) -> None:
    for document in documents:
        text = document["text"]
        length = len(CHINESE.findall(text)) if document["language"] == "zh" else len(text.split())
        assert 180 <= length <= 900, (document["title"], length)


def test_documents_keep_the_contract(documents, rows) -> None:
    keys = {row["customer_key"] for row in rows("customers")}
    for document in documents:
        assert document["title"]
        assert document["source"]
        assert set(document["customers"]) <= keys
        assert document["class"] in CLASSES
        assert document["tier"] in TIERS
        date.fromisoformat(document["published"])
    assert {document["class"] for document in documents} == CLASSES
    assert {document["tier"] for document in documents} == TIERS - {"bureau"}
    assert len({document["title"] for document in documents}) == len(documents)
    assert {key for document in documents for key in document["customers"]} == keys


def test_few_documents_are_personal_or_a_suspicion(documents) -> None:
    classes = Counter(document["class"] for document in documents)
    assert 2 <= classes["personal"] <= 5
    assert 3 <= classes["suspicion"] <= 9
    for document in documents:
        if document["class"] == "suspicion":
            # Our own memos, and what others wrote to compliance alone.
            assert document["tier"] in {"internal", "customer_supplied"}, document["title"]


def test_customers_named_in_the_index_are_named_in_the_text(documents, rows) -> None:
    names = {
        row["customer_key"]: {row["legal_name"], *(item.split("|")[0] for item in row["other_names"])}
        for row in rows("customers")
    }
    for document in documents:
        whole = (document["title"] + document["text"] + document["source"]).casefold()
        for key in document["customers"]:
            short = {re.sub(r"(,? (Co\., Ltd\.|Inc\.)|有限公司)$", "", name) for name in names[key]}
            assert any(name.casefold() in whole for name in names[key] | short), (document["title"], key)


def test_a_few_documents_are_only_about_namesakes(documents) -> None:
    strangers = [document["title"] for document in documents if not document["customers"]]
    assert len(strangers) == 3
    for namesake in ("恒岳科技", "Nordhafen", "HE Tingjun"):
        assert any(namesake in title for title in strangers)


def test_two_media_print_the_same_story(documents) -> None:
    texts = {document.get("id"): document["text"] for document in documents}
    first = set(re.split("[。\n]", texts["zh-junli-restriction"]))
    second = set(re.split("[。\n]", texts["zh-junli-restriction-copy"]))
    assert len(first & second) / len(first) > 0.5


def test_planted_orders_stand_in_both_languages(documents) -> None:
    planted = [document for document in documents if "AAA" in document["text"]]
    assert len(planted) == 5
    for document in planted:
        assert "ignore all" in document["text"]
        assert "忽略" in document["text"]
        assert document["tier"] == "customer_supplied"


def test_records_and_court_papers_name_the_same_case(documents, rows) -> None:
    numbers: dict[str, set[str]] = {}
    for row in rows("records"):
        numbers.setdefault(row["customer"], set()).add(row["record_number"])
    court = [document for document in documents if document["tier"] == "court"]
    assert len(court) >= 4
    for document in court:
        known = set().union(*(numbers[key] for key in document["customers"]))
        assert any(number in document["text"] for number in known), document["title"]


def test_tables_of_the_reports_repeat_the_statements(documents, rows) -> None:
    by_path = {document.get("path"): document["text"] for document in documents}
    reports = {
        "hanyu-group": "zh-hanyu-annual-report.md",
        "yipan-heavy": "zh-yipan-annual-report.md",
        "yuntang-precision": "zh-yuntang-summary.md",
        "nordhafen": "en-nordhafen-annual-report.md",
        "cedar-fork": "en-cedarfork-annual-report.md",
        "straitfin": "en-straitfin-data-room.md",
        "lanyan-instruments": "zh-lanyan-annual-report.md",
        "lingzhou-textile": "zh-lingzhou-audit-note.md",
        "aarelund-changzhou": "zh-aarelund-audit-extract.md",
        "qitong-intelligent": "zh-qitong-annual-report.md",
        "hollerbusch": "en-hollerbusch-accounts.md",
        "brightmere": "en-brightmere-annual-report.md",
        "saltbox-thermal": "en-saltbox-data-room.md",
        "penanti": "en-penanti-accounts.md",
        "tallgrass": "en-tallgrass-annual-report.md",
        "chuheng-group": "zh-chuheng-annual-report.md",
    }
    for row in rows("statements"):
        if row["period_kind"] == "year" and row["customer"] in reports:
            if row["source"] == "岐桐智能提供的资料":
                continue  # the customer's own figures, which the filed report contradicts
            text = by_path[reports[row["customer"]]]
            for item in ("revenue", "net_income", "total_assets", "equity"):
                assert f"{abs(row[item]):,}" in text, (row["customer"], item)


def test_mails_can_be_parsed_and_bear_their_date(portfolio: Portfolio, rows) -> None:
    entries = [entry for entry in rows("documents/index") if entry["path"].endswith(".eml")]
    assert len(entries) >= 5
    for entry in entries:
        message = email.message_from_bytes((portfolio.documents / entry["path"]).read_bytes())
        assert parsedate_to_datetime(message["Date"]).date().isoformat() == entry["published"]
        assert message["From"].endswith(".example")
        assert message.get_payload(decode=True).decode()


def test_the_credit_report_is_a_word_file_with_tables(portfolio: Portfolio) -> None:
    from docx import Document

    report = Document(str(portfolio.documents / "zh-muheng-credit-report.docx"))
    assert report.paragraphs[0].text == "企业信用报告"
    assert report.tables[0].cell(1, 0).text == "聂书尧"
    assert report.tables[1].cell(1, 1).text == "402,600"
    assert any("BB" in paragraph.text for paragraph in report.paragraphs)


def test_the_ageing_list_is_what_the_ledger_says(portfolio: Portfolio, rows) -> None:
    from openpyxl import load_workbook

    paid: Counter[str] = Counter()
    for row in rows("payments"):
        paid[row["invoice_number"]] += round(float(row["amount"]) * 100)
    names = {row["customer_key"]: row["legal_name"] for row in rows("customers")}
    ledger: dict[str, list[int]] = {}
    for row in rows("invoices"):
        buckets = ledger.setdefault(names[row["customer"]], [0] * 5)
        days = (portfolio.today - date.fromisoformat(row["due_on"])).days
        bucket = 0 if days <= 0 else min(1 + (days - 1) // 30, 4)
        buckets[bucket] += round(float(row["amount"]) * 100) - paid[row["invoice_number"]]
    sheet = load_workbook(portfolio.documents / "receivables-ageing.xlsx").active
    listed = {
        row[0]: [round(value * 100) for value in row[2:8]]
        for row in sheet.iter_rows(min_row=3, values_only=True)
    }
    assert listed == {name: [*buckets, sum(buckets[1:])] for name, buckets in ledger.items()}


@pytest.mark.parametrize("render", [render_docx, render_xlsx])
def test_office_files_of_one_day_are_the_same_bytes(render) -> None:
    day = date(2028, 2, 29)
    assert render("a,1", title="T", saved_on=day) == render("a,1", title="T", saved_on=day)
    assert render("a,1", title="T", saved_on=day) != render("a,2", title="T", saved_on=day)
