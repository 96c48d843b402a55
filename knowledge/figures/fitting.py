"""Whether a row and a column of a table are the ones asked for (行列匹配): item, restrictions, adjusted or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from knowledge.figures.filings import PlacedTable
from knowledge.figures.grid import Column, ColumnKind, Row, Table
from knowledge.figures.items import Item, Lexicon, normal
from knowledge.figures.questions import FigureQuery

ADJUSTED = re.compile(
    r"\badjusted\b|non[- ]?gaap|pro\s+forma|constant\s+currency|excluding|调整后|经调整", re.IGNORECASE
)
OUTLOOK = re.compile(r"\bguidance\b|\boutlook\b|\bforecast|\btarget\b|指引|展望|预测", re.IGNORECASE)
_PRIMARY = re.compile(
    r"(?:consolidated|condensed|group)\s+(?:\w+\s+)?(?:statements?|balance\s+sheets?)|^statements?\s+of|"
    r"\bincome\s+statement\b|balance\s+sheets?|statements?\s+of\s+(?:income|operations|earnings|cash\s+flows|financial\s+position)|"
    r"利润表|资产负债表|现金流量表|损益表",
    re.IGNORECASE,
)
_KINDS = {
    "income": re.compile(
        r"statements?\s+of\s+(?:\w+\s+)?(?:income|operations|earnings|profit)|income\s+statement|利润表|损益", re.I
    ),
    "balance": re.compile(r"balance\s+sheet|financial\s+position|资产负债表", re.I),
    "cash": re.compile(r"cash\s+flow|现金流量表", re.I),
}  # fmt: skip
_OTHER_ENTITY = re.compile(
    r"obligor|guarantor|parent\s+company|discontinued\s+operations|held\s+for\s+sale|unconsolidated|equity[- ]method|"
    r"joint\s+venture|purchase\s+price|母公司",
    re.IGNORECASE,
)
_NOT_PRIMARY = re.compile(
    r"notes?\s+to\b|reconciliation|comprehensive|changes\s+in|parent\s+company|equity\s*$", re.IGNORECASE
)
_PLAIN = frozenset((
    "total", "consolidated", "worldwide", "reported", "actual", "gaap", "amount", "amounts", "value",
    "carrying", "group", "company", "as", "audited", "unaudited", "合计", "合并", "本集团",
))  # fmt: skip
_FILLERS = frozenset((
    "total", "net", "the", "of", "and", "segment", "segments", "family", "business", "products",
    "product", "sales", "revenue", "revenues", "direct", "alliance", "external", "customers", "from",
    "by", "group", "portfolio", "operations", "%", "change", "line",
))  # fmt: skip


def is_primary(table: Table) -> bool:
    """Whether a table is one of the consolidated statements."""
    title = table.title[-160:]
    return bool(_PRIMARY.search(title)) and not _NOT_PRIMARY.search(title)


def kind_fits(item: Item, table: Table) -> bool:
    """Whether the statement is the one that the item belongs in."""
    kind = "income" if item.kind == "share" else item.kind
    return kind in _KINDS and bool(_KINDS[kind].search(table.title[-160:]))


def covers(text: str, ways: tuple[str, ...]) -> bool:
    """Whether a text has one of the ways of saying a restriction, as whole words."""
    name = f" {normal(text)} "
    return any(f" {normal(way)} " in name or (way and not way.isascii() and way in text) for way in ways)


def fits(
    query: FigureQuery, item: Item, placed: PlacedTable, row: Row, column: Column, lexicon: Lexicon
) -> float | None:
    """How well a cell is what the query asks (up to 1), or None where it is something else."""
    table = placed.table
    if column.kind is not ColumnKind.VALUE and not (
        item.kind == "rate" and column.kind is ColumnKind.PERCENT
    ):
        return None
    surroundings = f"{table.title[-160:]} {placed.scope}"
    if OUTLOOK.search(f"{surroundings} {' '.join(column.path)}") and not query.outlook:
        return None
    if _OTHER_ENTITY.search(f"{surroundings} {table.lead} {' '.join(row.parents)}"):
        return None
    own = f"{row.label} {' '.join(row.parents)} {' '.join(column.path)}"
    adjusted_item = item.key in ("eps_adjusted", "adjusted_income", "ebit", "ebitda", "free_cash_flow")
    if bool(ADJUSTED.search(own)) != query.adjusted and not adjusted_item:
        return None
    label = ADJUSTED.sub(" ", row.label) if query.adjusted and not adjusted_item else row.label
    if normal(label) == "sales" and not is_primary(table) and not _has_result(table):
        return None  # sales of investments, of assets
    qualities = dict(lexicon.of_label(label, row.parents))
    open_ways = list(query.qualifiers)
    if item.key in qualities:
        quality = qualities[item.key]
        if open_ways:
            context = f"{' '.join(column.path)} {placed.scope} {' '.join(row.parents)}"
            open_ways = [ways for ways in open_ways if not covers(context, ways)]
            if open_ways:
                return None
        elif placed.scope:
            return None
        if not _column_is_plain(_own(placed.table, column, query), query):
            return None
        if placed.scope and not any(covers(placed.scope, ways) for ways in query.qualifiers):
            return None
        return quality
    if not query.qualifiers:
        return None
    if _total_of_column(query, item, placed, row, column):
        return 0.85
    return _part(query, item, placed, row, column, lexicon)


def _has_result(table: Table) -> bool:
    """Whether a table goes on from sales to costs or profit."""
    return any(
        re.search(r"cost|profit|income|margin|earnings|成本|利润", row.label, re.I) for row in table.rows
    )


def _total_of_column(query: FigureQuery, item: Item, placed: PlacedTable, row: Row, column: Column) -> bool:
    """A total whose further words are those of the table's own title, in the column that is asked for.

    “Total international revenues” in a table of international revenues by region is the total of each region.
    """
    title = set(normal(f"{placed.table.title} {' '.join(column.path)}").split())
    words = set(normal(row.label).split())
    own = max(
        (set(normal(label).split()) for label in item.labels if covers(row.label, (label,))),
        key=len,
        default=None,
    )
    extra = words - own - _FILLERS if own else words
    return (
        own is not None
        and bool(re.match(r"total\b|合计|总计", row.label, re.IGNORECASE))
        and extra <= title
        and all(covers(column.words, ways) for ways in query.qualifiers)
        and _column_is_plain(_own(placed.table, column, query), query, item)
    )


def _own(table: Table, column: Column, query: FigureQuery) -> Column:
    """The column with its own words alone, where those and not a heading over all columns are what is asked for."""
    others = [set(other.words.split()) for other in table.columns if other.kind is ColumnKind.VALUE]
    shared = set.intersection(*others) if len(others) > 1 else set()
    own = " ".join(word for word in column.words.split() if word not in shared)
    told = any(covers(own, ways) for ways in query.qualifiers)
    return replace(column, words=own) if own and told else column


def is_plain(query: FigureQuery, placed: PlacedTable, row: Row, column: Column) -> bool:
    """Whether a cell is a value of the whole company: no change, outlook, other entity, segment or adjustment."""
    about = f"{placed.table.title[-160:]} {placed.table.lead} {' '.join(row.parents)} {' '.join(column.path)}"
    return (
        column.kind is ColumnKind.VALUE
        and not placed.scope
        and not OUTLOOK.search(about)
        and not _OTHER_ENTITY.search(about)
        and bool(ADJUSTED.search(f"{row.label} {' '.join(column.path)}")) == query.adjusted
        and not re.search(r"\bchanges?\s+in\b", " ".join(row.parents), re.IGNORECASE)
        and _column_is_plain(column, query)
    )


def _part(
    query: FigureQuery, item: Item, placed: PlacedTable, row: Row, column: Column, lexicon: Lexicon
) -> float | None:
    """A row named after a segment, product or region, in a table that is about the item."""
    in_label = [ways for ways in query.qualifiers if covers(row.label, ways)]
    if not in_label:
        return None
    rest = [ways for ways in query.qualifiers if ways not in in_label]
    context = f"{' '.join(column.path)} {placed.scope} {' '.join(row.parents)}"
    if any(not covers(context, ways) for ways in rest):
        return None
    if not only_fillers(row.label, query, item):
        return None
    if not _column_is_plain(_own(placed.table, column, query), query, item):
        return None
    if placed.scope and not any(covers(placed.scope, ways) for ways in query.qualifiers):
        return None
    return 0.85 if _about(item, placed.table, row, column, lexicon) else None


def only_fillers(label: str, query: FigureQuery, item: Item) -> bool:
    """Whether a label has no word beside the restrictions of the question, the item and small words."""
    words = set(normal(label).split())
    for ways in query.qualifiers:
        for way in ways:
            words -= set(normal(way).split()) if covers(label, (way,)) else set()
    for own in item.labels:
        words -= set(normal(own).split()) if covers(label, (own,)) else set()
    return not words - _FILLERS


def _about(item: Item, table: Table, row: Row, column: Column, lexicon: Lexicon) -> bool:
    """Whether the table says that the row's figures are of this item: by its own words, nearest first, or by a sum."""
    for text in (row.label, column.words, *reversed(row.parents)):
        named = [found.key for _, _, found in lexicon.in_question(text)]
        if named:
            return item.key in named
    if _closed_by(item, table, row, column, lexicon):
        return True
    for text in (table.title.split(" · ")[-1], table.title, table.lead):
        named = [found.key for _, _, found in lexicon.in_question(text)]
        if named:
            return named[0] == item.key
    return False


def _closed_by(item: Item, table: Table, row: Row, column: Column, lexicon: Lexicon) -> bool:
    """Whether rows from above this one down to a total of the item add up to that total."""
    index = table.rows.index(row)
    values: list[Decimal | None] = [
        other.figures[column.index].value if column.index in other.figures else None for other in table.rows
    ]
    for end in range(index + 1, min(index + 25, len(table.rows))):
        if item.key not in dict(lexicon.of_label(table.rows[end].label, table.rows[end].parents)):
            continue
        total = values[end]
        for start in range(index, max(index - 25, -1), -1):
            parts = [value for value in values[start:end] if value is not None]
            if len(parts) > 1 and total is not None and abs(sum(parts) - total) <= max(1, len(parts) // 3):
                return True
        return False
    return False


def _column_is_plain(column: Column, query: FigureQuery, item: Item | None = None) -> bool:
    words = set(normal(column.words).split())
    for label in item.labels if item else ():
        if covers(column.words, (label,)):
            words -= set(normal(label).split())
    for ways in query.qualifiers:
        for way in ways:
            if covers(column.words, (way,)):
                words -= set(normal(way).split())
    words -= _PLAIN | set(normal(" ".join(ADJUSTED.findall(column.words))).split())
    return not {word for word in words if len(word) > 1}


def printed_changes(table: Table, column: Column) -> Iterator[Column]:
    """The columns of change that belong to a value column: those right of it before the next later period."""
    for other in table.columns[column.index + 1 :]:
        if other.kind is ColumnKind.CHANGE:
            words = " ".join(word for word in other.words.split() if word not in column.words.split())
            text = re.sub(r"[%\s]|change|total|incr\.?|decr\.?|increase|decrease|[()/]", "", words)
            if not text:
                yield other
        elif (
            other.kind is ColumnKind.VALUE
            and other.period
            and column.period
            and (other.period.kind is not column.period.kind)
        ):
            return
