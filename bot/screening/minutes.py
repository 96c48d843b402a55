"""The minutes of screening (筛查记录): who was held against what, what was found, and under which policy and program.

A screening keeps its hits as they were found; whoever reads it is shown them as people have decided them since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.screening.comparison import Look
from bot.screening.keeping import Keeper, tenthousandths
from bot.screening.matching import Roster
from bot.screening.owned import owned_by_listed
from bot.screening.subjects import Subject
from bot.screening.telling import tell
from bot.version import program_version
from store.canonical import plain
from store.hits import Hit, Hits
from store.identity import new_id
from store.ledger import Ledger
from store.policy.types import Policy
from store.records import Dossier
from store.screenings import Screening, Screenings


@dataclass(frozen=True)
class Kept:
    """A screening with its hits as they stand today, the likeliest first."""

    screening: Screening
    hits: tuple[Hit, ...]

    @property
    def code(self) -> str:
        """Its code: S-12."""
        return self.screening.code

    def told(self, language: str) -> dict[str, Any]:
        """It in the shape of the contract."""
        return tell(self.screening, self.hits, language)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Writes screenings down in a transaction that has taken its turn: `actor` looked, for a reason of this `kind`, at
    these `versions` of the lists of `roster`.
    """

    connection: Connection
    policy: Policy
    clock: Callable[[], datetime]
    actor: str
    kind: str
    versions: Mapping[str, int]
    roster: Roster

    def write(self, request: str, subjects: Sequence[Subject], look: Look, dossier: Dossier | None) -> Kept:
        """Write one screening, its hits and its ledger entries; `dossier` where a customer was screened."""
        now, section = self.clock(), self.policy.screening
        ledger, screenings = Ledger(self.connection, self.clock), Screenings(self.connection)
        (code,) = screenings.next_codes(1)
        compared = len(subjects) * self.roster.size(self.versions)
        detail = {
            "kind": self.kind,
            "lists": dict(self.versions),
            "subjects": len(subjects),
            "compared": compared,
            "found": [[found.list, found.entry.id, tenthousandths(found.score)] for found in look.found],
            "threshold": tenthousandths(section.threshold),
            "policy": self.policy.version,
            "program": program_version(),
        }
        if self.kind == "name":
            detail["subject"] = subjects[0].key
        entry = ledger.append(
            actor=self.actor, action="screened", customer_id=look.customer_id, subject=code, detail=detail
        )
        keeper = Keeper(self.connection, ledger, self.actor, now, self.policy.version)
        hits = _order(keeper.keep(look, screening=code))
        owned: list[dict[str, Any]] = []
        if dossier is not None:
            whole = Hits(self.connection).of_customers([dossier.id])
            owned = owned_by_listed(dossier, whole, section, now.date())
        screening = Screening(
            id=new_id(),
            code=code,
            request=request,
            kind=self.kind,
            customer_id=look.customer_id,
            made_at=now,
            actor=self.actor,
            subjects=[
                plain({**subject.matter, "name": subject.name, "roles": subject.roles})
                for subject in subjects
            ],
            lists=dict(self.versions),
            threshold=tenthousandths(section.threshold),
            compared=compared,
            policy_version=self.policy.version,
            program_version=program_version(),
            body={"hits": [_summary(hit) for hit in hits], "owned": owned},
            seq=entry.seq,
        )
        screenings.keep([screening])
        return Kept(screening, tuple(hits))


def shown(connection: Connection, screening: Screening) -> Kept:
    """A screening with its hits as they stand now, in the order in which they were found."""
    hits = Hits(connection)
    found = (hits.by_code(str(each["hit"])) for each in screening.body["hits"])
    return Kept(screening, tuple(hit for hit in found if hit is not None))


def _summary(hit: Hit) -> dict[str, Any]:
    """A hit as a screening keeps it: in the shape of the contract, without a language."""
    return {
        "hit": hit.code,
        "subject": hit.name,
        "roles": list(hit.roles),
        "list": hit.list,
        "version": hit.list_version,
        "entry": hit.entry,
        "name": hit.entry_name,
        "ours": hit.our_name,
        "matched": hit.matched,
        "score": hit.score,
        "because": list(hit.because),
        "against": list(hit.against),
        "state": hit.state.value,
    }


def _order(hits: Sequence[Hit]) -> list[Hit]:
    """The likeliest first."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.list, hit.entry, hit.code))
