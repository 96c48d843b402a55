"""Customers side by side (对照): the same measures of each, and who pays faster where that is asked."""

from __future__ import annotations

from decimal import Decimal

from bot.assistant.draft import Draft, Line, columns, heading, lead
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.citing import Citing
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.evaluate import Row, evaluate
from bot.assistant.portfolio.measures import aggregates_of
from bot.assistant.portfolio.query import Query, Term
from bot.assistant.portfolio.readings import Reading, Setting, Unknown
from bot.assistant.standards import Standards
from bot.assistant.table import Table, TableColumn, TableRow
from bot.assistant.tools import Tools
from store.access import Permission
from store.dates import PartialDate
from store.evidence import Evidence

#: What is compared when nothing is named.
USUAL = (
    *(Term("place"), Term("industry"), Term("stage"), Term("founded"), Term("registered_capital")),
    *(Term("item", "revenue"), Term("item", "net_income"), Term("item", "debt_ratio")),
    *(Term("days_late"), Term("on_time"), Term("overdue"), Term("open")),
    *(Term("records", "litigation"), Term("records", "penalty"), Term("cases", "complaint+open")),
    *(Term("beneficial_owner"), Term("score")),
)


def compare(
    query: Query, tools: Tools, words: Describing, standards: Standards, day: PartialDate | None
) -> Draft:
    """A table with a column a customer; whoever may not be seen has none."""
    faster = "faster" in query.aspects
    terms = query.measures or ((Term("days_late"), Term("on_time"), Term("overdue")) if faster else USUAL)
    wanted = [card for card in tools.portfolio((), as_of=day) if card.code in query.codes]
    among = [card.id for card in wanted]
    plain = Query(measures=tuple(terms))
    read = tools.portfolio(sorted(aggregates_of(terms)), as_of=day, among=among)
    rows = sorted(
        evaluate(plain, read, Setting(words.day, standards)).rows,
        key=lambda row: query.codes.index(row.card.code),
    )
    cite = Citing(tools)
    names = [words.say("name_cell", name=row.card.profile.legal_name, code=row.card.code) for row in rows]
    lines: list[Line] = []
    if faster and len(rows) == 2:
        lines += _faster(rows, words, cite)
    lines.append(heading(words.say("compared", names=words.words.list(names))))
    lines.append(columns(words.book["portfolio.attribute"], *names))
    kept = []
    for term in terms:
        cells, evidence = [], []
        for row in rows:
            shown, items = _cell(row, term, words, cite)
            cells.append(shown or words.book["portfolio.nothing_cell"])
            evidence += items
        if not evidence:
            continue
        label = words.term(term)
        told = [
            words.say("compared_value", name=row.card.profile.legal_name, value=cell)
            for row, cell in zip(rows, cells, strict=True)
        ]
        joined = words.book["answers.source.joint"].join(told)
        text = words.say("compared_row", measure=label, values=joined)
        once = tuple({item.id: item for item in evidence}.values())
        lines.append(table_row(label[:1].upper() + label[1:], *cells, evidence=once[:8], text=text))
        kept.append(TableRow((label, *cells), tuple(item.id for item in once)))
    viewer = tools.question.viewer
    table = Table(
        words.say("compared", names=words.words.list(names)),
        (TableColumn(words.book["portfolio.attribute"]), *(TableColumn(name) for name in names)),
        tuple(kept),
        classes=tuple(sorted(item.value for item in viewer.classes)),
        export=viewer.may(Permission.EXPORT),
    )
    return Draft(tuple(lines), table=table if kept else None)


def _cell(row: Row, term: Term, words: Describing, cite: Citing) -> tuple[str, list[Evidence]]:
    found = row.readings.get(term)
    if found is None or isinstance(found, Unknown):
        return "", []
    some = [one for one in found if one.value] or list(found[:1])
    texts = [
        words.text(term, one.value) if isinstance(one.value, str) else words.reading(one) for one in some
    ]
    items = [item for one in some for item in cite.reading(row.card, one)[:2]]
    return words.book["wording.list.comma"].join(texts), items


def _faster(rows: list[Row], words: Describing, cite: Citing) -> list[Line]:
    """Which of two pays faster by the average days late of the last twelve months."""
    late: list[tuple[Row, Reading]] = []
    for row in rows:
        reading = row.first(Term("days_late"))
        if reading is None:
            return []
        late.append((row, reading))
    (first, one), (second, other) = sorted(late, key=lambda pair: pair[1].value)  # type: ignore[arg-type,return-value]
    items = [*cite.reading(first.card, one)[:1], *cite.reading(second.card, other)[:1]]
    if one.value == other.value:
        return [lead(words.say("even", value=words.reading(one)), *items)]
    assert isinstance(one.value, Decimal)
    values = {"name": first.card.profile.legal_name, "value": _late(one, words), "other": _late(other, words)}
    return [lead(words.say("faster", **values), *items)]


def _late(reading: Reading, words: Describing) -> str:
    assert isinstance(reading.value, Decimal)
    if reading.value == 0:
        return words.book["answers.payments.on_day"]
    key = "days_late" if reading.value > 0 else "days_early"
    return words.book.say(f"answers.payments.{key}", days=words.words.days(abs(reading.value)))
