"""PDF files: text of each page with its layout kept.

The file's own text layer is read with pdfium; a scan without one is refused, as nothing here recognises
pictures of letters. pdfium is not thread safe: calls are serialised by one lock, and other code must not
use pdfium beside it.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.reading.errors import BrokenFile, EmptyFile, EncryptedFile, FileTooLarge, NoText
from knowledge.reading.layout import Word, lay_out
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits

if TYPE_CHECKING:
    import pypdfium2

MEDIA_TYPE = "application/pdf"

_LOCK = threading.Lock()
_PASSWORD_NEEDED = 4
_SECURITY_UNKNOWN = 5
_DATE = re.compile(r"^(?:D:)?(\d{4})(\d{2})(\d{2})")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LINE_END = re.compile(
    r"(?P<head>[^\W\d_]{2,})(?P<mark>[-\u00ad\u2010])\n(?P<tail>[^\W\d_]{2,})(?P<after>[,.;:)]*) ?"
)


def read_pdf(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """Read a PDF into one block a page, with the locator ``{"page": n}`` counted from 1.

    Lines are the page's visual lines in reading order. Cells of a table are parted by two spaces or
    more and stand in proportion to the page; prose is single-spaced. Pages without text give no block
    but a warning.

    Raises EmptyFile, EncryptedFile (a password is needed to open it), BrokenFile, FileTooLarge (bytes,
    pages or characters), and NoText where no page has a text layer.
    """
    if not data:
        raise EmptyFile("The PDF file is empty (0 bytes); please send it again.")
    if len(data) > limits.max_bytes:
        raise FileTooLarge(
            f"The PDF file has {len(data):,} bytes, over the limit of {limits.max_bytes:,}; split it."
        )
    with _LOCK:
        pages, metadata = _extract(data, limits)
    blank = [number for number, text in enumerate(pages, start=1) if not text.strip()]
    if len(blank) == len(pages):
        raise NoText(
            f"None of the {len(pages)} pages of the PDF has a text layer, so it is probably a scan; "
            "run text recognition (OCR) on it first."
        )
    pages = _join_hyphens(pages)
    warnings = (_blank_warning(blank),) if blank else ()
    blocks = tuple(
        Block(text, {"page": number}) for number, text in enumerate(pages, start=1) if text.strip()
    )
    return ReadDocument(
        blocks=blocks,
        title=metadata.get("Title", "").strip() or None,
        language=_language(blocks),
        media_type=MEDIA_TYPE,
        published=_date(metadata.get("CreationDate", "")),
        author=metadata.get("Author", "").strip() or None,
        warnings=warnings,
    )


def _extract(data: bytes, limits: ReadingLimits) -> tuple[list[str], dict[str, str]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (_PASSWORD_NEEDED, _SECURITY_UNKNOWN):
            raise EncryptedFile(
                "The PDF file is protected by a password; send a copy without one."
            ) from error
        raise BrokenFile(
            "The PDF file is damaged or cut short and cannot be opened; send it again."
        ) from error
    try:
        count = len(document)
        if count == 0:
            raise BrokenFile("The PDF file opens but has no pages; please send it again.")
        if count > limits.max_pages:
            raise FileTooLarge(
                f"The PDF file has {count:,} pages, over the limit of {limits.max_pages:,}; split it."
            )
        pages: list[str] = []
        characters = 0
        for number in range(count):
            pages.append(lay_out(_page_words(document, number, limits.max_characters - characters)))
            characters += len(pages[-1])
        return pages, document.get_metadata_dict()
    finally:
        document.close()


def _page_words(document: pypdfium2.PdfDocument, number: int, budget: int) -> list[Word]:
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []  # one page that cannot be loaded is reported as blank; the others are still worth reading
    try:
        text = page.get_textpage()
        try:
            if text.count_chars() > max(budget, 0):
                raise FileTooLarge(
                    f"The text of the PDF file passes the limit of characters on page {number + 1}; split it."
                )
            return list(_words(text))
        finally:
            text.close()
    except pypdfium2.PdfiumError:
        return []
    finally:
        page.close()


def _words(text: pypdfium2.PdfTextPage) -> Iterator[Word]:
    """Words in the order of the file, from the boxes of their characters, in the page's main direction."""
    glyphs = _glyphs(text)
    if not glyphs:
        return
    turns = Counter(glyph[5] for glyph in glyphs if glyph[0])
    if not turns:
        return
    main = turns.most_common(1)[0][0]
    letters: list[str] = []
    x0 = x1 = base = em = 0.0
    space = spaced = True
    for char, left, right, line, height, turn in glyphs:
        if char and turn != main:
            continue  # a stamp along the margin
        if char:
            left, right, line = _turned(left, right, line, main)
        joins = bool(char and letters) and abs(line - base) < 0.12 * em and -0.5 * em < left - x1 < 0.22 * em
        if letters and not joins:
            yield Word("".join(letters), x0, x1, base, em, spaced)
            letters = []
        if not char:
            space = True
            continue
        if not letters:
            spaced = space
            x0, base, em = left, line, height
            x1 = right
        letters.append(char)
        space = False
        x1 = max(x1, right)
        em = max(em, height)
    if letters:
        yield Word("".join(letters), x0, x1, base, em, spaced)


def _turned(
    left: tuple[float, float], right: tuple[float, float], line: tuple[float, float], turn: int
) -> tuple:
    """Coordinates along the reading direction, for text that is turned by quarter turns."""
    if turn == 1:
        return left[1], right[1], -line[0]
    if turn == 2:
        return -right[0], -left[0], -line[1]
    if turn == 3:
        return -right[1], -left[1], line[0]
    return left[0], right[0], line[1]


def _glyphs(text: pypdfium2.PdfTextPage) -> list[tuple]:
    """Each character as (text or "" for a space, lower corner, upper corner, origin, height, turns)."""
    from pypdfium2 import raw

    glyphs: list[tuple] = []
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        char = "-" if code in (0x02, 0xFFFE) else chr(code) if 0 < code < 0x110000 else ""
        if not char or char.isspace() or (ord(char) < 32) or 0xD800 <= code < 0xE000:
            glyphs.append(("", None, None, None, 0.0, 0))
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, ctypes.byref(box)):
            continue
        raw.FPDFText_GetCharOrigin(text, index, ctypes.byref(x), ctypes.byref(y))
        turn = round(raw.FPDFText_GetCharAngle(text, index) / (math.pi / 2)) % 4
        height = (box.right - box.left) if turn % 2 else (box.top - box.bottom)
        glyphs.append(
            (
                char,
                (box.left, box.bottom),
                (box.right, box.top),
                (x.value, y.value),
                max(height / 1.12, 1.0),
                turn,
            )
        )
    return glyphs


def _join_hyphens(pages: list[str]) -> list[str]:
    """Join words that a line end cuts, where the document itself shows how the whole word is written."""
    known = Counter(word.casefold() for text in pages for word in _WORD.findall(text))

    def join(match: re.Match[str]) -> str:
        head, mark, tail, after = match.group("head", "mark", "tail", "after")
        if mark == "\u00ad":
            return f"{head}{tail}{after}\n"
        if tail[0].isupper():
            return match.group()
        if known[(head + tail).casefold()]:
            return f"{head}{tail}{after}\n"
        if known[f"{head}-{tail}".casefold()]:
            return f"{head}-{tail}{after}\n"
        return match.group()

    return [_LINE_END.sub(join, text) for text in pages]


def _language(blocks: tuple[Block, ...]) -> str:
    sample = "".join(block.text for block in blocks)[:200_000]
    letters = sum(char.isalpha() for char in sample)
    return "zh" if letters and len(_HAN.findall(sample)) > 0.2 * letters else "en"


def _date(value: str) -> str | None:
    match = _DATE.match(value)
    if not match or not (1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31):
        return None
    return "-".join(match.groups())


def _blank_warning(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:20]) + (", …" if len(pages) > 20 else "")
    noun = "Page" if len(pages) == 1 else "Pages"
    verb = "has" if len(pages) == 1 else "have"
    return f"{noun} {shown} {verb} no text layer and could not be read."
