"""Figures that documents print, found for an answer: which pages are read, and what becomes evidence (文件数字)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bot.assistant.sources import Figure
from store.access import Viewer

if TYPE_CHECKING:
    from knowledge.figures import FoundFigure
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
) -> list[Figure]:
    """The figures that documents clearly print for a question, best first; none when it asks for no figure."""
    from knowledge.figures import PageText as FigurePage
    from knowledge.figures import find_figures, read_question

    query = read_question(text, today=today)
    if query is None:
        return []
    documents: list[UUID] | None = None
    hits = library.search(text, viewer=viewer, customer_ids=customer_ids, k=12, known_at=known_at)
    documents = list(dict.fromkeys(hit.document_id for hit in hits))[:_DOCUMENTS]
    if not documents:
        return []
    pages = library.pages(viewer=viewer, document_ids=documents, known_at=known_at)[:limit]
    by_place: dict[tuple[str, int], PageText] = {}
    given: list[Any] = []
    for page in pages:
        number = int(page.locator.get("page") or page.ordinal + 1)
        by_place[str(page.document_id), number] = page
        given.append(FigurePage(text=page.text, page=number, document=str(page.document_id)))
    found = []
    for figure in find_figures(query, given):
        page = by_place.get((figure.document, figure.page))
        if page is not None:
            found.append(_figure(library, figure, page))
    return [item for item in found if item is not None]


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
