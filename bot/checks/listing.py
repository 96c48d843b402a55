"""Watch lists in the compliance section (名单): open hits, true ones, who cleared which, and listed owners.

That nothing was found is said of the lists and versions that were compared; without a list, or where a list is older
than policy allows, it is unknown. Limits of ownership are those of policy (OFAC guidance of 13 August 2014; EU and UK
guidance on ownership and control).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.checks.notebook import (
    Notebook,
    Value,
    failed,
    label,
    listed,
    number,
    on,
    passed,
    percent,
    text,
    unknown,
    warned,
)
from bot.checks.result import Finding
from bot.checks.screened import ComparedList, ListedHit, ListedOwnership, Screened
from store.access import FieldClass
from store.evidence import Evidence, EvidenceKind, Tier, search_id

_CHECK = "compliance.screening"


def check(book: Notebook) -> list[Finding]:
    """What the lists say of the customer and everybody behind it."""
    screened = book.screened
    if screened is None:
        where = book.nothing("watch lists", "screening of this customer")
        return [unknown(_CHECK, "checks.screening.not_made", [where])]
    if not screened.lists:
        return [unknown(_CHECK, "checks.screening.no_lists", [book.nothing("watch lists", "lists")])]
    return [*_lists(book, screened), *_hits(book, screened), *_owned(book, screened)]


def _lists(book: Notebook, screened: Screened) -> Iterator[Finding]:
    """What was compared: a pass where nothing waits and nothing is true, on lists that are fresh."""
    looked = _looked(book, screened)
    shown = listed(*(text(_told(each)) for each in screened.lists))
    if old := [each for each in screened.lists if each.is_old]:
        names = listed(*(text(_told(each)) for each in old))
        yield unknown("compliance.screening_lists", "checks.screening.old", [looked], lists=names)
    if not any(hit.waits or hit.state == "true" for hit in screened.hits):
        phrase = "checks.screening.rest" if screened.hits else "checks.screening.none"
        yield passed(_CHECK, phrase, [looked], lists=shown, number=number(screened.subjects))


def _hits(book: Notebook, screened: Screened) -> Iterator[Finding]:
    true = [hit for hit in screened.hits if hit.state == "true"]
    waiting = [hit for hit in screened.hits if hit.waits]
    cleared = [hit for hit in screened.hits if hit.state == "false"]
    if true:
        cited = [_cite(book, hit) for hit in true]
        yield failed(f"{_CHECK}_true", "checks.screening.true", cited, 5, 5, hits=_named(true))
    if waiting:
        cited = [_cite(book, hit) for hit in waiting]
        values = {"number": number(len(waiting)), "hits": _named(waiting)}
        yield warned(f"{_CHECK}_open", "checks.screening.open", cited, 3, 5, **values)
    for hit in cleared[: book.policy.cited]:
        values = {
            "hit": text(f"{hit.code} ({hit.ours} ~ {hit.matched}, {hit.list})"),
            "who": text(hit.by or "–"),
            "date": on(hit.on or hit.at.date()),
            "reason": text(hit.reason or "–"),
        }
        cited = [_cite(book, hit)]
        yield passed(f"{_CHECK}_cleared.{hit.code}", "checks.screening.cleared", cited, **values)
    if more := cleared[book.policy.cited :]:
        cited = [_cite(book, hit) for hit in more]
        yield passed(f"{_CHECK}_cleared", "checks.screening.cleared_more", cited, hits=_named(more))


def _owned(book: Notebook, screened: Screened) -> Iterator[Finding]:
    by_code = {hit.code: hit for hit in screened.hits}
    for owned in screened.owned:
        cited = [_cite(book, by_code[code]) for code in owned.hits if code in by_code]
        cited += _holdings(book, owned)
        cited = cited or [_looked(book, screened)]
        owners = listed(*map(text, owned.owners))
        name = f"compliance.screening_owned.{owned.rule}"
        if owned.percent is None or owned.limit is None:
            yield unknown(name, "checks.screening.owned_unknown", cited, owners=owners)
            continue
        values: dict[str, Value] = {
            "owners": owners,
            "percent": percent(owned.percent),
            "limit": percent(owned.limit),
            "rule": label(f"screening.rule.{owned.rule}"),
        }
        if owned.certain:
            yield failed(name, "checks.screening.owned", cited, 5, 5, **values)
        else:
            yield warned(name, "checks.screening.owned_possible", cited, 3, 5, **values)


def _holdings(book: Notebook, owned: ListedOwnership) -> list[str]:
    """The rows that say how much the listed owners hold."""
    rows = (party for party in book.dossier.parties if party.role == "shareholder")
    mine = [party for party in rows if party.name in owned.owners]
    return [book.cite(party, "name", "role", "share_percent", "held_in") for party in mine]


def _named(hits: Sequence[ListedHit]) -> Value:
    return listed(
        *(text(f"{hit.code} {hit.ours} ~ {hit.matched} ({hit.list} {hit.version})") for hit in hits[:8])
    )


def _told(each: ComparedList) -> str:
    return f"{each.name} {each.version} ({each.day})"


def _looked(book: Notebook, screened: Screened) -> str:
    """The screening itself as evidence: which lists, when, and that nothing else was found."""
    lists = "\n".join(f"{each.name}: version {each.version}, {each.day}" for each in screened.lists)
    item = Evidence(
        id=search_id(f"{book.dossier.code} watch lists", screened.code, _minute(screened.made_at)),
        kind=EvidenceKind.SEARCH,
        source="watch lists",
        quote=f"{screened.code}: {len(screened.hits)}\n{lists}",
        tier=Tier.INTERNAL,
        date=screened.made_at.astimezone(UTC).date().isoformat(),
        customer=book.dossier.code,
        recorded_at=screened.made_at,
        field_class=FieldClass.SUSPICION,
    )
    return book.keep(item)


def _cite(book: Notebook, hit: ListedHit) -> str:
    """The entry beside our name as evidence: list, version, entry, names, score, state."""
    lines = [
        f"hit: {hit.code}",
        f"list: {hit.list}",
        f"version: {hit.version}",
        f"entry: {hit.entry}",
        f"entry_name: {hit.entry_name}",
        f"matched: {hit.matched}",
        f"ours: {hit.ours}",
        f"score: {hit.score}",
        f"state: {hit.state}",
    ]
    item = Evidence(
        id=hit.key,
        kind=EvidenceKind.RECORD,
        source=hit.list,
        quote="\n".join(lines)[:2000],
        tier=Tier.UNKNOWN,
        date=hit.at.astimezone(UTC).date().isoformat(),
        customer=book.dossier.code,
        title=hit.code,
        locator={"aggregate": "hits", "list": hit.list, "version": hit.version, "entry": hit.entry},
        recorded_at=hit.at,
        field_class=FieldClass.SUSPICION,
    )
    return book.keep(item)


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="minutes")
