"""PDF files are read page by page with their layout, and what cannot be read says why."""

from __future__ import annotations

import ctypes
import hashlib
import io
from collections.abc import Sequence

import pypdfium2
import pytest
from pypdfium2 import raw

from knowledge.reading.errors import BrokenFile, EmptyFile, EncryptedFile, FileTooLarge, NoText
from knowledge.reading.layout import Word, lay_out
from knowledge.reading.pdf import read_pdf
from knowledge.reading.shapes import ReadingLimits

LIMITS = ReadingLimits()

Placed = Sequence[tuple[float, float, str]]


def make_pdf(*pages: Placed) -> bytes:
    """A PDF whose pages hold the given texts at x and y, in Helvetica of 10 points."""
    document = pypdfium2.PdfDocument.new()
    for texts in pages:
        page = document.new_page(612, 792)
        for x, y, text in texts:
            item = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 10)
            encoded = (text + "\0").encode("utf-16-le")
            raw.FPDFText_SetText(item, ctypes.cast(encoded, ctypes.POINTER(ctypes.c_ushort)))
            raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, x, y)
            raw.FPDFPage_InsertObject(page, item)
        raw.FPDFPage_GenerateContent(page)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_encrypted_pdf(password: bytes) -> bytes:
    """The smallest PDF with the standard 40-bit handler and a user password."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")

    def rc4(key: bytes, data: bytes) -> bytes:
        state = list(range(256))
        j = 0
        for i in range(256):
            j = (j + state[i] + key[i % len(key)]) % 256
            state[i], state[j] = state[j], state[i]
        out, i, j = bytearray(), 0, 0
        for byte in data:
            i = (i + 1) % 256
            j = (j + state[i]) % 256
            state[i], state[j] = state[j], state[i]
            out.append(byte ^ state[(state[i] + state[j]) % 256])
        return bytes(out)

    padded = (password + pad)[:32]
    owner = rc4(hashlib.md5(padded).digest()[:5], padded)
    identity = b"0123456789abcdef"
    key = hashlib.md5(padded + owner + (-4 & 0xFFFFFFFF).to_bytes(4, "little") + identity).digest()[:5]
    user = rc4(key, pad)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode()),
    ]
    body, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    hexed = identity.hex().encode()
    body += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<%s><%s>]>>\n" % (hexed, hexed)
    return bytes(body + b"startxref\n%d\n%%%%EOF" % start)


def test_a_table_keeps_its_columns_and_cells_stay_whole() -> None:
    page = [
        (320, 700, "2022"), (420, 700, "2021"),
        (50, 685, "Net sales"), (305, 685, "$"), (320, 685, "3,642"), (420, 685, "3,507"),
        (50, 670, "Cost of sales"), (316, 670, "(2,985"), (345, 670, ")"), (416, 670, "(2,870)"),
        (50, 655, "Margin"), (320, 655, "18.0"), (350, 655, "%"), (420, 655, "18.2%"),
    ]  # fmt: skip
    text = read_pdf(make_pdf(page), limits=LIMITS).blocks[0].text
    lines = text.split("\n")
    assert lines[1].split("  ")[0] == "Net sales"
    assert "  $ 3,642  " in lines[1]
    assert "(2,985)  " in lines[2]
    assert "18.0 %" in lines[3] or "18.0%" in lines[3]
    assert abs(lines[0].index("2022") + 4 - lines[1].index("3,642") - 5) <= 3


def test_prose_is_single_spaced_and_keeps_its_lines() -> None:
    page = [(50, 700, "The quick brown fox jumps"), (50, 687, "over   the lazy dog.")]
    assert read_pdf(make_pdf(page), limits=LIMITS).blocks[0].text == (
        "The quick brown fox jumps\nover the lazy dog."
    )


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [(50, 700 - 13 * n, f"left column line number {n} of the long story") for n in range(14)]
    right = [(330, 700 - 13 * n, f"right column line number {n} of the same story") for n in range(14)]
    text = read_pdf(make_pdf(left + right), limits=LIMITS).blocks[0].text
    assert text.index("left column line number 13") < text.index("right column line number 0")


def test_a_hyphen_is_joined_only_when_the_document_shows_the_whole_word() -> None:
    page = [
        (50, 700, "An impairment was booked. The impair-"), (50, 687, "ment is final, as a non-"),
        (50, 674, "cash matter of the zwischen-"), (50, 661, "zeit period."),
    ]  # fmt: skip
    text = read_pdf(make_pdf(page), limits=LIMITS).blocks[0].text
    assert "The impairment\nis final" in text
    assert "zwischen-\nzeit" in text


def test_blank_pages_are_named_and_the_numbers_of_the_others_stand() -> None:
    document = read_pdf(make_pdf([], [(50, 700, "Second page speaks")]), limits=LIMITS)
    assert [block.locator["page"] for block in document.blocks] == [2]
    assert document.warnings == ("Page 1 has no text layer and could not be read.",)
    assert document.media_type == "application/pdf"


def test_what_cannot_be_read_says_why() -> None:
    good = make_pdf([(50, 700, "Hello")])
    with pytest.raises(EmptyFile):
        read_pdf(b"", limits=LIMITS)
    with pytest.raises(BrokenFile):
        read_pdf(b"%PDF-1.7 and then nothing", limits=LIMITS)
    with pytest.raises(BrokenFile):
        read_pdf(good[:200], limits=LIMITS)
    with pytest.raises(NoText, match="scan"):
        read_pdf(make_pdf([], []), limits=LIMITS)
    with pytest.raises(FileTooLarge, match="2 pages"):
        read_pdf(make_pdf([], []), limits=ReadingLimits(max_pages=1))
    with pytest.raises(FileTooLarge, match="bytes"):
        read_pdf(good, limits=ReadingLimits(max_bytes=10))
    with pytest.raises(FileTooLarge, match="characters"):
        read_pdf(good, limits=ReadingLimits(max_characters=3))


def test_a_password_is_asked_for() -> None:
    with pytest.raises(EncryptedFile, match="password"):
        read_pdf(make_encrypted_pdf(b"secret"), limits=LIMITS)
    with pytest.raises(NoText):
        read_pdf(make_encrypted_pdf(b""), limits=LIMITS)


def test_marks_raised_above_the_line_stay_with_their_word() -> None:
    words = [
        Word("Reported", 50, 95, 700, 10),
        Word("(2)", 95, 103, 704, 6, spaced=False),
        Word("Income", 106, 140, 700, 10),
        Word("2,327", 300, 325, 700, 10),
        Word("Next", 50, 70, 687, 10),
        Word("9,906", 300, 325, 687, 10),
    ]
    assert lay_out(words).split("\n")[0].startswith("Reported(2) Income  ")


def test_chinese_words_stand_without_spaces() -> None:
    words = [Word("营业", 50, 70, 700, 10), Word("收入", 70.5, 90, 700, 10)]
    assert lay_out(words) == "营业收入"
