"""Bringing the made-up portfolio in by the same doors as everybody's data: import and ingest."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.portfolio import PortfolioError, write_portfolio
from knowledge.sources.files import ingest
from store.access import FieldClass
from store.engine import unit_of_work
from store.ledger import Ledger
from store.people import People

if TYPE_CHECKING:
    from bot.assembly import House

#: Who brings the demo's data, in the ledger.
ACTOR = "demo"
TEAM = "T01BONAFIDE"


def load_portfolio(house: House, folder: Path, *, today: date) -> str:
    """Lay the portfolio out in `folder` and bring it in; one sentence that says how much there is.

    Running it again changes nothing. Raises PortfolioError when a row or document of the portfolio is refused.
    """
    portfolio = write_portfolio(folder, today=today)
    rows = 0
    for kind, path in portfolio.imports:
        report = house.intake.import_file(kind, path, actor=ACTOR)
        if report.aside:
            worst = report.aside[0]
            raise PortfolioError(f"{path.name}, line {worst.line}: {worst.reason}")
        rows += sum(report.outcomes.values())
    _register_channels(house, portfolio.channels)
    reported = ingest(house.library, [portfolio.news, portfolio.documents], actor=ACTOR)
    if reported.aside:
        worst_file = reported.aside[0]
        raise PortfolioError(f"{worst_file.name}: {worst_file.reason}")
    return f"{rows} rows and {reported.read + reported.unchanged} documents are in."


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
