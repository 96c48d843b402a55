"""Bringing the made-up portfolio in by the same doors as everybody's data: import and ingest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.portfolio import PortfolioError, write_portfolio
from bot.demo.screening import decide_hits, load_watchlist
from knowledge.sources.files import ingest
from store.access import FieldClass
from store.engine import unit_of_work
from store.history import Outcome
from store.ledger import Ledger
from store.people import People

if TYPE_CHECKING:
    from bot.assembly import House

#: Who brings the demo's data, in the ledger.
ACTOR = "demo"
#: Names the day that the portfolio was laid out for, in the data folder.
DAY_FILE = "portfolio-day"
TEAM = "T01BONAFIDE"


def load_portfolio(house: House, folder: Path, *, today: date) -> str:
    """Lay the portfolio out in `folder` and bring it in; one sentence that says how much there is.

    Running it again changes nothing. Raises PortfolioError when a row or document of the portfolio is refused.
    """
    portfolio = write_portfolio(folder, today=today)
    brought = bring_in(house, portfolio.imports, [portfolio.news, portfolio.documents])
    _register_channels(house, portfolio.channels)
    load_watchlist(house, portfolio.watchlist, actor=ACTOR)
    decide_hits(house, portfolio.hits)
    (house.settings.home / DAY_FILE).write_text(today.isoformat(), encoding="utf-8")
    return f"{brought.rows} rows and {brought.documents} documents are in."


def portfolio_day(house: House) -> date:
    """The day that the portfolio of this data folder was laid out for; today where none was."""
    try:
        return date.fromisoformat((house.settings.home / DAY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return house.clock().date()


@dataclass(frozen=True, slots=True)
class Brought:
    """What was brought in: how much there was, and how much of it the house did not know before."""

    rows: int
    documents: int
    new_rows: int
    new_documents: int


def bring_in(house: House, imports: Iterable[tuple[str, Path]], documents: Sequence[Path]) -> Brought:
    """Import files of rows by their kind, then take files and folders of documents into the library.

    What is known already changes nothing. Raises PortfolioError when a row or a document is refused.
    """
    rows = new_rows = 0
    for kind, path in imports:
        report = house.intake.import_file(kind, path, actor=ACTOR)
        if report.aside:
            worst = report.aside[0]
            raise PortfolioError(f"{path.name}, line {worst.line}: {worst.reason}")
        rows += sum(report.outcomes.values())
        new_rows += report.outcomes[Outcome.NEW.value] + report.outcomes[Outcome.CHANGED.value]
    reported = ingest(house.library, documents, actor=ACTOR)
    if reported.aside:
        refused = reported.aside[0]
        raise PortfolioError(f"{refused.file}: {refused.reason}")
    return Brought(rows, reported.read + reported.unchanged, new_rows, reported.read)


def _register_channels(house: House, path: Path) -> None:
    with path.open(encoding="utf-8") as lines, unit_of_work(house.databases.write) as connection:
        people = People(connection)
        ledger = Ledger(connection, house.clock)
        for line in lines:
            row = json.loads(line)
            known = people.channel(TEAM, row["slack_channel"])
            ceiling = FieldClass(row["ceiling"])
            if known is not None and known.ceiling is ceiling:
                continue
            people.register_channel(
                team=TEAM,
                channel=row["slack_channel"],
                name=row["name"],
                ceiling=ceiling,
                by=ACTOR,
                at=house.clock(),
            )
            ledger.append(
                actor=ACTOR,
                action="channel.register",
                subject=row["name"],
                detail={"channel": row["slack_channel"], "ceiling": ceiling.value},
            )
