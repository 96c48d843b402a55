"""The desk of App Home: shows to each person what is theirs, and again when something of it has changed (主页).

What is drawn is hashed and remembered; `refresh` draws the Homes that were opened lately and publishes those that
came out differently, so nobody has to tell Home that something happened, and a storm costs one drawing a round.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot.slack.arrivals import Desk
from bot.slack.directory import Directory, Stranger
from bot.slack.incoming import Incoming
from bot.slack.views.home import ABOUT, ASK, DIGEST, LANGUAGE, TURN, home_view, notice_home
from prompts.phrasebook import Phrasebook
from store.engine import Databases, reading, unit_of_work
from store.errors import StoreError
from store.homes import Homes
from store.outbox import Outbox
from store.people import Person

if TYPE_CHECKING:
    from bot.slack.homepages import HomePages

log = logging.getLogger(__name__)

#: Seconds between two looks whether what stands on a Home has changed.
ROUND = 3.0
#: A Home that was opened so long ago is drawn again only when it is opened again.
LOOKED_AT = timedelta(hours=12)


class HomeDesk:
    """Takes the opening of Home and every click on it."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        pages: HomePages,
        questions: Desk,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        """`questions` is the desk that answers what a click asks."""
        self._databases = databases
        self._directory = directory
        self._pages = pages
        self._questions = questions
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Draw Home, turn its page, keep a preference, or ask what was clicked."""
        base = incoming.act.split(":", 1)[0]
        if base in (ASK, ABOUT):
            self._ask(identity, incoming, person)
            return
        with unit_of_work(self._databases.write) as connection:
            homes = Homes(connection)
            home = homes.get(incoming.team, incoming.user, hold=True)
            if incoming.kind == "home_opened" or home is None:
                home = homes.open(incoming.team, incoming.user, self._clock())
            if base == TURN and incoming.pointer is not None:
                homes.turn(home, max(1, incoming.pointer.number))
            elif base in (LANGUAGE, DIGEST):
                self._pages.prefer(connection, person, base, incoming.values.get(base, ""))
        self._draw(home.team, home.slack_user, person)

    def refuse(self, identity: str, incoming: Incoming, stranger: Stranger) -> None:
        """Tell somebody without a Home why they have none."""
        view = notice_home(Phrasebook("en")[stranger.reason])
        with unit_of_work(self._databases.write) as connection:
            self._publish(connection, incoming.team, incoming.user, view, f"home:{identity}")

    def refresh(self) -> int:
        """Draw the Homes that were opened lately; how many came out differently and are published."""
        with reading(self._databases.read) as connection:
            opened = Homes(connection).opened_since(self._clock() - LOOKED_AT)
        drawn = 0
        for home in opened:
            person = self._directory.person(home.team, home.slack_user)
            if not isinstance(person, Stranger):
                drawn += self._draw(home.team, home.slack_user, person)
        return drawn

    def run(self, stop: threading.Event) -> None:
        """Refresh until `stop` is set; trouble with the store or with Slack delays and is logged once."""
        healthy = True
        while not stop.wait(ROUND):
            try:
                self.refresh()
            except (StoreError, SlackApiError, OSError) as wrong:
                if healthy:
                    log.warning("Home is not drawn again for the moment: %s", wrong)
                healthy = False
            else:
                healthy = True

    def _ask(self, identity: str, incoming: Incoming, person: Person) -> None:
        text = self._pages.question(incoming.pointer, person) if incoming.pointer else None
        if text is not None:
            asked = replace(
                incoming.alone(), kind="command", act="ask", text=f"ask {text}", pointer=None, values={}
            )
            self._questions.handle(identity, asked, person)

    def _draw(self, team: str, user: str, person: Person) -> bool:
        """Publish this Home if what it shows has changed."""
        with reading(self._databases.read) as connection:
            known = Homes(connection).get(team, user)
            if known is None:
                return False
            page = self._pages.page(connection, person, known.page)
        view = home_view(page, Phrasebook.nearest(page.language or person.language or "en"))
        seen = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
        if seen == known.drawn:
            return False
        with unit_of_work(self._databases.write) as connection:
            homes = Homes(connection)
            home = homes.get(team, user, hold=True)
            # Somebody else may have drawn or turned it meanwhile; the next round sees to it.
            if home is None or (home.drawings, home.page) != (known.drawings, known.page):
                return False
            number = homes.mark_drawn(home, seen)
            self._publish(connection, team, user, view, f"home:{team}:{user}:{number}")
        return True

    def _publish(
        self, connection: Connection, team: str, user: str, view: Mapping[str, Any], key: str
    ) -> None:
        # In a line of its own: a Home never waits behind messages.
        Outbox(connection).put(
            key, team, f"home:{user}", "views.publish", {"user_id": user, "view": view}, now=self._clock()
        )
