"""Which statements a question is about (选取报表): by period and kind, and the newest where it names none."""

from __future__ import annotations

from datetime import timedelta

from bot.assistant.replies.context import Context
from bot.assistant.replies.measures import DERIVED, RATIOS
from bot.assistant.stretches import shift_months
from store.records import Statement

_MONTHS = {"year": 12, "half": 6, "quarter": 3}


def start_of(statement: Statement) -> object:
    """The first day of a statement's period, computed from its kind where it is not given."""
    if statement.period_start is not None:
        return statement.period_start
    last = statement.period_end.last
    months = _MONTHS.get(statement.period_kind, 12)
    return shift_months(last + timedelta(days=1), -months)


def period_of(context: Context, statement: Statement, *, stock: bool = False) -> str:
    """The statement's period in words; a stock has a day."""
    if stock:
        return context.words.date(statement.period_end.last)
    return context.words.period(start_of(statement), statement.period_end.last)  # type: ignore[arg-type]


def chosen(context: Context) -> list[Statement]:
    """The statements that a question is about, newest first."""
    statements = sorted(
        (item for item in context.dossier.statements if item.period_end.first <= context.day),
        key=lambda item: (item.period_end.last, item.audited is True, _MONTHS.get(item.period_kind, 0)),
        reverse=True,
    )
    request = context.request
    if not request.periods and request.period is None:
        if request.aspects & {"trend", "growth", "average", "compare"} or not request.items:
            return _one_kind(statements)[:4]
        return _same_period(statements, _newest_with(statements, request.items)) if statements else []
    found: list[Statement] = []
    for period in request.periods or (request.period,):
        if period.grain in ("year", "half", "quarter"):
            fitting = [
                item for item in statements if item.period_kind == period.grain and _ends(item, period)
            ]
            exact = [item for item in fitting if item.period_end.last == period.last]
            found += _same_period(fitting, (exact or fitting)[0]) if fitting else []
        elif period.grain in ("day", "month"):
            found += [item for item in statements if period.first <= item.period_end.last <= period.last]
        else:
            inside = [item for item in statements if period.first <= item.period_end.last <= period.last]
            exact = [
                item
                for item in inside
                if _begin(item) == period.first and item.period_end.last == period.last
            ]
            found += exact or _one_kind(inside)
    return sorted(_unique(found), key=lambda item: item.period_end.last, reverse=True)


def _newest_with(statements: list[Statement], items: tuple[str, ...]) -> Statement:
    """The newest statement that gives one of the items, else the newest of all: a quarter may print no market value."""
    return next((one for one in statements if any(_gives(one, item) for item in items)), statements[0])


def _gives(statement: Statement, item: str) -> bool:
    """Whether a statement prints an item or what it is worked out from."""
    if item in statement.items:
        return True
    if item in RATIOS:
        return all(_gives(statement, part) for part in (*RATIOS[item].above, RATIOS[item].below))
    return item in DERIVED and all(part in statement.items for part in DERIVED[item])


def _unique(statements: list[Statement]) -> list[Statement]:
    seen: set[object] = set()
    return [item for item in statements if not (item.origin.version in seen or seen.add(item.origin.version))]


def _begin(statement: Statement) -> object:
    start = start_of(statement)
    return getattr(start, "first", start)


def _ends(statement: Statement, period: object) -> bool:
    return period.first <= statement.period_end.last <= period.last  # type: ignore[attr-defined]


def _one_kind(statements: list[Statement]) -> list[Statement]:
    """The longest kind of period that is there, so that years are not set beside quarters."""
    for kind in ("year", "half", "quarter"):
        fitting = [item for item in statements if item.period_kind == kind]
        if fitting:
            return fitting
    return statements


def _same_period(statements: list[Statement], one: Statement) -> list[Statement]:
    """All statements of the period of one: two sources may say different things of it."""
    return [
        item
        for item in statements
        if item.period_end == one.period_end and item.period_kind == one.period_kind
    ]


def year_before(context: Context, statement: Statement) -> Statement | None:
    """The statement of the same kind whose period ended a year before."""
    wanted = shift_months(statement.period_end.last, -12)
    for item in context.dossier.statements:
        if item.period_kind == statement.period_kind and abs((item.period_end.last - wanted).days) <= 5:
            return item
    return None
