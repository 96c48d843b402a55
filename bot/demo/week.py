"""A firm's week, played into the demo day by day: news, payments, records, scores, a list, an answer by mail.

What happens lies in ``bot/demo/week/`` with dates as offsets from the day of the portfolio, so that a row finds
the invoice or the record that it changes:

    days.jsonl             number, title and what to look at, in both languages
    rows.jsonl             rows with their day and the kind of import that takes them
    news/*.txt             news with a head line ``day``
    watchlists/day-N.csv   the demo's watch list as it stands from that day on
    documents/             files; ``index.jsonl`` describes them and says the day

Everything comes in by the doors of real data, so that events, alerts and digests arise as they would. The same
day played twice changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.loading import ACTOR, Brought, bring_in, portfolio_day
from bot.demo.offsets import OffsetError
from bot.demo.portfolio import (
    KINDS,
    SOURCE,
    PortfolioError,
    read_news,
    read_rows,
    render_document,
    with_tier,
    write_rows,
    write_watchlist,
)
from bot.demo.screening import load_watchlist

if TYPE_CHECKING:
    from bot.assembly import House

WEEK = Path(__file__).with_name("week")
#: Keeps which days have been played, in the data folder.
_PLAYED = "week.json"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week: what it is about, and what to look at when it has been played."""

    number: int
    title: dict[str, str]
    look: dict[str, str]


@dataclass(frozen=True, slots=True)
class Played:
    """A day that has been played, and what it brought."""

    day: Day
    brought: Brought


def read_days(source: Path = WEEK) -> tuple[Day, ...]:
    """The days of the week in their order."""
    with (source / "days.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return tuple(Day(row["day"], row["title"], row["look"]) for row in rows)


def play_day(house: House, day: int, *, source: Path = WEEK) -> Played:
    """Play one day of the week, 1 being the first; raises PortfolioError when there is no such day."""
    chosen = next((each for each in read_days(source) if each.number == day), None)
    if chosen is None:
        raise PortfolioError(f"The demo's week has no day {day}.")
    try:
        imports, documents = _write_day(
            house.settings.home / "week" / f"day-{day}", day, portfolio_day(house), source
        )
    except OffsetError as error:
        raise PortfolioError(f"Day {day} of the demo's week cannot be laid out. {error}") from error
    brought = bring_in(house, imports, documents)
    listed = source / "watchlists" / f"day-{day}.csv"
    if listed.is_file():
        path = house.settings.home / "week" / f"day-{day}" / "watchlist.csv"
        write_watchlist(path, listed, portfolio_day(house))
        load_watchlist(house, path, actor=ACTOR)
    _remember(house.settings.home / _PLAYED, day)
    return Played(chosen, brought)


def play_next(house: House, *, source: Path = WEEK) -> Played | None:
    """Play the first day that has not been played in this data folder; None when the week is over."""
    done = played_days(house)
    for day in read_days(source):
        if day.number not in done:
            return play_day(house, day.number, source=source)
    return None


def played_days(house: House) -> frozenset[int]:
    """The numbers of the days that have been played in this data folder."""
    return _played(house.settings.home / _PLAYED)


def _write_day(
    folder: Path, day: int, today: date, source: Path
) -> tuple[list[tuple[str, Path]], list[Path]]:
    """Lay one day out in `folder`: files to import in the order of the kinds, and what goes to the library."""
    files = folder / "documents"
    files.mkdir(parents=True, exist_ok=True)
    tiers: dict[object, object] = {
        row["name"]: row["tier"] for row in read_rows(SOURCE / "sources.jsonl", today)
    }
    by_kind: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in read_rows(source / "rows.jsonl", today):
        if row.pop("day") == day:
            by_kind[str(row.pop("import"))].append(with_tier(row, tiers))
    imports = []
    for kind in KINDS:
        if kind in by_kind:
            write_rows(folder / f"{kind}.jsonl", by_kind[kind])
            imports.append((kind, folder / f"{kind}.jsonl"))
    documents = []
    if news := [item for item in read_news(source / "news", today) if item.pop("day") == day]:
        write_rows(folder / "news.jsonl", news)
        documents.append(folder / "news.jsonl")
    index = read_rows(source / "documents" / "index.jsonl", today)
    if entries := [entry for entry in index if entry.pop("day") == day]:
        for entry in entries:
            (files / str(entry["path"])).write_bytes(render_document(entry, source, today))
        write_rows(files / "index.jsonl", entries)
        documents.append(files)
    return imports, documents


def _played(path: Path) -> frozenset[int]:
    try:
        return frozenset(json.loads(path.read_text(encoding="utf-8"))["played"])
    except (OSError, ValueError, KeyError, TypeError):
        # A file that was cut off costs nothing: playing a day again changes nothing.
        return frozenset()


def _remember(path: Path, day: int) -> None:
    done = sorted(_played(path) | {day})
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"played": done}), encoding="utf-8")
    fresh.replace(path)
