"""Which pictures a report has, what they say to those who do not see them, and the figures behind them (插图).

Amounts are shown in the unit that fits the largest of them (亿元, CNY m); the table beneath a picture has the same
figures. A year or month between the first and the last without a figure is a gap, not a zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from bot.assistant.wording import Wording
from bot.reports.content import Report
from bot.reports.drawings.matrix import Placed, draw_matrix
from bot.reports.drawings.owners import MOST, draw_owners
from bot.reports.drawings.trend import Period, Series, draw_trend
from bot.reports.markup import Markup
from bot.reports.shares import read_ownership
from bot.reports.texts import clean, shortened
from prompts.phrasebook import Phrasebook

_MONTHS = 24
_YEARS = 12
_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
#: Language → (from which amount on, divisor, key of the unit); the first that fits is taken.
_UNITS = {
    "zh": ((Decimal(10) ** 8, Decimal(10) ** 8, "yi"), (Decimal(10) ** 4, Decimal(10) ** 4, "wan")),
    "en": (
        (Decimal(10) ** 10, Decimal(10) ** 9, "billion"),
        (Decimal(10) ** 6, Decimal(10) ** 6, "million"),
        (Decimal(10) ** 4, Decimal(10) ** 3, "thousand"),
    ),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a report. `kind` is trend, payments, owners or matrix; `section` the one that it belongs to."""

    kind: str
    section: str | None
    title: str
    description: str
    svg: Markup
    cites: tuple[int, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def illustrate(report: Report, words: Phrasebook, *, linked: bool) -> tuple[Picture, ...]:
    """Every picture that the check has figures for; `linked` where a reader can follow a link out of a picture."""
    found = [_trend(report, words), *_payments(report, words), _owners(report, words)]
    return (*(item for item in found if item is not None), *_matrix(report, words, linked=linked))


def _trend(report: Report, words: Phrasebook) -> Picture | None:
    """Revenue and profit by year."""
    given = {key: list(report.figures.get(key) or ()) for key in ("revenue", "profit")}
    values = {
        key: {clean(item["period"]): _number(item.get("value")) for item in items}
        for key, items in given.items()
    }
    periods = _years([*values["revenue"], *values["profit"]])
    held = [value for known in values.values() for value in known.values() if value is not None]
    if not periods or not held:
        return None
    currency = clean(report.figures.get("currency") or "")
    unit, scaled, shown = _unit(held, currency, words)
    names = {key: words[f"reports.figure.{key}"] for key in given}
    series = [
        Series(names[key], tuple(scaled(known.get(period)) for period in periods))
        for key, known in values.items()
        if known
    ]
    gap = words["reports.figure.gap"]
    rows = tuple(
        (period, *(gap if one.values[place] is None else shown(one.values[place]) for one in series))
        for place, period in enumerate(periods)
    )
    title = words.say("reports.figure.trend", unit=unit)
    description = words.say(
        "reports.figure.trend_said", first=periods[0], last=periods[-1], rows=_spoken(rows, words)
    )
    return Picture(
        kind="trend",
        section="finance",
        title=title,
        description=description,
        svg=draw_trend(
            title,
            description,
            [Period(period) for period in periods],
            series,
            unit=unit,
            gap=gap,
            shown=shown,
        ),
        cites=_cites(report, [item for items in given.values() for item in items]),
        head=(words["reports.figure.period"], *(one.name for one in series)),
        rows=rows,
    )


def _payments(report: Report, words: Phrasebook) -> list[Picture]:
    """How late was paid, month by month; a currency each."""
    by_currency: dict[str, list[Mapping[str, Any]]] = {}
    for item in report.figures.get("payments") or ():
        by_currency.setdefault(clean(item.get("currency") or ""), []).append(item)
    found = []
    for currency, items in sorted(by_currency.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        days = {clean(item["month"]): _number(item.get("average_days_late")) for item in items}
        months = _months(days)
        if not months or all(value is None for value in days.values()):
            continue
        found.append(_payment_picture(report, words, currency, items, days, months))
    return found[:3]


def _payment_picture(
    report: Report,
    words: Phrasebook,
    currency: str,
    items: Sequence[Mapping[str, Any]],
    days: Mapping[str, Decimal | None],
    months: Sequence[str],
) -> Picture:
    gap = words["reports.figure.gap"]
    paid = {clean(item["month"]): _number(item.get("paid")) for item in items}
    wording = Wording(words)
    rows = tuple(
        (
            month,
            gap if days.get(month) is None else _plain(days[month], 1),
            "–"
            if (amount := paid.get(month)) is None
            else wording.money(amount, currency)
            if currency
            else _plain(amount, 2),
        )
        for month in months
    )
    title = words.say("reports.figure.payments", currency=currency or "–")
    description = words.say(
        "reports.figure.payments_said",
        first=months[0],
        last=months[-1],
        rows=_spoken([row[:2] for row in rows], words),
    )
    periods = [
        Period(
            words[f"reports.month.m{int(month[5:])}"],
            month[:4] if place == 0 or month.endswith("-01") else "",
        )
        for place, month in enumerate(months)
    ]
    series = [Series(words["reports.figure.days_late"], tuple(days.get(month) for month in months))]
    return Picture(
        kind="payments",
        section="finance",
        title=title,
        description=description,
        svg=draw_trend(
            title,
            description,
            periods,
            series,
            unit=words["reports.figure.days"],
            gap=gap,
            shown=lambda value: _plain(value, 1),
        ),
        cites=_cites(report, items),
        head=(
            words["reports.figure.period"],
            words["reports.figure.days_late"],
            words["reports.figure.paid"],
        ),
        rows=rows,
    )


def _owners(report: Report, words: Phrasebook) -> Picture | None:
    """The ownership graph with the natural persons behind it."""
    graph = report.figures.get("ownership") or {}
    nodes = [
        {**node, "name": shortened(clean(node.get("name") or ""), 200, words)}
        for node in graph.get("nodes") or ()
    ]
    ownership = read_ownership({**graph, "nodes": nodes})
    if len(ownership.holders) < 2 or not ownership.links:
        return None
    behind = [item for item in ownership.holders if item.beneficial]
    behind.sort(key=lambda item: -(item.share or 0))
    title = words["reports.figure.owners"]
    names = words["reports.names"].join(
        f"{item.name} {'≥' if item.at_least else ''}{_plain(item.share or Decimal(0), 2)}%" for item in behind
    )
    description = (
        words.say("reports.figure.owners_said", number=len(ownership.holders), names=names)
        if behind
        else words.say("reports.figure.owners_none", number=len(ownership.holders))
    )
    keys = (
        "customer",
        "beneficial",
        "circular",
        "unknown",
        "key_organisation",
        "key_person",
        "key_beneficial",
    )
    labels = {key: words[f"reports.owners.{key}"] for key in keys}
    hidden = sum(item.layer is None for item in ownership.holders) + max(
        0, sum(item.layer is not None for item in ownership.holders) - MOST
    )
    labels["more"] = words.say("reports.owners.more", number=hidden)
    known = {item.id: item for item in ownership.holders}
    rows = tuple(
        (
            known[link.owner].name,
            known[link.held].name,
            words.get(f"reports.owner_role.{link.role}", clean(link.role)) or "–",
            "?" if link.percent is None else f"{_plain(link.percent, 2)}%",
        )
        for link in ownership.links
    )
    return Picture(
        kind="owners",
        section="identity",
        title=title,
        description=description,
        svg=draw_owners(title, description, ownership, labels=labels),
        cites=_cites(report, [*(graph.get("nodes") or ()), *(graph.get("edges") or ())]),
        head=tuple(words[f"reports.owners.{key}"] for key in ("owner", "held", "role", "percent")),
        rows=rows,
    )


def _matrix(report: Report, words: Phrasebook, *, linked: bool) -> tuple[Picture, ...]:
    """Findings by likelihood and impact."""
    if not report.placed:
        return ()
    placed = [
        Placed(item.number, item.likelihood or 1, item.impact or 1, item.anchor) for item in report.placed
    ]
    title = words["reports.figure.matrix"]
    said = words["reports.names"].join(
        words.say("reports.figure.placed", number=item.number, likelihood=item.likelihood, impact=item.impact)
        for item in placed
    )
    description = words.say("reports.figure.matrix_said", items=said)
    labels = {key: words[f"reports.matrix.{key}"] for key in ("likelihood", "impact", "low", "high")}
    svg = draw_matrix(title, description, placed, labels=labels, linked=linked)
    return (Picture("matrix", None, title, description, svg, ()),)


def _unit(
    values: Iterable[Decimal], currency: str, words: Phrasebook
) -> tuple[str, Callable[[Decimal | None], Decimal | None], Callable[[Decimal], str]]:
    """The name of the unit, what brings an amount into it, and how it is then written."""
    largest = max(abs(value) for value in values)
    divisor, key = next(
        ((by, key) for floor, by, key in _UNITS[words.language] if largest >= floor), (Decimal(1), "one")
    )
    name = words.get(f"wording.currency.{currency}", currency) if words.language == "zh" else currency
    places = 2 if words.language == "zh" and key == "yi" else 1 if divisor > 1 else 0
    return (
        words.say(f"reports.money.{key}", currency=name).strip(),
        lambda value: None if value is None else value / divisor,
        lambda value: _plain(value, places),
    )


def _years(periods: Iterable[str]) -> list[str]:
    """Years without holes from first to last, the newest so many; other periods as they came."""
    found = list(dict.fromkeys(periods))
    if found and all(_YEAR.fullmatch(item) for item in found):
        first, last = min(map(int, found)), max(map(int, found))
        return [str(year) for year in range(max(first, last - _YEARS + 1), last + 1)]
    return sorted(found)[-_YEARS:]


def _months(periods: Iterable[str]) -> list[str]:
    """Months without holes from first to last, the newest two years of them."""
    found = [
        int(match[1]) * 12 + int(match[2]) - 1
        for item in periods
        if (match := _MONTH.fullmatch(item)) is not None
    ]
    if not found:
        return []
    return [
        f"{number // 12:04d}-{number % 12 + 1:02d}"
        for number in range(max(min(found), max(found) - _MONTHS + 1), max(found) + 1)
    ]


def _cites(report: Report, items: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """The sources that the figures name themselves."""
    refs = [str(ref) for item in items for ref in item.get("evidence") or ()]
    return tuple(sorted({report.numbers[ref] for ref in refs if ref in report.numbers}))


def _spoken(rows: Iterable[Sequence[str]], words: Phrasebook) -> str:
    return words["reports.figure.between"].join(" ".join((row[0] + ":", " / ".join(row[1:]))) for row in rows)


def _number(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(value: Decimal, places: int) -> str:
    """With at most so many places, thousands parted, no idle zeros and no minus before a zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole = rounded.to_integral_value()
    said = f"{whole if rounded == whole else rounded.normalize():,f}"
    return "0" if said == "-0" else said.replace("-", "−")
