"""Any file that a colleague drags into the channel: read as what it is, or refused in one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading import (
    BrokenFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    ReadingError,
    ReadingLimits,
    UnknownFormat,
    read,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def test_a_report_named_pdf_that_is_word_is_read_as_word_and_says_so(report_docx: bytes) -> None:
    document = read(report_docx, name="星辰科技.pdf")
    assert document.media_type.endswith("wordprocessingml.document")
    assert "docx" in document.warnings[0] and "pdf" in document.warnings[0]


def test_a_web_page_saved_as_text_is_read_as_a_page() -> None:
    page = (
        "<!DOCTYPE html><html><body><p>江南重工被列入失信被执行人名单。</p><script>x()</script></body></html>"
    )
    document = read(page.encode(), name="失信.txt")
    assert document.text == "江南重工被列入失信被执行人名单。"
    assert document.warnings


def test_the_title_falls_back_on_the_file_name() -> None:
    assert read("只有一句话。".encode(), name="上传/访谈记录.txt").title == "访谈记录"


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.docx", "a.xlsx", "a.txt", "a.md", "a.html", "a.csv", "a.eml", "a.jsonl"]
)
@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\x00" * 64, b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_called_empty_whatever_its_name(name: str, data: bytes) -> None:
    with pytest.raises(EmptyFile, match="empty"):
        read(data, name=name)


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (OLE + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        (OLE + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "OCR"),
        (b"\x1f\x8b\x08\x00" + bytes(100), "unpack"),
        (b"MZ\x90\x00\x03" + bytes(100), "program"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"<?xml version='1.0'?><list><entry/></list>", "XML"),
        (bytes(range(256)) * 20, "PDF, Word"),
    ],
)
def test_what_is_not_read_is_refused_with_advice(data: bytes, advice: str) -> None:
    with pytest.raises(UnknownFormat, match=advice):
        read(data, name="附件")


@pytest.mark.parametrize("name", ["合同.docx", "名单.xlsx"])
def test_a_password_on_an_office_file_is_named(name: str) -> None:
    with pytest.raises(EncryptedFile, match="password"):
        read(OLE + "EncryptedPackage".encode("utf-16-le"), name=name)


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.98])
def test_a_cut_short_office_file_is_broken(report_docx: bytes, payments_xlsx: bytes, keep: float) -> None:
    for name, data in (("a.docx", report_docx), ("a.xlsx", payments_xlsx)):
        with pytest.raises(BrokenFile, match="send"):
            read(data[: int(len(data) * keep)], name=name)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_damage_inside_an_office_file_is_broken(report_docx: bytes, payments_xlsx: bytes, name: str) -> None:
    source = report_docx if name == "a.docx" else payments_xlsx
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(held, "w") as new:
        for member in old.namelist():
            wrong = member in ("word/document.xml", "xl/worksheets/sheet1.xml")
            new.writestr(member, b"<w:document><w:body" if wrong else old.read(member))
    with pytest.raises(BrokenFile, match="damaged"):
        read(held.getvalue(), name=name)


def test_an_archive_that_unpacks_to_a_mountain_is_not_opened(report_docx: bytes) -> None:
    held = io.BytesIO(report_docx)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", bytes(20 * 2**20))
    with pytest.raises(FileTooLarge, match="unpack to"):
        read(held.getvalue(), name="a.docx", limits=ReadingLimits(max_expansion=10 * 2**20))


def test_an_office_file_with_entities_is_not_opened(report_docx: bytes) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(report_docx)) as old, zipfile.ZipFile(held, "w") as new:
        for member in old.namelist():
            body = old.read(member)
            if member == "word/document.xml":
                body = body.replace(b"?>", b'?><!DOCTYPE w [<!ENTITY a "aaaa">]>', 1)
            new.writestr(member, body)
    with pytest.raises(BrokenFile, match="entities"):
        read(held.getvalue(), name="a.docx")


def test_limits_of_bytes_rows_and_characters_are_kept(payments_xlsx: bytes) -> None:
    with pytest.raises(FileTooLarge, match="MiB"):
        read(b"x" * 2_000, name="a.txt", limits=ReadingLimits(max_bytes=1_000))
    with pytest.raises(FileTooLarge, match="characters"):
        read(b"word " * 400, name="a.txt", limits=ReadingLimits(max_characters=1_000))
    for name, data in (("a.xlsx", payments_xlsx), ("a.csv", b"a,b\n" * 60)):
        with pytest.raises(FileTooLarge, match="rows"):
            read(data, name=name, limits=ReadingLimits(max_rows=50))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(min_size=1, max_size=400),
    st.sampled_from(["a.txt", "a.md", "a.csv", "a.html", "a.eml", "a.jsonl", "a.docx", "a.xlsx", "a"]),
    st.sampled_from(
        [b"", b"PK\x03\x04", b"<html>", b"From: a\nTo: b\nMIME-Version: 1.0\n\n", b"\xff\xfe", b"{}\n"]
    ),
)
def test_no_bytes_at_all_raise_anything_but_a_reading_error(data: bytes, name: str, start: bytes) -> None:
    try:
        document = read(start + data, name=name)
    except ReadingError as error:
        assert str(error).endswith(".")
    else:
        assert document.blocks
        assert "\x00" not in document.text
