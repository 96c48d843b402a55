"""What came of fetching a watch list, and how it stands, in words of either language (名单同步措辞)."""

from __future__ import annotations

from datetime import UTC, datetime

from knowledge.watchlists.service import Standing
from knowledge.watchlists.syncing import Outcome, Synced
from prompts.phrasebook import Phrasebook
from store.list_syncs import SyncState
from store.policy.screening import ListSource
from store.watchlists import ListVersion


def tell_outcome(synced: Synced, source: ListSource, book: Phrasebook) -> list[str]:
    """What happened, and on a second line what to do where something is to be done."""
    version, key = synced.version, f"lists.{synced.outcome.value}"
    if version is not None and synced.outcome is Outcome.NEW:
        counts = {name: f"{getattr(version, name):,}" for name in ("entries", "added", "changed", "removed")}
        return [book.say(key, name=synced.list, version=version.version, **counts)]
    if version is not None and synced.outcome is Outcome.UNCHANGED:
        return [book.say(key, name=synced.list, version=version.version)]
    values = {
        "name": synced.list,
        "because": _bare(synced.because, version),
        "stands": book.say("lists.stands", version=version.version) if version else book["lists.none"],
    }
    told = book.say(key, **{name: value for name, value in values.items() if name in book.names(key)})
    known = {"name": synced.list, "format": source.format}
    advice = {name: value for name, value in known.items() if name in book.names(f"{key}_do")}
    return [told, book.say(f"{key}_do", **advice)]


def tell_state(state: SyncState, standing: Standing, source: ListSource, book: Phrasebook) -> list[str]:
    """How fetching a list stands: how often, when last, since when its version is in force, what fails."""
    since = standing.version.loaded_at if standing.version else None
    every = book.say(
        "lists.every",
        hours=source.every_hours,
        looked=moment(state.looked_at, book),
        since=moment(since, book),
    )
    return [every, *_failing(state, book)]


def tell_unfetched(state: SyncState, source: ListSource, book: Phrasebook) -> list[str]:
    """The same of a list that has never come."""
    looked = moment(state.looked_at, book)
    told = book.say("lists.unfetched", name=state.list, hours=source.every_hours, looked=looked)
    return [told, *_failing(state, book)]


def moment(at: datetime | None, book: Phrasebook) -> str:
    """A moment as people read it, in UTC; “never” for none."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else book["lists.never"]


def _failing(state: SyncState, book: Phrasebook) -> list[str]:
    if not state.failures:
        return []
    return [book.say("lists.failing", failures=state.failures, because=state.because or "?")]


def _bare(because: str, version: ListVersion | None) -> str:
    """The reason without the words that follow it anyway."""
    number = version.version if version else 0
    return because.removesuffix(f"; version {number} stays in force").rstrip(".。")
