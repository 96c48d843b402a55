"""Which pictures a report has, what they say to those who do not see them, and the figures behind them (插图).

Amounts are shown in the unit that fits the largest of them (亿元, CNY m); the table beneath a picture has the same
figures. A year or month between the first and the last without a figure is a gap, not a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.assistant.wording import Wording
from bot.reports import tracing
from bot.reports.content import Report, Section, Statement
from bot.reports.drawings.matrix import Placed, draw_matrix
from bot.reports.drawings.owners import MOST, draw_owners
from bot.reports.drawings.trend import Period, Series, draw_trend
from bot.reports.markup import Markup
from bot.reports.scales import figure, months, plain, unit_for, years
from bot.reports.shares import read_ownership
from bot.reports.texts import clean, fitted, shortened
from prompts.phrasebook import Phrasebook

#: What the ids of checks have in them that speak of the matter of a picture.
_STATEMENTS, _PAYMENTS, _OWNERS = ("trend", "statements"), ("payment", "lateness"), ("owner",)
#: A currency is three letters; whatever else stands there is cut to so many ems.
_CURRENCY = 8.0


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
    #: The name of its place in the page.
    anchor: str = ""


def illustrate(report: Report, words: Phrasebook, *, linked: bool) -> tuple[Picture, ...]:
    """Every picture that the check has figures for; `linked` where a reader can follow a link out of a picture."""
    found = [_trend(report, words), *_payments(report, words), _owners(report, words)]
    drawn = (*(item for item in found if item is not None), *_matrix(report, words, linked=linked))
    return tuple(replace(item, anchor=f"picture-{number}") for number, item in enumerate(drawn, start=1))


def drawn_from(pictures: Iterable[Picture]) -> dict[int, list[Picture]]:
    """The pictures by the numbers of the sources that they stand on: the way back."""
    found: dict[int, list[Picture]] = {}
    for item in pictures:
        for cited in item.cites:
            found.setdefault(cited, []).append(item)
    return found


def _trend(report: Report, words: Phrasebook) -> Picture | None:
    """Revenue and profit by year."""
    given = {key: list(report.figures.get(key) or ()) for key in ("revenue", "profit")}
    values = {
        key: {clean(item["period"]): figure(item.get("value")) for item in items}
        for key, items in given.items()
    }
    periods = years([*values["revenue"], *values["profit"]])
    held = [value for known in values.values() for value in known.values() if value is not None]
    if not periods or not held:
        return None
    currency = fitted(clean(report.figures.get("currency") or ""), _CURRENCY)
    unit = unit_for(held, currency, words)
    names = {key: words[f"reports.figure.{key}"] for key in given}
    series = [
        Series(names[key], tuple(unit.scaled(known.get(period)) for period in periods))
        for key, known in values.items()
        if known
    ]
    gap = words["reports.figure.gap"]
    rows = tuple(
        (period, *(gap if one.values[place] is None else unit.shown(one.values[place]) for one in series))
        for place, period in enumerate(periods)
    )
    refs = tracing.named(item for items in given.values() for item in items)
    if not refs:
        refs = tracing.of_statements(report.evidence, "revenue", given["revenue"])
        refs += tracing.of_statements(report.evidence, "net_income", given["profit"])
    title = words.say("reports.figure.trend", unit=unit.name)
    description = words.say(
        "reports.figure.trend_said", first=periods[0], last=periods[-1], rows=_spoken(rows, words)
    )
    return Picture(
        kind="trend",
        section=_place(report, _STATEMENTS, "finance"),
        title=title,
        description=description,
        svg=draw_trend(
            title,
            description,
            [Period(period) for period in periods],
            series,
            unit=unit.name,
            gap=gap,
            shown=unit.shown,
        ),
        cites=_cites(report, refs),
        head=(words["reports.figure.period"], *(one.name for one in series)),
        rows=rows,
    )


def _payments(report: Report, words: Phrasebook) -> list[Picture]:
    """How late was paid, month by month; a currency each."""
    by_currency: dict[str, list[Mapping[str, Any]]] = {}
    for item in report.figures.get("payments") or ():
        by_currency.setdefault(fitted(clean(item.get("currency") or ""), _CURRENCY), []).append(item)
    found = []
    for currency, items in sorted(by_currency.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        days = {clean(item["month"]): figure(item.get("average_days_late")) for item in items}
        stretch = months(days)
        if not stretch or all(value is None for value in days.values()):
            continue
        found.append(_payment_picture(report, words, currency, items, days, stretch))
    return found[:3]


def _payment_picture(
    report: Report,
    words: Phrasebook,
    currency: str,
    items: Sequence[Mapping[str, Any]],
    days: Mapping[str, Decimal | None],
    stretch: Sequence[str],
) -> Picture:
    gap = words["reports.figure.gap"]
    paid = {clean(item["month"]): figure(item.get("paid")) for item in items}
    wording = Wording(words)
    rows = tuple(
        (
            month,
            gap if days.get(month) is None else plain(days[month], 1),
            "–"
            if (amount := paid.get(month)) is None
            else wording.money(amount, currency)
            if currency
            else plain(amount, 2),
        )
        for month in stretch
    )
    title = words.say("reports.figure.payments", currency=currency or "–")
    description = words.say(
        "reports.figure.payments_said",
        first=stretch[0],
        last=stretch[-1],
        rows=_spoken([row[:2] for row in rows], words),
    )
    periods = [
        Period(
            words[f"reports.month.m{int(month[5:])}"],
            month[:4] if place == 0 or month.endswith("-01") else "",
        )
        for place, month in enumerate(stretch)
    ]
    series = [Series(words["reports.figure.days_late"], tuple(days.get(month) for month in stretch))]
    return Picture(
        kind="payments",
        section=_place(report, _PAYMENTS, "finance"),
        title=title,
        description=description,
        svg=draw_trend(
            title,
            description,
            periods,
            series,
            unit=words["reports.figure.days"],
            gap=gap,
            shown=lambda value: plain(value, 1),
        ),
        cites=_cites(report, tracing.named(items)) or _said(report, _PAYMENTS),
        head=(
            words["reports.figure.period"],
            words["reports.figure.days_late"],
            words["reports.figure.paid"],
        ),
        rows=rows,
    )


def _about(report: Report, topics: Sequence[str]) -> list[tuple[Section, Statement]]:
    """The statements about these topics, by the ids of their checks, with their sections."""
    return [
        (section, item)
        for section in report.sections
        for item in section.statements
        if any(topic in item.check for topic in topics)
    ]


def _place(report: Report, topics: Sequence[str], otherwise: str) -> str:
    """The section that a picture belongs to: where its matter is spoken of first."""
    return next((section.name for section, _ in _about(report, topics)), otherwise)


def _said(report: Report, topics: Sequence[str]) -> tuple[int, ...]:
    """The sources of what is said about these topics: the figures are worked out from the same records."""
    return tuple(sorted({cited for _, item in _about(report, topics) for cited in item.cites}))


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
        f"{item.name} {'≥' if item.at_least else ''}{plain(item.share or Decimal(0), 2)}%" for item in behind
    )
    description = (
        words.say("reports.figure.owners_said", number=len(ownership.holders), names=names)
        if behind
        else words.say("reports.figure.owners_none", number=len(ownership.holders))
    )
    keys = (
        "customer",
        "beneficial",
        "named",
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
    refs = tracing.named([*(graph.get("nodes") or ()), *(graph.get("edges") or ())])
    refs = refs or tracing.of_holdings(report.evidence, graph)
    known = {item.id: item for item in ownership.holders}
    rows = tuple(
        (
            known[link.owner].name,
            known[link.held].name,
            words.get(f"reports.owner_role.{link.role}", clean(link.role)) or "–",
            "?" if link.percent is None else f"{plain(link.percent, 2)}%",
        )
        for link in ownership.links
    )
    return Picture(
        kind="owners",
        section=_place(report, _OWNERS, "identity"),
        title=title,
        description=description,
        svg=draw_owners(title, description, ownership, labels=labels),
        cites=_cites(report, refs),
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


def _cites(report: Report, refs: Iterable[str]) -> tuple[int, ...]:
    """The numbers of these sources."""
    return tuple(sorted({report.numbers[ref] for ref in refs if ref in report.numbers}))


def _spoken(rows: Iterable[Sequence[str]], words: Phrasebook) -> str:
    return words["reports.figure.between"].join(" ".join((row[0] + ":", " / ".join(row[1:]))) for row in rows)
