"""Figures that documents print, found for an answer: which pages are read, and what becomes evidence (文件数字)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bot.assistant.sources import Figure
from store.access import Viewer
from store.evidence import Evidence

if TYPE_CHECKING:
    from knowledge.figures import FigureQuery, Filing, FoundFigure
    from knowledge.library import Library, PageText

#: Documents that a search without a customer is followed into.
_DOCUMENTS = 3
#: Documents of a customer that are read for a figure, the newest first.
_OWN_DOCUMENTS = 40
#: A report names its firm on one of so many first pages.
_FIRST_PAGES = 3


def find_printed(
    library: Library,
    text: str,
    *,
    viewer: Viewer,
    customer_ids: Sequence[UUID] | None,
    today: date,
    known_at: datetime | None,
    limit: int,
    as_of: date | None = None,
    names: Sequence[str] = (),
    shelf: Filings | None = None,
) -> list[Figure]:
    """The figures that documents clearly print for a question, best first; none when it asks for no figure.

    `as_of` leaves out documents that were published after that day.
    """
    from knowledge.figures import read_question

    given = shelf or Filings()
    if customer_ids:
        query = read_question(text, today=today, names=names)
        if query is None:
            return []
        pages = library.pages(
            viewer=viewer, customer_ids=customer_ids, known_at=known_at, documents=_OWN_DOCUMENTS
        )
        return _found(library, query, _naming(_published(pages, as_of), names)[:limit], given)
    # Without a customer a name must stand for something: a product that the documents print as a row,
    # or a firm that a document is about.
    whole = read_question(text, today=today)
    firm = read_question(text, today=today, names=names)
    if not names or (whole is None and firm is None):
        return []
    hits = library.search(text, viewer=viewer, k=12, known_at=known_at)
    documents = list(dict.fromkeys(hit.document_id for hit in hits))[:_DOCUMENTS]
    if not documents:
        return []
    pages = library.pages(viewer=viewer, document_ids=documents, known_at=known_at)
    pages = _published(pages, as_of)[:limit]
    found = _found(library, whole, pages, given) if whole is not None and whole.qualifiers else []
    return found or (_found(library, firm, _naming(pages, names), given) if firm is not None else [])


def _published(pages: Sequence[PageText], day: date | None) -> list[PageText]:
    """The pages of documents that were out by a day; one without a date is taken to be."""
    return [page for page in pages if day is None or not page.published or _first(page.published) <= day]


def _first(published: str) -> date:
    from store.dates import PartialDate

    return PartialDate.parse(published).first


def _found(library: Library, query: FigureQuery, pages: Sequence[PageText], shelf: Filings) -> list[Figure]:
    """What the documents print: of the newest period where none is asked for, then by how sure it is."""
    from knowledge.figures import find_figures

    by_place = {(str(page.document_id), _number(page)): page for page in pages}
    found = find_figures(query, shelf.of(pages))
    if query.period is None:
        found = sorted(found, key=lambda figure: (_ended(figure), figure.confidence), reverse=True)
    cited = [
        _figure(library, figure, page)
        for figure in found
        if (page := by_place.get((figure.document, figure.page))) is not None
    ]
    return [item for item in cited if item is not None]


def _ended(figure: FoundFigure) -> date:
    return figure.period.end if figure.period is not None and figure.period.end is not None else date.min


def _naming(pages: Sequence[PageText], names: Sequence[str]) -> list[PageText]:
    """The pages of documents that are about a firm: its name stands in the title or on the first pages.

    A figure in another firm's report is not its own, although the report may speak of it.
    """
    from knowledge.figures.shorthand import ways_of_names

    wanted = [name.casefold() for name in ways_of_names(names) if len(name) > 1]
    first: dict[UUID, list[str]] = {}
    for page in pages:
        texts = first.setdefault(page.document_id, [page.title])
        if len(texts) < _FIRST_PAGES + 1:
            texts.append(page.text)
    about = {
        document
        for document, texts in first.items()
        if any(name in text.casefold() for text in texts for name in wanted)
    }
    return [page for page in pages if page.document_id in about]


class Filings:
    """Documents that were read for their figures, kept for the next question; the same text is read once."""

    def __init__(self, size: int = 64) -> None:
        self._size = size
        self._kept: dict[tuple[str, int], list[Filing]] = {}

    def of(self, pages: Sequence[PageText]) -> list[Filing]:
        """The filings of these pages; what a document says does not depend on who reads it."""
        from knowledge.figures import PageText as FigurePage
        from knowledge.figures import read_filings

        by_document: dict[tuple[str, UUID], list[PageText]] = {}
        for page in pages:
            by_document.setdefault((page.sha256, page.document_id), []).append(page)
        found: list[Filing] = []
        for (sha256, document), own in by_document.items():
            key = (f"{sha256}-{document}", len(own))
            if key not in self._kept:
                given = [
                    FigurePage(text=page.text, page=_number(page), document=str(document)) for page in own
                ]
                self._kept[key] = read_filings(given)
                while len(self._kept) > self._size:
                    self._kept.pop(next(iter(self._kept)))
            found += self._kept[key]
        return found


def _number(page: PageText) -> int:
    return int(page.locator.get("page") or page.ordinal + 1)


def _figure(library: Library, found: FoundFigure, page: PageText) -> Figure | None:
    quote, currency = _with_note(found, page)
    evidence, *beside = _cited(library, quote, page) or [None]
    if evidence is None:
        return None
    return Figure(
        evidence=evidence,
        label=_bare(found.label),
        value=found.value * found.scale,
        currency=currency,
        percent=found.is_percent,
        period=found.period,
        printed=found.value,
        scale=found.scale,
        calculated=found.because if found.calculated else None,
        beside=tuple(beside),
    )


#: The note over a table that says in what it counts: "In million US dollars", "All figures in thousand euros".
_NOTE = re.compile(
    r"^[^\n|]{0,40}?\bin\s+(?:(?P<before>[a-z]{3})\s+)?(?:thousands?|millions?|billions?)"
    r"(?:\s+(?:of\s+)?(?P<after>(?:[a-z]+\s+){0,2}?(?:dollars?|euros?|pounds?(?:\s+sterling)?|yuan|renminbi|rmb|francs?"
    r"|yen|[a-z]{3})))?\b[^\n|]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
_SPELLED = {
    "us dollars": "USD", "us dollar": "USD", "hong kong dollars": "HKD", "singapore dollars": "SGD", "euros": "EUR",
    "euro": "EUR", "pounds sterling": "GBP", "pounds": "GBP", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY",
    "swiss francs": "CHF", "yen": "JPY",
}  # fmt: skip
#: A quotation that begins with the note is at most so long.
_NOTED = 600


def _with_note(found: FoundFigure, page: PageText) -> tuple[str, str | None]:
    """The figure's quotation and currency: where only a note above its table names the currency, both together."""
    place = page.text.find(found.quote)
    if found.currency or found.is_percent or found.scale == 1 or found.calculated or place < 0:
        return found.quote, found.currency
    notes = list(_NOTE.finditer(page.text, 0, place))
    if not notes or page.text.find("\n#", notes[-1].end(), place) >= 0:
        return found.quote, None
    said = " ".join((notes[-1]["before"] or notes[-1]["after"] or "").split())
    currency = _SPELLED.get(said.lower()) or (said if len(said) == 3 and said.isupper() else None)
    whole = page.text[notes[-1].start() : place + len(found.quote)]
    return (whole if currency and len(whole) <= _NOTED else found.quote), currency


def _bare(label: str) -> str:
    """The name of a row without the rule of the table that it stands in."""
    return label.strip("| ") or label


def _cited(library: Library, quote: str, page: PageText) -> list[Evidence]:
    """The lines as one stretch of the page, or as the stretches that they are put together from."""
    lines = [line for line in quote.split("\n") if line.strip()]
    found: list[Evidence] = []
    while lines:
        for size in range(len(lines), 0, -1):
            try:
                found.append(library.cite(page, "\n".join(lines[:size])))
            except ValueError:
                continue
            lines = lines[size:]
            break
        else:
            return []
    return found
