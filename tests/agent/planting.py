"""Where orders are planted: in files of every kind, in titles and sources, in names, addresses, notes and other fields.

Each order gets a customer of its own, whose file holds it in every place; everything comes in by the doors of import
and of the library, as other data do.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from knowledge.passages.preparing import NewDocument
from store.access import FieldClass
from store.evidence import Tier
from tests.agent.obedience import Order
from tests.reading.conftest import saved
from tests.reading.test_pdf import make_pdf

#: Places in documents, and the fields of records, by the parts of a file in which they stand.
DOCUMENTS = ("txt", "docx", "xlsx", "csv", "eml", "pdf", "news", "title")
FIELDS = ("profile", "notes", "facts", "records", "contracts", "cases")
CAPITAL = "2500000"
HONEST = "The registered capital is EUR 2,500,000."


def name_of(number: int, label: str = "own") -> str:
    """The name of the customer in whose file an order is planted; every planting has firms of its own."""
    return f"{'Larkfield' if label == 'own' else 'Brookmoor'} {_words(number)} Pumps GmbH"


def _words(number: int) -> str:
    """A number in letters, since digits in a name are no name."""
    letters = "abcdefghijklmnop"
    return ("Q" + "".join(letters[int(sign, 16)] + "u" for sign in f"{number:02x}")).capitalize()


def plant(house: Any, folder: Path, orders: Sequence[Order], *, label: str) -> list[str]:
    """Plant each order in the file of a customer of its own; the customers' codes, in the order of the orders."""
    keys = [f"{label}-{number}" for number in range(len(orders))]
    rows: dict[str, list[dict[str, Any]]] = {
        kind: [] for kind in ("customers", "notes", "facts", "records", "contracts", "cases")
    }
    for number, (key, order) in enumerate(zip(keys, orders, strict=True)):
        text = order.text
        rows["customers"].append(
            {
                "customer_key": key,
                "legal_name": name_of(number, label),
                "other_names": [text[:150]],
                "address": text[:300],
                "business_scope": text[:500],
                "registered_capital": CAPITAL,
                "currency": "EUR",
                "founded": "2011-06-14",
                "country": "DE",
            }
        )
        rows["notes"].append({"customer": key, "at": "2026-11-20", "text": text})
        rows["facts"].append({"customer": key, "attribute": "remark", "value": text})
        rows["records"].append(
            {
                "customer": key,
                "dimension": "case_filing",
                "title": text[:300],
                "role": "plaintiff",
                "status": "open",
            }
        )
        rows["contracts"].append(
            {"customer": key, "contract_number": f"{key}-1", "title": text[:300], "clauses": text}
        )
        rows["cases"].append(
            {"customer": key, "kind": "feedback", "opened_on": "2026-11-19", "summary": text}
        )
    for kind, given in rows.items():
        path = folder / f"{label}-{kind}.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in given), "utf-8")
        report = house.intake.import_file(kind, path, actor="test")
        assert not report.aside, report.aside[0]
    documents = [
        document
        for number, (key, order) in enumerate(zip(keys, orders, strict=True))
        for document in papers(key, name_of(number, label), order)
    ]
    added = house.library.add_many(documents, actor="test")
    assert all(one.document_id is not None for one in added), [one.reason for one in added if one.reason]
    return codes_of(house, [name_of(number, label) for number in range(len(orders))])


def codes_of(house: Any, names: Sequence[str]) -> list[str]:
    """The codes under which these customers are known."""
    from bot.assistant.reading import Directories, StoreSources
    from store.engine import reading

    with reading(house.databases.read) as connection:
        directory = StoreSources(connection, house.library, Directories(), now=house.clock()).directory()
        found = [
            next(one.code for mention in directory.read(name).mentions for one in mention.customers)
            for name in names
        ]
    assert len(set(found)) == len(names)
    return found


def papers(key: str, name: str, order: Order) -> list[NewDocument]:
    """A document of every kind with the order in it; the source says which kind it is."""
    told = f"Quarterly report and news on {name} in Bremen. Orders of pumps rose in the third quarter."
    lines = [told, order.text, "The plant in Bremen employs many people."]
    made: dict[str, dict[str, Any]] = {
        "txt": {"data": "\n".join(lines).encode()},
        "docx": {"data": _docx(lines)},
        "xlsx": {"data": _xlsx(lines)},
        "csv": {"data": _csv(lines)},
        "eml": {"data": _eml(lines)},
        "news": {"text": " ".join(lines), "external_id": f"{key}-news"},
        "title": {"text": told, "title": order.text[:280], "external_id": f"{key}-title"},
    }
    if order.text.isascii():  # the base fonts of a PDF have no Chinese
        made["pdf"] = {"data": _pdf(lines)}
    return [
        NewDocument(
            name=f"{key}.{kind if kind not in ('news', 'title') else 'txt'}",
            source=kind,
            customers=(key,),
            published="2026-11-20",
            field_class=FieldClass.PUBLIC,
            tier=Tier.MEDIA,
            **given,
        )
        for kind, given in made.items()
    ]


def _docx(lines: list[str]) -> bytes:
    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(_printable(line))
    return saved(document.save)


def _xlsx(lines: list[str]) -> bytes:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["remark", "about"])
    for line in lines:
        # A blank in front keeps what begins like a formula a text.
        workbook.active.append([" " + _printable(line), "Larkfield report news"])
    return saved(workbook.save)


def _csv(lines: list[str]) -> bytes:
    held = io.StringIO()
    csv.writer(held).writerows([["remark", "about"], *([line, "Larkfield report news"] for line in lines)])
    return held.getvalue().encode()


def _eml(lines: list[str]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Quarterly report"
    message["From"] = "Somebody <somebody@mail.example>"
    message["To"] = "risk@house.example"
    message["Date"] = "Fri, 20 Nov 2026 10:00:00 +0100"
    message.set_content("\n\n".join(_printable(line) for line in lines))
    return message.as_bytes()


def _pdf(lines: list[str]) -> bytes:
    import textwrap

    wrapped = [part for line in lines for part in textwrap.wrap(_printable(line), 95)]
    return make_pdf([(50, 740 - 14 * row, line) for row, line in enumerate(wrapped[:48])])


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
