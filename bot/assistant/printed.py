"""Figures that documents print, found for an answer: which pages are read, and what becomes evidence (文件数字)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bot.assistant.sources import Figure
from store.access import Viewer

if TYPE_CHECKING:
    from knowledge.figures import Filing, FoundFigure
    from knowledge.library import Library, PageText

#: Documents that a search without a customer is followed into.
_DOCUMENTS = 3


def find_printed(
    library: Library,
    text: str,
    *,
    viewer: Viewer,
    customer_ids: Sequence[UUID] | None,
    today: date,
    known_at: datetime | None,
    limit: int,
    names: Sequence[str] = (),
    shelf: Filings | None = None,
) -> list[Figure]:
    """The figures that documents clearly print for a question, best first; none when it asks for no figure."""
    from knowledge.figures import find_figures, read_question

    query = read_question(text, today=today, names=names)
    if query is None:
        return []
    hits = library.search(text, viewer=viewer, customer_ids=customer_ids, k=12, known_at=known_at)
    documents = list(dict.fromkeys(hit.document_id for hit in hits))[:_DOCUMENTS]
    if documents:
        pages = library.pages(viewer=viewer, document_ids=documents, known_at=known_at)
    elif customer_ids:
        # A question in Chinese shares no word with a filing in English: the newest are read.
        pages = library.pages(
            viewer=viewer, customer_ids=customer_ids, known_at=known_at, documents=_DOCUMENTS
        )
    else:
        pages = []
    if not customer_ids:
        pages = _about(pages, names)
    pages = pages[:limit]
    by_place = {(str(page.document_id), _number(page)): page for page in pages}
    given = (shelf or Filings()).of(pages)
    found = []
    for figure in find_figures(query, given):
        page = by_place.get((figure.document, figure.page))
        if page is not None:
            found.append(_figure(library, figure, page))
    return [item for item in found if item is not None]


def _about(pages: Sequence[PageText], names: Sequence[str]) -> list[PageText]:
    """The pages of documents that name a firm; a figure of an unnamed firm is nobody's."""
    wanted = [name.casefold() for name in names if len(name) > 1]
    naming = {
        page.document_id
        for page in pages
        if any(name in page.text.casefold() or name in page.title.casefold() for name in wanted)
    }
    return [page for page in pages if page.document_id in naming]


class Filings:
    """Documents that were read for their figures, kept for the next question; the same text is read once."""

    def __init__(self, size: int = 24) -> None:
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
    try:
        evidence = library.cite(page, found.quote)
    except ValueError:  # a quote that was put together from two places is no quote
        return None
    return Figure(
        evidence=evidence,
        label=found.label,
        value=found.value * found.scale,
        currency=found.currency,
        percent=found.is_percent,
        period=found.period,
        printed=found.value,
        scale=found.scale,
        calculated=found.because if found.calculated else None,
    )
