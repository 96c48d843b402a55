"""The figure that a document prints for an item and a period (查数): from statements first, then from
sentences.

Nothing is better than something wrong: where the period is not printed, where two places disagree, or where a
restriction of the question is not met, there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.figures import stated
from knowledge.figures.cells import Cell, FoundFigure, agree, best_cell, found_in, latest, period_fits, wish
from knowledge.figures.counts import find_count, find_share_of_count
from knowledge.figures.derived import change, from_hit, part, ratio, share
from knowledge.figures.filings import Filing, PageText, read_filings
from knowledge.figures.fitting import covers, is_plain, is_primary
from knowledge.figures.items import Item, Lexicon, load_lexicon
from knowledge.figures.movements import find_balance, find_row_count
from knowledge.figures.noted import find_dividend, find_noted
from knowledge.figures.periods import Period, PeriodKind, find_dates, near
from knowledge.figures.questions import FigureQuery, Want, content_words
from knowledge.figures.sentences import find_in_sentences

#: A document may be dated some days after what it reports.
_CITED_DAYS = 4


def find_figures(
    query: FigureQuery, pages: Sequence[PageText] | Sequence[Filing], *, lexicon: Lexicon | None = None
) -> list[FoundFigure]:
    """The figures that answer a question, best first; empty where no document clearly prints one.

    ``pages`` are page texts, or filings read before with :func:`~knowledge.figures.filings.read_filings`.
    """
    lexicon = lexicon or load_lexicon()
    filings = [entry for entry in pages if isinstance(entry, Filing)]
    filings += read_filings([entry for entry in pages if isinstance(entry, PageText)])
    found = [
        _in_dollars(figure, filing)
        for filing in filings
        if (figure := _find(query, filing, lexicon)) is not None
    ]
    return sorted(found, key=lambda figure: -figure.confidence)


def _in_dollars(figure: FoundFigure, filing: Filing) -> FoundFigure:
    """A bare dollar sign is the dollar that the document is kept in."""
    if figure.currency != "USD" or filing.dollar == "USD" or "US" in figure.quote:
        return figure
    return replace(figure, currency=filing.dollar)


def _find(query: FigureQuery, filing: Filing, lexicon: Lexicon) -> FoundFigure | None:
    if query.cited is not None and not _is_of(filing, query.cited):
        return None
    asked = query
    query = _hardened(_elsewhere(query), filing)
    wished = wish(query, filing.calendar)
    item = lexicon.items[query.items[0]] if query.items else None
    if query.outlook:
        hit = (
            stated.find_guidance(query, item, wished, filing, lexicon)
            if item and query.want is Want.VALUE
            else None
        )
        hit = hit or (
            stated.find_guidance(query, item, wished, filing, lexicon)
            if item and item.kind == "ratio"
            else None
        )
        return from_hit(hit, item.labels[0], filing) if hit and item else None
    if query.want is Want.SHARE and query.noun and (item is None or item.kind == "count"):
        hit = find_share_of_count(query, wished, filing)
        return from_hit(hit, query.noun, filing) if hit else None
    if item is None:
        if query.noun:
            return _counted(query, wished, filing)
        return _literal(query, filing, lexicon) or _noted(query, asked, wished, filing)
    if item.kind == "security":
        hit = (
            stated.find_coupon(query, filing)
            if item.key == "coupon"
            else stated.find_par_value(query, filing)
        )
        return from_hit(hit, item.labels[0], filing) if hit else None
    if item.kind == "ratio":
        return ratio(query, item, wished, filing, lexicon)
    if query.want is Want.SHARE:
        return share(query, item, wished, filing, lexicon)
    cell = best_cell(query, item, wished, filing, lexicon)
    if query.want is Want.VALUE:
        if cell is not None:
            return cell.found
        said = _stated(query, item, wished, filing, lexicon)
        if said is None and not query.qualifiers:
            said = part(query, item, wished, filing, lexicon)
        said = said or find_balance(query, item, wished, filing, lexicon)
        return said or (_literal(query, filing, lexicon) if query.qualifiers else None)
    return change(query, item, cell, wished, filing, lexicon)


def _is_of(filing: Filing, day: date) -> bool:
    """Whether a document is the one of a day: its first pages give it."""
    return any(near(day, given, _CITED_DAYS) for page in filing.pages[:3] for given in find_dates(page.text))


def _elsewhere(query: FigureQuery) -> FigureQuery:
    """A figure of all places but one is only found where the document prints it so; a count can be worked out."""
    if not query.outside or not query.qualifiers or (query.noun and not query.items):
        return query
    ways: tuple[str, ...] = ("outside", "以外", "excluding", "other than")
    if len(query.qualifiers) == 1 and "united states" in query.qualifiers[0]:
        return replace(
            query, qualifiers=(("international", "outside the u s", "outside the united states", "non u s"),)
        )
    return replace(query, qualifiers=(*query.qualifiers, ways))


def _hardened(query: FigureQuery, filing: Filing) -> FigureQuery:
    """Words that stand apart restrict where a row or a column of the document is called so."""
    if query.noun and not query.items:
        said = tuple((word,) for word in query.soft if filing.has_word(word))
        return replace(query, qualifiers=(*query.qualifiers, *said), soft=())
    called = [
        word
        for word in query.soft
        if filing.has_word(word)
        and any(
            covers(row.label, (word,))
            or any(covers(column.words, (word,)) for column in placed.table.columns)
            for placed in filing.tables
            for row in placed.table.rows
        )
    ]
    return replace(query, qualifiers=(*query.qualifiers, *((word,) for word in called)))


def _literal(query: FigureQuery, filing: Filing, lexicon: Lexicon) -> FoundFigure | None:
    """A line that is in no lexicon: its label has just the words of the question, no fewer and no more."""
    if query.want is not Want.VALUE or len(query.words) < 2:
        return None
    wished = wish(query, filing.calendar)
    cells = list(_literal_cells(query, wished, filing, lexicon))
    if wished is None:
        cells = latest(cells, query, filing.calendar)
    best = max(cells, key=lambda cell: cell.found.confidence, default=None)
    if best is None or any(not agree(best.found, rival.found) for rival in cells):
        return None
    return best.found


def _literal_cells(
    query: FigureQuery, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Iterator[Cell]:
    for placed in filing.tables:
        for row in placed.table.rows:
            if content_words(row.label, lexicon) != query.words:
                continue
            for column in placed.table.columns:
                figure = row.figures.get(column.index)
                if (
                    figure is None
                    or figure.is_nil
                    or column.period is None
                    or not is_plain(query, placed, row, column)
                ):
                    continue
                item = Item(
                    row.label, "balance" if column.period.kind is PeriodKind.INSTANT else "income", ()
                )
                if wished is not None and not period_fits(
                    item, wished, column.period, filing.calendar, query
                ):
                    continue
                found = found_in(item, placed, row, column, 0.55, False, filing)
                yield Cell(found, placed, row, column, is_primary(placed.table))


def _noted(
    query: FigureQuery, asked: FigureQuery, wished: Period | None, filing: Filing
) -> FoundFigure | None:
    hit = find_noted(asked, wished, filing) if query.want is Want.VALUE else None
    return from_hit(hit, hit.because.split("“")[1].rstrip("”"), filing) if hit else None


def _counted(query: FigureQuery, wished: Period | None, filing: Filing) -> FoundFigure | None:
    hit = find_count(query, wished, filing)
    if hit is not None:
        return from_hit(hit, query.noun or "", filing)
    return find_row_count(query, wished, filing) if query.want is Want.VALUE else None


def _stated(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    if item.key == "shares_outstanding" and not query.qualifiers:
        hit = stated.find_shares_outstanding(query, wished, filing)
    elif query.noun and item.kind == "count":
        hit = find_count(query, wished, filing)
    else:
        hit = find_in_sentences(query, item, wished, filing, lexicon)
        if hit is None and item.key == "dividends_per_share":
            hit = find_dividend(query, wished, filing)
    return from_hit(hit, item.labels[0], filing) if hit else None
