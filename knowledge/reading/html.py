"""Web pages: the main text without menus, scripts and hidden text, with title, date and author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from knowledge.reading.errors import NoText
from knowledge.reading.language import detect_language
from knowledge.reading.rows import ROWS_PER_BLOCK, join_cells
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits
from knowledge.reading.text import BLOCK_CHARACTERS, clean, decode, iso_date
from knowledge.reading.unseen import remove_unseen

if TYPE_CHECKING:
    from lxml.etree import _Element
    from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Pages beyond this many characters are read whole; telling text from menus takes too long there.
LARGEST_FOR_MAIN_TEXT = 4_000_000

_BREAKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "details",
        "title",
        "tr",
        "table",
        "tbody",
        "thead",
        "ul",
    ]
)


class _Line(NamedTuple):
    text: str
    table: int  # 0 for running text, else the number of the table


def read_html(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """The main text of a page; ``line`` in a locator counts the lines of the text as read, not of the source.

    Raises NoText where nothing is shown without running scripts.
    """
    from selectolax.lexbor import LexborHTMLParser

    source, _ = decode(data)
    tree = LexborHTMLParser(_declared(data, source))
    stated = _stated(tree)
    hidden = remove_unseen(tree)
    warnings = [f"{hidden} hidden stretches of the page were left out."] if hidden else []
    lines, found = _main_text(tree.html or "", warnings)
    everything = list(_shown(tree))
    if _length(lines) < 200 and _length(everything) > 3 * _length(lines):
        lines = everything
    if not lines:
        raise NoText(
            "The page shows no text without running its scripts; save it as PDF from a browser and send that."
        )
    text = "\n".join(line.text for line in lines)
    return ReadDocument(
        tuple(_blocks(lines)),
        found.get("title") or stated.get("title"),
        detect_language(text),
        "text/html",
        published=stated.get("published") or found.get("published"),
        author=stated.get("author") or found.get("author"),
        warnings=tuple(warnings),
    )


def _declared(data: bytes, source: str) -> str:
    """The text in the encoding that the page itself declares, where that is valid and differs from what was found."""
    import codecs
    import re

    match = re.search(rb"<meta[^>]{0,200}charset=[\"']?\s*([A-Za-z0-9_-]{3,20})", data[:4_096], re.I)
    if not match:
        return source
    name = match[1].decode("ascii").lower()
    try:
        encoding = codecs.lookup({"gb2312": "gb18030", "gbk": "gb18030"}.get(name, name))
        return clean(encoding.decode(data)[0])
    except (LookupError, ValueError, TypeError):
        return source


def _stated(tree: LexborHTMLParser) -> dict[str, str]:
    """Title, date and author as the head of the page states them."""
    said: dict[str, str] = {}
    for node in tree.css("meta"):
        name = (
            node.attributes.get("property")
            or node.attributes.get("name")
            or node.attributes.get("itemprop")
            or ""
        ).lower()
        content = " ".join((node.attributes.get("content") or "").split())
        if content:
            said.setdefault(name, content)
    title = tree.css_first("head title") or tree.css_first("h1")
    date = next(
        (
            said[key]
            for key in (
                "article:published_time",
                "datepublished",
                "publishdate",
                "pubdate",
                "date",
                "dc.date",
            )
            if key in said
        ),
        None,
    )
    named = tree.css_first("time[pubdate], time[itemprop=datePublished]")
    found = {
        "title": said.get("og:title") or (" ".join((title.text() or "").split()) if title else ""),
        "author": said.get("author") or "",
        "published": iso_date(date or (named.attributes.get("datetime") if named else None)) or "",
    }
    return {key: value for key, value in found.items() if value}


def _main_text(html: str, warnings: list[str]) -> tuple[list[_Line], dict[str, str]]:
    """What trafilatura takes for the main text, and what it knows of title, date and author; nothing if it fails."""
    if len(html) > LARGEST_FOR_MAIN_TEXT:
        return [], {}
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        warnings.append(
            f"The page was read with its menus, because a library is missing ({error.name or 'lxml_html_clean'})."
        )
        return [], {}
    try:
        found = bare_extraction(
            html,
            include_comments=False,
            include_tables=True,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return [], {}
    if found is None or isinstance(found, dict) or found.body is None:
        return [], {}
    known = {"title": found.title, "author": found.author, "published": iso_date(found.date)}
    return list(_extracted(found.body)), {key: value for key, value in known.items() if value}


def _extracted(body: _Element) -> Iterator[_Line]:
    tables = 0
    for element in body:
        if element.tag == "table":
            tables += 1
            for row in element.iter("row"):
                line = join_cells(clean("".join(cell.itertext())) for cell in row.iter("cell"))
                if line:
                    yield _Line(line, tables)
        elif element.tag == "list":
            yield from (
                _Line(line, 0) for item in element.iter("item") if (line := _flat("".join(item.itertext())))
            )
        else:
            for line in "".join(_with_breaks(element)).split("\n"):
                if _flat(line):
                    yield _Line(_flat(line), 0)
        if element.tail and element.tail.strip():
            yield _Line(_flat(element.tail), 0)


def _with_breaks(element: _Element) -> Iterator[str]:
    for node in element.iter():
        if node.tag == "lb":
            yield "\n"
        elif isinstance(node.tag, str):
            yield node.text or ""
        if node is not element:
            yield node.tail or ""


def _flat(text: str) -> str:
    return " ".join(clean(text).split())


def _shown(tree: LexborHTMLParser) -> Iterator[_Line]:
    """All shown text of the body, a line for each block of the page and for each row of a table."""
    if tree.body is None:
        return
    held: list[str] = []
    tables = 0
    for node in tree.body.traverse(include_text=True):
        if node.tag == "-text":
            row = _row_of(node)
            if row is None:
                held.append(node.text(deep=False) or "")
            continue
        if node.tag not in _BREAKS:
            continue
        if line := _flat("".join(held)):
            yield _Line(line, 0)
        held = []
        if node.tag == "table":
            tables += 1
        if node.tag == "tr" and (line := join_cells(_cells(node))):
            yield _Line(line, max(tables, 1))
    if line := _flat("".join(held)):
        yield _Line(line, 0)


def _row_of(node: LexborNode) -> LexborNode | None:
    """The innermost row around a text, looked for a few steps up; layout tables nest deeper and are read as text."""
    at = node.parent
    for _ in range(12):
        if at is None:
            return None
        if at.tag == "tr":
            return at if not at.css("table") else None
        at = at.parent
    return None


def _cells(row: LexborNode) -> list[str]:
    if row.css("table"):
        return []
    return [_flat(cell.text(deep=True, separator=" ")) for cell in row.css("td, th")]


def _length(lines: list[_Line]) -> int:
    return sum(len(line.text) for line in lines)


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    """Running text and tables as blocks of their own, the head of a long table repeated."""
    start = 0
    while start < len(lines):
        table = lines[start].table
        end, length = start + 1, len(lines[start].text)
        while end < len(lines) and lines[end].table == table and length < BLOCK_CHARACTERS:
            if table and end - start > ROWS_PER_BLOCK:
                break
            length += len(lines[end].text)
            end += 1
        held = [line.text for line in lines[start:end]]
        if table and start and lines[start - 1].table == table:
            head = next(line.text for line in lines if line.table == table)
            held.insert(0, head)
        yield Block("\n".join(held), {"line": start + 1}, "table" if table else "text")
        start = end
