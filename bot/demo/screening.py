"""The demo's own watch list: loaded like anybody's, its first hits decided by the people of the demo (演示名单).

Everybody on it is made up. What was decided before the demo begins is decided here by the same doors as in Slack, so
that the ledger and the history of each hit are whole.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from store.access import Audience, Viewer
from store.customers import Customers
from store.engine import reading
from store.hits import HitState
from store.people import People

if TYPE_CHECKING:
    from bot.assembly import House

#: The list's name: the consolidated list of the demo's Office of Trade Restrictions.
LIST = "demo-consolidated"


def load_watchlist(house: House, path: Path, *, actor: str) -> None:
    """Make the file the version in force; the same file again changes nothing."""
    house.lists.load("house", [path], LIST, actor=actor)


def decide_hits(house: House, path: Path) -> None:
    """Screen the customers of the file and decide their hits as it says; what is decided already stays."""
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            viewer = _viewer(house, row["by"])
            with reading(house.databases.read) as connection:
                customer = Customers(connection).find(row["customer"])
            kept = house.screening.screen_customer(
                customer.id, viewer, request=f"demo:{row['customer']}:{row['entry']}"
            )
            for hit in kept.hits:
                if hit.entry != row["entry"] or hit.state is not HitState.OPEN:
                    continue
                house.hits.decide(hit.code, row["verdict"], row["reason"], viewer)
                if "confirmed_by" in row:
                    house.hits.confirm(hit.code, _viewer(house, row["confirmed_by"]))


def _viewer(house: House, email: str) -> Viewer:
    with reading(house.databases.read) as connection:
        person = People(connection).by_email(email)
    assert person is not None, email
    return Viewer(person.email, person.role, Audience.alone(), house.policy.rights)
