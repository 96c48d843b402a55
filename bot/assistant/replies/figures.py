"""Figures that documents print (文件中的数字): the figure, its period and its page, with the line quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, lead, quote
from bot.assistant.naming import Named
from bot.assistant.replies.measures import DERIVED, RATIOS
from bot.assistant.sources import Figure
from bot.assistant.stretches import shift_months
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording, plain
from prompts.phrasebook import Phrasebook
from store.evidence import Evidence

if TYPE_CHECKING:
    from knowledge.figures import FigureQuery

_MONTHS = {"quarter": 3, "half": 6, "nine_months": 9, "year": 12}


#: Topics whose words ask for no figure of a filing, whatever figure's name stands beside them.
_OTHER = frozenset({"news", "ledger", "gaps", "help"})
#: Topics of our own figures: a document's are looked for only when the question names an item of a statement.
_OURS = frozenset({"payments", "cases", "notes", "scores"})


def is_own(request: Request, tools: Tools, customer: Named) -> bool:
    """Whether a question asks for a figure that structured statements do not have: of a segment, of another item."""
    query = _query(request, tools, customer)
    if query is None or request.topic in _OURS:
        return False
    if query.cited is not None and (query.items or query.noun):
        return True  # "according to its press release of …" is no question for news
    if request.topic in _OTHER or not query.items:
        return False
    from knowledge.figures import load_lexicon

    stated = load_lexicon().items[query.items[0]].statement or query.items[0] in {*RATIOS, *DERIVED}
    narrow = bool(query.qualifiers or query.soft or query.adjusted or query.outlook)
    return narrow or not stated or (request.topic != "money" and bool(query.period))


def may_answer(request: Request, tools: Tools, customer: Named) -> bool:
    """Whether a figure that a document prints can answer what the file on the customer does not."""
    query = _query(request, tools, customer)
    if query is None or request.topic in _OTHER:
        return False
    return bool(query.items) or request.topic not in _OURS


def _query(request: Request, tools: Tools, customer: Named) -> FigureQuery | None:
    from knowledge.figures import read_question

    names = (*tools.sources.directory().names_of(customer), *tools.spoken)
    return read_question(request.text, today=tools.today, names=names)


def printed(
    text: str,
    tools: Tools,
    book: Phrasebook,
    words: Wording,
    *,
    customers: Sequence[Named] = (),
    called: str | None = None,
) -> Draft | None:
    """The figures that documents print for what was asked; None when they clearly print none."""
    found = tools.figures(text, customers=customers, called=called)
    if not found:
        return None
    lines = _lines(found[0], tools, book, words)
    other = next((item for item in found[1:] if item.value != found[0].value), None)
    if other is not None:
        lines += _lines(other, tools, book, words)
    return Draft(tuple(lines))


def _lines(figure: Figure, tools: Tools, book: Phrasebook, words: Wording) -> list[Line]:
    evidence = [figure.evidence, *figure.beside]
    period = _period(figure, words)
    # A number that is not spelled so on the page (".005") is read off it, which is a step of its own.
    spelled = any(_is_spelled(figure, item) for item in evidence)
    if figure.scale != 1 or figure.calculated or period or not spelled:
        formula = figure.calculated or f"{plain(figure.printed)} × {figure.scale}"
        formula += _ends(figure)
        unit = figure.currency or ("percent" if figure.percent else "units")
        inputs = [(figure.label, item, plain(figure.printed)) for item in (figure.evidence, *figure.beside)]
        customer = figure.evidence.customer
        evidence.insert(0, tools.calculate(formula, inputs, plain(figure.value), unit, customer=customer))
    title = figure.evidence.title
    document = words.title(title) if title else figure.evidence.source
    values = {"label": figure.label, "value": _shown(figure, words), "document": document}
    key = "answers.figure.dated" if period else "answers.figure.undated"
    if period:
        values["period"] = period
    said = lead(book.say(key, **values), *evidence)
    return [
        said,
        *(
            quote(item.quote, item, after=place(item, book, words))
            for item in (figure.evidence, *figure.beside)
        ),
    ]


def _is_spelled(figure: Figure, item: Evidence) -> bool:
    number = f"{abs(figure.printed):f}"
    return bool(re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", item.quote.replace(",", "")))


def _shown(figure: Figure, words: Wording) -> str:
    if figure.percent:
        return words.percent(figure.value)
    if figure.currency and len(figure.currency) == 3:
        return words.money(figure.value, figure.currency)
    return words.number(figure.value)


def _ends(figure: Figure) -> str:
    """The period that the document's column or sentence stands under, as part of what is calculated."""
    period = figure.period
    if period is None:
        return ""
    ends = [day.isoformat() for day in (period.start, period.end) if day is not None]
    return f" [{period.label()}{'; ' + '..'.join(ends) if ends else ''}]"


def _period(figure: Figure, words: Wording) -> str:
    """The figure's period in words: its own dates where the document has them, else its name."""
    period = figure.period
    if period is None:
        return ""
    if period.end is not None:
        months = _MONTHS.get(str(period.kind))
        if months is None:
            return words.date(period.end)
        first = period.start or shift_months(period.end + timedelta(days=1), -months)
        return words.ended(first, period.end, months)
    return period.label()


def place(item: Evidence, book: Phrasebook, words: Wording) -> str:
    """Where a passage stands: title, page, source and date."""
    parts = [words.title(item.title) if item.title else item.source]
    for key in ("page", "sheet", "row", "line"):
        value = item.locator.get(key)
        if value is not None and not (key == "line" and value == 1):
            parts.append(book.say(f"answers.place.{key}", value=str(value)))
    if item.title and item.source != item.title:
        parts.append(item.source)
    if item.date:
        parts.append(words.date(item.date))
    return book["wording.list.comma"].join(parts)
