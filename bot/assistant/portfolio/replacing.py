"""Who was replaced in a role (人员变更): a new legal representative, shareholders who came or went."""

from __future__ import annotations

from bot.assistant.portfolio.dues import counted, span, trailing, within
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Readings, Setting
from bot.assistant.stretches import Period
from bot.assistant.topics import load_lexicon, phrases_of
from bot.dossier.records import own_date
from store.records import Dossier, Party, Record

_COLUMNS = ("name", "role", "from", "to", "dimension", "title", "published_on", "filed_on")


def replaced(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Who took or gave up a role in the period, else in the last twelve months; what a register published of it counts.

    The first holder of a role replaced nobody.
    """
    period = term.period or trailing(setting.day)
    held = [one for one in dossier.parties if one.role == term.detail and one.held_in is None]
    found: list[Party | Record] = [one for one in held if _moved(one, held, period)]
    if not found:
        words = phrases_of(load_lexicon(), "item", "people", term.detail)
        found = [
            record
            for record in dossier.records
            if record.dimension == "registry_change"
            and within(own_date(record), period)
            and any(word in record.title.casefold() for word in words)
        ]
    return counted(f"count(changes of {term.detail}){span(period)}", found, _COLUMNS, setting)


def _moved(one: Party, held: list[Party], period: Period) -> bool:
    if one.until is not None and within(one.until, period):
        return True
    before = any(other is not one and other.until is not None for other in held)
    return before and one.since is not None and within(one.since, period)
