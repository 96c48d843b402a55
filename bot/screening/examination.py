"""What `bonafide doctor` says of watch lists (名单体检): old, refused, not reached, or not compared to the end."""

from __future__ import annotations

from collections.abc import Iterator

from bot.screening.fetched import moment
from bot.screening.rescreening import TRIES
from knowledge.watchlists.service import Lists, Standing
from prompts.phrasebook import Phrasebook
from store.clock import Clock
from store.customers import Customers
from store.engine import Databases, reading
from store.list_syncs import ListSyncs, SyncState
from store.policy import Policy
from store.policy.screening import ListSource
from store.screening_batches import Batches

#: A phrase below `doctor` and its values.
Said = tuple[str, dict[str, str | int]]


def examine_lists(databases: Databases, policy: Policy, clock: Clock, book: Phrasebook) -> Iterator[Said]:
    """Every finding; one that has nothing to do has a phrase without `_do`."""
    standings = {each.state.name: each for each in Lists(databases, policy=policy, clock=clock).show()}
    sources = {source.name: source for source in policy.watchlists.sources}
    with reading(databases.read) as connection:
        states = {name: ListSyncs(connection).find(name) for name in sources}
        lost = Batches(connection).lost(TRIES)
        has_customers = Customers(connection).any()
    if not standings and not sources and has_customers:
        yield "lists_none", {}
    told = [
        said
        for name in sorted({*standings, *sources})
        for said in _of_list(name, standings.get(name), sources.get(name), states.get(name), book)
    ]
    yield from told
    if standings and not told:
        yield "lists", {"count": len(standings)}
    for name, count in sorted(lost.items(), key=lambda item: item[0] or ""):
        if name is None:
            yield "rescreening_lost_customers", {"count": count}
        else:
            yield "rescreening_lost", {"count": count, "name": name}


def _of_list(
    name: str, standing: Standing | None, source: ListSource | None, sync: SyncState | None, book: Phrasebook
) -> Iterator[Said]:
    if sync is not None and sync.trouble == "unreachable":
        reason = sync.because or "?"
        yield "list_unreachable", {"name": name, "failures": sync.failures, "reason": reason}
    elif standing is not None and standing.state.refused_because is not None:
        yield "list_refused", {"name": name, "reason": standing.state.refused_because}
    elif source is not None and (standing is None or standing.version is None):
        yield "list_unfetched", {"name": name}
    if standing is None or not standing.is_old:
        return
    if source is None:
        yield "list_old", {"name": name, "days": standing.days or 0}
        return
    since = standing.version.loaded_at if standing.version else None
    yield (
        "list_unsynced",
        {
            "name": name,
            "hours": source.every_hours,
            "synced": moment(standing.state.synced_at, book),
            "since": moment(since, book),
        },
    )
