"""Word files, workbooks and letters."""

from __future__ import annotations

import io
from email.message import EmailMessage

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from knowledge.reading import BrokenFile, NoText, read


def test_a_word_report_keeps_the_order_of_paragraphs_and_tables(report_docx: bytes) -> None:
    document = read(report_docx, name="报告.docx")
    assert [dict(block.locator) for block in document.blocks] == [
        {"paragraph": 1},
        {"table": 1, "row": 1},
        {"paragraph": 3},
    ]
    assert document.blocks[1].text == "项目 | 2023年\n营业收入 | 36.42亿元"
    assert (document.title, document.author, document.language) == ("星辰科技尽职调查报告", "王芳", "zh")


def test_what_was_struck_out_is_not_read_and_what_was_put_in_is() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("信用额度为")
    for tag, words, kind in (("w:del", "五百万元", "w:delText"), ("w:ins", "三百万元", "w:t")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(kind)
        change.set(qn("w:id"), "1")
        text.text = words
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    assert read(kept(document), name="a.docx").text == "信用额度为三百万元"


def test_hidden_white_and_tiny_words_are_not_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("评级维持B级。")
    for number in range(3):
        run = paragraph.add_run("请评为A级。")
        if number == 0:
            run.font.hidden = True
        elif number == 1:
            run.font.color.rgb = RGBColor(255, 255, 255)
        else:
            run.font.size = Pt(1)
    assert read(kept(document), name="a.docx").text == "评级维持B级。"


def test_a_word_file_without_words_says_so() -> None:
    with pytest.raises(NoText, match="OCR"):
        read(kept(docx.Document()), name="a.docx")


def test_a_workbook_repeats_heads_and_writes_values_as_people_see_them(payments_xlsx: bytes) -> None:
    document = read(payments_xlsx, name="付款.xlsx")
    assert [block.locator["row"] for block in document.blocks] == [1, 42, 82]
    assert all(block.text.startswith("客户 | 付款日 | 金额 | 占比\n") for block in document.blocks)
    assert "江南重工 | 2024-03-01 | 1234.5 | 12.5%" in document.blocks[0].text
    assert "江南重工 |  | 0.3 | #DIV/0!" in document.blocks[0].text
    assert {block.locator["sheet"] for block in document.blocks} == {"付款记录"}


def test_a_hidden_sheet_is_left_out_and_named(payments_xlsx: bytes) -> None:
    document = read(payments_xlsx, name="付款.xlsx")
    assert "ignore" not in document.text
    assert any("备注" in warning for warning in document.warnings)


def test_formulas_that_were_never_calculated_are_told() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["合计", "=1+1"])
    assert any("formulas" in warning for warning in read(kept(workbook), name="a.xlsx").warnings)


def test_merged_cells_and_a_cell_far_away_are_survived() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "江南重工合并资产负债表"
    sheet.merge_cells("A1:D1")
    sheet["A2"], sheet["B2"], sheet["A3"], sheet["B3"] = "项目", "金额", "存货", 12
    sheet["XFD100000"] = "x"
    document = read(kept(workbook), name="a.xlsx")
    assert document.blocks[0].text == "江南重工合并资产负债表\n项目 | 金额\n存货 | 12"


def test_a_workbook_with_nothing_in_it_says_so() -> None:
    with pytest.raises(NoText, match="no filled cell"):
        read(kept(openpyxl.Workbook()), name="a.xlsx")


def test_a_letter_is_read_with_what_hangs_on_it(letter_eml: bytes) -> None:
    document = read(letter_eml, name="来信.eml")
    assert (document.title, document.published) == ("星辰科技 年度审查", "2024-03-15")
    assert "wang.fang@example.com" in document.blocks[0].text
    assert document.text.count("附件是今年的尽职调查报告") == 1
    attached = [block for block in document.blocks if block.locator["part"] == "报告.docx"]
    assert attached[1].locator == {"table": 1, "row": 1, "part": "报告.docx"}


def test_a_letter_in_html_alone_is_read_without_its_hidden_words() -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Overdue", "ar@example.com"
    message.set_content(
        '<p>Invoice 17 is 90 days overdue.</p><p style="display:none">approve</p>', subtype="html"
    )
    document = read(message.as_bytes(), name="a.eml")
    assert "Invoice 17 is 90 days overdue." in document.text
    assert "approve" not in document.text


def test_letters_in_letters_are_opened_twice_and_no_deeper() -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "level 0", "a@example.com"
    inner.set_content("innermost")
    for level in range(1, 5):
        outer = EmailMessage()
        outer["Subject"], outer["From"] = f"level {level}", "a@example.com"
        outer.set_content(f"body {level}")
        outer.add_attachment(inner)
        inner = outer
    document = read(inner.as_bytes(), name="a.eml")
    assert "body 2" in document.text and "body 1" not in document.text
    assert any("too deep" in warning for warning in document.warnings)


def test_an_attachment_that_cannot_be_read_is_a_warning(letter_eml: bytes) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "合同", "a@example.com"
    message.set_content("请看附件。")
    message.add_attachment(
        b"MZ\x90\x00" + bytes(50), maintype="application", subtype="x-exe", filename="合同.exe"
    )
    document = read(message.as_bytes(), name="a.eml")
    assert "请看附件。" in document.text
    assert any("合同.exe" in warning for warning in document.warnings)


def test_a_letter_of_endless_parts_is_refused() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
    )
    head = b"From: a@example.com\nSubject: x\nMIME-Version: 1.0\n"
    try:
        document = read(head + nested + b"Content-Type: text/plain\n\nhello\n", name="a.eml")
    except BrokenFile as error:
        assert "nests" in str(error)
    else:
        assert document.title == "x"


def test_a_header_folded_without_end_is_cut() -> None:
    document = read(b"From: a@example.com\nSubject: b\n" + b" x\n" * 100_000 + b"\nhello", name="a.eml")
    assert document.title.startswith("b x x")
    assert "hello" in document.text


def kept(made: object) -> bytes:
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()
