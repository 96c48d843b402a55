"""Financial statements (财务报表): are they there, do they add up, what do they say, what is out of step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from bot.checks.notebook import (
    Notebook,
    Value,
    change,
    days,
    failed,
    label,
    listed,
    money,
    number,
    on,
    passed,
    text,
    unknown,
    warned,
)
from bot.checks.ratios import ratios
from bot.checks.result import Finding
from bot.dossier.yearly import Year, years
from store.records import Statement

#: Sums that hold in every statement: what, its parts with their signs.
SUMS = (
    ("balance", "total_assets", (("total_liabilities", 1), ("equity", 1))),
    ("gross", "gross_profit", (("revenue", 1), ("cost_of_sales", -1))),
    ("fixed", "total_assets", (("current_assets", 1), ("fixed_assets", 1))),
)
#: Parts that cannot be more than the whole.
PARTS = (
    ("current_assets", "total_assets"),
    ("cash", "current_assets"),
    ("current_liabilities", "total_liabilities"),
)


def check(book: Notebook) -> list[Finding]:
    """Everything about the statements but the distress score."""
    found = years(book.dossier)
    if not found:
        used = [book.nothing("statements", "year")]
        return [unknown("finance.statements", "checks.statements.none", used)]
    latest = found[-1].statement
    return [
        *_present(book, found),
        *_adding_up(book, latest),
        *_trend(book, found),
        *ratios(book, latest),
    ]


def _present(book: Notebook, found: list[Year]) -> Iterator[Finding]:
    latest = found[-1].statement
    used = [book.cite(latest, "period_end", "period_kind", "audited", "currency")]
    age = (book.day - latest.period_end.last).days
    if age > book.policy.statement_days:
        yield warned(
            "finance.statements",
            "checks.statements.old",
            used,
            3,
            3,
            date=on(latest.period_end),
            age=days(age),
        )
    else:
        yield passed(
            "finance.statements",
            "checks.statements.fresh",
            used,
            date=on(latest.period_end),
            number=number(len(found)),
        )
    if not latest.audited:
        yield warned("finance.audit", "checks.statements.unaudited", used, 2, 3, date=on(latest.period_end))
    else:
        yield passed("finance.audit", "checks.statements.audited", used, date=on(latest.period_end))


def _adding_up(book: Notebook, latest: Statement) -> Iterator[Finding]:
    items = latest.items
    wrong: list[Value] = []
    tried = 0
    used: list[str] = []
    for name, whole, parts in SUMS:
        if name == "fixed" or whole not in items or any(part not in items for part, _ in parts):
            continue
        tried += 1
        total = sum((items[part] * sign for part, sign in parts), Decimal(0))
        cited = book.cite(latest, "period_end", "currency", whole, *(part for part, _ in parts))
        formula = " + ".join(part if sign > 0 else f"-{part}" for part, sign in parts)
        used.append(
            book.calculate(
                f"{formula} = {whole}?",
                [(part, cited, items[part]) for part, _ in parts],
                total,
                latest.currency,
            )
        )
        used.append(cited)
        if abs(total - items[whole]) > abs(items[whole]) * book.policy.rounding:
            wrong.append(label(f"item.{whole}"))
    for part, whole in PARTS:
        if part in items and whole in items:
            tried += 1
            if items[part] > items[whole] * (1 + book.policy.rounding):
                wrong.append(label(f"item.{part}"))
                used.append(book.cite(latest, "period_end", part, whole))
    if not tried:
        used = [book.cite(latest, "period_end")]
        yield unknown("finance.sums", "checks.sums.untried", used, date=on(latest.period_end))
    elif wrong:
        yield failed(
            "finance.sums", "checks.sums.wrong", used, 3, 4, what=listed(*wrong), date=on(latest.period_end)
        )
    else:
        used = used or [book.cite(latest, "period_end")]
        yield passed(
            "finance.sums", "checks.sums.right", used, number=number(tried), date=on(latest.period_end)
        )


def _trend(book: Notebook, found: list[Year]) -> Iterator[Finding]:
    """Revenue and profit over the years: growing, steady, or falling year by year."""
    for item in ("revenue", "net_income"):
        given = [each for each in found if item in each.statement.items]
        if len({each.statement.currency for each in given}) > 1:
            given = [each for each in given if each.statement.currency == given[-1].statement.currency]
        if len(given) < 2:
            used = [book.cite(each.statement, "period_end", item) for each in given] or [
                book.nothing("statements", item)
            ]
            yield unknown(f"finance.trend_{item}", "checks.trend.short", used, item=label(f"item.{item}"))
            continue
        used = [book.cite(each.statement, "period_end", "currency", item) for each in given]
        values = [each.statement.items[item] for each in given]
        first, last = values[0], values[-1]
        moved = ((last - first) / abs(first) * 100).quantize(Decimal("0.1")) if first else Decimal(0)
        inputs = [(str(given[0].year), used[0], first), (str(given[-1].year), used[-1], last)]
        used.append(
            book.calculate(
                f"({item} {given[-1].year} - {item} {given[0].year}) / |{item} {given[0].year}| * 100",
                inputs,
                moved,
                "percent",
            )
        )
        said: dict[str, Value] = {
            "item": label(f"item.{item}"),
            "since": text(str(given[0].year)),
            "until": text(str(given[-1].year)),
            "first": money(first, given[0].statement.currency),
            "last": money(last, given[-1].statement.currency),
        }
        if first > 0:
            # A percentage of a loss says nothing.
            said["change"] = change(moved)
        check_id = f"finance.trend_{item}"
        falling = all(after < before for before, after in pairwise(values))
        if item == "net_income" and last < 0:
            losses = sum(value < 0 for value in values)
            make = failed if losses >= book.policy.losses_fail else warned
            said |= {"number": number(losses), "loss": money(-last, given[-1].statement.currency)}
            phrase = "checks.trend.loss" if first > 0 else "checks.trend.losses"
            yield make(check_id, phrase, used, min(5, 2 + losses), 4, **said)
        elif first <= 0:
            yield passed(check_id, "checks.trend.turned", used, **said)
        elif falling and moved <= -book.policy.fall_warn:
            make = failed if moved <= -book.policy.fall_fail else warned
            yield make(check_id, "checks.trend.falling", used, 4, 3, **said)
        else:
            yield passed(
                check_id, "checks.trend.steady" if abs(moved) < 5 else "checks.trend.moved", used, **said
            )
