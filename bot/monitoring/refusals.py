"""A list that was refused is told where grave alerts go (名单拒收), once a refusal: what stays in force grows old."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from bot.monitoring.surface import Places
from prompts.phrasebook import Phrasebook
from store.alert_cursors import AlertCursors
from store.alerts import Alerts
from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox
from store.policy.types import Policy
from store.watchlists import ListState, Watchlists


class Refusals:
    """Tells people which lists were refused and why."""

    def __init__(
        self, databases: Databases, places: Places, *, policy: Policy, clock: Callable[[], datetime]
    ) -> None:
        self._databases, self._places = databases, places
        self._section, self._clock = policy.alerts, clock

    def tell(self) -> None:
        """Tell each refusal that was not told yet."""
        with reading(self._databases.read) as connection:
            told = AlertCursors(connection).cursors("refused:")
            refused = [
                (state, state.refused_at)
                for state in Watchlists(connection).all()
                if state.refused_at and told.get(_refusal_of(state)) != int(state.refused_at.timestamp())
            ]
        if not refused:
            return
        spots = self._places.find(self._section.channels.get("high", ()), self._section.roles.get("high", ()))
        for state, at in refused if spots else ():
            with unit_of_work(self._databases.write) as connection:
                Alerts(connection).take_turn()
                cursors = AlertCursors(connection)
                if cursors.cursor(_refusal_of(state)) == int(at.timestamp()):
                    continue
                cursors.move(_refusal_of(state), int(at.timestamp()))
                for spot in spots:
                    payload = {
                        "text": told_refusal(state, Phrasebook.nearest(spot.language)),
                        "unfurl_links": False,
                        "unfurl_media": False,
                    }
                    key = f"{_refusal_of(state)}:{int(at.timestamp())}:{spot.team}:{spot.channel}"
                    Outbox(connection).put(
                        key, spot.team, spot.channel, "chat.postMessage", payload, now=self._clock()
                    )


def _refusal_of(state: ListState) -> str:
    """The name of the cursor that keeps which refusal of a list was told last."""
    return f"refused:{hashlib.sha256(state.name.encode()).hexdigest()[:12]}"


def told_refusal(state: ListState, book: Phrasebook) -> str:
    """That a list was refused and why; words of a file are made harmless, for Slack would call people by them."""
    because = " ".join((state.refused_because or "").split())[:600].rstrip(".。")
    because = because.removesuffix(f"; version {state.version} stays in force")
    for character, harmless in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        because = because.replace(character, harmless)
    stands = (
        book.say("alerts.list_stands", version=state.version) if state.version else book["alerts.list_none"]
    )
    return book.say("alerts.list_refused", name=state.name, because=because, stands=stands)
