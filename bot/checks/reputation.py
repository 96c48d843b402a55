"""Reputation (声誉): what was published against the customer, by story and not by copy (负面舆情)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.checks.coverage import documents_looked, group, repaired_until
from bot.checks.law import CLAIMING, by_dimension
from bot.checks.notebook import Notebook, failed, label, listed, number, on, passed, text, unknown, warned
from bot.checks.result import Finding
from bot.dossier.records import counts
from store.access import FieldClass
from store.dates import PartialDate
from store.evidence import Tier
from store.records import RiskEvent

_OFFICIAL = frozenset({Tier.REGISTER, Tier.COURT, Tier.GOVERNMENT})
_CLOSE = frozenset({FieldClass.PERSONAL, FieldClass.SUSPICION})
_GRAVITY = {"info": 1, "warn": 2, "high": 3}


def check(book: Notebook) -> list[Finding]:
    """One finding a story of the window of policy; denied and resolved matters are told as such."""
    recent = [event for event in book.dossier.events if event.role == "subject" and _is_recent(book, event)]
    stories: dict[object, list[RiskEvent]] = defaultdict(list)
    repaired = repaired_until(book)
    for event in recent:
        # News of what was repaired since (信用修复) ends with it; what happened later is told.
        if event.kind not in repaired or happened(event).first > repaired[event.kind]:
            stories[event.story].append(event)
    told = [(story, finding) for story in stories.values() for finding in _story(book, story)]
    told.sort(key=lambda each: (-_weight(each[1]), each[1].check))
    found = [finding for _, finding in told[: book.policy.stories]]
    if rest := told[book.policy.stories :]:
        found.append(_others(book, rest))
    reported = [
        record
        for record in book.dossier.records
        if group(record) == "media" and counts(record, book.day) and record.role not in CLAIMING
    ]
    if reported:
        found += by_dimension(book, reported, "reputation")
    if not found:
        look = documents_looked(book)
        if look is None:
            used = [book.nothing("documents", "papers, registers, courts, partners")]
            return [unknown("reputation.news", "checks.news.unread", used)]
        used = [book.nothing(look.where, "adverse events")]
        said = {"number": number(len(book.dossier.documents)), "where": listed(*map(text, look.sources))}
        return [passed("reputation.news", "checks.news.none", used, **said)]
    return found


def _weight(finding: Finding) -> int:
    return (finding.likelihood or 0) * (finding.impact or 0)


def _others(book: Notebook, rest: list[tuple[list[RiskEvent], Finding]]) -> Finding:
    """What is beyond the number of stories that policy shows: how many, of which kinds, with a piece of each."""
    events = [event for story, _ in rest for event in story]
    close = [event for event in events if event.evidence.field_class in _CLOSE]
    first = [story[0] for story, _ in rest[: book.policy.cited]]
    kinds = dict.fromkeys(event.kind for event in events)
    gravest = rest[0][1]
    return warned(
        "reputation.others",
        "checks.news.others",
        [book.keep(event.evidence) for event in (*first, *close)],
        gravest.likelihood or 1,
        gravest.impact or 1,
        number=number(len(rest)),
        kinds=listed(*(label(f"event.{kind}") for kind in list(kinds)[:5])),
    )


def happened(event: RiskEvent) -> PartialDate:
    """When it happened, else when it was published, else when we learned of it."""
    if event.happened_on is not None:
        return event.happened_on
    published = event.evidence.date
    return PartialDate.parse(published[:10]) if published else PartialDate.of(event.added_at.date())


def _is_recent(book: Notebook, event: RiskEvent) -> bool:
    return (book.day - happened(event).last).days <= book.policy.news_days


def _story(book: Notebook, story: list[RiskEvent]) -> Iterator[Finding]:
    story = sorted(story, key=lambda event: (-_GRAVITY.get(event.severity, 1), str(happened(event))))
    worst = story[0]
    used = [book.keep(event.evidence) for event in _shown(book, story)]
    sources = {event.evidence.source for event in story}
    said = {
        "kind": label(f"event.{worst.kind}"),
        "date": on(max(happened(event) for event in story)),
        "number": number(len({event.document_id for event in story})),
        "sources": number(len(sources)),
        "words": listed(*(text(word) for word in worst.words[:3])),
    }
    name = f"reputation.{worst.kind}.{str(worst.story)[:8]}"
    states = {event.status for event in story}
    if states & {"resolved", "denied"} and "confirmed" not in states:
        status = label("event_status.resolved" if "resolved" in states else "event_status.denied")
        yield warned(name, "checks.news.settled", used, 1, 2, status=status, **said)
    elif worst.severity == "high":
        # One voice is a warning; two, or an authority's own, are a finding.
        official = any(event.evidence.tier in _OFFICIAL and event.status == "confirmed" for event in story)
        make = failed if len(sources) > 1 or official else warned
        yield make(name, "checks.news.story", used, 4 if len(sources) > 1 else 3, 4, **said)
    elif worst.severity == "warn":
        yield warned(name, "checks.news.story", used, 3, 3, **said)
    else:
        yield warned(name, "checks.news.story", used, 2, 2, **said)


def _shown(book: Notebook, story: list[RiskEvent]) -> list[RiskEvent]:
    """The pieces that stand for a story of many copies: one of each source, then others up to the number of policy.

    What is personal or suspicion is always among them: who may not see it must not learn of it from a count.
    """
    sources: set[str] = set()
    first, rest = [], []
    for event in story:
        known = event.evidence.source in sources and event.evidence.field_class not in _CLOSE
        (rest if known else first).append(event)
        sources.add(event.evidence.source)
    return [*first, *rest[: max(book.policy.cited - len(first), 0)]]
