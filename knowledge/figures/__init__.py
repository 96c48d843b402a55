"""Figures (财务数字): what value a filing prints for a line item and a period, with the printed line as evidence.

``read_question`` makes a :class:`FigureQuery` of free words, ``find_figures`` looks it up in page texts. Pure
functions without a model; where a document does not clearly print the figure, there is none.
"""

from __future__ import annotations

from knowledge.figures.amounts import Figure, read_figure, scan_figures
from knowledge.figures.filings import Filing, PageText, read_filings
from knowledge.figures.finder import FoundFigure, find_figures
from knowledge.figures.grid import Table
from knowledge.figures.items import Item, Lexicon, load_lexicon
from knowledge.figures.periods import Period, PeriodKind, read_period
from knowledge.figures.questions import FigureQuery, Want, read_question
from knowledge.figures.tables import read_tables

__all__ = [
    "Figure",
    "FigureQuery",
    "Filing",
    "FoundFigure",
    "Item",
    "Lexicon",
    "PageText",
    "Period",
    "PeriodKind",
    "Table",
    "Want",
    "find_figures",
    "load_lexicon",
    "read_figure",
    "read_filings",
    "read_period",
    "read_question",
    "read_tables",
    "scan_figures",
]
