"""The desk of tables: an answer's table as a workbook, for whoever may export, in their direct message (导出表格)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.gateway.parcels import Parcel
from bot.slack.directory import Directory
from bot.slack.files import file_name, share
from bot.slack.identifiers import Pointer
from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from store.answers import Answers
from store.blobs import Blobs
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden
from store.outbox import Outbox
from store.people import Person

if TYPE_CHECKING:
    from bot.assistant.exporting import Exporter

log = logging.getLogger(__name__)


class TableDesk:
    """Takes a click on Download XLSX; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        blobs: Blobs,
        directory: Directory,
        voice: Voice,
        exporter: Callable[[], Exporter],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._blobs = blobs
        self._directory = directory
        self._voice = voice
        self._exporter = exporter
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Send the file to the person alone; who may not have it is told so, and not what is in it."""
        place = incoming.alone()
        phrases = self._voice.phrases(incoming, person)
        pointer, key = incoming.pointer or Pointer(""), f"table:{identity}"
        with reading(self._databases.read) as connection:
            kept = Answers(connection).by_code(pointer.code)
            if Outbox(connection).by_key(key) is not None:
                return
        viewer = self._directory.viewer(person, team=place.team, channel=place.channel, private=True)
        if kept is None or not kept.body.get("table"):
            self._voice.say(identity, place, phrases["slack_table.gone"])
            return
        try:
            title, data = self._exporter().workbook(kept.body, viewer, question=kept.question[:500])
        except Forbidden:
            self._voice.say(identity, place, phrases["slack_table.refused"])
            return
        name = file_name(f"{kept.code} {title}", ".xlsx")
        parcel = Parcel(self._blobs.put(data), name, title[:200], len(data))
        with unit_of_work(self._databases.write) as connection:
            share(
                connection,
                key,
                place.team,
                place.channel,
                [parcel],
                {"text": phrases.say("slack_table.here", code=kept.code)},
                phrases=phrases,
                now=self._clock(),
            )
