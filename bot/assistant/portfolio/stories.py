"""What has been published against customers (负面新闻): risk events of texts that others made public, one a story.

What we suspect ourselves is no news and is not read here. A report about a firm of a like name is left out, and so is
what was denied or is over; a text that the classifier did not understand is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.assistant.portfolio.dues import span, within
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Used
from bot.assistant.replies.pieces import of_namesake
from bot.assistant.tools import Tools
from knowledge.events.taxonomy import taxonomy
from store.dates import PartialDate
from store.evidence import Tier
from store.records import Dossier, RiskEvent
from store.rows import read_date

#: Whose texts are news; what customers, registers and colleagues write is none.
PUBLISHED = (Tier.MEDIA, Tier.UNKNOWN)
#: Events below are mere changes.
ADVERSE = ("warn", "high")
_ONE = Decimal(1)
_OVER = frozenset({"denied", "resolved"})


def read_stories(tools: Tools, day: PartialDate | None) -> Mapping[UUID, tuple[Any, ...]]:
    """The events that may count, by customer, as far as the viewer may see their documents."""
    return tools.sources.events_of_all(
        viewer=tools.question.viewer,
        tiers=PUBLISHED,
        severities=ADVERSE,
        as_of=day or tools.as_of,
        known_at=tools.known_at,
    )


def bad_news(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """How many adverse stories were published about a customer in the period."""
    names = [dossier.profile.legal_name, *(other.name for other in dossier.profile.other_names)]
    stories: dict[UUID, RiskEvent] = {}
    for event in setting.events.get(dossier.id, ()):
        if event.status in _OVER or event.role != "subject" or event.story in stories:
            continue
        if within(_published(event), term.period) and not of_namesake(event.evidence.title or "", names):
            stories[event.story] = event
    used = tuple(
        Used(event, ("quote",), f"#{number}", _ONE) for number, event in enumerate(stories.values(), 1)
    )
    return (Reading("count", _ONE * len(used), "", f"count(adverse stories){span(term.period)}", used),)


def kinds_of(events: Iterable[RiskEvent], language: str) -> list[str]:
    """What the events are, each kind once, the gravest first."""
    kinds = taxonomy().kinds
    graver = sorted(events, key=lambda event: ADVERSE.index(event.severity), reverse=True)
    known = [kinds[event.kind] for event in graver if event.kind in kinds]
    return list(dict.fromkeys(kind.zh if language == "zh" else kind.en for kind in known))


def _published(event: RiskEvent) -> PartialDate | None:
    return read_date(event.evidence.date) if event.evidence.date else None
