"""What a customer's file lacks (资料完整性): identifiers, fields of the register, people, parts of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store.records import Dossier

FIELDS = ("address", "registered_capital", "founded", "business_scope", "industry", "legal_form")
ROLES = ("legal_representative", "shareholder", "beneficial_owner")


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not on file: the table of labels and the name in it under which it is called."""

    table: str
    name: str


def gaps(dossier: Dossier, parts: Iterable[str]) -> list[Gap]:
    """What is missing; `parts` are those of the file whose absence means something to whoever asks."""
    profile, wanted = dossier.profile, tuple(parts)
    found: list[Gap] = []
    if not (profile.uscc or profile.lei or profile.registration_number):
        found.append(Gap("gap", "identifier"))
    found += [Gap("field", item) for item in FIELDS if getattr(profile, item) in (None, "")]
    roles = {party.role for party in dossier.parties}
    found += [Gap("role", role) for role in ROLES if role not in roles]
    found += [Gap("place", part) for part in wanted if not getattr(dossier, part)]
    if "statements" in wanted and dossier.statements and not any(row.audited for row in dossier.statements):
        found.append(Gap("gap", "audited"))
    return found
