"""Plain text and Markdown: bytes in whatever encoding to clean lines, and lines to blocks."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

from knowledge.reading.errors import UnknownFormat
from knowledge.reading.language import detect_language
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits

#: A block of running text ends at the first paragraph past this many characters, so that its line says where.
BLOCK_CHARACTERS = 4_000
#: A Markdown heading starts a new block only when the block before it has grown to this many characters.
SECTION_CHARACTERS = 300

# What a reader cannot see must not become text: control characters, zero-width and direction marks, tag characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平"
    "形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题程"
    "展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做"
    "必战先回则任取据处司市场股份有限公司银行年月日，。、：；“”（）《》报告企业控信贷"
    "這個為國來時們會對發動過說產種後學經進電裡現實點從業開還與關數間體應區處東風險營業務報證券銀資財團興華灣億萬"
)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)", re.S)
_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t#]*$")


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding, unseen characters taken out and every line ended by ``\\n``.

    A byte order mark decides; then UTF-8 where it is valid; then UTF-16 by its zero bytes; then GB 18030, Big5 and
    the rest by what gives common characters. Raises UnknownFormat where the bytes are no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return clean(data.decode(encoding, errors="replace")), encoding
    wide = _wide(data)
    if wide:
        return clean(data.decode(wide, errors="replace")), wide
    head = data[:65_536]
    if sum(head.count(bytes([code])) for code in (*range(9), *range(14, 27))) > max(4, 0.02 * len(head)):
        raise UnknownFormat(
            "This file is neither a document nor text; send it as PDF, Word, Excel, CSV, HTML, e-mail or text."
        )
    try:
        return clean(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _guess(data)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: Latin letters, digits and line ends leave zeros on one side only."""
    head = data[:4_096]
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0) / len(head), head[1::2].count(0) / len(head)
    if odd > 0.05 and odd > 8 * even:
        return "utf-16-le"
    if even > 0.05 and even > 8 * odd:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> tuple[str, str]:
    """An eight-bit or two-byte encoding, or UTF-8 with a few damaged bytes."""
    lenient = data.decode("utf-8", errors="replace")
    beyond = sum(character > "\x7f" for character in lenient[:200_000])
    if lenient.count("\ufffd") <= 0.05 * beyond:
        return clean(lenient), "utf-8"
    sample = data[:200_000]
    best: tuple[float, str] = (0.0, "")
    for encoding in ("gb18030", "big5"):
        decoded = sample.decode(encoding, errors="replace")
        foreign = [character for character in decoded if character > "\x7f"]
        if not foreign or foreign.count("\ufffd") > 0.02 * len(foreign) + 1:
            continue
        share = sum(character in _COMMON for character in foreign) / len(foreign)
        best = max(best, (share, encoding))
    if best[0] < 0.25 and _short_gb(sample):
        best = (1.0, "gb18030")
    if best[0] < 0.25:
        import charset_normalizer

        match = charset_normalizer.from_bytes(sample).best()
        best = (1.0, match.encoding) if match else (best if best[0] > 0.1 else (0.0, "cp1252"))
    return clean(data.decode(best[1], errors="replace")), best[1]


def _short_gb(sample: bytes) -> bool:
    """Whether a few characters are valid GB 2312: too few to count common ones, and most often Chinese here."""
    foreign = sum(code > 0x7F for code in sample)
    if foreign > 120:
        return False
    try:
        sample.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def clean(text: str) -> str:
    """Line ends as ``\\n``, other blanks as spaces, and no character that a reader cannot see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNSEEN.sub("", re.sub("[\x0b\x0c\x85\u00a0]", " ", text))


def read_text(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """Plain text, in blocks of whole paragraphs; the title is left to the caller, who knows the file's name."""
    text, encoding = decode(data)
    blocks = tuple(line_blocks(text.split("\n"), first_line=1))
    return ReadDocument(blocks, None, detect_language(text), "text/plain", warnings=_damage(text, encoding))


def read_markdown(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """Markdown, in blocks that begin at headings; front matter gives title, author and date."""
    text, encoding = decode(data)
    front = _FRONT_MATTER.match(text)
    stated = _front_matter(front.group(1) or "") if front else {}
    skipped = front.group().count("\n") if front else 0
    lines = text.split("\n")[skipped:]
    headings = (match.group(1) for match in map(_HEADING.match, lines) if match)
    return ReadDocument(
        tuple(line_blocks(lines, first_line=1 + skipped, headings=True)),
        stated.get("title") or next(headings, None),
        detect_language(text),
        "text/markdown",
        published=iso_date(stated.get("date") or stated.get("published")),
        author=stated.get("author"),
        warnings=_damage(text, encoding),
    )


def line_blocks(lines: Sequence[str], *, first_line: int, headings: bool = False) -> Iterator[Block]:
    """Blocks of whole lines with the lines' own breaks kept, so that the line of any offset can be counted."""
    held: list[str] = []
    start = first_line
    length = 0
    for number, line in enumerate([*lines, None], first_line):
        at_heading = headings and line is not None and length >= SECTION_CHARACTERS and _HEADING.match(line)
        full = length >= BLOCK_CHARACTERS and (not line or not line.strip() or length >= 2 * BLOCK_CHARACTERS)
        if held and (line is None or at_heading or full):
            text = "\n".join(held).rstrip()
            if text:
                yield Block(text, {"line": start})
            held, length = [], 0
        if line is None or (not held and not line.strip()):
            continue
        if not held:
            start = number
        held.append(line.rstrip())
        length += len(line) + 1


def iso_date(said: str | None) -> str | None:
    """The ISO day at the start of what a document's metadata say, if there is a real one."""
    from datetime import date

    match = re.match(r"\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", said or "")
    if not match:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def _front_matter(text: str) -> dict[str, str]:
    pairs = (
        line.split(":", 1)
        for line in text.split("\n")
        if ":" in line and not line.startswith((" ", "\t", "#"))
    )
    return {key.strip().lower(): value.strip().strip("\"'") for key, value in pairs}


def _damage(text: str, encoding: str) -> tuple[str, ...]:
    count = text.count("\ufffd")
    if not count:
        return ()
    return (
        f"{count} characters could not be read as {encoding} and are shown as \ufffd; send the file as UTF-8.",
    )
