"""What is missing (缺失资料), as requests that can be sent to the customer."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.notebook import Notebook, label, number, text
from bot.checks.registration import FIELDS
from bot.checks.result import Missing
from bot.checks.standing import DEPENDENCE


def requests(book: Notebook) -> Iterator[Missing]:
    """One request a paper; the customer's own name stands in each."""
    dossier, profile = book.dossier, book.dossier.profile
    name = text(profile.legal_name)
    if not (profile.uscc or profile.lei or profile.registration_number):
        yield Missing("licence", "checks.request.licence", {"name": name})
    for field in FIELDS:
        if getattr(profile, field) in (None, ""):
            yield Missing(field, "checks.request.field", {"name": name, "field": label(f"field.{field}")})
    roles = {party.role for party in dossier.parties}
    if "shareholder" not in roles:
        yield Missing("shareholders", "checks.request.shareholders", {"name": name})
    if not any(
        party.kind == "person"
        for party in dossier.parties
        if party.role in ("shareholder", "beneficial_owner")
    ):
        yield Missing("beneficial_owners", "checks.request.beneficial_owners", {"name": name})
    ends = [s.period_end.year for s in dossier.statements if s.period_kind == "year"]
    latest = max(ends, default=0)
    due = book.day.year - 1 if (book.day.month, book.day.day) >= (7, 1) else book.day.year - 2
    for year in range(max(latest + 1, due - 1), due + 1):
        yield Missing(
            f"statement {year}", "checks.request.statement", {"name": name, "year": text(str(year))}
        )
    if dossier.statements and not any(statement.audited for statement in dossier.statements):
        yield Missing("audit", "checks.request.audit", {"name": name})
    if not any(DEPENDENCE.search(fact.attribute) for fact in dossier.facts):
        yield Missing("concentration", "checks.request.concentration", {"name": name})
    if not any(card.tier.value in ("bureau", "partner") for card in dossier.documents) and not dossier.scores:
        yield Missing("reference", "checks.request.reference", {"name": name, "number": number(1)})
