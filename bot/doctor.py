"""What is configured, what is missing, what to do: `bonafide doctor` (体检).

Every check only looks: nothing is created, upgraded, sent or repaired. A check that cannot look because an
earlier one failed is left out.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from bot.assembly import House
    from prompts.phrasebook import Phrasebook
    from store.engine import Databases

_MB, _GB = 1_000_000, 1_000_000_000
#: Bytes that must be free, and how long something may wait or be silent before it is worth a line.
DISK = 500 * _MB
WAIT = timedelta(minutes=2)
SILENCE = timedelta(seconds=60)
#: What of watch lists is worth knowing; all else of them stops screening from being right.
_LISTS_LOOK = ("lists_none", "list_unfetched", "list_unreachable")


class Level(StrEnum):
    """FINE needs nothing, LOOK is worth knowing, MEND stops something from working."""

    FINE = "fine"
    LOOK = "look"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: how bad, what was found, and what to do about it (empty when nothing)."""

    level: Level
    what: str
    do: str = ""


def examine(house: House, *, now: datetime | None = None, terms_version: str | None = None) -> list[Finding]:
    """Look at everything, in the language of the settings; `now` is the machine's own clock.

    `terms_version` is that of the tokeniser, the program's own where none is given.
    """
    return list(_Visit(house, now or datetime.now(UTC), terms_version or _own_terms()).findings())


def _own_terms() -> str:
    from knowledge.passages.terms import TERMS_VERSION

    return TERMS_VERSION


class _Visit:
    def __init__(self, house: House, now: datetime, terms_version: str) -> None:
        self._house = house
        self._terms_version = terms_version
        self._now = now
        self._phrases: Phrasebook = house.phrases(house.settings.language)

    def findings(self) -> Iterator[Finding]:
        yield from self._place()
        yield from self._settings()
        databases = None
        try:
            databases = self._open()
            if databases is None:
                yield self._say(Level.LOOK, "database_new", act=True)
                return
            from store.migrate import pending

            if missing := pending(databases):
                yield self._say(Level.MEND, "database_old", act=True, count=len(missing))
                return
            yield self._say(Level.FINE, "database", dialect=databases.dialect)
            yield from self._processes(databases)
            yield from self._inbox(databases)
            yield from self._outbox(databases)
            yield from self._index(databases)
            yield from self._alerts(databases)
            yield from self._lists(databases)
            yield from self._readers(databases)
        except StoreError as wrong:
            yield self._say(Level.MEND, "database_away", act=True, reason=str(wrong))
        finally:
            if databases is not None:
                databases.close()

    def _place(self) -> Iterator[Finding]:
        home: Path = self._house.settings.home
        existing = next((folder for folder in (home, *home.parents) if folder.exists()), Path("/"))
        if _writable(existing):
            yield self._say(Level.FINE, "home", home=str(home))
        else:
            yield self._say(Level.MEND, "home_closed", act=True, home=str(home))
        free = shutil.disk_usage(existing).free
        if free < DISK:
            yield self._say(Level.MEND, "disk_low", act=True, free=free // _MB)
        else:
            yield self._say(Level.FINE, "disk", free=free // _GB)

    def _model(self) -> Iterator[Finding]:
        """Whether a model can be built, what it may see, and what nobody has priced; nothing is sent to it."""
        house = self._house
        settings, models = house.settings, house.models
        if models is None:
            yield self._say(Level.FINE, "model_none")
            return
        from bot.assistant.agent.errors import ModelMissetting

        for name in dict.fromkeys((*models[1].names, *filter(None, [models[1].local]))):
            try:
                models[0].chat(name)
            except ModelMissetting as wrong:
                yield self._say(Level.MEND, "model_wrong", act=True, reason=str(wrong))
                continue
            classes = sorted(level.value for level in house.policy.model.classes_for(name))
            yield self._say(Level.FINE, "model", name=name, classes=", ".join(classes) or "–")
            if name not in house.policy.model.prices and name != settings.local_model:
                yield self._say(Level.LOOK, "model_price", act=True, name=name)

    def _settings(self) -> Iterator[Finding]:
        from store.policy import PolicyError

        settings = self._house.settings
        try:
            yield self._say(Level.FINE, "policy", version=str(self._house.policy.version))
        except PolicyError as wrong:
            yield self._say(Level.MEND, "policy_wrong", act=True, reason=str(wrong))
        if missing := settings.missing_tokens:
            yield self._say(Level.LOOK, "slack_missing", act=True, names=", ".join(missing))
        else:
            yield self._say(Level.FINE, "slack", transport=settings.slack_transport)
        yield from self._model()
        if settings.now is not None:
            yield self._say(Level.LOOK, "clock_fixed", act=True, now=settings.now.isoformat())

    def _open(self) -> Databases | None:
        """The databases as they are; None when there is none yet, because opening would make it."""
        from sqlalchemy import make_url

        from store.engine import open_databases

        address = self._house.settings.database
        if address.startswith("sqlite"):
            path = make_url(address).database
            if not path or not Path(path).exists():
                return None
        return open_databases(address, patience=3.0)

    def _processes(self, databases: Databases) -> Iterator[Finding]:
        from store.heartbeats import Heartbeats

        beats = Heartbeats(databases.inbox).all()
        for kind in ("gateway", "worker"):
            own = [beat for beat in beats if beat.kind == kind]
            if not own:
                yield self._say(Level.LOOK, "process_missing", act=True, kind=kind)
            for beat in own:
                if self._now - beat.beat_at <= SILENCE:
                    yield self._say(Level.FINE, "process_alive", kind=kind, process=beat.process)
                else:
                    yield self._say(
                        Level.MEND,
                        "process_silent",
                        act=True,
                        kind=kind,
                        process=beat.process,
                        minutes=self._minutes(beat.beat_at),
                    )

    def _inbox(self, databases: Databases) -> Iterator[Finding]:
        from store.inbox import Inbox

        inbox = Inbox(databases.inbox)
        counts = inbox.counts()
        oldest = inbox.oldest_open()
        if oldest is None:
            yield self._say(Level.FINE, "inbox_clear")
        else:
            # Arrivals are stamped by the house's clock, which may stand still.
            minutes = max(0, int((self._house.clock() - oldest).total_seconds() // 60))
            waiting = counts["new"] + counts["queued"]
            level = Level.MEND if minutes >= WAIT.total_seconds() // 60 else Level.LOOK
            yield self._say(level, "inbox_waiting", act=True, count=waiting, minutes=minutes)
        if counts["failed"]:
            yield self._say(Level.LOOK, "inbox_failed", act=True, count=counts["failed"])

    def _outbox(self, databases: Databases) -> Iterator[Finding]:
        from store.engine import reading
        from store.outbox import Outbox

        with reading(databases.read) as connection:
            outbox = Outbox(connection)
            counts, oldest, troubled = outbox.counts(), outbox.oldest_unsent(), outbox.troubled()
        if oldest is None:
            yield self._say(Level.FINE, "outbox_clear")
        else:
            level = Level.MEND if self._now - oldest >= WAIT else Level.LOOK
            waiting = counts["pending"] + counts["sending"]
            minutes = self._minutes(oldest)
            yield self._say(level, "outbox_waiting", act=True, count=waiting, minutes=minutes)
        keys = {"pending": "outbox_held", "failed": "outbox_failed", "unknown": "outbox_unknown"}
        for message in troubled:
            yield self._say(
                Level.MEND,
                keys[message.state.value],
                act=True,
                channel=message.channel,
                reason=message.error or "?",
            )

    def _index(self, databases: Databases) -> Iterator[Finding]:
        from store.engine import reading
        from store.indexwork import IndexWork
        from store.reindexing import Reindexing

        version = self._terms_version
        with reading(databases.read) as connection:
            waiting = IndexWork(connection).waiting()
            old, progress = Reindexing(connection).outdated(version), Reindexing(connection).progress(version)
        if old is not None and progress.after:
            yield self._say(Level.MEND, "index_partly", act=True, count=progress.left)
        elif old is not None:
            yield self._say(Level.MEND, "index_old", act=True, old=old, new=version)
        if waiting:
            yield self._say(Level.LOOK, "index_waiting", act=True, count=waiting)
        else:
            yield self._say(Level.FINE, "index_clear")

    def _alerts(self, databases: Databases) -> Iterator[Finding]:
        """Alerts that reached nobody yet, and channels of the policy that may hold none; once people are registered."""
        from store.access import FieldClass
        from store.alerts import Alerts
        from store.engine import reading
        from store.people import People
        from store.policy import PolicyError

        try:
            wanted = {name for names in self._house.policy.alerts.channels.values() for name in names}
        except PolicyError:
            return  # it was named above
        with reading(databases.read) as connection:
            people = People(connection)
            if not people.everybody():
                return
            known = {name: people.channel(None, name) for name in sorted(wanted)}
            unposted = len(Alerts(connection).unposted(limit=1000))
        for name, channel in known.items():
            if channel is None or channel.ceiling is not FieldClass.SUSPICION:
                yield self._say(Level.LOOK, "alerts_channel", act=True, channel=name)
        if unposted:
            yield self._say(Level.LOOK, "alerts_unposted", act=True, count=unposted)

    def _lists(self, databases: Databases) -> Iterator[Finding]:
        """Watch lists that are old, refused or not reached, and comparisons with them that failed for good."""
        from bot.screening.examination import examine_lists
        from store.policy import PolicyError

        try:
            policy = self._house.policy
        except PolicyError:
            return  # it was named above
        for key, values in examine_lists(databases, policy, self._house.clock, self._phrases):
            is_fine = f"doctor.{key}_do" not in self._phrases
            level = Level.FINE if is_fine else Level.LOOK if key in _LISTS_LOOK else Level.MEND
            yield self._say(level, key, act=not is_fine, **values)

    def _readers(self, databases: Databases) -> Iterator[Finding]:
        """A model as a second reader: what it reads, what came of it, and what keeps it from reading."""
        from store.access import FieldClass
        from store.engine import reading
        from store.opinions import Opinions
        from store.policy import PolicyError
        from store.proposals import PROPOSED, Proposals

        try:
            section, models = self._house.policy.model, self._house.models
        except PolicyError:
            return  # it was named above
        tasks = [name for name in ("events", "extraction", "wording") if getattr(section.readers, name)]
        if not tasks:
            return
        if models is None:
            yield self._say(Level.LOOK, "readers_no_model", act=True, tasks=", ".join(tasks))
            return
        named = [name for name in (*models[1].names, models[1].local) if name]
        if "wording" in tasks and not any(
            FieldClass.SUSPICION in section.classes_for(name) for name in named
        ):
            yield self._say(Level.LOOK, "readers_closed", act=True)
        with reading(databases.read) as connection:
            counts = Opinions(connection).counts()
            waiting = Proposals(connection).counts().get(PROPOSED, 0)
        held, refused = (
            sum(number for (_, state), number in counts.items() if state == wanted)
            for wanted in ("held", "refused")
        )
        values = {"held": held, "refused": refused, "waiting": waiting}
        yield self._say(Level.FINE, "readers", tasks=", ".join(tasks), **values)

    def _minutes(self, since: datetime) -> int:
        return max(0, int((self._now - since).total_seconds() // 60))

    def _say(self, level: Level, key: str, *, act: bool = False, **values: str | int) -> Finding:
        what = self._phrases.say(f"doctor.{key}", **values)
        if not act:
            return Finding(level, what)
        advice = f"doctor.{key}_do"
        needed = {name: value for name, value in values.items() if name in self._phrases.names(advice)}
        return Finding(level, what, self._phrases.say(advice, **needed))


def _writable(folder: Path) -> bool:
    import os

    return os.access(folder, os.W_OK | os.X_OK)
