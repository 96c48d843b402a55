"""The people of a firm as a measure (相关人员): beneficial owners, parties by their roles, contacts."""

from __future__ import annotations

from decimal import Decimal

from bot.assistant.portfolio.dues import counted
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Used
from bot.dossier.ownership import holds, owners
from store.records import Dossier

_PARTY = ("name", "role", "kind", "share_percent", "held_in", "from", "to")


def beneficial_owners(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Who holds the share that policy names, through layers, or is registered as beneficial owner."""
    names = [dossier.profile.legal_name, *(other.name for other in dossier.profile.other_names)]
    limit = Decimal(setting.standards.beneficial_percent)
    large = [
        owner
        for owner in owners(dossier.parties, names, setting.day)
        if owner.percent >= limit and owner.kind == "person"
    ]
    rows = {stake.links[0].origin.version: stake.links[0] for owner in large for stake in owner.stakes}
    known = {owner.name for owner in large}
    registered = [
        party
        for party in dossier.parties
        if party.role == "beneficial_owner" and party.held_in is None and holds(party, setting.day)
    ]
    rows |= {party.origin.version: party for party in registered}
    known |= {party.name for party in registered}
    used = tuple(Used(row, _PARTY, row.name, row.share_percent) for row in rows.values())
    return (Reading("count", Decimal(len(known)), "", f"count(beneficial owners from {limit}%)", used),)


def parties(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Who holds one of the roles on the day of the picture."""
    roles = set(term.detail.split(",")) if term.detail else set()
    rows = [row for row in dossier.parties if (not roles or row.role in roles) and holds(row, setting.day)]
    return counted(f"count(parties {term.detail})", rows, _PARTY, setting)


def contacts(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Whom we know there."""
    return counted("count(contacts)", dossier.contacts, ("name", "title"), setting)
